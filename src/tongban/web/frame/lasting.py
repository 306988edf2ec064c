"""How long somebody stays signed in: an hour without a sign of them, and never more than half a day in all.

NIST SP 800-63B asks for both where somebody's records are read. What was written on a page that stood open too long is given back
after the next sign-in (``desk.who.signed_out``). A resident's own cases, which this browser was shown to be theirs, close the same way.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tongban.apps.people import sessions
from tongban.web.acting import BEGAN, BY_CODE, OWNS, SEEN

IDLE = 60 * 60
WRITTEN = 5 * 60
"""How often it is written down that somebody is there: not at every request, so an hour may be five minutes shorter."""

Answer = Callable[[HttpRequest], HttpResponseBase]


class LastingMiddleware:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _look(request, time.time())
        return self.get_response(request)


def left(request: HttpRequest, now: float) -> int:
    """Seconds until this session ends if nobody is seen any more; 0 where nobody is in."""
    began = request.session.get(BEGAN) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    return 0 if began is None else max(1, int(min(IDLE, began + settings.SESSION_COOKIE_AGE - now)))


def _look(request: HttpRequest, now: float) -> None:
    session = request.session
    began, seen = session.get(BEGAN), session.get(SEEN)
    if began is None or seen is None:  # nobody's, or from before this was kept: it ends with its cookie
        return
    if not (0 <= now - began <= settings.SESSION_COOKIE_AGE and now - seen <= IDLE):
        _end(request)
    elif now - seen >= WRITTEN:
        session[SEEN] = now


def _end(request: HttpRequest) -> None:
    """Nobody is signed in any more, and no case is this browser's; what else it holds (a form that was begun) stays."""
    if SESSION_KEY in request.session:
        sessions.end_this(request.session.session_key or "")
        logout(request)
        return
    for name in (OWNS, BY_CODE, BEGAN, SEEN):
        request.session.pop(name, None)
