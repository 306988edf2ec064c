"""Between the right password and being in: who is halfway, and what happens when somebody is let in."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from ipaddress import ip_address

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from msgspec import Struct

from tongban.apps.people import sessions
from tongban.apps.people.entering import Next, after_password, after_platform
from tongban.apps.people.own import Whose, whose
from tongban.web.acting import begin, mark_device

HALF = "half_signed"
"""Session key: whose password was right a moment ago, and where they want to go."""
SIGNED_AT = "signed_at"
"""Session key: when whoever is signed in last proved who they are, in seconds."""
HALF_LASTS = 10 * 60
FRESH = 15 * 60
"""Seconds after which a proof is asked for again before anything changes of how somebody signs in."""
BACKEND = "tongban.apps.people.remembered.Remembered"
_PAGES = {Next.OWN: "sign_in_own", Next.SET_UP: "sign_in_set_up", Next.GIVE: "sign_in_second"}


class Half(Struct, frozen=True):
    """Somebody whose password was right and who is not in. ``set_up``: they have no second factor and need one; ``own``: they set a
    password of their own first."""

    user: User
    who: Whose
    onward: str
    set_up: bool
    own: bool


def after(request: HttpRequest, user: User, onward: str) -> HttpResponse:
    """The password was right and has not run out: in, or on to a password of one's own, or to the second factor."""
    who = whose(user)
    following = after_password(who, datetime.now(UTC)) if who is not None else Next.ENTER
    return _on(request, user, who, following, onward)


def from_platform(request: HttpRequest, user: User, onward: str) -> HttpResponse:
    """A platform vouched for somebody: in, or on to the second factor."""
    who = whose(user)
    following = after_platform(who, datetime.now(UTC)) if who is not None else Next.ENTER
    return _on(request, user, who, following, onward)


def _on(request: HttpRequest, user: User, who: Whose | None, following: Next, onward: str) -> HttpResponse:
    if following is Next.ENTER:
        return enter(request, user, who, onward)
    if following is Next.OVER:
        return redirect("sign_in")
    set_up, own = following is Next.SET_UP, following is Next.OWN
    request.session[HALF] = {
        "user": user.pk, "at": time.time(), "bound": _bound(user), "onward": onward, "set_up": set_up, "own": own
    }  # fmt: skip
    return redirect(_PAGES[following])


def half(request: HttpRequest) -> Half | None:
    """Who is halfway in this browser, for ten minutes and while their password is the same."""
    said = request.session.get(HALF)
    if not said or not 0 <= time.time() - said["at"] <= HALF_LASTS:
        return None
    user = User.objects.filter(pk=said["user"], is_active=True).first()
    who = whose(user) if user is not None else None
    if user is None or who is None or not constant_time_compare(_bound(user), said["bound"]):
        return None
    return Half(user, who, said["onward"], said["set_up"], said.get("own", False))


def page_of(found: Half | None) -> str:
    """The name of the page on which whoever is halfway goes on; where nobody is, that of the sign-in."""
    if found is None:
        return "sign_in"
    return _PAGES[Next.OWN if found.own else Next.SET_UP if found.set_up else Next.GIVE]


def enter(request: HttpRequest, user: User, who: Whose | None, onward: str) -> HttpResponse:
    """Somebody is in: a session of their own, listed among those that they can end."""
    request.session.pop(HALF, None)
    login(request, user, backend=BACKEND)
    begin(request)
    proved(request)
    if who is not None:
        if request.session.session_key is None:
            request.session.save()
        agent = request.headers.get("User-Agent", "")
        sessions.begin(who, str(request.session.session_key), agent, datetime.now(UTC))
    response = HttpResponseRedirect(onward)
    mark_device(response)
    return response


def proved(request: HttpRequest) -> None:
    request.session[SIGNED_AT] = time.time()


def is_fresh(request: HttpRequest) -> bool:
    at: float = request.session.get(SIGNED_AT, 0.0)
    return 0 <= time.time() - at <= FRESH


def site_of(request: HttpRequest) -> str:
    """The host name that passkeys are bound to; "" where the pages are reached by a number, which none can be bound to."""
    host = request.get_host()
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() and not host.endswith("]") else host
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return name
    return ""


def ours(request: HttpRequest, wanted: str, otherwise: str) -> str:
    """An address to go to, if it is one of ours."""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return otherwise


def _bound(user: User) -> str:
    return user.get_session_auth_hash()[:32]
