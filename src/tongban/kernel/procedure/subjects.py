"""The registered things that a case is about: a household, a lamp post, an enterprise, each known by its key.

Steps write rows of registers; what they say is read again by every case that names the same key, of whatever practice.
A requester's request meets no register: otherwise whoever typed a key would be told what is known of it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from tongban.kernel.case import Case
from tongban.kernel.commands import Scene, Sealer, unsealed
from tongban.kernel.events import Event, Written
from tongban.kernel.expression import Expression
from tongban.kernel.form import ENTRIES, Form
from tongban.kernel.form.answers import SEPARATORS, answer
from tongban.kernel.form.characters import capitals, clean, narrow
from tongban.kernel.procedure.model import Kind, Procedure, Step, Write
from tongban.kernel.procedure.register import Register, key_text, names_of, seal_place
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts

SUBJECT, REGISTERED, MINE = "subject.", "registered.", "mine."
Place: TypeAlias = tuple[str, str]
"""A row of a register: the register and the key."""


class About(Struct, frozen=True):
    """What the registers say of what a case is about: ``fields`` by name, the registers that know it at all, and those whose row this
    case itself wrote last."""

    fields: Facts = field(default_factory=dict)
    registers: frozenset[str] = frozenset()
    mine: frozenset[str] = frozenset()


NOTHING = About()


def about(
    registers: tuple[Register, ...],
    rows: Mapping[Place, Facts],
    keys: Mapping[str, str],
    wrote: Container[Place] = (),
) -> About:
    """The rows of these keys as expressions name them. ``wrote``: the rows that the case itself wrote last."""
    found = {
        each.id: rows[each.id, keys[each.id]]
        for each in registers
        if (each.id, keys.get(each.id, "")) in rows
    }
    fields = {
        name: found[each.id][column.id]
        for name, (each, column) in names_of(registers).items()
        if each.id in found and column.id in found[each.id]
    }
    return About(fields, frozenset(found), frozenset(each for each in found if (each, keys[each]) in wrote))


def seeing(scene: Scene, known: About) -> Scene:
    """The scene of whoever may know this."""
    return replace(scene, subject=known.fields, registered=known.registers, mine=known.mine)


def written_last_by(
    case: Case | None, wrote: Mapping[Place, str], keys: Mapping[str, str]
) -> frozenset[Place]:
    """Of rows in memory, each with the case that wrote it last, those of these keys by register that are one case's."""
    return frozenset(row for row in keys.items() if case is not None and wrote.get(row) == case.id)


def letters_of(rows: Iterable[Place]) -> dict[Place, str]:
    """The keys of rows in memory, each by itself in capitals: small letters and capitals never tell two rows apart."""
    return {(register, capitals(key)): key for register, key in rows}


def spelled_otherwise(letters: Mapping[Place, str], keys: Mapping[str, str]) -> dict[Place, str]:
    """Of the rows that a case is about those whose key is written in other letters than its answers have it."""
    found = ((place, letters.get((place[0], capitals(place[1])), place[1])) for place in keys.items())
    return {place: key for place, key in found if key != place[1]}


def as_spelled(spelled: Mapping[Place, str], keys: Mapping[str, str]) -> dict[str, str]:
    """These keys in the letters of the rows that are there."""
    return {register: spelled.get((register, key), key) for register, key in keys.items()}


def held_among(
    registers: tuple[Register, ...], rows: Mapping[Place, Facts], named: Mapping[str, Iterable[str]]
) -> dict[str, dict[str, Facts]]:
    """Of the codes named, by register, those of rows that are there, with what each says, its key among it; for a code of no row
    one that differs in small letters and capitals alone, so that it can be told how the register spells it."""
    known = {each.id: each for each in registers}
    found: dict[str, dict[str, Facts]] = {}
    for register, codes in named.items():
        meant = (code if (register, code) in rows else _alike(rows, register, code) for code in codes)
        found[register] = {code: known[register].said(code, rows[register, code]) for code in meant if code}
    return found


def _alike(rows: Mapping[Place, Facts], register: str, code: str) -> str:
    same = (each for place, each in rows if place == register and capitals(each) == capitals(code))
    return next(same, "")


def public_part(registers: tuple[Register, ...], known: About) -> About:
    """What a requester's own request may know of it."""
    names = {name for name, (each, _) in names_of(registers).items() if each.public}
    fields = {name: value for name, value in known.fields.items() if name in names}
    public = {each.id for each in registers if each.public}
    return About(fields, known.registers & public, known.mine & public)


NO_SEALS: Mapping[str, str] = MappingProxyType({})


