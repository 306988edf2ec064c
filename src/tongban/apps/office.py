"""The county at work: its registers, adopted practices, names and journal, as every use case needs them.

What is read here is kept until the store's stamp says that it changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock, local
from time import monotonic
from typing import TypeVar, cast

from django.conf import settings
from msgspec import Struct, field

from tongban.apps.keyring import keys_of
from tongban.apps.naming import Registered, registered
from tongban.apps.numbers import read_number
from tongban.apps.wording import Wording
from tongban.kernel.commands import Actor
from tongban.kernel.county import County
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.practice import Practice
from tongban.store import registers, resealing
from tongban.store.batch import Loaded
from tongban.store.journal import Journal
from tongban.store.keys import KEYS_AWAY as KEYS_AWAY
from tongban.store.notes import chain_id, tip
from tongban.store.stream import after_restore
from tongban.store.vault import Vault

T = TypeVar("T")
MOST_KEPT = 4_000


class Office(Struct, frozen=True):
    """One county at one stamp of its registers."""

    county: County
    journal: Journal
    names: Registered
    stamp: int
    terms: tuple[registers.Term, ...] = ()
    """when each adoption is in force, by practice, the latest of each first"""
    demo: bool = False
    """whether this ledger says of itself that it tells of an invented county"""
    _wordings: dict[tuple[str, str], Wording] = field(default_factory=dict)
    _kept: dict[Hashable, object] = field(default_factory=dict)

    def find(self, number: str) -> Loaded | Refused:
        """A case by its number as somebody typed it. Refuses a mistyped number and one that no case has."""
        read = read_number(number)
        if isinstance(read, Refused):
            return read
        return self.load(read) or Refused("case.unknown", "number", {"number": number})

    def load(self, number: str) -> Loaded | None:
        """A case by its number, as :func:`read_number` gives it."""
        return next(iter(self.journal.load(numbers=[number])), None)

    def adopted(self, practice: str, now: datetime) -> str | None:
        """The id of the adoption under which cases of a practice are opened now; None without one, and for a guarded practice."""
        return dict(self.practices(now)).get(practice)

    def opened_under(self, practice: str, now: datetime) -> str | None:
        """The same, also for a guarded practice: for what opens or decides single cases."""
        return dict(self.all_practices(now)).get(practice)

    def practices(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """Practice and adoption id of everything in force, without the guarded: what lists, counts or tells goes by this."""
        guarded = self.county.guarded
        return tuple(each for each in self.all_practices(now) if each[0] not in guarded)

    def all_practices(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """The same with the guarded, whose cases only few may reach: for what opens or decides single ones, and for what tells of
        practices and of none of their cases."""
        found: dict[str, str] = {}
        for term in self.terms:
            if term.since <= now and (term.until is None or term.until > now):
                found.setdefault(term.practice, term.adoption)
        return tuple(found.items())

    def adoptions(self) -> tuple[str, ...]:
        """The ids of all adoptions, also those that only cases begun under them still follow."""
        return tuple(term.adoption for term in self.terms)

    def procedure(self, adoption: str) -> Procedure:
        return registers.adopted(self.county.code, adoption).procedure

    def practice(self, adoption: str) -> Practice:
        return registers.adopted(self.county.code, adoption).practice

    def homes(self, adoption: str) -> tuple[str, ...]:
        """The units that receive cases of an adopted practice; who took over from one that ended receives in its place."""
        homes = (self.county.present(unit) for unit in registers.adopted(self.county.code, adoption).homes)
        return tuple(dict.fromkeys(unit for unit in homes if unit in self.county.units))

    def home_of(self, adoption: str, actor: Actor, division: str) -> str:
        """The receiving unit of a new case: the actor's own if it is one, else the nearest to the place."""
        homes = self.homes(adoption)
        for post in actor.posts:
            if post.unit in homes:
                return post.unit
        return (*self._around(homes, division or self.county.code), *homes, "")[0]

    def far(self, adoption: str, actor: Actor, division: str) -> bool:
        """Whether none of several receiving units is around a place, nor the actor's own: nobody could say whose it is."""
        homes = self.homes(adoption)
        own = any(post.unit in homes for post in actor.posts)
        return len(homes) > 1 and not own and not self._around(homes, division)

    def _around(self, homes: tuple[str, ...], division: str) -> list[str]:
        """The receiving units of a place and of what it lies in, the nearest first."""
        around = self.county.division_chain(division)
        return [unit for code in around for unit in homes if self.county.units[unit].division == code]

    def wording(self, adoption: str, language: str) -> Wording:
        """The words of an adopted practice in a language."""
        key = (adoption, language)
        found = self._wordings.get(key)
        if found is None:
            kept = registers.adopted(self.county.code, adoption)
            found = self._wordings[key] = Wording(kept.practice, kept.procedure, self.names, language)
        return found

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What follows from the registers and adoptions alone, worked out once for this state of them. ``key`` names all that it depends
        on besides; of very many keys the oldest are forgotten."""
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = make()
            if len(self._kept) > MOST_KEPT:
                for oldest in list(self._kept)[: MOST_KEPT // 2]:
                    self._kept.pop(oldest, None)
        return cast("T", found)

    def rows(self, sql: str, values: Sequence[object]) -> list[tuple[object, ...]]:
        """Rows of a fixed statement with its values bound beside it."""
        return self.journal.query(sql, values)

    def known(self, sql: str, values: Sequence[object]) -> list[tuple[object, ...]]:
        """The same for a statement of every page, which the server keeps prepared."""
        return self.journal.known(sql, values)


DEMO = "demo"
"""The chain of notes by which a demo's ledger is marked."""
LATELY = 5.0
"""Seconds for which a page may take the office as it was just found, instead of asking once more."""
_lock = Lock()
_kept: Office | None = None
_found_at = 0.0
"""When the stamp was last seen to be the kept office's, on the clock that only runs on."""


