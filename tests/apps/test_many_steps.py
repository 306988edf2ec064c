"""A sheet of steps: each row decided as on its page, twice is once, and what cannot be taken stands by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from msgspec.structs import replace

from desk_ground import ROOT, Desk, county, desk, sent_queries
from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import adopt
from tongban.apps.casework.many.reading import read_steps
from tongban.apps.casework.many.rows import Done, StepRow
from tongban.apps.casework.many.taking import take_rows
from tongban.apps.casework.many.template import template
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import Taken
from tongban.apps.numbers import new_number
from tongban.apps.office import office
from tongban.kernel.case import Case
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.store.batch import STEP
from tongban.store.below import below, count_events
from tongban.store.course import course

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

LEADER, DRAFTER = "zengjiayi", "tongshuixian"
KINDS = ("power", "telecom", "water", "road")


def earlier(desk: Desk, login: str, days: float) -> Acting:
    acting: Acting = desk.acting(login)
    return replace(acting, now=acting.now - timedelta(days=days))


def plan(desk: Desk, days: float = 10) -> tuple[str, list[str]]:
    """A plan of recovery from some days ago, with four targets for the handler's unit; their numbers."""
    done = adopt(
        ROOT / "practices" / "recovery_plan", {}, ("county-government",), earlier(desk, "hushaohua", 60)
    )
    assert not isinstance(done, Refused), done
    drafter, leader = earlier(desk, DRAFTER, days), earlier(desk, LEADER, days)
    day = local_date(drafter.now)
    answers = {
        "title": "台风灾后恢复",
        "disaster_day": day.isoformat(),
        "damage": "全县受灾",
        "last_day": "2099-01-01",
    }
    opened = open_case("recovery_plan", answers, drafter)
    assert isinstance(opened, Taken), opened
    _taken(take(opened.number, "approve", {}, leader))
    for n, kind in enumerate(KINDS):
        target = {"target": kind, "target_name": f"第{n + 1}片", "unit": [desk.unit], "total": 10 + n}
        _taken(take(opened.number, "set_target", target, leader))
    here = office()
    rows = here.rows(
        "SELECT number FROM store_case WHERE county = %s AND parent IS NOT NULL ORDER BY number",
        [here.county.code],
    )
    return opened.number, [str(row[0]) for row in rows]


def _taken(taken: Taken | Refused) -> None:
    assert isinstance(taken, Taken), taken


def done(rows: list[StepRow], acting: Acting, *, under: str = "", all_or_none: bool = False) -> Done:
    found = take_rows(rows, acting, under=under, all_or_none=all_or_none)
    assert isinstance(found, Done), found
    return found


def came(found: Done) -> list[str]:
    """What became of each row, with the code where it was refused."""
    return [each.refused.code if each.refused is not None else each.came for each in found.rows]


def case(number: str) -> Case:
    loaded = office().load(number)
    assert loaded is not None
    return loaded.case


def report(number: str, at: datetime | None, n: int, row: int = 3) -> StepRow:
    answers = {"done": n, "deed": "全部抢通。", "evidence": "验收单"}
    return StepRow(row, "report", number, at=at, answers=answers)


def test_several_steps_of_one_case_are_folded_in_the_order_of_their_rows(desk: Desk) -> None:
    _, (first, second, *_) = plan(desk)
    acting = desk.acting(desk.handler)
    monday, tuesday = acting.now - timedelta(days=9), acting.now - timedelta(days=8)
    rows = [
        StepRow(2, "sign", first, at=monday),
        StepRow(3, "sign", second, at=monday),
        report(first, tuesday, 10, 4),
    ]
    assert came(done(rows, acting)) == ["taken"] * 3
    assert (case(first).stage, case(second).stage) == ("checking", "working")
    entries = office().journal.events(case(first).id)
    kept = [each for each in entries if each.event().step in ("sign", "report")]
    assert [each.at for each in kept] == [monday, tuesday]
    assert all(each.recorded > acting.now - timedelta(minutes=5) for each in kept)  # when it was entered
    assert {each.event().by.person for each in kept} == {acting.actor.person}  # and by whom


