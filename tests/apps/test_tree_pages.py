"""An order from the county to its last village: who has it, who read it, what adds up from below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from django.contrib.auth.models import User
from django.test import Client
from msgspec.structs import replace

from desk_ground import ROOT, Desk, county, desk, sent_queries
from tongban.apps.adoption.adopting import adopt
from tongban.apps.casework.foresee import foresee
from tongban.apps.casework.look import look
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.tree import Tree, tree
from tongban.apps.casework.views import CasePage, Foreseen, Taken
from tongban.apps.casework.worklist import Filter, worklist
from tongban.apps.office import office
from tongban.kernel.events import Event
from tongban.kernel.refusal import Refused
from tongban.store.below import below, count_events

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

DRAFTER, ISSUER, GATE = "tongshuixian", "zengjiayi", "liuzeyu"
ORDER = {
    "title": "汛期地质灾害隐患点排查",
    "order": "把辖区内的隐患点走一遍，有险情的先撤人。",
    "measure": "每个点都有结论",
    "basis": "县防指〔2026〕3号",
    "already_held": "nothing",
}


def drafted(desk: Desk, reach: str, minutes: int = 20) -> str:
    adopted = adopt(ROOT / "practices" / "directive", {}, ("county-government",), desk.acting("hushaohua"))
    assert not isinstance(adopted, Refused), adopted
    acting = desk.acting(DRAFTER)
    due = (acting.now + timedelta(days=20)).date().isoformat()
    answers = {**ORDER, "reach": reach, "minutes": minutes, "due_day": due}
    taken = open_case("directive", answers, acting)
    assert isinstance(taken, Taken), taken
    return taken.number


def issued(desk: Desk, reach: str = "villages") -> str:
    number = desk.step(drafted(desk, reach), "issue", ISSUER)
    counted()
    return number


def counted() -> None:
    """What the reactor does, within the transaction of a test."""
    here = office()
    rows = here.rows(
        "SELECT id::text FROM store_case WHERE county = %s AND root IS NOT NULL", [here.county.code]
    )
    for table in ("store_below", "store_course"):
        here.rows(f"DELETE FROM {table} WHERE county = %s RETURNING 1", [here.county.code])
    events: list[Event] = []
    for (id_,) in cast("list[tuple[str]]", rows):
        events += [each.event() for each in here.journal.events(id_)]
    count_events(here.journal, here.procedure, events)


def test_an_order_that_all_processors_decide_reaches_the_same_units(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = seen(issued(desk), "liuzeyu", desk)
    monkeypatch.setattr("tongban.apps.casework.widely.WORTH", 2)
    monkeypatch.setattr("tongban.store.chunks.FEW", 1)
    monkeypatch.setattr("tongban.store.chunks.os.cpu_count", lambda: 2)
    apart = seen(issued(desk), "liuzeyu", desk)
    assert apart.total == at_once.total > 3
    assert [each.unit for each in apart.branches] == [each.unit for each in at_once.branches]


def seen(number: str, login: str, desk: Desk) -> Tree:
    found = tree(number, desk.acting(login))
    assert isinstance(found, Tree), found
    return found


def page(number: str, login: str, desk: Desk) -> CasePage:
    found = look(number, desk.acting(login))
    assert isinstance(found, CasePage), found
    return found


def a_township(number: str) -> tuple[str, str]:
    """A first township that has villages: number of its order, and the unit."""
    here = office()
    for child, holder in cast(
        "list[tuple[str, str]]",
        here.rows(
            """SELECT number, holder FROM store_case c WHERE county = %s AND parent = %s::uuid AND EXISTS (
                 SELECT 1 FROM store_case v WHERE v.county = c.county AND v.parent = c.id) ORDER BY number""",
            [here.county.code, _id(number)],
        ),
    ):
        return child, holder
    raise AssertionError(number)


def _id(number: str) -> str:
    loaded = office().load(number)
    assert loaded is not None
    return loaded.case.id


def handler_at(unit: str) -> str:
    rows = office().rows(
        "SELECT person FROM store_post WHERE unit = %s AND role = 'handler' ORDER BY person", [unit]
    )
    return str(rows[0][0])


def test_one_decision_reaches_every_township_and_village_and_the_tree_counts_them(desk: Desk) -> None:
    number = issued(desk)
    units = office().county.units.values()
    townships = sum(unit.kind == "township" for unit in units)
    villages = sum(unit.kind == "village" for unit in units)
    found = seen(number, DRAFTER, desk)
    assert (found.count, found.total) == (townships, townships + villages)
    assert [(part.total, part.done) for part in found.parts] == [(townships + villages, 0)]
    assert sum(branch.total for branch in found.branches) == villages
    assert (found.late, found.stuck) == (0, ())


def test_what_a_leaf_did_adds_up_at_every_level(desk: Desk) -> None:
    number = issued(desk)
    child, _ = a_township(number)
    here = office()
    [[leaf, unit]] = cast(
        "list[tuple[str, str]]",
        here.rows(
            "SELECT number, holder FROM store_case WHERE county = %s AND parent = %s::uuid ORDER BY number LIMIT 1",
            [here.county.code, _id(child)],
        ),
    )
    before = len(here.journal.events(_id(leaf)))
    acting = desk.acting(DRAFTER)
    leader = replace(acting, actor=replace(acting.actor, posts=(_post(unit, "leader"),)))
    assert isinstance(take(leaf, "sign", {}, leader), Taken)
    assert isinstance(take(leaf, "finish", {"result": "completed", "done": "都走了"}, leader), Taken)
    moved = [each.event() for each in here.journal.events(_id(leaf))[before:]]
    count_events(here.journal, here.procedure, moved)
    for each in (number, child):
        assert seen(each, DRAFTER, desk).parts[0].done == 1
    kept = below(here.journal, [_id(number), _id(child)])
    counted()
    assert below(here.journal, [_id(number), _id(child)]) == kept


def _post(unit: str, role: str) -> object:
    from tongban.kernel.commands import Post

    return Post(unit, role)


def test_opening_an_order_is_reading_it_for_whoever_has_it_and_for_nobody_else(desk: Desk) -> None:
    number = issued(desk, "townships")
    here = office()
    [[child, unit]] = cast(
        "list[tuple[str, str]]",
        here.rows(
            "SELECT number, holder FROM store_case WHERE county = %s AND parent = %s::uuid ORDER BY number LIMIT 1",
            [here.county.code, _id(number)],
        ),
    )
    reader, leader = Client(), Client()
    reader.force_login(User.objects.get(username=handler_at(unit)))
    leader.force_login(User.objects.get(username=DRAFTER))
    leader.get(f"/desk/{child}/")
    page(child, handler_at(unit), desk)  # as a program would fetch it
    assert len(here.journal.events(_id(child))) == 1
    for _ in range(2):
        assert reader.get(f"/desk/{child}/").status_code == 200
    assert [line.what for line in page(child, DRAFTER, desk).story] == ["已读", "已送达"]


def test_an_order_says_what_the_whole_says_without_anything_copied(desk: Desk) -> None:
    number = issued(desk, "townships")
    child = f"{number}-01"
    here = office()
    loaded = here.load(child)
    assert loaded is not None
    assert here.rows("SELECT 1 FROM store_content WHERE chain = %s::uuid", [loaded.case.id]) == []
    mine = page(child, handler_at(loaded.case.holder), desk)
    assert mine.title == ORDER["title"]
    assert ORDER["order"] in [fact.value for fact in mine.part_of]
    rows = worklist(desk.acting(handler_at(loaded.case.holder)), Filter()).rows
    assert ORDER["title"] in [row.title for row in rows]


def test_before_it_goes_out_it_says_what_it_costs(desk: Desk) -> None:
    number = desk.step(drafted(desk, "villages", 100), "issue", ISSUER)
    looked = foresee(number, "approve_burden", {}, desk.acting(GATE))
    assert isinstance(looked, Foreseen), looked
    units = [u for u in office().county.units.values() if u.kind in ("township", "village")]
    told = " ".join(looked.follows)
    assert f"各级加起来 {len(units)} 件" in told
    assert f"{100 * len(units):,}" in told
    assert told.count("各开了一件") == 1


def test_whoever_drafted_an_order_reads_on_its_page_what_it_will_cost_and_whether_the_gate_looks_first(
    desk: Desk,
) -> None:
    units = [u for u in office().county.units.values() if u.kind in ("township", "village")]
    heavy = drafted(desk, "villages", 100)
    told = page(heavy, DRAFTER, desk).costs
    assert told[0] == "先到“待减负审核”，那里同意以后才送出去："
    assert told[1] == f"各级加起来 {len(units)} 件"
    assert f"{100 * len(units):,}" in told[2]
    light = drafted(desk, "townships", 20)
    assert page(light, DRAFTER, desk).costs[0] == "不用先审，直接送出去："
    # Whoever may issue it reads the same beside the button, and what happened afterwards.
    mine = page(heavy, ISSUER, desk)
    [step] = [each for each in mine.steps if each.main]
    assert step.foreseen is not None
    assert list(told) == [line for line in step.foreseen.follows if line in told]
    gated = take(heavy, "issue", {}, desk.acting(ISSUER))
    acting = replace(desk.acting(ISSUER), key="pressed once")
    straight, again = (take(light, "issue", {}, acting) for _ in range(2))
    assert isinstance(gated, Taken)
    assert isinstance(straight, Taken)
    assert gated.says == "已提交。现在“待减负审核”。"
    townships = sum(unit.kind == "township" for unit in units)
    assert straight.says == f"已提交。现在“执行中”。已送到 {townships} 个单位。"
    assert isinstance(again, Taken)
    assert (again.again, again.says) == (True, straight.says)


def test_what_the_same_units_must_finish_that_week_is_counted_by_its_last_day_and_named(desk: Desk) -> None:
    first = issued(desk, "townships")
    [[townships]] = cast(
        "list[tuple[int]]",
        office().rows("SELECT count(*) FROM store_case WHERE parent = %s::uuid", [_id(first)]),
    )
    again = page(drafted(desk, "townships"), DRAFTER, desk).costs
    # Each is to be signed for tomorrow: that is not when it must be finished.
    assert f"已有 {townships} 件上级交办的要办完" in again[3]
    assert again[4].startswith(f"其中 {townships} 件是“{ORDER['title']}”")
    later = open_case(
        "directive",
        {**ORDER, "reach": "townships", "minutes": 20, "due_day": _later(desk)},
        desk.acting(DRAFTER),
    )
    assert isinstance(later, Taken)
    assert len(page(later.number, DRAFTER, desk).costs) == 3


def _later(desk: Desk) -> str:
    return (desk.acting(DRAFTER).now + timedelta(days=60)).date().isoformat()


def test_the_page_of_a_tree_opens_level_by_level_and_costs_the_same_however_wide(
    desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    number = issued(desk)
    client = Client()
    client.force_login(User.objects.get(username=DRAFTER))
    whole = client.get(f"/desk/{number}/tree/").content.decode()
    child, _ = a_township(number)
    assert f"/desk/{child}/tree/" in whole
    part = client.get(f"/desk/{child}/tree/?part=1", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.count("<li>") == seen(child, DRAFTER, desk).count
    assert part.count(ORDER["title"]) == 0  # what all are called is said once, above
    assert f"/desk/{number}/tree/" in client.get(f"/desk/{number}/").content.decode()
    acting = desk.acting(DRAFTER)
    wide, narrow = (len(sent_queries(lambda each=each: tree(each, acting))) for each in (number, child))
    assert wide == narrow == 7
    assert client.get(f"/desk/{number}/tree/?page=x").status_code == 200
    assert client.get(f"/desk/{number}/tree/?page=99999").status_code == 200
    other = Client()
    other.force_login(User.objects.get(username=Desk.handler))
    assert other.get(f"/desk/{number}/tree/").status_code == 404


def test_a_case_that_is_placed_under_another_is_seen_by_whoever_leads_there(desk: Desk) -> None:
    number = issued(desk, "departments")
    case = desk.dispatched()
    order = next(
        str(row[0])
        for row in office().rows(
            "SELECT number FROM store_case WHERE county = %s AND parent = %s::uuid AND holder = 'housing'",
            [office().county.code, _id(number)],
        )
    )
    housing = desk.other_handler
    assert isinstance(look(case, desk.acting(housing)), Refused)
    desk.step(case, "place_under", DRAFTER, under=order)
    assert page(case, housing, desk).under is not None
    assert [each.number.replace(" ", "") for each in page(order, housing, desk).placed] == [case]
    # Whoever has the case gets no right above it.
    assert isinstance(look(order, desk.acting(Desk.handler)), Refused)


def test_what_was_lent_is_shown_with_each_use_of_it(desk: Desk) -> None:
    from tongban.apps.casework.mandates import mandates

    done = adopt(ROOT / "practices" / "task_force", {}, ("county-government",), desk.acting("hushaohua"))
    assert not isinstance(done, Refused), done
    force = _founded(desk, lead="housing")
    case = desk.dispatched()
    desk.step(case, "place_under", DRAFTER, under=force)
    before = mandates(force, desk.acting(DRAFTER))
    assert not isinstance(before, Refused)
    assert [(each.in_force, each.uses) for each in before] == [(True, ())]
    lead = desk.acting(desk.other_handler)
    lead = replace(lead, actor=replace(lead.actor, posts=(_post("housing", "leader"),)))
    assert isinstance(take(case, "remind", {}, lead), Taken)
    [lent] = cast("tuple[Any, ...]", mandates(force, desk.acting(DRAFTER)))
    assert [(use.number.replace(" ", ""), use.unit) for use in lent.uses] == [
        (case, office().names.unit(Desk.unit, "zh-Hans"))
    ]
    told = page(case, desk.handler, desk).story[0]
    assert told.who.endswith("（依授权）")  # who has the case may not see the task force: it is not named
    [seen] = [line.who for line in page(case, DRAFTER, desk).story if "授权" in line.who]
    assert "下水道清疏专班" in seen
    assert force in seen.replace(" ", "")
    assert "县" in lent.reach and force in lent.reach.replace(" ", "")
    assert "催办（专班事项、专班）" in lent.powers  # the kinds are those whose step is open to a mandate
    [given] = [
        line for line in page(force, DRAFTER, desk).story if any("授权" in each for each in line.follows)
    ]
    told = " ".join(given.follows)
    assert "只在这一件和它下面的件里，到" in told and all(each in told for each in lent.powers)
    client = Client()
    client.force_login(User.objects.get(username=DRAFTER))
    assert case in client.get(f"/desk/{force}/mandates/").content.decode()
    assert f"/desk/{force}/mandates/" in client.get(f"/desk/{force}/").content.decode()


def _pushed(desk: Desk) -> tuple[str, str, Any]:
    """A resident's case under a task force that has pushed it once: the force, the case, and somebody of the leading unit."""
    done = adopt(ROOT / "practices" / "task_force", {}, ("county-government",), desk.acting("hushaohua"))
    assert not isinstance(done, Refused), done
    force, case = _founded(desk, lead="housing"), desk.dispatched()
    desk.step(case, "place_under", DRAFTER, under=force)
    lead = desk.acting(desk.other_handler)
    lead = replace(lead, actor=replace(lead.actor, posts=(_post("housing", "leader"),)))
    assert isinstance(take(case, "remind", {}, lead), Taken)
    return force, case, lead


