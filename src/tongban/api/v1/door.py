"""One request, from bytes to bytes: token, limit, reading, handler, and an answer or a problem.

Cookies are not looked at, so there is nothing that another site could make a browser do, and no CORS header
is ever sent. Every answer differs by language and by token, and says so.
"""

from __future__ import annotations

import errno
import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import assert_never

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel

from tongban.api.v1 import limits
from tongban.api.v1.callers import Caller, address_of, caller
from tongban.api.v1.cursors import TURN
from tongban.api.v1.once import once
from tongban.api.v1.paging import link, paged, turn_of
from tongban.api.v1.problems import problem
from tongban.api.v1.reading import LARGEST_UPLOAD, language_of, read_body, read_query, read_raw, too_large
from tongban.api.v1.rights import ACT_OF
from tongban.api.v1.route import Answer, Asked, Given, No, Raw, Route, Written
from tongban.apps.jobs.faults import read_only
from tongban.apps.office import office_lately
from tongban.apps.patience import Spent
from tongban.apps.rights import let_in
from tongban.apps.shelving import AwayError
from tongban.apps.wording import say
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused, RefusedError

log = logging.getLogger("tongban.api")

KEY = "Idempotency-Key"
KEY_SENT = "HTTP_IDEMPOTENCY_KEY"
"""The same as a web server hands it on."""
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
RETRY_SECONDS = 60
_DISK_FULL = "53100"
_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def view_of(routes: Sequence[Route]) -> Callable[..., HttpResponse]:
    """The view of one address: its routes by method, a problem for every other method."""
    by_method: dict[str, Route] = {route.method: route for route in routes}
    allowed = ", ".join(sorted({*by_method, "OPTIONS", *(("HEAD",) if "GET" in by_method else ())}))

    @csrf_exempt
    def view(request: HttpRequest, **parts: str) -> HttpResponse:
        language = language_of(request)
        route = by_method.get("GET" if request.method == "HEAD" else str(request.method))
        if request.method == "OPTIONS":
            return _headed(HttpResponse(status=204, headers={"Allow": allowed}), language)
        if route is None:
            refused = Refused("api.method", "", {"method": str(request.method)[:20], "allowed": allowed})
            response = problem(request, refused, language)
            response["Allow"] = allowed
            return _headed(response, language)
        return _headed(_answered(request, route, parts, language), language)

    view.elsewhere = elsewhere  # type: ignore[attr-defined]
    return view


def elsewhere(request: HttpRequest, **_: str) -> HttpResponse:
    """What is said to whoever comes under a name by which this is not served."""
    language = language_of(request)
    return _headed(problem(request, Refused("api.host", "Host"), language), language)


def no_route(request: HttpRequest, **_: str) -> HttpResponse:
    """Every address below the API that is none."""
    language = language_of(request)
    return _headed(problem(request, Refused("api.route"), language), language)


no_route.csrf_exempt = True  # type: ignore[attr-defined]
no_route.elsewhere = elsewhere  # type: ignore[attr-defined]


def _answered(request: HttpRequest, route: Route, parts: Mapping[str, str], language: str) -> HttpResponse:
    """The handler's answer; a fault of the machine as a problem too, so that a client sees one form only."""
    spent: Spent | None = None
    try:
        found = caller(request, language)
        spent = None if isinstance(found, Refused) else _spent(request, route, found)
        answer = found if isinstance(found, Refused) else _handled(request, route, parts, found, spent)
        response = _written(request, route, answer, language)
    except Exception as fault:
        response = _broken(request, route, fault, language)
    for name, value in limits.headers(spent).items():
        response[name] = value
    return response


def _handled(
    request: HttpRequest, route: Route, parts: Mapping[str, str], found: Caller, spent: Spent | None
) -> Answer:
    if spent is not None and spent.wait:
        return Refused("api.many", "", {"seconds": spent.wait})
    known = _let_in(request, route, found)
    if isinstance(known, Refused):
        return known
    read = _read(request, route)
    turn = turn_of(request) if route.pages else None
    for each in (read, turn):
        if isinstance(each, Refused):
            return each
    assert not isinstance(read, Refused) and not isinstance(turn, Refused)
    asked = Asked(request, known, address_of(request))
    make = partial(route.handle, asked, **parts, **read)
    key = request.META.get(KEY_SENT, "")
    if route.once and key:
        sent = read.get("body", read.get("content"))
        return once(known, key, request.get_full_path(), sent, make, route.status)
    answer = make()
    return paged(answer, route, turn) if turn is not None and isinstance(answer, BaseModel) else answer


def _read(request: HttpRequest, route: Route) -> Mapping[str, object] | Refused:
    """What a handler is called with besides the parts of the address: its query, its body."""
    read: dict[str, object] = {}
    if route.query is not None:
        read["query"] = read_query(request, route.query, TURN if route.pages else ())
    if route.body is not None:
        read["body"] = read_body(request, route.body)
    if route.raw:
        read["content"] = read_raw(request, route.raw, route.largest)
    return next((each for each in read.values() if isinstance(each, Refused)), read)


