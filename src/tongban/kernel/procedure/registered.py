"""Answers that name something registered: what the county's registers do not hold is nobody's answer.

A category, division, unit, duty-list entry, case or file is known by its code. The code alone is judged
here, at every door alike; the door puts the names of what comes nearest beside it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from tongban.kernel.case import Case
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Scene
from tongban.kernel.county import County
from tongban.kernel.form import ENTRIES, Field, FieldKind, Form
from tongban.kernel.form.characters import capitals
from tongban.kernel.procedure.fitting import TODAY, Fit
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value

Register: TypeAlias = "Callable[[Form, Facts, Case, Scene], Iterable[str]]"

_UNITS = (FieldKind.unit, FieldKind.units)


def unregistered(form: Form, values: Facts, case: Case, scene: Scene, settings: Facts) -> list[Refused]:
    """A refusal for each answer that names what is not registered: ``form.unknown_<kind>``, with the nearest, or of an entry
    that is there in other letters ``form.spelled_otherwise``; and for an entry
    whose row is not one of those among which the field lets choose.

    What the case says already may be said again, though a register has dropped it since.
    """
    return list(_strangers(form, values, case, scene, settings))


def _strangers(form: Form, values: Facts, case: Case, scene: Scene, settings: Facts) -> Iterator[Refused]:
    for asked in form.fields:
        register = _REGISTERS.get(asked.kind)
        value = values.get(asked.id)
        if value is None or (register is None and asked.kind not in ENTRIES):
            continue
        if asked.among:
            yield from _not_among(asked, value, values, case, scene)
        if asked.where is not None:
            yield from _not_offered(asked, value, scene, settings)
        if value in (case.facts.get(asked.id), _taken_over(asked, case, scene)):
            continue
        known = (
            register(form, values, case, scene)
            if register is not None
            else scene.entries.get(asked.of[0], {})
        )
        strange = next((each for each in _codes(value) if each not in known), None)
        if strange is not None:
            yield _unknown(asked, strange, known)
        elif wrong := _of_another_kind(asked, value, scene.county):
            yield Refused("form.unit_kind", asked.id, {"units": wrong})
        elif asked.placed:
            place = values.get(asked.placed, case.facts.get(asked.placed))
            yield from _elsewhere(asked, value, str(place or ""), scene.county)


def _taken_over(asked: Field, case: Case, scene: Scene) -> Value | None:
    """What the field is filled in with by itself: it was judged where it comes from."""
    area, _, name = asked.infer.partition(".")
    return scene.subject.get(name) if area == "subject" else case.facts.get(name)


def _not_among(asked: Field, value: Value, values: Facts, case: Case, scene: Scene) -> Iterator[Refused]:
    """Entries that the list does not have from which the field lets choose: what a register says, or what was answered."""
    area, _, name = asked.among.partition(".")
    answered = values.get(name, case.facts.get(name))
    listed = _codes((scene.subject.get(name) if area == "subject" else answered) or ())
    strange = next((each for each in _codes(value) if each not in listed), None)
    if strange is not None:
        near = difflib.get_close_matches(strange, listed, 1, 0.0)
        yield Refused("form.not_among", asked.id, {"given": strange, "nearest": (*near, "")[0]})


def offered(field: Field, settings: Facts, today: str) -> Fit | None:
    """What a row must fit to be chosen in the field; None where every row may be. ``today`` is an ISO day."""
    if field.where is None:
        return None
    around = {f"settings.{name}": value for name, value in settings.items()}
    return Fit(field.where, "row.", {**around, TODAY: today}, told=False)


def doubted(
    form: Form | None, values: Facts, scene: Scene, sight: Mapping[str, Value | datetime]
) -> Iterator[Refused]:
    """What whoever answers should look at again, though it stops nothing: chosen rows that what is known with these answers makes doubtful."""
    today: dict[str, Value | datetime] = {TODAY: local_date(scene.now).isoformat()}
    for asked in form.fields if form is not None else ():
        rows = scene.entries.get(asked.of[0], {}) if asked.doubts and asked.id in values else {}
        for code, that in asked.doubts if rows else ():
            around = {name: sight[name] for name in that.names if name in sight} | today
            fit = Fit(that, "row.", around, told=False)
            found = [each for each in _codes(values[asked.id]) if each in rows and fit.holds(rows[each])]
            if found:
                named = tuple(f"{asked.of[0]}/{each}" for each in found)
                yield Refused("form.doubted_row", asked.id, {"rows": named, "condition": code})


def _not_offered(asked: Field, value: Value, scene: Scene, settings: Facts) -> Iterator[Refused]:
    """Entries whose rows do not fit the condition of the field. A row that is not there is nobody's answer for another reason."""
    fit = offered(asked, settings, local_date(scene.now).isoformat())
    rows = scene.entries.get(asked.of[0], {})
    strange = next(
        (each for each in _codes(value) if fit and each in rows and not fit.holds(rows[each])), None
    )
    if strange is not None:
        yield Refused("form.not_offered", asked.id, {"given": strange})