def test_who_led_from_above_sees_a_residents_case_no_longer_once_the_borrowed_authority_has_ended(
    desk: Desk,
) -> None:
    force, case, lead = _pushed(desk)
    assert _sight(force, case, lead) == (True, True, True, True)
    assert isinstance(take(force, "conclude", {"achieved": "已清通。"}, lead), Taken)
    assert _sight(force, case, lead) == (False, False, False, False)
    holder = look(case, desk.acting(Desk.handler))
    assert isinstance(holder, CasePage)  # whose case it is sees it as ever


def test_who_led_from_above_sees_it_no_longer_from_the_second_in_which_the_last_day_ends(desk: Desk) -> None:
    force, case, lead = _pushed(desk)
    [given] = _loaded(force).case.mandates
    assert given.until is not None
    before = replace(lead, now=given.until - timedelta(seconds=1))
    assert _sight(force, case, before) == (True, True, True, True)
    assert _sight(force, case, replace(lead, now=given.until)) == (False, False, False, False)


def _sight(force: str, case: str, lead: Any) -> tuple[bool, bool, bool, bool]:
    """Whether the case opens for its reader, is found by its number, is listed under the task force, and named in its uses."""
    from tongban.apps.casework.mandates import mandates

    found = worklist(lead, Filter(view="all", words=case)).rows
    above = look(force, lead)
    assert isinstance(above, CasePage)
    lent = cast("tuple[Any, ...]", mandates(force, lead))
    [used] = [use for each in lent for use in each.uses]
    return isinstance(look(case, lead), CasePage), bool(found), bool(above.placed), bool(used.number)


