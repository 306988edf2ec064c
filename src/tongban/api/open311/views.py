"""The calls of GeoReport v2, each from what was asked to what is told."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from django.urls import reverse

from tongban.api.open311.door import Asked, No, Told
from tongban.api.open311.writing import MEDIA, Node
from tongban.apps.office import office
from tongban.apps.open311 import catalogue, public
from tongban.apps.open311.offers import offers, wording_of
from tongban.apps.open311.places import read_point
from tongban.apps.open311.public import MOST, SPAN, STATUSES, Request, Window
from tongban.apps.open311.sending import Sent, argument_of
from tongban.apps.open311.sending import send as open_request
from tongban.apps.wording import say
from tongban.kernel.refusal import Refused

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[[0-9]{0,4}\])?")
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
KEY = "Idempotency-Key"
"""Beyond the standard: a program that names its request may repeat it, whatever the day."""
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_PAGE = 20_000


def discovery(asked: Asked) -> Told | Refused:
    """Where the calls are, in which formats, and when what is offered changed last."""
    here = office()
    since = [each.since for each in offers(here, asked.acting.now)] + [term.since for term in here.terms]
    changed = f"{max(since, default=asked.acting.now):%Y-%m-%d %H:%M}"
    base = asked.request.build_absolute_uri(reverse("open311_services", args=["xml"]))
    county = here.names.division(here.county.code, asked.language)
    home = asked.request.build_absolute_uri("/")
    endpoint: Node = {
        "specification": SPECIFICATION,
        "url": base.removesuffix("/services.xml"),
        "changeset": changed,
        "type": "test" if here.demo else "production",
        "formats": [each.partition(";")[0] for each in MEDIA.values()],
    }
    return Told(
        "discovery",
        {
            "changeset": changed,
            "contact": say("open311.contact", asked.language, county=county, address=home),
            "key_service": say("open311.key_service", asked.language, county=county, address=home),
            "endpoints": [endpoint],
        },
    )


def services(asked: Asked) -> Told | Refused:
    wrong = _jurisdiction(asked)
    if wrong is not None:
        return wrong
    found = catalogue.services(office(), asked.acting.now, asked.language)
    return Told(
        "services", [{name: getattr(each, name) for name in each.__struct_fields__} for each in found]
    )


def definition(asked: Asked, code: str) -> Told | Refused:
    here = office()
    wrong = _jurisdiction(asked)
    found = catalogue.chosen(here, code, asked.acting.now)
    unknown = None if found else Refused("open311.no_service", "service_code", {"code": code[:60]})
    if found is None or wrong is not None:
        return Refused.of([each for each in (wrong, unknown) if each is not None])
    listed: list[Node] = []
    for each in catalogue.definition(here, found, asked.language):
        one: dict[str, Node] = {name: getattr(each, name) for name in each.__struct_fields__}
        one["values"] = [{"key": value.key, "name": value.name} for value in each.values]
        if not each.values:
            del one["values"]
        listed.append(one)
    return Told("service_definition", {"service_code": found.code, "attributes": listed})


def send(asked: Asked) -> Told | Refused | No:
    """A new request. Refused first is what the standard names first: the key, the jurisdiction, the service."""
    if asked.key is None:
        return Refused("open311.key")
    here = office()
    elsewhere = _jurisdiction(asked)
    sent, wrong = _sent(asked)
    named = asked.request.headers.get(KEY)
    if named is not None and not _KEY.fullmatch(named):
        wrong.append(Refused("open311.idempotency", KEY))
    code = asked.one("service_code")
    found = catalogue.chosen(here, code, asked.acting.now) if code else None
    if found is None:
        unknown = Refused("open311.no_service", "service_code", {"code": code[:60]})
        missing = Refused("open311.missing", "service_code", {"name": "service_code"})
        wrong = [unknown if code else missing, *wrong]
    if elsewhere is not None:
        wrong = [elsewhere, *wrong]
    if found is None:
        return Refused.of(wrong)
    acting = asked.acting
    acting = type(acting)(acting.now, language=acting.language, key=named or "", door=acting.door)
    made = open_request(sent, found, asked.key, acting, time.time(), wrong)
    if isinstance(made, Refused):
        wording = wording_of(here, found.offer, asked.language)
        return No(made, wording, partial(argument_of, found.offer))
    told: Node = {"service_request_id": made.id, "service_notice": made.notice, "account_id": None}
    return Told("service_requests", [told])


def requests(asked: Asked) -> Told | Refused:
    wrong: list[Refused] = [elsewhere] if (elsewhere := _jurisdiction(asked)) is not None else []
    question = _question(asked, wrong)
    if wrong:
        return Refused.of(wrong)
    found = public.requests(question, asked.key, asked.acting.now, asked.language)
    return Told("service_requests", [_request(each, asked) for each in found])


def request_of(asked: Asked, name: str) -> Told | Refused:
    wrong = _jurisdiction(asked)
    if wrong is not None:
        return wrong
    found = public.one(name, asked.key, asked.acting.now, asked.language)
    return found if isinstance(found, Refused) else Told("service_requests", [_request(found, asked)])


def token_of(asked: Asked, token: str) -> Told | Refused:
    """Every service answers at once, so no token is given out; the id of a request stands for itself."""
    wrong = _jurisdiction(asked)
    if wrong is not None:
        return wrong
    if not public.exists(token):
        return Refused("open311.no_token")
    return Told("service_requests", [{"service_request_id": token, "token": token}])


def _jurisdiction(asked: Asked) -> Refused | None:
    """One county is served, so that nobody has to name it; another one is not found."""
    named = asked.one("jurisdiction_id")
    if not named or named == office().county.code:
        return None
    return Refused("open311.jurisdiction", "jurisdiction_id", {"known": office().county.code})


def _sent(asked: Asked) -> tuple[Sent, list[Refused]]:
    """What was sent as far as it can be read, and what is wrong with the rest."""
    wrong: list[Refused] = []
    point = read_point(asked.one("lat"), asked.one("long"))
    if isinstance(point, Refused):
        wrong.append(point)
        point = None
    elif point is None and not asked.one("address_string") and not asked.one("address_id"):
        wrong.append(Refused("open311.no_place", "address_string"))
    attributes: dict[str, tuple[str, ...]] = {}
    for name, values in asked.given.items():
        if name.startswith("attribute"):
            found = _ATTRIBUTE.fullmatch(name)
            if found is None:
                wrong.append(Refused("open311.attribute", "attribute", {"name": name[:60]}))
                continue
            attributes[found[1]] = (*attributes.get(found[1], ()), *values)
    sent = Sent(
        description=asked.one("description").strip(),
        address=asked.one("address_string"),
        address_id=asked.one("address_id"),
        point=point,
        phone=asked.one("phone"),
        first_name=asked.one("first_name"),
        last_name=asked.one("last_name"),
        email=asked.one("email"),
        person=(asked.one("account_id") or asked.one("device_id"))[:200],
        media_url=asked.one("media_url").strip(),
        attributes=attributes,
    )
    return sent, wrong


def _question(asked: Asked, wrong: list[Refused]) -> public.Asked:
    """What is asked for as far as it can be read; what is wrong with the rest goes to ``wrong``."""
    statuses = frozenset(asked.several("status"))
    if not statuses <= set(STATUSES):
        wrong.append(Refused("open311.status", "status"))
    moments = {
        name: _moment(asked.one(name), name, wrong)
        for name in ("start_date", "end_date", "updated_after", "updated_before")
    }
    window = _window(moments, asked.acting.now, wrong)
    page, size = _whole(asked, "page", 1, MOST_PAGE, wrong), _whole(asked, "page_size", MOST, MOST, wrong)
    return public.Asked(
        asked.several("service_request_id"),
        frozenset(asked.several("service_code")),
        statuses,
        window,
        page,
        size,
    )


def _window(moments: Mapping[str, datetime | None], now: datetime, wrong: list[Refused]) -> Window:
    """The last ninety days where nothing is said; from a start or to an end as many. Who asks for what changed asks for that alone."""
    start, end = moments["start_date"], moments["end_date"]
    after, before = moments["updated_after"], moments["updated_before"]
    if start is not None and end is not None and end - start > SPAN:
        wrong.append(Refused("open311.span", "start_date", {"days": SPAN.days}))
    if start is None and end is None and (after is not None or before is not None):
        return Window(None, None, after, before)
    if start is None:
        start = (end or now) - SPAN
    return Window(start, end or start + SPAN + timedelta(days=1), after, before)


def _moment(text: str, name: str, wrong: list[Refused]) -> datetime | None:
    """A moment in the W3C's form, with its offset; of a day alone its first moment here. None for none, and for what is wrong."""
    if not text:
        return None
    text = f"{text}T00:00:00+08:00" if _DAY.fullmatch(text) else text.replace(" ", "+")
    try:
        read = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        read = None
    # PostgreSQL, an offset and ninety days more need room at both ends.
    if read is None or not 1900 <= read.year <= 9000:
        wrong.append(Refused("open311.moment", name, {"name": name}))
        return None
    return read


