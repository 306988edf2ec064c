"""What a step hands on to the subcases that it opens: the rows of registers that theirs are about, and answers of the case
that are kept beside the ledger.

Each subcase opened for a code meets the row of its own code, not that of the case above. What is carried into it and is no
fact of the ledger (a name, a telephone) is read for that step alone, and only what its opening form asks is kept with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tongban.kernel.case import Case
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Command, Scene
from tongban.kernel.events import Event
from tongban.kernel.form import Field, FieldKind, Held
from tongban.kernel.procedure.model import OpenSubcases, Procedure, Step
from tongban.kernel.procedure.rows import opening_form
from tongban.kernel.procedure.subjects import About, Place, about, codes_given, keys_of
from tongban.kernel.value import Facts, Value


def places_below(
    procedure: Procedure, case: Case | None, step: Step, answers: Mapping[str, object]
) -> frozenset[Place]:
    """The rows of the codes for which a step opens subcases."""
    return frozenset(_places(procedure, case, step, answers))


def _places(
    procedure: Procedure, case: Case | None, step: Step, answers: Mapping[str, object]
) -> Iterator[Place]:
    for follow in _opening(step):
        asked = _field(procedure, follow.codes)
        if asked is None or asked.kind is not FieldKind.entries:
            continue
        given = answers.get(follow.codes) or (case.facts.get(follow.codes) if case is not None else None)
        if given:
            yield from ((asked.of[0], code) for code in codes_given(given))


def about_subcase(procedure: Procedure, scene: Scene, command: Command) -> About:
    """What registers say of what one subcase is about, of the rows that were read for the step which opens it."""
    kind = command.opening.kind if command.opening is not None else ""
    form = opening_form(procedure, OpenSubcases(kind))
    keys = keys_of(procedure, None, command.answers, form, local_date(scene.now))
    return about(procedure.registers, scene.rows, keys)


def handed_on(case: Case | None, step: Step, answers: Mapping[str, object]) -> frozenset[str]:
    """The answers of a case that are kept beside the ledger and that a step carries into subcases."""
    if case is None:
        return frozenset()
    names = (name for follow in _opening(step) for name in follow.carry)
    return frozenset(name for name in names if name in case.given and name not in answers)


def latest(events: Iterable[Event], names: Iterable[str]) -> Facts:
    """The latest of these answers in events that still hold them."""
    wanted = frozenset(names)
    found: dict[str, Value] = {}
    for event in events:
        for kept in (event.content, event.identity):
            found |= {name: value for name, value in kept.items() if name in wanted}
    return found


def beside_the_ledger(procedure: Procedure, names: Iterable[str]) -> Mapping[str, Held]:
    """Where each of these is kept."""
    asked = ((name, _field(procedure, name)) for name in names)
    return {name: field.place for name, field in asked if field is not None}


def _opening(step: Step) -> Iterator[OpenSubcases]:
    return (each for each in step.may_follow if isinstance(each, OpenSubcases))


def _field(procedure: Procedure, name: str) -> Field | None:
    return next((each for form in procedure.forms.values() for each in form.fields if each.id == name), None)
