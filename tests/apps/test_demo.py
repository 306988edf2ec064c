"""The demo county's life: told by data, through the kernel, the same at every run."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from demo_ground import END, SCRIPT, adoptions, demo_county, lived
from desk_ground import own_home
from scenario_ground import ROOT, calendar
from tongban.apps.registry.history import History
from tongban.demo.hours import last_moment, next_moment
from tongban.demo.life import Life
from tongban.demo.script import script
from tongban.kernel.clock import LOCAL
from tongban.kernel.procedure.evolve import RESERVED, evolve
from tongban.kernel.refusal import Refused, RefusedError


@pytest.fixture(scope="module")
def life() -> Life:
    return lived(10)


def test_every_step_and_stage_of_the_walk_exists_in_its_practice() -> None:
    found = adoptions(demo_county())
    for practice, walk in SCRIPT.walk.items():
        kinds = found[practice].procedure.kinds
        for opens in walk["opens"]:
            assert kinds[opens["kind"]].steps[opens["step"]].opens
        for kind, stages in walk["kinds"].items():
            for stage, options in stages.items():
                for option in options:
                    if not option.get("wait"):
                        assert stage in kinds[kind].steps[option["step"]].source, (
                            kind,
                            stage,
                            option["step"],
                        )


def test_every_answer_of_the_walk_is_asked_by_its_form() -> None:
    found = adoptions(demo_county())
    for practice, walk in SCRIPT.walk.items():
        procedure = found[practice].procedure
        options = [(o["kind"], o, {**o["answers"], **o.get("clerk", {})}) for o in walk["opens"]]
        options += [
            (kind, option, option.get("answers", {}))
            for kind, stages in walk["kinds"].items()
            for each in stages.values()
            for option in each
            if not option.get("wait")
        ]
        for kind, option, answers in options:
            form = procedure.forms.get(procedure.kinds[kind].steps[option["step"]].form)
            asked = {field.id for field in form.fields} if form else set()
            assert set(answers) <= asked, (kind, option["step"])


def test_no_matter_is_lost_and_no_form_is_filled_in_wrongly(life: Life) -> None:
    assert life.lost == 0
    wrong = [name for name in life.refused if " form." in name or "step.unknown" in name]
    assert wrong == []


def test_what_is_told_step_by_step_happens_to_its_end_among_everything_else(life: Life) -> None:
    assert SCRIPT.told
    assert life.telling.coming == []
    for name, text in SCRIPT.told.items():
        opened = [id_ for known, id_ in life.telling.names.items() if known.startswith(f"{name}/")]
        case = min((life.history.cases[each] for each in opened), key=lambda each: each.opened_at)
        taken = [e for each in opened for e in life.history.events[each] if e.by.via != "system"]
        assert len(taken) >= len(re.findall(r"\bstep: ", text)) - text.count("among: ")
        begins = datetime.fromisoformat(text.partition("\nat: ")[2].partition("\n")[0])
        assert case.opened_at.astimezone(LOCAL).weekday() == begins.weekday()


def test_a_task_force_of_the_demo_is_at_work_and_another_is_over(life: Life) -> None:
    stages = Counter(
        case.stage for case in life.history.cases.values() if case.kind == "task_force" and not case.parent
    )
    assert stages == {"running": 1, "dissolved": 1, "proposed": 1}
    pushed = [e for each in life.history.events.values() for e in each if e.by.via.startswith("mandate:")]
    assert ("supervise", "housing") in [(event.step, event.by.unit) for event in pushed]
    force = life.history.cases[life.telling.names["task-force-drains/case"]]
    assert force.stage == "running"
    placed = [case for case in life.history.cases.values() if case.under == force.id]
    assert placed
    assert {life.matter_of(case) is not None for case in placed} == {True}


def test_the_demo_has_questions_marked_by_whoever_set_them_and_a_session_followed_up(life: Life) -> None:
    cases = life.history.cases
    road = cases[life.telling.names["question-village-road/case"]]
    assert (road.outcome, road.counts["mark"], road.holder) == ("solved", 2, "transport")
    assert cases[life.telling.names["question-cold-store/case"]].stage == "working"
    session = cases[life.telling.names["session-baishi/case"]]
    below = sorted(case.outcome for case in cases.values() if case.parent == session.id)
    assert (session.stage, below) == ("following", ["", "explained", "on_the_spot", "solved"])


def test_every_open_case_of_the_demo_stands_at_a_unit_with_somebody_in_it(life: Life) -> None:
    people = yaml.safe_load((ROOT / "demo" / "county" / "people.yaml").read_text("utf-8"))["people"]
    staffed = {post["unit"] for person in people for post in person["posts"]}
    held = {case.holder for case in life.history.cases.values() if case.settled_at is None}
    assert held and held <= staffed


@pytest.mark.parametrize("county", ["county", "neighbour"])
def test_both_counties_of_the_demo_have_two_administrators_for_what_takes_two(county: str) -> None:
    people = yaml.safe_load((ROOT / "demo" / county / "people.yaml").read_text("utf-8"))["people"]
    assert sum(post["role"] == "administrator" for person in people for post in person["posts"]) == 2


def test_a_told_step_that_cannot_be_taken_is_no_demo() -> None:
    told = "practice: task_force\nat: 2026-03-02 09:00\nstory:\n  - {step: propose, by: leader@housing}\n"
    with pytest.raises(RefusedError) as refused:
        lived(1, {"wrong": told})
    assert refused.value.refusal.code == "demo.told"
    assert refused.value.refusal.where == "told/wrong.yaml:4"


def test_the_same_county_lives_the_same_life_twice(life: Life) -> None:
    again = lived(10)
    assert again.history.events == life.history.events


def test_every_case_is_the_fold_of_its_events_and_time_never_runs_back(life: Life) -> None:
    history: History = life.history
    for events in history.events.values():
        cases: dict[str, Any] = {}
        for event in events:
            before = cases.get(event.case)
            assert before is None or event.at >= before.last_at
            cases[event.case] = evolve(before, event)
        for case_id, case in cases.items():
            assert case == history.cases[case_id]


def test_nothing_happens_after_the_end_and_the_office_keeps_its_hours(life: Life) -> None:
    events = [event for each in life.history.events.values() for event in each]
    assert max(event.at for event in events) <= END
    signed = [event.at.astimezone(LOCAL) for event in events if event.step == "sign"]
    inside = sum(calendar().works(at.toordinal()) and 8 <= at.hour < 18 for at in signed)
    assert inside > 0.8 * len(signed)


def test_the_two_years_hold_what_a_county_has_to_deal_with(life: Life) -> None:
    steps = Counter(event.step for each in life.history.events.values() for event in each)
    seen = {
        "decline",
        "return_case",
        "redispatch",
        "adjudicate",
        "ask_help",
        "grant_extension",
        "suspend",
        "merge",
    }
    seen |= {
        "send_back",
        "answer_callback",
        "close_unanswered",
        "reopen",
        "publish_case",
        "archive",
        "withdraw",
    }
    seen |= {"assign", "report_result", "file", "overturn", "remind", "supervise", "escalate"}
    assert seen <= steps.keys() | RESERVED
    kept = Counter(s.kept for case in life.history.cases.values() for s in case.clocks if s.clock == "handle")
    assert 0.04 < kept[False] / (kept[True] + kept[False]) < 0.25
    still_open = [case for case in life.history.cases.values() if case.settled_at is None]
    assert len({case.stage for case in still_open}) >= 4
    assert any(due is not None and due < END for due in (case.due() for case in still_open))


def test_nobody_reviews_what_they_did_themselves(life: Life) -> None:
    for case in life.history.cases.values():
        procedure = life.history.procedure(case)
        steps = procedure.kinds[case.kind].steps
        events = [e for e in life.history.events[case.root or case.id] if e.case == case.id]
        done: dict[str, set[str]] = {}
        for event in events:
            step = steps.get(event.step)
            if step is not None and event.by.person:
                for judged in step.judges:
                    assert event.by.person not in done.get(judged, set())
            done.setdefault(event.step, set()).add(event.by.person)


def test_a_story_that_ended_long_ago_is_moved_to_end_today() -> None:
    later = script(END.date() + timedelta(days=400))
    assert later.begin - SCRIPT.begin == timedelta(days=400) + (END.date() - SCRIPT.end) + later.moved - (
        timedelta(days=400)
    )
    assert later.surges[0].first - SCRIPT.surges[0].first == later.moved


@pytest.mark.parametrize("seed", range(40))
def test_work_is_done_when_somebody_is_there(seed: int) -> None:
    chance = random.Random(seed)
    at = END + timedelta(minutes=chance.randrange(60 * 24 * 30))
    moment = next_moment(calendar(), at, "office", chance).astimezone(LOCAL)
    assert moment >= at - timedelta(minutes=1)
    assert calendar().works(moment.toordinal()) and 8 <= moment.hour < 18
    before = last_moment(calendar(), at, chance)
    assert before <= at and calendar().works(before.astimezone(LOCAL).toordinal())


@pytest.fixture
def set_up(tmp_path: Any, transactional_db: None) -> Iterator[Any]:
    from tongban.demo.setting_up import set_up as make

    with own_home(tmp_path):
        yield lambda: make(scale=1)


@pytest.mark.database
def test_setting_up_twice_is_setting_up_once(set_up: Any) -> None:
    from tongban.apps.office import office
    from tongban.demo.found import found
    from tongban.demo.marker import is_demo
    from tongban.demo.setting_up import TOLD_TODAY
    from tongban.store.models import CaseRow, EventRow, NoticeRow, PublicText, SearchText

    first = set_up()
    events = EventRow.objects.count()
    assert first.filled_now and first.cases == CaseRow.objects.count() > 20
    again = set_up()
    assert not again.filled_now and (again.cases, again.follow) == (first.cases, first.follow)
    assert EventRow.objects.count() == events
    assert found() == again
    assert is_demo(office().journal)
    assert SearchText.objects.count() > 20
    assert PublicText.objects.exists()
    # What somebody is told only in the morning still waits for it.
    waiting = NoticeRow.objects.filter(state="due", at__lt=datetime.now(UTC) - timedelta(hours=1))
    assert waiting.count() <= 2 * TOLD_TODAY, "nobody gets fifty thousand letters today"


@pytest.mark.database
def test_an_interrupted_set_up_goes_on_where_it_was(set_up: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.demo import setting_up
    from tongban.store.models import CaseRow

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(setting_up, "catch_up", interrupted)
    with pytest.raises(KeyboardInterrupt):
        set_up()
    cases = CaseRow.objects.count()
    monkeypatch.undo()
    assert set_up().filled_now
    assert CaseRow.objects.count() == cases > 0


@pytest.mark.database
def test_the_shown_accounts_can_sign_in_and_the_shown_case_can_be_followed(set_up: Any) -> None:
    from django.contrib.auth import authenticate

    from tongban.apps.people.ownership import prove_ownership
    from tongban.demo.found import PASSWORD

    made = set_up()
    assert {account.role for account in made.accounts} >= {"clerk", "dispatcher", "handler", "reviewer"}
    assert authenticate(username=made.accounts[0].login, password=PASSWORD) is not None
    owner = prove_ownership(*made.follow, "127.0.0.1", END)
    assert not isinstance(owner, Refused), owner
