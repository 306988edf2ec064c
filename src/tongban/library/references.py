"""Does every name lead somewhere? Stages, steps, forms, fields, clocks, roles, settings, registers.

What these names then make of the procedure (whether every stage has a way out, who may judge whom) is for
the closed-loop check of the kernel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from tongban.kernel.form import ENTRIES, OFFERS_OWNER, Check, FieldKind, Form, Held, check
from tongban.kernel.form import Field as FormField
from tongban.kernel.procedure.evolve import RESERVED
from tongban.kernel.refusal import Refused
from tongban.library.board_checks import board_faults
from tongban.library.catalogues import catalogue_faults
from tongban.library.consequences import consequence_faults
from tongban.library.faults import Faults, fields_of, place_of
from tongban.library.guarding import guarding_faults
from tongban.library.hearing import heard_settings, hearing_faults
from tongban.library.indicator_checks import indicator_faults
from tongban.library.letters import letter_faults
from tongban.library.limits import said_limit
from tongban.library.meetings import meeting_faults
from tongban.library.practice import Practice
from tongban.library.registers import (
    condition_faults,
    entry_faults,
    known_fact,
    like_faults,
    offers_owner,
    register_faults,
    said_by_register,
    words_in_ledger,
)
from tongban.library.settings import setting_faults
from tongban.library.shape.rules import ClockSpec, FieldSpec
from tongban.library.shape.written import LimitSpec, NumberSpec
from tongban.library.signs import sign_faults
from tongban.library.views import view_faults


def reference_faults(practice: Practice) -> list[Refused]:
    """Every name that leads nowhere, and everything declared that contradicts what uses it."""
    faults = Faults(setting_faults(practice))
    _manifest(practice, faults)
    register_faults(practice, faults)
    _forms(practice, faults)
    _settings_used(practice, faults)
    hearing_faults(practice, faults)
    guarding_faults(practice, faults)
    for kind in practice.kinds:
        _stages(practice, kind, faults)
        _steps(practice, kind, faults)
        consequence_faults(practice, kind, faults)
    _deadlines(practice, faults)
    _routing(practice, faults)
    indicator_faults(practice, faults)
    view_faults(practice, faults)
    catalogue_faults(practice, faults)
    board_faults(practice, faults)
    letter_faults(practice, faults)
    sign_faults(practice, faults)
    meeting_faults(practice, faults)
    return faults.found


def _manifest(practice: Practice, faults: Faults) -> None:
    manifest = practice.manifest
    if manifest.opens is not None:
        faults.known(
            "practice.unknown_kind", practice.where("practice.yaml", "opens"), manifest.opens, practice.kinds
        )
    elif not practice.opens:
        faults.refuse("practice.opens", practice.where("practice.yaml"), kinds=tuple(practice.kinds))
    fields = fields_of(practice.forms)
    stated = {datum.datum for datum in manifest.data}
    for n, datum in enumerate(manifest.data):
        faults.known(
            "practice.unknown_field", practice.where("practice.yaml", "data", n), datum.datum, fields
        )
    for form, asked in practice.forms.items():
        for n, each in enumerate(asked):
            if place_of(each) is Held.identity and each.id not in stated:
                stated.add(each.id)
                faults.refuse("practice.data_unstated", practice.where("forms.yaml", form, n), name=each.id)


def _forms(practice: Practice, faults: Faults) -> None:
    first: dict[str, tuple[FieldSpec, str]] = {}
    for name, fields in practice.forms.items():
        if not any(step.form == name for kind in practice.kinds.values() for step in kind.steps.values()):
            faults.refuse("practice.form_unused", practice.where("forms.yaml", name), name=name)
        for n, each in enumerate(fields):
            where = practice.where("forms.yaml", name, n)
            before, there = first.setdefault(each.id, (each, where))
            if (before.kind, place_of(before)) != (each.kind, place_of(each)):
                faults.refuse("practice.field_differs", where, name=each.id, other=there)
            if each.offer == OFFERS_OWNER:
                offers_owner(practice, each, where, faults)
            elif each.offer:
                known_fact(practice, each.offer, where, faults)
            if each.infer and not said_by_register(practice, each.infer, where, faults):
                known_fact(practice, each.infer, where, faults)
            if each.kind in ENTRIES:
                entry_faults(practice, each, where, faults)
            elif each.where is not None or each.doubts:
                faults.refuse("form.field_where", where, field=each.id)
            like_faults(practice, each, where, faults)
            if each.kind is FieldKind.condition:
                condition_faults(practice, "", each, where, faults)
            words_in_ledger(practice, name, each, where, faults)
            if each.check is not Check.none and each.kind not in (FieldKind.date, FieldKind.moment):
                faults.refuse("practice.field_check", where, name=each.id)
        # Limits that settings move are judged when the practice is bound; ids and choices already here.
        plain = tuple(
            FormField(
                each.id,
                each.kind,
                required=each.required,
                choices=each.choices,
                min=_fixed(each.min),
                max=_fixed(each.max),
                held=each.held,
                asked_of=each.asked_of,
                infer=each.infer,
                recuses=each.recuses,
                handed_up=each.handed_up,
                inner=each.inner,
                says=each.says,
                of=each.of,
                among=each.among,
                door=each.door,
            )
            for each in fields
        )
        lines = {each.id: practice.where("forms.yaml", name, n) for n, each in enumerate(fields)}
        for fault in check(Form(name, plain)):
            faults.refuse(fault.code, lines[fault.where], field=fault.where, **fault.facts)


def _fixed(number: NumberSpec | None) -> int | None:
    return None if number is None or number.setting is not None else number.number


def _settings_used(practice: Practice, faults: Faults) -> None:
    """Each setting is used somewhere, and each that is used exists and fits its use."""
    known = practice.manifest.settings
    used = heard_settings(practice)
    for path, thing in _shapes(practice):
        for place, spec in _walk(thing, ()):
            if spec.setting is not None:
                where = practice.where(path, *place)
                used.add(spec.setting)
                wanted = "limit" if isinstance(spec, LimitSpec) else "whole"
                if not faults.known("practice.unknown_setting", where, spec.setting, known):
                    continue
                if known[spec.setting].type != wanted:
                    found = known[spec.setting].type
                    faults.refuse(
                        "practice.setting_use", where, name=spec.setting, wanted=wanted, found=found
                    )
    text = "\n".join(
        practice.files[path] for path in practice.documents if not path.startswith(("texts/", "scenarios/"))
    )
    for name in known:
        if name not in used and f"settings.{name}" not in text:
            faults.refuse(
                "practice.setting_unused", practice.where("practice.yaml", "settings", name), name=name
            )


def _shapes(practice: Practice) -> Iterator[tuple[str, object]]:
    for kind, path in practice.kind_files.items():
        yield path, practice.kinds[kind]
    yield "deadlines.yaml", practice.clocks
    yield "forms.yaml", practice.forms
    yield "indicators.yaml", practice.indicators
    yield "boards.yaml", practice.boards


def _walk(thing: object, place: Place) -> Iterator[tuple[Place, LimitSpec | NumberSpec]]:
    """Every limit and number below a thing, with its place: words, whole numbers and flags, which most of it is, are passed by."""
    below: Iterable[tuple[str | int, object]] = ()
    if isinstance(thing, LimitSpec | NumberSpec):
        yield place, thing
    elif isinstance(thing, BaseModel):
        names = type(thing).model_fields
        below = [
            (names[name].alias or name, inner) for name, inner in thing.__dict__.items() if name in names
        ]
    elif isinstance(thing, dict):
        below = thing.items()
    elif isinstance(thing, tuple):
        below = enumerate(thing)
    for name, inner in below:
        if isinstance(inner, _HOLDS):
            yield from _walk(inner, (*place, name))


_HOLDS = (BaseModel, dict, tuple)
Place = tuple[str | int, ...]


def _stages(practice: Practice, kind: str, faults: Faults) -> None:
    spec = practice.kinds[kind]
    for name, stage in spec.stages.items():
        where = practice.at(kind, "stages", name)
        faults.known("practice.unknown_phase", where, stage.phase, spec.phases)
        if stage.settled and stage.end:
            faults.refuse("practice.stage_both", where, name=name)
        if stage.dropped and not (stage.settled or stage.end):
            faults.refuse("practice.dropped_open", where, name=name)
        for n, step in enumerate(stage.next):
            at = practice.at(kind, "stages", name, "next", n)
            faults.known("practice.unknown_step", at, step, spec.steps)


def _steps(practice: Practice, kind: str, faults: Faults) -> None:
    spec = practice.kinds[kind]
    for name, step in spec.steps.items():
        where = practice.at(kind, "steps", name)
        if name in RESERVED:
            faults.refuse("practice.step_reserved", where, name=name)
        for n, stage in enumerate(step.source):
            faults.known(
                "practice.unknown_stage", practice.at(kind, "steps", name, "from", n), stage, spec.stages
            )
        for n, branch in enumerate(step.to):
            faults.known(
                "practice.unknown_stage", practice.at(kind, "steps", name, "to", n), branch.to, spec.stages
            )
        if step.form is not None:
            faults.known(
                "practice.unknown_form", practice.at(kind, "steps", name, "form"), step.form, practice.forms
            )
        for part in ("why", "unit") if step.visit is not None else ():
            at = practice.at(kind, "steps", name, "visit", part)
            asked = [each.id for each in practice.forms.get(step.form or "", ())]
            if named := getattr(step.visit, part):
                faults.known("practice.unknown_field", at, named, asked)
        for n, who in enumerate(step.by):
            if who.role:
                at = practice.at(kind, "steps", name, "by", n)
                faults.known("practice.unknown_role", at, who.role, practice.manifest.roles)
        for n, judged in enumerate(step.judges):
            faults.known(
                "practice.unknown_step", practice.at(kind, "steps", name, "judges", n), judged, spec.steps
            )
        if step.at_most is not None and _least(practice, step.at_most) < 1:
            # For the kernel 0 means unbounded, the opposite of what an author means by it.
            faults.refuse("practice.at_most", practice.at(kind, "steps", name, "at_most"), name=name)


def _least(practice: Practice, number: NumberSpec) -> int:
    """The smallest that a number can become under any allowed setting."""
    if number.setting is None:
        return number.number
    setting = practice.manifest.settings.get(number.setting)
    least = setting.least if setting is not None else 1
    return (least if isinstance(least, int) else 1) + number.plus


def _deadlines(practice: Practice, faults: Faults) -> None:
    for kind, clocks in practice.clocks.items():
        if not faults.known(
            "practice.unknown_kind", practice.where("deadlines.yaml", kind), kind, practice.kinds
        ):
            continue
        for name, clock in clocks.items():
            _clock(practice, kind, name, clock, faults)


def _clock(practice: Practice, kind: str, name: str, clock: ClockSpec, faults: Faults) -> None:
    spec = practice.kinds[kind]
    for n, stage in enumerate(clock.runs_in):
        where = practice.where("deadlines.yaml", kind, name, "runs_in", n)
        faults.known("practice.unknown_stage", where, stage, spec.stages)
    where = practice.where("deadlines.yaml", kind, name, "limits")
    if clock.limits[-1].when is not None:
        faults.refuse("practice.limit_unconditional", where, name=name)
    conditions = [rule.when for rule in clock.limits]
    if None in conditions and any(when is not None for when in conditions[conditions.index(None) :]):
        faults.refuse("practice.limit_unreached", where, name=name)
    dated = [(rule.when, rule.since) for rule in clock.limits]
    if len(set(dated)) != len(dated):
        faults.refuse("practice.limit_twice", where, name=name)
    fields = fields_of(practice.forms_of(kind))
    for n, rule in enumerate(clock.limits):
        at = practice.where("deadlines.yaml", kind, name, "limits", n)
        if rule.limit is not None and rule.limit.field is not None:
            said_limit(practice, rule.limit.field, fields, at, faults)
        if rule.day is None or not faults.known("practice.unknown_field", at, rule.day, fields):
            continue
        found = fields[rule.day].kind
        if found is not FieldKind.date:
            facts = {"name": rule.day, "wanted": (FieldKind.date.value,), "found": found.value}
            faults.refuse("practice.field_kind", at, **facts)
    for n, rung in enumerate(clock.ladder):
        at = practice.where("deadlines.yaml", kind, name, "ladder", n)
        faults.known("practice.unknown_step", at, rung.step, spec.steps)


def _routing(practice: Practice, faults: Faults) -> None:
    rules = practice.routing
    for n, rule in enumerate(rules):
        if rule.id in {other.id for other in rules[:n]}:
            faults.refuse("practice.routing_twice", practice.where("routing.yaml", n), name=rule.id)
        how, _, field = rule.take.partition(":")
        if how == "field":
            _unit_said(practice, field, practice.where("routing.yaml", n, "take"), faults)


def _unit_said(practice: Practice, field: str, where: str, faults: Faults) -> None:
    """A rule takes the unit in a field: one that some form asks, and that holds a unit."""
    asked = fields_of(practice.forms)
    if not faults.known("practice.unknown_field", where, field, asked):
        return
    found = asked[field].kind
    if found is not FieldKind.unit:
        facts = {"name": field, "wanted": (FieldKind.unit.value,), "found": found.value}
        faults.refuse("practice.field_kind", where, **facts)
