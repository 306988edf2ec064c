"""Two years of a figure: the same whether they are counted in one pass, month by month, or read from what a large county keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from test_disclosure_figures import World
from test_figures_kept import LATER, world

from tongban.apps.disclosure import counting, keeping
from tongban.apps.disclosure.counting import indicators_of, tallies
from tongban.apps.disclosure.figures import month_bounds
from tongban.apps.figures import series
from tongban.apps.figures.series import Key, Spell, back_from
from tongban.apps.office import office
from tongban.kernel.indicator import Tally
from tongban.kernel.refusal import Refused
from tongban.store.models import CountedRow

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

__all__ = ["world"]

MONTHS = back_from("2026-04", 24)


def told(spells: tuple[Spell, ...]) -> list[dict[str, Tally]]:
    """Each month by unit, without what was not counted."""
    return [{unit: t for unit, t in spell.units.items() if t != Tally()} for spell in spells]


def of_all() -> dict[str, list[dict[str, Tally]]]:
    here = office()
    practice, adoption = here.practices(LATER)[0]
    found = {}
    for name, indicator in indicators_of(here, adoption).items():
        found[name] = told(series.series(here, Key(practice, adoption, indicator), MONTHS, LATER))
    return found


def month_by_month() -> dict[str, list[dict[str, Tally]]]:
    here = office()
    practice, adoption = here.practices(LATER)[0]
    found: dict[str, list[dict[str, Tally]]] = {name: [] for name in indicators_of(here, adoption)}
    for period in MONTHS:
        bounds = month_bounds(period)
        assert not isinstance(bounds, Refused)
        for name, units in tallies(here, practice, adoption, *bounds).items():
            found[name].append({unit: t for unit, t in units.items() if t != Tally()})
    return found


def test_one_pass_kept_counts_and_month_by_month_say_the_same(world: World) -> None:
    plain = month_by_month()
    assert any(any(months) for months in plain.values())
    assert of_all() == plain
    assert keeping.keep(LATER) > 0
    counting.forget()
    series.forget()
    assert of_all() == plain, "from what the county keeps"


def test_where_definitions_changed_since_counts_were_kept_one_pass_counts_all_months(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = month_by_month()
    assert keeping.keep(LATER) > 0
    CountedRow.objects.all().delete()  # as good as kept by other definitions
    counting.forget()
    series.forget()
    passes: list[object] = []
    one = series.cases_between
    monkeypatch.setattr(series, "cases_between", lambda *given: passes.append(given) or one(*given))
    assert of_all() == plain
    assert len(passes) == len(plain), "one for each figure that was asked for, not one for each month"


def test_a_case_that_goes_on_changes_the_month_it_belongs_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also once that month lies so far back that it is not counted after each step."""
    monkeypatch.setattr(series, "LATELY", timedelta(0))
    monkeypatch.setattr(series, "SETTLED", timedelta(0))
    before = of_all()
    world.handled(5, sign=3, reply=22, solved="yes", rating=4)
    after = of_all()
    assert after != before
    assert after == month_by_month()
