"""The whole check of a practice before it may be installed: names, words, expressions, the closed loop."""

from __future__ import annotations

from tongban.kernel.form import AskedOf, Check, FieldKind, Held
from tongban.kernel.procedure.check import Fault
from tongban.kernel.procedure.check import check as check_procedure
from tongban.kernel.procedure.model import Procedure, Relation
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.binding import bind_what_can_be
from tongban.library.board_checks import colour_faults, weight_faults
from tongban.library.faults import Faults, fields_of, place_of
from tongban.library.headings import heading_faults
from tongban.library.letters import served_faults
from tongban.library.limits import month_day_faults
from tongban.library.noticing import notice_faults
from tongban.library.practice import Practice
from tongban.library.references import reference_faults
from tongban.library.registers import WORDS
from tongban.library.settings import extremes
from tongban.library.shape.rules import RegisterSpec
from tongban.library.story.checking import story_faults
from tongban.library.wording import wording_faults

_UNITS = (FieldKind.unit, FieldKind.units)


def check(practice: Practice) -> tuple[Refused, ...]:
    """Every fault of a practice, in the order of its files and lines; nothing is left to find.

    The closed loop is examined under several settings (see ``extremes``). It needs names that lead
    somewhere: where they do not, only they are told.
    """
    faults = Faults(reference_faults(practice))
    named = not faults.found
    wording_faults(practice, faults)
    heading_faults(practice, faults)
    served_faults(practice, faults)
    _handed_up_faults(practice, faults)
    _hidden_faults(practice, faults)
    _placed_faults(practice, faults)
    _day_faults(practice, faults)
    _official_faults(practice, faults)
    _released_faults(practice, faults)
    month_day_faults(
        practice, {name: each.default for name, each in practice.manifest.settings.items()}, faults
    )
    notice_faults(practice, faults)
    story_faults(practice, faults)
    for values in extremes(practice):
        bound = bind_what_can_be(practice, values)
        faults.found += bound.faults
        if named and not bound.faults:
            faults.found += _loop(practice, bound.procedure)
    once = {(fault.code, fault.where, str(fault.facts)): fault for fault in faults.found}
    return tuple(sorted(once.values(), key=lambda fault: _order(fault.where)))


def check_settings(practice: Practice, values: Facts) -> tuple[Refused, ...]:
    """Whether the loop is closed under just these settings: extremes one by one do not show every mixture."""
    bound, days = bind_what_can_be(practice, values), Faults()
    month_day_faults(practice, values, days)
    faults = (*bound.faults, *days.found, *weight_faults(practice, values), *colour_faults(practice, values))
    return faults or tuple(_loop(practice, bound.procedure))


def _handed_up_faults(practice: Practice, faults: Faults) -> None:
    """A case that was received already goes above by such a step, and nowhere else: whoever takes it belongs to those it is about."""
    for kind in practice.kinds:
        for step, spec, place, follow in practice.follows(kind):
            form = practice.forms.get(spec.form or "", ())
            field = next((each.id for each in form if each.handed_up and spec.source), "")
            if field and follow.hold is not None:
                faults.refuse("practice.handed_up_held", practice.at(kind, *place), field=field, step=step)


def _hidden_faults(practice: Practice, faults: Faults) -> None:
    """No step of a requester may come with another case's number that they need not give: none is shown that asks it, and so they
    would never be heard."""
    for kind, spec in practice.kinds.items():
        for name, step in spec.steps.items():
            theirs = any(who.relation is Relation.REQUESTER for who in step.by)
            asked = practice.forms.get(step.form or "", ()) if theirs else ()
            for each in asked:
                if each.kind is FieldKind.case and not each.required and each.asked_of is AskedOf.everybody:
                    faults.refuse(
                        "practice.step_hidden", practice.at(kind, "steps", name), step=name, field=each.id
                    )


