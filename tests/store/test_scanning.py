"""The reading of entries as PostgreSQL sends them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.ledger.instant import instant_text
from tongban.store.scanning import instant, microseconds

MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(at=MOMENTS)
def test_an_instant_reads_as_a_body_says_it(at: datetime) -> None:
    assert instant(microseconds(at)).decode() == instant_text(at)


def test_what_is_beyond_the_calendar_reads_as_nothing_a_body_says() -> None:
    last = microseconds(datetime.max.replace(tzinfo=UTC))
    for count in (last + 1, -(2**63), 2**63 - 1):
        assert instant(count).startswith(b"T")
