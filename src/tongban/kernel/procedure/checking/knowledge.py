"""What is known where: nothing is asked twice, and nothing is used that nobody was asked.

A datum is known at a stage when every way there answers it: the intersection over all ways, worked out
to a fixed point (a "must" analysis of data flow; Kildall, "A unified approach to global program
optimization", 1973).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.kernel.form import TAKER_UNIT, Field, FieldKind, Form, Held
from tongban.kernel.procedure.checking.fault import Fault
from tongban.kernel.procedure.checking.graph import START, Edge, Graph, Walk, graph_of, words
from tongban.kernel.procedure.checking.people import by_system_only
from tongban.kernel.procedure.model import (
    ClockRule,
    Fix,
    Follow,
    GiveMandate,
    Hold,
    Join,
    OpenSubcases,
    Place,
    Relation,
    SetPrecedent,
    Settle,
    Step,
    Suspend,
    Tell,
    Write,
)
from tongban.kernel.procedure.sight import CASE_NUMBER


def asked_twice(graph: Graph) -> Iterator[Fault]:
    """Fields that a person is asked although every way to the step, or a register, has answered them."""
    known = _known(graph, in_ledger=False, carried=surely_carried(graph))
    for step in graph.kind.steps.values():
        form = graph.procedure.forms.get(step.form)
        sources = sorted(stage for stage in (step.source or {START}) if stage in graph.reached)
        if form is None or not sources or by_system_only(step):
            continue
        everywhere = frozenset.intersection(*(known[stage] for stage in sources))
        for field in form.fields:
            if field.again or field.infer or _only_if_missing(field):
                continue
            where = f"{graph.at(step.id)}/{field.id}"
            if field.id in everywhere:
                way = graph.reached[sources[0]]
                first = _first_asked(graph, way, field.id) or way[0].step.id
                facts = {"field": field.id, "first": first, "step": step.id}
                yield Fault("check.asked_twice", where, facts, (*words(way), step.id))
            register = _register_of(graph, step, field.id)
            if register:
                facts = {"field": field.id, "register": register, "step": step.id}
                yield Fault("check.asked_registered", where, facts)


def takers_unit(graph: Graph) -> Iterator[Fault]:
    """Forms that take over the unit of whoever takes the step, of a step that somebody without a post may take."""
    for step in graph.kind.steps.values():
        form = graph.procedure.forms.get(step.form)
        if form is None or all(who.relation not in _WITHOUT_POST for who in step.by):
            continue
        for field in form.fields:
            if field.infer == TAKER_UNIT:
                yield Fault(
                    "check.taker_has_no_unit",
                    f"{graph.at(step.id)}/{field.id}",
                    {"field": field.id, "step": step.id},
                )


def _only_if_missing(field: Field) -> bool:
    """A field whose condition looks at itself is asked only where it is not known."""
    return field.when is not None and bool(field.when.names & {f"given.{field.id}", f"facts.{field.id}"})


def _first_asked(graph: Graph, way: Walk, field: str) -> str:
    return next((edge.step.id for edge in way if field in _answered(graph, edge.step, in_ledger=False)), "")


def _register_of(graph: Graph, step: Step, field: str) -> str:
    """The register that holds a field, unless this very step writes it there."""
    written = {each.register for each in step.may_follow if isinstance(each, Write)}
    return next((r for r, fields in graph.held.items() if field in fields and r not in written), "")


def surely_carried(graph: Graph, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """The fields that whoever opens such a case as a subcase surely tells it; none for a kind that nothing opens.

    A fact is carried where the case above knows it, so only what is answered on every way to the step that opens counts,
    and only what every such step brings. ``seen`` are the kinds on the way up.
    """
    brought: list[frozenset[str]] = []
    for above in graph.procedure.kinds.values():
        opens = [
            (step, each)
            for step in above.steps.values()
            for each in step.may_follow
            if isinstance(each, OpenSubcases) and each.kind == graph.kind.id
        ]
        if not opens or above.id in seen | {graph.kind.id}:
            continue
        upper = graph_of(graph.procedure, above, graph.held)
        known = _known(upper, False, surely_carried(upper, seen | {graph.kind.id}))
        for step, follow in opens:
            stages = [stage for stage in (step.source or {START}) if stage in known]
            if stages:
                told = frozenset.intersection(*(known[stage] for stage in stages)) | _answered(
                    upper, step, False
                )
                brought.append((told & frozenset(follow.carry)) | (follow.told - frozenset(follow.carry)))
    return frozenset.intersection(*brought) if brought else frozenset()


def _known(
    graph: Graph, in_ledger: bool, carried: frozenset[str] = frozenset()
) -> Mapping[str, frozenset[str]]:
    """For each stage that can be reached, the fields answered on every way there.

    ``in_ledger``: only those whose value the case keeps in plain, which later steps can read. ``carried`` are told to the
    system's opening step by the case above.
    """
    known: dict[str, frozenset[str]] = {START: frozenset()}
    changed = True
    while changed:
        changed = False
        for edge in graph.edges:
            if edge.source not in known:
                continue
            after = known[edge.source] | _answered(graph, edge.step, in_ledger)
            if edge.source == START and by_system_only(edge.step):
                form = graph.procedure.forms.get(edge.step.form)
                after |= carried & frozenset(each.id for each in (form.fields if form else ()))
            merged = known[edge.to] & after if edge.to in known else after
            if merged != known.get(edge.to):
                known[edge.to], changed = merged, True
    return known


def _answered(graph: Graph, step: Step, in_ledger: bool) -> frozenset[str]:
    """The fields that taking the step surely answers."""
    form = graph.procedure.forms.get(step.form)
    fields = form.fields if form else ()
    sealed = {name for register in graph.procedure.registers for name in register.sealed}
    return frozenset(
        each.id
        for each in fields
        if _sure(each)
        and each.when is None
        and (not in_ledger or each.place is Held.ledger or each.id in sealed)
    )


def missing(graph: Graph) -> Iterator[Fault]:
    """Fields that something follows from, and that are not surely answered by then or of another kind."""
    known = _known(graph, in_ledger=True)
    asked = {field.id: field for form in graph.procedure.forms.values() for field in form.fields}
    told: set[tuple[str, str]] = set()
    for edge in graph.edges:
        if edge.source not in known:
            continue
        own = _own(graph.procedure.forms.get(edge.step.form))
        for follow in edge.plan:
            for name, kinds, needed in _used(follow):
                if (edge.step.id, name) in told:
                    continue
                fault = _fault(graph, edge, name, kinds, asked.get(name))
                there = known[edge.source] | own | _asked_by(edge)
                if fault is None and needed and name not in there:
                    fault = Fault(
                        "check.not_answered", graph.at(edge.step.id), {"field": name}, graph.way_to(edge)
                    )
                if fault is not None:
                    told.add((edge.step.id, name))
                    yield fault


def _asked_by(edge: Edge) -> frozenset[str]:
    """The field that a branch asks for before it is taken: ``given.<field>``, alone or with more."""
    first = edge.branch.when.source.partition("&&")[0].strip() if edge.branch.when is not None else ""
    return frozenset({first.removeprefix("given.")}) if first.startswith("given.") else frozenset()


def named_days(graph: Graph) -> Iterator[Fault]:
    """Clocks that end on a day, or after an amount of time, which nobody is sure to have said when they start, unless the
    rule asks just that."""
    known = _known(graph, in_ledger=True)
    for clock in graph.kind.clocks.values():
        for name, code in dict.fromkeys(_said_elsewhere(clock)):
            for edge in graph.edges:
                starts = edge.to in clock.runs_in and edge.source not in clock.runs_in
                own = _answered(graph, edge.step, in_ledger=True)
                if starts and edge.source in known and name not in known[edge.source] | own:
                    facts = {"field": name, "clock": clock.id}
                    yield Fault(code, graph.at(clock.id), facts, graph.way_to(edge))
                    break


def _said_elsewhere(clock: ClockRule) -> Iterator[tuple[str, str]]:
    """The fields that a clock's limits read, each with the code for one that may be unanswered."""
    for rule in clock.limits:
        for name, code in ((rule.day, "check.day_not_named"), (rule.field, "check.limit_not_said")):
            if name and not (rule.when is not None and rule.when.source.strip() == f"given.{name}"):
                yield name, code


