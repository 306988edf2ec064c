"""What a step hands on to the subcases that it opens: the rows of registers that theirs are about, and answers of the case
that are kept beside the ledger.

Each subcase opened for a code meets the row of its own code, not that of the case above. What is carried into it and is no
fact of the ledger (a name, a telephone) is read for that step alone, and only what its opening form asks is kept with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.case import Case
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Command, Scene
from tongban.kernel.events import Event, PassedOver
from tongban.kernel.expression import Expression
from tongban.kernel.form import ENTRIES, Field, Held
from tongban.kernel.form.characters import capitals
from tongban.kernel.procedure.fitting import TODAY, Fit
from tongban.kernel.procedure.meeting import Others, findings
from tongban.kernel.procedure.model import OpenSubcases, Procedure, StageKind, Step
from tongban.kernel.procedure.register import Register, names_of, parts_of
from tongban.kernel.procedure.rows import MOST, opening_form
from tongban.kernel.procedure.subjects import (
    NO_SEALS,
    SUBJECT,
    About,
    Place,
    about,
    as_spelled,
    codes_given,
    keys_of,
)
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value


class Listed(Struct, frozen=True, order=True):
    """Codes that no answer says yet: those that the row of ``register`` with ``key`` lists in ``field``, as rows of ``target``."""

    register: str
    key: str
    field: str
    target: str


class Below(Struct, frozen=True):
    """The rows that the subcases of a step are about: ``places`` by themselves, ``listed`` through the row that names them, and
    all rows of the registers in ``whole``."""

    places: frozenset[Place] = frozenset()
    listed: frozenset[Listed] = frozenset()
    whole: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.places or self.listed or self.whole)

    def among(self, rows: Mapping[Place, Facts], keys: Mapping[str, str]) -> dict[Place, Facts]:
        """These rows and those that the case itself is about, of rows in memory; none where no subcase asks for any."""
        if not self:
            return {}
        wanted = {*self.places, *keys.items()}
        for each in self.listed:
            codes = rows.get((each.register, each.key), {}).get(each.field) or ()
            wanted |= {(each.target, code) for code in codes_given(codes)}
        wanted |= {place for place in rows if place[0] in self.whole} if self.whole else set()
        return {place: rows[place] for place in wanted if place in rows}


NOTHING_BELOW = Below()
MOST_NAMED = 500
"""So many cases that say the same already are named one by one."""
NONE_THERE: Mapping[str, Facts] = MappingProxyType({})


def opening_for_codes(step: Step) -> Iterator[OpenSubcases]:
    """What a step opens for each code of a list, or for the rows of a register."""
    return (each for each in _opening(step) if each.codes or each.register)


def names_rows(procedure: Procedure, step: Step) -> bool:
    """Whether what a step opens may be about rows of registers: each of its code's row, or all of one that is carried into them."""
    return any(True for _ in opening_for_codes(step)) or any(True for _ in _carrying_codes(procedure, step))


def _carrying_codes(procedure: Procedure, step: Step) -> Iterator[tuple[str, str]]:
    """What a step carries into subcases whose opening forms take something over from the register that is known by it: the
    field and that register."""
    for follow in _opening(step):
        form = opening_form(procedure, follow) if follow.carry else None
        if form is None or not any(each.infer.startswith(SUBJECT) for each in form.fields):
            continue
        yield from (
            (each.key[0], each.id)
            for each in procedure.registers
            if len(each.key) == 1 and each.key[0] in follow.carry and not each.sealed
        )


def rows_below(
    procedure: Procedure,
    case: Case | None,
    step: Step,
    answers: Mapping[str, object],
    keys: Mapping[str, str],
) -> Below:
    """The rows of the codes for which a step opens subcases, or which it carries into them, in every register that is known by
    such a code.

    ``keys``: of what the case itself is about. A list that the step's own form takes over from such a row is not answered yet.
    """
    places: set[Place] = set()
    listed: set[Listed] = set()
    looked = [each for each in opening_for_codes(step) if each.register]
    whole = {each.register for each in looked} | {known for each in looked for known, _ in each.unless}
    for name, target in _carrying_codes(procedure, step):
        given = answers.get(name) or (case.facts.get(name) if case is not None else None)
        places |= {(target, code) for code in codes_given(given)} if given else set()
    for follow in opening_for_codes(step):
        if follow.register:
            continue
        targets = [each.id for each in procedure.registers if each.key == (follow.named,)]
        given = answers.get(follow.codes) or (case.facts.get(follow.codes) if case is not None else None)
        if given:
            places |= {(target, code) for target in targets for code in codes_given(given)}
            continue
        source = _taken_over(procedure, step, follow.codes)
        register, column = names_of(procedure.registers).get(source, (None, None))
        if register is not None and column is not None and register.id in keys:
            listed |= {Listed(register.id, keys[register.id], column.id, target) for target in targets}
    return Below(frozenset(places), frozenset(listed), frozenset(whole))


