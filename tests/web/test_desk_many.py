"""Many steps at once on the desk: the sheet to fill in, the sheet sent back, what became of its rows."""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk_ground import Desk, county, desk
from tongban.apps.casework.look import look
from tongban.apps.casework.views import CasePage
from tongban.apps.office import office

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

LEADER = "zengjiayi"
MISSING = re.compile("缺少文字|no words for")


def reader(login: str, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=login))
    return client


def part_of(desk: Desk, number: str) -> str:
    """The number of the order's part that the handler's township or unit has: the first of all."""
    here = office()
    loaded = here.load(number)
    assert loaded is not None
    [[first]] = here.rows(
        "SELECT number FROM store_case WHERE county = %s AND parent = %s::uuid ORDER BY number LIMIT 1",
        [here.county.code, loaded.case.id],
    )
    return str(first)


def sent(number: str, text: str, login: str = LEADER, **more: str) -> tuple[int, str]:
    file = SimpleUploadedFile("steps.csv", text.encode("utf-8-sig"))
    response = reader(login).post(f"/desk/{number}/steps/", {"file": file, **more})
    return response.status_code, response.content.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_how_it_goes_in_both_languages(desk: Desk, language: str) -> None:
    number = desk.ordered()
    page = reader(LEADER, language).get(f"/desk/{number}/steps/").content.decode()
    assert f'href="/desk/{number}/steps.xlsx"' in page
    assert not MISSING.search(page) and not re.search(r"\sstyle=|<style|\son\w+=|<script>", page)
    case = reader(LEADER, language).get(f"/desk/{number}/").content.decode()
    assert f'href="/desk/{number}/steps/"' in case


def test_the_sheet_to_fill_in_lists_the_open_cases_and_the_steps_of_the_reader(desk: Desk) -> None:
    number = desk.ordered()
    response = reader(LEADER).get(f"/desk/{number}/steps.xlsx")
    book = openpyxl.load_workbook(BytesIO(response.content))
    cases, steps, _ = book.worksheets
    loaded = office().load(number)
    assert loaded is not None
    assert cases.max_row == 1 + loaded.subcases.open
    head = [cell.value for cell in cases[1]]
    assert head[0] == "办件编号" and {"步骤", "办理时间", "现在环节"} <= set(head)
    assert str(cases.cell(2, 1).value).replace(" ", "") == part_of(desk, number)
    offered = {row[0].value for row in steps.iter_rows(min_row=2)}
    page = look(part_of(desk, number), desk.acting(LEADER))
    assert isinstance(page, CasePage)
    assert {each.title for each in page.steps} <= offered  # what the page of a case offers


def test_the_sheet_sent_back_unchanged_does_nothing(desk: Desk) -> None:
    number = desk.ordered()
    client = reader(LEADER)
    content = client.get(f"/desk/{number}/steps.xlsx").content
    response = client.post(f"/desk/{number}/steps/", {"file": SimpleUploadedFile("steps.xlsx", content)})
    assert response.status_code == 422
    assert "没有一行写了步骤" in response.content.decode()


def test_refused_rows_are_told_by_row_and_can_be_taken_home(desk: Desk) -> None:
    number = desk.ordered()
    first = part_of(desk, number)
    status, page = sent(number, f"编号,步骤\n{first},没有这一步\n{first},=1+1\n123,sign\n")
    assert status == 200
    assert "办了 0 步；0 步此前已办；3 行没有办成" in page
    assert "第 2 行" in page and "第 3 行" in page and "第 4 行" in page
    table = re.search(r'<textarea name="table" hidden>(.*?)</textarea>', page, re.DOTALL)
    assert (
        table is not None and "case.number_shape" in table[1] and "'=1+1" in table[1].replace("&#x27;", "'")
    )
    response = reader(LEADER).post(f"/desk/{number}/steps.csv", {"table": "a,b"})
    assert response.content.startswith('a,b\r\n"※ tongban 导出 '.encode("utf-8-sig"))
    assert "attachment" in response["Content-Disposition"]


def test_a_page_without_a_file_or_with_no_sheet_says_what_is_wrong(desk: Desk) -> None:
    number = desk.ordered()
    assert reader(LEADER).post(f"/desk/{number}/steps/", {}).status_code == 422
    status, page = sent(number, "%PDF-1.7")
    assert status == 422 and "PDF" in page


def test_whoever_may_not_see_the_case_sees_neither_page_nor_sheet(desk: Desk) -> None:
    number = desk.dispatched()
    stranger = reader(desk.other_handler)
    for path in ("steps/", "steps.xlsx"):
        assert stranger.get(f"/desk/{number}/{path}").status_code == 404
    assert Client().get(f"/desk/{number}/steps/").status_code == 302
