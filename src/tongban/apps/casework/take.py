"""Open a case, take a step: the one path through which every door changes anything.

door → command → decide (pure) → seal and store (one round trip) → door
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.choices import meant, pointed
from tongban.apps.casework.closed import not_in_force
from tongban.apps.casework.conditions import beside
from tongban.apps.casework.left_out import known_already
from tongban.apps.casework.opened import opened_at
from tongban.apps.casework.scenes import around, climbing, form_of, prepared, scene_of, table_form
from tongban.apps.casework.untaken import untaken_after
from tongban.apps.casework.views import Taken
from tongban.apps.casework.widely import decide_widely
from tongban.apps.disclosure.releasing import names_unseen
from tongban.apps.draws.drawing import drawing
from tongban.apps.numbers import new_number
from tongban.apps.observing.parts import counts_refusals, part
from tongban.apps.office import Office, office, office_lately
from tongban.apps.wording import Wording, say
from tongban.kernel.case import Case
from tongban.kernel.commands import ActorKind, Command, Opening
from tongban.kernel.events import Event, Heard
from tongban.kernel.form import FieldKind, Form
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.ladder import climb
from tongban.kernel.procedure.model import OpenSubcases, Procedure, Relation, Step
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.store.batch import Append, Appended, Loaded, Request
from tongban.store.journal import APART, CONFLICT

TRIES = 3
"""How often an opening is decided, when its number is taken already or the registers have changed meanwhile."""
PASSING = (CONFLICT, APART)
"""What an opening may be refused for though nothing in the registers has changed, and not be the next moment."""
MOMENT = timedelta(seconds=5)
"""Between two people who act at once; beyond that a clock is wrong."""


@counts_refusals
def open_case(
    practice: str,
    answers: Mapping[str, object],
    acting: Acting,
    *,
    step: str = "",
    kind: str = "",
    channel: str = "web",
    home: str = "",
    division: str = "",
    rehearse: bool = False,
    heard: Heard | None = None,
    over: Refused | None = None,
) -> Taken | Refused:
    """Open a case of a practice. ``step`` and ``kind`` default to the ones that residents use.

    ``home`` is the receiving unit ("" for the practice's own), ``division`` where it happened ("" for the
    one that was answered, else the county). ``rehearse`` decides and stores nothing: the page that shows what will be
    sent asks so. ``heard`` is the message of another county that opens it. ``over``: whoever asks has reached a bound, and a new case is refused with
    this; what the same request opened before is answered. Refuses as the kernel does, a practice that is not adopted, a unit that does not receive its
    cases, a division that is not the county's, and where the place must be said one that is nobody's.

    It is decided by the registers as this process last found them and stored only while they stand so; what was refused or not stored
    is decided anew by how they stand now.
    """
    decide_by = partial(
        _open,
        practice,
        answers,
        acting,
        step,
        kind,
        channel,
        home,
        division,
        rehearse=rehearse,
        heard=heard,
        over=over,
    )
    here = office() if rehearse else office_lately()
    found = decide_by(here)
    for _ in range(TRIES - 1):
        if isinstance(found, Taken):
            break
        now = office()
        if now is here and found.code not in PASSING:
            break
        here, found = now, decide_by(now)
    return found


def _open(
    practice: str,
    answers: Mapping[str, object],
    acting: Acting,
    step: str,
    kind: str,
    channel: str,
    home: str,
    division: str,
    here: Office,
    *,
    rehearse: bool,
    heard: Heard | None,
    over: Refused | None,
) -> Taken | Refused:
    """The same by the registers of one moment."""
    adopted = here.opened_under(practice, acting.now)
    if adopted is None:
        return not_in_force(practice, acting, here)
    procedure = here.procedure(adopted)
    kind = kind or here.practice(adopted).opens
    if kind not in procedure.kinds:
        return Refused("step.unknown", step, {"step": step})
    step = step or next((each.id for each in procedure.kinds[kind].openings()), "")
    rule = procedure.kinds[kind].steps.get(step)
    form = form_of(procedure, rule)
    answers = meant(form, answers, here, by_hand=acting.by_hand)
    division = division or place_in(form, answers, here)
    asked = place_asked(form)
    if asked and not home and division and here.far(adopted, acting.actor, division):
        place = here.names.division(division, acting.language)
        return Refused("case.nobody_there", asked, {"division": place})
    home = home or here.home_of(adopted, acting.actor, division)
    if not home:
        return Refused("case.no_home", practice, {"practice": practice})
    misplaced = _misplaced(here, adopted, home, division)
    if misplaced is not None:
        return misplaced
    request = _request(acting, (practice, kind, step, home, division), answers)
    if over is not None:
        return _done_before(here, request, acting.language) or over
    opening = Opening(
        id=_new_id(),
        number=new_number(acting.now),
        adoption=adopted,
        kind=kind,
        home=home,
        division=division or here.county.code,
        channel=channel,
    )
    command = Command(step, answers, opening, door=acting.door, heard=heard)
    scene = scene_of(here, procedure, rule, command, acting, None)
    if rule is not None and not rehearse:
        scene = drawing(here, scene, procedure, [rule])
    with part("decide"):
        decided = decide(procedure, None, command, acting.actor, scene)
    if isinstance(decided, Refused):
        placed = beside(decided, rule, form) if rule is not None else decided
        return _done_before(here, request, acting.language) or pointed(placed, form, here, acting.language)
    if rehearse:
        return _taken(here, decided, acting)
    return _store(here, Append(procedure, decided, None, request), acting)


def _misplaced(here: Office, adoption: str, home: str, division: str) -> Refused | None:
    """A case is received only by the practice's own units, and lies in a division of the county."""
    if home not in here.homes(adoption):
        return Refused("case.not_a_home", "home", {"unit": home})
    if division and division not in here.county.divisions:
        return Refused("case.not_a_division", "division", {"division": division})
    return None


