"""Where somebody is signed in: listed for its owner, ended one by one or all together, from that minute on."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.db.models import QuerySet
from msgspec import Struct

from tongban.apps.office import served_county
from tongban.apps.people.own import Whose
from tongban.kernel.refusal import Refused
from tongban.store.models import SignedInRow

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
    """``here`` is the one that asks."""

    id: str
    device: str
    since: datetime
    until: datetime
    here: bool


def begin(who: Whose, session: str, agent: str, now: datetime) -> None:
    """Somebody signed in. What has run out is forgotten by the way."""
    rows = _rows(who)
    rows.filter(until__lte=now).delete()
    until = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    device = device_of(agent)
    SignedInRow.objects.create(
        county=who.county, id=secrets.token_hex(8), person=who.person, session=session, device=device,
        since=now, until=until,
    )  # fmt: skip


def sessions_of(who: Whose, session: str, now: datetime) -> tuple[Session, ...]:
    """The newest first; ``session`` is the one that asks."""
    rows = _rows(who).filter(until__gt=now).order_by("-since", "id")
    return tuple(Session(row.id, row.device, row.since, row.until, row.session == session) for row in rows)


def end(who: Whose, id: str) -> Refused | None:
    rows = _rows(who).filter(id=id)
    if not _ended(rows):
        return Refused("people.session_unknown", id)
    return None


def end_all(who: Whose, but: str = "") -> int:
    """End every session of a person; ``but`` is the one that goes on. Returns how many."""
    return _ended(_rows(who).exclude(session=but) if but else _rows(who))


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
        kept(key).delete()
    rows.filter(session__in=keys).delete()
    return len(keys)
