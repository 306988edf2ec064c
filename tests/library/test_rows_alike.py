"""Every figure of every practice can be told by rows that say nothing of single cases."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from figures_ground import SHELF, Counted, counted, value_of
from tongban.kernel.edition.alike import alike
from tongban.kernel.indicator import Definition, Tally
from tongban.kernel.indicator.row import tally_of
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.indicators import definition_of


def rows(of: Counted, definition: Definition, n: int, seed: int = 7) -> list[dict[str, Value]]:
    chance = Random(seed)
    return [{name: value_of(of, sort, chance) for name, sort in definition.names.items()} for _ in range(n)]


def told(folder: Path) -> list[Definition]:
    of = counted(folder)
    made = [definition_of(each, of.id, "1") for each in of.indicators.values()]
    return [each for each in made if not isinstance(each, Refused) and "moment" not in each.names.values()]


@pytest.mark.parametrize("folder", SHELF, ids=lambda folder: folder.name)
def test_whatever_a_case_adds_plain_values_add_the_same(folder: Path) -> None:
    for definition in told(folder):
        for row in rows(counted(folder), definition, 60):
            tally = tally_of(definition, row)
            if tally != Tally():
                stands = alike(definition, tally)
                assert stands is not None, (definition.key, tally)
                assert tally_of(definition, stands) == tally


@pytest.mark.parametrize("folder", SHELF, ids=lambda folder: folder.name)
def test_no_number_of_a_case_stands_in_the_rows_of_a_share(folder: Path) -> None:
    for definition in told(folder):
        if definition.kind != "rate":
            continue
        for row in rows(counted(folder), definition, 60):
            stands = alike(definition, tally_of(definition, row)) or {}
            assert 123_456 not in stands.values()


def test_what_no_plain_values_add_has_no_row(folder: Path = SHELF[0]) -> None:
    assert alike(told(folder)[0], Tally(5, 1)) is None