def test_who_may_not_be_lent_is_not_offered_and_is_named_where_somebody_names_them_all_the_same(
    desk: Desk,
) -> None:
    from tongban.apps.casework.refused import in_words

    force, _, lead = _pushed(desk)
    above = look(force, lead)
    assert isinstance(above, CasePage)
    [asked] = [field for step in above.steps for field in step.fields if field.id == "lenders"]
    kinds = {office().county.units[each.value].kind for each in asked.options}
    assert "department" in kinds
    assert not kinds & {"township", "village"}
    day = (lead.now + timedelta(days=3)).date().isoformat()
    days = {"from_day": day, "until_day": day}
    answers = {"lenders": ["housing", "tianma"], "loan_for": "清淤", "places": 1, **days}
    refused = take(force, "ask_members", answers, lead)
    assert isinstance(refused, Refused)
    [words] = in_words([refused], force, lead)
    assert "天马" in words.says
    assert "住房" not in words.says


def test_what_throws_a_draft_away_is_not_what_its_drafter_is_offered_first(desk: Desk) -> None:
    steps = page(drafted(desk, "townships"), DRAFTER, desk).steps
    assert "drop" in {step.id for step in steps}
    assert not [step.id for step in steps if step.main]


def _loaded(number: str) -> Any:
    loaded = office().load(number)
    assert loaded is not None
    return loaded


