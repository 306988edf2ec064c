"""What the rules of the check take as proof and what not, and the paths by which they explain a fault."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from procedure_builder import asks, branch, choice, clock, extended, form, kind, matter, procedure, step

from tongban.kernel.procedure.check import Fault, check
from tongban.kernel.procedure.model import (
    Hold,
    Kind,
    Notify,
    OpenSubcases,
    Procedure,
    Settle,
    Step,
)


def codes(checked: Procedure) -> set[str]:
    return {fault.code for fault in check(checked)}


def fault(checked: Procedure, code: str) -> Fault:
    return next(each for each in check(checked) if each.code == code)


# -- paths


def test_ping_pong_is_shown_as_the_round_a_case_would_go() -> None:
    broken = matter(
        step("send_back", "checking", "working", "reviewer@home", Hold("previous"), judges="reply")
    )
    assert fault(broken, "check.ping_pong").path == (
        "checking", "send_back", "working", "reply", "checking",
    )  # fmt: skip


def test_self_review_is_shown_from_the_work_to_the_settlement() -> None:
    broken = matter(step("finish", "checking", "closed", "handler@holder", Settle("done")))
    assert fault(broken, "check.self_review").path == (
        "working", "reply", "checking", "finish", "closed",
    )  # fmt: skip


def test_an_unguarded_stage_is_shown_with_the_shortest_way_there() -> None:
    broken = matter(step("park", "working", "parked"), step("go", "parked", "working"), stages="parked")
    assert fault(broken, "check.no_deadline").path == (
        "register", "registered", "dispatch", "working", "park", "parked",
    )  # fmt: skip


def test_a_datum_asked_twice_names_the_step_that_asked_it_first() -> None:
    broken = extended(
        matter(step("contact", "working", "", form="again")), forms=(form("again", asks("body", "text")),)
    )
    found = fault(broken, "check.asked_twice")
    assert (found.where, found.facts["first"]) == ("matter/contact/body", "register")
    assert found.path[-1] == "contact"


def test_unknown_names_are_told_alone() -> None:
    broken = matter(step("lose", "working", "nowhere"), stages="forgotten")
    assert codes(broken) == {"check.unknown_stage"}


# -- what bounds a cycle


def sent_back(condition: str) -> Procedure:
    """A matter that a reviewer may send back for as long as the condition holds."""
    return matter(
        step(
            "send_back", "checking", "working", "reviewer@home", Hold("previous"),
            judges="reply", needs={"few": condition},
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    "condition",
    [
        "count.send_back < 3",
        "count.send_back <= settings.max",
        "3 > count.send_back",
        "settings.max + 1 >= count.send_back",
        "count.send_back == 0",
        "!(count.send_back >= 3)",
        "count.send_back + count.approve < 3",
        'count.send_back < 3 && facts.outcome != "resolved"',
        "count.send_back < 3 || count.send_back == 5",
        "count.reply < 4",
    ],
)
def test_a_condition_that_holds_only_so_many_times_bounds_a_cycle(condition: str) -> None:
    assert codes(sent_back(condition)) == set()


@pytest.mark.parametrize(
    "condition",
    [
        "count.send_back >= 0",
        "count.send_back < count.reply",
        "count.withdraw < 1",
        'count.send_back < 3 || facts.outcome != "resolved"',
        "!(count.send_back < 3)",
        "subcases.open < 3",
    ],
)
def test_a_condition_that_may_hold_for_ever_bounds_nothing(condition: str) -> None:
    assert "check.ping_pong" in codes(sent_back(condition))


def test_a_branch_is_bounded_by_the_conditions_of_those_before_it() -> None:
    def sending(stays_when: str) -> Procedure:
        back = branch("working", "", Hold("previous"))
        return matter(
            step("send_back", "checking", (branch("", stays_when), back), "reviewer@home", judges="reply")
        )

    assert codes(sending("count.send_back >= 3")) == set()
    assert codes(sending('facts.outcome == "resolved"')) == {"check.ping_pong"}


def test_the_count_of_another_step_bounds_only_the_cycles_that_contain_it() -> None:
    """Sending back while few replies were written is no bound where one can go round without a reply."""
    ways_round = step("forward", "working", "checking", "handler@holder")
    assert codes(sent_back("count.reply < 4")) == set()
    around = matter(
        ways_round,
        step(
            "send_back",
            "checking",
            "working",
            "reviewer@home",
            Hold("previous"),
            judges="reply",
            needs={"few": "count.reply < 4"},
        ),
    )
    assert "check.ping_pong" in codes(around)


def test_coming_home_or_going_up_is_no_ping_pong() -> None:
    for holder in ("home", "superior"):
        going = step("send_back", "checking", "working", "reviewer@home", Hold(holder), judges="reply")
        assert codes(matter(going)) == set()


def test_handing_a_case_on_without_leaving_its_stage_is_ping_pong_too() -> None:
    handing = step("hand_on", "working", "", "handler@holder", Hold("answer", "unit"), form="pick")
    assert codes(matter(handing)) == {"check.ping_pong"}


def test_a_reminder_of_the_system_is_no_livelock() -> None:
    assert codes(matter()) == set()


# -- deadlines and escalation


def parked(*more: Step, last: str = "nudge") -> Procedure:
    return matter(
        step("park", "working", "parked"),
        step("go", "parked", "working"),
        *more,
        clock("parking", "parked", "3 working_days", ("due", last)),
        stages="parked",
    )


def test_an_escalation_with_a_condition_or_a_bound_is_not_sure_to_happen() -> None:
    assert codes(parked(step("nudge", "parked", "", "@system", Notify("late", "superior")))) == set()
    conditional = step(
        "nudge", "parked", "", "@system", Notify("late", "superior"), needs={"few": "count.go < 9"}
    )
    assert codes(parked(conditional)) == {"check.no_escalation"}
    assert codes(parked(step("nudge", "parked", "", "@system", Notify("late", "superior"), at_most=1))) == {
        "check.no_escalation"
    }


def test_a_bounded_escalation_will_do_if_the_stage_cannot_be_entered_more_often() -> None:
    once = parked(
        step("park", "working", "parked", at_most=1), step("nudge", "parked", "working", "@system", at_most=1)
    )
    twice = parked(
        step("park", "working", "parked", at_most=2), step("nudge", "parked", "working", "@system", at_most=1)
    )
    assert codes(once) == set()
    assert codes(twice) == {"check.no_escalation"}


# -- self-review


def test_a_judgement_that_the_system_may_pass_is_none() -> None:
    automatic = step(
        "approve", "checking", "closed", "reviewer@home @system", Settle(field="outcome"), judges="reply"
    )
    assert codes(matter(automatic)) == {"check.self_review"}


def test_the_requester_may_take_the_case_back_but_does_not_judge_the_work() -> None:
    assert codes(matter()) == set()
    confirming = step("confirm", "checking", "closed", "@requester", Settle(field="outcome"))
    assert codes(matter(confirming)) == {"check.self_review"}


def test_work_that_settles_by_itself_is_self_review() -> None:
    at_once = step(
        "reply", "working", "closed", "handler@holder", Settle(field="outcome"), form="reply", work=True
    )
    found = fault(matter(at_once, without="send_back approve", stages=""), "check.self_review")
    assert found.path == ("register", "registered", "dispatch", "working", "reply", "closed")


def helping(judged: bool, opener: str = "@system") -> Procedure:
    child = kind(
        "help",
        "asked finished!",
        step("open", "", "asked", opener),
        step(
            "finish", "asked", "finished", "handler@holder", Settle(field="outcome"), form="reply", work=True
        ),
        step("nudge", "asked", "", "@system", Notify("late", "superior")),
        clock("help", "asked", "3 working_days", ("due", "nudge")),
    )
    asking = step(
        "ask", "working", "", "handler@holder", OpenSubcases("help", "units"), form="helpers", at_most=3
    )
    unmarked = step("reply", "working", "checking", "handler@holder", Hold("home"), form="reply")
    base = matter(asking) if judged else matter(asking, unmarked)
    return extended(base, child, forms=(form("helpers", asks("units", "units")),))


def test_a_subcase_is_judged_in_its_parent_if_the_work_is_judged_there() -> None:
    assert codes(helping(judged=True)) == set()
    assert codes(helping(judged=False)) == {"check.self_review"}


def test_a_kind_that_people_also_open_themselves_is_judged_by_itself() -> None:
    assert codes(helping(judged=True, opener="@system clerk@home")) == {"check.self_review"}


# -- data


def contacted(field: object, by: str = "handler@holder", source: str = "working") -> Procedure:
    return extended(
        matter(step("contact", source, "", by, form="contact")),
        forms=(form("contact", field),),  # type: ignore[arg-type]
    )


def test_a_datum_may_be_asked_where_one_way_has_not_answered_it() -> None:
    """After a reply was sent back the result is known, at the first time it is not."""
    assert codes(contacted(asks("result", "text"))) == set()
    assert codes(contacted(asks("result", "text"), source="closed", by="clerk@home")) == set()
    assert codes(contacted(asks("result", "text"), source="checking", by="clerk@home")) == {
        "check.asked_twice"
    }


def test_a_datum_that_is_inferred_or_asked_of_the_system_is_not_asked_twice() -> None:
    assert codes(contacted(asks("body", "text", infer="facts.body"))) == set()
    assert codes(contacted(asks("body", "text", required=False), by="@system")) == set()
    assert codes(contacted(asks("body", "text", required=False))) == {"check.asked_twice"}


def test_a_later_step_reads_only_what_the_ledger_holds_in_plain() -> None:
    """The body is erasable content: nothing may follow from it later."""
    settling = step("approve", "checking", "closed", "reviewer@home", Settle(field="body"), judges="reply")
    assert "check.not_answered" in codes(matter(settling)) or "check.field_kind" in codes(matter(settling))
    kept = extended(matter(settling), forms=(form("intake", choice("body", "a", "b")),))
    erasable = extended(
        matter(settling), forms=(form("intake", choice("body", "a", "b", held=asks("x").place)),)
    )
    assert codes(kept) == set()
    assert codes(erasable) == {"check.not_answered"}


# -- the search for cycles against one by hand

STAGES = ("a", "b", "c", "d")
MOVES = st.lists(
    st.tuples(st.sampled_from(STAGES), st.sampled_from(STAGES), st.booleans(), st.integers(0, 1)),
    min_size=1,
    max_size=8,
)


def graph_of(moves: list[tuple[str, str, bool, int]]) -> Kind:
    """Moves between four stages, with or without a new holder, bounded or not; all can be reached."""
    steps = [
        step(f"move_{n}", source, to, "handler@holder", *([Hold("previous")] if hold else []), at_most=bound)
        for n, (source, to, hold, bound) in enumerate(moves)
    ]
    ways = [step(f"open_{stage}", "", stage, "clerk@home") for stage in STAGES]
    ends = [step(f"end_{stage}", stage, "end", "clerk@home", Settle("done")) for stage in STAGES]
    nudge = step("nudge", " ".join(STAGES), "", "@system", Notify("late", "superior"))
    return kind(
        "maze", "a b c d end!", *steps, *ways, *ends, nudge,
        clock("all", " ".join(STAGES), "1 hours", ("due", "nudge")),
    )  # fmt: skip


def has_ping_pong(moves: list[tuple[str, str, bool, int]]) -> bool:
    """Whether some unbounded round contains a move with a new holder: all simple rounds tried one by one."""
    free = [(source, to, hold) for source, to, hold, bound in moves if not bound]
    for length in range(1, len(STAGES) + 1):
        for ring in permutations(STAGES, length):
            pairs = [(ring[n], ring[(n + 1) % length]) for n in range(length)]
            lines = [[hold for source, to, hold in free if (source, to) == pair] for pair in pairs]
            if all(lines) and any(any(line) for line in lines):
                return True
    return False


@given(MOVES)
def test_ping_pong_is_found_exactly_where_a_search_by_hand_finds_it(
    moves: list[tuple[str, str, bool, int]],
) -> None:
    found = codes(procedure(graph_of(moves)))
    assert found == ({"check.ping_pong"} if has_ping_pong(moves) else set())
