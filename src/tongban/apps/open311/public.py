"""What anybody may read of requests through Open311: what the county shows of them already, and nothing more.

*Closed* are published texts as the public pages have them: de-identified, released by somebody who did not write them, with days
and no hours. *Open* are the matters that others may be told of (decision 35): category, township, unit, day, phase and promised
day, not one word of what was said. Both are named by a name that leads nowhere else. A program is told of what it sent itself, with
its key, how that stands: never what was said or by whom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Q, QuerySet
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.disclosure.publishing import place_of, unit_of, wide_unit
from tongban.apps.disclosure.reading import as_public
from tongban.apps.office import Office, office
from tongban.apps.open311.catalogue import code_of, name_of
from tongban.apps.open311.keys import Known
from tongban.apps.open311.offers import offers
from tongban.apps.open311.places import middles
from tongban.apps.wording import say
from tongban.kernel.case import Case
from tongban.kernel.clock import LOCAL, last_date, local_date
from tongban.kernel.procedure.shared import shared
from tongban.kernel.refusal import Refused
from tongban.store.models import Open311Sent, PublicText
from tongban.store.public_requests import Window as Window
from tongban.store.public_requests import open_in_window, published_in

SPAN = timedelta(days=90)
MOST = 1_000
MOST_SENT = 2_000
"""Requests of one key that a list looks at; older ones are found by their ids."""
LONGEST = 4_000
OPEN, CLOSED = STATUSES = ("open", "closed")


class Asked(Struct, frozen=True):
    """A question about requests. Empty collections are no bound; ``page`` begins at 1."""

    ids: tuple[str, ...] = ()
    services: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    window: Window = Window(None, None, None, None)
    page: int = 1
    size: int = MOST


class Note(Struct, frozen=True):
    at: datetime
    type: str
    words: str


class Request(Struct, frozen=True):
    """A public request. "" and None is what is not told."""

    id: str
    status: str
    status_notes: str
    service_code: str
    service_name: str
    description: str
    agency: str
    requested: datetime
    updated: datetime
    expected: datetime | None
    address: str
    address_id: str
    lat: float | None
    long: float | None
    practice: str
    page: str
    """the id under which the county's own page shows it, "" for none"""
    notes: tuple[Note, ...] = ()


def requests(asked: Asked, key: Known | None, now: datetime, language: str) -> tuple[Request, ...]:
    """One page of what is asked for, the newest first; by ids, these in their order, whatever else was asked.

    With its key a program gets what it sent itself besides, by its own moments; told as everybody is where it is public.
    """
    here = office()
    if asked.ids:
        return _named(here, asked.ids[:MOST], key, now, language)
    sent = _sent(here, asked, key, now) if key is not None else {}
    own = {case.id: (case, service) for case, service, public in sent.values() if not public}
    found = {case: at for at, case in (*_closed(here, asked, now), *_open(here, asked, now))}
    for case, _, public in sent.values():
        found.setdefault(case.id, _day(case.opened_at) if public else case.opened_at)
    wanted = [(at, case) for case, at in found.items()]
    wanted.sort(key=lambda each: (-each[0].timestamp(), each[1]))
    first = (asked.page - 1) * asked.size
    return _told(here, wanted[first : first + asked.size], own, now, language)


def one(name: str, key: Known | None, now: datetime, language: str) -> Request | Refused:
    """One request by its name. Refuses what is not public, alike whether it exists or not (``open311.no_request``)."""
    found = _named(office(), (name,), key, now, language)
    return found[0] if found else Refused("open311.no_request")


def _named(
    here: Office, names: Sequence[str], key: Known | None, now: datetime, language: str
) -> tuple[Request, ...]:
    """Those of these names that may be told, in their order: a few queries, however many there are."""
    cases = list(dict.fromkeys(case for name in names if (case := _case(here, name))))
    practices = _practices(here, now)
    rows = {str(row.chain): row for row in _public(here, now).filter(chain__in=cases)}
    loaded = {each.case.id: each.case for each in here.journal.load(ids=cases)} if cases else {}
    sent: dict[str, str] = {}
    if key is not None:
        own = Open311Sent.objects.filter(county=here.county.code, case__in=cases, key=key.id)
        sent = {str(each.case): each.service for each in own}
    found: list[Request] = []
    for case in cases:
        row, known = rows.get(case), loaded.get(case)
        if row is not None and _practice_of(here, str(row.text["adoption"])) in practices:
            found.append(_published(here, row, language))
        elif known is not None and known.practice in practices and _shared(here, known, now):
            found.append(_shown(here, known, language))
        elif known is not None and case in sent:
            found.append(_own(here, known, sent[case], language))
    return _placed(here, found)


