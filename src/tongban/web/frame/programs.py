"""A program's request goes straight to its door: no session, account, form's secret or message of a page is made for it.

Below the addresses of programs no cookie is looked at. What is no address there, or would want a form's secret, goes on as pages do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from tongban.web.frame import errors
from tongban.web.middleware import PROGRAMS

LONGEST = 200
"""Characters of an address up to which it is remembered where it leads."""


def program_of(request: HttpRequest) -> ResolverMatch | None:
    """The door that a program asks at; None where there is none, or one that wants what a page brings."""
    path = request.path_info
    if not path.startswith(PROGRAMS):
        return None
    match = (_lately if len(path) <= LONGEST else _leads)(path, settings.ROOT_URLCONF)
    return match if match is not None and getattr(match.func, "csrf_exempt", False) else None


def _leads(path: str, addresses: str) -> ResolverMatch | None:
    try:
        return resolve(path, addresses)
    except Resolver404:
        return None


_lately = lru_cache(maxsize=1_000)(_leads)
"""Most cases come to one address, and whoever takes a step at a case often takes another."""


class ProgramsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PROGRAMS):
            return self.get_response(request)
        match = request.resolver_match or program_of(request)
        if match is None:
            return self.get_response(request)
        request.resolver_match = match
        try:
            request.get_host()
        except DisallowedHost:
            # Not served under that name. A door says so in its own form; of any other it is an error page.
            if not hasattr(match.func, "elsewhere"):
                raise
            answer: HttpResponseBase = match.func.elsewhere(request, *match.args, **match.kwargs)
            return answer
        try:
            response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        except Exception as fault:
            page = errors.known(request, fault)
            if page is None:
                raise
            response = page
        if not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))  # type: ignore[attr-defined]
        return response
