"""The figures of a month gathered into the lines of an edition, from the practices' own definitions and the cases behind them.

A row says only what definitions name. Units are told apart where every figure over the rows has enough cases of them, by the rule
of ``kernel.indicator.suppression``; a figure that would make most units disappear is counted over rows of its own that name no unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from os import urandom
from typing import cast

from msgspec import Struct

from tongban.analytics.rows import Population as Rows
from tongban.apps.disclosure.counting import indicators_of, rows_behind
from tongban.apps.disclosure.figures import month_bounds
from tongban.apps.office import Office
from tongban.apps.wording import Wording
from tongban.kernel.edition import FORMAT
from tongban.kernel.edition.lines import SALT_LENGTH, Cell, Head, Population, Said, Silent
from tongban.kernel.edition.making import Row, Told, body, population
from tongban.kernel.indicator import Definition
from tongban.kernel.indicator.row import tally_of
from tongban.kernel.indicator.suppression import FEWEST, alone
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.refusal import Refused
from tongban.library.indicators import definition_of
from tongban.store.checkpoints import newest

LANGUAGES = ("zh-Hans", "en")
SET = 5000
"""Chains whose first entries are asked for at a time."""


class Made(Struct, frozen=True):
    """The lines of an edition before its proof."""

    text: str
    figures: int
    rows: int


class Version(Struct, frozen=True):
    """Which edition is made: its number, the digest of the one that it corrects ("" for none) and the reason."""

    edition: int
    corrects: str
    why: str


class _Gathered(Struct):
    told: list[Told]
    populations: list[Population]
    silent: list[Silent]


def made(here: Office, period: str, version: Version, now: datetime) -> Made | Refused:
    """All figures of a month as they stand now. Refuses what is no month, one that is not over (``edition.month_unfinished``) and
    one of which nothing can be told (``edition.nothing_counted``)."""
    bounds = month_bounds(period)
    if isinstance(bounds, Refused):
        return bounds
    start, end = bounds
    if end > now:
        return Refused("edition.month_unfinished", "period", {"period": period})
    found = _Gathered([], [], [])
    size = newest(here.journal).size
    for practice, adoption in here.practices(now):
        _gather(here, practice, adoption, rows_behind(here, practice, adoption, start, end), found)
    if not found.told:
        return Refused("edition.nothing_counted", "period", {"period": period})
    units = sorted({str(unit) for each in found.populations for unit in each.units.values if unit})
    head = Head(
        format=FORMAT,
        county=here.county.code,
        county_name={each: here.names.division(here.county.code, each) for each in LANGUAGES},
        period=period,
        edition=version.edition,
        corrects=version.corrects,
        why=version.why,
        made=instant_text(now),
        ledger=size,
        units={unit: {each: here.names.unit(unit, each) for each in LANGUAGES} for unit in units},
        left_out=tuple(sorted(found.silent, key=lambda each: each.key)),
    )
    rows = sum(len(each.marks) for each in found.populations)
    return Made(body(head, found.told, found.populations), len(found.told), rows)


def _gather(
    here: Office, practice: str, adoption: str, populations: Sequence[Rows], found: _Gathered
) -> None:
    """The definitions and rows of one practice, and which of its figures are not told and why."""
    indicators = indicators_of(here, adoption)
    wordings = {each: here.wording(adoption, each) for each in LANGUAGES}
    version = here.practice(adoption).manifest.version
    for rows in populations:
        tellable: list[Definition] = []
        for id in rows.indicators:
            definition = definition_of(indicators[id], practice, version)
            if isinstance(definition, Refused):
                found.silent.append(Silent(f"{practice}/{id}", definition.code))
            elif "moment" in definition.names.values():
                found.silent.append(Silent(f"{practice}/{id}", "edition.expression"))
            else:
                tellable.append(definition)
        counts = {each.key: _counts(each, rows) for each in tellable}
        for each in tellable:
            if 0 < sum(counts[each.key].values()) < FEWEST:
                found.silent.append(Silent(each.key, "edition.too_few"))
        shown = [each for each in tellable if sum(counts[each.key].values()) >= FEWEST]
        if not shown:
            continue
        given = list(_rows(here, rows))
        signs = frozenset(each.key for each in shown if indicators[each.key.partition("/")[2]].sign)
        together, apart, units = _told_apart(shown, counts, rows, signs)
        found.populations += [
            population(group, given, alone, urandom(SALT_LENGTH).hex())
            for group, alone in ((apart, units), (together, frozenset[str]()))
            if group
        ]
        found.told += [Told(each, _words(each, wordings)) for each in shown]


def _counts(definition: Definition, rows: Rows) -> dict[str, int]:
    """The cases that a figure is over, by unit."""
    found: dict[str, int] = {}
    names = tuple(definition.names)
    known: dict[tuple[object, ...], int] = {}
    columns = [rows.columns[name] for name in names]
    cells = zip(*columns, strict=True) if columns else ((),) * len(rows)
    for unit, values in zip(rows.columns["unit"], cells, strict=True):
        n = known.get(values)
        if n is None:
            n = known[values] = tally_of(definition, dict(zip(names, values, strict=True))).sample
        if n:
            found[str(unit)] = found.get(str(unit), 0) + n
    return found


def _told_apart(
    shown: Sequence[Definition],
    counts: Mapping[str, Mapping[str, int]],
    rows: Rows,
    signs: frozenset[str] = frozenset(),
) -> tuple[list[Definition], list[Definition], frozenset[str]]:
    """The figures without units, those with, and the units that all of the latter tell apart.

    A unit stands alone only where every one of them has enough cases of it. Figures come in the order of their size, so that one over a
    few cases does not cost the others their units. Signs are told of the county alone.
    """
    all_of: dict[str, int] = {}
    for unit in rows.columns["unit"]:
        all_of[str(unit)] = all_of.get(str(unit), 0) + 1
    units = alone(all_of) - {""}
    least = (len(units) + 1) // 2
    together: list[Definition] = []
    apart: list[Definition] = []
    for each in sorted(shown, key=lambda each: (-sum(counts[each.key].values()), each.key)):
        left = units & (alone(counts[each.key]) | (units - counts[each.key].keys()))
        if left and len(left) >= least and each.key not in signs:
            apart.append(each)
            units = left
        else:
            together.append(each)
    return together, apart, units


def _rows(here: Office, rows: Rows) -> Iterator[Row]:
    """The rows with the seals of the entries that opened their cases."""
    chains = cast("list[str]", rows.columns["chain"])
    seals: dict[str, bytes] = {}
    for start in range(0, len(chains), SET):
        found = here.rows(
            """SELECT chain::text, seal FROM store_event
               WHERE county = %s AND chain = ANY (%s::uuid[]) AND seq = 1""",
            [here.county.code, chains[start : start + SET]],
        )
        seals.update(cast("list[tuple[str, bytes]]", found))
    names = tuple(rows.names)
    columns = [cast("list[Cell]", rows.columns[name]) for name in names]
    for n, (chain, unit) in enumerate(zip(chains, rows.columns["unit"], strict=True)):
        yield Row(
            seals[chain],
            str(unit),
            {name: column[n] for name, column in zip(names, columns, strict=True)},
        )


def _words(definition: Definition, wordings: Mapping[str, Wording]) -> dict[str, Said]:
    id = definition.key.partition("/")[2]
    return {
        language: Said(
            practice=wording.title(),
            title=wording.of(f"indicators.{id}.title", id),
            says=wording.of(f"indicators.{id}.says"),
            exclusions={
                each.id: wording.of(f"exclusions.{each.id}", each.id) for each in definition.exclusions
            },
        )
        for language, wording in wordings.items()
    }
