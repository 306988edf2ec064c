"""The outermost of what every request passes: whether the program is well, its measurements, and what is noted of each request.

Where nobody watches, a request pays one look into a table.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tongban.apps.observing.begin import Watching, watching
from tongban.apps.observing.lines import REFUSED, REQUEST, who
from tongban.web.frame import health
from tongban.web.frame.headers import guarded

log = logging.getLogger("tongban.request")
UNKNOWN, STATIC = "unknown", "static"
BAD = 400
"""From this status on a request was refused, and its line says by which code."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class WatchedMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.watching: Watching | None = None

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        own = health.PAGES.get(request.path_info)
        if own is not None:
            answer = own(request)
            guarded(answer)
            return answer
        now = self.watching = self.watching or watching()
        if not now.lines and now.figures is None and now.traces is None:
            return self.get_response(request)
        return self._watched(request, now)

    def _watched(self, request: HttpRequest, now: Watching) -> HttpResponseBase:
        id_ = secrets.token_hex(8)
        token, began = REQUEST.set(id_), perf_counter()
        REFUSED.set("")
        span = now.traces.began("request") if now.traces is not None else None
        status = 500
        try:
            response = self.get_response(request)
            status = response.status_code
            response.headers["X-Request-Id"] = id_
            return response
        finally:
            seconds = perf_counter() - began
            self._note(request, now, status, seconds)
            if now.traces is not None and span is not None:
                now.traces.answered(span, route_of(request), method_of(request), status)
                now.traces.ended("request", span, seconds, "")
            REQUEST.reset(token)

    def _note(self, request: HttpRequest, now: Watching, status: int, seconds: float) -> None:
        route, method = route_of(request), method_of(request)
        if now.figures is not None:
            now.figures.answered(route, method, status, seconds)
        if now.lines and route != STATIC:
            user = getattr(request, "_cached_user", None)
            person = str(user.pk) if user is not None and user.pk else ""
            line = {"route": route, "method": method, "status": status, "ms": round(1000 * seconds, 1)}
            asks = who(person, settings.SECRET_KEY, datetime.now(UTC))
            code = REFUSED.get() if status >= BAD else ""
            log.info(
                "request",
                extra={**line, **({"who": asks} if asks else {}), **({"code": code} if code else {})},
            )


def route_of(request: HttpRequest) -> str:
    """The address as it is written in the program, never the one that was asked for: there are numbers and codes in it."""
    match = request.resolver_match
    if match is not None and match.route:
        return f"/{match.route}"
    if match is not None:
        return "/"
    return STATIC if request.path_info.startswith(settings.STATIC_URL) else UNKNOWN


def method_of(request: HttpRequest) -> str:
    return request.method if request.method in METHODS else UNKNOWN