@counts_refusals
def take(
    number: str,
    step: str,
    answers: Mapping[str, object],
    acting: Acting,
    rows: Sequence[Mapping[str, object]] = (),
) -> Taken | Refused:
    """Take one step on a case. Of two people at once one wins; the other is told and loses nothing typed.

    ``rows`` is the table that comes with a step which opens subcases from one: the answers of each.
    """
    with part("load"):
        loaded = office_lately().find(number)
    if isinstance(loaded, Refused):
        return loaded
    here = office(
        loaded.registers
    )  # the case came with the stamp of the registers: nobody is asked for it once more
    procedure = here.procedure(loaded.case.adoption)
    rule = procedure.kinds[loaded.case.kind].steps.get(step)
    form = form_of(procedure, rule)
    table = table_form(procedure, rule)
    meant_rows = tuple(meant(table, each, here) for each in rows)
    command = Command(
        step, meant(form, answers, here, by_hand=acting.by_hand), rows=meant_rows, door=acting.door
    )
    taken: Taken | Refused | None = names_unseen(here, loaded, step, command.answers, acting)
    if taken is not None:  # told only to somebody who may take the step and has nothing else in the way
        scene = scene_of(here, procedure, rule, command, acting, loaded)
        decided = decide(procedure, loaded.case, command, acting.actor, scene)
        taken = decided if isinstance(decided, Refused) else taken
    taken = taken or take_loaded(here, loaded, command, acting)
    return pointed(taken, form, here, acting.language, table) if isinstance(taken, Refused) else taken


def place_in(form: Form | None, answers: Mapping[str, object], here: Office) -> str:
    """The division that the answers name, "" when they name none of the county's."""
    fields = form.fields if form is not None else ()
    given = (str(answers.get(each.id, "")) for each in fields if each.kind is FieldKind.division)
    return next((code for code in given if code in here.county.divisions), "")


def place_asked(form: Form | None) -> str:
    """The field by whose place it is found who receives the case: one that must be answered; "" for none."""
    fields = form.fields if form is not None else ()
    return next((each.id for each in fields if each.kind is FieldKind.division and each.required), "")


def take_loaded(here: Office, loaded: Loaded, command: Command, acting: Acting) -> Taken | Refused:
    """The same for a case that was loaded already (the sweep, reactors, imports)."""
    procedure = here.procedure(loaded.case.adoption)
    acting = _not_before(loaded.case, acting)
    loaded = _caught_up(here, procedure, loaded, acting)
    rule = procedure.kinds[loaded.case.kind].steps.get(command.step)
    scene = scene_of(here, procedure, rule, command, acting, loaded)
    scene = drawing(here, scene, procedure, [rule] if rule is not None else [])
    request = _request(acting, (loaded.case.id, command.step), command.answers, command.rows)
    with part("decide"):
        decided = decide_widely(procedure, loaded.case, command, acting.actor, scene)
    if isinstance(decided, Refused):
        return _done_before(here, request, acting.language) or decided
    first, later = decided
    return _store(here, Append(procedure, first, loaded, request, here.stamp, later), acting)


def _not_before(case: Case, acting: Acting) -> Acting:
    """Whoever was a moment slower than somebody else acts after them, not before."""
    last = case.last_at
    if last is None or not timedelta(0) < last - acting.now <= MOMENT:
        return acting
    return replace(acting, now=last)


