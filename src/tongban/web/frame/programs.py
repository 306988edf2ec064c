"""A program's request goes straight to its door: no session, account, form's secret or message of a page is made for it.

Below the addresses of programs no cookie is looked at. What is no address there, or would want a form's secret, goes on as pages do.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from tongban.web.frame import errors
from tongban.web.middleware import PROGRAMS


class ProgramsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PROGRAMS):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        if not getattr(match.func, "csrf_exempt", False):
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
