"""What nobody has to fill in: the fields of a form that the system knows, each with where it knows them from."""

from __future__ import annotations

from tongban.kernel.form import TAKER_UNIT, AskedOf
from tongban.kernel.procedure.model import Relation
from tongban.kernel.procedure.sight import SUPERIOR
from tongban.library.practice import Practice
from tongban.library.shape.procedure import StepSpec
from tongban.library.shape.rules import FieldSpec
from tongban.web.studio.saying import Saying

_SUBJECT, _FACTS = "subject.", "facts."


def known_from(saying: Saying, kind: str, form: str, spec: FieldSpec) -> str:
    """Where a field of a form is filled in from, in words; "" for one that somebody is asked."""
    name = spec.infer.partition(".")[2]
    if spec.infer.startswith(_SUBJECT):
        return saying.own("studio.known.register", register=_register(saying, name))
    if spec.infer.startswith(_FACTS):
        return saying.own("studio.known.earlier", field=saying.label(name, form))
    if spec.infer == TAKER_UNIT:
        return saying.own("studio.known.taker")
    if spec.infer == SUPERIOR:
        return saying.own("studio.known.superior")
    if spec.door is not None:
        return saying.own("studio.known.door")
    if spec.id in _told(saying.practice, kind, form):
        return saying.own("studio.known.above")
    if spec.asked_of is AskedOf.nobody or _of_system(saying.practice, kind, form):
        return saying.own("studio.known.system")
    return ""


def _register(saying: Saying, name: str) -> str:
    held = saying.practice.registers.items()
    found = next((each for each, register in held if name in {field.id for field in register.fields}), "")
    return saying.of(f"registers.{found}.title") if found else name


def _told(practice: Practice, kind: str, form: str) -> frozenset[str]:
    """What the case above tells a subcase of this kind, where this is the form of its opening. A form with which people open such a
    case themselves is asked, whatever another opening of the kind is told."""
    openings = [each for each in practice.kinds[kind].steps.values() if each.form == form and not each.source]
    if not openings or not all(map(_by_system, openings)):
        return frozenset()
    told: set[str] = set()
    for above in practice.kinds:
        for *_, follow in practice.follows(above):
            if follow.open is not None and follow.open.kind == kind:
                told |= {*follow.open.carry, *follow.open.says}
                if follow.open.as_ is not None:
                    told.add(follow.open.as_)
    return frozenset(told)


def _of_system(practice: Practice, kind: str, form: str) -> bool:
    """Whether only the system takes the steps that ask a form."""
    users = [step for step in practice.kinds[kind].steps.values() if step.form == form]
    return bool(users) and all(_by_system(step) for step in users)


def _by_system(step: StepSpec) -> bool:
    return all(who.relation is Relation.SYSTEM for who in step.by)