def _caught_up(here: Office, procedure: Procedure, loaded: Loaded, acting: Acting) -> Loaded:
    """The case once time has acted on it: a step meets it as the sweep would leave it, not as it was left."""
    wake = loaded.case.wake()
    if wake is None or wake > acting.now:
        return loaded
    climbed = climb(procedure, loaded.case, climbing(here, loaded, acting.now), partial(prepared, here))
    if climbed is not None:
        here.journal.append([Append(procedure, climbed, loaded)], datetime.now(UTC))
    (again,) = here.journal.load(ids=[loaded.case.id])
    return again


def _store(here: Office, append: Append, acting: Acting) -> Taken | Refused:
    """Refuses where the machine's clock is wrong: what is sealed with a wrong time could never be put right."""
    wrong = here.journal.wrong_clock()
    if wrong is not None:
        return wrong
    with part("append"):
        as_of = here.stamp if append.loaded is None else None
        (stored,) = here.journal.append([append], datetime.now(UTC), as_of=as_of)
    if isinstance(stored, Refused):
        return stored
    if stored.repeated:
        return _again(here, stored, acting.language)
    return _taken(here, append.decided, acting, append.loaded, stored.later)


def _taken(
    here: Office, decided: Decided, acting: Acting, loaded: Loaded | None = None, later: int = 0
) -> Taken:
    event, case = decided.events[0], decided.cases[0]
    inside = acting.actor.kind is ActorKind.PERSON
    return Taken(
        number=case.number,
        case_id=case.id,
        adoption=case.adoption,
        stage=case.stage,
        to=event.to,
        events=len(decided.events) + later,
        due=case.due(),
        warnings=decided.warnings,
        untaken=untaken_after(here, decided, around(here, loaded, acting.now)) if inside else (),
        says=_said(
            here.wording(case.adoption, acting.language), case, event, len(decided.events) - 1 + later
        ),
    )


def _said(wording: Wording, case: Case, event: Event, opened: int) -> str:
    """What is said to whoever took the step; where it may lead to several stages, also to which of them it led, and how many got it."""
    said = [wording.done(event.step)]
    step = wording.procedure.kinds[case.kind].steps.get(event.step)
    if step is not None and len({branch.to for branch in step.to}) > 1:
        called = wording.plain if event.by.via == Relation.REQUESTER else wording.stage
        said.append(say("taken.now", wording.language, stage=called(event.to, case.outcome)))
    if _looks_through(step):
        said.append(say("taken.found" if opened else "taken.found_none", wording.language, n=opened))
        said += known_already(event, wording)
    elif opened and _sends(step):
        said.append(say("taken.opened", wording.language, n=opened))
    return ("" if wording.language == "zh-Hans" else " ").join(each for each in said if each)


def _looks_through(step: Step | None) -> bool:
    """Whether a step opens a subcase for each row of a register that fits."""
    follows = step.may_follow if step is not None else ()
    return any(isinstance(each, OpenSubcases) and each.register for each in follows)


def _sends(step: Step | None) -> bool:
    """Whether a step opens subcases for units or for rows of a register, so that it is said how many got it."""
    follows = step.may_follow if step is not None else ()
    return any(isinstance(each, OpenSubcases) and (each.below or each.register) for each in follows)


def _again(here: Office, done: Appended, language: str) -> Taken:
    """The answer to a request that had been acted on: what was said then, and the case as it stands now."""
    (loaded,) = here.journal.load(ids=[done.chain])
    case = loaded.case
    event = next(each.event() for each in here.journal.events(done.chain) if each.seq == done.seq)
    wording = here.wording(case.adoption, language)
    sends = _sends(wording.procedure.kinds[case.kind].steps.get(event.step))
    says = _said(wording, case, event, opened_at(here, case.id, event.at) if sends else 0)
    return Taken(
        case.number, case.id, case.adoption, case.stage, case.stage, 0, case.due(), again=True, says=says
    )


def _request(
    acting: Acting,
    what: tuple[str, ...],
    answers: Mapping[str, object],
    rows: Sequence[Mapping[str, object]] = (),
) -> Request | None:
    if not acting.key:
        return None
    person = acting.actor.person or acting.actor.kind.value
    plain: dict[str, Value] = {name: repr(value) for name, value in sorted(answers.items())}
    content: dict[str, Value] = {"what": what, "answers": plain}
    if rows:
        content["rows"] = tuple(repr(sorted(each.items())) for each in rows)
    return Request.of(f"{person}:{acting.key}"[:200], content)


def _done_before(here: Office, request: Request | None, language: str) -> Taken | Refused | None:
    if request is None:
        return None
    found = here.journal.answered(request)
    if found is None or isinstance(found, Refused):
        return found
    return _again(here, found, language)


def _new_id() -> str:
    """A UUID of version 7 (RFC 9562): ordered by time, so that rows of one day lie together."""
    millis = time.time_ns() // 1_000_000
    value = (
        (millis & (1 << 48) - 1) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    )
    return str(UUID(int=value))