def _founded(desk: Desk, lead: str) -> str:
    acting = desk.acting(DRAFTER)
    day = (acting.now + timedelta(days=90)).date().isoformat()
    answers = {
        "title": "下水道清疏专班",
        "aim": "汛前清通。",
        "sort": "project",
        "lead": lead,
        "last_day": day,
    }
    taken = open_case("task_force", answers, acting)
    assert isinstance(taken, Taken), taken
    return desk.step(taken.number, "found", ISSUER, approval_document="县政府常务会议纪要第7期")


def test_the_meeting_gets_the_whole_tree_as_a_table_in_the_order_of_the_tree(desk: Desk) -> None:
    from io import BytesIO

    import openpyxl

    number = issued(desk)
    client = Client()
    client.force_login(User.objects.get(username=DRAFTER))
    response = client.get(f"/desk/{number}/tree.xlsx")
    assert response["Content-Disposition"] == f'attachment; filename="{number}.xlsx"'
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    head, *rows = sheet.iter_rows(values_only=True)
    assert head[:3] == ("编号", "层级", "单位")
    assert len(rows) == seen(number, DRAFTER, desk).total
    numbers = [str(row[0]).replace(" ", "") for row in rows]
    assert numbers == sorted(numbers, key=lambda each: [int(part) for part in each.split("-")])
    assert {row[1] for row in rows} == {1, 2}
    client.force_login(User.objects.get(username=Desk.handler))
    assert client.get(f"/desk/{number}/tree.xlsx").status_code == 404


