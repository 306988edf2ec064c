"""Where somebody is signed in: listed for its owner, ended one by one or all together, from that minute on.

A token that a program got by a password (:mod:`tongban.apps.people.tokens`) is one of these places.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.db.models import QuerySet
from msgspec import Struct

from tongban.apps.office import journal_of, served_county
from tongban.apps.people.own import Whose
from tongban.kernel.refusal import Refused
from tongban.store.models import CountyRule, SignedInRow

PROGRAM = "token/"
"""What the ``session`` of a program begins with: no key of Django's has a slash."""
GENERATION = "signing_generation"
"""By which name the generation stands among what a county has set: a word by chance, new after each restore."""
SIGNED_SINCE = "SELECT value #>> '{}' FROM store_county_rule WHERE county = %s AND name = %s"
"""Asked for every case that a resident brings."""
SHOWN = 50
"""Of programs, the newest: one that signs in for each call has hundreds."""
_BROWSERS: tuple[tuple[str, str], ...] = (
    ("Edg", "Edge"),
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: tuple[tuple[str, str], ...] = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
"""Signs of an agent's own words, the telling ones first, and what they are called."""


class Session(Struct, frozen=True):
    """``here`` is the one that asks; ``program``: a token, with the last day on which it opened something, if it did."""

    id: str
    device: str
    since: datetime
    until: datetime
    here: bool
    program: bool = False
    used: date | None = None


def begin(who: Whose, session: str, agent: str, now: datetime) -> None:
    """Somebody signed in."""
    until = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    _keep(who, secrets.token_hex(8), session, device_of(agent), now, until)


def begin_program(who: Whose, until: datetime) -> str:
    """A program signed in for somebody; by what its token is found here."""
    made = secrets.token_hex(8)
    _keep(who, made, f"{PROGRAM}{made}", "", datetime.now(UTC), until)
    return made


def _keep(who: Whose, id: str, session: str, device: str, now: datetime, until: datetime) -> None:
    """What has run out is forgotten by the way."""
    _rows(who).filter(until__lte=now).delete()
    SignedInRow.objects.create(
        county=who.county, id=id, person=who.person, session=session, device=device, since=now, until=until,
    )  # fmt: skip


def sessions_of(who: Whose, session: str, now: datetime) -> tuple[Session, ...]:
    """Browsers, then programs, the newest first; ``session`` is the one that asks."""
    rows = _rows(who).filter(until__gt=now).order_by("-since", "id")
    browsers = rows.exclude(session__startswith=PROGRAM)
    programs = rows.filter(session__startswith=PROGRAM)[:SHOWN]
    return (
        *(Session(row.id, row.device, row.since, row.until, row.session == session) for row in browsers),
        *(Session(row.id, "", row.since, row.until, False, True, row.used) for row in programs),
    )


def end(who: Whose, id: str) -> Refused | None:
    rows = _rows(who).filter(id=id)
    if not _ended(rows):
        return Refused("people.session_unknown", id)
    return None


def end_all(who: Whose, but: str = "") -> int:
    """End every session of a person; ``but`` is the one that goes on. Returns how many."""
    return _ended(_rows(who).exclude(session=but) if but else _rows(who))


def end_everywhere(now: datetime) -> None:
    """The county was restored: everybody signs in anew, programs that signed in as well, and residents prove their cases anew. What
    was issued after the copy is not in it, so what residents hold is bound to a generation and not kept in a list."""
    from django.contrib.sessions.models import Session

    county = served_county()
    Session.objects.all().delete()
    SignedInRow.objects.filter(county=county).delete()
    CountyRule.objects.update_or_create(
        county=county, name=GENERATION, defaults={"value": secrets.token_hex(8), "at": now, "by": "restore"}
    )


def forget_ended(now: datetime, most: int = 2_000) -> int:
    """Remove what has run out, and with it what a browser was known by; at most so many browsers at a time. How many."""
    from django.contrib.sessions.models import Session

    ended = Session.objects.filter(expire_date__lte=now).order_by("expire_date")
    keys = list(ended.values_list("session_key", flat=True)[:most])
    SignedInRow.objects.filter(county=served_county(), until__lte=now).delete()
    return Session.objects.filter(session_key__in=keys).delete()[0]


def generation() -> str:
    """What a resident's token says of when it was signed: "" in a county that was never restored."""
    county = served_county()
    found = journal_of(county).often(SIGNED_SINCE, (county, GENERATION)) if county else []
    return str(found[0][0] or "") if found else ""


def end_programs(who: Whose) -> None:
    """End the tokens that programs got by the password alone; browsers go on."""
    _rows(who).filter(session__startswith=PROGRAM).delete()


def follow_on(who: Whose, before: str, now: str) -> None:
    """A session that got another key is the same session."""
    _rows(who).filter(session=before).update(session=now)


def end_this(session: str) -> None:
    """Somebody signs out."""
    SignedInRow.objects.filter(county=served_county(), session=session).delete()


def device_of(agent: str) -> str:
    """Browser and system in two words; "" for what says nothing that is known."""
    return " · ".join(name for name in (_first(_BROWSERS, agent), _first(_SYSTEMS, agent)) if name)


def _first(signs: Iterable[tuple[str, str]], agent: str) -> str:
    return next((name for sign, name in signs if sign in agent), "")


def _rows(who: Whose) -> QuerySet[SignedInRow]:
    return SignedInRow.objects.filter(county=who.county, person=who.person)


def _ended(rows: QuerySet[SignedInRow]) -> int:
    kept = import_module(settings.SESSION_ENGINE).SessionStore
    keys = list(rows.values_list("session", flat=True))
    for key in keys:
        if not key.startswith(PROGRAM):
            kept(key).delete()
    rows.filter(session__in=keys).delete()
    return len(keys)
