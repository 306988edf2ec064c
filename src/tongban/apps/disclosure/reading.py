"""What the public reads: de-identified cases, case cards, and cases like the one being written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from django.db.models import Q, QuerySet
from msgspec import Struct

from tongban.apps.disclosure.publishing import place_of
from tongban.apps.office import Office, office
from tongban.apps.wording import day, say_or
from tongban.kernel.refusal import Refused
from tongban.store.alike import alike
from tongban.store.models import PublicText
from tongban.store.published import found

PAGE = 20
ALIKE = 4
SEARCHED = 200
"""Texts that a search shows at most, over all its pages."""


class Part(Struct, frozen=True):
    label: str
    words: str


class PublicCase(Struct, frozen=True):
    """A published text as a page shows it, with days and no hours. ``days`` is from opening to settling, whole ones."""

    id: str
    title: str
    category: str
    place: str
    unit: str
    outcome: str
    opened: str
    settled: str
    days: int
    parts: tuple[Part, ...]


class PublicPage(Struct, frozen=True):
    cases: tuple[PublicCase, ...]
    older: str


def published(
    what: str,
    language: str,
    *,
    words: str = "",
    category: str = "",
    place: str = "",
    after: str = "",
    most: int = PAGE,
) -> PublicPage:
    """One page of published texts, the newest first; ``after`` is the cursor of the page before.

    A cursor that is none of ours shows the first page.
    """
    here = office()
    rows = _public(here, what)
    if category:
        rows = rows.filter(Q(category=category) | Q(category__startswith=f"{category}."))
    if place:
        rows = rows.filter(division=place)
    if words.strip():
        rows = rows.filter(chain__in=found(here.journal, what, words, SEARCHED))
    cursor = _cursor(after)
    if cursor is not None:
        at, chain = cursor
        rows = rows.filter(Q(since__lt=at) | Q(since=at, chain__lt=chain))
    listed = list(rows.order_by("-since", "-chain")[: most + 1])
    shown = listed[:most]
    last = shown[-1] if len(listed) > most else None
    older = f"{last.since.isoformat()}~{last.chain}" if last is not None else ""
    return PublicPage(tuple(as_public(here, row, language) for row in shown), older)


def _public(here: Office, what: str) -> QuerySet[PublicText]:
    now = datetime.now(UTC)
    return PublicText.objects.filter(Q(until=None) | Q(until__gt=now), county=here.county.code, what=what)


def _cursor(after: str) -> tuple[datetime, UUID] | None:
    at, _, chain = after.partition("~")
    try:
        moment_, last = datetime.fromisoformat(at), UUID(chain)
    except ValueError:
        return None
    return (moment_, last) if moment_.tzinfo is not None else None


def read_public(what: str, chain: str, language: str) -> PublicCase | Refused:
    """One published text. Refuses what is not public, or no more (``disclosure.not_public``)."""
    here = office()
    row = _public(here, what).filter(chain=chain).first()
    return Refused("disclosure.not_public", what) if row is None else as_public(here, row, language)


def similar(words: str, division: str, language: str) -> tuple[PublicCase, ...]:
    """Published cases like what somebody is writing, the likest first; those of the same township come forward."""
    here = office()
    township = place_of(here, division) if division else ""
    likest = alike(here.journal, "case", words, township, ALIKE)
    rows = {str(row.chain): row for row in _public(here, "case").filter(chain__in=likest)} if likest else {}
    return tuple(as_public(here, rows[chain], language) for chain in likest if chain in rows)


def as_public(here: Office, row: PublicText, language: str) -> PublicCase:
    """A published text in the reader's language."""
    text = cast("Mapping[str, object]", row.text)
    opened = datetime.fromisoformat(str(text["opened"]))
    settled = datetime.fromisoformat(str(text["settled"])) if text.get("settled") else None
    wording = here.wording(str(text["adoption"]), language)
    outcome = str(text.get("outcome", ""))
    return PublicCase(
        id=str(row.chain),
        title=row.title,
        category=here.names.category(row.category, language) if row.category else "",
        place=here.names.division(row.division, language),
        unit=here.names.unit(str(text["unit"]), language),
        outcome=wording.outcome(outcome) if outcome else "",
        opened=day(opened, language),
        settled=day(settled, language) if settled is not None else "",
        days=(settled - opened).days if settled is not None else 0,
        parts=tuple(
            Part(
                wording.of(f"fields.{name}.label") or say_or(f"public.{name}", language, name),
                wording.value(name, words),
            )
            for name, words in cast("list[list[str]]", text["parts"])
        ),
    )
