"""The map of a work: every case of one kind below another one, in blocks, by the phase that it stands in.

Read by one query, whatever the size: phase and lateness are columns. The facts that say where a cell stands are read once from the states of the
cases and remembered.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.heads import Head
from tongban.apps.office import Office
from tongban.apps.wording import say
from tongban.kernel.procedure.model import DROPPED
from tongban.library.shape.views import GridSpec

MOST = 20_000
"""Cells of one map."""
APART = "-"
"""Between the parts of a cell's name."""


class Cell(Struct, frozen=True):
    """``phase`` counts from 0 in the order of the kind; ``late`` while it is open and its time has run out."""

    number: str
    name: str
    phase: int
    late: bool


class Block(Struct, frozen=True):
    """Cells in the order of their names; ``phases`` how many stand in each."""

    name: str
    cells: tuple[Cell, ...]
    phases: tuple[int, ...]
    done: int
    late: int


class PhaseOf(Struct, frozen=True):
    title: str
    done: bool
    n: int
    dropped: bool = False


class Grid(Struct, frozen=True):
    """``title`` is what the kind is called, ``row`` and ``cell`` the two fields. ``more``: there are more cells than a map has."""

    title: str
    row: str
    cell: str
    phases: tuple[PhaseOf, ...]
    blocks: tuple[Block, ...]
    late: int
    more: bool

    @property
    def total(self) -> int:
        return sum(phase.n for phase in self.phases)

    @property
    def done(self) -> int:
        return sum(phase.n for phase in self.phases if phase.done)


def gridded(here: Office, of: Head) -> GridSpec | None:
    """How the practice of a case wants its map, if it wants one."""
    case = of.loaded.case
    view = here.practice(case.adoption).views.get(case.kind)
    return view.grid if view is not None else None


_CELLS = """
    WITH RECURSIVE down AS (
        SELECT id, number, adoption, kind, phase, standing, next_due FROM store_case WHERE county = %s AND parent = %s::uuid
        UNION ALL
        SELECT c.id, c.number, c.adoption, c.kind, c.phase, c.standing, c.next_due
        FROM store_case c JOIN down d ON c.county = %s AND c.parent = d.id
    )
    SELECT number, phase, standing = 'open' AND next_due <= %s FROM down WHERE kind = %s AND adoption = %s LIMIT %s
"""
_FACTS = """
    WITH asked AS MATERIALIZED (
        SELECT number, state::json -> 'facts' AS facts FROM store_case WHERE county = %s AND number = ANY (%s::text[])
    )
    SELECT number, coalesce(facts ->> %s, ''), coalesce(facts ->> %s, ''), coalesce(facts ->> %s, ''), coalesce(facts ->> %s, '')
    FROM asked
"""
Row = tuple[str, str, bool | None]
Place = tuple[str, ...]
"""The answers to the row and to the parts of the cell."""
MOST_KEPT = 200_000
_kept: dict[tuple[str, str, GridSpec], dict[str, Place]] = {}
"""Where cells stand, by county, adoption and grid. What no later step asks anew never changes, and reading it is nine tenths of the work:
ten thousand states to unpack."""


def grid(here: Office, of: Head, spec: GridSpec, acting: Acting) -> Grid:
    """The map below a case that the reader may see. What lies below is shown as far as the tree shows it: where it stands, and nothing of
    what was said in it but its place."""
    case = of.loaded.case
    wording = here.wording(case.adoption, acting.language)
    kind = wording.procedure.kinds[spec.of]
    rows = _rows(here, case.id, case.adoption, spec, acting.now)
    there = {row[1] for row in rows}
    phases = tuple(each for each in kind.places if each != DROPPED or each in there)
    ends = [kind.done_at(phase) for phase in phases]
    said = cache(
        lambda field, value: (
            wording.value(field, value) if value else say("desk.map.unnamed", acting.language)
        )
    )
    place = {phase: n for n, phase in enumerate(phases)}
    by_row: dict[str, list[Cell]] = {}
    places = _places(here, case.adoption, spec, [row[0] for row in rows[:MOST]])
    for number, phase, late in rows[:MOST]:
        row, *named = places[number]
        name = APART.join([said(field, value) for field, value in zip(spec.cell, named, strict=False)])
        by_row.setdefault(said(spec.row, row), []).append(Cell(number, name, place.get(phase, 0), bool(late)))
    blocks = tuple(_block(name, by_row[name], ends) for name in sorted(by_row, key=natural))
    counts = Counter(cell.phase for block in blocks for cell in block.cells)
    return Grid(
        wording.of(f"kinds.{spec.of}", spec.of),
        _label(here, case.adoption, spec, spec.row, acting),
        APART.join(_label(here, case.adoption, spec, field, acting) for field in spec.cell),
        tuple(
            PhaseOf(wording.phase(phase), ends[n], counts[n], phase == DROPPED)
            for n, phase in enumerate(phases)
        ),
        blocks,
        sum(block.late for block in blocks),
        len(rows) > MOST,
    )


def _rows(here: Office, case: str, adoption: str, spec: GridSpec, now: datetime) -> list[Row]:
    county = here.county.code
    bound = [county, case, county, now, spec.of, adoption, MOST + 1]
    return cast("list[Row]", here.rows(_CELLS, bound))


def _places(here: Office, adoption: str, spec: GridSpec, numbers: list[str]) -> dict[str, Place]:
    """Where each case stands in the grid: remembered, where that cannot change."""
    kept = _kept.setdefault((here.county.code, adoption, spec), {}) if _fixed(here, adoption, spec) else {}
    missing = [number for number in numbers if number not in kept]
    if not missing:
        return kept
    named = (spec.row, *spec.cell, "", "")[:4]
    rows = cast(
        "list[tuple[str, str, str, str, str]]", here.rows(_FACTS, [here.county.code, missing, *named])
    )
    found = {number: tuple(place) for number, *place in rows}
    together = {**kept, **found}
    if len(together) > MOST_KEPT:
        kept.clear()
    kept.update(found)
    return together


def _fixed(here: Office, adoption: str, spec: GridSpec) -> bool:
    """Whether no step but the opening one asks where a cell stands."""
    procedure = here.procedure(adoption)
    later = [step.form for step in procedure.kinds[spec.of].steps.values() if step.form and not step.opens]
    asked = {field.id for form in later for field in procedure.forms[form].fields}
    return not asked & {spec.row, *spec.cell}


def _block(name: str, cells: Iterable[Cell], ends: list[bool]) -> Block:
    placed = tuple(sorted(cells, key=lambda cell: (natural(cell.name), cell.number)))
    counts = Counter(cell.phase for cell in placed)
    return Block(
        name,
        placed,
        tuple(counts[n] for n in range(len(ends))),
        sum(counts[n] for n, end in enumerate(ends) if end),
        sum(cell.late for cell in placed),
    )


def _label(here: Office, adoption: str, spec: GridSpec, field: str, acting: Acting) -> str:
    wording = here.wording(adoption, acting.language)
    kind = wording.procedure.kinds[spec.of]
    form = next((step.form for step in kind.openings() if step.form), "")
    return wording.label(form, field)


_DIGITS = re.compile(r"(\d+)")


@lru_cache(maxsize=4096)
def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """So that 2 comes before 10, also within words."""
    parts = _DIGITS.split(name)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)
