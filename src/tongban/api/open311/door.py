"""One request: language, limit, the call, and an answer or the errors of the standard.

The standard knows 404 for what does not exist, 403 for a key that is missing or wrong, and 400 for everything else; so a
bound that is reached and a fault of the machine are 400 here too, and the words say which. No cookie is looked at.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from msgspec import Struct

from tongban.api.open311.writing import MEDIA, Node, body
from tongban.api.v1 import limits
from tongban.api.v1.limits import Allowance
from tongban.api.v1.reading import language_of, too_large
from tongban.apps.acting import Acting
from tongban.apps.jobs.faults import read_only
from tongban.apps.observing.parts import say_refused
from tongban.apps.open311.keys import Known, holder
from tongban.apps.patience import place
from tongban.apps.people.doors import resident_door
from tongban.apps.shelving import AwayError
from tongban.apps.wording import Wording
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.texts import refusal_words

log = logging.getLogger("tongban.open311")

READS = Allowance.of("open311_reads", 1200, 60, 240)
LISTS = Allowance.of("open311_lists", 300, 60, 60)
"""Questions that look at many cases."""
_STATUSES = {
    "open311.jurisdiction": 404,
    "open311.address": 404,
    "open311.no_service": 404,
    "open311.no_request": 404,
    "open311.no_token": 404,
    "open311.key": 403,
    "case.no_practice": 404,
    "case.no_longer": 404,
}
RETRY_SECONDS = 60


class Asked(Struct, frozen=True):
    """A request as a call sees it. ``given`` is the query of a GET, the form of a POST; empty values are not there."""

    request: HttpRequest
    given: Mapping[str, tuple[str, ...]]
    acting: Acting
    key: Known | None
    form: str

    @property
    def language(self) -> str:
        return self.acting.language

    def one(self, name: str) -> str:
        """The last value of an argument, "" for none."""
        return self.given.get(name, ("",))[-1]

    def several(self, name: str) -> tuple[str, ...]:
        """Values of an argument that may be said more than once or with commas."""
        parts = (part.strip() for value in self.given.get(name, ()) for part in value.split(","))
        return tuple(dict.fromkeys(part for part in parts if part))


class Told(Struct, frozen=True):
    """An answer: the element that holds it, and what is in it."""

    root: str
    node: Node


class No(Struct, frozen=True):
    """A refusal with the practice's own words, and by which argument each field of its form is answered."""

    refused: Refused
    wording: Wording | None = None
    argument: Callable[[str], str] = str


Call = Callable[..., Told | Refused | No]


def door(**calls: Call) -> Callable[..., HttpResponse]:
    """The view of one address: its calls by method."""

    @csrf_exempt
    def view(request: HttpRequest, form: str, **parts: str) -> HttpResponse:
        language = language_of(request)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method == "OPTIONS":
            return _headed(HttpResponse(status=204), calls)
        call = calls.get(method)
        if call is None:
            return _headed(errors(form, No(Refused("open311.method")), language), calls)
        return _headed(_answered(request, call, form, parts, language), calls)

    view.elsewhere = elsewhere  # type: ignore[attr-defined]
    return view


def elsewhere(request: HttpRequest, form: str = "xml", **_: str) -> HttpResponse:
    """What is said to whoever comes under a name by which this is not served."""
    form = "json" if request.path.endswith(".json") else form
    return _headed(errors(form, No(Refused("open311.host")), language_of(request)), {"GET": Told})


@csrf_exempt
def no_address(request: HttpRequest) -> HttpResponse:
    """Every address below that is none, also one without a format."""
    form = "json" if request.path.endswith(".json") else "xml"
    return _headed(errors(form, No(Refused("open311.address")), language_of(request)), {"GET": Told})


no_address.elsewhere = elsewhere  # type: ignore[attr-defined]


def errors(form: str, no: No, language: str) -> HttpResponse:
    """Every fault at once, each with its own status as its code; the answer has that of the first."""
    say_refused(no.refused)
    status = _STATUSES.get(no.refused.code, 400)
    listed: list[Node] = []
    for each in no.refused.all():
        said = no.wording.refusal(each, coded=True) if no.wording else refusal_words(each, language)
        where = no.argument(each.where) if no.wording and not each.code.startswith("open311.") else ""
        words = f"{where}: {said.says} {said.fix}" if where else f"{said.says} {said.fix}"
        listed.append({"code": _STATUSES.get(each.code, 400), "description": words.strip()})
    response = HttpResponse(body(form, "errors", listed), status=status, content_type=MEDIA[form])
    seconds = no.refused.facts.get("seconds")
    if isinstance(seconds, int):
        response["Retry-After"] = str(seconds)
    return response


def _answered(
    request: HttpRequest, call: Call, form: str, parts: Mapping[str, str], language: str
) -> HttpResponse:
    try:
        told = _called(request, call, form, parts, language)
    except RefusedError as fault:
        told = fault.refusal
    except (BadRequest, SuspiciousOperation, MultiPartParserError, UnicodeError):
        told = Refused("open311.unreadable")
    except (OperationalError, InterfaceError, AwayError) as fault:
        log.error("storage away at open311: %s", fault)
        told = Refused("open311.away", "", {"seconds": RETRY_SECONDS})
    except Exception as fault:
        if read_only(fault):
            return errors(form, No(Refused("open311.away", "", {"seconds": RETRY_SECONDS})), language)
        incident = secrets.token_hex(4).upper()
        log.error("incident %s at open311", incident, exc_info=fault)
        told = Refused("open311.fault", "", {"incident": incident})
    match told:
        case Told(root, node):
            return HttpResponse(body(form, root, node), content_type=MEDIA[form])
        case Refused():
            return errors(form, No(told), language)
        case No():
            return errors(form, told, language)


def _called(
    request: HttpRequest, call: Call, form: str, parts: Mapping[str, str], language: str
) -> Told | Refused | No:
    request.encoding = "utf-8"
    if (large := too_large(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)) is not None:
        return large
    sent = request.POST if request.method == "POST" else request.GET
    given = {name: tuple(each for each in values if each.strip()) for name, values in sent.lists()}
    given = {name: values for name, values in given.items() if values}
    now = datetime.now(UTC)
    secret = (given.get("api_key") or ("",))[-1]
    key = holder(secret, now) if secret else None
    if secret and key is None:
        return Refused("open311.key")
    address = str(request.META.get("REMOTE_ADDR", ""))
    bound = LISTS if "name" not in parts and "requests" in request.path else READS
    seconds = (
        limits.wait(bound.known, key.id, time.time())
        if key is not None
        else limits.wait(bound.stranger, place(address), time.time())
    )
    if seconds:
        return Refused("open311.many", "", {"seconds": seconds})
    acting = Acting(now, language=language)
    if request.method == "POST":
        acting = Acting(now, language=language, door=resident_door("api", address, now))
    return call(Asked(request, given, acting, key, form), **parts)


def _headed(response: HttpResponse, calls: Mapping[str, object]) -> HttpResponse:
    """Anybody's page may read what anybody may read."""
    methods = {*calls, "HEAD", "OPTIONS"} if "GET" in calls else {*calls, "OPTIONS"}
    response["Allow"] = ", ".join(sorted(methods))
    response["Access-Control-Allow-Origin"] = "*"
    response.headers.setdefault("Cache-Control", "no-store")
    patch_vary_headers(response, ("Accept-Language",))
    return response
