"""A small procedure to draw, with everything a drawing has to cope with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from tongban.kernel.case import Case, ClockState
from tongban.kernel.clock import Calendar, Limit, Span, Unit, due
from tongban.kernel.procedure.drawing import Drawing, drawing
from tongban.kernel.procedure.model import (
    Branch,
    ClockRule,
    Kind,
    LimitRule,
    Relation,
    Stage,
    StageKind,
    Step,
    Who,
)
from tongban.web.loop import LoopWords

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WEEK = Limit(7, Unit.CALENDAR_DAYS, "a document")
HANDLER = (Who(Relation.HOLDER, "handler"),)


def _step(name: str, source: str, to: str, by: tuple[Who, ...] = HANDLER) -> Step:
    return Step(name, frozenset(source.split()), (Branch(to),), by)


STAGES = {
    "new": "first",
    "given": "second",
    "waiting": "second",
    "answered": "third",
    "asked": "fourth",
    "shut": "fifth",
    "gone": "fifth",
}
KIND = Kind(
    "matter",
    {
        name: Stage(
            name,
            {"shut": StageKind.SETTLED, "gone": StageKind.END}.get(name, StageKind.OPEN),
            phase,
        )
        for name, phase in STAGES.items()
    },
    {
        each.id: each
        for each in (
            _step("bring", "", "new", (Who(Relation.ANYONE),)),
            _step("give", "new", "given"),
            _step("refuse", "new", "shut"),
            _step("wait", "given", "waiting"),
            _step("go_on", "waiting", "given", (Who(Relation.SYSTEM),)),
            _step("answer", "given", "answered"),
            _step("send_back", "answered", "given"),
            _step("ask", "answered", "asked"),
            Step("say", frozenset({"asked"}), (Branch("given"), Branch("shut")), (Who(Relation.REQUESTER),)),
            _step("bring_back", "shut", "given", (Who(Relation.REQUESTER),)),
            _step("remind", "given waiting answered", "", (Who(Relation.SYSTEM),)),
            _step("withdraw", "new given waiting answered asked", "shut", (Who(Relation.REQUESTER),)),
            _step("put_away", "shut", "gone", (Who(Relation.SYSTEM),)),
        )
    },
    {
        "promise": ClockRule(
            "promise", frozenset({"given", "waiting"}), (LimitRule(WEEK, date(2020, 1, 1)),), (), promise=True
        ),
        "patience": ClockRule(
            "patience", frozenset({"asked"}), (LimitRule(WEEK, date(2020, 1, 1)),), (), owner="requester"
        ),
    },
    ("first", "second", "third", "fourth", "fifth"),
)
CALENDAR = Calendar(())


def procedure() -> Drawing:
    return drawing(KIND, None, START, CALENDAR)


def case(*way: str, days: int = 0, stopped: bool = False, limit: Limit = WEEK) -> Drawing:
    """A case that came this way, ``days`` after the day its clock started, which is not counted."""
    stage = way[-1]
    spans = (Span(START, None, "testing"),) if stopped else ()
    end = None if stopped else due(CALENDAR, limit, START).at
    clocks = tuple(
        ClockState(rule.id, 1, START, limit, end, spans=spans)
        for rule in KIND.clocks.values()
        if stage in rule.runs_in
    )
    here = Case(
        id="c",
        county="330899",
        number="HL-1",
        practice="p",
        adoption="a",
        kind="matter",
        opened_at=START,
        stage=stage,
        home="centre",
        holder="town",
        division="",
        channel="web",
        clocks=clocks,
        outcome="solved" if stage == "shut" else "",
    )
    travelled = tuple((each, START) for each in way)
    return drawing(KIND, here, START + timedelta(days=days + 1 if days else 0), CALENDAR, travelled)


def words(language: str = "en", holder: str = "The town") -> LoopWords:
    """Words that name their own key, so that a test can find them."""
    return LoopWords(lambda key: f"<{key}>", language, holder)


def silent(each: LoopWords) -> LoopWords:
    return replace(each, holder="")