def _own(form: Form | None) -> frozenset[str]:
    """The step's own required answers, also those asked only on a condition: it may be the branch's."""
    return frozenset(each.id for each in form.fields if _sure(each)) if form else frozenset()


def _sure(field: Field) -> bool:
    """Whether it is never left open: somebody must answer it, or it is the case's own number or the taker's unit."""
    return field.required or field.infer in (CASE_NUMBER, TAKER_UNIT)


def _fault(
    graph: Graph, edge: Edge, name: str, kinds: frozenset[FieldKind], field: Field | None
) -> Fault | None:
    where = graph.at(edge.step.id)
    if field is None:
        return Fault("check.unknown_field", where, {"name": name})
    if kinds and field.kind not in kinds:
        wanted = ", ".join(sorted(kind.value for kind in kinds))
        return Fault("check.field_kind", where, {"field": name, "kind": field.kind.value, "wanted": wanted})
    return None


_WITHOUT_POST = (Relation.REQUESTER, Relation.ANYONE, Relation.SYSTEM)
_UNIT = frozenset({FieldKind.unit})
_UNITS = frozenset({FieldKind.unit, FieldKind.units})
_CODES = frozenset({FieldKind.choices, FieldKind.entries})
_PRECEDENT = {
    "category": FieldKind.category,
    "division": FieldKind.division,
    "until": FieldKind.date,
    "replaces": FieldKind.case,
}


def _used(follow: Follow) -> Iterator[tuple[str, frozenset[FieldKind], bool]]:
    """Each field that a consequence reads, the kinds it can be of, and whether it must be there."""
    match follow:
        case Hold(to="answer", field=field):
            yield field, _UNIT, True
        case OpenSubcases(field=field) if field:
            yield field, _UNITS, True
        case OpenSubcases(codes=codes) if codes:
            yield codes, _CODES, False
        case Suspend(field=field):
            yield field, frozenset({FieldKind.choice}), True
        case GiveMandate(field=field, until=until):
            yield field, _UNIT, True
            if until:
                yield until, frozenset({FieldKind.date}), True
        case Fix(since=since, until=until):
            yield since, frozenset({FieldKind.date}), True
            yield until, frozenset({FieldKind.date}), True
        case Join(field=field) | Place(field=field):
            yield field, frozenset({FieldKind.case}), True
        case Tell(peer=peer, fields=fields, named=named):
            yield peer, frozenset({FieldKind.peer}), True
            yield from ((each, frozenset[FieldKind](), False) for each in fields)
            yield from ((each, frozenset[FieldKind](), False) for _, each in named)
        case Settle(outcome="", field=field):
            yield field, frozenset({FieldKind.choice}), True
        case SetPrecedent():
            yield follow.unit, _UNIT, True
            yield follow.duty, frozenset({FieldKind.duty}), True
            for name, of_kind in _PRECEDENT.items():
                if field_ := getattr(follow, name):
                    yield field_, frozenset({of_kind}), False
        case Write(key=key, fields=fields):
            yield from ((each, frozenset[FieldKind](), True) for each in key)
            yield from ((each, frozenset[FieldKind](), False) for each in fields)
        case _:
            pass