def test_the_same_rows_a_second_time_do_nothing(desk: Desk) -> None:
    _, (first, *_) = plan(desk)
    acting = desk.acting(desk.handler)
    rows = [StepRow(2, "sign", first), report(first, None, 10)]
    assert came(done(rows, acting)) == ["taken", "taken"]
    before = case(first)
    again = done(rows, desk.acting(desk.handler))
    assert came(again) == ["known", "known"]
    assert (case(first), again.taken, again.known) == (before, 0, 2)


def test_a_row_that_was_taken_with_other_words_is_refused_and_nothing_changes(desk: Desk) -> None:
    _, (first, *_) = plan(desk)
    acting = desk.acting(desk.handler)
    at = acting.now - timedelta(days=1)
    assert came(
        done([StepRow(2, "sign", first, at=at - timedelta(hours=1)), report(first, at, 10)], acting)
    ) == [
        "taken",
        "taken",
    ]
    other = replace(report(first, at, 10), answers={"done": 10, "deed": "另一种说法", "evidence": "验收单"})
    assert came(done([other], acting)) == ["rows.other_words"]


def test_a_refused_row_holds_back_the_later_rows_of_its_case_and_no_other(desk: Desk) -> None:
    _, (first, second, *_) = plan(desk)
    acting = desk.acting(desk.handler)
    rows = [
        StepRow(2, "sign", first),
        report(first, None, 9, 3),  # not all of them: the condition does not hold
        report(first, None, 10, 4),
        StepRow(5, "sign", second),
    ]
    assert came(done(rows, acting)) == ["taken", "step.condition", "rows.held_back", "taken"]
    rows[1] = report(first, None, 10, 3)
    assert came(done(rows[:2] + rows[3:], acting)) == ["known", "taken", "known"]


def test_all_or_none_writes_nothing_where_one_row_is_refused(desk: Desk) -> None:
    _, (first, second, *_) = plan(desk)
    rows = [StepRow(2, "sign", first), report(second, None, 10)]
    found = done(rows, desk.acting(desk.handler), all_or_none=True)
    assert (found.kept, found.taken, came(found)[1]) == (False, 0, "step.not_from_here")
    assert case(first).stage == "given"
    assert came(done(rows[:1], desk.acting(desk.handler), all_or_none=True)) == [
        "taken"
    ]  # no request was left behind


def test_nothing_happens_in_the_future_nor_before_what_happened_last(desk: Desk) -> None:
    _, (first, second, *_) = plan(desk, days=3)
    acting = desk.acting(desk.handler)
    rows = [
        StepRow(2, "sign", first, at=acting.now + timedelta(hours=1)),
        StepRow(3, "sign", second, at=acting.now - timedelta(days=5)),
    ]
    assert came(done(rows, acting)) == ["rows.future", "rows.before"]


def test_whoever_may_not_take_a_step_may_not_take_it_from_a_sheet(desk: Desk) -> None:
    number, (first, *_) = plan(desk)
    stranger = done(
        [StepRow(2, "sign", first), StepRow(3, "sign", new_number(datetime.now(UTC)))],
        desk.acting(desk.other_handler),
    )
    assert came(stranger) == ["case.unknown", "case.unknown"]  # not even that it exists is told
    over = done([StepRow(2, "sign", first), StepRow(3, "approve", number)], desk.acting(DRAFTER))
    assert came(over) == ["authority.not_yours", "step.not_from_here"]
    assert case(first).stage == "given"