def _let_in(request: HttpRequest, route: Route, found: Caller) -> Caller | Refused:
    """On a route that the table of rights has, with a token that allows it, and with a key that can be one."""
    if route.name not in ACT_OF:
        return Refused("api.route")
    if route.scope and route.scope not in found.scopes:
        return Refused("api.scope", "", {"scope": route.scope}) if found.known else Refused("api.token")
    if route.people_only and not found.acting.actor.posts:
        return Refused("api.no_account" if found.known else "api.token")
    if route.people_only and not let_in(ACT_OF[route.name], found.acting.actor, office_lately().county):
        act = say(f"rights.act.{ACT_OF[route.name]}", found.acting.language)
        return Refused("api.not_yours", "", {"act": act})
    if route.in_person and found.program:
        return Refused("api.in_person")
    if route.files and (large := too_large(request, LARGEST_UPLOAD)) is not None:
        return large
    key = request.META.get(
        KEY_SENT
    )  # the web server makes "" of what is not visible ASCII, and joins several with a comma
    if key is not None and not _KEY.fullmatch(key):
        return Refused("api.key", KEY)
    return found.with_key(key or "") if route.keyed else found


def _spent(request: HttpRequest, route: Route, found: Caller) -> Spent | None:
    """Accounts are counted by their token; everybody else by where they are, also with a token of a case."""
    if found.acting.actor.kind is ActorKind.PERSON:
        return limits.spend(route.bound.known, found.who, time.time())
    return limits.spend(route.bound.stranger, address_of(request), time.time())


def _written(request: HttpRequest, route: Route, answer: Answer, language: str) -> HttpResponse:
    match answer:
        case Refused():
            return _refused(request, No(answer), language)
        case No():
            return _refused(request, answer, language)
        case Raw(content, media_type, headers):
            response = HttpResponse(content, content_type=media_type, headers=dict(headers))
        case Written(written, status, headers):
            response = HttpResponse(
                written, status=status, content_type="application/json", headers=dict(headers)
            )
        case Given(body, status, headers):
            response = _json(body, status)
            for name, value in headers.items():
                response[name] = value
        case BaseModel():
            response = _json(answer, route.status)
            if following := getattr(answer, "next", ""):
                response["Link"] = link(request, following)
        case _:
            assert_never(answer)
    return _kept(request, response) if route.method == "GET" and route.keeps else _not_kept(response)


def _json(body: BaseModel, status: int) -> HttpResponse:
    return HttpResponse(body.model_dump_json(), status=status, content_type="application/json")


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What anybody may read may be kept, but is asked for anew each time: 304 when it has not changed. What somebody's token
    opened is kept nowhere by what lies between; a program that has it still is told by its tag that it has not changed."""
    named = "HTTP_AUTHORIZATION" in request.META
    response.headers.setdefault("Cache-Control", "private, no-store" if named else "private, no-cache")
    tag = f'"{sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = tag
    known = (each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(","))
    if tag in known:
        return HttpResponse(status=304, headers={"ETag": tag, "Cache-Control": response["Cache-Control"]})
    return response


def _not_kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _refused(request: HttpRequest, no: No, language: str) -> HttpResponse:
    response = problem(request, no.refused, language, no.wording)
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="tongban"'
    seconds = no.refused.facts.get("seconds")
    minutes = no.refused.facts.get("minutes")
    if response.status_code in (429, 503):
        wait = seconds if isinstance(seconds, int) else RETRY_SECONDS
        response["Retry-After"] = str(minutes * 60 if isinstance(minutes, int) else wait)
    return response


def _broken(request: HttpRequest, route: Route, fault: Exception, language: str) -> HttpResponse:
    """A fault whose cause is understood says it; any other gets a number that stands in the log too."""
    match fault:
        case RefusedError():
            refused = fault.refusal
        case _ if isinstance(fault, _TOO_LARGE):
            refused = Refused("api.too_large", "", {"most": LARGEST_UPLOAD // 1000})
        case MultiPartParserError():
            refused = Refused("api.media", "", {"given": "", "wanted": "multipart/form-data"})
        case OSError() if fault.errno == errno.ENOSPC:
            refused = Refused("api.full")
        case DatabaseError() if getattr(fault.__cause__, "sqlstate", "") == _DISK_FULL:
            refused = Refused("api.full")
        case OperationalError() | InterfaceError() | AwayError():
            log.error("storage away at %s: %s", route.name, fault)
            refused = Refused("api.away")
        case DatabaseError() if read_only(fault):
            log.error("database not primary at %s", route.name)
            refused = Refused("api.away")
        case _:
            incident = secrets.token_hex(4).upper()
            log.error("incident %s at %s", incident, route.name, exc_info=fault)
            refused = Refused("api.fault", "", {"incident": incident})
    return _refused(request, No(refused), language)


def _headed(response: HttpResponse, language: str) -> HttpResponse:
    response["Content-Language"] = language
    patch_vary_headers(response, ("Accept-Language", "Authorization"))
    return response
