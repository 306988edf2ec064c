"""Who stands behind a request: staff by their account, a resident by the cases they have proved to be theirs."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from tongban.apps.acting import Acting
from tongban.apps.dispatch.own import guarded_among
from tongban.apps.people.acting import actor_of, name_of
from tongban.apps.people.codes import holds
from tongban.apps.people.doors import POST as POST_DOOR
from tongban.apps.people.doors import resident_door
from tongban.kernel.commands import NO_DOOR, Actor, ActorKind, Door
from tongban.web.words import language_of

OWNS = "owns"
"""Session key: ids of cases that this browser opened or proved by number and telephone."""
MOST_OWNED = 50
BY_CODE = "by_code"
"""Session key: ids of those cases of this browser that were opened by a code, not by number and telephone."""
BEGAN, SEEN = "began", "seen"
"""Session keys, in seconds: since when somebody is in, or has a case of theirs open; and when they were last seen. See ``frame.lasting``."""
DEVICE = "tongban_device"
OFFICE = "office"
DEVICE_LASTS = 366 * 24 * 60 * 60
"""Seconds for which a device counts as the office's after somebody signed in on it."""


def acting(request: HttpRequest) -> Acting:
    """Staff when signed in, otherwise a resident. The form's ``key`` makes a repeated request act once."""
    now = datetime.now(UTC)
    key = _key(request)
    language = language_of(request)
    if request.user.is_authenticated:
        return Acting(
            now, actor_of(request.user, now), name_of(request.user, language), language, key, door=POST_DOOR
        )
    return resident(request)


def resident(request: HttpRequest) -> Acting:
    """The same person as a resident, also while signed in as staff."""
    owns = frozenset(request.session.get(OWNS, ()))
    key = _key(request)
    now = datetime.now(UTC)
    door = _door(request, now) if request.method == "POST" else NO_DOOR
    actor = Actor(ActorKind.REQUESTER, owns=owns)
    return Acting(now, actor, "", language_of(request), key, door=door)


def _key(request: HttpRequest) -> str:
    """What no form of ours gives is none, so that it comes no further."""
    key = request.POST.get("key", "")[:64]
    return key if key.isascii() and key.isprintable() else ""


def _door(request: HttpRequest, now: datetime) -> Door:
    """The way of a resident: their own device, one that opened a code, or one on which somebody of the office signs in."""
    channel = "code" if request.session.get(BY_CODE) else "web"
    office = request.user.is_authenticated or is_device_of_office(request)
    return resident_door(channel, address_of(request), now, device_of_office=office)


def is_device_of_office(request: HttpRequest) -> bool:
    """Whether somebody of the office has signed in on this device within the last year, also where nobody is now."""
    try:
        return request.get_signed_cookie(DEVICE, "", salt=DEVICE, max_age=DEVICE_LASTS) == OFFICE
    except BadSignature:
        return False


def mark_device(response: HttpResponse) -> None:
    """From now on whoever rates on this device does so on one of the office. It says that and nothing else."""
    response.set_signed_cookie(
        DEVICE,
        OFFICE,
        salt=DEVICE,
        max_age=DEVICE_LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def remember(request: HttpRequest, case_id: str, *, by_code: bool = False) -> None:
    """From now on this browser may follow the case without being asked for number and telephone again; ``by_code``: what it
    does as a requester came by a code."""
    coded = [each for each in request.session.get(BY_CODE, ()) if each != case_id]
    if by_code or coded != list(request.session.get(BY_CODE, ())):
        request.session[BY_CODE] = [*coded, case_id][-MOST_OWNED:] if by_code else coded
    owned = [each for each in request.session.get(OWNS, ()) if each != case_id]
    request.session[OWNS] = [*owned, case_id][-MOST_OWNED:]
    if not request.user.is_authenticated:
        begin(request)


def begin(request: HttpRequest) -> None:
    """From now on it is counted how long somebody stays in."""
    request.session[BEGAN] = request.session[SEEN] = time.time()


def forget_case(request: HttpRequest, case_id: str) -> None:
    """This browser follows the case no longer, unless it proves anew that it is the requester's."""
    request.session[OWNS] = [each for each in request.session.get(OWNS, ()) if each != case_id]


def leave_guarded(request: HttpRequest) -> None:
    """Whoever sends another form may be the next person at the same machine: a guarded matter that was brought or proved here is followed
    no longer, unless it is proved anew."""
    for case_id in guarded_among(request.session.get(OWNS, ())):
        forget_case(request, case_id)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, for counting attempts; never stored with a case."""
    return str(request.META.get("REMOTE_ADDR", ""))


def forget_used_codes(request: HttpRequest) -> None:
    """What a code opened is closed again once somebody has rated: from then on number and telephone open it."""
    coded = request.session.get(BY_CODE, ())
    used = [each for each in coded if not holds(each)]
    if used:
        request.session[BY_CODE] = [each for each in coded if each not in used]
        request.session[OWNS] = [each for each in request.session.get(OWNS, ()) if each not in used]
