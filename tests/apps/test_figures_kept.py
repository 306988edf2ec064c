"""A large county keeps its counts: they are those that counting anew gives, whatever happened in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_disclosure_figures import MARCH, World

from desk_ground import Desk, own_home, settle_county
from tongban.analytics import filling
from tongban.analytics.extract import opened
from tongban.apps.disclosure import counting, keeping
from tongban.apps.disclosure.computing import Computation, compute
from tongban.apps.disclosure.counting import Month, counted
from tongban.apps.disclosure.figures import figures, month_bounds
from tongban.apps.figures import series
from tongban.apps.office import office
from tongban.apps.registry.upkeep import rebuild_projections
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

LATER = datetime(2026, 5, 4, tzinfo=UTC)


def forget() -> None:
    counting.forget()
    series.forget()


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A few cases, in a county that is large from the second case on."""
    monkeypatch.setattr(keeping, "LARGE", 2)
    forget()
    with own_home(tmp_path):
        settle_county()
        found = World(Desk())
        found.handled(0, sign=3, reply=30, solved="yes", rating=5)
        found.handled(2, sign=4, reply=40, solved="yes", rating=2)
        found.handled(24 * 28, sign=3, reply=20, solved="no", rating=1)
        yield found
    forget()


def month(period: str) -> Month:
    here = office()
    bounds = month_bounds(period)
    assert not isinstance(bounds, Refused)
    practice, adoption = here.practices(LATER)[0]
    return counted(here, practice, adoption, *bounds)


def anew(period: str, monkeypatch: pytest.MonkeyPatch) -> Month:
    """Counted case by case, as if nothing were kept."""
    with monkeypatch.context() as patch:
        patch.setattr(counting, "kept", lambda *_: [])
        counting.forget()
        found = month(period)
    counting.forget()
    return found


def same(monkeypatch: pytest.MonkeyPatch) -> None:
    for period in ("2026-03", "2026-04", "2026-05"):
        kept, counted_now = month(period), anew(period, monkeypatch)
        assert kept.as_of is not None and counted_now.as_of is None
        assert kept.tallies == counted_now.tallies
        assert kept.trips.counts == counted_now.trips.counts


def test_what_is_kept_is_what_counting_anew_gives(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert month("2026-03").as_of is None, "nothing is kept yet"
    assert keeping.keep(LATER) > 0
    counting.forget()
    same(monkeypatch)
    found = figures("2026-03", "en", LATER + timedelta(minutes=5), public=False)
    assert not isinstance(found, Refused) and found.as_of == LATER, "the page says as of when"


def test_only_the_periods_that_something_touched_are_counted_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = keeping.keep(LATER)
    assert keeping.keep(LATER + timedelta(seconds=5)) == 0, "not every moment"
    assert keeping.keep(LATER + timedelta(minutes=2)) == 0, "nothing happened"
    world.handled(24 * 40, sign=3, reply=30, solved="yes", rating=5)
    again = keeping.keep(LATER + timedelta(minutes=4))
    assert 0 < again < everything / 4
    counting.forget()
    same(monkeypatch)


def test_counting_at_a_shell_in_between_loses_no_change(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping.keep(LATER)
    world.handled(24 * 40, sign=3, reply=30, solved="yes", rating=5)
    assert isinstance(compute("2026-04", "duckdb", "en", LATER), Computation)
    assert keeping.keep(LATER + timedelta(minutes=4)) > 0
    counting.forget()
    same(monkeypatch)


def test_cases_made_anew_are_counted_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = keeping.keep(LATER)
    rebuild_projections()
    counting.forget()
    assert month("2026-03").as_of is None, "what was kept is gone"
    assert keeping.keep(LATER) == everything
    counting.forget()
    same(monkeypatch)


def test_an_extract_of_another_day_or_a_broken_one_is_made_anew(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a backup was put back: the extract knows entries that the ledger has no more."""
    keeping.keep(LATER)
    with opened(tmp_path, office().county.code) as extract:
        assert extract is not None
        token, seal = extract.follows
        extract.follow(token, "9/9/00" if seal else "")
        extract.connection.execute(f"DELETE FROM {extract.names()[0]}")
    found = compute("2026-03", "duckdb", "en", LATER)
    assert isinstance(found, Computation)
    assert found.cases_read >= 3
    (tmp_path / "figures" / f"{office().county.code}.duckdb").write_bytes(b"nothing of the kind" * 1000)
    assert isinstance(compute("2026-03", "duckdb", "en", LATER), Computation)
    keeping.keep(LATER + timedelta(minutes=9))
    counting.forget()
    same(monkeypatch)


def test_a_filling_that_was_killed_goes_on_with_what_is_missing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "PART", 1)  # a part for each case
    told: list[int] = []

    def killed(key: str, done: int = 0, total: int = 0) -> None:
        if key == "figure.filling":
            told.append(done)
            if len(told) == 3:  # two parts are in
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compute("2026-03", "duckdb", "en", LATER, killed)
    assert told[0] == 0
    rest: list[int] = []
    found = compute(
        "2026-03",
        "duckdb",
        "en",
        LATER,
        lambda key, done=0, total=0: rest.append(done) if key == "figure.filling" else None,
    )
    assert isinstance(found, Computation)
    assert rest[0] > 0, "what was filled is not read again"
    keeping.keep(LATER)
    counting.forget()
    same(monkeypatch)


def test_a_small_county_keeps_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LARGE", 10)
    assert keeping.keep(LATER) == 0
    assert month("2026-03").as_of is None


def test_a_period_without_cases_and_one_that_has_not_begun(world: World) -> None:
    nothing = compute("2025-11", "duckdb", "en", LATER)
    assert isinstance(nothing, Computation)
    assert all(each.whole.denominator == 0 and each.units == () for each in nothing.figures)
    assert isinstance(compute("2026-06", "duckdb", "en", LATER), Refused)
    assert MARCH < LATER
