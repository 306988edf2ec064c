"""The rows behind figures: counting them by the definition alone gives what counting the cases gives."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from figures_ground import SHELF, counted, drawn_cases
from tongban.analytics.rows import rows_of
from tongban.apps.disclosure.counting import tallied
from tongban.kernel.indicator import Tally, tally_of
from tongban.kernel.procedure.seen import Seen
from tongban.kernel.refusal import Refused
from tongban.library.indicators import definition_of

OCTOBER = datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2026, 10, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize("folder", SHELF, ids=lambda folder: folder.name)
def test_rows_counted_by_the_definition_give_what_the_cases_give(folder: Path) -> None:
    of = counted(folder)
    cases = list(drawn_cases(of, Random(7), 300))
    expected = tallied(cases, lambda _: of.procedure, of.county, of.indicators, *OCTOBER)
    for population in rows_of(
        cases, lambda case: Seen(of.procedure, of.county, case), of.id, of.indicators, *OCTOBER
    ):
        for id in population.indicators:
            definition = definition_of(of.indicators[id], of.id, "1")
            assert not isinstance(definition, Refused)
            found: dict[str, Tally] = {"": Tally()}
            for n in range(len(population)):
                values = {name: population.columns[name][n] for name in population.names}
                one = tally_of(definition, values)
                for unit in dict.fromkeys(("", str(population.columns["unit"][n]))):
                    found.setdefault(unit, Tally()).add(one)
            assert found == expected[id], id


def test_conditions_hold_now_and_then_in_drawn_cases() -> None:
    """Else the tests that count them would compare nothing with nothing."""
    silent, all_of_them = [], 0
    for folder in SHELF:
        of = counted(folder)
        procedures = {"1": of.procedure}
        cases = drawn_cases(of, Random(7), 600)
        found = tallied(cases, procedures.__getitem__, of.county, of.indicators, *OCTOBER)
        all_of_them += len(found)
        silent += [f"{of.id}/{id}" for id, tallies in found.items() if not tallies[""].numerator]
    assert 20 * len(silent) <= all_of_them, silent  # a few ask for much at once
