"""What borrowed authority reaches, in words made from what is lent: steps, the kinds of case in which they stand, the last day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tongban.apps.numbers import written
from tongban.apps.wording import Wording, due_moment, say
from tongban.kernel.case import Case, Mandate
from tongban.kernel.events import Mandated
from tongban.kernel.procedure.model import Relation


def lent_words(lent: Mandated, wording: Wording, now: datetime) -> str:
    """The line of a case's story."""
    language, may = wording.language, powers(lent.powers, wording)
    unit = wording.names.unit(lent.unit, language)
    if lent.until is None:
        return say("follow.mandated", language, unit=unit, powers=may)
    until = due_moment(lent.until, language, now)
    return say("follow.mandated_until", language, unit=unit, powers=may, until=until)


def powers(lent: Iterable[str], wording: Wording) -> tuple[str, ...]:
    """Each step that may be taken, with the kinds of case of this practice that are open to a mandate for it. A step that stands
    in none of them is one of cases of other practices below."""
    return tuple(_power(step, wording) for step in lent)


def _power(step: str, wording: Wording) -> str:
    kinds = tuple(
        wording.of(f"kinds.{kind}", kind)
        for kind, rules in wording.procedure.kinds.items()
        if step in rules.steps and any(who.relation is Relation.MANDATE for who in rules.steps[step].by)
    )
    if not kinds:
        return wording.step(step)
    return say("desk.mandates.power", wording.language, step=wording.step(step), kinds=kinds)


def reach(mandate: Mandate, case: Case, wording: Wording) -> str:
    """The cases that it reaches: the one it was given on and what stands below that, as far as its giver's own authority goes."""
    giver = wording.names.unit(mandate.giver, wording.language)
    return say("desk.mandates.reach", wording.language, number=written(case.number), giver=giver)