def _placed(here: Office, found: Sequence[Request]) -> tuple[Request, ...]:
    """With the middle of each one's township, read once."""
    known = middles(here) if found else {}
    return tuple(
        replace(each, lat=point.north, long=point.east) if (point := known.get(each.address_id)) else each
        for each in found
    )


def _case(here: Office, name: str) -> str:
    """The id behind a name, "" for what is no name."""
    try:
        return here.journal.lookup.named(name)
    except ValueError:
        return ""


def exists(name: str) -> bool:
    """Whether this door has given a name out: nobody can guess one."""
    here = office()
    case = _case(here, name)
    return bool(case) and Open311Sent.objects.filter(county=here.county.code, case=case).exists()


def _practices(here: Office, now: datetime) -> frozenset[str]:
    return frozenset(each.practice for each in offers(here, now))


def _practice_of(here: Office, adoption: str) -> str:
    return next((term.practice for term in here.terms if term.adoption == adoption), "")


def _fits(asked: Asked, practice: str, category: str) -> bool:
    return not asked.services or code_of(practice, category) in asked.services


def _closed(here: Office, asked: Asked, now: datetime) -> list[tuple[datetime, str]]:
    if asked.statuses and CLOSED not in asked.statuses:
        return []
    practices = _practices(here, now)
    adoptions = {term.adoption: term.practice for term in here.terms if term.practice in practices}
    rows = published_in(here.journal, asked.window, list(adoptions))
    return [
        (opened, chain)
        for chain, opened, category, adoption in rows
        if _fits(asked, adoptions[adoption], category)
    ]


def _open(here: Office, asked: Asked, now: datetime) -> list[tuple[datetime, str]]:
    if asked.statuses and OPEN not in asked.statuses:
        return []
    practices = _practices(here, now)
    since = now - SPAN
    window = asked.window
    bounded = Window(
        max(window.since or since, since), window.until, window.changed_since, window.changed_until
    )
    ids = open_in_window(here.journal, bounded, sorted(practices), sorted(here.county.shared))
    cases = (each.case for each in here.journal.load(ids=ids)) if ids else ()
    return [
        (_day(case.opened_at), case.id)
        for case in cases
        if _fits(asked, case.practice, str(case.facts.get("category") or "")) and _shared(here, case, now)
    ]


def _sent(here: Office, asked: Asked, key: Known, now: datetime) -> dict[str, tuple[Case, str, bool]]:
    """What was sent under a key and is asked for, of the latest ``MOST_SENT``: each with its service, and whether it is public."""
    rows = Open311Sent.objects.filter(county=here.county.code, key=key.id).order_by("-at", "case")
    services = {str(row.case): row.service for row in rows[:MOST_SENT]}
    practices = _practices(here, now)
    cases = (each.case for each in here.journal.load(ids=list(services))) if services else ()
    found = {
        case.id: case
        for case in cases
        if case.practice in practices and _asked_for(asked, case, services[case.id])
    }
    rows_out = _public(here, now).filter(chain__in=list(found))
    out = {str(chain) for chain in rows_out.values_list("chain", flat=True)}
    return {id: (case, services[id], id in out or _shared(here, case, now)) for id, case in found.items()}


def _asked_for(asked: Asked, case: Case, service: str) -> bool:
    """Whether what a program sent is within its question, by the moments that it is told itself."""
    window, changed = asked.window, _changed(case)
    return (
        (not asked.services or service in asked.services)
        and (not asked.statuses or _status(case) in asked.statuses)
        and (window.since is None or case.opened_at >= window.since)
        and (window.until is None or case.opened_at <= window.until)
        and (window.changed_since is None or changed >= window.changed_since)
        and (window.changed_until is None or changed <= window.changed_until)
    )


def _status(case: Case) -> str:
    return CLOSED if case.settled_at is not None else OPEN


def _changed(case: Case) -> datetime:
    return case.settled_at or case.last_at or case.opened_at


def _shared(here: Office, case: Case, now: datetime) -> bool:
    return now - case.opened_at <= SPAN and shared(here.procedure(case.adoption), case, here.county, now)


