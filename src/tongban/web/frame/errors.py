"""The pages for when something fails: calm, in the reader's words, and with what was entered given back.

None of them reads the database, because its absence is one of the things they have to say.
"""

from __future__ import annotations

import errno
import logging
import re
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from msgspec import Struct

from tongban.apps.casework.given import Given, given
from tongban.apps.jobs.faults import read_only
from tongban.apps.observing.parts import say_refused
from tongban.apps.office import KEYS_AWAY, office_remembered
from tongban.apps.shelving import AwayError
from tongban.kernel.refusal import Refused, RefusedError
from tongban.web.frame.context import sections, surroundings
from tongban.web.words import language_of, says

log = logging.getLogger("tongban.web")

RETRY_SECONDS = 60
_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
_NOT_GIVEN_BACK = frozenset(
    {"csrfmiddlewaretoken", "password", "new_password", "old_password", "again", "second"}
)
_CODE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A chosen value or a request's key: sent again, but nothing that a person would want to read."""
_STATUS = {"authority": 403, "form": 422}
_DISK_FULL = "53100"
"""SQLSTATE of PostgreSQL for disk_full."""


class _SignedIn(HttpRequest):
    """A request of which it is known who works with it."""

    signed_in_name: str


class Entered(Struct, frozen=True):
    """One thing that was sent. ``written`` says that a person wrote it, so that it is shown to be copied;
    ``shown`` is how a choice reads, "" for what is only sent again. A field's choices are told once, together."""

    name: str
    value: str
    written: bool
    rows: int = 1
    label: str = ""
    shown: str = ""


def known(request: HttpRequest, fault: BaseException | None) -> HttpResponse | None:
    """The page for a failure whose cause is understood, or None."""
    match fault:
        case RefusedError() if fault.refusal.code in KEYS_AWAY:
            log.error("key missing at %r: %s", request.path, fault.refusal.facts.get("key"))
            return _away(request, "errors.away.body")
        case RefusedError():
            return refused(request, fault.refusal)
        case _ if isinstance(fault, _TOO_LARGE):
            return too_large(request)
        case OSError() if fault.errno == errno.ENOSPC:
            log.error("disk full at %r", request.path)
            return _away(request, "errors.full.body")
        case DatabaseError() if getattr(fault.__cause__, "sqlstate", "") == _DISK_FULL:
            log.error("database disk full at %r", request.path)
            return _away(request, "errors.full.body")
        case AwayError():
            log.error("attachments away at %r: %s", request.path, fault)
            return _away(request, "errors.away.body")
        case OperationalError() | InterfaceError():
            log.error("database away at %r: %s", request.path, fault)
            return _away(request, "errors.away.body")
        case DatabaseError() if read_only(fault):
            log.error("database not primary at %r", request.path)
            return _away(request, "errors.away.body")
        case _:
            return None


def refused(
    request: HttpRequest, refusal: Refused, status: int = 0, back: str = "", *, rows: bool = False
) -> HttpResponse:
    """The page of a refusal that belongs beside no field: what is wrong and what to do, for each fault. ``back``: where it leads, if not to
    where the reader came from. With ``rows`` the place of each fault in a file stands before it."""
    say_refused(refusal)
    area, _, reason = refusal.code.partition(".")
    status = status or (404 if reason.startswith("unknown") else _STATUS.get(area, 409))
    words = [says(each, language_of(request)) for each in refusal.all()]
    return _page(
        request,
        status,
        "errors/refused.html",
        title="errors.unknown.title" if status == 404 else "errors.refused.title",
        refusals=words,
        rows=rows,
        back=back or _back(request),
        unsent=readable(entered(request)),
        files=_had_files(request),
    )


def signed_in(request: HttpRequest, name: str) -> None:
    """Whoever works here was found already: a refusal of this request keeps their frame."""
    cast(_SignedIn, request).signed_in_name = name


def too_large(request: HttpRequest) -> HttpResponse:
    megabytes = settings.LARGEST_BODY // 2**20
    return _page(request, 413, "errors/large.html", megabytes=megabytes)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    log.debug("not found: %r %s", request.path, exception)
    return _page(request, 404, "errors/plain.html", kind="missing")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    log.info("forbidden: %r %s", request.path, exception)
    return _page(request, 403, "errors/plain.html", kind="forbidden", unsent=readable(entered(request)))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return known(request, exception) or _page(request, 400, "errors/plain.html", kind="bad")


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The secret of the form is missing or old: the entry comes back with a new one. The header tells the outbox that
    nobody has decided on it yet."""
    log.info("form secret refused at %r: %s", request.path, reason)
    response = _page(
        request,
        403,
        "errors/given_back.html",
        title="errors.expired.title",
        body="errors.expired.body",
        entered=entered(request),
        files=_had_files(request),
    )
    response["X-Form-Expired"] = "1"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """The last page: a known failure's own, else one with an incident number that is in the log too."""
    fault = sys.exc_info()[1]
    page = known(request, fault)
    if page is not None:
        return page
    drawn = secrets.token_hex(4).upper()
    incident = f"{drawn[:4]}-{drawn[4:]}"
    log.error("incident %s at %r", incident, request.path, exc_info=fault)
    given = {"entered": entered(request), "files": _had_files(request)}
    return _page(request, 500, "errors/fault.html", incident=incident, **given)


