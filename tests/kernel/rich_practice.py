"""A small county and a practice with everything in it, for trying the kernel as a whole."""

from __future__ import annotations

from datetime import UTC, date, datetime

from procedure_builder import asks, branch, choice, clock, extended, form, kind, limit, procedure, step

from tongban.kernel.clock import Calendar, DayOff, Notice, Year
from tongban.kernel.commands import Actor, ActorKind, Opening, Post
from tongban.kernel.county import County, Division, Duty, DutyKind, Level, Unit
from tongban.kernel.procedure.model import (
    AskRating,
    Draw,
    EndMandates,
    Extend,
    GiveMandate,
    Hold,
    Join,
    Notify,
    OpenSubcases,
    Procedure,
    Publish,
    Resume,
    RoutingRule,
    Settle,
    Suspend,
    Trigger,
    Write,
)

MONDAY = datetime(2026, 9, 21, 1, 0, tzinfo=UTC)
"""Nine in the morning in China, ten days before a week of holidays."""

WEEK_OFF = DayOff(date(2026, 10, 1), date(2026, 10, 7), "国庆节", "National Day")
CALENDAR = Calendar(
    (Year(2026, (Notice("notice", "", date(2025, 11, 4), (WEEK_OFF,), (date(2026, 10, 10),)),)),)
)
OTHER_CALENDAR = Calendar((Year(2026, (Notice("notice", "", date(2025, 11, 4), (), ()),)),))

DIVISIONS = {
    "330899": Division("330899", Level.COUNTY),
    "330899101": Division("330899101", Level.TOWNSHIP, "330899"),
    "330899101201": Division("330899101201", Level.VILLAGE, "330899101"),
}
UNITS = {
    unit.id: unit
    for unit in (
        Unit("office", Level.COUNTY, "330899", "", "county_office"),
        Unit("centre", Level.COUNTY, "330899", "office", "centre"),
        Unit("housing", Level.COUNTY, "330899", "office", "department"),
        Unit("urban", Level.COUNTY, "330899", "office", "department"),
        Unit("town", Level.TOWNSHIP, "330899101", "office", "township"),
        Unit("village", Level.VILLAGE, "330899101201", "town", "village"),
    )
}
DUTIES = (
    Duty("housing", "H1", DutyKind.OWN, ("01",)),
    Duty("urban", "U1", DutyKind.OWN, ("02",)),
    Duty("town", "T1", DutyKind.OWN, ("02", "10")),
    Duty("town", "T2", DutyKind.TAKEN_BACK, ("02.09",)),
    Duty("town", "T3", DutyKind.ASSIST, ("01",)),
)
CATEGORIES = ("01.01", "02.01", "02.09", "10.02", "99")
COUNTY = County("330899", CALENDAR, UNITS, DIVISIONS, DUTIES, frozenset(CATEGORIES))

WORKING = "working returned adjudicating asking suspended merged"
HANDLED = "working returned adjudicating asking suspended"

APPEAL = kind(
    "appeal",
    f"registered {WORKING} replied closed? archived!",
    step("register", "", "registered", "@anyone clerk@home", Notify("accepted", "requester"), form="intake"),
    step("correct", "registered", "", "clerk@home", form="correct"),
    step("dispatch", "registered", "working", "clerk@home", Hold("route"), Notify("handed_over", "holder")),
    step("contact", "working", "", "handler@holder @mandate", form="contact"),
    step("return_case", "working", "returned", "handler@holder", at_most=1,
         needs={"final": "count.adjudicate == 0"}),
    step("redispatch", "returned", "working", "clerk@home", Hold("answer", "unit"), form="pick", at_most=1),
    step("contest", "working", "adjudicating", "handler@holder", at_most=1,
         needs={"final": "count.adjudicate == 0", "returned": "count.return_case >= settings.max_returns"}),
    step("bring", "returned", "adjudicating", "@system clerk@home", at_most=1),
    step("adjudicate", "adjudicating", "working", "judge@home", Hold("answer", "unit"), form="pick",
         at_most=2, judges="return_case contest"),
    step("ask", "working", "asking", "handler@holder", at_most=2, needs={"in_time": "!case.late"}),
    step("grant", "asking", "working", "reviewer@home",
         Extend(("handle",), limit("5 working_days"), asked="ask"), judges="ask"),
    step("refuse", "asking", "working", "reviewer@home @system", judges="ask"),
    step("suspend", "working", "suspended", "handler@holder",
         Suspend(("handle",), "reason", ("hearing", "testing")), form="why", at_most=3),
    step("resume", "suspended", "working", "handler@holder @system", Resume(("handle",))),
    step("ask_help", "working", "", "handler@holder", OpenSubcases("help", "units", ("category", "task")),
         form="helpers", at_most=3),
    step("lend", "working", "", "leader@home leader@superior",
         GiveMandate("lead", ("contact", "reply", "finish"), "until"), form="lend", at_most=3),
    step("take_back_mandates", "working", "", "leader@home", EndMandates()),
    step("raise", "working returned adjudicating asking", "", "leader@superior @system", Hold("superior")),
    step("merge", "working", "merged", "clerk@home", Join("into"), form="merge", at_most=1),
    step("follow", "merged",
         (branch("working", 'facts.followed == "withdrawn"'), branch("replied", "", Hold("home"))),
         "@system", form="follow", on=Trigger.JOINED_SETTLED),
    step("part", "merged", "working", "clerk@home"),
    step("reply", "working", "replied", "handler@holder @mandate", Hold("home"), form="reply", work=True,
         needs={"helped": "subcases.open == 0", "contacted": 'facts.result_kind != "" || count.contact > 0'}),
    step("send_back", "replied", "working", "reviewer@home", Hold("previous"), judges="reply", at_most=2),
    step("approve", "replied", "closed", "reviewer@home", AskRating("callback"), Draw("called", 20), Settle("approved"),
         judges="reply"),
    step("publish", "closed", "", "leader@home", Publish("case"), Write("cards", ("card",), ("card",)),
         form="publish", at_most=1),
    step("reopen", "closed", "working", "@requester clerk@home", Hold("previous"), at_most=1,
         needs={"not_withdrawn": 'case.outcome != "withdrawn"'}),
    step("withdraw", f"registered {WORKING} replied", "closed", "@requester", Settle("withdrawn")),
    step("archive", "closed", "archived", "@system"),
    step("remind", f"registered {WORKING} replied", "", "@system leader@superior", Notify("late", "superior")),
    clock("dispatch", "registered", "24 hours", ("due", "remind"), owner="home"),
    clock("handle", HANDLED, "5 working_days", ("-24 hours", "remind"), ("due", "remind"),
          ("1 working_days", "raise"), ("5 working_days", "remind"), promise=True),
    clock("return_check", "returned", "1 working_days", ("due", "bring"), owner="home"),
    clock("adjudication", "adjudicating", "2 working_days", ("due", "remind"), owner="home"),
    clock("answer", "asking", "1 working_days", ("due", "refuse"), owner="home"),
    clock("stop", "suspended", "30 calendar_days", ("due", "resume")),
    clock("joined", "merged", "15 working_days", ("due", "remind")),
    clock("check", "replied", "2 working_days", ("due", "remind"), owner="home"),
    clock("rest", "closed", "30 calendar_days", ("due", "archive"), owner="requester"),
)  # fmt: skip

