"""Deadlines as a calendar (RFC 5545): what a person's units must do by when, and the clocks of one case.

A calendar is copied to telephones and to other people's servers. So an entry has the practice, the category, where the case stands and
its number: not a word of what was said, and nobody's name. The address of a feed is signed, stands in the register of tokens, and
ends when it is revoked, when the account does, or after a year.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.casework.worklist import Filter, worklist
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.people.acting import actor_of
from tongban.apps.people.issuing import CHAIN
from tongban.apps.wording import ends_a_day, say
from tongban.kernel.clock import last_date
from tongban.kernel.commands import ANYBODY
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.models import TokenRow
from tongban.store.notes import append_note

MEDIA = "text/calendar; charset=utf-8"
SALT = "tongban.calendar"
SCOPE = "calendar"
"""The scope of a token that opens a feed and nothing else."""
LIFE = timedelta(days=366)
MOST = 500
"""Entries of a feed: whoever has more waiting looks at the list."""
REFRESH = timedelta(hours=1)
LONGEST = 200
"""Characters of an address's secret part."""


class Due(Struct, frozen=True):
    """One entry. ``id`` names the case and clock to a calendar that sees it again."""

    id: str
    due: datetime
    title: str
    more: str
    number: str


def open_feed(login: str, acting: Acting) -> str:
    """The secret part of a new address for this account, shown this once; the one before ends."""
    here, made = office(), secrets.token_hex(8)
    with transaction.atomic():
        close_feed(login, acting)
        TokenRow.objects.create(
            county=here.county.code, id=made, person=login, scopes=[SCOPE], purpose=SCOPE,
            since=acting.now, until=acting.now + LIFE,
        )  # fmt: skip
        _noted(here, "calendar_opened", made, login, acting)
    return signing.dumps(made, salt=SALT)


def close_feed(login: str, acting: Acting) -> bool:
    """End the address of an account, from the next request on; whether there was one."""
    here = office()
    with transaction.atomic():
        rows = list(_held(here, login, acting.now).select_for_update())
        for row in rows:
            row.revoked = acting.now
            row.save(update_fields=["revoked"])
            _noted(here, "calendar_closed", row.id, login, acting)
    return bool(rows)


def feed_until(login: str, now: datetime) -> datetime | None:
    """Until when the account has an address; None for none."""
    row = _held(office(), login, now).first()
    return row.until if row is not None else None


def feed(secret: str, now: datetime, language: str, address: str) -> bytes | Refused:
    """The calendar behind an address: what waits for the posts that its owner holds now. ``address`` is the pages' own.

    Refuses one that was not given out here, has ended, or whose owner has left (``calendar.unknown``): alike.
    """
    here = office()
    try:
        made = signing.loads(secret, salt=SALT) if len(secret) <= LONGEST else ""
    except (signing.BadSignature, ValueError):
        made = ""
    row = TokenRow.objects.filter(county=here.county.code, id=str(made), revoked=None, until__gt=now).first()
    if row is None or row.scopes != [SCOPE]:
        return Refused("calendar.unknown")
    user = User.objects.filter(username=row.person, is_active=True).first()
    actor = actor_of(user, now) if user is not None else ANYBODY
    if not actor.posts:
        return Refused("calendar.unknown")
    acting = Acting(now, actor, language=language)
    return _written(_waiting(here, acting), now, language, address)


def of_case(number: str, acting: Acting, address: str) -> bytes | Refused:
    """The running clocks of one case, for whoever may look at it. Refuses as looking does."""
    page = look(number, acting)
    if isinstance(page, Refused):
        return page
    here = office()
    category = here.names.category(page.category, acting.language) if page.category else ""
    title = " · ".join(each for each in (page.practice, category) if each)
    found = [
        Due(
            f"{page.id}/{clock.id}",
            clock.due_at,
            f"{clock.title} · {title}",
            page.stage,
            page.number.replace(" ", ""),
        )
        for clock in page.clocks
        if clock.running and clock.due_at is not None
    ]
    return _written([_named(here, each) for each in found], acting.now, acting.language, address)


def _held(here: Office, login: str, now: datetime) -> QuerySet[TokenRow]:
    return TokenRow.objects.filter(
        county=here.county.code, person=login, purpose=SCOPE, scopes=[SCOPE], revoked=None, until__gt=now
    ).order_by("-since")


def _waiting(here: Office, acting: Acting) -> list[Due]:
    found: list[Due] = []
    after = ""
    while len(found) < MOST:
        page = worklist(acting, Filter(view="waiting", after=after), here)
        for row in page.rows:
            if row.due_at is None:
                continue
            title = " · ".join(each for each in (row.stage, row.category) if each)
            number = row.number.replace(" ", "")
            found.append(Due(number, row.due_at, title, row.holder, number))
        if not page.older:
            break
        after = page.older
    return [_named(here, each) for each in found[:MOST]]


def _named(here: Office, due: Due) -> Due:
    """The same under a name that leads nowhere: calendars show it to whoever they are shared with."""
    return replace(due, id=here.journal.lookup.source(f"calendar:{due.id}"))


def _written(found: Iterable[Due], now: datetime, language: str, address: str) -> bytes:
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//tongban//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say("calendar.name", language))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for each in found:
        event = Event()
        event.add("uid", f"{each.id}@tongban")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("summary", each.title)
        event.add("description", "\n".join(part for part in (written(each.number), each.more) if part))
        event.add("url", f"{address}/desk/{each.number}/")
        if ends_a_day(each.due):
            event.add("dtstart", last_date(each.due))
            event.add("dtend", last_date(each.due) + timedelta(days=1))
        else:
            event.add("dtstart", each.due.astimezone(UTC))
            event.add("dtend", each.due.astimezone(UTC))
        event.add("transp", "TRANSPARENT")
        event.add("class", "CONFIDENTIAL")
        calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made


def _noted(here: Office, kind: str, id: str, login: str, acting: Acting) -> None:
    made = append_note(here.journal, CHAIN, kind, {"id": id, "person": login}, acting.now, acting.now)
    if isinstance(made, Refused):
        raise RefusedError(made)
