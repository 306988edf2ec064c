"""What is new for the public, as feeds say it: matters that were published, months that were released, what was corrected."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.db.models import Q
from msgspec import Struct

from tongban.apps.office import office
from tongban.apps.wording import LOCAL
from tongban.store.models import PublicText

MOST = 50


class Item(Struct, frozen=True):
    """One entry. ``key`` never changes; ``page`` and ``args`` are the name of its page and what stands in its address."""

    key: str
    title: str
    says: str
    at: datetime
    page: str
    args: tuple[str, ...]


PAGES = {"case": "public_case", "card": "public_card", "refusal": "public_refusal"}


def texts(language: str, now: datetime) -> tuple[Item, ...]:
    """The newest published texts, with days and no hours: an hour may be that of somebody's call."""
    here = office()
    rows = PublicText.objects.filter(
        Q(until=None) | Q(until__gt=now), county=here.county.code, what__in=PAGES
    ).order_by("-since", "-chain")[:MOST]
    return tuple(
        Item(
            key=f"{row.what}/{row.chain}",
            title=row.title,
            says=" · ".join(
                part
                for part in (
                    here.names.category(row.category, language) if row.category else "",
                    here.names.division(row.division, language),
                )
                if part
            ),
            at=_day(row.since),
            page=PAGES[row.what],
            args=(str(row.chain),),
        )
        for row in rows
    )


def _day(at: datetime) -> datetime:
    """The beginning of its day in China."""
    return datetime.combine(at.astimezone(LOCAL).date(), time(), LOCAL).astimezone(UTC)
