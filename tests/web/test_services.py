"""What everybody may look up before setting out: found in their own words, made from the catalogue, complete and cheap."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from catalogue_ground import catalogue
from desk_ground import PASSWORD, Desk, county, desk, sent_queries
from resident_ground import Visitor, unhurried, visitor
from tongban.apps.acting import Acting
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import Taken
from tongban.kernel.clock import local_date
from tongban.kernel.commands import SYSTEM

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["catalogue", "county", "desk", "sent_queries", "unhurried", "visitor"]

BASELINE = {"list": 2, "found": 2, "guide": 2, "sheet": 3}
LARGEST = 100_000
"""Bytes of a page."""


def titles(visitor: Visitor) -> list[str]:
    return re.findall(r'<li><h2><a href="[^"]+">([^<]+)</a>', visitor.page)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("新生儿上户口", "household_registration"),
        ("給孩子上戶口", "household_registration"),
        ("baby insurance", "medical_insurance"),
        ("新生儿医保", "medical_insurance"),
        ("身份证丢了", "household_01_replace"),
        ("开饭店", "permit_01_first"),
        ("household_12_first", "household_12_first"),
        ("失业了", "work_01_first"),
        ("失业了怎么办", "work_01_first"),
        ("摩托车上牌", "travel_03_first"),
        ("盖房子", "land_03_first"),
        ("房子过户", "housing_02_first"),
        ("补身份证", "household_01_replace"),
        ("结婚登记", "marriage_01_first"),
        ("办营业执照", "business_01_first"),
        ("营业执照变更", "business_02_change"),
        ("退休金怎么领", "insurance_04_first"),
        ("公积金取钱", "housing_17_first"),
        ("丢了社保卡", "insurance_22_replace"),
        ("驾照到期", "travel_01_renew"),
    ],
)
def test_an_item_is_found_first_by_what_people_call_it(
    catalogue: Desk, visitor: Visitor, words: str, code: str
) -> None:
    visitor.get(f"/services/?words={words}")
    assert re.findall(r'<h2><a href="/services/([^/]+)/"', visitor.page)[0] == code


def test_all_items_are_counted_by_group_and_level_and_the_filter_stands_in_the_address(
    catalogue: Desk, visitor: Visitor
) -> None:
    page = visitor.get("/services/").page
    assert "991 项" in page
    assert len(re.findall(r'<option value="[a-z]+"[^>]*>[^<]+（\d+）', page)) == 17 + 3
    for level, n in (("province", 168), ("city", 452), ("county", 371)):
        assert f"{n} 项" in visitor.get(f"/services/?level={level}").page
    page = visitor.get("/services/?words=登记&level=city&page=2").page
    assert 'value="city" selected' in page
    assert re.search(r'href="\?words=%E7%99%BB%E8%AE%B0&amp;level=city&amp;page=1" rel="prev"', page)
    assert visitor.get("/services/?page=99999").status == 200


def test_nothing_found_says_what_to_do_next(catalogue: Desk, visitor: Visitor) -> None:
    page = visitor.get("/services/?words=飞碟驾照考场").page
    assert "沾一点边" in page or "没有找到" in page
    page = visitor.get("/services/?words=qwertyuiop").page
    for words in ("没有找到", "12345", 'href="/"', "看全部"):
        assert words in page


@pytest.mark.parametrize(
    "query", ["words=%00", "words=%25%27%22", "group=x", "level=%00", "page=-1", "page=x", "words=" + "水" * 5000]
)  # fmt: skip
def test_strange_questions_get_a_page(catalogue: Desk, visitor: Visitor, query: str) -> None:
    assert visitor.get(f"/services/?{query}").status == 200


def test_a_guide_says_what_to_bring_and_what_stays_at_home(catalogue: Desk, visitor: Visitor) -> None:
    page = visitor.get("/services/medical_insurance/").page
    main = page.partition("<main")[2].partition("</main>")[0]
    bring, fetched = main.index("自己带"), main.index("不用带，我们自己取")
    gone = main.index("不再需要")
    assert bring < main.index("本人银行账户") < main.index("可以以后补") < fetched
    assert fetched < main.index("出生医学证明") < main.index("从卫生健康出生证库取") < gone
    assert gone < main.index("证件复印件") < main.index("窗口自行扫描")
    for words in (
        "承诺 1 个工作日",
        "不用跑",
        "社会保险法第二十五条",
        "保险费按当年公布的标准",
        "报上级限期办结",
    ):
        assert words in main
    english = visitor.get("/services/medical_insurance/?lang=en").page
    for words in (
        "Medical insurance of a newborn",
        "Leave these at home: we fetch them",
        "1 working day, promised",
    ):
        assert words in english


def test_what_is_not_entered_is_said_to_be_so_and_never_shown_as_nought(
    catalogue: Desk, visitor: Visitor
) -> None:
    page = visitor.get("/services/travel_01_first/").page
    assert "最多跑 3 次" in page
    assert "列入公布的例外目录：科目考试要到场三次" in page
    assert re.search(r"<dt>收费</dt><dd>还没有录入", page)
    assert visitor.get("/services/nothing_like_it/").status == 404
    assert visitor.get("/services/%00/").status == 404


def test_questions_say_whether_and_why_not_and_what_else_and_keep_nothing(
    catalogue: Desk, visitor: Visitor
) -> None:
    path = "/services/medical_insurance/"
    asked = re.findall(r'name="(ask-[a-z_]+)" value="yes"', visitor.get(path).page)
    assert len(asked) == 2
    visitor.post(path, {**dict.fromkeys(asked, "yes")})
    assert "按您答的，可以办" in visitor.page
    assert visitor.page.count(" checked") == 2
    visitor.post(path, {asked[0]: "yes"})
    assert "还有 1 题没有答" in visitor.page
    visitor.post(path, {asked[0]: "no", asked[1]: "yes"})
    assert "按您答的，这一项办不了" in visitor.page
    assert "先上户口" in visitor.page
    visitor.post(path, {asked[0]: "<script>", asked[1]: "maybe"})
    assert "<script>" not in visitor.page.partition("<main")[2]
    assert " checked" not in visitor.get(path).page


def test_a_remark_is_told_from_the_guide_with_the_item_filled_in(catalogue: Desk, visitor: Visitor) -> None:
    page = visitor.get("/services/household_12_first/").page
    address = re.search(r'href="(/report/service_catalogue/\?item=household_12_first)"', page)
    assert address
    visitor.get(address[1]).press(words="指南写着要带照片，窗口说不用带，白跑了一趟照相馆。")
    assert 'value="household_12_first"' in visitor.page
    visitor.press(wrong="papers").press().press()
    assert "指南写着要带照片" in visitor.page
    assert len(visitor.send()) == 12


def test_whoever_left_no_number_is_asked_for_no_consent_to_messages(
    catalogue: Desk, visitor: Visitor, settings: Any
) -> None:
    settings.TONGBAN_CHANNELS = {"sms": "json://127.0.0.1:9/send?:phone={to}&:key={key}&:message=content"}
    path = "/report/service_catalogue/?item=household_12_first"
    visitor.get(path).press(words="指南写着要带照片，窗口说不用带。")
    visitor.press(wrong="papers").press().press()
    number = visitor.send()
    assert 'name="served"' not in visitor.page
    messages = visitor.get(f"/follow/{number}/messages/").page
    assert "您没有留电话" in messages and 'name="served"' not in messages


def test_staff_see_what_everybody_sees_and_propose_a_change_that_begins_with_the_row(
    catalogue: Desk, client: Client
) -> None:
    client.login(username="yusuzhen", password=PASSWORD)
    page = client.get("/services/household_12_first/").content.decode()
    assert "自己带" in page
    address = re.search(r'href="(/desk/new/\?[^"]*step=propose[^"]*)"', page)
    assert address
    form = client.get(address[1].replace("&amp;", "&")).content.decode()
    assert 'value="household_12_first"' in form
    assert 'value="居住证首次申领"' in form


def test_a_change_that_was_agreed_stands_on_the_page_and_popularity_is_counted(
    catalogue: Desk, visitor: Visitor
) -> None:
    acting = catalogue.acting("yusuzhen")
    answers = {
        "sort": "change",
        "item": "household_12_first",
        "plain": "住满半年就能办。",
        "why_changed": "写清楚",
    }
    taken = open_case("service_catalogue", answers, acting, kind="change", step="propose")
    assert isinstance(taken, Taken), taken
    today = local_date(acting.now).isoformat()
    judged = take(taken.number, "accept", {"old_until": today}, catalogue.acting("qiandongsheng"))
    assert isinstance(judged, Taken), judged
    assert "住满半年就能办" not in visitor.get("/services/household_12_first/").page


def test_the_catalogue_is_downloaded_as_sheets_in_which_it_may_be_loaded_again(
    catalogue: Desk, client: Client
) -> None:
    from openpyxl import load_workbook

    from tongban.apps.brought.loading import Load, plan

    content = client.get("/services/catalogue.xlsx").content
    book = load_workbook(BytesIO(content))
    assert book.worksheets[0].max_row == 1 + 991
    again = plan(
        content, "catalogue.xlsx", "service_catalogue", Acting(datetime.now(UTC), SYSTEM, language="zh-Hans")
    )
    assert isinstance(again, Load) and again.nothing
    assert len(again.changes) == 5


def test_no_catalogue_is_no_fault(visitor: Visitor) -> None:
    assert visitor.get("/services/").status == 404
    assert "还没有事项目录" in visitor.page


def test_the_pages_are_small_and_ask_the_database_as_often_as_they_did(
    catalogue: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    paths = {
        "list": "/services/",
        "found": "/services/?words=新生儿上户口",
        "guide": "/services/medical_insurance/",
        "sheet": "/services/catalogue.xlsx",
    }
    Client().get("/services/")
    assert all(len(Client().get(path).content) < LARGEST for name, path in paths.items() if name != "sheet")
    found = {name: len(sent_queries(lambda path=path: Client().get(path))) for name, path in paths.items()}
    assert found == BASELINE
