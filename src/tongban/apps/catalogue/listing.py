"""What the page of the catalogue lists: the entries found, and by what they can be narrowed."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from tongban.apps.catalogue.finding import Question, find
from tongban.apps.catalogue.guide import named
from tongban.apps.catalogue.popularity import popularity
from tongban.apps.catalogue.rows import Catalogue, Row, catalogue_of
from tongban.apps.office import Office, office
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused

PAGE = 20
"""Entries on a page."""
LAST = 500
"""The last page that is counted out; nobody turns so many."""


class Line(Struct, frozen=True):
    """One entry. ``visits`` is None where nothing is promised; ``popular`` counts the cases of the last three whole months."""

    code: str
    title: str
    plain: str
    groups: tuple[str, ...]
    level: str
    unit: str
    visits: int | None
    at_once: bool
    popular: int


class Narrowed(Struct, frozen=True):
    """A group or level that can be chosen, with how many entries it would leave."""

    code: str
    title: str
    n: int
    here: bool


class Listing(Struct, frozen=True):
    """One page of what was found. ``near``: nothing holds enough of the words, these hold some. ``total`` is all that was found."""

    question: Question
    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int
    near: bool
    groups: tuple[Narrowed, ...]
    levels: tuple[Narrowed, ...]

    @property
    def first(self) -> int:
        """The place of the first line among all that was found."""
        return (self.page - 1) * PAGE + 1

    @property
    def before(self) -> int:
        return self.page - 1

    @property
    def after(self) -> int:
        return self.page + 1


def listing(question: Question, page: int, language: str, now: datetime) -> Listing | Refused:
    """One page of the entries that fit a question; a page beyond the last is the last. Refuses where there is no catalogue."""
    catalogue = catalogue_of(now)
    if isinstance(catalogue, Refused):
        return catalogue
    here, today = office(), local_date(now).isoformat()
    popular = popularity(here, catalogue, now)
    found = find(catalogue, question, popular, today)
    pages = max(1, -(-len(found.rows) // PAGE))
    page = min(max(page, 1), pages, LAST)
    shown = found.rows[(page - 1) * PAGE : page * PAGE]
    return Listing(
        question=question,
        lines=tuple(_line(row, catalogue, here, language, popular.get(row.code, 0)) for row in shown),
        total=len(found.rows),
        page=page,
        pages=pages,
        near=found.near,
        groups=tuple(
            Narrowed(each.code, each.title, found.groups.get(each.code, 0), each.code == question.group)
            for each in named(catalogue, "groups", tuple(catalogue.behind.get("groups", {})), language)
        ),
        levels=tuple(
            Narrowed(code, title, found.levels.get(code, 0), code == question.level)
            for code, title in _levels(catalogue, here, language)
        ),
    )


def _levels(catalogue: Catalogue, here: Office, language: str) -> list[tuple[str, str]]:
    """The levels in the order in which the practice names them."""
    column = catalogue.spec.level
    fields = here.practice(catalogue.adoption).registers[catalogue.spec.register_].fields
    wording = catalogue.wording(here, language)
    chosen = next((each.choices for each in fields if each.id == column), ())
    return [(code, wording.choice(column or "", code)) for code in chosen]


def _line(row: Row, catalogue: Catalogue, here: Office, language: str, popular: int) -> Line:
    spec, wording = catalogue.spec, catalogue.wording(here, language)
    unit, level = row.words(spec.unit, ""), row.words(spec.level, "")
    return Line(
        code=row.code,
        title=row.words(spec.title, language) or row.code,
        plain=row.words(spec.plain, language),
        groups=tuple(each.title for each in named(catalogue, "groups", row.codes(spec.groups), language)),
        level=wording.choice(spec.level or "", level) if level else "",
        unit=here.names.unit(unit, language) if unit else "",
        visits=row.whole(spec.visits),
        at_once=row.flag(spec.at_once),
        popular=popular,
    )
