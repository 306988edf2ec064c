"""What follows from steps: do its names lead somewhere, and will the kernel be able to do it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongban.kernel.form import FieldKind, Held
from tongban.kernel.procedure.model import Relation
from tongban.library.faults import Faults, fields_of, place_of
from tongban.library.practice import Practice
from tongban.library.registers import sealed_in
from tongban.library.shape.procedure import (
    ExtendSpec,
    FixSpec,
    FollowSpec,
    MandateSpec,
    OpenSpec,
    PrecedentSpec,
    SuspendSpec,
    TellSpec,
    WriteSpec,
)
from tongban.library.shape.rules import FieldSpec

UNIT_KINDS = (FieldKind.unit, FieldKind.units)
_LOCAL = frozenset(
    {
        FieldKind.unit,
        FieldKind.units,
        FieldKind.division,
        FieldKind.category,
        FieldKind.duty,
        FieldKind.case,
        FieldKind.files,
    }
)
"""Kinds whose values only this county's registers know."""
_OF_A_PRECEDENT = {
    "unit": FieldKind.unit,
    "duty": FieldKind.duty,
    "category": FieldKind.category,
    "division": FieldKind.division,
    "until": FieldKind.date,
    "replaces": FieldKind.case,
}


def consequence_faults(practice: Practice, kind: str, faults: Faults) -> None:
    # A fact kept in the ledger can be named by any later step; a text only by the step that asks it. Carried into
    # subcases is also what the case keeps elsewhere.
    ever = fields_of(practice.forms_of(kind))
    sealed = {key for spec in practice.registers.values() for key in sealed_in(practice, spec)}
    kept = {name: each for name, each in ever.items() if place_of(each) is Held.ledger or name in sealed}
    for _, step, place, follow in practice.follows(kind):
        asked = {each.id: each for each in practice.forms.get(step.form or "", ())}
        _Consequence(practice, kind, place, kept | asked, ever, faults).judge(follow)


