"""The front of the web server: what programs ask is answered before Django's handler makes a page's request of it.

What Django's handler does around each request (signals to its parts, a prefix, a second look at the line to the database, every layer of
a page) takes a fifth of the processor time of a step that a program takes. Here a request of a program passes the same layers, those that
stand before ``ProgramsMiddleware`` in the settings, in the same order, and nothing else. Whatever is not surely a program's goes on to
Django's handler, untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.log import log_response
from django.utils.module_loading import import_string

from tongban.config.web import MIDDLEWARE
from tongban.web.frame.programs import ProgramsMiddleware, program_of
from tongban.web.middleware import PROGRAMS

Layer = Callable[[HttpRequest], HttpResponseBase]
LAST = f"{ProgramsMiddleware.__module__}.{ProgramsMiddleware.__qualname__}"


class Front:
    """An application that answers programs itself and leaves everything else to another."""

    def __init__(self, pages: WSGIApplication) -> None:
        self.pages = pages
        self.layers = _layers()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("SCRIPT_NAME") or not environ.get("PATH_INFO", "").startswith(PROGRAMS):
            return self.pages(environ, start_response)
        request = WSGIRequest(environ)
        close_old_connections()
        response = self.answer(request)
        if response is None:
            return self.pages(environ, start_response)
        cookies = (("Set-Cookie", each.output(header="")) for each in response.cookies.values())
        start_response(f"{response.status_code} {response.reason_phrase}", [*response.items(), *cookies])
        if not isinstance(response, HttpResponse):
            return cast(Iterable[bytes], response)  # in parts, each when it is asked for
        request.close()
        return [response.content]

    def answer(self, request: HttpRequest) -> HttpResponseBase | None:
        """The answer to a program; None for what is a page's, of which nothing has been read."""
        match = program_of(request)
        if match is None:
            return None
        request.resolver_match = match
        response = self.layers(request)
        if response.status_code >= 400:
            log_response(
                "%s: %s",
                response.reason_phrase,
                request.path,
                response=cast(HttpResponse, response),
                request=request,
            )
        return response


def _layers() -> Layer:
    """As Django stacks them: what goes wrong within a layer is an answer to the one around it."""

    def beyond(request: HttpRequest) -> HttpResponseBase:
        raise AssertionError(request.path)  # the last layer knew the door before

    answer: Layer = beyond
    for layer in reversed(MIDDLEWARE[: MIDDLEWARE.index(LAST) + 1]):
        answer = cast(Layer, convert_exception_to_response(import_string(layer)(answer)))
    return answer
