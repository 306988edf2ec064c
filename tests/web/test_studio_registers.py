"""The studio's pages of registers: what is there, a sheet looked at, loaded once without being sent twice, and every refusal."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from desk_ground import ROOT, Desk, county, desk, sent_queries

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

ADMINISTRATOR = "hushaohua"
HERE = "/studio/registers/paper_desk/"
MOST_QUERIES = 12
PAPERS = [["编码", "名称", "有效期"], ["id", "身份证", None], ["photo", "照片", 180]]
ITEMS = [
    ["编码", "名称", "材料", "承诺时限"],
    ["shop", "开店", "身份证、照片", 2],
    ["stall", "摆摊𠮷", "id", 1],
]


def browser(login: str = ADMINISTRATOR, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=login))
    return client


def book(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def send(client: Client, content: bytes, name: str = "catalogue.xlsx", **more: str) -> Any:
    return client.post(HERE, {"file": SimpleUploadedFile(name, content), **more})


def confirmed(client: Client, looked: Any, **more: str) -> Any:
    """The button below what was looked at, pressed."""
    context = looked.context
    given = {"kept": context["kept"], "mark": context["mark"], **more}
    return client.post(f"{HERE}load/", given, follow=True)


def body(response: Any) -> str:
    return str(response.content.decode())


def codes(register: str) -> list[str]:
    from tongban.apps.office import office
    from tongban.store.entries import latest

    return [each.entry.key for each in latest(office().journal, register)]


@pytest.fixture
def adopted(desk: Desk) -> Desk:
    """A practice with two brought registers, in force."""
    from tongban.apps.adoption.adopting import adopt
    from tongban.kernel.refusal import Refused

    folder = ROOT / "tests" / "library" / "practices" / "paper_desk"
    done = adopt(folder, {}, (Desk.home,), desk.acting(ADMINISTRATOR))
    assert not isinstance(done, Refused), done.all()
    return desk


def test_a_workbook_is_looked_at_loaded_without_being_sent_again_and_given_out(adopted: Desk) -> None:
    client = browser()
    assert "还没有导入过" in body(client.get("/studio/registers/"))
    looked = send(client, book(事项=ITEMS, 材料=PAPERS))
    assert looked.status_code == 200 and "摆摊𠮷" in body(looked) and codes("item") == []
    done = confirmed(client, looked)
    assert "“事项”导入了，现有 2 行。" in body(done) and codes("item") == ["shop", "stall"]
    page = body(client.get("/studio/registers/"))
    assert "胡少华" in page and "还没有导入过" not in page
    given = client.get(f"{HERE}workbook/").content
    assert load_workbook(io.BytesIO(given)).sheetnames == ["事项", "材料", "※ tongban"]
    again = send(client, given)
    assert "没有要导入的" in body(again) and again.context["kept"] == ""
    one = client.get(f"{HERE}workbook/?register=paper").content
    assert load_workbook(io.BytesIO(one)).sheetnames == ["材料", "※ tongban"]


def test_what_changes_is_told_by_column_before_and_after_and_what_ends_comes_first(adopted: Desk) -> None:
    client = browser()
    confirmed(client, send(client, book(事项=ITEMS, 材料=PAPERS)))
    looked = send(client, book(事项=[ITEMS[0], ["shop", "开店", "id", 5]]))
    [change] = looked.context["changes"]
    assert [(each.what, each.code) for each in change.lines] == [("ended", "stall"), ("changed", "shop")]
    told = {each.label: (each.before, each.after) for each in change.lines[1].altered}
    assert told == {"材料": ("id、photo", "id"), "承诺时限": ("2", "5")}
    assert "<del>2</del> → <ins>5</ins>" in body(looked)


def test_every_fault_is_told_at_its_cell_with_what_to_do_in_the_language_of_the_reader(adopted: Desk) -> None:
    broken = [ITEMS[0], ["shop", "开店", "签证", 99], ["stall", None, "id", 1]]
    for language, word in (("zh", "有 3 处要改"), ("en", "3 faults")):
        answer = send(browser(language=language), book(事项=broken, 材料=PAPERS))
        assert answer.status_code == 422 and word in body(answer)
        told = [(each.sheet, each.row, each.column) for each in answer.context["faults"]]
        assert told == [("事项", "2", "承诺时限"), ("事项", "2", "材料"), ("事项", "3", "名称")]
        assert all(each.says and each.fix for each in answer.context["faults"])
    assert codes("paper") == []


def test_a_column_that_was_filled_down_wrong_hides_no_other_fault(adopted: Desk) -> None:
    """3,000 rows: one cause is told a few times and counted, the single slips far below it stand beside."""
    rows = [[f"p{n:04d}", f"材料{n}", "很久"] for n in range(3_000)]
    rows[2_500][1] = None
    rows[2_900][0] = "p2899"
    said = send(browser(), book(材料=[PAPERS[0], *rows])).context["faults"]
    assert [(each.row, each.column) for each in said] == [
        ("2", "有效期"), ("3", "有效期"), ("4", "有效期"), ("5", "有效期"), ("2502", "名称"), ("2902", "编码"),
    ]  # fmt: skip
    assert "2997" in said[3].says.replace(",", "").replace(" ", "") and "3001" in said[3].says.replace(
        ",", ""
    )
    assert said[4].says == "这一格不能为空。"


def test_a_text_file_says_by_name_or_by_choice_which_register_it_is(adopted: Desk) -> None:
    text = "编码,名称\nid,身份证\n".encode("gb18030")
    client = browser()
    assert send(client, text, "what.csv").status_code == 422
    looked = send(client, text, "what.csv", register="paper", since="2026-01-01")
    assert "从 2026年1月1日 00:00 起生效" in body(looked)
    confirmed(client, looked)
    assert codes("paper") == ["id"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "没有选文件"),
        ({"since": "明天"}, "“明天”不是日期"),
        ({"register": "none"}, "不是哪本登记册的名称"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(adopted: Desk, given: dict[str, str], said: str) -> None:
    file = {"file": SimpleUploadedFile("paper.csv", "编码,名称\nid,身份证\n".encode())} if given else {}
    answer = browser().post(HERE, {**file, **given})
    assert answer.status_code == 422 and said in body(answer)


def test_a_file_that_is_too_large_is_refused(adopted: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.web.studio import registers

    monkeypatch.setattr(registers, "LARGEST", 10)
    answer = send(browser(), book(材料=PAPERS))
    assert answer.status_code == 422 and "登记册要整本导入" in body(answer)


def test_what_was_changed_meanwhile_is_shown_anew_and_not_loaded(adopted: Desk) -> None:
    client = browser()
    looked = send(client, book(材料=PAPERS))
    confirmed(client, send(client, book(材料=[*PAPERS, ["deed", "土地证", None]])))
    late = confirmed(client, looked)
    assert (
        late.status_code == 409
        and "在这期间有人改过" in body(late)
        and codes("paper") == ["deed", "id", "photo"]
    )
    assert confirmed(client, late).status_code == 200
    assert codes("paper") == ["id", "photo"]


@pytest.mark.parametrize("kept", ["", "x", "WyJ4Il0:1abc:def"])
def test_a_file_that_is_not_kept_is_not_loaded(adopted: Desk, kept: str) -> None:
    client = browser()
    answer = confirmed(client, send(client, book(材料=PAPERS)), kept=kept)
    assert answer.status_code == 422 and "已经不在了" in body(answer) and codes("paper") == []


def test_a_file_is_loaded_by_nobody_but_whoever_sent_it_and_goes_afterwards(adopted: Desk) -> None:
    from datetime import date

    from tongban.store.models import PostRow

    client = browser()
    looked = send(client, book(材料=PAPERS))
    PostRow.objects.create(
        county="330822", person=Desk.clerk, unit=Desk.home, role="administrator", since=date(2020, 1, 1)
    )
    assert confirmed(browser(Desk.clerk), looked).status_code == 422
    assert confirmed(client, looked).status_code == 200 and codes("paper") == ["id", "photo"]
    assert confirmed(client, looked).status_code == 422  # the file is gone


def test_registers_are_for_the_administrator_alone(adopted: Desk, client: Client) -> None:
    assert client.get("/studio/registers/").status_code == 302
    other = browser(Desk.clerk)
    for path in ("/studio/registers/", HERE, f"{HERE}workbook/"):
        assert other.get(path).status_code == 403
    assert send(other, book(材料=PAPERS)).status_code == 403
    assert other.post(f"{HERE}load/").status_code == 403
    assert "/studio/registers/" not in body(other.get("/studio/"))


def test_a_practice_without_registers_and_an_unknown_register_have_no_page(adopted: Desk) -> None:
    client = browser()
    assert client.get("/studio/registers/hotline/").status_code == 404
    assert client.get("/studio/registers/nowhere/workbook/").status_code == 404
    assert client.get(f"{HERE}workbook/?register=nothing").status_code == 404


def test_the_page_costs_the_same_queries_however_many_rows_there_are(
    adopted: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    client = browser()
    client.get("/studio/registers/")
    before = len(sent_queries(lambda: client.get("/studio/registers/")))
    confirmed(client, send(client, book(事项=ITEMS, 材料=PAPERS)))
    client.get("/studio/registers/")
    after = len(sent_queries(lambda: client.get("/studio/registers/")))
    assert after == before <= MOST_QUERIES
