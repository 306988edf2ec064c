"""One question a page: the fields of an opening step, dealt out to the pages on which a resident answers them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from tongban.apps.casework.views import FieldView
from tongban.library.assisted import ASSISTED

SAY, MORE, REACH, CHECK = "say", "more", "reach", "check"
"""What is wrong; what helps and may be left out; how to reach you; whether all is right."""
ASK = "ask-"
"""What the name of a page begins with that asks one thing; the field's id follows."""
_ABOUT_YOU = frozenset({"phone", "name", "id_card", "credit_code", "flag"})
"""Kinds of fields that are about the person and not about the matter."""

_OF_FEW = frozenset({"credit_code"})
"""Kinds of fields for those alone who speak for an enterprise."""


class Page(Struct, frozen=True):
    """One page of the way: ``fields`` are asked on it, ``rest`` travels along unseen."""

    id: str
    fields: tuple[FieldView, ...]
    rest: tuple[FieldView, ...] = ()
    step: int = 1
    steps: int = 1

    @property
    def layout(self) -> str:
        """The template that shows it."""
        return f"resident/{'ask' if self.id.startswith(ASK) else self.id}.html"

    @property
    def folded(self) -> tuple[FieldView, ...]:
        """What only few are asked: it opens when they say so, and stands open once it was answered."""
        return tuple(f for f in self.fields if f.kind in _OF_FEW and not (f.value or f.fault))

    @property
    def helping(self) -> tuple[FieldView, ...]:
        """What whoever fills in for somebody else is asked."""
        return tuple(f for f in self.fields if f.id in ASSISTED)

    @property
    def helped(self) -> bool:
        """Whether any of that was answered, or is wrong."""
        return any(f.value or f.fault for f in self.helping)

    @property
    def asked(self) -> tuple[FieldView, ...]:
        """What everybody is asked on this page."""
        return tuple(field for field in self.fields if field not in (*self.folded, *self.helping))

    @property
    def filled(self) -> bool:
        """Whether anything on it was answered."""
        return any(field.value or field.values for field in self.fields)


def pages_of(fields: tuple[FieldView, ...]) -> tuple[Page, ...]:
    """The pages in order, the last one to check all of it; a page without anything to ask is left out.

    The first required longer text is the box in which the matter is told; a form without one has its
    first field there. Whatever else must be answered and is not about the person has a page of its own, with what hangs on
    its answer; what such a question hangs on comes right before it, required or not: what a register knows is asked first.
    What the answers so far do not ask for has no page, and does not stand on that of others.
    """
    say = next((f for f in fields if f.required and f.kind == "text"), fields[0])
    dealt: dict[str, list[FieldView]] = {SAY: [say]}
    own: dict[str, str] = {}
    ids = {each.id: each for each in fields}
    for field in fields:
        if field.required and field.id != say.id and (field.kind == "flag" or not _about_you(field)):
            for before in _asked_before(field, ids):
                dealt.setdefault(f"{ASK}{before.id}", [before])
            own[field.label] = own.get(field.only_if, f"{ASK}{field.id}")
            dealt.setdefault(own[field.label], []).append(field)
    dealt |= {MORE: [], REACH: [], CHECK: []}
    taken = {field.id for several in dealt.values() for field in several}
    for field in fields:
        if field.id not in taken:
            about = REACH if _about_you(field) else MORE
            dealt[own.get(field.only_if, about)].append(field)
    dealt[REACH].sort(
        key=lambda field: (field.id in ASSISTED, not field.required and field.id not in ASSISTED)
    )
    asked = [
        (name, several)
        for name, several in dealt.items()
        if name == CHECK or any(not f.idle for f in several)
    ]
    shown = [(name, tuple(f for f in several if not _spared(f, several))) for name, several in asked]
    return tuple(
        Page(name, several, tuple(f for f in fields if f not in several), n, len(shown))
        for n, (name, several) in enumerate(shown, 1)
    )


def _spared(field: FieldView, page: Iterable[FieldView]) -> bool:
    """Whether answers of other pages do not ask for a field; what hangs on an answer of its own page stands there."""
    return field.idle and bool(field.hangs_on) and not _ids(page) & set(field.hangs_on)


def may_spare(fields: tuple[FieldView, ...]) -> bool:
    """Whether an answer may spare something that comes after it."""
    return any(each.hangs_on for each in fields)


def _asked_before(field: FieldView, ids: Mapping[str, FieldView]) -> Iterator[FieldView]:
    """What a required question hangs on and is not asked on a page of its own anyway."""
    for before in (ids[name] for name in field.hangs_on if name in ids):
        if (
            not before.required
            and (before.kind == "flag" or not _about_you(before))
            and before.id not in ASSISTED
        ):
            yield before


def _about_you(field: FieldView) -> bool:
    return field.kind in _ABOUT_YOU or field.id in ASSISTED


def page_of(pages: tuple[Page, ...], wanted: str) -> Page:
    """The page of that name, else the first."""
    return next((page for page in pages if page.id == wanted), pages[0])


def files_page(pages: tuple[Page, ...], here: Page) -> Page:
    """The page on which files are asked for, else this one."""
    return next((page for page in pages if any(field.kind == "files" for field in page.fields)), here)


def beside(pages: tuple[Page, ...], here: Page, by: int) -> Page:
    """The page after (``by`` 1) or before (-1) this one; at the ends, itself."""
    return pages[min(max(pages.index(here) + by, 0), len(pages) - 1)]


def stopped_at(pages: tuple[Page, ...], here: Page, wrong: Collection[str]) -> Page | None:
    """The first page up to this one that something is wrong on; None when nothing keeps from going on.

    What is wrong with no field of any page is shown where one stands.
    """
    known = {field.id for page in pages for field in page.fields}
    behind = pages[: pages.index(here) + 1]
    first = next((page for page in behind if _ids(page.fields) & set(wrong)), None)
    return first or (here if set(wrong) - known else None)


def _ids(fields: Iterable[FieldView]) -> set[str]:
    return {field.id for field in fields}
