"""Do the names in ``views.yaml`` lead somewhere, and may what they show be shown?

A view is read by everybody who may see the tree, and printed for a meeting. So it shows what the ledger holds in plain and no
text that somebody may have to erase.
"""

from __future__ import annotations

from collections.abc import Sequence

from tongban.kernel.form import NUMBERS, FieldKind, Held
from tongban.library.faults import Faults, fields_of, place_of
from tongban.library.practice import Practice
from tongban.library.shape.views import DUE, CompareSpec, PlanSpec, TableSpec

FILE = "views.yaml"
DAYS = (FieldKind.date,)
LISTS = (FieldKind.choices, FieldKind.entries)
COUNTED = (FieldKind.whole, FieldKind.choices, FieldKind.entries)


def view_faults(practice: Practice, faults: Faults) -> None:
    for kind, view in practice.views.items():
        if not _kind(practice, kind, (kind,), faults):
            continue
        for below, plan in view.plan.items():
            if _kind(practice, below, (kind, "plan", below), faults):
                _plan(practice, (kind, "plan", below), plan, faults)
        if view.table is not None and _kind(practice, view.table.of, (kind, "table", "of"), faults):
            _table(practice, kind, view.table, faults)
        if view.compare is not None:
            _compare(practice, kind, view.compare, faults)
        if view.grid is not None and _kind(practice, view.grid.of, (kind, "grid", "of"), faults):
            for key, names in (("row", (view.grid.row,)), ("cell", view.grid.cell)):
                for name in names:
                    _field(practice, view.grid.of, name, (), (kind, "grid", key), faults)


def _compare(practice: Practice, kind: str, compare: CompareSpec, faults: Faults) -> None:
    """Kinds of other practices are looked at when the page is shown; those of this one must ask what joins their cases, too."""
    own = [name for name in compare.before if "." not in name]
    for name in own:
        if _kind(practice, name, (kind, "compare", "before"), faults):
            _about(practice, name, compare.about, (kind, "compare", "about"), faults)
            if compare.matching is not None:
                _field(practice, name, compare.matching.field, (), (kind, "compare", "matching"), faults)
    _about(practice, kind, compare.about, (kind, "compare", "about"), faults)
    for name in compare.matching.among if compare.matching is not None else ():
        _field(practice, kind, name, LISTS, (kind, "compare", "matching", "among"), faults)
    for name in compare.papers:
        asked_before = any(
            name in fields_of(practice.forms_of(each)) for each in own if each in practice.kinds
        )
        if not asked_before or name in fields_of(practice.forms_of(kind)):
            _field(practice, kind, name, COUNTED, (kind, "compare", "papers"), faults)


def _about(practice: Practice, kind: str, name: str, place: Sequence[str], faults: Faults) -> None:
    """What joins cases: held in the ledger in plain, or sealed as a part of a register's key."""
    if not any(name in register.key for register in practice.registers.values()):
        _field(practice, kind, name, (), place, faults)
    else:
        where = practice.where(FILE, *place)
        faults.known("practice.unknown_field", where, name, fields_of(practice.forms_of(kind)))


def _kind(practice: Practice, name: str, place: Sequence[str], faults: Faults) -> bool:
    return faults.known("practice.unknown_kind", practice.where(FILE, *place), name, practice.kinds)


def _plan(practice: Practice, place: tuple[str, str, str], plan: PlanSpec, faults: Faults) -> None:
    kind = place[-1]
    spec = practice.kinds[kind]
    for key, day in (("start", plan.start), ("end", plan.end)):
        if day is None:
            continue
        if day.startswith(DUE):
            where = practice.where(FILE, *place, key)
            clocks = practice.clocks.get(kind, {})
            faults.known("practice.unknown_clock", where, day.removeprefix(DUE), clocks)
        else:
            _field(practice, kind, day, DAYS, (*place, key), faults)
    for key, steps in (("began", (plan.began,) if plan.began else ()), ("said", plan.said)):
        for step in steps:
            faults.known("practice.unknown_step", practice.where(FILE, *place, key), step, spec.steps)
    if not plan.reached and any(stage.dropped for stage in spec.stages.values()):
        faults.refuse("practice.plan_reached", practice.where(FILE, *place), name=kind)
    outcomes = outcomes_of(practice, kind) if plan.reached else ()
    for outcome in plan.reached:
        faults.known("practice.unknown_outcome", practice.where(FILE, *place, "reached"), outcome, outcomes)


def _table(practice: Practice, kind: str, table: TableSpec, faults: Faults) -> None:
    for name in table.columns:
        _field(practice, table.of, name, (), (kind, "table", "columns"), faults)
    for name in table.sum:
        _field(practice, table.of, name, NUMBERS, (kind, "table", "sum"), faults)
    if table.weight is not None:
        _field(practice, table.of, table.weight, NUMBERS, (kind, "table", "weight"), faults)
    planned = practice.views[kind].plan
    for name in table.counts or (table.of,):
        where = practice.where(FILE, kind, "table", "counts" if table.counts else "of")
        if name not in practice.kinds:
            _kind(practice, name, (kind, "table", "counts"), faults)
        elif name not in planned:
            faults.refuse("practice.view_unplanned", where, name=name)
    for below, names in table.spent.items():
        if _kind(practice, below, (kind, "table", "spent", below), faults):
            for name in names:
                _field(practice, below, name, NUMBERS, (kind, "table", "spent", below), faults)


def _field(
    practice: Practice,
    kind: str,
    name: str,
    wanted: Sequence[FieldKind],
    place: Sequence[str],
    faults: Faults,
) -> None:
    """A field that cases of the kind are asked, of one of these kinds (none named: any), held in the ledger in plain."""
    where = practice.where(FILE, *place)
    fields = fields_of(practice.forms_of(kind))
    if not faults.known("practice.unknown_field", where, name, fields):
        return
    found = fields[name]
    if place_of(found) is not Held.ledger or found.inner:
        faults.refuse("practice.view_erasable", where, name=name)
    elif wanted and found.kind not in wanted:
        kinds = tuple(each.value for each in wanted)
        faults.refuse("practice.field_kind", where, name=name, wanted=kinds, found=found.kind.value)


def outcomes_of(practice: Practice, kind: str) -> tuple[str, ...]:
    """All that a case of the kind can settle with."""
    fields = fields_of(practice.forms_of(kind))
    found: list[str] = []
    for *_, follow in practice.follows(kind):
        if follow.settle is not None and follow.settle.answer is not None:
            asked = fields.get(follow.settle.answer)
            found += asked.choices if asked is not None else ()
        elif follow.settle is not None:
            found.append(follow.settle.outcome or "")
    return tuple(dict.fromkeys(found))