def _placed_faults(practice: Practice, faults: Faults) -> None:
    """Only units are placed, and by a division that the ledger holds in plain."""
    asked = fields_of(practice.forms)
    for form, fields in practice.forms.items():
        for n, each in enumerate(fields):
            by = asked.get(each.placed) if each.placed is not None else None
            division = by is not None and by.kind is FieldKind.division and by.held in (None, Held.ledger)
            if each.placed is not None and not (each.kind in _UNITS and division):
                where = practice.where("forms.yaml", form, n)
                faults.refuse("form.field_placed", where, field=each.id, name=each.placed)


def _day_faults(practice: Practice, faults: Faults) -> None:
    """A day is bounded from today, on the one side that its check leaves open."""
    for form, fields in practice.forms.items():
        for n, each in enumerate(fields):
            bounded = each.min is not None or (each.max is not None and each.check is Check.none)
            if each.kind in (FieldKind.date, FieldKind.moment) and bounded:
                faults.refuse("form.field_days", practice.where("forms.yaml", form, n), field=each.id)


def _official_faults(practice: Practice, faults: Faults) -> None:
    """Only words that may be published say something of somebody in office."""
    for form, fields in practice.forms.items():
        for n, each in enumerate(fields):
            if each.official and (
                each.kind is not FieldKind.line or each.inner or place_of(each) is not Held.content
            ):
                faults.refuse("form.field_official", practice.where("forms.yaml", form, n), field=each.id)


def _released_faults(practice: Practice, faults: Faults) -> None:
    """What is released to the requester is shown to them afterwards, and by a step of every kind that asks it."""
    for form, fields in practice.forms.items():
        steps = [
            kind.steps
            for kind in practice.kinds.values()
            if any(spec.form == form for spec in kind.steps.values())
        ]
        for n, each in enumerate(fields):
            where = practice.where("forms.yaml", form, n)
            if each.released_by and (each.inner or place_of(each) is Held.identity):
                faults.refuse("form.field_released", where, field=each.id)
            for name in each.released_by:
                for known in steps:
                    faults.known("practice.unknown_step", where, name, known)


def _loop(practice: Practice, procedure: Procedure) -> list[Refused]:
    registers = {name: _held(register) for name, register in practice.registers.items()}
    return [_told(practice, fault) for fault in check_procedure(procedure, registers)]


def _held(register: RegisterSpec) -> frozenset[str]:
    """What no form asks anew. A row is found by its key, which therefore is asked; and the words of its own title say nothing
    of what a case is called."""
    return frozenset({each.id for each in register.fields if each.kind not in WORDS} - set(register.key))


def _told(practice: Practice, fault: Fault) -> Refused:
    """A fault of the kernel's check, with file and line; its own names stay as the fact ``at``."""
    said = fault.refused()
    return Refused(said.code, where_of(practice, fault), {**said.facts, "at": fault.where})


def where_of(practice: Practice, fault: Fault) -> str:
    """File and line of what the kernel calls ``kind``, ``kind/step``, ``kind/step/field``, …"""
    kind, _, inside = fault.where.partition("/")
    name, _, field = inside.partition("/")
    if kind not in practice.kinds:
        return practice.where("routing.yaml" if kind == "routing" else "practice.yaml")
    spec = practice.kinds[kind]
    if field and name in spec.steps:
        form = spec.steps[name].form or ""
        asked = [each.id for each in practice.forms.get(form, ())]
        return practice.where("forms.yaml", form, asked.index(field) if field in asked else 0)
    places = {
        "clock": (name in practice.clocks.get(kind, {}), practice.where("deadlines.yaml", kind, name)),
        "step": (name in spec.steps, practice.at(kind, "steps", name)),
        "stage": (name in spec.stages, practice.at(kind, "stages", name)),
    }
    # A clock may be called like a stage: the facts then say which of them is meant.
    meant = [what for what in places if fault.facts.get(what) == name]
    for what in (*meant, *places):
        exists, where = places[what]
        if exists:
            return where
    return practice.at(kind)


def _order(where: str) -> tuple[str, int]:
    path, _, line = where.rpartition(":")
    return (path, int(line)) if line.isdecimal() else (where, 0)
