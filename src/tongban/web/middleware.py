"""What every request passes: the reader's language, the size of what is sent, the headers of every answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from tongban.apps.office import one_office
from tongban.apps.rights import let_in
from tongban.kernel.commands import ANYBODY
from tongban.web.desk.who import signed_out
from tongban.web.doors import act_of
from tongban.web.frame import cookies, errors
from tongban.web.frame.headers import guarded
from tongban.web.frame.originals import marked
from tongban.web.words import COOKIE, PARAMETER, language_of

Answer = Callable[[HttpRequest], HttpResponseBase]

NOWHERE, OWN = "private, no-store", "private, no-cache"
"""Whatever does not say that it is for everybody is kept nowhere, the browser's own disk among it: desks and libraries share
machines. The answer to a form is never given again by any cache; that it may be shown when one goes back to it stays possible, or what
somebody wrote would be lost. What is public says so itself (``web/frame/kept.py``, static files)."""
PROGRAMS = ("/api/", "/open311/")
"""Below these programs ask, each route by its own act."""
SHOWS = ("GET", "HEAD")
"""Requests that change no register."""
YEAR = 365 * 24 * 3600


class FrameMiddleware:
    """Chooses the language, refuses bodies that are too large, sets headers, gives known failures their page;
    marks what is Chinese on a page that is not.

    A view may set any of the headers itself; what it set stays.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        cookies.taken(request)
        with one_office() if request.method in SHOWS else nullcontext():
            response = self._too_large(request) or self.get_response(request)
        guarded(response)
        response.headers.setdefault("Cache-Control", OWN if request.method == "POST" else NOWHERE)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            language = language_of(request)
            response.headers.setdefault("Content-Language", language)
            if language == "en" and isinstance(response, HttpResponse) and not response.streaming:
                response.content = marked(response.content.decode(response.charset)).encode(response.charset)
                if response.has_header("Content-Length"):  # told before the marks: a reader would stop short
                    response.headers["Content-Length"] = str(len(response.content))
            if request.method == "POST":
                # Nobody else is ever given the answer to a form. Without Vary a browser shows it again when one goes
                # back to it, though a cookie has changed since; with it, the browser shows an error.
                response.headers.pop("Vary", None)
            else:
                patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if request.GET.get(PARAMETER) and request.COOKIES.get(COOKIE) != language_of(request):
            response.set_cookie(COOKIE, language_of(request), max_age=YEAR, samesite="Lax", httponly=True)
        if request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains")
        cookies.given(request, response)
        return response

    def process_view(
        self, request: HttpRequest, _view: object, _parts: object, _named: object
    ) -> HttpResponseBase | None:
        """Nobody gets to a page that the table of rights does not have, nor a stranger to one that is not for them."""
        if request.path_info.startswith(PROGRAMS):  # its own doors ask
            return None
        act = act_of(request)
        if not act:
            return errors.forbidden(request)
        stranger = not let_in(act, ANYBODY, None) and not request.user.is_authenticated
        return signed_out(request) if stranger else None

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """A page for a failure that has one; None leaves the rest to the general error page."""
        return errors.known(request, fault)

    def _too_large(self, request: HttpRequest) -> HttpResponse | None:
        """Refuse by the announced length, before a byte of it is read. Programs are told so by their own doors, in the form they read."""
        if request.path_info.startswith(PROGRAMS):
            return None
        try:
            announced = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return None
        return errors.too_large(request) if announced > settings.LARGEST_BODY else None
