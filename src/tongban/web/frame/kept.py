"""Public pages are made once for many: kept in this process's memory for some seconds, and given out as they are.

Which pages is said in ``web/doors.py``. Only who is nobody in particular is answered from here: a request that bears a session, a
message or any cookie that is not known to make no difference is answered anew, and so is one that asks what the page does not read.
What is taken down, changed or erased moves the position (:mod:`tongban.apps.publication.position`), and pages of an earlier position
are given to nobody. Where there is only something new, as every second while a city works, a page is given for some seconds more.

A page with a form is kept with holes: each reader is given a secret, a key and a moment of their own where they belong.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from threading import Event, Lock
from time import monotonic

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.cache import patch_vary_headers
from msgspec import Struct

from tongban.apps.publication.position import Position, position
from tongban.kernel.refusal import RefusedError
from tongban.web.acting import DEVICE
from tongban.web.doors import KEPT, Kept
from tongban.web.frame import cookies
from tongban.web.frame.holes import KEY, STAMP, TOKEN, with_holes
from tongban.web.frame.packed import packed_for_one
from tongban.web.resident import flood
from tongban.web.words import COOKIE, PARAMETER, choose

PUBLIC = "public, max-age=10, stale-while-revalidate=20"
"""What a browser or a proxy may do with such a page: so what was taken down is seen for thirty seconds at most, wherever it was kept."""
INDIFFERENT = frozenset({settings.CSRF_COOKIE_NAME, COOKIE, DEVICE})
"""Cookies that make no difference to what such a page says: of the language the key of the page knows."""
AWAY = ("/api/", "/open311/", "/desk/", "/lead/", "/studio/", "/account/", "/sign-in/", settings.STATIC_URL)
"""Below these no such page lies: nothing is lost on looking."""
MOST = 48 * 2**20
"""Bytes of all pages in one process."""
LARGEST = 2 * 2**20
LONGEST = 300
"""Characters of an address."""
NEW = 10.0
"""Seconds after which a page shows what was newly put out: no longer than a browser may keep it anyway."""
WAITS = 15.0
"""Seconds for which a reader waits for another one's page, before making it too."""

Key = tuple[str, ...]
Answer = Callable[[HttpRequest], HttpResponseBase]


