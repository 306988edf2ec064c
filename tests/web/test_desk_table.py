"""A table sent with a step on the desk: the empty one, faults by row and column, and that nothing entered is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from desk_ground import ROOT, Desk, county, desk
from tongban.apps.adoption.adopting import adopt
from tongban.apps.casework.take import open_case
from tongban.apps.casework.views import Taken
from tongban.apps.office import office
from tongban.apps.titles import TITLE
from tongban.kernel.refusal import Refused
from tongban.web.desk.tables import pack, unpack

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

LEADER = "zengjiayi"
HOME = "county-government"
MISSING = re.compile("缺少文字|no words for")
HEAD = "幢,单元,室,产权人,建筑面积（平方分米）,危险等级,包户单位"
GOOD = "7,1,101,演示一,8830,D级,天马街道办事处\n7,1,102,演示二,6200,D级,"


def drafted(desk: Desk) -> str:
    """A campaign that the county government leads itself."""
    home = ("county-government",)
    adopted = adopt(ROOT / "practices" / "clearance_campaign", {}, home, desk.acting("hushaohua"))
    assert not isinstance(adopted, Refused), adopted
    acting = desk.acting(LEADER)
    first, last, empty = ((acting.now + timedelta(days=n)).date().isoformat() for n in (40, 70, 90))
    answers = {
        "title": "老城危旧房", "aim": "一户不漏", "lead": "county-government", "renewal": False, "signing_first": first,
        "signing_last": last, "moving_last": empty,
    }  # fmt: skip
    taken = open_case("clearance_campaign", answers, acting)
    assert isinstance(taken, Taken), taken
    return taken.number


AGAIN = "表格改好了要重新选"


def reader(language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=LEADER))
    return client


def sent(number: str, text: str, encoding: str = "utf-8-sig", **more: str) -> HttpResponse:
    file = SimpleUploadedFile("register.csv", text.encode(encoding))
    posted = {"register_number": "第1号", "_rows": file, **more}
    return reader().post(f"/desk/{number}/steps/list_households/", posted)


def opened(number: str) -> int:
    loaded = office().load(number)
    assert loaded is not None
    return loaded.subcases.total


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_step_asks_for_a_table_and_offers_an_empty_one(desk: Desk, language: str) -> None:
    number = drafted(desk)
    page = reader(language).get(f"/desk/{number}/").content.decode()
    assert 'name="_rows"' in page
    assert f'href="/desk/{number}/steps/list_households/table.xlsx"' in page
    assert not MISSING.search(page) and not re.search(r"\sstyle=|<style|\son\w+=|<script>", page)


def test_the_empty_table_has_the_columns_of_the_form_and_says_how_they_are_filled_in(desk: Desk) -> None:
    response = reader().get(f"/desk/{drafted(desk)}/steps/list_households/table.xlsx")
    table, notes = openpyxl.load_workbook(BytesIO(response.content)).worksheets
    head = [cell.value for cell in table[1]]
    assert head[:4] == ["幢", "单元", "室", "产权人"]
    assert "签约截止日" not in head  # the same for all, and carried
    said = {row[0].value: str(row[1].value) for row in notes.iter_rows()}
    assert said["室"].startswith("必填")
    assert "A级、B级、C级、D级" in said["危险等级"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_opens_a_case_for_each_row(desk: Desk, encoding: str) -> None:
    number = drafted(desk)
    assert sent(number, f"{HEAD}\n{GOOD}", encoding).status_code == 302
    rows = office().rows(
        "SELECT c.holder, c.state::json -> 'facts' ->> 'danger' FROM store_case c JOIN store_case p ON p.id = c.parent AND "
        "p.county = c.county WHERE p.number = %s ORDER BY c.number",
        [number],
    )
    assert rows == [("tianma", "d"), ("county-government", "d")]


def test_each_flat_of_a_table_is_called_by_its_own_key_before_the_name_of_the_whole(desk: Desk) -> None:
    number = drafted(desk)
    sent(number, f"{HEAD}\n{GOOD}")
    titles = office().rows(
        f"SELECT title, {TITLE} FROM store_case WHERE parent IS NOT NULL ORDER BY number", []
    )
    assert titles == [("7-1-101", "7-1-101 · 老城危旧房"), ("7-1-102", "7-1-102 · 老城危旧房")]


def test_faults_are_told_by_the_row_of_the_sheet_and_its_column_and_nothing_is_opened(desk: Desk) -> None:
    number = drafted(desk)
    response = sent(number, f"{HEAD}\n{GOOD}\n7,1,,演示三,0,F级,\n7,1,101,演示四,5000,D级,")
    page = response.content.decode()
    assert response.status_code == 422
    assert "第 4 行“室”" in page and "第 4 行“建筑面积（平方分米）”" in page and "第 4 行“危险等级”" in page
    assert "第 5 行“幢”" in page
    assert opened(number) == 0
    assert 'value="第1号"' in page and AGAIN in page


def test_a_sheet_that_cannot_be_read_is_refused_by_its_column(desk: Desk) -> None:
    number = drafted(desk)
    page = sent(number, "幢,单元,产权人\n7,1,演示一").content.decode()
    assert "室" in page and opened(number) == 0


def test_a_table_is_kept_while_something_else_is_mended(desk: Desk) -> None:
    number = drafted(desk)
    response = sent(number, f"{HEAD}\n{GOOD}", register_number="")
    page = response.content.decode()
    assert response.status_code == 422 and "已读好 2 行" in page and AGAIN not in page
    [kept] = re.findall(r'name="_rows_kept" value="([^"]+)"', page)
    again = {"register_number": "第1号", "_rows_kept": kept}
    assert reader().post(f"/desk/{number}/steps/list_households/", again).status_code == 302
    assert opened(number) == 2


def test_the_same_flat_is_not_registered_twice_by_a_later_table(desk: Desk) -> None:
    number = drafted(desk)
    assert sent(number, f"{HEAD}\n{GOOD}").status_code == 302
    page = sent(number, f"{HEAD}\n7,1,103,演示三,6000,D级,\n7,1,101,演示一,8830,D级,").content.decode()
    assert "第 3 行“幢”" in page and opened(number) == 2


def test_what_no_page_of_ours_wrote_is_no_table() -> None:
    filled = unpack("")
    assert filled.rows == ()
    assert unpack("x" * 50).rows == ()
    assert unpack(pack(filled)).rows == ()


def test_a_household_that_says_no_is_entered_on_the_page_and_what_was_meant_is_kept(desk: Desk) -> None:
    assert sent(drafted(desk), f"{HEAD}\n{GOOD}").status_code == 302
    [(flat,)] = office().rows(
        "SELECT number FROM store_case WHERE kind = 'household' AND holder = %s", [HOME]
    )
    page = reader().get(f"/desk/{flat}/").content.decode()
    assert re.findall(r'<input type="radio" name="consents" id="say-consents[^"]*" value="(\w+)"', page) == [
        "true",
        "false",
    ]
    refused = reader().post(f"/desk/{flat}/steps/say/", {"consents": "false", "opinion": "长" * 1001})
    assert refused.status_code == 422
    assert re.search(r'name="consents"[^>]* value="false" checked', refused.content.decode())
    assert reader().post(f"/desk/{flat}/steps/say/", {"consents": "false"}).status_code == 302
    loaded = office().load(flat)
    assert loaded is not None
    assert loaded.case.facts["consents"] is False


def test_many_flats_of_few_units_are_told_by_how_many_were_opened_and_each_unit_once(desk: Desk) -> None:
    number = drafted(desk)
    rows = "\n".join(f"7,1,{n},演示,8830,D级,天马街道办事处" for n in range(101, 106))
    assert sent(number, f"{HEAD}\n{rows}\n7,1,106,演示,8830,D级,").status_code == 302
    page = reader().get(f"/desk/{number}/").content.decode()
    assert re.search("给[^、<]*天马[^、<]*、[^、<]*一共开了 6 件", page)
    assert "6 个单位" not in page


def test_a_bound_is_told_as_its_field_is_written_and_only_where_one_was_set(desk: Desk) -> None:
    loaded = office().load(drafted(desk))
    assert loaded is not None
    chinese, english = (office().wording(loaded.case.adoption, each) for each in ("zh-Hans", "en"))
    least = Refused("form.too_small", "offered_money", {"min": 0})
    assert chinese.refusal(least).fix == "最小 0.00 元。"
    assert english.refusal(least).fix == "The least is 0.00 yuan."
    people = Refused("form.out_of_range", "rows/2/people", {"min": 0, "max": 50})
    assert chinese.refusal(people).fix == "请填 0 人 到 50 人。"


def test_of_two_rows_that_are_the_same_both_are_told_as_the_sheet_counts_and_the_table_is_not_said_to_be_read(
    desk: Desk,
) -> None:
    response = sent(drafted(desk), f"{HEAD}\n{GOOD}\n7,1,101,演示四,5000,D级,")
    page = response.content.decode()
    assert response.status_code == 422
    assert "第 4 行“幢”" in page and "第一次是第 2 行" in page
    assert "已读好" not in page and 'name="_rows_kept"' not in page


def test_a_column_that_the_step_does_not_ask_for_is_named(desk: Desk) -> None:
    number = drafted(desk)
    assert sent(number, f"{HEAD},备注\n7,1,101,演示一,8830,D级,,常年在外").status_code == 302
    client = reader()
    file = SimpleUploadedFile("register.csv", f"{HEAD},备注\n7,1,102,演示二,8830,D级,,".encode())
    posted = {"register_number": "第2号", "_rows": file}
    page = client.post(f"/desk/{number}/steps/list_households/", posted, follow=True).content.decode()
    assert "表里这些列这一步不问，没有登记：备注。" in page
    assert opened(number) == 2
