"""Every rule of the check: a sound twin that passes whole, and a broken one that fails by that rule alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace
from procedure_builder import (
    ROUTING,
    START,
    asks,
    branch,
    cel,
    choice,
    clock,
    extended,
    form,
    kind,
    limit,
    matter,
    step,
)

import tongban
from tongban.kernel.clock import Limit, Unit
from tongban.kernel.form import TAKER_UNIT, AskedOf, Field, Says
from tongban.kernel.procedure.check import check
from tongban.kernel.procedure.model import (
    Draw,
    EndPrecedent,
    Extend,
    Follow,
    GiveMandate,
    Hold,
    Join,
    Kind,
    LimitRule,
    Notify,
    OpenSubcases,
    Procedure,
    Resume,
    RoutingRule,
    SetPrecedent,
    Settle,
    Step,
    Suspend,
    Trigger,
    VisitRule,
    Write,
)
from tongban.kernel.procedure.register import Register

WORDS = Path(tongban.__file__).parent / "texts" / "refusals" / "check.yaml"


@dataclass(frozen=True)
class Twins:
    """``sound`` has no fault; ``broken`` has this one and those that it brings with it."""

    code: str
    sound: Procedure
    broken: Procedure
    with_it: frozenset[str] = frozenset()
    registers: Mapping[str, frozenset[str]] | None = None


SOUND = matter()
REMIND = step("remind_them", "consulting", "", "@system", Notify("late", "superior"))


def _next(name: str) -> Procedure:
    """The sound matter with a stage that waits for the step ``name``."""
    return matter(
        step("consult", "working", "consulting"),
        step("back", "consulting", "working", "handler@holder @system"),
        step("note", "consulting", ""),
        clock("consultation", "consulting", "3 working_days", ("due", "back")),
        stages=f"consulting>{name}",
    )


def _waiting(*ladder: tuple[str, str], step_of_system: Step | None = None, runs: bool = True) -> Procedure:
    """The sound matter with one more stage, guarded by a clock of its own."""
    more: list[Step] = [
        step("consult", "working", "consulting"),
        step("back", "consulting", "working", "handler@holder @system"),
    ]
    more += [step_of_system] if step_of_system else []
    own = clock("consultation", "consulting" if runs else "working", "3 working_days", *ladder)
    return matter(*more, own, stages="consulting")


def _until_a_day(*, required: bool, asked: bool = False) -> Procedure:
    """The sound matter with a stage that ends on the day which the step before it asks for.

    ``asked``: the rule holds only where that day was given; else three days.
    """
    given = cel("given.until") if asked else None
    until = (LimitRule(Limit(0, Unit.NAMED_DAY, "test"), START, given, "until"),)
    if asked:
        until = (*until, LimitRule(Limit(3, Unit.CALENDAR_DAYS, "test"), START))
    return extended(
        matter(
            step("consult", "working", "consulting", form="until"),
            step("back", "consulting", "working", "handler@holder @system"),
            clock("consultation", "consulting", until, ("due", "back")),
            stages="consulting",
        ),
        forms=(form("until", asks("until", "date", required=required)),),
    )


def _as_long_as_said(*, required: bool, asked: bool = False) -> Procedure:
    """The same, where the step before says for how long. ``asked``: the rule holds only where that was said; else three days."""
    given = cel("given.days") if asked else None
    said = (LimitRule(Limit(60, Unit.WORKING_DAYS, "test"), START, given, field="days"),)
    if asked:
        said = (*said, LimitRule(Limit(3, Unit.CALENDAR_DAYS, "test"), START))
    return extended(
        matter(
            step("consult", "working", "consulting", form="days"),
            step("back", "consulting", "working", "handler@holder @system"),
            clock("consultation", "consulting", said, ("due", "back")),
            stages="consulting",
        ),
        forms=(form("days", asks("days", "whole", required=required)),),
    )


def _sampled(name: str) -> Procedure:
    """The sound matter with a stage that waits for the office where chance put the case into a sample."""
    return matter(
        step("consult", "working", "consulting", "handler@holder", Draw("called", 20)),
        step("back", "consulting", "working", "handler@holder @system"),
        clock("consultation", "consulting", "3 working_days", ("due", "back")),
        stages=f"consulting*{name}",
    )


def _coming(*by: str, why: Field | None = None, where: str = "line", unit: str = "") -> Procedure:
    """The small practice with a step by which the requester comes, and the form that asks why again."""
    came = step("came", "working", "", " ".join(by) or "handler@holder @requester", form="came")
    reason = why if why is not None else _why(when=cel("case.visits > 0"))
    asked = form("came", asks("place", where, required=False), reason)
    return extended(matter(replace(came, visit=VisitRule("why_again", unit=unit))), forms=(asked,))


def _for_its_office(by: str = "handler@holder") -> Procedure:
    """The small practice with a step that takes over the unit of whoever takes it."""
    own = asks("own", "unit", required=False, asked_of=AskedOf.nobody, infer=TAKER_UNIT)
    return extended(
        matter(step("ask_about", "working", "", by, form="ask_about")), forms=(form("ask_about", own),)
    )


def _why(**more: object) -> Field:
    return choice("why_again", "paper_missing", "closed", again="each visit has its own", **more)  # type: ignore[arg-type]


def _raise(*follows: Follow) -> Step:
    return step("raise", "consulting", "", "@system", *follows)


def _stopping(
    *more: Step,
    guard: str = "suspended",
    resume: tuple[Follow, ...] = (Resume(("handle",)),),
    suspend_at_most: int = 2,
) -> Procedure:
    """The sound matter with a lawful stop of its clock in a stage of its own."""
    return matter(
        step(
            "suspend",
            "working",
            "suspended",
            "handler@holder",
            Suspend(("handle",), "reason", ("hearing",)),
            form="why",
            at_most=suspend_at_most,
        ),
        step("resume", "suspended", "working", "handler@holder @system", *resume),
        clock(
            "handle",
            "registered working checking suspended",
            "5 working_days",
            ("due", "remind"),
            promise=True,
        ),
        clock("stop", guard, "30 working_days", ("due", "resume" if guard == "suspended" else "remind")),
        *more,
        stages="suspended",
    )


def _extending(extend: Extend, *more: Step, runs: str = "registered working checking asking") -> Procedure:
    return matter(
        step("ask", "working", "asking", at_most=1),
        step("grant", "asking", "working", "reviewer@home", extend),
        step("refuse", "asking", "working", "reviewer@home @system"),
        clock("handle", runs, "5 working_days", ("-24 hours", "nudge"), ("due", "nudge"), promise=True),
        clock("answer", "asking", "1 working_days", ("due", "refuse")),
        step("nudge", "registered working checking asking", "", "@system", Notify("late", "superior")),
        *more,
        stages="asking",
    )


FIVE = limit("5 working_days")
HELP = kind(
    "help",
    "asked finished!",
    step("open", "", "asked", "@system", form="task"),
    step("finish", "asked", "finished", "handler@holder", Settle(field="outcome"), form="reply", work=True),
    step("take_back", "asked", "finished", "handler@parent", Settle("taken_back")),
    step("escalate", "asked", "", "@system", Notify("late", "superior")),
    clock("help", "asked", "3 working_days", ("due", "escalate")),
)
TASK = form("task", asks("category", "category", required=False))
HELPERS = form("helpers", asks("units", "units"))


def _helping(
    child: Kind = HELP, opened: OpenSubcases | None = None, *more: Step, task: object = TASK
) -> Procedure:
    """The sound matter that opens subcases for helpers."""
    asking = step(
        "ask_help",
        "working",
        "",
        "handler@holder",
        opened or OpenSubcases("help", "units", ("category",)),
        form="helpers",
        at_most=3,
    )
    return extended(matter(asking, *more), child, forms=(task, HELPERS))  # type: ignore[arg-type]


def _asked_below(required: bool, carry: tuple[str, ...] = ("level",), **more: object) -> Procedure:
    """The sound matter whose helpers are asked ``level``, which whoever asked for help has said."""
    asking = step(
        "ask_help",
        "working",
        "",
        "handler@holder",
        OpenSubcases("help", "units", carry),
        form="helpers",
        at_most=3,
    )
    below = replace(
        HELP, steps={**HELP.steps, "note": step("note", "asked", "", "handler@holder", form="note")}
    )
    level = choice("level", "a", "b", required=required)
    forms = (
        form("task", *(choice(each, "a", "b", required=False) for each in carry)),
        form("helpers", asks("units", "units"), level),
        form("note", choice("level", "a", "b", **more)),
    )
    return extended(matter(asking), below, forms=forms)  # type: ignore[arg-type]


def test_what_the_case_above_has_told_is_not_asked_again_below() -> None:
    found = [each for each in check(_asked_below(required=True)) if each.code == "check.asked_twice"]
    assert [(each.where, each.facts["first"]) for each in found] == [("help/note/level", "open")]


def test_what_the_case_above_may_not_know_or_does_not_tell_may_be_asked_below() -> None:
    for sound in (
        _asked_below(required=False),
        _asked_below(required=True, carry=()),
        _asked_below(required=True, infer="facts.level"),
        _asked_below(required=True, again="corrected"),
    ):
        assert "check.asked_twice" not in {each.code for each in check(sound)}


LISTED = OpenSubcases("help", rows=True, holder="taker", key=("number",))
ROW = (asks("number", "code"), asks("taker", "unit", required=False), asks("name", "name", required=False))


def _listing(
    opened: OpenSubcases = LISTED,
    by: str = "handler@holder",
    more: tuple[OpenSubcases, ...] = (),
    more_fields: tuple[Field, ...] = (),
) -> Procedure:
    """The sound matter to which helpers come from a table."""
    listing = step("list_help", "working", "", by, opened, *more, at_most=3)
    fields = ROW[:1] if opened.carry else ROW
    asked = () if not opened.carry else (form("numbers", *(asks(each, "code") for each in opened.carry)),)
    if asked:
        listing = replace(listing, form="numbers")
    return extended(matter(listing), HELP, forms=(form("task", *fields, *more_fields), *asked))


def _numbered(key: str, carry: tuple[str, ...] = ("number", "name")) -> Procedure:
    """The sound matter that gets helpers one by one, told apart by a key."""
    fields = (asks("number", "code", again="carried"), asks("name", "name", required=False, again="carried"))
    opened = OpenSubcases("help", carry=carry, key=(key,))
    asking = step("ask_help", "working", "", "handler@holder", opened, form="numbers", at_most=3)
    task = form("task", *(fields if carry else ()))
    return extended(matter(asking), HELP, forms=(task, form("numbers", *fields)))


def replace_opening(listing: Procedure) -> Procedure:
    """The same with the table at the step that opens the matter."""
    changed = listing.kinds["matter"]
    opening = replace(changed.steps["register"], by=changed.steps["list_help"].by, follows=(LISTED,))
    return replace(listing, kinds={**listing.kinds, "matter": _with(changed, opening)})


def _again(by: str) -> Step:
    """A step of a helper that opens more of its own kind."""
    opened = OpenSubcases("help", "units", ("category",))
    return step("pass_on", "asked", "", by, opened, form="helpers", at_most=1)


def _with(changed: Kind, *parts: Step) -> Kind:
    return replace(changed, steps={**changed.steps, **{part.id: part for part in parts}})


def _routed(*rules: RoutingRule) -> Procedure:
    return replace(SOUND, routing=rules)


_ASKED = RoutingRule("adjudicated", "precedent")
_REVOKE = step("revoke", "working closed archived", "", "leader@home", EndPrecedent())


def _deciding(*more: Step, routing: tuple[RoutingRule, ...] = (_ASKED, *ROUTING)) -> Procedure:
    """A practice in which somebody decides for matters to come."""
    decides = step(
        "decide", "working", "", "leader@home", SetPrecedent("taker", "entry"), form="decide", at_most=1
    )
    asked = form("decide", asks("taker", "unit"), asks("entry", "duty"))
    return replace(extended(matter(decides, *more), forms=(asked,)), routing=routing)


def _hearing(of: str, on: Trigger = Trigger.SUBCASE_SETTLED) -> Step:
    """What the system does when a subcase of a kind has ended."""
    return replace(step("gather", "working", "", "@system", on=on), of=of)


def _served(*, legal: bool) -> Procedure:
    """A step that waits for a notice to be served, which has legal weight or has not."""
    refuse = step("refuse", "working", "", "leader@holder", Notify("no", "requester", served=legal))
    return matter(refuse, replace(step("begin", "working", "", "@system", on=Trigger.SERVED), of="no"))


def _told_of_row(register: str, form: str = "") -> Procedure:
    """A step that waits for another case to write a row of a register."""
    told = step("take_back", "working", "", "@system", on=Trigger.ROW_WRITTEN, form=form)
    return replace(matter(replace(told, of=register)), registers=(Register("lamp", ("lamp",), ()),))


def _given_back(owner: str) -> Procedure:
    """A subcase whose answer whoever gave it looks at, on the time of ``owner``."""
    part = kind(
        "part",
        "asked answered>accept finished!",
        step("start", "", "asked", "@system"),
        step("answer", "asked", "answered", "handler@holder"),
        step("accept", "answered", "finished", "handler@parent", Settle("done")),
        step("chase", "asked answered", "", "@system", Notify("late", "superior")),
        clock("answering", "asked", "3 working_days", ("due", "chase"), ("every 20 working_days", "chase")),
        clock(
            "judging",
            "answered",
            "3 working_days",
            ("due", "chase"),
            ("every 20 working_days", "chase"),
            owner=owner,
        ),
    )
    return extended(
        matter(
            step("ask", "working", "", "handler@holder", OpenSubcases("part", "unit"), form="pick", at_most=3)
        ),
        part,
    )


def _joining(*more: Step, follow: str = "@system") -> Procedure:
    """A matter that may follow another one's outcome, once."""
    base = matter(
        step("merge", "working", "merged", "clerk@home", Join("into"), form="merge", at_most=1),
        step("follow", "merged", "checking", follow, Hold("home"), on=Trigger.JOINED_SETTLED),
        step("nudge", "merged", "", "@system", Notify("late", "superior")),
        step("leave", "merged", "working", "clerk@home"),
        step("reply", "working", "checking", "handler@holder", Hold("home"), form="reply", work=True),
        step("approve", "checking", "closed", "reviewer@home", Settle("done"), judges="reply"),
        clock("joined", "merged", "15 working_days", ("due", "nudge")),
        *more,
        stages="merged",
    )
    return extended(base, forms=(form("merge", asks("into", "case")),))


