"""Are the registers sound, and does what is filled in from somewhere name something that is there?"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from tongban.kernel.expression import Expression, Kind, compile_expression
from tongban.kernel.form import ENTRIES, TAKER_UNIT, AskedOf, Field, FieldKind, Form, Held, check
from tongban.kernel.procedure.brought import NO_COLUMN
from tongban.kernel.procedure.fitting import TODAY
from tongban.kernel.procedure.meeting import Meeting
from tongban.kernel.procedure.model import Relation
from tongban.kernel.procedure.register import Register, Rule, names_of
from tongban.kernel.procedure.sight import CASE_NUMBER, SUPERIOR
from tongban.kernel.procedure.subjects import SUBJECT
from tongban.kernel.refusal import Refused
from tongban.library.faults import Faults, fields_of, place_of
from tongban.library.kept import kept_columns, kept_faults
from tongban.library.practice import Practice
from tongban.library.shape.rules import FieldSpec, RegisterField, RegisterSpec

WORDS = (FieldKind.line, FieldKind.text)
CHOSEN = (FieldKind.choice, FieldKind.choices)
OUTSIDE = (Relation.REQUESTER, Relation.ANYONE)

CATEGORY = "category"
COMPARED = (FieldKind.line, FieldKind.text)
"""Fields whose words rows can be compared with."""


def column_of(spec: RegisterField) -> Field:
    return Field(
        spec.id,
        spec.kind,
        required=spec.required,
        choices=spec.choices,
        min=spec.min,
        max=spec.max,
        unit=spec.unit,
        of=spec.of,
    )


def register_of(
    name: str, spec: RegisterSpec, sealed: frozenset[str] = frozenset(), codes: frozenset[str] = frozenset()
) -> Register:
    """What is brought or kept concerns nobody in person, so everybody may read it."""
    own = kept_columns(name) if spec.kept else {}
    columns = tuple(own.get(each.id, column_of(each)) for each in spec.fields)
    rules = {code: _rule(spec, source) for code, source in spec.rows.items()}
    sound = tuple(Rule(code, rule) for code, rule in rules.items() if isinstance(rule, Expression))
    public = spec.public or spec.read_only
    return Register(
        name, spec.key, columns, spec.read_only, public, sound, sealed, spec.kept, meetings_of(spec), codes
    )


def names_of_rows(practice: Practice, register: str, names: Mapping[str, Kind]) -> dict[str, Kind]:
    """What a condition of a register's rows may name: the columns and the key of one, ``today``, and of ``names`` what the case says; no other
    register and no other case, for each row is judged by itself."""
    spec, elsewhere = practice.registers.get(register), ("subject.", "registered.", "mine.", "subcases.")
    own = {} if spec is None else {f"row.{name}": kind for name, kind in _kinds(spec).items()}
    own |= {TODAY: Kind.text}
    return own | {name: kind for name, kind in names.items() if not name.startswith(elsewhere)}


def names_of_choice(practice: Practice, spec: FieldSpec, settings: Mapping[str, Kind]) -> dict[str, Kind]:
    """What the condition of a field may name by which it narrows its entries: the columns and the key of a row, ``today`` and the settings. What
    may be chosen is known before anybody answers, so it is the same at every door."""
    return names_of_rows(
        practice, spec.of[0] if spec.of else "", {f"settings.{n}": k for n, k in settings.items()}
    )


def _kinds(spec: RegisterSpec) -> dict[str, Kind]:
    kinds = {each.id: column_of(each).expression_kind for each in spec.fields}
    return kinds | {name: Kind.text for name in spec.key if name not in kinds}


def meetings_of(spec: RegisterSpec) -> tuple[Meeting, ...]:
    return tuple(
        Meeting(
            name,
            each.same,
            each.what,
            each.since,
            each.until,
            each.pairs,
            each.amount or "",
            frozenset(each.excludes),
            frozenset(each.caps),
            frozenset(each.calls),
            each.bundles or "",
        )
        for name, each in spec.meets.items()
    )


def _rule(spec: RegisterSpec, source: str) -> Expression | Refused:
    """A rule of rows names their columns alone."""
    kinds = _kinds(spec)
    names = {f"row.{name}": kind for name, kind in kinds.items()}
    return compile_expression(source, names | {f"given.{name}": Kind.flag for name in kinds}, Kind.flag)


def sealed_in(practice: Practice, spec: RegisterSpec) -> frozenset[str]:
    """The parts of a key that are held as identity."""
    asked = fields_of(practice.forms)
    return frozenset(key for key in spec.key if key in asked and place_of(asked[key]) is Held.identity)


def codes_in(practice: Practice, spec: RegisterSpec) -> frozenset[str]:
    """The parts of a key that are codes of things that no register here holds: nobody else says how they are written. The codes of a
    brought register are written as its sheet has them."""
    asked = fields_of(practice.forms)
    own = () if spec.read_only else spec.key
    return frozenset(key for key in own if key in asked and asked[key].kind is FieldKind.code)


def registers_of(practice: Practice) -> tuple[Register, ...]:
    asked = fields_of(practice.forms)
    found = {
        name: register_of(name, spec, sealed_in(practice, spec), codes_in(practice, spec))
        for name, spec in practice.registers.items()
    }
    for name, each in found.items():
        if not each.brought:  # what steps write was chosen in a form
            chosen = {n: s.choices for n, s in asked.items() if s.choices}
            columns = (replace(c, choices=c.choices or chosen.get(c.id, ())) for c in each.columns)
            found[name] = replace(each, columns=tuple(columns))
    speaking = {
        name: {
            column.id: found[column.of[0]].vocabulary
            for column in each.columns
            if column.kind is FieldKind.condition and column.of and column.of[0] in found
        }
        for name, each in found.items()
    }
    return tuple(replace(each, conditions=speaking[name]) for name, each in found.items())


def register_faults(practice: Practice, faults: Faults) -> None:
    """A register is known by answers that the ledger keeps in plain or seals, and says nothing that must be kept elsewhere. Where two of
    them say something of the same name, a condition has the register before it (``names_of``); without it the name is unknown."""
    kept_faults(practice, faults)
    for name, register in practice.registers.items():
        _key_faults(practice, name, register, faults)
        _rule_faults(practice, name, register, faults)
        for n, _ in enumerate(register.fields):
            _column_faults(practice, name, n, faults)


def _key_faults(practice: Practice, name: str, register: RegisterSpec, faults: Faults) -> None:
    """The rows of a brought register are known before anybody is asked, so its key need not be a field of a form."""
    where, asked = practice.where("registers.yaml", name), fields_of(practice.forms)
    for key in register.key:
        if register.read_only and key not in asked:
            continue
        if not faults.known("practice.unknown_field", where, key, asked):
            continue
        held = place_of(asked[key])
        if held is Held.content:
            faults.refuse("practice.register_held", where, field=key)
        if held is Held.identity and register.read_only:
            faults.refuse("practice.register_of_persons", where, field=key)


def _rule_faults(practice: Practice, name: str, register: RegisterSpec, faults: Faults) -> None:
    """Rules are kept by sheets, so only a brought register has them."""
    for code, source in register.rows.items():
        where = practice.where("registers.yaml", name, "rows", code)
        if not register.brought:
            faults.refuse("practice.rule_of_brought", where, name=name)
        rule = _rule(register, source)
        for fault in rule.all() if isinstance(rule, Refused) else ():
            faults.refuse(fault.code, where, **fault.facts)


def words_in_ledger(practice: Practice, form: str, spec: FieldSpec, where: str, faults: Faults) -> None:
    """Words stand in the ledger in plain only where they go into a brought register, which everybody reads, and where nobody
    outside is asked for them: what residents write can be erased."""
    if spec.kind not in (FieldKind.line, FieldKind.text) or spec.held is not Held.ledger:
        return
    for kind, rules in practice.kinds.items():
        asking = [step for step in rules.steps.values() if step.form == form]
        written = {
            name
            for *_, follow in practice.follows(kind)
            if follow.write is not None and follow.write.register_ in practice.brought
            for name in follow.write.fields
        }
        outside = any(who.relation in OUTSIDE for step in asking for who in step.by)
        if asking and (outside or spec.id not in written):
            faults.refuse("practice.words_in_ledger", where, name=spec.id, kind=kind)


def _column_faults(practice: Practice, name: str, n: int, faults: Faults) -> None:
    register = practice.registers[name]
    each, at = register.fields[n], practice.where("registers.yaml", name, "fields", n)
    column = column_of(each)
    words = register.read_only and each.kind in WORDS
    if not words and column.place is not Held.ledger:
        faults.refuse("practice.register_held", at, field=each.id)
        return
    if register.read_only and each.kind in NO_COLUMN:
        faults.refuse("practice.register_column", at, field=each.id, kind=each.kind.value)
    if each.kind in ENTRIES:
        entry_faults(practice, each, at, faults)
    if each.kind is FieldKind.condition:
        condition_faults(practice, name, each, at, faults)
    if register.read_only or each.kind not in CHOSEN:  # what steps write was chosen in a form
        for fault in check(Form(name, (column,))):
            faults.refuse(fault.code, at, field=fault.where, **fault.facts)


def entry_faults(practice: Practice, spec: FieldSpec | RegisterField, where: str, faults: Faults) -> None:
    """An entry is of a brought register, and is chosen among a list of entries that is known by then."""
    brought = practice.brought
    for name in spec.of:
        faults.known("practice.unknown_register", where, name, brought)
    if isinstance(spec, RegisterField) or not spec.among:
        return
    if said_by_register(practice, spec.among, where, faults):
        said = names_of(registers_of(practice)).get(spec.among.removeprefix(SUBJECT))
        kind = said[1].kind if said is not None else None
    else:
        known_fact(practice, spec.among, where, faults)
        answered = fields_of(practice.forms).get(spec.among.removeprefix("facts."))
        kind = answered.kind if answered is not None else None
    if kind is not None and kind is not FieldKind.entries:
        facts = {"name": spec.among, "wanted": (FieldKind.entries.value,), "found": kind.value}
        faults.refuse("practice.field_kind", where, **facts)


def like_faults(practice: Practice, spec: FieldSpec, where: str, faults: Faults) -> None:
    """What rows are compared with is words, and only entries are chosen among rows."""
    written = fields_of(practice.forms)
    for name in spec.like:
        if spec.kind not in ENTRIES or (name in written and written[name].kind not in COMPARED):
            faults.refuse("form.field_like", where, field=spec.id, name=name)
        else:
            faults.known("practice.unknown_field", where, name, written)


def condition_faults(
    practice: Practice, register: str, spec: FieldSpec | RegisterField, where: str, faults: Faults
) -> None:
    """A condition stands in a brought register, where it is read before it counts, and speaks of the rows of a register whose plain
    columns it can name; a form only takes it over."""
    if isinstance(spec, FieldSpec):
        if spec.asked_of is not AskedOf.nobody or not spec.infer.startswith(SUBJECT):
            faults.refuse("practice.condition_asked", where, name=spec.id)
    elif not practice.registers[register].brought:
        faults.refuse("practice.condition_in_steps", where, name=spec.id)
    for name in spec.of:
        if faults.known("practice.unknown_register", where, name, practice.registers):
            found = next(each for each in registers_of(practice) if each.id == name)
            words = found.vocabulary
            # some words mean something else to whoever reads expressions
            unread = [each for each in words.names if isinstance(words.read(f"{each} == {each}"), Refused)]
            if unread or TODAY in found.fields:
                column = (*unread, TODAY)[0]
                faults.refuse("practice.condition_word", where, name=column, register=name)


def said_by_register(practice: Practice, named: str, where: str, faults: Faults) -> bool:
    """Whether a name is that of what a register says; one that no register says is refused."""
    if not named.startswith(SUBJECT):
        return False
    known = names_of(registers_of(practice))
    faults.known("practice.unknown_field", where, named.removeprefix(SUBJECT), known)
    return True


def offers_owner(practice: Practice, field: FieldSpec, where: str, faults: Faults) -> None:
    """What a duty list offers is a unit, by the category that is answered before or beside it."""
    if field.kind is not FieldKind.unit:
        wanted = (FieldKind.unit.value,)
        faults.refuse("practice.field_kind", where, name=field.id, wanted=wanted, found=field.kind.value)
    faults.known("practice.unknown_field", where, CATEGORY, fields_of(practice.forms))


def known_fact(practice: Practice, named: str, where: str, faults: Faults) -> None:
    """A fact of the case, its own number (by it a row of a register leads back to the case that wrote it), the unit above its
    holder, or the taker's unit."""
    if named in (CASE_NUMBER, SUPERIOR, TAKER_UNIT):
        return
    faults.known("practice.unknown_field", where, named.removeprefix("facts."), fields_of(practice.forms))
