"""Names of units, divisions, categories and persons, in both languages, from the registers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from msgspec import Struct, field

from tongban.kernel.value import Facts
from tongban.library.texts import product_texts
from tongban.store.journal import Journal
from tongban.store.models import Category, DivisionRow, DutyRow, EntryRow, PeerRow, Person, UnitRow
from tongban.store.precedents import all_precedents
from tongban.store.subjects import all_of

Both = tuple[str, str]
"""A name in Chinese and in English ("" where the register has none)."""

ENGLISH = "title_en"
"""The column that says what a row is called in English; a register that the system keeps has it, one that is brought may."""


class _Called(Struct, frozen=True):
    titles: Mapping[str, tuple[str, bool]]
    english: Mapping[str, tuple[str, bool]]
    """the same, in English where a row says how it is called there"""
    rows: Mapping[str, Facts]
    """what those say that stand in it, by code"""
    until: datetime | None
    """when a row that is brought already begins or ends next"""


class Titles:
    """What the entries of brought registers are called, each register read when somebody first asks for it.

    ``column`` says by which column people know the rows of a register ("" for none).
    """

    def __init__(self, journal: Journal, column: Callable[[str], str]) -> None:
        self._journal = journal
        self._column = column
        self._found: dict[str, _Called] = {}

    def of(self, register: str, language: str) -> Mapping[str, tuple[str, bool]]:
        """The title of each code that ever stood in it, and whether it does now."""
        called = self._called(register)
        return called.english if language == "en" else called.titles

    def rows(self, register: str) -> Mapping[str, Facts]:
        """What each row says that stands in it now, by its code."""
        return self._called(register).rows

    def _called(self, register: str) -> _Called:
        now = datetime.now(UTC)
        kept = self._found.get(register)
        if kept is None or (kept.until is not None and kept.until <= now):
            kept = self._found[register] = self._read(register, now)
        return kept

    def _read(self, register: str, now: datetime) -> _Called:
        rows = EntryRow.objects.filter(county=self._journal.county, register=register).order_by("since")
        every = list(rows.values_list("key", "title", "since", "until"))
        begun = {key: (title, False) for key, title, since, _ in every if since <= now}
        coming = {key: (title, False) for key, title, *_ in reversed(every)}  # by its first name
        found = dict(sorted((coming | begun).items()))  # lists stand in the order of their codes
        column = self._column(register)
        there = {key: said for (_, key), (said, _) in all_of(self._journal, [register], now).items()}
        for key, said in there.items():
            title = said.get(column) or found.get(key, (key, False))[0]
            found[key] = (str(title), True)
        named = {key: (str(said[ENGLISH]), True) for key, said in there.items() if said.get(ENGLISH)}
        turns = (at for *_, since, until in every for at in (since, until) if at is not None and at > now)
        return _Called(found, found | named, there, min(turns, default=None))


class Registered(Struct, frozen=True):
    """All names of one county, loaded together and kept until its registers change."""

    units: Mapping[str, Both]
    divisions: Mapping[str, Both]
    categories: Mapping[str, Both]
    persons: Mapping[str, Both]
    duties: Mapping[str, Both]
    """names of duty-list entries by their codes"""
    entries: Titles
    """what entries of brought registers are called"""
    precedents: Mapping[str, tuple[datetime, str]]
    """when each precedent was set and by which unit, also those that ended"""
    peers: Mapping[str, Both] = field(default_factory=dict)
    """names of other counties, also of those with which nobody talks any more"""

    def unit(self, unit: str, language: str) -> str:
        return _said(self.units, unit, language)

    def division(self, code: str, language: str) -> str:
        return _said(self.divisions, code, language)

    def category(self, code: str, language: str) -> str:
        return _said(self.categories, code, language)

    def duty(self, code: str, language: str) -> str:
        """An entry of a duty list. The one of the last resort, which no list words, says what it is."""
        if self.duties.get(code) == ("", ""):
            return product_texts().say("duty.fallback", language)
        return _said(self.duties, code, language)

    def entry(self, register: str, code: str, language: str) -> str:
        """An entry of a brought register; its code where the register never had it."""
        return self.entries.of(register, language).get(code, (code, False))[0]

    def peer(self, code: str, language: str) -> str:
        """Another county, or this one itself."""
        return _said(self.peers if code in self.peers else self.divisions, code, language)

    def precedent(self, number: str) -> tuple[datetime, str] | None:
        """When the precedent of a case was set, and by which unit; None for one that this register does not know."""
        return self.precedents.get(number)

    def person(self, person: str, language: str) -> str:
        return _said(self.persons, person, language)


def _said(names: Mapping[str, Both], key: str, language: str) -> str:
    chinese, english = names.get(key, (key, ""))
    return english if language == "en" and english else chinese or key


def registered(journal: Journal, column: Callable[[str], str]) -> Registered:
    """Read all names of a county: seven queries. ``column`` as in :class:`Titles`."""
    county = journal.county
    kept = (each.precedent for each in all_precedents(county))
    return Registered(
        units=_both(UnitRow.objects.filter(county=county).values_list("id", "name", "name_en")),
        divisions=_both(DivisionRow.objects.filter(county=county).values_list("code", "name", "name_en")),
        categories=_both(Category.objects.filter(county=county).values_list("code", "name", "name_en")),
        duties=_both(DutyRow.objects.filter(county=county).values_list("code", "name", "name_en")),
        entries=Titles(journal, column),
        precedents={each.case: (each.since, each.by) for each in kept},
        peers=_both(
            PeerRow.objects.filter(county=county).order_by("since").values_list("code", "name", "name_en")
        ),
        persons=_both(Person.objects.filter(county=county).values_list("id", "name", "name_en")),
    )


def _both(rows: object) -> dict[str, Both]:
    return {key: (name, english) for key, name, english in rows}  # type: ignore[attr-defined]