def keys_of(
    procedure: Procedure,
    case: Case | None,
    answers: Mapping[str, object],
    form: Form | None,
    today: date,
    seal: Sealer = unsealed,
    passed_on: Mapping[str, str] = NO_SEALS,
) -> dict[str, str]:
    """By register the key of the row that a case is about: this step's answers to its fields, else the latest. A part that
    says who somebody is is sealed; of an earlier answer only its seal is left.

    ``passed_on`` are the seals that a case gets as it opens."""
    sealed = case.sealed if case is not None else passed_on
    found: dict[str, str] = {}
    for register in procedure.registers:
        parts = [_part(register, name, case, answers, form, today, seal, sealed) for name in register.key]
        if all(parts):
            found[register.id] = key_text(parts)
    return found


def _part(
    register: Register,
    name: str,
    case: Case | None,
    answers: Mapping[str, object],
    form: Form | None,
    today: date,
    seal: Sealer,
    sealed: Mapping[str, str],
) -> str:
    """One part of a key, "" where nobody said it."""
    said = _answered(form, name, answers, today)
    if name in register.sealed:
        known = sealed.get(seal_place(register.id, name), "")
        return seal(register.id, name, register.part(name, said)) if isinstance(said, str) and said else known
    part = said or (case.facts.get(name) if case is not None else None)
    return register.part(name, part) if isinstance(part, str) else ""


def _answered(form: Form | None, name: str, answers: Mapping[str, object], today: date) -> object:
    """An answer as the form reads it; None for none, or one that the form will refuse."""
    asked = next((each for each in form.fields if each.id == name), None) if form is not None else None
    if asked is None or name not in answers:
        return None
    read = answer(asked, answers[name], today)
    return None if isinstance(read, Refused) else read.value


def names_registers(procedure: Procedure, step: Step) -> bool:
    """Whether a step asks what a register knows: in a condition, in a branch or in a field of its form."""
    form = procedure.forms.get(step.form)
    fields = form.fields if form is not None else ()
    expressions = [guard.that for guard in step.needs]
    expressions += [branch.when for branch in step.to if branch.when is not None]
    expressions += [each.when for each in fields if each.when is not None]
    sources = (source for each in fields for source in (each.infer, each.among))
    return any(map(_looks, expressions)) or any(each.startswith(SUBJECT) for each in sources)


def asks_registers(procedure: Procedure, step: Step) -> bool:
    """Whether a step must know of registers: it names one, or writes into one that is brought, whose rows keep the letters of their sheet."""
    brought = {each.id for each in procedure.registers if each.brought}
    writes = (each.register for each in step.may_follow if isinstance(each, Write))
    return names_registers(procedure, step) or any(each in brought for each in writes)


def _looks(expression: Expression) -> bool:
    return any(name.startswith((SUBJECT, REGISTERED, MINE)) for name in expression.names)


def names_registers_at(procedure: Procedure, kind: Kind, stage: str) -> bool:
    """The same for any step that starts at a stage."""
    return bool(procedure.registers) and any(
        names_registers(procedure, each) for each in kind.steps_from(stage)
    )


def asks_registers_in_time(procedure: Procedure, kind: Kind) -> bool:
    """Whether a step that clocks take must know of registers."""
    steps = {rung.step for clock in kind.clocks.values() for rung in clock.ladder}
    return bool(procedure.registers) and any(asks_registers(procedure, kind.steps[each]) for each in steps)


def written_by(event: Event, case: Case) -> Iterator[tuple[Place, Facts]]:
    """The rows that an event sets; ``case`` as it is after it."""
    for follow in event.follows:
        if isinstance(follow, Written):
            row = {name: value for name in follow.fields if (value := case.facts.get(name)) is not None}
            yield (follow.register, follow.key), row


def entries_named(
    form: Form | None,
    answers: Mapping[str, object],
    *,
    lists: Iterable[tuple[Form, Mapping[str, object]]] = (),
) -> dict[str, set[str]]:
    """The codes that answers give for entries of brought registers, by register; as forms read them. ``lists`` are the rows
    of a table with the form of each."""
    found: dict[str, set[str]] = {}
    own = [(form, answers)] if form is not None else []
    for asking, given in (*own, *lists):
        for asked in asking.fields:
            if asked.kind in ENTRIES and asked.id in given:
                found.setdefault(asked.of[0], set()).update(codes_given(given[asked.id]))
    return found


def codes_given(given: object) -> tuple[str, ...]:
    """What may be codes in one answer, as forms read them; of a text with several all its parts."""
    parts = given if isinstance(given, list | tuple) else SEPARATORS.split(str(given))
    cleaned = (clean(each, "") for each in parts if isinstance(each, str))
    return tuple(narrow(each) for each in cleaned if isinstance(each, str))
