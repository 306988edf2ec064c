"""A lead takes a hotspot on as one effort: what offices open for themselves is opened, and its cases come under it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from hotspot_ground import hotspot
from scenario_ground import ROOT
from tongban.apps.casework.take import take
from tongban.apps.casework.views import Taken
from tongban.apps.numbers import written
from tongban.kernel.clock import LOCAL

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "hotspot", "sent_queries"]

LEADER, OTHER_LEADER = "tongshuixian", "zengjiayi"
LEAD_OF_HOUSING = "xuxiangyang"
WAY = "task_force-task_force-propose"
MISSING = re.compile("缺少文字|no words for")


def reader(login: str = LEADER, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=login))
    return client


def body(response: Any) -> str:
    return str(response.content.decode())


def day(n: int) -> str:
    return (datetime.now(LOCAL) + timedelta(days=n)).date().isoformat()


@pytest.fixture
def forces(desk: Desk) -> None:
    """The county has adopted a practice that offices alone open."""
    from tongban.apps.acting import Acting
    from tongban.apps.adoption.adopting import adopt
    from tongban.kernel.commands import SYSTEM
    from tongban.kernel.refusal import Refused

    acting = Acting(datetime(2022, 1, 2, tzinfo=UTC), SYSTEM)
    made = adopt(ROOT / "practices" / "task_force", {}, ("county-government",), acting)
    assert not isinstance(made, Refused), made


def answers(**more: object) -> dict[str, object]:
    return {
        "_key": str(uuid4()),
        "title": "搅拌站扬尘噪声专班",
        "aim": "一个月内夜间停工、料场封闭。",
        "sort": "project",
        "lead": "housing",
        "last_day": day(60),
        **more,
    }


def under(number: str) -> str:
    """The number of the case that this one stands under."""
    from tongban.apps.office import office

    here = office()
    (found,) = here.journal.load(numbers=[number])
    above = here.journal.load(ids=[found.case.under]) if found.case.under else ()
    return above[0].case.number if above else ""


def opened(kind: str) -> list[str]:
    """The numbers of all cases of a kind."""
    from tongban.apps.office import office

    rows = office().rows("SELECT number FROM store_case WHERE kind = %s ORDER BY opened_at", [kind])
    return [str(row[0]) for row in rows]


def test_the_hotspot_offers_what_offices_open_and_nothing_that_residents_open(
    hotspot: list[str], forces: None
) -> None:
    page = body(reader().get(f"/lead/hot/{hotspot[0]}/"))
    offered = re.findall(rf'href="/lead/hot/{hotspot[0]}/joint/([^/"]+)/"', page)
    assert offered == [WAY]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_form_begins_with_the_hotspots_words_and_all_its_cases_marked(
    hotspot: list[str], forces: None, language: str
) -> None:
    page = body(reader(language=language).get(f"/lead/hot/{hotspot[0]}/joint/{WAY}/"))
    assert not MISSING.search(page)
    title = re.search(r'name="title"[^>]*value="([^"]*)"', page)
    assert title is not None
    assert "搅拌站" in title[1]
    assert page.count('name="_case"') == 4


def test_one_step_opens_the_task_force_and_places_every_case_once(hotspot: list[str], forces: None) -> None:
    client = reader()
    sent = answers(_case=hotspot)
    for _ in range(2):  # sent twice it acts once
        done = client.post(f"/lead/hot/{hotspot[0]}/joint/{WAY}/", sent)
        (force,) = opened("task_force")
        assert done["Location"] == f"/desk/{force}/"
    assert [under(number) for number in hotspot] == [force] * 4
    assert "4 件已归到它之下" in body(client.get(f"/desk/{force}/"))


def test_what_was_unmarked_stays_where_it_was(hotspot: list[str], forces: None) -> None:
    reader().post(f"/lead/hot/{hotspot[0]}/joint/{WAY}/", answers(_case=hotspot[1:]))
    assert under(hotspot[0]) == ""
    assert all(under(number) for number in hotspot[1:])


@pytest.mark.parametrize(
    ("more", "says"), [({}, "没有勾选任何一件"), ({"last_day": ""}, ""), ({"last_day": "2020-01-01"}, "")]
)
def test_a_wrong_form_comes_back_with_all_that_was_entered_and_opens_nothing(
    hotspot: list[str], forces: None, more: dict[str, object], says: str
) -> None:
    marked = {"_case": hotspot[:2]} if more else {}
    page = reader().post(f"/lead/hot/{hotspot[0]}/joint/{WAY}/", answers(**more, **marked))
    assert page.status_code == 422
    assert "搅拌站扬尘噪声专班" in body(page)
    assert says in body(page)
    assert body(page).count(" checked") >= len(marked.get("_case", ()))
    assert opened("task_force") == []


def test_a_case_that_cannot_be_placed_any_more_is_told_and_the_others_are_placed(
    desk: Desk, hotspot: list[str], forces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.supervision import joint
    from tongban.kernel.refusal import Refused

    def taken(number: str, *rest: Any) -> Any:
        late = number.replace(" ", "") == hotspot[3]
        return Refused("step.conflict") if late else take(number, *rest)

    take = joint.take
    monkeypatch.setattr(joint, "take", taken)
    client = reader()
    done = client.post(f"/lead/hot/{hotspot[0]}/joint/{WAY}/", answers(_case=hotspot))
    assert [bool(under(number)) for number in hotspot] == [True, True, True, False]
    page = body(client.get(done["Location"]))
    assert "3 件已归到它之下" in page
    assert f"{written(hotspot[3])}: " in page


def test_a_running_task_force_takes_the_cases_as_one_more_matter_of_its_own(
    desk: Desk, hotspot: list[str], forces: None
) -> None:
    from tongban.apps.office import office

    reader().post(f"/lead/hot/{hotspot[0]}/joint/{WAY}/", answers(_case=hotspot[:1]))
    (force,) = opened("task_force")
    desk.step(force, "found", OTHER_LEADER, approval_document="会议纪要")
    way = f"{force}-assign_matters"
    page = body(reader().get(f"/lead/hot/{hotspot[0]}/"))
    assert f"/joint/{way}/" in page
    form = body(reader().get(f"/lead/hot/{hotspot[0]}/joint/{way}/"))
    assert re.search(r'name="matter_title"[^>]*value="[^"]*搅拌站', form)
    sent = {
        "_key": str(uuid4()),
        "_case": hotspot[1:],
        "matter_title": "料场封闭",
        "units": ["urban-enforcement"],
        "task": "料场封闭，夜间停工。",
        "matter_day": day(20),
    }
    done = reader().post(f"/lead/hot/{hotspot[0]}/joint/{way}/", sent)
    assert done["Location"] == f"/desk/{force}-01/"
    assert [under(number) for number in hotspot] == [force, *[f"{force}-01"] * 3]
    (found,) = office().journal.load(numbers=[force])
    assert found.subcases.total == 1


def test_whoever_leads_the_task_force_pushes_the_residents_cases_under_it_by_mandate(
    desk: Desk, hotspot: list[str], forces: None
) -> None:
    from tongban.apps.office import office
    from tongban.kernel.refusal import Refused

    refused = take(hotspot[1], "remind", {}, desk.acting(LEAD_OF_HOUSING))
    assert isinstance(refused, Refused)
    assert refused.code == "authority.not_yours"
    reader().post(f"/lead/hot/{hotspot[0]}/joint/{WAY}/", answers(_case=hotspot[1:]))
    (force,) = opened("task_force")
    desk.step(force, "found", OTHER_LEADER, approval_document="会议纪要")
    desk.step(hotspot[1], "remind", LEAD_OF_HOUSING)
    rows = office().rows(
        "SELECT body FROM store_event WHERE chain = (SELECT id FROM store_case WHERE number = %s)"
        " ORDER BY seq DESC LIMIT 1",
        [hotspot[1]],
    )
    assert '"via":"mandate:' in str(rows[0][0])
    unlinked = take(hotspot[0], "remind", {}, desk.acting(LEAD_OF_HOUSING))
    assert isinstance(unlinked, Refused)


def test_a_mandate_costs_a_step_at_most_one_statement_more(
    desk: Desk,
    hotspot: list[str],
    forces: None,
    sent_queries: Callable[[Callable[[], object]], list[str]],
) -> None:
    reader().post(f"/lead/hot/{hotspot[0]}/joint/{WAY}/", answers(_case=hotspot[1:]))
    (force,) = opened("task_force")
    desk.step(force, "found", OTHER_LEADER, approval_document="会议纪要")
    supervisor, lead = desk.acting(desk.supervisor), desk.acting(LEAD_OF_HOUSING)

    def statements(number: str, acting: Any) -> int:
        def remind() -> None:
            assert isinstance(take(number, "remind", {}, acting), Taken)

        return len(sent_queries(remind))

    statements(hotspot[2], supervisor)  # the registers are read once and kept
    alone, placed = statements(hotspot[0], supervisor), statements(hotspot[1], supervisor)
    mandated = statements(hotspot[1], lead)
    assert 0 < alone <= mandated <= alone + 1
    assert placed <= alone + 1


def test_who_may_open_none_of_it_is_offered_nothing_and_refused(
    desk: Desk, hotspot: list[str], forces: None
) -> None:
    assert "/joint/" not in body(reader(LEAD_OF_HOUSING).get("/lead/hot/"))
    refused = reader(desk.other_handler).get(f"/lead/hot/{hotspot[0]}/joint/{WAY}/")
    assert refused.status_code in (404, 409)
    assert reader().get(f"/lead/hot/{hotspot[0]}/joint/hotline-appeal-register/").status_code == 409


def test_what_runs_between_offices_leads_to_its_page_for_nobody_waits_for_a_receipt(
    desk: Desk, forces: None
) -> None:
    way = "/desk/new/?practice=task_force&kind=task_force&step=propose"
    done = reader().post(way, answers())
    (force,) = opened("task_force")
    assert done["Location"] == f"/desk/{force}/"


def test_the_effort_is_no_case_of_the_hotspot_and_no_person(hotspot: list[str], forces: None) -> None:
    from tongban.apps.office import office
    from tongban.store.search import index

    reader().post(
        f"/lead/hot/{hotspot[0]}/joint/{WAY}/", answers(_case=hotspot, title="枫林雅苑混凝土搅拌站专班")
    )
    (force,) = opened("task_force")
    here = office()
    index(here.journal, [each.case.id for each in here.journal.load(numbers=[force])])
    page = body(reader().get(f"/lead/hot/{hotspot[0]}/"))
    assert "4 人反映，4 件" in page
    assert f'class="cover" href="/desk/{force}/"' not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hotspot_says_by_what_it_is_taken_on_and_how_many_of_its_cases_are_under_it(
    hotspot: list[str], forces: None, language: str
) -> None:
    client = reader(language=language)
    again = {"zh": "确需另起一件", "en": "another effort"}[language]
    assert again not in body(client.get(f"/lead/hot/{hotspot[0]}/"))
    client.post(f"/lead/hot/{hotspot[0]}/joint/{WAY}/", answers(_case=hotspot[1:]))
    (force,) = opened("task_force")
    says = {"zh": "4 件中 3 件归到它之下", "en": "3 of 4 cases are under it"}[language]
    for path in ("/lead/hot/", f"/lead/hot/{hotspot[0]}/", f"/lead/hot/{hotspot[0]}/joint/{WAY}/"):
        page = body(client.get(path))
        assert not MISSING.search(page)
        (effort,) = re.findall(r'<p class="taken-on.*?</p>', page)
        assert f'href="/desk/{force}/"' in effort
        assert written(force) in effort
        assert "搅拌站扬尘噪声专班" in effort
        assert says in effort
    page = body(client.get(f"/lead/hot/{hotspot[0]}/"))
    assert again in page
    assert f"/joint/{WAY}/" in page
    form = body(client.get(f"/lead/hot/{hotspot[0]}/joint/{WAY}/"))
    assert re.findall(r'name="_case" value="(\d+)" checked', form) == hotspot[:1]
