"""A small practice and county built from kernel values, for tests and benches of the store.

``matter``: registered (clock ``sign``) → handling (clock ``handle``, the promise) → answered → closed.
"""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from tongban.kernel.case import Case
from tongban.kernel.clock import Calendar, Limit
from tongban.kernel.clock import Unit as Counted
from tongban.kernel.commands import ANYBODY, Actor, ActorKind, Command, Opening, Post, Scene
from tongban.kernel.county import County, Division, Level, Unit
from tongban.kernel.form import Field, FieldKind, Form
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.model import (
    AskRating,
    Branch,
    ClockRule,
    GiveMandate,
    Hold,
    Join,
    Kind,
    LimitRule,
    Notify,
    OpenSubcases,
    Place,
    Procedure,
    Relation,
    Rung,
    Settle,
    Stage,
    StageKind,
    Step,
    Who,
    Write,
)

COUNTY = "330899"
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)

_ANY_HANDLER = (Who(Relation.HOLDER, "handler"),)
_SINCE = date(2020, 1, 1)


def _step(id: str, source: tuple[str, ...], to: str, by: tuple[Who, ...], form: str = "", **more) -> Step:
    return Step(id, frozenset(source), (Branch(to),), by, form, **more)


def _clock(id: str, stages: tuple[str, ...], days: int, rung: str, **more) -> ClockRule:
    limit = Limit(days, Counted.WORKING_DAYS, "test rule")
    ladder = (Rung(rung, Limit(0, Counted.HOURS, "")),)
    return ClockRule(id, frozenset(stages), (LimitRule(limit, _SINCE),), ladder, **more)


FORMS = {
    form.id: form
    for form in (
        Form(
            "register",
            (
                Field("body", FieldKind.text, required=True),
                Field("phone", FieldKind.phone),
                Field("name", FieldKind.name),
                Field("title", FieldKind.line),
                Field("category", FieldKind.category),
            ),
        ),
        Form("note", (Field("note", FieldKind.text), Field("tags", FieldKind.choices, choices=("a", "b")))),
        Form("retitle", (Field("title", FieldKind.line, required=True),)),
        Form("ask", (Field("units", FieldKind.choices, choices=("water", "labour")),)),
        Form("place", (Field("under", FieldKind.case, required=True),)),
        Form("lend", (Field("unit", FieldKind.unit, required=True),)),
        Form("merge", (Field("into", FieldKind.case, required=True),)),
        Form("rate", (Field("rating", FieldKind.rating, required=True),)),
        Form("list", (Field("house", FieldKind.line, held=None), Field("floors", FieldKind.whole))),
        Form("carried", (Field("category", FieldKind.category),)),
    )
}

MATTER = Kind(
    id="matter",
    stages={
        "registered": Stage("registered", StageKind.OPEN, "received"),
        "handling": Stage("handling", StageKind.OPEN, "in hand"),
        "answered": Stage("answered", StageKind.SETTLED, "answered"),
        "closed": Stage("closed", StageKind.END, "closed"),
    },
    steps={
        step.id: step
        for step in (
            _step("register", (), "registered", (Who(Relation.ANYONE),), "register"),
            _step("sign", ("registered",), "handling", _ANY_HANDLER),
            _step("note", ("registered", "handling"), "", _ANY_HANDLER, "note"),
            _step("retitle", ("registered", "handling"), "", _ANY_HANDLER, "retitle"),
            _step(
                "ask",
                ("handling",),
                "",
                _ANY_HANDLER,
                "ask",
                follows=(OpenSubcases("part", "units", ("category",)),),
            ),
            _step(
                "list",
                ("handling",),
                "",
                _ANY_HANDLER,
                "list",
                follows=(Write("houses", ("category",), ("floors",)),),
            ),
            _step(
                "merge",
                ("registered",),
                "answered",
                _ANY_HANDLER,
                "merge",
                follows=(Join("into"), Settle("merged")),
            ),
            _step("place", ("registered", "handling"), "", _ANY_HANDLER, "place", follows=(Place("under"),)),
            _step(
                "lend",
                ("registered", "handling"),
                "",
                _ANY_HANDLER,
                "lend",
                follows=(GiveMandate("unit", ("note",)),),
            ),
            _step(
                "answer",
                ("handling",),
                "answered",
                _ANY_HANDLER,
                work=True,
                follows=(Settle("resolved"), Notify("answered", "requester"), AskRating("rate_us")),
            ),
            _step("rate", ("answered",), "closed", _ANY_HANDLER, "rate"),
            _step(
                "remind",
                ("registered", "handling"),
                "",
                (Who(Relation.SYSTEM),),
                follows=(Notify("late", "holder"),),
            ),
            _step("raise", ("registered",), "", (Who(Relation.SYSTEM),), follows=(Hold("superior"),)),
        )
    },
    clocks={
        "sign": _clock("sign", ("registered",), 1, "remind", owner="home"),
        "handle": _clock("handle", ("registered", "handling"), 5, "remind", promise=True),
    },
    phases=("received", "in hand", "answered", "closed"),
)

PART = Kind(
    id="part",
    stages={
        "asked": Stage("asked", StageKind.OPEN, "in hand"),
        "done": Stage("done", StageKind.END, "closed"),
    },
    steps={
        "part": _step("part", (), "asked", (Who(Relation.SYSTEM),), "carried"),
        "do": _step("do", ("asked",), "done", _ANY_HANDLER, follows=(Settle("resolved"),)),
    },
    clocks={"part": _clock("part", ("asked",), 3, "do")},
)

PROCEDURE = Procedure("small", "1", "digest-of-small", {"matter": MATTER, "part": PART}, FORMS)

UNITS = {
    unit.id: unit
    for unit in (
        Unit("office", Level.COUNTY, COUNTY, "", "county_office"),
        Unit("centre", Level.COUNTY, COUNTY, "office", "centre"),
        Unit("water", Level.COUNTY, COUNTY, "office", "department"),
        Unit("labour", Level.COUNTY, COUNTY, "office", "department"),
    )
}
PLACE = County(
    COUNTY,
    Calendar(()),
    UNITS,
    {COUNTY: Division(COUNTY, Level.COUNTY)},
    categories=frozenset({"01.01", "01.02", "02.01"}),
)
HANDLER = Actor(ActorKind.PERSON, "li", tuple(Post(unit, "handler") for unit in UNITS))

_numbers = itertools.count(1)


def procedures(_adoption: str) -> Procedure:
    return PROCEDURE


def scene(at: datetime = MONDAY, **more) -> Scene:
    return Scene(PLACE, at, **more)


def take(
    case: Case | None, step: str, at: datetime = MONDAY, answers=None, actor: Actor = HANDLER, **more
) -> Decided:
    """A decision that must not be refused."""
    decided = decide(PROCEDURE, case, Command(step, answers or {}, **more), actor, scene(at))
    assert isinstance(decided, Decided), decided
    return decided


def opened(at: datetime = MONDAY, number: str = "", id: str = "", home: str = "centre", **answers) -> Decided:
    """A new matter; its answers are a text, a phone and a category unless given."""
    given = {"body": "村口路灯坏了三天，请派人来修。", "phone": "13800001234", "category": "01.01", **answers}
    number = number or f"SM{next(_numbers):08d}"
    opening = Opening(id or str(uuid4()), number, "small-1", "matter", home, COUNTY, "web")
    return take(None, "register", at, {k: v for k, v in given.items() if v}, ANYBODY, opening=opening)


def later(**by) -> datetime:
    return MONDAY + timedelta(**by)
