"""What is new for the public, as feeds say it: matters that were published, months that were released, what was corrected."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.db.models import Q
from msgspec import Struct

from tongban.apps.disclosure.figures import month_name
from tongban.apps.office import office
from tongban.apps.wording import say
from tongban.kernel.clock import LOCAL
from tongban.kernel.value import Facts
from tongban.store.editions import Kept, kept
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


def releases(language: str, now: datetime) -> tuple[Item, ...]:
    """The months that were released, corrections among them."""
    del now  # an edition is never released ahead of its time
    return tuple(_release(each, language) for each in _editions() if each.released_at is not None)[:MOST]


def corrections(language: str, now: datetime) -> tuple[Item, ...]:
    """What took the place of something released before, and what was taken down, each with its reason."""
    del now
    found = [
        _release(each, language) for each in _editions() if each.corrects and each.released_at is not None
    ]
    found += [_withdrawn(each, language) for each in _editions() if each.withdrawn_at is not None]
    return tuple(sorted(found, key=lambda item: item.at, reverse=True)[:MOST])


def _editions() -> tuple[Kept, ...]:
    return kept(office().journal)


def _release(each: Kept, language: str) -> Item:
    assert each.released_at is not None
    facts: Facts = {"month": month_name(each.period, language), "edition": each.edition}
    key = "corrected" if each.corrects else "released"
    return Item(
        key=each.digest,
        title=say(f"feed.{key}", language, **facts),
        says=each.why or say("feed.digest", language, digest=each.digest),
        at=each.released_at,
        page="figures_of",
        args=(each.period,),
    )


def _withdrawn(each: Kept, language: str) -> Item:
    assert each.withdrawn_at is not None
    return Item(
        key=f"{each.digest}/withdrawn",
        title=say("feed.withdrawn", language, month=month_name(each.period, language), edition=each.edition),
        says=each.leaving_why,
        at=each.withdrawn_at,
        page="figures_of",
        args=(each.period,),
    )


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