TWINS = (
    # names
    Twins("check.reserved_step", SOUND, matter(step("passed", "working", ""))),
    Twins("check.unknown_sample", _sampled("called"), _sampled("asked")),
    Twins("check.unknown_stage", SOUND, matter(step("lose", "working", "nowhere"))),
    Twins("check.unknown_step", SOUND, matter(clock("rest", "closed", "1 hours", ("due", "no_such_step")))),
    Twins("check.unknown_clock", _stopping(), _stopping(resume=(Resume(("hndle",)),))),
    Twins("check.unknown_form", SOUND, matter(step("contact", "working", "", form="no_such_form"))),
    Twins(
        "check.unknown_kind",
        _helping(),
        matter(step("ask", "working", "", "handler@holder", OpenSubcases("no", "unit"))),
    ),
    Twins(
        "check.unknown_holder",
        SOUND,
        matter(step("dispatch", "registered", "working", "clerk@home", Hold("somebody"))),
    ),
    Twins(
        "check.unknown_field",
        matter(step("dispatch", "registered", "working", "clerk@home", Hold("answer", "unit"), form="pick")),
        matter(step("dispatch", "registered", "working", "clerk@home", Hold("answer", "unti"), form="pick")),
    ),
    # stages and steps
    Twins(
        "check.no_opening",
        SOUND,
        matter(without="register"),
    ),
    Twins("check.unreachable_stage", SOUND, matter(stages="forgotten")),
    Twins(
        "check.unreachable_step",
        SOUND,
        matter(step("revive", "forgotten", "working"), stages="forgotten"),
        frozenset({"check.unreachable_stage"}),
    ),
    Twins(
        "check.ladder_again",
        _waiting(("due", "remind_them"), ("every 5 working_days", "remind_them"), step_of_system=REMIND),
        _waiting(
            ("every 5 working_days", "remind_them"), ("6 working_days", "remind_them"), step_of_system=REMIND
        ),
    ),
    Twins("check.next_not_from_here", _next("back"), _next("reply")),
    Twins("check.next_stays", _next("back"), _next("note")),
    Twins("check.turn_of_nobody", _given_back("parent"), _given_back("holder")),
    Twins("check.step_from_end", SOUND, matter(step("revive", "archived", "working"))),
    Twins(
        "check.opens_nowhere",
        SOUND,
        matter(step("note", "", "", "clerk@home")),
    ),
    Twins(
        "check.no_end",
        matter(
            step("park", "working", "parked"),
            step("go_on", "parked", "working"),
            step("nudge", "parked", "", "@system", Notify("late", "superior")),
            clock("parking", "parked", "1 hours", ("due", "nudge")),
            stages="parked",
        ),
        matter(
            step("park", "working", "parked"),
            step("nudge", "parked", "", "@system", Notify("late", "superior")),
            clock("parking", "parked", "1 hours", ("due", "nudge")),
            stages="parked",
        ),
    ),
    Twins(
        "check.end_used_up",
        matter(
            step("park", "working", "parked", at_most=1),
            step("go_on", "parked", "working", at_most=1),
            step("nudge", "parked", "", "@system", Notify("late", "superior")),
            clock("parking", "parked", "1 hours", ("due", "nudge")),
            stages="parked",
        ),
        matter(
            step("park", "working", "parked", at_most=2),
            step("go_on", "parked", "working", at_most=1),
            step("nudge", "parked", "", "@system", Notify("late", "superior")),
            clock("parking", "parked", "1 hours", ("due", "nudge")),
            stages="parked",
        ),
    ),
    Twins(
        "check.condition_never",
        matter(step("publish", "closed", "", "clerk@home", needs={"dispatched": "count.dispatch > 0"})),
        matter(step("publish", "registered", "", "clerk@home", needs={"dispatched": "count.dispatch > 0"})),
    ),
    Twins(
        "check.branch_never",
        matter(
            step(
                "contact",
                "working",
                (branch("working", "count.contact >= settings.max"), branch("")),
                at_most=3,
            )
        ),
        matter(
            step(
                "contact",
                "working",
                (branch("working", "count.contact >= settings.max"), branch("")),
                at_most=2,
            )
        ),
    ),
    Twins(
        "check.last_branch",
        matter(step("contact", "working", (branch("working", 'facts.category == "01"'), branch("")))),
        matter(step("contact", "working", (branch("working", 'facts.category == "01"'),))),
    ),
    Twins(
        "check.dead_branch",
        matter(step("contact", "working", (branch("working", 'facts.category == "01"'), branch("")))),
        matter(step("contact", "working", (branch("working"), branch("")))),
    ),
    # clocks
    Twins("check.no_deadline", _waiting(("due", "back")), _waiting(("due", "remind"), runs=False)),
    Twins("check.stopped_unguarded", _stopping(), _stopping(guard="registered")),
    Twins("check.no_escalation", _waiting(("due", "back")), _waiting()),
    Twins(
        "check.no_escalation",
        _waiting(("due", "raise"), step_of_system=_raise(Hold("superior"))),
        _waiting(("due", "raise"), step_of_system=_raise(Hold("answer", "unit"))),
        frozenset({"check.not_answered", "check.ping_pong"}),
    ),
    Twins(
        "check.escalation_idle",
        _waiting(("due", "raise"), step_of_system=_raise(Notify("late", "superior"))),
        _waiting(("due", "raise"), step_of_system=_raise(Notify("late", "holder"))),
    ),
    Twins(
        "check.stopped_for_ever",
        _stopping(suspend_at_most=2),
        _stopping(suspend_at_most=0),
    ),
    Twins(
        "check.rung_before_start",
        SOUND,
        matter(clock("rest", "closed", "1 hours", ("-2 hours", "archive"), ("due", "archive"))),
    ),
    Twins(
        "check.rung_not_system",
        SOUND,
        matter(clock("rest", "closed", "1 hours", ("-1 minutes", "approve"), ("due", "archive"))),
    ),
    Twins(
        "check.rung_not_from_here",
        SOUND,
        matter(clock("rest", "closed", "1 hours", ("-1 minutes", "remind"), ("due", "archive"))),
    ),
    Twins(
        "check.rung_asks",
        SOUND,
        matter(
            step("urge", "closed", "", "@system clerk@home", form="demand"),
            clock("rest", "closed", "1 hours", ("-1 minutes", "urge"), ("due", "archive")),
        ),
    ),
    Twins(
        "check.no_limit",
        SOUND,
        matter(
            clock(
                "rest",
                "closed",
                (LimitRule(limit("1 hours"), START, cel('facts.category == "01"')),),
                ("due", "archive"),
            )
        ),
    ),
    Twins(
        "check.ladder_order",
        matter(
            step("nudge", "closed", "", "@system", Notify("late", "superior")),
            clock("rest", "closed", "9 hours", ("-1 hours", "nudge"), ("due", "archive")),
        ),
        matter(
            step("nudge", "closed", "", "@system", Notify("late", "superior")),
            clock("rest", "closed", "9 hours", ("1 hours", "nudge"), ("due", "archive")),
        ),
    ),
    Twins(
        "check.clock_in_end", SOUND, matter(clock("rest", "closed archived", "1 hours", ("due", "archive")))
    ),
    Twins(
        "check.no_promise",
        matter(
            step("register", "", "registered", "clerk@home", form="intake"),
            clock("handle", "registered working checking", "1 hours", ("due", "remind")),
        ),
        matter(clock("handle", "registered working checking", "1 hours", ("due", "remind"))),
    ),
    Twins(
        "check.two_promises",
        matter(clock("other", "closed", "1 hours", ("due", "archive"), promise=True)),
        matter(clock("other", "working", "1 hours", ("due", "remind"), promise=True)),
    ),
    Twins(
        "check.stop_not_running",
        _stopping(),
        matter(
            step(
                "suspend",
                "working",
                "suspended",
                "handler@holder",
                Suspend(("handle",), "reason", ("hearing",)),
                form="why",
                at_most=2,
            ),
            step("resume", "suspended", "working", "handler@holder @system", Resume(("handle",))),
            clock("stop", "suspended", "1 working_days", ("due", "resume")),
            stages="suspended",
        ),
    ),
    Twins(
        "check.no_lawful_reason",
        _stopping(),
        _stopping(
            step(
                "suspend",
                "working",
                "suspended",
                "handler@holder",
                Suspend(("handle",), "reason", ()),
                form="why",
                at_most=2,
            )
        ),
    ),
    Twins(
        "check.never_resumed",
        _stopping(),
        _stopping(
            step(
                "suspend",
                "working",
                "suspended",
                "handler@holder",
                Suspend(("handle",), "reason", ("hearing",)),
                form="why",
            ),
            step("resume", "suspended", "closed", "reviewer@home @system", Settle("given_up")),
        ),
    ),
    Twins(
        "check.extend_not_running",
        _extending(Extend(("handle",), FIVE, asked="ask")),
        _extending(Extend(("handle",), FIVE, asked="ask"), runs="registered working checking"),
    ),
    Twins(
        "check.extension_stage",
        _extending(Extend(("handle",), FIVE, asked="ask")),
        _extending(
            Extend(("handle",), FIVE, asked="ask"),
            step("consider", "registered", "asking", "clerk@home", at_most=1),
        ),
    ),
    # cycles
    Twins(
        "check.ping_pong",
        matter(
            step(
                "send_back",
                "checking",
                "working",
                "reviewer@home",
                Hold("previous"),
                judges="reply",
                needs={"few": "count.send_back < settings.max"},
            )
        ),
        matter(step("send_back", "checking", "working", "reviewer@home", Hold("previous"), judges="reply")),
    ),
    Twins(
        "check.livelock",
        _waiting(("due", "back")),
        matter(
            step("consult", "working", "consulting", "@system"),
            step("back", "consulting", "working", "@system"),
            clock("consultation", "consulting", "1 hours", ("due", "back")),
            stages="consulting",
        ),
    ),
    Twins(
        "check.reopened_for_ever",
        matter(step("reopen", "closed", "working", "@requester", at_most=2)),
        matter(step("reopen", "closed", "working", "@requester")),
    ),
    # people
    Twins("check.nobody", SOUND, matter(step("contact", "working", "", ""))),
    Twins(
        "check.unseeing",
        matter(step("contact", "working", "", "supervisor@anywhere")),
        matter(step("contact", "working", "", "handler@anywhere")),
    ),
    Twins("check.no_parent", _helping(), matter(step("contact", "working", "", "handler@parent"))),
    Twins(
        "check.mandate_never_given",
        matter(
            step("lend", "working", "", "leader@holder", GiveMandate("unit", ("coordinate",)), form="pick"),
            step("coordinate", "working", "", "@mandate"),
        ),
        matter(
            step("lend", "working", "", "leader@holder", GiveMandate("unit", ("remind",)), form="pick"),
            step("coordinate", "working", "", "@mandate"),
        ),
    ),
    Twins(
        "check.seen_by_nobody",
        matter(step("look", "working", "", "handler@holder", on=Trigger.SEEN, at_most=1)),
        matter(step("look", "working", "", "@requester", on=Trigger.SEEN, at_most=1)),
    ),
    Twins("check.trigger_not_system", _joining(), _joining(follow="clerk@home")),
    Twins(
        "check.trigger_never",
        _helping(HELP, None, step("gather", "working", "", "@system", on=Trigger.SUBCASES_SETTLED)),
        matter(step("gather", "working", "", "@system", on=Trigger.SUBCASES_SETTLED)),
    ),
    Twins(
        "check.trigger_never",
        _helping(HELP, None, _hearing("help")),
        _helping(HELP, None, _hearing("matter")),
    ),
    Twins(
        "check.trigger_never",
        _helping(HELP, None, _hearing("", Trigger.SUBCASES_SETTLED)),
        _helping(HELP, None, _hearing("help", Trigger.SUBCASES_SETTLED)),
    ),
    Twins("check.trigger_never", _served(legal=True), _served(legal=False)),
    Twins("check.trigger_never", _told_of_row("lamp"), _told_of_row("post")),
    Twins("check.trigger_never", _told_of_row("lamp"), _told_of_row("lamp", form="pick")),
    Twins(
        "check.self_review",
        SOUND,
        matter(step("finish", "working checking", "closed", "handler@holder", Settle("done"))),
    ),
    Twins(
        "check.self_review",
        matter(step("drop", "working", "closed", "@requester clerk@home", Settle("withdrawn"))),
        matter(step("drop", "working checking", "closed", "@requester handler@holder", Settle("withdrawn"))),
    ),
    Twins(
        "check.unjudged_result",
        matter(step("finish", "working", "closed", "clerk@home", Settle("explained"))),
        matter(step("finish", "working", "closed", "clerk@home", Settle("resolved"))),
    ),
    # settlement, holders, subcases
    Twins(
        "check.no_outcome",
        SOUND,
        matter(step("approve", "checking", "closed", "reviewer@home", judges="reply")),
    ),
    Twins(
        "check.two_outcomes",
        SOUND,
        matter(
            step(
                "approve", "checking", "closed", "reviewer@home", Settle("one"), Settle("two"), judges="reply"
            )
        ),
    ),
    Twins(
        "check.outcome_unused",
        SOUND,
        matter(
            step(
                "send_back",
                "checking",
                "working",
                "reviewer@home",
                Hold("previous"),
                Settle("no"),
                judges="reply",
                at_most=2,
            )
        ),
    ),
    Twins("check.no_routing", SOUND, _routed()),
    Twins("check.routing_last", SOUND, _routed(ROUTING[0])),
    Twins("check.dead_rule", SOUND, _routed(RoutingRule("all", "unit:office"), *ROUTING)),
    Twins(
        "check.dead_rule",
        _routed(RoutingRule("one", "duty", cel('facts.category == "01"')), *ROUTING),
        _routed(
            RoutingRule("one", "unit:office", cel('facts.category == "01"')),
            RoutingRule("two", "unit:office", cel('facts.category == "01"')),
            *ROUTING,
        ),
    ),
    Twins(
        "check.rules_overlap",
        _routed(
            RoutingRule("late", "unit:office", cel('facts.category == "01" && given.about')),
            RoutingRule("rest", "kind:desk", cel('facts.category == "01" && !given.about')),
            *ROUTING,
        ),
        _routed(
            RoutingRule("late", "unit:office", cel("given.about")),
            RoutingRule("rest", "kind:desk", cel('facts.category == "01"')),
            *ROUTING,
        ),
    ),
    Twins("check.precedent_unused", _deciding(_REVOKE), _deciding(_REVOKE, routing=ROUTING)),
    Twins(
        "check.precedent_unused",
        _deciding(_REVOKE),
        _deciding(_REVOKE, routing=(ROUTING[0], _ASKED, ROUTING[1])),
    ),
    Twins("check.precedent_for_ever", _deciding(_REVOKE), _deciding()),
    Twins(
        "check.never_chosen",
        matter(step("note", "checking", "", "reviewer@home", needs={"so": 'facts.outcome == "resolved"'})),
        matter(step("note", "checking", "", "reviewer@home", needs={"so": 'facts.outcome == "solved"'})),
    ),
    Twins(
        "check.part_of_no_reply",
        extended(
            matter(step("contact", "working", "", form="visit")), forms=(form("visit", asks("told", "text")),)
        ),
        extended(
            matter(step("contact", "working", "", form="visit")),
            forms=(form("visit", asks("told", "text", says=Says.deed)),),
        ),
    ),
    Twins(
        "check.subcase_not_system",
        _helping(),
        _helping(
            _with(
                HELP,
                step("open", "", "asked", "handler@holder", form="task"),
                step("finish", "asked", "finished", "handler@parent", Settle(field="outcome"), form="reply"),
            )
        ),
        frozenset({"check.unjudged_result", "check.turn_of_nobody"}),
    ),
    Twins(
        "check.subcase_asks",
        _helping(task=form("task", asks("category", "category"))),
        _helping(HELP, OpenSubcases("help", "units"), task=form("task", asks("category", "category"))),
    ),
    Twins(
        "check.carried_nowhere",
        _helping(),
        _helping(HELP, OpenSubcases("help", "units", ("category", "result"))),
    ),
    # subcases from rows
    Twins("check.rows_opening", _listing(), replace_opening(_listing())),
    Twins("check.rows_by", _listing(), _listing(by="handler@holder @system")),
    Twins("check.rows_by", _listing(), _listing(by="handler@holder @requester")),
    Twins("check.rows_two", _listing(), _listing(more=(LISTED,))),
    Twins("check.rows_nothing", _listing(), _listing(replace(LISTED, key=(), holder="", carry=("number",)))),
    Twins("check.rows_key", _listing(), _listing(replace(LISTED, key=("number", "taker")))),
    Twins("check.rows_key", _listing(), _listing(replace(LISTED, key=("name",)))),
    Twins("check.rows_key", _listing(), _listing(replace(LISTED, key=("nowhere",)))),
    Twins("check.own_key", _numbered("number"), _numbered("name")),
    Twins("check.own_key", _numbered("number"), _numbered("number", carry=())),
    Twins("check.rows_holder", _listing(), _listing(replace(LISTED, holder="number"))),
    Twins("check.rows_holder", _listing(), _listing(replace(LISTED, holder="nowhere"))),
    Twins("check.rows_field", _listing(), _listing(more_fields=(asks("photo", "files"),))),
    Twins(
        "check.subcase_loop",
        _helping(),
        _helping(
            _with(
                HELP,
                step(
                    "open", "", "asked", "@system", OpenSubcases("help", "units", ("units",)), form="helpers"
                ),
            ),
            OpenSubcases("help", "units", ("units",)),
        ),
    ),
    Twins(
        "check.subcase_loop",
        _helping(_with(HELP, _again("handler@holder"))),
        _helping(_with(HELP, _again("@system"))),
    ),
    # data
    Twins(
        "check.not_answered",
        SOUND,
        matter(
            step("approve", "checking", "closed", "reviewer@home", Settle(field="reason"), judges="reply")
        ),
    ),
    Twins(
        "check.field_kind",
        SOUND,
        matter(
            step(
                "approve",
                "checking",
                "closed",
                "reviewer@home",
                Settle(field="unit"),
                judges="reply",
                form="pick",
            )
        ),
    ),
    Twins(
        "check.asked_twice",
        extended(
            matter(step("contact", "working", "", form="again")),
            forms=(form("again", asks("body", "text", again="it may have changed")),),
        ),
        extended(
            matter(step("contact", "working", "", form="again")), forms=(form("again", asks("body", "text")),)
        ),
    ),
    Twins("check.day_not_named", _until_a_day(required=True), _until_a_day(required=False)),
    Twins("check.day_not_named", _until_a_day(required=False, asked=True), _until_a_day(required=False)),
    Twins("check.limit_not_said", _as_long_as_said(required=True), _as_long_as_said(required=False)),
    Twins(
        "check.limit_not_said",
        _as_long_as_said(required=False, asked=True),
        _as_long_as_said(required=False),
    ),
    Twins("check.taker_has_no_unit", _for_its_office(), _for_its_office("handler@holder @requester")),
    Twins("check.visit_of_nobody", _coming(), _coming("@system")),
    Twins("check.visit_reason", _coming(), _coming(why=_why())),
    Twins("check.visit_reason", _coming(), _coming(why=_why(required=False, when=cel("case.visits > 0")))),
    Twins("check.visit_unit", _coming(where="unit", unit="place"), _coming(unit="place")),
    Twins(
        "check.asked_registered",
        extended(
            matter(
                step(
                    "contact",
                    "working",
                    "",
                    "handler@holder",
                    Write("households", ("address",), ("address",)),
                    form="visit",
                )
            ),
            forms=(form("visit", asks("address")),),
        ),
        extended(
            matter(step("contact", "working", "", form="visit")), forms=(form("visit", asks("address")),)
        ),
        registers={"households": frozenset({"address"})},
    ),
)
BY_CODE = pytest.mark.parametrize("twins", TWINS, ids=lambda twins: twins.code)