def test_what_lies_in_the_past_reminds_nobody(desk: Desk) -> None:
    """Signing was due in hours; it is entered days later with its real moment, after the reminders would have come."""
    _, (first, *_) = plan(desk, days=10)
    acting = desk.acting(desk.handler)
    found = done([StepRow(2, "sign", first, at=acting.now - timedelta(days=6))], acting)
    assert came(found) == ["taken"]
    steps = [each.event().step for each in office().journal.events(case(first).id) if each.kind == STEP]
    assert "remind" not in steps and steps[-1] == "sign"
    assert any(clock.kept is False for clock in case(first).clocks)  # late stays late


def test_cases_are_told_apart_by_what_they_were_opened_with(desk: Desk) -> None:
    number, targets = plan(desk)
    acting = desk.acting(desk.handler)
    keyed: list[StepRow] = [
        StepRow(2, "sign", key={"target": "water"}),
        StepRow(3, "sign", key={"target": "water", "total": "99"}),
        StepRow(4, "sign", key={"total": "13", "target": "road"}),
    ]
    found = done(keyed, acting, under=number)
    assert came(found) == ["taken", "rows.no_case", "taken"]
    assert {case(each).facts["target"]: case(each).stage for each in targets} == {
        "power": "given",
        "telecom": "given",
        "water": "working",
        "road": "working",
    }
    assert came(done(keyed[:1], acting)) == ["rows.under_missing"]
    other = desk.dispatched()
    assert came(done([StepRow(2, "sign", other)], acting, under=number)) == ["rows.not_below"]


SHEET = """办件编号,步骤,办理时间,已完成数,怎么做的,依据,现在环节
{first},签收,{day} 09:00,,,,未签收
{first},report,{day} 15:00,10,"抢通，全部",验收单,
{second},签收,不是时间,,,,
,,,,,,
{third},签收,,,多填的,,
"""


def labelled(desk: Desk) -> str:
    """The sheet above with the labels that the practice has."""
    here = office()
    adoption = here.adopted("recovery_plan", desk.acting(desk.handler).now)
    assert adoption is not None
    words = here.wording(adoption, "zh-Hans")
    names = {"已完成数": "done", "怎么做的": "deed", "依据": "evidence"}
    text = SHEET
    for name, field in names.items():
        text = text.replace(f",{name}", f",{words.label('report', field)}", 1)
    return text.replace("签收", words.step("sign")).replace("未" + words.step("sign"), "未签收")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_sheet_is_read_by_the_labels_of_the_fields(desk: Desk, encoding: str) -> None:
    number, (first, second, third, _) = plan(desk)
    acting = desk.acting(desk.handler)
    day = (acting.now - timedelta(days=8)).date().isoformat()
    text = labelled(desk).format(first=first, second=second, third=third, day=day)
    book = read_steps(text.encode(encoding), acting, office(), number)
    assert [row.number for row in book.rows] == [2, 3, 4, 6]
    found = done(list(book.rows), acting, under=number)
    assert came(found) == ["taken", "taken", "sheet.not_a_time", "rows.not_asked"]
    assert case(first).facts["done"] == 10
    assert case(first).last_at == datetime.fromisoformat(f"{day}T15:00:00+08:00")


def test_a_step_that_there_is_not_is_told_as_such_whatever_else_the_row_holds(desk: Desk) -> None:
    number, (first, *_) = plan(desk)
    acting = desk.acting(desk.handler)
    book = read_steps(f"编号,步骤,done\n{first},飞上天,3\n".encode(), acting, office(), number)
    assert came(done(list(book.rows), acting, under=number)) == ["step.unknown"]


def test_what_stands_under_a_header_that_no_step_has_is_refused_with_its_row(desk: Desk) -> None:
    number, (first, second, third, _) = plan(desk)
    acting = desk.acting(desk.handler)
    sheet = f"编号,步骤,心情\n{first},sign,好\n{second},sign,\n{third},,不急\n"
    book = read_steps(sheet.encode(), acting, office(), number)
    assert book.ignored == ("心情",)
    found = done(list(book.rows), acting, under=number)
    assert came(found) == [
        "rows.not_asked",
        "taken",
    ]  # and a note beside a row without a step asks for nothing
    assert found.rows[0].refused is not None and found.rows[0].refused.facts["header"] == "心情"
    assert (case(first).stage, case(second).stage) == ("given", "working")


