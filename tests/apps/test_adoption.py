"""Adopting practices: checked, kept whole, previewed on what really happened."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from scenario_ground import ROOT
from tongban.apps.acting import Acting
from tongban.apps.adoption.shelf import check, folder_of, folders, list_practices, tell
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused

PRACTICES = sorted(path.name for path in folders(ROOT / "practices"))


def acting() -> Acting:
    return Acting(datetime.now(UTC), SYSTEM)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "practices" / "hotline", tmp_path / "hotline")
    return tmp_path / "hotline"


@pytest.mark.parametrize("practice", PRACTICES)
def test_what_stands_on_the_shelf_can_be_adopted(practice: str) -> None:
    read, faults = check(ROOT / "practices" / practice)
    assert read is not None and faults == ()


def test_the_shelf_says_of_a_broken_folder_that_it_cannot_be_read(copied: Path) -> None:
    (copied / "routing.yaml").write_text("- {id: x}\n", encoding="utf-8")
    (found,) = list_practices("en", {}, copied.parent)
    assert (found.id, found.faults > 0) == ("hotline", True)


def test_a_practice_that_is_nowhere_is_refused_by_name(tmp_path: Path) -> None:
    found = folder_of("flying", tmp_path)
    assert isinstance(found, Refused) and found.code == "adoption.unknown_practice"


def test_telling_a_folder_without_scenarios_tells_nothing(copied: Path) -> None:
    shutil.rmtree(copied / "scenarios")
    report = tell(copied, ROOT / "calendars" / "cn")
    assert not isinstance(report, Refused) and report.stories == ()


@pytest.mark.database
def test_the_same_adoption_twice_is_one(desk: Desk) -> None:
    from tongban.apps.adoption.adopting import Adopted, adopt

    again = adopt(ROOT / "practices" / "hotline", {}, (Desk.home,), acting())
    assert isinstance(again, Adopted) and again.again


@pytest.mark.database
def test_another_version_keeps_the_county_s_settings_and_receiving_units(desk: Desk, copied: Path) -> None:
    from tongban.apps.adoption.adopting import Adopted, adopt, in_force
    from tongban.apps.office import office

    adopt(copied, {"help_limit": "4 working_days"}, (Desk.home,), acting())
    path = copied / "practice.yaml"
    written = re.sub(r"^version:.*$", "version: 99.0.0", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    path.write_text(written, encoding="utf-8")
    made = adopt(copied, {}, (), acting(), renews=True)
    assert isinstance(made, Adopted) and not made.again
    held = in_force(office())["hotline"]
    assert (list(held.settings), held.homes) == (["help_limit"], (Desk.home,))
    anew = adopt(copied, {}, (Desk.home,), acting())
    assert isinstance(anew, Adopted) and not in_force(office())["hotline"].settings


@pytest.mark.database
def test_new_settings_are_a_new_adoption_and_old_cases_stay_where_they_began(desk: Desk) -> None:
    from tongban.apps.adoption.adopting import Adopted, adopt
    from tongban.store.models import CaseRow

    before = desk.register()
    made = adopt(ROOT / "practices" / "hotline", {"help_limit": "4 working_days"}, (Desk.home,), acting())
    assert isinstance(made, Adopted) and not made.again
    after = desk.register()
    adoptions = dict(CaseRow.objects.values_list("number", "adoption"))
    assert adoptions[before] != adoptions[after] == made.id


@pytest.mark.database
def test_only_an_administrator_adopts(desk: Desk) -> None:
    from tongban.apps.adoption.adopting import adopt

    refused = adopt(ROOT / "practices" / "hotline", {}, (), desk.acting(desk.clerk))
    assert isinstance(refused, Refused) and refused.code == "adoption.not_yours"
    given = adopt(ROOT / "practices" / "hotline", {}, (Desk.home,), desk.acting("hushaohua"))
    assert not isinstance(given, Refused)


@pytest.mark.database
@pytest.mark.parametrize(
    ("settings", "homes", "code"),
    [
        ({"help_limit": "90 working_days"}, (), "practice.setting_range"),
        ({"colour": "red"}, (), "practice.unknown_setting"),
        ({}, ("nowhere",), "adoption.unknown_unit"),
    ],
)
def test_settings_out_of_range_and_units_unheard_of_are_refused(
    desk: Desk, settings: dict[str, object], homes: tuple[str, ...], code: str
) -> None:
    from tongban.apps.adoption.adopting import adopt

    refused = adopt(ROOT / "practices" / "hotline", settings, homes, acting())
    assert isinstance(refused, Refused) and refused.code == code


@pytest.mark.database
def test_a_practice_whose_last_rule_finds_nobody_here_is_refused(desk: Desk, copied: Path) -> None:
    from tongban.apps.adoption.adopting import adopt

    routing = copied / "routing.yaml"
    routing.write_text(
        routing.read_text(encoding="utf-8").replace("kind:county_office", "kind:space_agency"),
        encoding="utf-8",
    )
    refused = adopt(copied, {}, (Desk.home,), acting())
    assert isinstance(refused, Refused) and refused.code == "adoption.no_fallback"


@pytest.mark.database
def test_a_practice_with_a_fault_is_not_adopted(desk: Desk, copied: Path) -> None:
    from tongban.apps.adoption.adopting import adopt

    procedure = copied / "procedure" / "appeal.yaml"
    text = procedure.read_text(encoding="utf-8")
    procedure.write_text(text.replace("to: replied", "to: nowhere", 1), encoding="utf-8")
    assert isinstance(adopt(copied, {}, (Desk.home,), acting()), Refused)


@pytest.mark.database
def test_a_preview_says_which_promises_a_shorter_limit_would_have_broken(desk: Desk, tmp_path: Path) -> None:
    from tongban.apps.adoption.preview import Preview, preview
    from tongban.apps.registry.importing import import_cases
    from tongban.store.models import EventRow

    file = tmp_path / "old.csv"
    file.write_text(
        "留言编号,留言时间,留言详情,答复意见,答复时间\n"
        "1,2026-03-02 09:00,路灯不亮,修好了,2026-03-03 10:00\n"
        "2,2026-03-02 09:00,井盖松动,换好了,2026-03-06 10:00\n",
        encoding="utf-8",
    )
    now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    import_cases("hotline", file, Acting(now, SYSTEM), plan=ROOT / "imports" / "hotline.yaml")
    events = EventRow.objects.count()
    found = preview("hotline", {"help_limit": "3 working_days"}, now)
    assert isinstance(found, Preview), found
    assert (found.late_before, found.late_after, found.newly_late, found.newly_kept) == (0, 1, 1, 0)
    assert [(each.name, each.after) for each in found.settings] == [("help_limit", "3 working_days")]
    assert EventRow.objects.count() == events
    same = preview("hotline", {}, now)
    assert isinstance(same, Preview)
    assert (same.late_before, same.late_after) == (0, 0)


@pytest.mark.database
def test_what_was_known_when_a_promise_began_is_what_folding_every_step_gives(desk: Desk) -> None:
    from tongban.apps.adoption.replay import cases, laps
    from tongban.apps.office import office
    from tongban.apps.registry.progress import silent
    from tongban.kernel.events import ClockStarted
    from tongban.kernel.procedure.evolve import evolve, unborn

    sent_back = desk.step(desk.replied(), "send_back", desk.reviewer, send_back_reason="请再去看一次")
    desk.step(desk.register(), "correct", desk.dispatcher, title="下水道堵了", division="330822001")
    desk.step(desk.dispatched(), "withdraw_for", desk.clerk, withdraw_asked="来电要求撤回")
    here = office()
    past = cases(here.journal, "hotline", datetime(2020, 1, 1, tzinfo=UTC), 100)
    found = list(laps(here.journal, past, {"appeal": frozenset({"dispatch", "handle", "check"})}, silent))
    assert {lap.state.clock for lap in found} == {"dispatch", "handle", "check"}
    assert any(lap.then.number == sent_back and lap.state.lap == 2 for lap in found)

    known = {}
    for case in past:
        folded = None
        for entry in here.journal.events(case.id):
            event = entry.event()
            before = folded or unborn(event.case, event.opened, event.at)  # type: ignore[arg-type]
            for follow in event.follows:
                if isinstance(follow, ClockStarted):
                    facts = {**before.facts, **event.facts}
                    given = before.given | event.content.keys()
                    then = (facts, given, dict(before.counts), before.stage, before.holder, before.division)
                    known[case.id, follow.clock, follow.lap] = then
            folded = evolve(folded, event)
    for lap in found:
        then = lap.then
        seen = (dict(then.facts), then.given, dict(then.counts), then.stage, then.holder, then.division)
        assert seen == known[then.id, lap.state.clock, lap.state.lap]
