"""Are the registers sound, and does what is filled in from somewhere name something that is there?"""

from __future__ import annotations

from tongban.kernel.form import Field, Held
from tongban.kernel.procedure.subjects import SUBJECT
from tongban.library.faults import Faults, fields_of, place_of
from tongban.library.practice import Practice


def register_faults(practice: Practice, faults: Faults) -> None:
    """A register is known by an answer that the ledger keeps in plain, and says nothing that must be kept elsewhere. Two of
    them say nothing of the same name, because a condition names what is said and not who says it."""
    asked, said = fields_of(practice.forms), dict[str, str]()
    for name, register in practice.registers.items():
        where = practice.where("registers.yaml", name)
        known = faults.known("practice.unknown_field", where, register.key, asked)
        if known and place_of(asked[register.key]) is not Held.ledger:
            faults.refuse("practice.register_held", where, field=register.key)
        for n, each in enumerate(register.fields):
            at = practice.where("registers.yaml", name, "fields", n)
            if Field(each.id, each.kind).place is not Held.ledger:
                faults.refuse("practice.register_held", at, field=each.id)
            first = said.setdefault(each.id, name)
            if first != name and each.id != register.key:
                faults.refuse("practice.register_field_twice", at, field=each.id, register=first)


def said_by_register(practice: Practice, named: str, where: str, faults: Faults) -> bool:
    """Whether a name is that of what a register says; one that no register says is refused."""
    if not named.startswith(SUBJECT):
        return False
    fields = [each.id for register in practice.registers.values() for each in register.fields]
    faults.known("practice.unknown_field", where, named.removeprefix(SUBJECT), fields)
    return True


def known_fact(practice: Practice, named: str, where: str, faults: Faults) -> None:
    faults.known("practice.unknown_field", where, named.removeprefix("facts."), fields_of(practice.forms))