def entered(request: HttpRequest) -> tuple[Entered, ...]:
    """What was sent with a form, passwords and secrets left out; () where it can no longer be read."""
    if request.method != "POST":
        return ()
    try:
        sent = {name: values for name, values in request.POST.lists() if name not in _NOT_GIVEN_BACK}
    except (OSError, MultiPartParserError, *_TOO_LARGE):
        return ()
    step = str(request.resolver_match.kwargs.get("step", "")) if request.resolver_match else ""
    return given_back(request, sent, step)


def given_back(
    request: HttpRequest, answers: Mapping[str, object], step: str = "", adoption: str = ""
) -> tuple[Entered, ...]:
    """Answers by field, each with its label and what was chosen by name. ``adoption`` is the practice's as the form
    knew it, "" where that is not known; ``step`` is the one they were meant for."""
    values = {name: _filled(each) for name, each in answers.items()}
    named = _named(request, values, step, adoption)
    return tuple(each for name, texts in values.items() for each in _entered(name, texts, named.get(name)))


def readable(given: Iterable[Entered]) -> tuple[Entered, ...]:
    """What of it a person can read; the rest only serves to send it again."""
    return tuple(each for each in given if each.written or each.shown)


def _filled(value: object) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list | tuple) else (value,)) if each != ""]


def _entered(name: str, values: Sequence[str], named: Given | None) -> Iterator[Entered]:
    shown = named.shown if named is not None and not named.written else ""
    for value in values:
        own = not name.startswith("_") and not _CODE.fullmatch(value)
        written = named.written if named is not None else own
        yield Entered(name, value, written, _rows(value), named.label if named is not None else "", shown)
        shown = ""


def _named(
    request: HttpRequest, answers: Mapping[str, object], step: str, adoption: str
) -> Mapping[str, Given]:
    """What was entered in words, by field, as far as this process knows the practices without asking anybody."""
    here = office_remembered()
    if here is None:
        return {}
    in_force = [own for _, own in here.all_practices(datetime.now(UTC))]
    try:
        found = given(
            answers, here, [adoption, *in_force] if adoption else in_force, language_of(request), step
        )
    except (DatabaseError, RefusedError):
        return {}
    return {each.name: each for each in found}


def _rows(value: str) -> int:
    """Lines of a box in which about 40 characters fit on a line."""
    return min(16, 1 + value.count("\n") + len(value) // 40)


def _had_files(request: HttpRequest) -> bool:
    return request.method == "POST" and bool(entered(request)) and bool(request.FILES)


def _away(request: HttpRequest, body: str) -> HttpResponse:
    posted = request.method == "POST"
    response = _page(
        request,
        503,
        "errors/given_back.html",
        title="errors.away.title",
        body=body if posted else "errors.away.read",
        entered=entered(request),
        files=_had_files(request),
    )
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _back(request: HttpRequest) -> str:
    """Where the reader came from, if that was a page of ours; else the page itself."""
    before = request.META.get("HTTP_REFERER", "")
    origin = f"{request.scheme}://{request.META.get('HTTP_HOST', '')}/"
    return before if before.startswith(origin) else request.path


def _county(request: HttpRequest) -> dict[str, object]:
    """The county as this process knows it."""
    here = office_remembered()
    if here is None or settings.TONGBAN_COUNTY_NAME:
        return {}
    return {"county_name": here.names.division(here.county.code, language_of(request)), "is_demo": here.demo}


def _page(request: HttpRequest, status: int, template: str, **values: object) -> HttpResponse:
    """Render without context processors that may ask the database; htmx puts it in place of the content."""
    context = {**surroundings(request), **values, "form_action": request.get_full_path(), "calm": True}
    name = getattr(request, "signed_in_name", "")
    if name:
        context |= {
            "signed_in_name": name,
            "sections": sections(request.path, staff=True),
            **_county(request),
        }
    if name or request.method == "POST":
        context["csrf_token"] = get_token(request)
    response = HttpResponse(render_to_string(template, context), status=status)
    response["Cache-Control"] = "no-store"
    if request.headers.get("HX-Request"):
        response["HX-Retarget"] = "#content"
        response["HX-Reselect"] = "#content"
        response["HX-Reswap"] = "outerHTML"
    return response