class Page(Struct, frozen=True):
    """An answer as it was made once. ``packed`` is its body, gzipped; of a page with holes there is none."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes
    mark: str
    form: bool
    match: ResolverMatch
    position: Position
    at: float

    def serves(self, stands: Position) -> bool:
        """Whether it may be given as it is."""
        seconds = settings.TONGBAN_PUBLIC_SECONDS
        return monotonic() - self.at <= (seconds if self.position == stands else min(NEW, seconds))

    @property
    def weight(self) -> int:
        return len(self.body) + len(self.packed) + 2_000


class Shelf:
    """Pages by their key, those asked for last kept longest; and who is making which just now."""

    def __init__(self, most: int = MOST) -> None:
        self.most, self.weight = most, 0
        self.pages: OrderedDict[Key, Page] = OrderedDict()
        self.making: dict[Key, Event] = {}
        self.lock = Lock()

    def get(self, key: Key, stands: Position) -> Page | None:
        """The page as it stands, however old; one on which something was changed or taken down goes."""
        with self.lock:
            page = self.pages.get(key)
            if page is None:
                return None
            if not stands.only_more(page.position):
                self._drop(key)
                return None
            self.pages.move_to_end(key)
            return page

    def put(self, key: Key, page: Page) -> None:
        with self.lock:
            if key in self.pages:
                self._drop(key)
            self.pages[key] = page
            self.weight += page.weight
            while self.weight > self.most:
                self._drop(next(iter(self.pages)))

    def begin(self, key: Key) -> Event | None:
        """None for whoever is to make the page; for the others what they may wait for."""
        with self.lock:
            other = self.making.get(key)
            if other is None:
                self.making[key] = Event()
            return other

    def done(self, key: Key) -> None:
        with self.lock:
            self.making.pop(key).set()

    def clear(self) -> None:
        with self.lock:
            self.pages.clear()
            self.weight = 0

    def _drop(self, key: Key) -> None:
        self.weight -= self.pages.pop(key).weight


SHELF = Shelf()
_CSRF = CsrfViewMiddleware(lambda _request: HttpResponse())


class KeptMiddleware:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "GET" or settings.TONGBAN_PUBLIC_SECONDS == 0:
            return self.get_response(request)
        key = key_of(request)
        stands = _stands() if key is not None else None
        if key is None or stands is None:
            return self.get_response(request)
        page = SHELF.get(key, stands)
        if page is not None and page.serves(stands):
            return given(request, page)
        how = _how(request)
        return self.get_response(request) if how is None else self._turn(request, key, stands, how, page)

    def _turn(
        self, request: HttpRequest, key: Key, stands: Position, how: Kept, old: Page | None
    ) -> HttpResponseBase:
        """The page made by this reader, or by another one just now. While one makes an old page anew, the others are given the old."""
        other = SHELF.begin(key)
        if other is None:
            try:
                return self._made(request, key, stands, how)
            finally:
                SHELF.done(key)
        if old is None:
            other.wait(WAITS)
            old = SHELF.get(key, stands)
        return self.get_response(request) if old is None else given(request, old)

    def _made(self, request: HttpRequest, key: Key, stands: Position, how: Kept) -> HttpResponseBase:
        """Made as for somebody who has nothing of it yet and reads nothing packed."""
        if how.form:
            with_holes(request)
        wanted = {name: request.META.pop(name) for name in _CONDITIONS if name in request.META}
        response = self.get_response(request)
        request.META.update(wanted)
        page = _page(request, response, stands, how)
        if page is None:
            if how.form and isinstance(response, HttpResponse):
                response.content = _whole(request, response.content)
                _CSRF.process_response(request, response)
                cookies.given(request, response)
            return response
        if page.weight <= LARGEST:
            SHELF.put(key, page)
        return given(request, page)


_CONDITIONS = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


def key_of(request: HttpRequest) -> Key | None:
    """Under what the page is kept; None where this request is not answered from memory."""
    path, query = request.path_info, request.META.get("QUERY_STRING", "")
    if path.startswith(AWAY) or len(path) + len(query) > LONGEST or "HTTP_RANGE" in request.META:
        return None
    own = cookies.ours(request)
    if not own.keys() <= INDIFFERENT or "HTTP_AUTHORIZATION" in request.META:
        return None
    asked = request.GET.get(PARAMETER, "")
    language = choose(asked, own.get(COOKIE, ""), request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    if asked and own.get(COOKIE) != language:  # the choice has to be kept for this reader
        return None
    try:
        return request.scheme or "", request.get_host(), path, query, language
    except DisallowedHost:
        return None


def _how(request: HttpRequest) -> Kept | None:
    """How the page that is asked for is kept; None for one that is not, or of which something is asked that it does not read."""
    try:
        how = KEPT.get(resolve(request.path_info).url_name or "")
    except Resolver404:
        return None
    return how if how is not None and request.GET.keys() <= how.asked | {PARAMETER} else None


def given(request: HttpRequest, page: Page) -> HttpResponse:
    """The page for this reader: packed where they take it, only that it has not changed where they have it."""
    request.resolver_match = page.match
    response = _filled(request, page) if page.form else _same(request, page)
    patch_vary_headers(response, ("Accept-Encoding",))
    if response.status_code != 304:
        response["Content-Length"] = str(len(response.content))
    return response


def _same(request: HttpRequest, page: Page) -> HttpResponse:
    """The page as everybody is given it."""
    if page.mark in request.META.get("HTTP_IF_NONE_MATCH", ""):
        response = HttpResponse(status=304)
    elif page.packed and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response = HttpResponse(page.packed, status=page.status)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(page.body, status=page.status)
    for name, value in page.headers:
        response[name] = value
    response["ETag"] = page.mark
    response["Cache-Control"] = PUBLIC
    return response


def _filled(request: HttpRequest, page: Page) -> HttpResponse:
    """A page with its holes filled, for this reader and nobody else."""
    if "CSRF_COOKIE" not in request.META:
        request.COOKIES = cookies.ours(request)
        _CSRF.process_request(request)
    body = _whole(request, page.body)
    packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    response = HttpResponse(packed_for_one(body) if packed else body, status=page.status)
    for name, value in page.headers:
        response[name] = value
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = "private, no-store"
    _CSRF.process_response(request, response)
    cookies.given(request, response)
    return response


def _whole(request: HttpRequest, body: bytes) -> bytes:
    """A body with a secret, a key and a moment of this reader's own."""
    key = flood.new_key()
    own = {TOKEN: get_token(request), KEY: key, STAMP: flood.stamped(key)}
    for hole, value in own.items():
        body = body.replace(hole.encode(), value.encode())
    return body


def _page(request: HttpRequest, response: HttpResponseBase, stands: Position, how: Kept) -> Page | None:
    """What can be given to others of an answer; None of one that is for this reader alone, or that went wrong."""
    match = request.resolver_match
    if response.status_code not in _KEPT_AS or response.cookies or match is None:
        return None
    if (
        not isinstance(response, HttpResponse)
        or response.streaming
        or response.has_header("Content-Encoding")
    ):
        return None
    body = response.content
    headers = tuple((name, value) for name, value in response.items() if name not in _OWN)
    packed = b"" if how.form or len(body) < 200 else gzip.compress(body, 6, mtime=0)
    mark = f'W/"{blake2b(body, digest_size=16).hexdigest()}"'
    return Page(response.status_code, headers, body, packed, mark, how.form, match, stands, monotonic())


_KEPT_AS = frozenset({200, 302})
"""Pages, and where such a page leads: to the newest month, to the first board."""
_OWN = frozenset({"Content-Length", "ETag", "Cache-Control", "Last-Modified"})


def _stands() -> Position | None:
    """None where it cannot be told: then the page is made anew, and says itself what is wrong."""
    try:
        return position()
    except (DatabaseError, RefusedError):
        return None