def _of_another_kind(asked: Field, value: Value, county: County) -> tuple[str, ...]:
    """The units among the answers of which the field does not ask: such as may not be named there."""
    if not asked.of or asked.kind in ENTRIES:
        return ()
    return tuple(each for each in _codes(value) if county.units[each].kind not in asked.of)


def _elsewhere(asked: Field, value: Value, place: str, county: County) -> Iterator[Refused]:
    """The units among the answers that lie neither in the place named nor around it. Where either has no place nothing is known."""
    far = []
    for each in _codes(value):
        own = county.units[each].division
        if own and place in county.divisions and not county.overlap(own, place):
            far.append(each)
    if far:
        yield Refused("form.unit_elsewhere", asked.id, {"units": tuple(far), "division": place})


def _unknown(asked: Field, given: str, known: Iterable[str]) -> Refused:
    kind = _ONE.get(asked.kind, asked.kind.value)
    spelled = next((each for each in known if capitals(each) == capitals(given)), "")
    if asked.kind in ENTRIES and spelled:
        return Refused("form.spelled_otherwise", asked.id, {"given": given, "known": spelled})
    near = () if asked.kind is FieldKind.files else difflib.get_close_matches(given, list(known), 1, 0.0)
    return Refused(f"form.unknown_{kind}", asked.id, {"given": given, "nearest": (*near, "")[0]})


_ONE = {FieldKind.units: "unit", FieldKind.files: "file", FieldKind.entries: "entry"}
"""Kinds of several are refused under the name of one."""


def _codes(value: Value) -> tuple[str, ...]:
    if isinstance(value, tuple | list):
        return tuple(str(each) for each in value)
    return (str(value),)


def _categories(form: Form, values: Facts, case: Case, scene: Scene) -> Iterable[str]:
    del form, values, case
    return scene.county.categories


def _divisions(form: Form, values: Facts, case: Case, scene: Scene) -> Iterable[str]:
    del form, values, case
    return scene.county.divisions


def _units(form: Form, values: Facts, case: Case, scene: Scene) -> Iterable[str]:
    del form, values, case
    return scene.county.units


def _cases(form: Form, values: Facts, case: Case, scene: Scene) -> Iterable[str]:
    del form, values, case
    return scene.related


def _peers(form: Form, values: Facts, case: Case, scene: Scene) -> Iterable[str]:
    del form, values, case
    return {*scene.county.peers, scene.county.code}  # what this county granted may be shown elsewhere


def _files(form: Form, values: Facts, case: Case, scene: Scene) -> Iterable[str]:
    del form, values, case
    return scene.files


def _duties(form: Form, values: Facts, case: Case, scene: Scene) -> Iterable[str]:
    """Entries that speak for or against somebody here: of the holder's list and of those of the units named
    in the same form. A unit without a list of its own is bound by its superior's."""
    named = [each for f in form.fields if f.kind in _UNITS for each in _codes(values.get(f.id) or ())]
    return frozenset(code for unit in (case.holder, *named) for code in entries_of(scene.county, unit))


def entries_of(county: County, unit: str) -> tuple[str, ...]:
    """Codes of the duty list that binds a unit: its own, else its nearest superior's that has one."""
    for each in (unit, *(above.id for above in county.superiors(unit))):
        if found := county.duties_by_unit.get(each):
            return tuple(duty.code for duty in found)
    return ()


_REGISTERS: Mapping[FieldKind, Register] = {
    FieldKind.category: _categories,
    FieldKind.division: _divisions,
    FieldKind.unit: _units,
    FieldKind.units: _units,
    FieldKind.duty: _duties,
    FieldKind.case: _cases,
    FieldKind.peer: _peers,
    FieldKind.files: _files,
}
