"""The figures of the reports from cases that were worked through the kernel: solved is what those who asked agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from scenario_ground import ROOT, calendar, practice_in
from tongban.apps.disclosure.counting import counted_of
from tongban.kernel.case import Case
from tongban.kernel.commands import ActorKind
from tongban.kernel.county import County
from tongban.kernel.indicator import Tally
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.procedure.seen import Seen
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind, bind_indicators
from tongban.library.counties import scenario_county
from tongban.library.indicators import Indicator
from tongban.library.story.rehearsal import Rehearsal
from tongban.library.story.runner import Act, By, Ground, Opens

BEGINS = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TENTH = datetime(2026, 3, 10, 11, tzinfo=UTC)
"""A day on which villages speak."""
LONG = timedelta(days=60)
"""Until nobody has any time left."""


@cache
def bound(practice: str) -> tuple[Procedure, Mapping[str, Indicator], County]:
    read = practice_in(ROOT / "practices" / practice)
    procedure = bind(read, {})
    assert not isinstance(procedure, Refused)
    indicators = bind_indicators(read, procedure.settings)
    assert not isinstance(indicators, Refused)
    return procedure, indicators, scenario_county(calendar())


def by(at: str) -> By:
    """``leader@county_office``."""
    role, _, unit = at.partition("@")
    return By(ActorKind.PERSON, at, role, unit)


class Worked:
    """One case of a practice and what it opens, step by step; any step that is refused is a fault."""

    def __init__(
        self,
        practice: str,
        step: str,
        who: str,
        opens: tuple[str, str],
        *,
        at: datetime = BEGINS,
        **answers: object,
    ) -> None:
        procedure, _, county = bound(practice)
        ground = Ground(practice_in(ROOT / "practices" / practice), {}, procedure, county, at)
        self.story, self.at = Rehearsal(ground), at
        kind, home = opens
        done = self.story.open(Act("case", step, by(who), at, answers), Opens(kind, home, "330899", "office"))
        assert done.refused is None, done.refused

    def take(self, who: str, step: str, of: str = "case", **answers: object) -> None:
        done = self.story.step(Act(of, step, by(who), self.at, answers))
        assert done.refused is None, (of, step, done.refused)

    def wait(self) -> None:
        assert self.story.sweep(self.at + LONG).refused is None

    @property
    def cases(self) -> Iterable[Case]:
        return self.story.cases.values()


def figure(practice: str, indicator: str, worked: Iterable[Worked]) -> Tally:
    procedure, indicators, county = bound(practice)
    found = Tally()
    for one in worked:
        for case in one.cases:
            if case.kind == indicators[indicator].of:
                found.add(counted_of(indicators[indicator], Seen(procedure, county, case)))
    return found


# -- 705 hard tasks taken on, 566 done


def question() -> Worked:
    told = {"title": "断头路", "question": "八十米不通。", "tried": "地让出来了。"}
    return Worked(
        "challenge_brief", "set_question", "handler@village_a1", ("challenge", "village_a1"), **told
    )


def taken_on() -> Worked:
    asked = question()
    rank = {"priority": "first", "lead": "traffic", "latest_day": "2026-06-30"}
    asked.take("leader@county_office", "rank", **rank)
    promise = {"criterion": "校车雨天能到村口", "milestones": "五月通车", "last_day": "2026-05-29"}
    asked.take("leader@traffic", "take_on", **promise)
    return asked


def marked(*marks: str) -> Worked:
    asked = taken_on()
    for mark in marks:
        asked.take("handler@traffic", "report_solved", result="浇好了。")
        asked.take("leader@village_a1", "mark", mark=mark, mark_words="看过了。")
    return asked


def unmarked() -> Worked:
    asked = taken_on()
    asked.take("handler@traffic", "report_solved", result="浇好了。")
    asked.wait()
    return asked


def cannot() -> Worked:
    asked = taken_on()
    asked.take("leader@traffic", "say_cannot", cannot_kind="law", cannot_reason="基本农田。")
    asked.take("leader@county_office", "accept_cannot", cannot_finding="属实。")
    return asked


def unsolved() -> Worked:
    asked = marked("not_solved", "not_solved")
    asked.take("leader@county_office", "end_unsolved", unsolved_reason="要等国道改线。")
    return asked


def turned_down() -> Worked:
    asked = question()
    asked.take("leader@county_office", "turn_down", turn_down_reason="已列入今年计划。")
    return asked


def withdrawn() -> Worked:
    asked = taken_on()
    asked.take("handler@village_a1", "withdraw", withdraw_reason="自己修好了。")
    return asked


def test_of_705_taken_on_only_what_the_grass_roots_marked_is_solved() -> None:
    worked = [
        *(marked("solved") for _ in range(560)),
        *(marked("not_solved", "solved") for _ in range(6)),  # solved at the second try
        *(marked("partly") for _ in range(48)),
        *(unmarked() for _ in range(31)),
        *(cannot() for _ in range(22)),
        *(unsolved() for _ in range(7)),
        *(taken_on() for _ in range(31)),  # still at work
        *(turned_down() for _ in range(12)),
        *(withdrawn() for _ in range(9)),
    ]
    found = figure("challenge_brief", "solved_share", worked)
    assert (found.numerator, found.denominator, found.excluded) == (566, 705, {"withdrawn": 9})
    assert f"{100 * found.numerator / found.denominator:.1f}" == "80.3"


# -- 25 task forces


def proposed() -> Worked:
    aim = {"title": "清疏专班", "aim": "汛前清通。", "sort": "project", "lead": "water"}
    return Worked(
        "task_force",
        "propose",
        "handler@county_office",
        ("task_force", "county_office"),
        **aim,
        last_day="2026-06-30",
    )


def founded() -> Worked:
    force = proposed()
    force.take("leader@county_office", "found", approval_document="纪要第7期")
    return force


def dissolved() -> Worked:
    force = founded()
    force.take("leader@water", "conclude", achieved="清通了。")
    verdict = {"aim_reached": "reached", "evaluation": "提前完成。", "advice": "dissolve"}
    force.take("supervisor@county_office", "evaluate", **verdict)
    force.take("leader@county_office", "dissolve", dissolve_document="通知", hands_over="归水利局。")
    return force


def not_founded() -> Worked:
    force = proposed()
    force.take("leader@county_office", "turn_down", turn_down_reason="一个部门能办。")
    return force


def test_25_task_forces_are_those_founded_whatever_was_proposed() -> None:
    worked = [founded() for _ in range(22)] + [dissolved() for _ in range(3)]
    found = figure("task_force", "founded_share", worked + [not_founded() for _ in range(2)])
    assert (found.numerator, found.denominator) == (25, 27)


# -- 102 sessions, 923 raised, 305 on the spot; 314 of 314


def session(*ends: str) -> Worked:
    """A session at which one matter was raised for each of the ``ends`` to which these come."""
    held = {"title": "问询会", "sort": "inquiry", "village": "village_a1", "place": "文化礼堂"}
    met = Worked(
        "inquiry_session",
        "convene",
        "handler@town_a",
        ("session", "town_a"),
        **held,
        held_on="2026-03-02",
    )
    for _ in ends:
        raised = {"matter_title": "路灯不亮", "matter": "坏了半个月。", "responsible": "urban"}
        met.take("handler@town_a", "raise", **raised, last_day="2026-04-30")
    for n, end in enumerate(ends, 1):
        _SPOT[end](met, f"case/{n}")
    met.take("handler@town_a", "end_sitting")
    if "unconfirmed" in ends:
        met.wait()
    return met


def _answered(met: Worked, of: str, kind: str, *, spot: bool) -> None:
    who = "handler@town_a" if spot else "handler@urban"
    if not spot:
        met.take("handler@urban", "take_home", of)
    met.take(who, "answer_on_spot" if spot else "answer", of, answer_kind=kind, answer="说清楚了。")


def _agreed(met: Worked, of: str, kind: str, *, spot: bool) -> None:
    _answered(met, of, kind, spot=spot)
    met.take("handler@village_a1", "judge", of, agrees=True)


_SPOT = {
    "on_the_spot": lambda met, of: _agreed(met, of, "done", spot=True),
    "solved": lambda met, of: _agreed(met, of, "done", spot=False),
    "explained": lambda met, of: _agreed(met, of, "cannot", spot=True),
    "unconfirmed": lambda met, of: _answered(met, of, "done", spot=False),
    "open": lambda met, of: met.take("handler@urban", "take_home", of),
    "taken_back": lambda met, of: met.take("leader@town_a", "take_back", of, take_back_reason="重复。"),
}
"""What is done with a matter, by what is to become of it."""


def sessions(sizes: Iterable[int], ends: Iterable[str]) -> list[Worked]:
    rest = iter(ends)
    return [session(*(next(rest) for _ in range(size))) for size in sizes]


def test_305_of_923_raised_at_102_sessions_are_solved_on_the_spot_and_what_was_only_explained_is_not() -> (
    None
):
    settled = [
        *("on_the_spot" for _ in range(305)),
        *("solved" for _ in range(314)),
        *("explained" for _ in range(150)),
        *("unconfirmed" for _ in range(34)),
        *("taken_back" for _ in range(6)),
    ]
    worked = sessions([8] * 82 + [9] * 17, settled) + sessions([40] * 3, ["open"] * 120)
    found = figure("inquiry_session", "on_the_spot_share", worked)
    assert (found.numerator, found.denominator, found.excluded) == (305, 923, {"taken_back": 6})
    assert f"{100 * found.numerator / found.denominator:.1f}" == "33.0"
    raised = figure("inquiry_session", "problem_list", worked)
    assert (raised.numerator, raised.denominator) == (803, 923)
    finished = figure("inquiry_session", "sessions_finished", worked)
    assert (finished.numerator, finished.denominator) == (99, 102)


def test_the_list_of_services_holds_what_whoever_raised_it_agreed_to() -> None:
    worked = sessions([10] * 31 + [4], ["solved"] * 314)
    agreed = figure("inquiry_session", "service_list", worked)
    assert (agreed.numerator, agreed.denominator) == (314, 314)
    asked_of_nobody = figure("inquiry_session", "service_list", [*worked, session("unconfirmed")])
    assert (asked_of_nobody.numerator, asked_of_nobody.denominator) == (314, 315)


# -- 694 days of villages, 1,218 topics said, 1,078 solved


def village_day(*ends: str) -> Worked:
    """A day on which one topic was said for each of the ``ends`` to which these come."""
    met = Worked(
        "village_deliberation",
        "hold_day",
        "handler@village_a1",
        ("day", "village_a1"),
        at=TENTH,
        held_on="2026-03-10",
    )
    for _ in ends:
        met.take("handler@village_a1", "raise", topic_title="路灯不亮", topic="坏了两盏。")
    for n, end in enumerate(ends, 1):
        of = f"case/{n}"
        if end == "open":
            continue
        met.take(
            "handler@village_a1",
            "consult",
            of,
            matter_kind="everyday",
            consulted="都同意。",
            doer="三组",
            last_day="2026-03-20",
        )
        met.take("handler@village_a1", "report_done", of, result="换了。")
        if end == "solved":
            met.take("overseer@village_a1", "rate_result", of, asked=8, content=7)
    if "unrated" in ends:
        met.wait()
    return met


def test_of_1218_topics_said_on_694_days_1078_are_solved_and_what_nobody_rated_is_not() -> None:
    ends = [*("solved" for _ in range(1078)), *("open" for _ in range(100)), *("unrated" for _ in range(40))]
    days = [*(ends[n : n + 2] for n in range(0, 1048, 2)), *([end] for end in ends[1048:])]
    assert (len(days), sum(len(day) for day in days)) == (694, 1218)
    worked = [village_day(*day) for day in days]
    found = figure("village_deliberation", "solved_share", worked)
    assert (found.numerator, found.denominator) == (1078, 1218)
    assert f"{100 * found.numerator / found.denominator:.1f}" == "88.5"
    held = figure("village_deliberation", "on_fixed_days", worked)
    assert (held.numerator, held.denominator) == (694, 694)


# -- 264 pacts, 22,000 person-times


def pacts(served: Sequence[int]) -> Worked:
    """One year with a pact for each of the numbers, kept and marked; the last row of its table is declined."""
    year = Worked(
        "community_pact",
        "begin",
        "handler@town_a",
        ("programme", "town_a"),
        title="一年",
        year_end="2026-12-31",
    )
    gives = {"partner_gives": "两名护士", "community_gives": "场地", "last_day": "2026-06-30"}
    rows = [
        {"pact_code": f"P-{n}", "title": "量血压", "partner": "health", "sort": "health", **gives}
        for n in range(len(served) + 1)
    ]
    done = year.story.step(Act("case", "propose", by("handler@town_a"), BEGINS, {}, rows=tuple(rows)))
    assert done.refused is None, done.refused
    for n, people in enumerate(served, 1):
        of = f"case/{n}"
        year.take("leader@health", "agree", of)
        year.take("handler@town_a", "write_public", of, public_text="每周量血压。")
        year.take("leader@town_a", "make_public", of)
        year.take("handler@health", "report_kept", of, times=1, served=people)
        year.take("handler@town_a", "mark", of, kept="kept")
        year.take("leader@health", "mark_back", of, back="kept")
        year.take("leader@town_a", "finish", of)
    year.take("leader@health", "decline", f"case/{len(served) + 1}")
    return year


def test_264_pacts_served_22000_times_and_a_unit_that_declined_is_not_to_blame() -> None:
    year = pacts([84] * 88 + [83] * 176)
    found = figure("community_pact", "kept_share", [year])
    assert (found.numerator, found.denominator, found.excluded) == (264, 264, {"never_agreed": 1})
    served = sum(int(str(case.facts["served"])) for case in year.cases if "served" in case.facts)
    assert served == 22_000
    assert f"{served / found.denominator:.1f}" == "83.3"


# -- three services: 314 of 314 content, 89.89 % with a result


def problem(word: str) -> Worked:
    """Of an enterprise: rated, silent or still with the office."""
    told = {"asker": "enterprise", "body": "没有路灯。", "title": "没有路灯", "phone": "13800138000"}
    kind = ("problem", "town_a")
    asked = Worked(
        "service_drive", "collect", "handler@town_a", kind, category="01.01", lead="traffic", **told
    )
    asked.take("handler@traffic", "sign")
    if word == "open":
        return asked
    asked.take("handler@traffic", "report_result", outcome="resolved", result="装了。")
    looked = BEGINS
    if word == "rated":
        mark = {"solved": "yes", "rating": 5}
        done = asked.story.step(Act("case", "rate", By(ActorKind.REQUESTER, owns=True), BEGINS, mark))
        assert done.refused is None, done.refused
    else:
        asked.wait()
        looked += LONG
    struck = Act("case", "strike_off", by("leader@town_a"), looked, {"check_words": "看过。"})
    done = asked.story.step(struck)
    assert done.refused is None, done.refused
    return asked


def test_314_of_314_who_rated_are_content_and_who_said_nothing_is_not_among_them() -> None:
    worked = [*(problem("rated") for _ in range(314)), problem("silent")]
    content = figure("service_drive", "satisfaction_rate", worked)
    assert (content.numerator, content.denominator) == (314, 314)
    silent = figure("service_drive", "silent_share", worked)
    assert (silent.numerator, silent.denominator) == (1, 315)
    closed = figure("service_drive", "closed_share", [*worked[:80], *(problem("open") for _ in range(9))])
    assert f"{100 * closed.numerator / closed.denominator:.2f}" == "89.89"