def _taken_over(procedure: Procedure, step: Step, name: str) -> str:
    """What a register says that fills in a field of the step's own form; "" for a field that is answered."""
    form = procedure.forms.get(step.form)
    asked = next((each for each in form.fields if each.id == name), None) if form is not None else None
    return asked.infer.removeprefix(SUBJECT) if asked is not None and asked.infer.startswith(SUBJECT) else ""


def codes_that_fit(
    procedure: Procedure, follow: OpenSubcases, scene: Scene, case: Mapping[str, Value | datetime]
) -> tuple[str, ...] | Refused:
    """The codes of the register's rows that fit, have no such subcase yet and are known to no register that keeps them away, in their
    order, at most as many as one step opens.

    ``case`` is what it says itself. Refuses a condition, taken over from a register, that can no longer be read of such rows;
    where the case took none over, no row fits."""
    known = _known_already(procedure, follow, scene, case)
    found = _that_fit(procedure, follow, scene, case)
    if isinstance(found, Refused):
        return found
    return tuple(sorted(code for code in found if capitals(code) not in known)[:MOST])


def _that_fit(
    procedure: Procedure, follow: OpenSubcases, scene: Scene, case: Mapping[str, Value | datetime]
) -> frozenset[str] | Refused:
    """The codes of rows that fit and have no such subcase yet, whatever other registers know of them."""
    register = next((each for each in procedure.registers if each.id == follow.register), None)
    if register is None:
        return frozenset()
    today: dict[str, Value | datetime] = {TODAY: local_date(scene.now).isoformat()}
    fits: list[Fit] = []
    if follow.fits:
        source = str(case.get(f"facts.{follow.fits}") or "")
        condition = register.vocabulary.read(source, follow.fits) if source else None
        if not isinstance(condition, Expression):
            return condition if condition is not None else frozenset()
        fits.append(Fit(condition, "", today, told=True))
    if follow.where is not None:
        around = {name: case[name] for name in follow.where.names if name in case} | today
        fits.insert(0, Fit(follow.where, "row.", around, told=False))
    found = set()
    for (name, key), fields in scene.rows.items():
        if name != register.id:
            continue
        row = register.said(key, fields)
        code = key if register.brought else str(row.get(follow.named) or "")
        if code and (capitals(code),) not in scene.keyed and all(fit.holds(row) for fit in fits):
            found.add(code)
    return frozenset(found)


def _known_already(
    procedure: Procedure, follow: OpenSubcases, scene: Scene, case: Mapping[str, Value | datetime]
) -> dict[str, str]:
    """Codes, in capitals, that a register knows already together with what the case says, each with the first such register."""
    found: dict[str, str] = {}
    for name, flag in follow.unless:
        register = next((each for each in procedure.registers if each.id == name), None)
        if register is None or follow.named not in register.key:
            continue
        at = register.key.index(follow.named)
        own = [register.part(each, str(case.get(f"facts.{each}") or "")) for each in register.key]
        for (place, key), fields in scene.rows.items():
            if place != name or (flag and not fields.get(flag)):
                continue
            parts = (key,) if len(own) == 1 else parts_of(key)
            if all(part == own[n] for n, part in enumerate(parts) if n != at):
                found.setdefault(capitals(parts[at]), name)
    return found


def about_subcase(procedure: Procedure, scene: Scene, command: Command) -> About:
    """What registers say of what one subcase is about, of the rows that were read for the step which opens it."""
    opening = command.opening
    form = opening_form(procedure, OpenSubcases(opening.kind if opening is not None else ""))
    sealed = opening.sealed if opening is not None else NO_SEALS
    keys = keys_of(procedure, None, command.answers, form, local_date(scene.now), scene.seal, sealed)
    return about(procedure.registers, scene.rows, as_spelled(scene.spelled, keys))


def meeting_in(procedure: Procedure, step: Step) -> Register | None:
    """The register whose rows a step lays side by side; None for any other step."""
    named = {each.meets for each in _opening(step) if each.meets}
    return next((each for each in procedure.registers if each.id in named), None)


