"""From a notice of the ledger to those it is for: who, by which channel, from when on, in which words.

A unit's notice is for those of it who may act on the case now, but whoever caused it needs no telling; and for the unit's group,
where it has one. What somebody wants is asked here; their address is not known here at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from msgspec import Struct

from tongban.apps.jobs.faults import event_words
from tongban.apps.notices.bodies import Key, moments
from tongban.apps.notices.channels import SMS, Channel, channels
from tongban.apps.notices.choices import Asked, Choice, asked, chosen
from tongban.apps.notices.windows import MORNINGS, NEVER, ONCE, WINDOWS, when
from tongban.apps.notices.words import subject
from tongban.apps.office import Office
from tongban.kernel.case import Case
from tongban.kernel.clock import Calendar, local_date
from tongban.kernel.clock.day import day_of, opening
from tongban.kernel.events import Event, Noticed
from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.model import Procedure, Relation
from tongban.library.folder import LANGUAGES
from tongban.store import deliveries as store
from tongban.store import jobs
from tongban.store.batch import Loaded
from tongban.store.deliveries import Delivery, Due, Staff

PAST = 3
"""Working days. What fell due longer ago is no news to anybody (decision 34): an old list, or a worker that stood still."""
PORTION = 500
PLANNING = "plan"
"""Under which name a notice stands that was set aside."""
REQUESTER, PERSON, UNIT = "requester", "person/", "unit/"
STOPPED, DESK, NO_WAY, NO_ADDRESS, PAPER = "stopped", "desk", "no_way", "no_address", "paper"
"""Why a notice goes out by no message: they want none; they read it on the desk; there is no channel; nobody left a number; it is
to be served on paper."""
_RELATIONS = {
    "holder": Relation.HOLDER,
    "previous": Relation.HOLDER,
    "home": Relation.HOME,
    "superior": Relation.SUPERIOR,
    "parent": Relation.PARENT,
}


class Plan(Struct, frozen=True):
    """What planning a portion needs to know, read once for all of it."""

    here: Office
    now: datetime
    cases: Mapping[str, Loaded]
    stood: Mapping[Key, Case]
    events: Mapping[tuple[str, int], Event]
    parents: Mapping[str, str]
    staff: Mapping[str, list[Staff]]
    choices: Mapping[str, Choice]
    asked: Mapping[str, Asked]
    ways: Mapping[str, Channel]


def plan_due(here: Office, now: datetime) -> int:
    """Write the deliveries of a portion of notices; how many notices there were.

    One that cannot be planned is set aside, as an event is that a reader cannot act on: it holds up no other.
    """
    store.past(here.journal, _news(here.county.calendar, now))
    try:
        with store.taken(here.journal, now, PORTION) as dues:
            if dues:
                store.add(here.journal, tuple(_planned(here, dues, now)))
    except Exception as fault:
        if not event_words(fault):
            raise
        return _without(here, now)
    return len(dues)


def _without(here: Office, now: datetime) -> int:
    """Plan one notice at a time until one fails, and go on without that; how many there were."""
    for n in range(PORTION):
        dues: tuple[Due, ...] = ()
        try:
            with store.taken(here.journal, now, 1) as dues:
                store.add(here.journal, tuple(_planned(here, dues, now)))
        except Exception as fault:
            words = event_words(fault)
            if not dues or not words:
                raise
            with transaction.atomic():
                store.set_aside(here.journal, dues[0])
                jobs.set_aside(here.county.code, PLANNING, dues[0].chain, dues[0].seq, words, now)
            return n + 1
        if not dues:
            return n
    return PORTION


def plan_again(here: Office, chain: str, seq: int) -> None:
    """Let what was set aside of an event be planned in the next round."""
    with transaction.atomic():
        store.due_again(here.journal, chain, seq)
        jobs.taken_up(here.county.code, PLANNING, chain, seq)


def _news(calendar: Calendar, now: datetime) -> datetime:
    """From which moment on what fell due is still news."""
    return opening(calendar.nth_working(max(1, calendar.working_through(day_of(now)) - PAST)))


def _planned(here: Office, dues: Sequence[Due], now: datetime) -> Iterator[Delivery]:
    cases = {each.case.id: each for each in here.journal.load(ids={due.chain for due in dues})}
    parents = {each.case.id: each.parent.holder for each in cases.values() if each.parent is not None}
    stood = _stood(here, dues, cases)
    units = {unit for due in dues for unit in _units(here, due, stood[due.key], parents)}
    staff = store.staff_on(here.journal, local_date(now), sorted(units))
    plan = Plan(
        here,
        now,
        cases,
        stood,
        store.events_of(here.journal, dues),
        parents,
        staff,
        chosen(here, {each.person for posts in staff.values() for each in posts}),
        asked(here, {due.chain for due in dues if due.to == REQUESTER}),
        channels(here),
    )
    for due in dues:
        yield from _for_requester(plan, due) if due.to == REQUESTER else _for_units(plan, due)


def _stood(here: Office, dues: Sequence[Due], cases: Mapping[str, Loaded]) -> Mapping[Key, Case]:
    """Each case as it stood when its notice became due: a worker that comes late tells whoever had it then, and not whoever has it
    now, to do what was to be done."""
    moved = [due.key for due in dues if cases[due.chain].tip.seq > due.seq]
    then = moments(here, moved)
    return {due.key: then[due.key].case if due.key in then else cases[due.chain].case for due in dues}


def _units(here: Office, due: Due, case: Case, parents: Mapping[str, str]) -> tuple[str, ...]:
    """The unit that a notice is to; none where nobody stands there, or where the case is about it. What is reported above at the very
    top is told to whoever holds it there: of what is late, somebody is told."""
    match due.to:
        case "holder":
            unit = case.holder
        case "previous":
            unit = case.previous_holder
        case "home":
            unit = case.home
        case "parent":
            unit = parents.get(case.id, "")
        case "superior":
            unit = next((each.id for each in here.county.superiors(case.holder)), case.holder)
        case _:
            unit = ""
    unit = here.county.present(unit) if unit else ""
    return (unit,) if unit and unit not in case.recused else ()


def _for_units(plan: Plan, due: Due) -> Iterator[Delivery]:
    case, event, noticed = plan.stood[due.key], plan.events[due.chain, due.seq], _noticed(plan, due)
    leads, texts = due.to == "superior", dict[str, str]()
    for unit in _units(plan.here, due, case, plan.parents):
        for person in _acting(plan, case, unit, due.to):
            if person == event.by.person:
                continue
            choice = plan.choices.get(person)
            language = choice.language if choice is not None else LANGUAGES[0]
            pace = (MORNINGS if leads else WINDOWS) if choice is None else choice.pace
            way = choice.channel if choice is not None else ""
            dropped = "" if way in plan.ways else NO_WAY if way else DESK
            dropped = dropped or (STOPPED if pace == NEVER else "")
            at = due.at if noticed.urgent or dropped else when(plan.here.county.calendar, pace, plan.now)
            if language not in texts:
                texts[language] = subject(plan.here, case, due.notice, due.to, language, plan.now, event)
            yield _delivery(due, f"{PERSON}{person}", texts[language], way, at, noticed, leads, dropped)
        for name in plan.ways:
            if name.endswith(f"/{unit}"):
                at = due.at if noticed.urgent else when(plan.here.county.calendar, WINDOWS, plan.now)
                text = subject(plan.here, case, due.notice, due.to, LANGUAGES[0], plan.now, event)
                yield _delivery(due, f"{UNIT}{unit}", text, name, at, noticed, leads, "")
                break  # one group is enough


def _acting(plan: Plan, case: Case, unit: str, to: str) -> tuple[str, ...]:
    """Those of a unit who may act on the case where it stands; everybody there when that is nobody's."""
    kind = plan.here.procedure(case.adoption).kinds[case.kind]
    relation = _RELATIONS[to]
    steps = kind.steps_from(case.stage)
    roles = {who.role for step in steps for who in step.by if who.relation is relation}
    posts = [
        each
        for each in plan.staff.get(unit, [])
        if case.practice in each.practices
        or not (each.practices or case.practice in plan.here.county.guarded)
    ]
    meant = [each.person for each in posts if each.role in roles] or [each.person for each in posts]
    return tuple(dict.fromkeys(meant))