def journal_of(county: str) -> Journal:
    """The ledger of a county in this home."""
    return _journal(county, settings.TONGBAN_HOME, settings.TONGBAN_CIPHER)


@lru_cache(maxsize=4)
def _journal(county: str, home: Path, cipher: str) -> Journal:
    vault = Vault(home / "keys", county, cipher, partial(resealing.sealing, county))
    return Journal(county, keys_of(county).lookup(county), vault=vault)


@lru_cache(maxsize=4)
def _found(home: Path, county: str) -> str:
    code = registers.only_county()
    if not code:
        raise RefusedError(Refused("registry.no_county", "", {"home": f"{home}/{county}"}))
    return code


def county_code() -> str:
    """The county of this installation: the one whose registers were loaded. Asked of the database once a process."""
    return _found(settings.TONGBAN_HOME, settings.TONGBAN_COUNTY)


def served_county() -> str:
    """The same for whoever signs in: "" before any was loaded, so that nobody is anybody's."""
    try:
        return county_code()
    except RefusedError:
        return ""


def title_column(county: str, terms: tuple[registers.Term, ...], register: str) -> str:
    """By which column people know the rows of a brought register: that of the adoption in force last, "" for none."""
    for term in terms:
        for each in registers.adopted(county, term.adoption).procedure.registers:
            if each.brought and each.id == register:
                return each.title
    return ""


def office_lately() -> Office:
    """The office as it stood within the last seconds: for what stands around a page that has just asked."""
    with _lock:
        kept = _kept if monotonic() - _found_at < LATELY else None
    return office() if kept is None or kept.county.code != county_code() else kept


def ask_anew() -> None:
    """What was found lately is not taken for what stands: between tests, each of which has its own registers."""
    global _found_at
    with _lock:
        _found_at = -LATELY


def office_remembered() -> Office | None:
    """The office as this process last found it, without asking: for a page that says the database is away."""
    with _lock:
        return _kept


def met(number: str) -> tuple[Office, Loaded] | Refused:
    """A case by its number as somebody typed it, with the office as it stands: the case brings the stamp along, so one question is asked
    and not two. Refuses what :meth:`Office.find` refuses."""
    loaded = office_lately().find(number)
    return loaded if isinstance(loaded, Refused) else (office(loaded.registers), loaded)


class _Page(local):
    """What this thread is at."""

    shown = False
    office: Office | None = None


_page = _Page()


@contextmanager
def one_office() -> Iterator[None]:
    """For the length of a page that only shows: how the registers stand is asked once, and all of the page is of that moment."""
    _page.shown, _page.office = True, None
    try:
        yield
    finally:
        _page.shown, _page.office = False, None


def office(at_stamp: int | None = None) -> Office:
    """The office as it stands. One query, unless the caller brings the stamp along or the page has asked already."""
    code = county_code()
    found = _page.office
    if at_stamp is not None or found is None or found.county.code != code:
        found = _office(code, at_stamp)
        _page.office = found if _page.shown else None
    return found


def _office(code: str, at_stamp: int | None) -> Office:
    global _kept, _found_at
    journal = journal_of(code)
    asked = monotonic()
    stamp = journal.stamp() if at_stamp is None else at_stamp
    with _lock:
        kept = _kept
        if kept is not None and kept.stamp == stamp and kept.county.code == code:
            _found_at = asked
            return kept
    if kept is None:
        after_restore(journal)  # once a process: tables from another cluster would be read in a wrong order
    demo = tip(journal, chain_id(code, DEMO)).seq > 0
    terms = registers.adoptions_of(code)
    names = registered(journal, partial(title_column, code, terms))
    made = Office(registers.county_of(code, stamp), journal, names, stamp, terms, demo)
    with _lock:
        _kept, _found_at = made, asked
    return made
