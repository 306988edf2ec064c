"""Who stands behind a request: staff by their account, a resident by the cases they have proved to be theirs."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest

from tongban.apps.acting import Acting
from tongban.apps.people.acting import actor_of, name_of
from tongban.kernel.commands import Actor, ActorKind
from tongban.web.words import language_of

OWNS = "owns"
"""Session key: ids of cases that this browser opened or proved by number and telephone."""
MOST_OWNED = 50


def acting(request: HttpRequest) -> Acting:
    """Staff when signed in, otherwise a resident. The form's ``key`` makes a repeated request act once."""
    now = datetime.now(UTC)
    key = request.POST.get("key", "")[:64]
    language = language_of(request)
    if request.user.is_authenticated:
        return Acting(now, actor_of(request.user, now), name_of(request.user, language), language, key)
    return resident(request)


def resident(request: HttpRequest) -> Acting:
    """The same person as a resident, also while signed in as staff."""
    owns = frozenset(request.session.get(OWNS, ()))
    key = request.POST.get("key", "")[:64]
    return Acting(datetime.now(UTC), Actor(ActorKind.REQUESTER, owns=owns), "", language_of(request), key)


def remember(request: HttpRequest, case_id: str) -> None:
    """From now on this browser may follow the case without being asked for number and telephone again."""
    owned = [each for each in request.session.get(OWNS, ()) if each != case_id]
    request.session[OWNS] = [*owned, case_id][-MOST_OWNED:]


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, for counting attempts; never stored with a case."""
    return str(request.META.get("REMOTE_ADDR", ""))
