"""The numbers of a case that later steps brought: what was added up, or what holds now; the first page says them, nobody digs."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.apps.casework.views import Fact
from tongban.apps.wording import Wording, say
from tongban.kernel.case import Case
from tongban.kernel.form import NUMBERS, Field
from tongban.kernel.procedure.model import Kind, OpenSubcases, Step, Trigger


def amounts(case: Case, kind: Kind, wording: Wording) -> tuple[Fact, ...]:
    """Numbers that steps after the first have answered, in the order of the procedure.

    One that the practice adds up (a condition names ``sum.<field>``, or it comes from ended subcases) is told as the sum of
    all answers. One that only went on to subcases is theirs. Any other is the latest answer: a corrected figure stands
    beside the first under its own name.
    """
    added, passed_on, opening = _added(kind), _passed_on(kind), set[str]()
    for step in kind.steps.values():
        if step.opens:
            opening |= {field.id for field in _fields(step, wording)}
    told: dict[str, Fact] = {}
    for step in kind.steps.values():
        for field in _fields(step, wording):
            value = case.facts.get(field.id)
            if field.kind not in NUMBERS or not isinstance(value, int) or field.id in opening | set(told):
                continue
            label = wording.label(step.form, field.id)
            if field.id in added or step.on is Trigger.SUBCASE_SETTLED:
                value += case.replaced.get(field.id, 0)
                label = say("case.in_all", wording.language, label=label)
            elif field.id in passed_on:
                continue
            told[field.id] = Fact(label, wording.value(field.id, value))
    return tuple(told.values())


def _fields(step: Step, wording: Wording) -> tuple[Field, ...]:
    form = wording.procedure.forms.get(step.form)
    return form.fields if form is not None else ()


def _added(kind: Kind) -> frozenset[str]:
    """Numbers of which a condition looks at the sum."""
    names = {name for step in kind.steps.values() for name in _names(step)}
    return frozenset(name.removeprefix("sum.") for name in names if name.startswith("sum."))


def _names(step: Step) -> Iterator[str]:
    for guard in step.needs:
        yield from guard.that.names
    for branch in step.to:
        if branch.when is not None:
            yield from branch.when.names


def _passed_on(kind: Kind) -> frozenset[str]:
    """What steps carry into the subcases that they open."""
    opened = (each for step in kind.steps.values() for each in step.may_follow)
    return frozenset(name for each in opened if isinstance(each, OpenSubcases) for name in each.carry)
