"""Small procedures for tests, in short words: ``step("reply", "working", "checking", "handler@holder")``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from tongban.kernel.clock import Limit, Unit
from tongban.kernel.expression import Expression, compile_expression
from tongban.kernel.expression import Kind as ValueKind
from tongban.kernel.form import Field, FieldKind, Form
from tongban.kernel.procedure.model import (
    Branch,
    ClockRule,
    Follow,
    Guard,
    Hold,
    Kind,
    LimitRule,
    Notify,
    Procedure,
    Relation,
    RoutingRule,
    Rung,
    Settle,
    Stage,
    StageKind,
    Step,
    Trigger,
    Who,
)

KINDS = {
    "count": ValueKind.whole,
    "settings": ValueKind.whole,
    "subcases": ValueKind.whole,
    "given": ValueKind.flag,
    "registered": ValueKind.flag,
}
START = date(2020, 1, 1)


def cel(source: str) -> Expression:
    """An expression; counts, settings and subcases are whole numbers, ``given`` flags, all else text."""
    names = {
        name: ValueKind.flag
        if name in ("case.late", "case.precedent")
        else ValueKind.count
        if name == "case.visits"
        else ValueKind.count
        if name.count(".") == 2
        else KINDS.get(name.split(".")[0], ValueKind.text)
        for name in re.findall(r"\bsubcases\.[a-z]+\.[a-z_]+|\b[a-z]+\.[a-z_]+", source)
    }
    found = compile_expression(source, names, ValueKind.flag)
    assert isinstance(found, Expression), found
    return found


def who(word: str) -> Who:
    role, _, relation = word.rpartition("@")
    return Who(Relation(relation), role)


def limit(text: str) -> Limit:
    amount, unit = text.split()
    return Limit(int(amount), Unit(unit), "test")


def step(
    name: str,
    source: str = "",
    to: str | tuple[Branch, ...] = "",
    by: str = "handler@holder",
    *follows: Follow,
    needs: Mapping[str, str] | None = None,
    judges: str = "",
    form: str = "",
    at_most: int = 0,
    work: bool = False,
    on: Trigger = Trigger.NONE,
) -> Step:
    """``source``, ``by`` and ``judges`` are words with spaces between them."""
    return Step(
        name,
        frozenset(source.split()),
        to if isinstance(to, tuple) else (Branch(to),),
        tuple(who(word) for word in by.split()),
        form,
        tuple(Guard(code, cel(text)) for code, text in (needs or {}).items()),
        at_most,
        frozenset(judges.split()),
        work,
        follows,
        on,
    )


def branch(to: str, when: str = "", *follows: Follow) -> Branch:
    return Branch(to, cel(when) if when else None, follows)


def clock(
    name: str,
    runs_in: str,
    limits: str | tuple[LimitRule, ...],
    *ladder: tuple[str, str],
    owner: str = "holder",
    promise: bool = False,
    lasts: bool = False,
) -> ClockRule:
    """``ladder`` are pairs of when and which step: ``("-24 hours", "remind")``, ``("due", "archive")``."""
    rules = limits if isinstance(limits, tuple) else (LimitRule(limit(limits), START),)
    rungs = tuple(rung(*each) for each in ladder)
    return ClockRule(name, frozenset(runs_in.split()), rules, rungs, owner, promise, lasts=lasts)


def rung(when: str, name: str) -> Rung:
    if when == "due":
        return Rung(name, Limit(0, Unit.MINUTES, "test"))
    if when.startswith("every "):
        return Rung(name, limit(when.removeprefix("every ")), again=True)
    return Rung(name, limit(when.removeprefix("-")), when.startswith("-"))


def _stage(word: str) -> Stage:
    name, _, following = word.partition(">")
    name, _, sample = name.partition("*")
    marks = {"!": StageKind.END, "?": StageKind.SETTLED}
    following_steps = tuple(following.split(",")) if following else ()
    return Stage(name.rstrip("!?"), marks.get(name[-1], StageKind.OPEN), "phase", following_steps, sample)


def kind(name: str, stages: str, *parts: Step | ClockRule) -> Kind:
    """``stages`` are words; ``!`` after one makes it an end, ``?`` a settled stage; ``*`` names its sample, ``>`` what is next."""
    found = [_stage(word) for word in stages.split()]
    return Kind(
        name,
        {stage.id: stage for stage in found},
        {part.id: part for part in parts if isinstance(part, Step)},
        {part.id: part for part in parts if isinstance(part, ClockRule)},
        ("phase",),
    )


def form(name: str, *fields: Field) -> Form:
    return Form(name, fields)


def asks(name: str, field_kind: str = "line", required: bool = True, **more: object) -> Field:
    return Field(name, FieldKind(field_kind), required=required, **more)  # type: ignore[arg-type]


def choice(name: str, *choices: str, required: bool = True, **more: object) -> Field:
    return Field(name, FieldKind.choice, required=required, choices=choices, **more)  # type: ignore[arg-type]


def procedure(
    *kinds: Kind,
    forms: tuple[Form, ...] = (),
    routing: tuple[RoutingRule, ...] = (),
    settings: Mapping[str, int] | None = None,
) -> Procedure:
    by_id = {each.id: each for each in kinds}
    return Procedure("practice", "1.0.0", "digest", by_id, {f.id: f for f in forms}, routing, settings or {})


FORMS = (
    form("intake", asks("body", "text"), asks("category", "category", required=False)),
    form("reply", choice("outcome", "resolved", "explained"), asks("result", "text")),
    form("pick", asks("unit", "unit", again="decided anew")),
    form("why", choice("reason", "hearing", "testing", again="each stop has its own")),
    form("demand", asks("demand", "text")),
)
ROUTING = (RoutingRule("duty", "duty"), RoutingRule("fallback", "unit:office"))


def matter(*more: Step | ClockRule, stages: str = "", without: str = "") -> Procedure:
    """A small sound practice: registered → working → checking → closed → archived.

    ``more`` parts are added or take the place of those of the same name; ``without`` are left out.
    """
    parts: dict[tuple[type, str], Step | ClockRule] = {
        (type(part), part.id): part
        for part in (
            step("register", "", "registered", "@anyone", form="intake"),
            step("dispatch", "registered", "working", "clerk@home", Hold("route")),
            step("reply", "working", "checking", "handler@holder", Hold("home"), form="reply", work=True),
            step(
                "send_back",
                "checking",
                "working",
                "reviewer@home",
                Hold("previous"),
                judges="reply",
                at_most=2,
            ),
            step("approve", "checking", "closed", "reviewer@home", Settle(field="outcome"), judges="reply"),
            step("withdraw", "registered working checking", "closed", "@requester", Settle("withdrawn")),
            step("archive", "closed", "archived", "@system"),
            step(
                "remind",
                "registered working checking",
                "",
                "@system leader@superior",
                Notify("late", "superior"),
            ),
            clock(
                "handle",
                "registered working checking",
                "5 working_days",
                ("-24 hours", "remind"),
                ("due", "remind"),
                promise=True,
            ),
            clock("rest", "closed", "30 calendar_days", ("due", "archive"), owner="requester"),
        )
    }
    parts |= {(type(part), part.id): part for part in more}
    kept = (part for part in parts.values() if part.id not in without.split())
    return procedure(
        kind("matter", f"registered working checking closed? archived! {stages}", *kept),
        forms=FORMS,
        routing=ROUTING,
        settings={"max": 2},
    )


def extended(base: Procedure, *kinds: Kind, forms: tuple[Form, ...] = ()) -> Procedure:
    """A procedure with more kinds and forms."""
    return replace(
        base,
        kinds={**base.kinds, **{each.id: each for each in kinds}},
        forms={**base.forms, **{each.id: each for each in forms}},
    )
