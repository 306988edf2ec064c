"""A case as it stands in published editions: found by its mark, for whoever may see the case."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.disclosure.figures import month_name
from tongban.apps.office import Office, office
from tongban.apps.sight import seen
from tongban.kernel.clock import LOCAL
from tongban.kernel.edition.lines import Cell, Edition, Population, mark_of, read
from tongban.kernel.edition.recount import definition_of
from tongban.kernel.indicator.parts import PREFIX
from tongban.kernel.indicator.row import tally_of
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.refusal import Refused
from tongban.store import editions
from tongban.store.edition_rows import rows_with, salts


class Counted(Struct, frozen=True):
    """What a case adds to a figure. ``how`` is ``good``, ``other`` (counted, and not among the good), ``added`` (with its number) or ``excluded``
    (with the reason in words)."""

    title: str
    how: str
    what: str


class Row(Struct, frozen=True):
    """A row of the case: its mark, whether the unit that worked on it is told, and its values by name."""

    mark: str
    unit_told: bool
    values: tuple[tuple[str, str], ...]


class Standing(Struct, frozen=True):
    """A case in an edition: the figures that it counts in, and its rows, one in each population."""

    period: str
    month: str
    edition: int
    counted: tuple[Counted, ...]
    rows: tuple[Row, ...]


def standings(number: str, acting: Acting) -> tuple[Standing, ...] | Refused:
    """The rows of a case in all editions that the public has, the newest first. For whoever may see the case."""
    here = office()
    loaded = seen(number, acting, here)
    if isinstance(loaded, Refused):
        return loaded
    case = loaded.case
    dues = (each.due for each in case.clocks if each.due is not None)
    first, last = (
        f"{at.astimezone(LOCAL):%Y-%m}"
        for at in (case.opened_at, max(case.settled_at or acting.now, *dues, case.opened_at))
    )
    seal = here.rows(
        "SELECT seal FROM store_event WHERE county = %s AND chain = %s::uuid AND seq = 1",
        [here.county.code, case.id],
    )
    if not seal or not isinstance(seal[0][0], bytes):
        return ()
    return tuple(_found(here, (first, last), seal[0][0], acting.language))


def _found(here: Office, within: tuple[str, str], seal: bytes, language: str) -> Iterator[Standing]:
    """In the editions of the months in which the case can count: from its opening to the last of its end and its deadlines."""
    for kept in editions.kept(here.journal):
        if not kept.readable or not within[0] <= kept.period <= within[1]:
            continue
        # Only the rows of the case are read, and the definitions where there are any: most editions do not have it.
        marks = {mark_of(salt, seal) for salt in salts(here.journal, kept)}
        found = [
            (population, population.marks.index(mark))
            for population in rows_with(here.journal, kept, marks)
            for mark in (mark_of(population.salt, seal),)
            if not population.unit.startswith(PREFIX)  # the same figure by something else than units
            if mark in population.marks
        ]
        edition = read(editions.told_of(here.journal, kept.period, kept.edition)) if found else None
        if edition is None or isinstance(edition, Finding):
            continue
        yield Standing(
            period=kept.period,
            month=month_name(kept.period, language),
            edition=kept.edition,
            counted=tuple(each for place in found for each in _counted(edition, *place, language)),
            rows=tuple(_row(*place) for place in found),
        )


def _row(population: Population, at: int) -> Row:
    return Row(
        mark=population.marks[at],
        unit_told=bool(population.units.values[population.units.rows[at]]),
        values=tuple((name, _plain(value)) for name, value in _values(population, at).items()),
    )


def _values(population: Population, at: int) -> dict[str, Cell]:
    return {name: column.values[column.rows[at]] for name, column in population.columns.items()}


def _counted(edition: Edition, population: Population, at: int, language: str) -> Iterator[Counted]:
    """What a row adds to the figures over its population."""
    row = _values(population, at)
    for each in edition.definitions:
        definition = definition_of(each.text)
        if definition.key not in population.figures:
            continue
        words = each.words.get(language) or next(iter(each.words.values()))
        one = tally_of(definition, row)
        if one.excluded:
            reason = next(iter(one.excluded))
            yield Counted(words.title, "excluded", words.exclusions.get(reason, reason))
        elif one.denominator:
            how = "added" if one.sums is not None else "good" if one.numerator else "other"
            yield Counted(words.title, how, str(one.numerator) if how == "added" else "")


def _plain(value: Cell) -> str:
    """As it stands in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value)
    return str(value)
