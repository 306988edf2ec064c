"""What could be done: shares of the catalogue's entries, kept apart from what was done, which the cases say.

Entries that are offered no longer are left out everywhere, those on the list of exceptions where visits are counted; how many, is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from tongban.apps.catalogue.rows import Catalogue, Row, catalogue_of
from tongban.apps.office import Office, office
from tongban.apps.wording import say
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused


class Able(Struct, frozen=True):
    """One share. ``what`` is its name in the texts (``able.<what>``), ``title`` in words; ``left_out`` are entries that it is not about."""

    what: str
    title: str
    numerator: int
    denominator: int
    left_out: int

    @property
    def share(self) -> float:
        return self.numerator / self.denominator


class AblePage(Struct, frozen=True):
    """``practice`` is the catalogue's title. ``offered`` are the entries that it offers now, ``gone`` those that it does no longer."""

    practice: str
    offered: int
    gone: int
    shares: tuple[Able, ...]


def able(language: str, now: datetime) -> AblePage | Refused:
    """All shares that the columns of the county's catalogue allow. Refuses where there is no catalogue."""
    catalogue = catalogue_of(now)
    if isinstance(catalogue, Refused):
        return catalogue
    here, today = office(), local_date(now).isoformat()
    rows = [row for row in catalogue.rows.values() if not catalogue.withdrawn(row, today)]
    shares = (each for each in _shares(here, catalogue, rows, language) if each.denominator)
    return AblePage(
        catalogue.wording(here, language).title(), len(rows), len(catalogue.rows) - len(rows), tuple(shares)
    )


def _shares(here: Office, catalogue: Catalogue, rows: list[Row], language: str) -> Iterator[Able]:
    spec = catalogue.spec

    def share(what: str, numerator: int, denominator: int) -> Able:
        return Able(what, say(f"able.{what}", language), numerator, denominator, len(rows) - denominator)

    if spec.at_once is not None:
        yield share("at_once", sum(row.flag(spec.at_once) for row in rows), len(rows))
    if spec.visits is not None:
        known = [
            visits
            for row in rows
            if row.code not in catalogue.exceptions and (visits := row.whole(spec.visits)) is not None
        ]
        yield share("no_visit", known.count(0), len(known))
        yield share("one_visit", sum(visits <= 1 for visits in known), len(known))
    if spec.online is not None:
        yield from _online(here, catalogue, rows, language)
    if spec.days_by_law is not None and spec.days is not None:
        days = list(_days(rows, spec.days_by_law, spec.days))
        law, saved = sum(law for law, _ in days), sum(law - promised for law, promised in days)
        yield Able("time_saved", say("able.time_saved", language), saved, law, len(rows) - len(days))


def _online(here: Office, catalogue: Catalogue, rows: list[Row], language: str) -> Iterator[Able]:
    """How much of it can be done online, by what the catalogue says, in the order in which its practice names that."""
    column, wording = catalogue.spec.online or "", catalogue.wording(here, language)
    counts = Counter(row.words(column, "") for row in rows)
    fields = here.practice(catalogue.adoption).registers[catalogue.spec.register_].fields
    said = len(rows) - counts[""]
    for code in next((each.choices for each in fields if each.id == column), ()):
        title = say("able.online", language, how=wording.choice(column, code))
        yield Able(f"online_{code}", title, counts[code], said, counts[""])


def _days(rows: Iterable[Row], by_law: str, promised: str) -> Iterator[tuple[int, int]]:
    """Days by law and as promised, of the entries of which the law names any."""
    for row in rows:
        law, own = row.whole(by_law), row.whole(promised)
        if law and own is not None:
            yield law, own
