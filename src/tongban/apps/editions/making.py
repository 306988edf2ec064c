"""The figures of a month gathered into the lines of an edition, from the practices' own definitions and the cases behind them.

Each figure has rows of its own, which say what the figure says and no more: values that count as the case does (``kernel.edition.alike``).
Units are told apart where a figure has enough cases of them, by the rule of ``kernel.indicator.suppression``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from os import urandom
from typing import TypeAlias, cast

from msgspec import Struct, field

from tongban.analytics.rows import Population as Rows
from tongban.apps.disclosure.counting import indicators_of, rows_behind
from tongban.apps.disclosure.figures import month_bounds
from tongban.apps.disclosure.parts import by_title, part_name
from tongban.apps.disclosure.publishing import wide_unit
from tongban.apps.draws.reading import seed_secret
from tongban.apps.office import Office
from tongban.apps.wording import Wording, say
from tongban.kernel.edition import FORMAT
from tongban.kernel.edition.alike import Cells, alike
from tongban.kernel.edition.lines import SALT_LENGTH, Head, Population, Said, Silent, read
from tongban.kernel.edition.making import Row, Told, body, population
from tongban.kernel.edition.recount import BrokenError
from tongban.kernel.indicator import Definition, Tally
from tongban.kernel.indicator.parts import OFFICE, PARTS, PREFIX
from tongban.kernel.indicator.row import adding
from tongban.kernel.indicator.suppression import FEWEST, alone
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.indicators import definition_of
from tongban.store import editions
from tongban.store.checkpoints import newest

LANGUAGES = ("zh-Hans", "en")
SET = 5000
"""Chains whose first entries are asked for at a time."""
CHANCE = "drawn."
"""How names begin that say whom chance drew."""
Before: TypeAlias = "Mapping[str, Set[str]]"
"""Units that were told already, by figure; figures that were not told are not in it."""


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
    """``before`` is what editions of the month told already; ``secret``: the seed of the month is not published yet."""

    before: Before
    secret: bool
    told: list[Told] = field(default_factory=list)
    populations: list[Population] = field(default_factory=list)
    silent: list[Silent] = field(default_factory=list)
    names: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """of parts, as units are named"""


def made(here: Office, period: str, version: Version, now: datetime) -> Made | Refused:
    """All figures of a month as they stand now. Refuses what is no month, one that is not over (``edition.month_unfinished``),
    one of which nothing can be told (``edition.nothing_counted``) and a figure that no reader keeps exact (``edition.too_large``)."""
    bounds = month_bounds(period)
    if isinstance(bounds, Refused):
        return bounds
    start, end = bounds
    if end > now:
        return Refused("edition.month_unfinished", "period", {"period": period})
    found = _Gathered(_before(here, period), seed_secret(here, period, now))
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
        units={
            unit: found.names.get(unit) or {each: here.names.unit(unit, each) for each in LANGUAGES}
            for unit in units
        },
        left_out=tuple(sorted(found.silent, key=lambda each: each.key)),
    )
    rows = sum(len(each.marks) for each in found.populations)
    try:
        text = body(head, found.told, found.populations)
    except BrokenError as fault:
        return Refused(fault.code, "", fault.facts)
    except RefusedError as stop:
        return stop.refusal
    return Made(text, len(found.told), rows)


def _gather(
    here: Office, practice: str, adoption: str, populations: Sequence[Rows], found: _Gathered
) -> None:
    """The definitions and rows of one practice, and which of its figures are not told and why."""
    indicators = indicators_of(here, adoption)
    wordings = {each: here.wording(adoption, each) for each in LANGUAGES}
    version = here.practice(adoption).manifest.version
    for rows in populations:
        seals, units = _seals(here, rows), _wide(here, rows)
        for id in rows.indicators:
            definition = definition_of(indicators[id], practice, version)
            if isinstance(definition, Refused):
                found.silent.append(Silent(f"{practice}/{id}", definition.code))
                continue
            if "month" not in definition.periods or definition.disclosure == OFFICE:
                code = "edition.not_told" if definition.disclosure == OFFICE else "edition.not_monthly"
                found.silent.append(Silent(definition.key, code))
                continue
            if found.secret and _by_chance(definition):
                found.silent.append(Silent(definition.key, "edition.seed_secret"))
                continue
            told = _told(definition, rows, seals, units, found.before)
            if isinstance(told, str):
                found.silent.append(Silent(definition.key, told))
            if not isinstance(told, Population):
                continue
            found.populations.append(told)
            found.told.append(Told(definition, _words(definition, wordings)))
            for by in indicators[id].parts if definition.disclosure == PARTS else ():
                split = definition.split(by)
                parts = [f"{by}:{part}" for part in rows.columns[PREFIX + by]]
                broken = _told(split, rows, seals, parts, found.before)
                assert isinstance(broken, Population), split.key  # it is over the cases of the figure itself
                found.populations.append(broken)
                found.told.append(Told(split, _words(definition, wordings, by)))
                for part in {*broken.units.values} - {""}:
                    found.names[str(part)] = {
                        each: part_name(wordings[each], by, str(part).removeprefix(f"{by}:"))
                        for each in LANGUAGES
                    }


def _told(
    definition: Definition,
    rows: Rows,
    seals: Sequence[bytes],
    units: Sequence[str],
    before: Before,
) -> Population | str | None:
    """The rows behind a figure, the code of why it is not told, or None where it is over nothing.

    Of some figures, and of what is left out of a count, the county's alone is told; a correction tells no unit that an edition before it
    kept back.
    """
    if "moment" in definition.names.values():
        return "edition.expression"
    columns = [rows.columns[name] for name in definition.names]
    cells = zip(*columns, strict=True) if columns else ((),) * len(rows)
    known: dict[tuple[object, ...], tuple[Tally, Cells | None]] = {}
    stands: dict[str, Cells | None] = {}
    counts: dict[str, int] = {}
    given: list[Row] = []
    adds = adding(definition)
    chance = _by_chance(definition)
    for seal, unit, values in zip(seals, units, cells, strict=True):
        if values not in known:
            tally = adds(dict(zip(definition.names, values, strict=True)))
            if (sums := str(tally)) not in stands:
                stands[sums] = alike(definition, tally) if tally != Tally() else {}
            known[values] = tally, stands[sums]
        tally, row = known[values]
        if row is None:
            return "edition.no_rows"
        if tally == Tally():
            continue
        if tally.sample:
            counts[unit] = counts.get(unit, 0) + tally.sample
        # Who works here knows the seals: whom chance drew must not be found by them.
        # What is left out of a count is told of the county: beside the name of a unit it would often be one case.
        given.append(Row(urandom(len(seal)) if chance else seal, "" if tally.excluded else unit, row))
    if not counts:
        return None
    if sum(counts.values()) < FEWEST:
        return "edition.too_few"
    told = alone(counts) - {""} if definition.disclosure == PARTS else frozenset[str]()
    apart = told & before.get(definition.key, counts.keys())
    return population((definition,), given, apart, urandom(SALT_LENGTH).hex())


def _by_chance(definition: Definition) -> bool:
    """Whether a figure says anything of whom chance drew."""
    return any(name.startswith(CHANCE) for name in definition.names)


def _seals(here: Office, rows: Rows) -> list[bytes]:
    """The seals of the entries that opened the cases."""
    chains = cast("list[str]", rows.columns["chain"])
    seals: dict[str, bytes] = {}
    for start in range(0, len(chains), SET):
        found = here.rows(
            """SELECT chain::text, seal FROM store_event
               WHERE county = %s AND chain = ANY (%s::uuid[]) AND seq = 1""",
            [here.county.code, chains[start : start + SET]],
        )
        seals.update(cast("list[tuple[str, bytes]]", found))
    return [seals[chain] for chain in chains]


def _wide(here: Office, rows: Rows) -> list[str]:
    """The units that did the work; for a village's, the township above it."""
    known = {str(unit): wide_unit(here, str(unit)) for unit in {*rows.columns["unit"]}}
    return [known[str(unit)] for unit in rows.columns["unit"]]


def _before(here: Office, period: str) -> Before:
    """The units that every released edition of a month told, by figure."""
    found: dict[str, frozenset[str]] = {}
    for each in editions.kept(here.journal, period):
        if each.released_at is None:
            continue
        opened = read(editions.told_of(here.journal, period, each.edition))
        if isinstance(opened, Finding):
            raise RefusedError(opened.refusal())
        for figure in opened.figures:
            units = frozenset(figure.units)
            found[figure.key] = found.get(figure.key, units) & units
    return found


def _words(definition: Definition, wordings: Mapping[str, Wording], by: str = "") -> dict[str, Said]:
    id = definition.key.partition("/")[2]
    return {
        language: Said(
            practice=wording.title(),
            title=f"{wording.of(f'indicators.{id}.title', id)}{_broken(wording, by)}",
            says=wording.of(f"indicators.{id}.says"),
            exclusions={
                each.id: wording.of(f"exclusions.{each.id}", each.id) for each in definition.exclusions
            },
        )
        for language, wording in wordings.items()
    }


def _broken(wording: Wording, by: str) -> str:
    """What is added to a title where units are not what is told apart."""
    return f" · {say('parts.title', wording.language, by=by_title(wording, by))}" if by else ""