def test_a_key_may_be_what_people_call_it(desk: Desk) -> None:
    number, targets = plan(desk)
    acting = desk.acting(desk.handler)
    here = office()
    wording = here.wording(case(targets[0]).adoption, "zh-Hans")
    sheet = template(number, acting)
    assert isinstance(sheet, bytes)
    cells = openpyxl.load_workbook(BytesIO(sheet)).worksheets[0]
    label, water = wording.label("set_target", "target"), wording.choice("target", "water")
    shown = {str(cell.value) for row in cells.iter_rows() for cell in row}
    assert {label, water} <= shown and "water" not in shown
    book = read_steps(f"{label},步骤\n{water},sign\n".encode(), acting, here, number)
    assert [row.key for row in book.rows] == [{"target": "water"}]
    assert came(done(list(book.rows), acting, under=number)) == ["taken"]


def test_a_file_that_is_no_sheet_of_steps_is_told_in_the_words_of_this_sheet(desk: Desk) -> None:
    number, _ = plan(desk)
    book = read_steps("这是一封信\n你好\n".encode(), desk.acting(desk.handler), office(), number)
    assert [each.code for each in book.faults] == ["rows.no_header"]


def test_a_sheet_without_a_step_is_refused_as_a_whole(desk: Desk) -> None:
    number, (first, *_) = plan(desk)
    acting = desk.acting(desk.handler)
    empty = read_steps(f"办件编号,步骤\n{first},\n".encode(), acting, office(), number)
    assert [each.code for each in empty.faults] == ["rows.nothing"]
    stranger = read_steps(
        b"\xe7\xbc\x96\xe5\x8f\xb7,step\n1,2\n", desk.acting(desk.other_handler), office(), number
    )
    assert [each.code for each in stranger.faults] == ["case.unknown"]


def test_a_set_costs_the_same_questions_for_one_case_as_for_four(
    desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    _, targets = plan(desk)
    acting = desk.acting(desk.handler)
    done([StepRow(2, "sign", targets[0])], acting)
    one = sent_queries(lambda: done([StepRow(2, "sign", targets[1])], acting))
    rest = [StepRow(n, "sign", target) for n, target in enumerate(targets[2:], 2)]
    assert len(sent_queries(lambda: done(rest, acting))) == len(one)


def moves(top: str) -> dict[tuple[str, date], int]:
    found = course(office().journal, case(top).id)
    return {(phase, day): n for (_, phase), days in found.items() for day, n in days.items()}


def test_the_course_counts_each_step_on_its_real_day(desk: Desk) -> None:
    number, (first, second, *_) = plan(desk, days=10)
    acting = desk.acting(desk.handler)
    opened, reported = (local_date(acting.now - timedelta(days=n)) for n in (10, 4))
    at = acting.now - timedelta(days=4)
    done([StepRow(2, "sign", first, at=at), report(first, at, 10)], acting)
    leader = desk.acting(DRAFTER)
    here = office()
    ids = [case(each).id for each in (first, second)]
    events = [each.event() for id_ in ids for each in here.journal.events(id_)]
    count_events(here.journal, here.procedure, events)
    assert moves(number) == {("at_work", opened): 2, ("at_work", reported): -1, ("checking", reported): 1}
    done([StepRow(2, "send_back", first, answers={"send_back_reason": "少一处"})], leader)
    last = here.journal.events(case(first).id)[-1].event()
    count_events(here.journal, here.procedure, [last])
    now = moves(number)
    assert now[("checking", local_date(leader.now))] == -1  # what goes back counts minus
    assert {
        phase: n for (_, phase), n in below(here.journal, [case(number).id])[case(number).id].items()
    } == {"at_work": 2}