def test_a_townships_order_above_the_ceiling_waits_for_the_county_and_then_goes_to_its_own_villages(
    desk: Desk,
) -> None:
    county = office().county
    town = next(
        u.id for u in county.units.values() if u.kind == "township" and county.beneath.get((u.id, "village"))
    )
    adopted = adopt(ROOT / "practices" / "directive", {"ceiling": 600}, (town,), desk.acting("hushaohua"))
    assert not isinstance(adopted, Refused), adopted

    def at(role: str) -> Any:
        acting = desk.acting(DRAFTER)
        return replace(
            acting, actor=replace(acting.actor, person=f"{role} of {town}", posts=(_post(town, role),))
        )

    due = (at("handler").now + timedelta(days=20)).date().isoformat()
    answers = {**ORDER, "reach": "villages", "minutes": 700, "due_day": due}
    drafted = open_case("directive", answers, at("handler"))
    assert isinstance(drafted, Taken), drafted
    assert isinstance(take(drafted.number, "issue", {}, at("leader")), Taken)
    waiting = office().load(drafted.number)
    assert waiting is not None
    assert waiting.case.holder == "county-government"
    assert drafted.number in [
        row.number.replace(" ", "") for row in worklist(desk.acting(ISSUER), Filter()).rows
    ]
    desk.step(drafted.number, "approve_burden", ISSUER)
    gone = office().load(drafted.number)
    assert gone is not None
    assert (gone.case.holder, gone.subcases.total) == (town, county.beneath[town, "village"])


