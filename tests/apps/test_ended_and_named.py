"""Whoever ends a row that cases or other registers name is told which, before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aid_ground import with_aids
from scenario_ground import ground

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ITEMS = """item,title,sort,unit,line_yuan,most_yuan
subsistence,低保,programme,labour,1000,0
charity,慈善,signal,,,
died,去世,signal,,,
"""
PAIRS = """item,other,from_day,relation,policy
subsistence,died,2021-01-01,exclusive,例
charity,died,2021-01-01,stackable,例
"""


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


def test_what_names_a_row_that_ends_is_counted_and_stands_first() -> None:
    from tongban.apps.brought.loading import carry_out, plan
    from tongban.apps.brought.preview import seen
    from tongban.kernel.refusal import Refused

    acting = with_aids(ITEMS + "loan,借款,signal,,,\n", NOW)
    pairs = plan(PAIRS.encode(), "pairing.csv", "social_aid", acting, register="pairing")
    assert not isinstance(pairs, Refused), pairs.all()
    carry_out(pairs, acting)
    less = "\n".join(ITEMS.splitlines()[:2]) + "\n"
    found = plan(less.encode(), "aid_item.csv", "social_aid", acting, register="aid_item")
    assert not isinstance(found, Refused)
    told = seen(found, acting)
    assert not isinstance(told, Refused)
    lines = {each.code: (each.open_cases, each.other_rows) for each in told[0].lines if each.what == "ended"}
    assert lines == {"charity": (0, 1), "died": (0, 2), "loan": (0, 0)}
    assert next(reversed(lines)) == "loan"
