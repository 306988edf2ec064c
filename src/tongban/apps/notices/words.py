"""What a message says: who sends it, the number, and what to do. Nothing that a case is about ever stands in one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from tongban.apps.numbers import written
from tongban.apps.office import Office
from tongban.apps.wording import due_moment, say
from tongban.kernel.case import Case
from tongban.kernel.procedure.model import Relation
from tongban.library.texts import PLACEHOLDER, fill
from tongban.store.deliveries import Delivery

PART = 70
"""Characters of one part of a text message that has Chinese in it (UCS-2, 3GPP TS 23.040)."""
JOINED = 67
"""And of each where it takes several."""
LINES = 40
"""Notices that a long message names one by one."""
REQUESTER = "requester"


def signed(here: Office, text: str, language: str) -> str:
    """A text under the county's name, as gateways here want it: in square brackets before everything else."""
    return say("notices.signed", language, county=here.names.division(here.county.code, language), text=text)


def parts(text: str) -> int:
    """As how many text messages a text goes out."""
    length = len(text.encode("utf-16-le")) // 2
    return 1 if length <= PART else -(-length // JOINED)


def subject(here: Office, case: Case, notice: str, to: str, language: str, now: datetime) -> str:
    """The practice's own words for a notice, with its number; general ones where they ask for what no message may tell."""
    number = written(case.number)
    template = here.wording(case.adoption, language).of(f"notices.{notice}.subject")
    facts = {"number": number, "unit": here.names.unit(case.holder, language)}
    due = _due(here, case, to)
    if due is not None:
        facts["due"] = due_moment(due, language, now)
    if not template or not set(PLACEHOLDER.findall(template)) <= facts.keys():
        return say("notices.something", language, number=number)
    text = fill(template, language, facts)
    return text if number in text else say("notices.numbered", language, text=text, number=number)


def _due(here: Office, case: Case, to: str) -> datetime | None:
    """By when what the notice is about is due: to whoever asked, what they were promised."""
    clocks = here.procedure(case.adoption).kinds[case.kind].clocks
    dues = [
        state.due
        for state in case.running()
        if state.due is not None
        and (to != REQUESTER or (clocks[state.clock].promise if state.clock in clocks else False))
    ]
    return min(dues, default=None)


def address(here: Office) -> str:
    """Where people find the pages; "" where nobody said."""
    return str(settings.TONGBAN_ADDRESS) or ("http://127.0.0.1:8000" if here.demo else "")


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


def to_staff(here: Office, several: Sequence[Delivery], number: str, language: str, *, long: bool) -> str:
    """What somebody who works here reads: of one notice its subject, of several how many, line by line where there is room."""
    at = address(here)
    page = f"desk/{number}/" if len(several) == 1 else "desk/notices/"
    link = f"{at}/{page}" if at else say("notices.at_the_desk", language)
    if len(several) == 1:
        text = say("notices.to_staff", language, text=several[0].text, link=link)
    else:
        cases = len({each.chain for each in several})
        text = say("notices.digest", language, n=len(several), cases=cases, link=link)
    if long and len(several) > 1:
        told = [each.text for each in several[:LINES]]
        more = [say("notices.more", language, n=len(several) - LINES)] if len(several) > LINES else []
        text = "\n".join((text, *told, *more))
    return signed(here, text, language)