@BY_CODE
def test_the_sound_twin_has_no_fault_at_all(twins: Twins) -> None:
    assert check(twins.sound, twins.registers) == ()


@BY_CODE
def test_the_broken_twin_has_this_fault_and_no_other(twins: Twins) -> None:
    assert {fault.code for fault in check(twins.broken, twins.registers)} == {twins.code} | twins.with_it


@BY_CODE
def test_a_fault_is_explained_in_both_languages_with_its_place(twins: Twins) -> None:
    words = yaml.safe_load(WORDS.read_text("utf-8"))
    for fault in check(twins.broken, twins.registers):
        refused = fault.refused()
        assert refused.where
        for language in ("zh-Hans", "en"):
            for part in ("says", "fix"):
                text = words[refused.code][language][part].format(where=refused.where, **refused.facts)
                assert text
                assert "{" not in text


def test_every_fault_that_has_words_has_a_pair_of_twins() -> None:
    words = yaml.safe_load(WORDS.read_text("utf-8"))
    assert {twins.code for twins in TWINS} == words.keys()


def test_every_code_of_the_check_has_words() -> None:
    folder = Path(tongban.__file__).parent / "kernel" / "procedure" / "checking"
    codes = {
        code
        for file in folder.glob("*.py")
        for code in re.findall(r'"(check\.\w+)"', file.read_text("utf-8"))
    }
    assert codes == yaml.safe_load(WORDS.read_text("utf-8")).keys()
