"""What a message says: who sends it, the number, and what to do. Nothing that a case is about ever stands in one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from tongban.apps.numbers import written
from tongban.apps.office import Office
from tongban.apps.served import last
from tongban.apps.wording import Wording, due_moment, say
from tongban.kernel.case import Case
from tongban.kernel.events import ClockExtended, ClockMoved, ClockResumed, ClockRung, ClockStarted, Event
from tongban.kernel.procedure.model import Kind, Relation
from tongban.library.texts import PLACEHOLDER, fill
from tongban.store.deliveries import Delivery

PART = 70
"""Characters of one part of a text message that has Chinese in it (UCS-2, 3GPP TS 23.040)."""
JOINED = 67
"""And of each where it takes several."""
LINES = 40
"""Notices that a long message names one by one."""
REQUESTER = "requester"
_SETS = (ClockStarted, ClockExtended, ClockResumed, ClockMoved, ClockRung)


def signed(here: Office, text: str, language: str) -> str:
    """A text under the county's name, as gateways here want it: in square brackets before everything else."""
    return say("notices.signed", language, county=here.names.division(here.county.code, language), text=text)


def parts(text: str) -> int:
    """As how many text messages a text goes out."""
    length = len(text.encode("utf-16-le")) // 2
    return 1 if length <= PART else -(-length // JOINED)


def subject(
    here: Office, case: Case, notice: str, to: str, language: str, now: datetime, event: Event
) -> str:
    """The practice's own words for a notice, with its number; general ones where they ask for what no message may tell. ``event`` made
    it due."""
    number, wording = written(case.number), here.wording(case.adoption, language)
    kind = here.procedure(case.adoption).kinds[case.kind]
    template, facts = (
        wording.of(f"notices.{notice}.subject"),
        plain_facts(case, event, to, wording, kind, now),
    )
    if not template or not set(PLACEHOLDER.findall(template)) <= facts.keys():
        return say("notices.something", language, number=number)
    text = fill(template, language, facts)
    return text if number in text else say("notices.numbered", language, text=text, number=number)


def plain_facts(
    case: Case, event: Event, to: str, wording: Wording, kind: Kind, now: datetime
) -> dict[str, str]:
    """What says nothing of what a case is about: its number, who has it, by when what the notice is about is due, and each clock that
    runs by its own name."""
    language = wording.language
    dues: dict[str, datetime | None] = {
        clock: due for clock, due in _dues(case, kind, to).items() if wording.field(clock) is None
    }
    dues["due"] = due_of(case, kind, to, event)
    return {
        "number": written(case.number),
        "unit": wording.names.unit(case.holder, language),
        **{name: due_moment(due, language, now) for name, due in dues.items() if due is not None},
    }


def due_of(case: Case, kind: Kind, to: str, event: Event) -> datetime | None:
    """By when what a notice is about is due: the clock whose rung made it due; else what the event set, a promise before anything
    else; else what runs. Whoever asked is told a day of the office's own only where nothing was promised to them and nothing is
    theirs to do. None where nothing is due."""
    dues = {state.clock: state.due for state in case.running() if state.due is not None}
    moved = [each for each in event.follows if isinstance(each, _SETS)]
    rung = [dues[each.clock] for each in moved if isinstance(each, ClockRung) and each.clock in dues]
    made = {each.clock for each in moved if not isinstance(each, ClockRung)} & dues.keys()
    promised = {clock for clock in dues if clock in kind.clocks and kind.clocks[clock].promise}
    theirs = {clock for clock in dues if clock in kind.clocks and kind.clocks[clock].theirs}
    for chosen in (
        (made & promised, made & theirs, promised, made)
        if to == REQUESTER
        else (made & promised, made, dues.keys())
    ):
        if rung or chosen:
            return min(rung or (dues[clock] for clock in chosen))
    return None


def _dues(case: Case, kind: Kind, to: str) -> dict[str, datetime]:
    """When each running clock is due that a reader is shown on their page."""
    return {
        state.clock: state.due
        for state in case.running()
        if state.due is not None
        and (to != REQUESTER or (state.clock in kind.clocks and kind.clocks[state.clock].theirs))
    }


def address(here: Office) -> str:
    """Where people find the pages; "" where nobody said. A demo is found where it was served last."""
    return str(settings.TONGBAN_ADDRESS) or (last(settings.TONGBAN_HOME) if here.demo else "")


def to_requester(here: Office, several: Sequence[Delivery], case: Case, code: str, language: str) -> str:
    """What a requester reads: the number, whether something is theirs to do, and where. Not even the practice's subject: it may say
    what the matter is, and a telephone on a table is read by whoever passes."""
    number, todo = written(case.number), _todo(here, case, language)
    if any(each.served for each in several):
        text = say("notices.letter_for_you", language, number=number)
    elif todo:
        text = say("notices.yours_to_do", language, number=number, what=todo)
    elif len(several) > 1:
        text = say("notices.several", language, number=number, n=len(several))
    else:
        text = say("notices.news", language, number=number)
    at = address(here)
    if at:
        text = say("notices.to_requester", language, text=text, link=f"{at}/t/{code}/")
    else:
        text = say("notices.to_requester_plain", language, text=text)
    return signed(here, text, language)


def _todo(here: Office, case: Case, language: str) -> str:
    """What the case waits for the requester to do; "" for nothing."""
    kind = here.procedure(case.adoption).kinds[case.kind]
    theirs = (
        step
        for step in kind.awaited.get(case.stage, ())
        if all(who.relation in (Relation.REQUESTER, Relation.SYSTEM) for who in step.by)
        and any(who.relation is Relation.REQUESTER for who in step.by)
    )
    step = next(theirs, None)
    return here.wording(case.adoption, language).step(step.id) if step is not None else ""


def to_staff(
    here: Office, several: Sequence[Delivery], number: str, language: str, body: str = "", *, long: bool
) -> str:
    """What somebody who works here reads: of one notice its subject and, where there is room, its ``body``; of several how many, line
    by line where there is room."""
    at = address(here)
    page = f"desk/{number}/" if len(several) == 1 else "desk/notices/"
    link = f"{at}/{page}" if at else say("notices.at_the_desk", language)
    if len(several) == 1:
        text = say("notices.to_staff", language, text=several[0].text, link=link)
        text = f"{text}\n{body}" if long and body else text
    else:
        cases = len({each.chain for each in several})
        text = say("notices.digest", language, n=len(several), cases=cases, link=link)
    if long and len(several) > 1:
        told = [each.text for each in several[:LINES]]
        more = [say("notices.more", language, n=len(several) - LINES)] if len(several) > LINES else []
        text = "\n".join((text, *told, *more))
    return signed(here, text, language)