HELP = kind(
    "help",
    "asked finished!",
    step("open", "", "asked", "@system", Notify("help_asked", "holder"), form="task"),
    step("finish", "asked", "finished", "handler@holder @mandate", Settle(field="co_outcome"), form="report",
         work=True),
    step("take_back", "asked", "finished", "handler@parent", Settle("taken_back")),
    step("pass_on", "asked", "", "handler@holder", OpenSubcases("help", "units", ("category", "task")),
         form="helpers", at_most=1),
    step("remind_help", "asked", "", "@system handler@parent", Notify("late", "parent")),
    clock("help", "asked", "3 working_days", ("due", "remind_help")),
)  # fmt: skip

RICH: Procedure = extended(
    procedure(
        APPEAL,
        HELP,
        routing=(RoutingRule("duty", "duty"), RoutingRule("fallback", "kind:county_office")),
        settings={"max_returns": 1},
    ),
    forms=(
        form(
            "intake",
            asks("body", "text"),
            asks("phone", "phone", required=False),
            asks("category", "category", required=False),
            asks("division", "division", required=False),
        ),
        form(
            "correct",
            asks("category", "category", again="corrected"),
            asks("division", "division", required=False),
        ),
        form("contact", asks("note", "text", required=False)),
        form("pick", asks("unit", "unit", again="decided anew")),
        form("why", choice("reason", "hearing", "testing", "holiday", again="each stop has its own")),
        form("helpers", asks("units", "units", again="others"), asks("task", "text", again="theirs")),
        form("lend", asks("lead", "unit", again="another one"), asks("until", "date", again="another day")),
        form("merge", asks("into", "case")),
        form("follow", choice("followed", "resolved", "withdrawn")),
        form("reply", choice("result_kind", "resolved", "explained", again="after being sent back"),
             asks("result", "text", again="after being sent back"), asks("files", "files", required=False)),
        form("publish", asks("card", "text")),
        form("task", asks("category", "category", required=False), asks("task", "text")),
        form("report", choice("co_outcome", "done", "impossible")),
    ),
)  # fmt: skip


def person(name: str, *posts: str) -> Actor:
    """``posts`` are ``role@unit``."""
    held = tuple(Post(*reversed(post.split("@"))) for post in posts)
    return Actor(ActorKind.PERSON, name, held)


STAFF = (
    person("ding", "clerk@centre", "reviewer@centre"),
    person("wu", "reviewer@centre", "judge@centre", "handler@centre"),
    person("lin", "leader@centre", "judge@centre"),
    person("zhao", "handler@housing"),
    person("qian", "handler@housing", "reviewer@centre"),
    person("sun", "handler@urban", "leader@urban"),
    person("li", "handler@town", "leader@town"),
    person("zhou", "handler@village"),
    person("zheng", "leader@office", "handler@office"),
    person("nobody"),
)


def in_place_of(away: Actor, stands: Actor, practices: tuple[str, ...] = ()) -> Actor:
    """Somebody who stands in for a colleague, with everything that they do for themselves."""
    units = tuple(dict.fromkeys(post.unit for post in away.posts))
    given = (Post(post.unit, post.role, away.person, units, practices) for post in away.posts)
    return Actor(ActorKind.PERSON, stands.person, (*stands.posts, *given))


STAND_INS = (
    in_place_of(STAFF[3], STAFF[9]),
    in_place_of(STAFF[1], STAFF[0]),
    in_place_of(STAFF[0], STAFF[4]),
    in_place_of(STAFF[2], STAFF[1]),
    in_place_of(STAFF[6], STAFF[7]),
)


def opening(case: str, number: str, case_kind: str = "appeal") -> Opening:
    return Opening(case, number, "adoption", case_kind, "centre", "330899101", "web")