def pairs_of(register: Register) -> frozenset[str]:
    """The lists of pairs that its rows are held against."""
    return frozenset(each.pairs for each in register.meetings)


def lists_of(register: Register) -> frozenset[str]:
    """All lists that its rows are held against: pairs, and what may come to how much together."""
    return pairs_of(register) | {each.bundles for each in register.meetings if each.bundles}


def passing_over(step: Step) -> OpenSubcases | None:
    """What opens findings of a step and leaves out what other cases say already; None where nothing does."""
    return next((each for each in _opening(step) if each.meets and each.unless_settled), None)


def saying_already(procedure: Procedure, step: Step, cases: Iterable[Case]) -> Mapping[str, Facts]:
    """Of cases in memory, by number, what those say for whose sake a step leaves findings out."""
    opens = passing_over(step)
    if opens is None:
        return NONE_THERE
    stages = procedure.kinds[opens.kind].stages
    return {
        each.number: each.facts
        for each in cases
        if each.kind == opens.kind
        and (stages[each.stage].kind is not StageKind.END or each.outcome in opens.unless_settled)
    }


def passed_over(
    procedure: Procedure, follow: OpenSubcases, scene: Scene, case: Mapping[str, Value | datetime]
) -> Iterator[PassedOver]:
    """What is kept of the findings, and of the rows that fit, that were left out."""
    if follow.meets and scene.met_before:
        yield PassedOver(follow.kind, len(scene.met_before), scene.met_before[:MOST_NAMED])
    known = _known_already(procedure, follow, scene, case) if follow.unless else {}
    there = {place: fields for place, fields in scene.rows.items() if _code(follow, place, fields) in known}
    fit = _that_fit(procedure, follow, replace(scene, rows=there), case) if there else frozenset()
    left = Counter(known[capitals(code)] for code in fit) if not isinstance(fit, Refused) else Counter()
    for register, n in sorted(left.items()):
        yield PassedOver(follow.kind, n, register=register)


def meeting(
    scene: Scene,
    procedure: Procedure,
    step: Step,
    register: Register,
    rows: Mapping[Place, Facts],
    there: Mapping[str, Facts] = NONE_THERE,
) -> Scene:
    """With what these rows mean together and no subcase says yet. What they name of brought registers was there when they were written.
    ``there``: what other cases say that need not be opened again, by number."""
    today = local_date(scene.now).isoformat()
    opens = [each for each in _opening(step) if each.meets]
    own = (register.key, register.sealed, rows, register.id, today)
    asked = opening_form(procedure, opens[0]) if there else None
    fields = tuple(each.id for each in asked.fields if each.id not in opens[0].told) if asked else ()
    others = Others(
        fields, {tuple(said.get(each) for each in fields): number for number, said in there.items()}
    )
    found, more, before = findings(register.meetings, *own, opens[0].key, scene.keyed, others)
    forms = (opening_form(procedure, each) for each in opens)
    lists = [each for form in forms if form is not None for each in form.fields if each.kind in ENTRIES]
    codes = {name: dict(held) for name, held in scene.entries.items()}
    for field in lists:
        named = (each[field.id] for each in found if field.id in each)
        codes.setdefault(field.of[0], {}).update({code: {} for each in named for code in codes_given(each)})
    return replace(scene, met=found, met_more=more, met_before=before, entries=codes)


def handed_on(case: Case | None, step: Step, answers: Mapping[str, object]) -> frozenset[str]:
    """The answers of a case that are kept beside the ledger and that a step carries into subcases."""
    if case is None:
        return frozenset()
    names = (name for follow in _opening(step) for name in follow.carry)
    return frozenset(name for name in names if name in case.given and name not in answers)


def opens_subcases(step: Step) -> bool:
    return any(True for _ in _opening(step))


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


def _code(follow: OpenSubcases, place: Place, fields: Facts) -> str:
    """By which code a row of the register that is looked through goes on, in capitals; "" for any other row."""
    register, key = place
    return capitals(str(fields.get(follow.named) or key)) if register == follow.register else ""


def _opening(step: Step) -> Iterator[OpenSubcases]:
    return (each for each in step.may_follow if isinstance(each, OpenSubcases))


def _field(procedure: Procedure, name: str) -> Field | None:
    return next((each for form in procedure.forms.values() for each in form.fields if each.id == name), None)