def _for_requester(plan: Plan, due: Due) -> Iterator[Delivery]:
    case, event, noticed = plan.cases[due.chain].case, plan.events[due.chain, due.seq], _noticed(plan, due)
    said = plan.asked[due.chain]
    dropped = _no_message(plan, case, said, noticed)
    own = event.by.via == REQUESTER  # who has just acted is awake
    at = due.at if noticed.urgent or own else when(plan.here.county.calendar, ONCE, plan.now)
    text = subject(plan.here, case, due.notice, due.to, said.language, plan.now, event)
    yield _delivery(due, REQUESTER, text, SMS, at, noticed, False, dropped)


def _no_message(plan: Plan, case: Case, said: Asked, noticed: Noticed) -> str:
    """Why the requester gets no message; "" when they do. What has legal weight and cannot go electronically goes on paper."""
    reachable = SMS in plan.ways and has_phone(plan.here, case)
    if noticed.served:
        return "" if said.served and reachable else PAPER
    if said.told is False:
        return STOPPED
    return "" if reachable else NO_WAY if SMS not in plan.ways else NO_ADDRESS


def has_phone(here: Office, case: Case) -> bool:
    """Whether whoever asks left a number, here or in the case that this one is about."""
    return bool(phone_fields(here.procedure(case.adoption), case)) or bool(case.about)


def phone_fields(procedure: Procedure, case: Case) -> tuple[str, ...]:
    fields = (each for form in procedure.forms.values() for each in form.fields)
    return tuple(sorted({each.id for each in fields if each.kind is FieldKind.phone} & case.given))


def _noticed(plan: Plan, due: Due) -> Noticed:
    """What the event said of the notice; one that asks for a rating is an ordinary one."""
    follow = plan.events[due.chain, due.seq].follows[due.n]
    return follow if isinstance(follow, Noticed) else Noticed(due.notice, REQUESTER)


def _delivery(
    due: Due, whom: str, text: str, channel: str, at: datetime, noticed: Noticed, leads: bool, dropped: str
) -> Delivery:
    served = noticed.served and whom == REQUESTER
    return Delivery(
        due.chain, due.seq, due.n, whom, due.notice, text, channel, max(at, due.at), noticed.urgent, served, leads, dropped
    )  # fmt: skip