def test_a_tree_of_different_matters_is_a_list_of_what_they_are(desk: Desk) -> None:
    """The three lists of a session: what was raised, who has it, what came of it."""
    adopted = adopt(
        ROOT / "practices" / "inquiry_session", {}, ("county-government",), desk.acting("hushaohua")
    )
    assert not isinstance(adopted, Refused), adopted
    host = DRAFTER
    day = (desk.acting(host).now + timedelta(days=1)).date().isoformat()
    evening = {
        "title": "白石镇问询会",
        "sort": "inquiry",
        "village": "baishi",
        "place": "文化站",
        "held_on": day,
    }
    session = open_case("inquiry_session", evening, desk.acting(host))
    assert isinstance(session, Taken), session
    for matter in ("路灯不亮", "井盖响"):
        raised = {
            "matter_title": matter,
            "matter": "坏了。",
            "responsible": "urban-enforcement",
            "last_day": day,
        }
        desk.step(session.number, "raise", host, **raised)
    client = Client()
    client.force_login(User.objects.get(username=host))
    shown = client.get(f"/desk/{session.number}/tree/").content.decode()
    assert shown.count("路灯不亮") == shown.count("井盖响") == 1


def test_what_is_suggested_at_the_shell_is_sent_by_the_duty_lists_whatever_else_was_adopted(
    desk: Desk,
) -> None:
    from tongban.apps.dispatch.offering import first_routing

    drafted(desk, "townships")
    assert "directive" in dict(office().practices(desk.acting(DRAFTER).now))
    assert first_routing(desk.acting(DRAFTER)) == "hotline"
