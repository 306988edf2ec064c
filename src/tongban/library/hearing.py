"""Does a practice that hears others say so wholly: whom it hears, the step that this makes, and what that step asks."""

from __future__ import annotations

from tongban.kernel.form import Told
from tongban.kernel.procedure.trigger import Trigger
from tongban.kernel.value import Facts
from tongban.library.faults import Faults
from tongban.library.practice import Practice
from tongban.library.triggers import HEARD


def heard_settings(practice: Practice) -> set[str]:
    """The setting that names whom it hears, if one does."""
    hears = practice.manifest.hears
    return {hears.setting} if hears is not None and hears.setting is not None else set()


def hearing_faults(practice: Practice, faults: Faults) -> None:
    """Whom it hears without opening anything, what it opens without hearing anybody, and fields that nothing answers."""
    hears = practice.manifest.hears
    where = practice.where("practice.yaml", "hears")
    opened = _opened(practice)
    if hears is not None and not opened:
        faults.refuse("practice.hears_nothing", where)
    if hears is not None and hears.setting is not None:
        _setting(practice, hears.setting, where, faults)
    if hears is not None and practice.id in hears.practices:
        faults.refuse("practice.hears_itself", where)
    for kind, name in opened:
        step = practice.kinds[kind].steps[name]
        at = practice.at(kind, "steps", name)
        if hears is None:
            faults.refuse("practice.hears_nobody", at, name=name)
        if step.source:
            faults.refuse("practice.hears_open", at, name=name)
        for n, field in enumerate(practice.forms.get(step.form or "", ())):
            if field.door is None and HEARD.get(field.id) is not field.kind:
                place = practice.where("forms.yaml", step.form or "", n)
                facts: Facts = {
                    "name": field.id,
                    "known": tuple(f"{key} ({each.value})" for key, each in HEARD.items()),
                }
                faults.refuse("practice.heard_field", place, **facts)
    _told(practice, faults)


def _opened(practice: Practice) -> list[tuple[str, str]]:
    return [
        (kind, name)
        for kind, spec in practice.kinds.items()
        for name, step in spec.steps.items()
        if step.on == Trigger.SETTLED_ELSEWHERE.value
    ]


def _setting(practice: Practice, name: str, where: str, faults: Faults) -> None:
    known = practice.manifest.settings
    if not faults.known("practice.unknown_setting", where, name, known):
        return
    if known[name].type != "practices":
        faults.refuse("practice.setting_use", where, name=name, wanted="practices", found=known[name].type)


def _told(practice: Practice, faults: Faults) -> None:
    """One form asks its door for one thing once."""
    for form, fields in practice.forms.items():
        for told in Told:
            asked = [n for n, field in enumerate(fields) if field.door is told]
            for n in asked[1:]:
                faults.refuse("practice.door_twice", practice.where("forms.yaml", form, n), name=fields[n].id)