def _whole(asked: Asked, name: str, otherwise: int, most: int, wrong: list[Refused]) -> int:
    """A number from 1 to ``most``; ``otherwise`` where none is said, and where what is said is wrong."""
    text = asked.one(name)
    if not text:
        return otherwise
    known = text.isascii() and text.isdecimal() and len(text) < 10
    if known and 1 <= int(text) <= most:
        return int(text)
    wrong.append(Refused("open311.page", name, {"name": name, "most": most}))
    return otherwise


def _request(found: Request, asked: Asked) -> Node:
    told: dict[str, Node] = {
        "service_request_id": found.id,
        "status": found.status,
        "status_notes": found.status_notes,
        "service_name": found.service_name,
        "service_code": found.service_code,
        "description": found.description,
        "agency_responsible": found.agency,
        "service_notice": None,
        "requested_datetime": found.requested,
        "updated_datetime": found.updated,
        "expected_datetime": found.expected,
        "address": found.address,
        "address_id": found.address_id,
        "zipcode": None,
        "lat": found.lat,
        "long": found.long,
        "media_url": None,
    }
    if asked.one("extensions").lower() == "true":
        page = reverse("public_case", args=[found.page]) if found.page else ""
        told["extended_attributes"] = {
            "practice": found.practice,
            "page": asked.request.build_absolute_uri(page) if page else None,
        }
        told["notes"] = [
            {"datetime": each.at, "type": each.type, "description": each.words} for each in found.notes
        ]
    return told