def _told(
    here: Office,
    wanted: Sequence[tuple[datetime, str]],
    own: Mapping[str, tuple[Case, str]],
    now: datetime,
    language: str,
) -> tuple[Request, ...]:
    ids = list(dict.fromkeys(case for _, case in wanted))
    rows = {str(row.chain): row for row in _public(here, now).filter(chain__in=ids)} if ids else {}
    others = [each for each in ids if each not in rows and each not in own]
    cases = {each.case.id: each.case for each in here.journal.load(ids=others)} if others else {}
    found: list[Request] = []
    for each in ids:
        if each in own:
            found.append(_own(here, *own[each], language))
        elif each in rows:
            found.append(_published(here, rows[each], language))
        elif each in cases:
            found.append(_shown(here, cases[each], language))
    return _placed(here, found)


def _public(here: Office, now: datetime) -> QuerySet[PublicText]:
    return PublicText.objects.filter(Q(until=None) | Q(until__gt=now), county=here.county.code, what="case")


def _published(here: Office, row: PublicText, language: str) -> Request:
    told = as_public(here, row, language)
    text = cast("dict[str, str]", row.text)
    practice = _practice_of(here, text["adoption"])
    opened = _day(datetime.fromisoformat(text["opened"]))
    closed = _day(datetime.fromisoformat(text["settled"])) if text.get("settled") else _day(row.since)
    words = "\n".join(
        say("open311.part", language, label=part.label, words=part.words) for part in told.parts
    )
    notes = (Note(opened, "opened", ""), Note(closed, "closed", told.outcome))
    return _request(
        here, str(row.chain), practice, text["adoption"], row.category, row.division, language,
        status=CLOSED, status_notes=told.outcome, description=words[:LONGEST], agency=told.unit,
        requested=opened, updated=closed, page=str(row.chain), notes=notes,
    )  # fmt: skip


def _shown(here: Office, case: Case, language: str) -> Request:
    """An open matter, as others are told of it."""
    wording = here.wording(case.adoption, language)
    kind = wording.procedure.kinds[case.kind]
    unit, opened = unit_of(here, case), _day(case.opened_at)
    phase = wording.phase(kind.stages[case.stage].phase)
    changed = _day(case.stage_since or case.opened_at)
    return _request(
        here, case.id, case.practice, case.adoption, str(case.facts.get("category") or ""), case.division,
        language, status=OPEN, status_notes=phase, agency=here.names.unit(unit, language) if unit else "",
        requested=opened, updated=changed, expected=_promised(here, case),
        notes=(Note(opened, "opened", ""), Note(changed, "phase", phase)),
    )  # fmt: skip


def _own(here: Office, case: Case, service: str, language: str) -> Request:
    """How a case stands, for the program that sent it: its own moments, and the unit as the public is told of it."""
    wording = here.wording(case.adoption, language)
    stage = wording.procedure.kinds[case.kind].stages[case.stage]
    unit = wide_unit(here, case.holder)
    ended = case.settled_at
    return _request(
        here, case.id, case.practice, case.adoption, service.partition(".")[2], case.division, language,
        status=_status(case),
        status_notes=wording.outcome(case.outcome) if ended is not None and case.outcome else wording.phase(stage.phase),
        agency=here.names.unit(unit, language) if unit else "",
        requested=case.opened_at, updated=_changed(case), expected=_promised(here, case),
    )  # fmt: skip


def _request(
    here: Office, case: str, practice: str, adoption: str, category: str, division: str, language: str, *,
    status: str, requested: datetime, updated: datetime, status_notes: str = "", description: str = "",
    agency: str = "", expected: datetime | None = None, page: str = "", notes: tuple[Note, ...] = (),
) -> Request:  # fmt: skip
    place = place_of(here, division)
    above = here.names.division(here.county.code, language)
    name = here.names.division(place, language)
    return Request(
        id=here.journal.lookup.name(case),
        status=status,
        status_notes=status_notes,
        service_code=code_of(practice, category),
        service_name=name_of(here, adoption, category, language),
        description=description,
        agency=agency,
        requested=requested,
        updated=updated,
        expected=expected,
        address=name if place == here.county.code else f"{name}, {above}",
        address_id=place,
        lat=None,
        long=None,
        practice=here.wording(adoption, language).title(),
        page=page,
        notes=notes,
    )


def _promised(here: Office, case: Case) -> datetime | None:
    """The last moment of the day until which an answer is promised; None while the clock is stopped."""
    clocks = here.procedure(case.adoption).kinds[case.kind].clocks
    due = (each.due for each in case.running() if each.due is not None and clocks[each.clock].promise)
    last = max(due, default=None)
    if last is None:
        return None
    day = last_date(last)
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LOCAL)


def _day(at: datetime) -> datetime:
    """The first moment of the local day of a moment."""
    day = local_date(at)
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL)