class _Consequence:
    """One thing that follows from one step."""

    def __init__(
        self,
        practice: Practice,
        kind: str,
        place: tuple[str | int, ...],
        known: Mapping[str, FieldSpec],
        ever: Mapping[str, FieldSpec],
        faults: Faults,
    ) -> None:
        self.practice = practice
        self.kind = kind
        self.place = place
        self.known = known
        self.ever = ever
        self.faults = faults

    def where(self, *more: str | int) -> str:
        return self.practice.at(self.kind, *self.place, *more)

    def judge(self, follow: FollowSpec) -> None:
        match follow.name, getattr(follow, follow.name):
            case "hold", hold if hold.answer is not None:
                self.field(hold.answer, (FieldKind.unit,), "hold")
            case "open", OpenSpec() as opened:
                self.opened(opened)
            case "suspend", SuspendSpec() as suspend:
                self.clocks(suspend.clocks, "suspend")
                self.suspended(suspend)
            case "resume", clocks:
                self.clocks(clocks, "resume")
            case "extend", ExtendSpec() as extend:
                self.clocks(extend.clocks, "extend")
                if extend.asked is not None:
                    steps = self.practice.kinds[self.kind].steps
                    self.faults.known(
                        "practice.unknown_step", self.where("extend", "asked"), extend.asked, steps
                    )
            case "fix", FixSpec() as fix:
                self.faults.known(
                    "practice.unknown_board", self.where("fix"), fix.board, self.practice.boards
                )
                steps = self.practice.kinds[self.kind].steps
                if not steps[str(self.place[1])].source:
                    self.faults.refuse("practice.fix_opening", self.where("fix"), name=str(self.place[1]))
                for name in (fix.since, fix.until):
                    self.field(name, (FieldKind.date,), "fix")
            case "give_mandate", MandateSpec() as mandate:
                self.mandated(mandate)
            case "write", WriteSpec() as write:
                self.written(write)
            case "set_precedent", PrecedentSpec() as precedent:
                for name, kind in _OF_A_PRECEDENT.items():
                    field = getattr(precedent, name)
                    if field is not None:
                        self.field(field, (kind,), "set_precedent")
            case "tell", TellSpec() as tell:
                self.told(tell)
            case "join" | "place" as name, field:
                self.field(field, (FieldKind.case,), name)
            case "settle", settle if settle.answer is not None:
                self.field(settle.answer, (FieldKind.choice,), "settle")
            case _:
                pass

    def field(self, name: str, kinds: Sequence[FieldKind], key: str) -> FieldSpec | None:
        """The field, if it is known when the step is taken and of one of these kinds."""
        if not self.faults.known("practice.unknown_field", self.where(key), name, self.known):
            return None
        found = self.known[name]
        if found.kind not in kinds:
            wanted = tuple(kind.value for kind in kinds)
            self.faults.refuse(
                "practice.field_kind", self.where(key), name=name, wanted=wanted, found=found.kind.value
            )
            return None
        return found

    def clocks(self, names: Sequence[str], key: str) -> None:
        for n, name in enumerate(names):
            where = self.where(key, n) if key == "resume" else self.where(key, "clocks", n)
            self.faults.known("practice.unknown_clock", where, name, self.practice.clocks.get(self.kind, {}))

    def suspended(self, suspend: SuspendSpec) -> None:
        found = self.field(suspend.field, (FieldKind.choice,), "suspend")
        for reason in suspend.lawful if found is not None else ():
            self.faults.known("practice.lawful", self.where("suspend", "lawful"), reason, found.choices)  # type: ignore[union-attr]

    def opened(self, opened: OpenSpec) -> None:
        where = self.where("open")
        if opened.for_each is not None:
            self.field(opened.for_each, UNIT_KINDS, "open")
        if opened.for_entry is not None:
            self.field(opened.for_entry, (FieldKind.choices, FieldKind.entries), "open")
        if opened.for_row is not None:
            self._matched(opened, opened.for_row, where)
            for known, flag in opened.left_out:
                self._keeps_away(opened, known, flag)
        if opened.drawn is not None and (opened.own or opened.rows or opened.for_entry or opened.for_row):
            self.faults.refuse("practice.drawn_of_one", where)
        for name in opened.carry:
            self.faults.known("practice.unknown_field", self.where("open", "carry"), name, self.ever)
        if not self.faults.known("practice.unknown_kind", where, opened.kind, self.practice.kinds):
            return
        self.said(opened)
        self.called(opened)
        first = next(
            (step for step in self.practice.kinds[opened.kind].steps.values() if not step.source), None
        )
        if first is None or not any(who.relation is Relation.SYSTEM for who in first.by):
            self.faults.refuse("practice.subcase_opening", where, name=opened.kind)

    def told(self, tell: TellSpec) -> None:
        """The message is for a step of this practice at the other county, whose form asks for all that is sent along."""
        self.field(tell.peer, (FieldKind.peer,), "tell")
        ever = fields_of(self.practice.forms_of(self.kind))
        for name in (*tell.fields, *tell.named.values()):
            where = self.where("tell", "fields")
            known = self.faults.known("practice.unknown_field", where, name, ever)
            if known and ever[name].kind in _LOCAL:
                self.faults.refuse("practice.message_local", where, name=name, found=ever[name].kind.value)
        steps = [step for kind in self.practice.kinds.values() for step in kind.steps.values()]
        hearing = [step for step in steps if step.on == "told" and step.of == tell.message]
        if not hearing:
            self.faults.refuse("practice.message_unheard", self.where("tell", "message"), name=tell.message)
        for step in hearing:
            asked = {each.id: each for each in self.practice.forms.get(step.form or "", ())}
            for name in (*tell.fields, *tell.named, *tell.says):
                self.faults.known("practice.message_field", self.where("tell"), name, asked)
            for name, choice in tell.says.items():
                if name in asked:
                    self.faults.known(
                        "practice.said", self.where("tell", "says", name), choice, asked[name].choices
                    )

    def said(self, opened: OpenSpec) -> None:
        """What is said to each subcase is one of the choices of a field that its opening step asks."""
        steps = self.practice.kinds[opened.kind].steps.values()
        forms = [self.practice.forms.get(step.form or "", ()) for step in steps if not step.source]
        asked = {each.id: each for form in forms for each in form}
        for name, choice in opened.says.items():
            where = self.where("open", "says", name)
            if self.faults.known("practice.unknown_field", where, name, asked):
                self.faults.known("practice.said", where, choice, asked[name].choices)

    def called(self, opened: OpenSpec) -> None:
        """What a subcase calls its code is one that its opening step asks, and holds one such code."""
        if opened.as_ is None or (opened.for_row is None and opened.for_entry not in self.known):
            return
        steps = self.practice.kinds[opened.kind].steps.values()
        asked = {
            each.id: each
            for step in steps
            if not step.source
            for each in self.practice.forms.get(step.form or "", ())
        }
        where = self.where("open", "as")
        if not self.faults.known("practice.unknown_field", where, opened.as_, asked):
            return
        one = asked[opened.as_]
        if opened.for_row is not None:
            self._takes_a_row(one, opened.for_row, where)
            return
        several = self.known[opened.for_entry or ""]
        wanted = FieldKind.entry if several.kind is FieldKind.entries else FieldKind.choice
        if one.kind is not wanted:
            kinds = (wanted.value,)
            self.faults.refuse("practice.field_kind", where, name=one.id, wanted=kinds, found=one.kind.value)
        elif one.of != several.of or set(several.choices) - set(one.choices):
            self.faults.refuse("practice.entry_of_another", where, name=one.id, other=several.id)

    def _matched(self, opened: OpenSpec, register: str, where: str) -> None:
        """Rows that steps write are matched where a plain column says by which code each goes on."""
        if not self.faults.known("practice.unknown_register", where, register, self.practice.registers):
            return
        spec = self.practice.registers[register]
        plain = {each.id for each in spec.fields if each.kind is FieldKind.code}
        if not spec.read_only and opened.as_ not in plain:
            self.faults.refuse("practice.row_unnamed", where, name=opened.as_ or "", register=register)
        if opened.fits is not None:
            found = self.field(opened.fits, (FieldKind.condition,), "open")
            if found is not None and found.of != (register,):
                where = self.where("open", "fits")
                self.faults.refuse("practice.entry_of_another", where, name=found.id, other=register)

    def _keeps_away(self, opened: OpenSpec, name: str, flag: str) -> None:
        """The other parts of its key are what the case itself keeps in plain, and the flag is one of its columns."""
        where = self.where("open", "unless")
        if not self.faults.known("practice.unknown_register", where, name, self.practice.registers):
            return
        spec = self.practice.registers[name]
        self.faults.known("practice.unknown_field", where, opened.as_ or "", dict.fromkeys(spec.key))
        plain = {each.id: each for each in self.ever.values() if place_of(each) is Held.ledger}
        for part in spec.key:
            if part != opened.as_:
                self.faults.known("practice.unknown_field", where, part, plain)
        if flag:
            flags = {each.id: each for each in spec.fields if each.kind is FieldKind.flag}
            self.faults.known("practice.unknown_field", where, flag, flags)

    def _takes_a_row(self, one: FieldSpec, register: str, where: str) -> None:
        spec = self.practice.registers.get(register)
        if spec is not None and not spec.read_only:
            if one.kind is not FieldKind.code:
                facts = {"name": one.id, "wanted": (FieldKind.code.value,), "found": one.kind.value}
                self.faults.refuse("practice.field_kind", where, **facts)
            return
        if one.kind is not FieldKind.entry:
            wanted = (FieldKind.entry.value,)
            self.faults.refuse("practice.field_kind", where, name=one.id, wanted=wanted, found=one.kind.value)
        elif one.of != (register,):
            self.faults.refuse("practice.entry_of_another", where, name=one.id, other=register)

    def mandated(self, mandate: MandateSpec) -> None:
        self.field(mandate.to, (FieldKind.unit,), "give_mandate")
        if mandate.until is not None:
            self.field(mandate.until, (FieldKind.date,), "give_mandate")
        steps = {name: step for kind in self.practice.kinds.values() for name, step in kind.steps.items()}
        for n, power in enumerate(mandate.powers):
            where = self.where("give_mandate", "powers", n)
            if self.faults.known("practice.unknown_step", where, power, steps) and not any(
                who.relation is Relation.MANDATE
                for kind in self.practice.kinds.values()
                if power in kind.steps
                for who in kind.steps[power].by
            ):
                self.faults.refuse("practice.power_unheld", where, name=power)

    def written(self, write: WriteSpec) -> None:
        registers = self.practice.registers
        if not self.faults.known(
            "practice.unknown_register", self.where("write"), write.register_, registers
        ):
            return
        register = registers[write.register_]
        if register.kept:
            self.faults.refuse("practice.kept_by_system", self.where("write"), name=write.register_)
        columns = {each.id for each in register.fields}
        for name in (*write.key, *write.fields):
            self.faults.known("practice.unknown_field", self.where("write"), name, self.known)
        if write.key != register.key:
            facts = {"name": ", ".join(write.key), "key": ", ".join(register.key)}
            self.faults.refuse("practice.register_key", self.where("write"), **facts)
        for name in write.fields:
            self.faults.known("practice.unknown_field", self.where("write", "fields"), name, columns)
