"""Brought registers as a county brings them: workbooks and text files, looked at, loaded and given out again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from scenario_ground import ROOT, calendar, ground, practice_in
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
FOLDER = ROOT / "tests" / "library" / "practices" / "paper_desk"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PAPERS = [
    ["编码", "名称", "有效期"],
    ["id", "身份证", None],
    ["photo", "照片", 180],
    ["deed", "𠮷村土地证", None],
]
ITEMS = [
    ["编码", "名称", "材料", "可容缺", "承诺时限", "即办", "层级", "单位"],
    ["shop", "开店", "身份证、照片", "photo", 2, "否", "县级", "住房和城乡建设局"],
    ["stall", "摆摊𠮷", "id", None, 1, "是", "county", None],
]


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


@pytest.fixture
def acting(_ground: None):
    from tongban.apps.acting import Acting
    from tongban.apps.rungs import settle
    from tongban.kernel.commands import SYSTEM
    from tongban.library.binding import bind
    from tongban.library.counties import scenario_county
    from tongban.library.story.runner import Ground

    practice = practice_in(FOLDER)
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    settle(Ground(practice, {}, procedure, scenario_county(calendar()), NOW))
    return Acting(NOW, SYSTEM, language="zh-Hans")


def book(**sheets: list[list[object]]) -> bytes:
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def plan(content: bytes, acting, name: str = "catalogue.xlsx", **more):
    from tongban.apps.brought.loading import plan as planned

    return planned(content, name, "paper_desk", acting, **more)


def loaded(content: bytes, acting, **more):
    from tongban.apps.brought.loading import carry_out

    found = plan(content, acting, **more)
    assert not isinstance(found, Refused), found.all()
    done = carry_out(found, acting)
    assert not isinstance(done, Refused), done.all()
    return done


def rows(register: str):
    from tongban.apps.office import office
    from tongban.store.entries import latest

    return {each.entry.key: each.entry for each in latest(office().journal, register)}


def test_a_workbook_is_read_by_titles_of_sheets_labels_of_columns_and_names(acting):
    done = loaded(book(事项=ITEMS, 材料=PAPERS), acting)
    assert [(each.register, each.rows) for each in done.changes] == [("item", 2), ("paper", 3)]
    assert rows("item")["shop"].fields == {
        "title": "开店",
        "papers": ("id", "photo"),
        "deferrable": ("photo",),
        "promised_days": 2,
        "instant": False,
        "level": "county",
        "unit": "housing",
    }
    assert rows("item")["stall"].title == "摆摊𠮷"
    assert rows("paper")["deed"].title == "𠮷村土地证"


def test_what_is_given_out_can_be_loaded_again_and_changes_nothing(acting):
    from tongban.apps.brought.giving import workbook

    loaded(book(事项=ITEMS, 材料=PAPERS), acting)
    out = workbook("paper_desk", acting)
    assert isinstance(out, bytes)
    assert load_workbook(io.BytesIO(out)).sheetnames == ["事项", "材料", "※ tongban"]
    again = plan(out, acting)
    assert not isinstance(again, Refused) and again.nothing
    assert [each.difference.same for each in again.changes] == [2, 3]


def test_every_fault_is_told_at_its_sheet_row_and_column_and_nothing_is_loaded(acting):
    broken = [ITEMS[0], [*ITEMS[1][:4], 99, *ITEMS[1][5:]], ["stall", None, "签证"], ITEMS[1]]
    found = plan(book(事项=broken, 材料=PAPERS), acting)
    assert isinstance(found, Refused)
    assert [(each.code, each.where) for each in found.all()] == [
        ("form.out_of_range", "事项, row 2, 承诺时限"),
        ("register.cell_empty", "事项, row 3, 名称"),
        ("form.unknown_entry", "事项, row 3, 材料"),
        ("table.twice", "事项, row 4, 编码"),
    ]
    assert rows("paper") == {}


def test_two_rows_of_one_code_are_told_with_the_number_of_the_other(acting):
    found = plan(book(材料=[*PAPERS, ["id", "身份证", None]]), acting)
    assert isinstance(found, Refused)
    assert (found.code, found.where, found.facts["other"]) == ("table.twice", "材料, row 5, 编码", 2)


@pytest.mark.parametrize(
    ("sheets", "code", "where"),
    [
        ({"材料": PAPERS, "说明": [["略"]]}, "register.unknown_sheet", "说明"),
        ({"材料": PAPERS, "paper": PAPERS}, "register.sheet_twice", "paper"),
        ({"材料": [[*PAPERS[0], "备注"], [*PAPERS[1], "略"]]}, "register.unknown_column", "材料"),
        ({"材料": [["编码"], ["id"]]}, "sheet.column_missing", "材料, row 1"),
        ({"材料": [["甲", "乙"], ["id", "身份证"]]}, "sheet.no_header", "材料"),
    ],
)
def test_a_sheet_that_is_no_register_or_has_other_columns_is_refused(acting, sheets, code, where):
    found = plan(book(**sheets), acting)
    assert isinstance(found, Refused)
    assert (found.code, found.where) == (code, where)


def test_a_text_file_has_one_register_which_its_name_or_an_option_says(acting):
    text = "编码,名称\nid,身份证\n".encode("gb18030")
    assert isinstance(plan(text, acting, "what.csv"), Refused)
    for name, register in (("paper.csv", ""), ("材料.csv", ""), ("what.csv", "paper")):
        found = plan(text, acting, name, register=register)
        assert not isinstance(found, Refused) and found.changes[0].register == "paper"


def test_codes_of_what_was_loaded_before_may_be_named(acting):
    loaded(book(材料=PAPERS), acting)
    loaded(book(事项=ITEMS), acting)
    assert rows("item")["shop"].fields["papers"] == ("id", "photo")


def test_a_row_that_an_open_case_rests_on_keeps_what_it_said_in_the_case(acting):
    from msgspec.structs import replace

    from tongban.apps.casework.take import open_case
    from tongban.apps.office import office
    from tongban.kernel.commands import ANYBODY

    loaded(book(事项=ITEMS, 材料=PAPERS), acting)
    answers = {"applicant": "330881199003070012", "phone": "13800138000", "item": "开店"}
    taken = open_case("paper_desk", answers, replace(acting, actor=ANYBODY, by_hand=True))
    assert not isinstance(taken, Refused), taken.all()
    later = replace(acting, now=NOW + timedelta(days=1))
    slower = [ITEMS[0], [*ITEMS[1][:4], 30, *ITEMS[1][5:]]]
    loaded(book(事项=slower), later)
    case = office().load(taken.number)
    assert case is not None and case.case.facts["promised"] == 2
    assert case.case.due() == taken.due
    assert set(rows("item")) == {"shop"}


@pytest.mark.parametrize("given", ["shop", "开店"])
def test_a_form_offers_the_papers_that_the_item_lists_as_soon_as_it_is_said(acting, given):
    from msgspec.structs import replace

    from tongban.apps.casework.opening import asks, openings
    from tongban.kernel.commands import ANYBODY

    loaded(book(事项=ITEMS, 材料=PAPERS), acting)
    resident = replace(acting, actor=ANYBODY, by_hand=True)
    [way] = openings(resident)

    def offered(**entered):
        views = {each.id: each for each in asks(way, resident, entered=entered)}
        return [each.value for each in views["handed_in"].options]

    assert offered(item=given) == ["id", "photo"]
    assert offered() == offered(phone="13800138000") == []


def test_a_form_that_does_not_know_its_item_yet_says_that_the_item_comes_first(acting):
    from msgspec.structs import replace

    from tongban.apps.casework.opening import asks, openings
    from tongban.kernel.commands import ANYBODY

    loaded(book(事项=ITEMS, 材料=PAPERS), acting)
    resident = replace(acting, actor=ANYBODY, by_hand=True)
    [way] = openings(resident)

    def papers(**entered):
        return next(each for each in asks(way, resident, entered=entered) if each.id == "handed_in")

    for nothing in ({}, {"phone": "13800138000"}, {"item": "没有的事项"}):
        assert papers(**nothing).first == "事项"
        assert papers(**nothing).options == ()
    chosen = papers(item="shop", handed_in=["id", "photo"])
    assert chosen.first == ""
    assert chosen.shown == "身份证、照片"


def test_a_load_through_a_practice_that_knows_fewer_columns_is_refused(acting):
    from tongban.store import adoptions
    from tongban.store.models import Stamp

    files = dict(practice_in(FOLDER).files)
    files["practice.yaml"] = files["practice.yaml"].replace("id: paper_desk", "id: wider")
    files["registers.yaml"] = (
        files["registers.yaml"]
        .replace("paper:\n", "paper:\n", 1)
        .replace("    - {id: valid_days", "    - {id: colour, kind: code}\n    - {id: valid_days")
    )
    from tongban.apps.office import office

    here = office()
    done = adoptions.adopt(here.journal, files, {}, ["centre"], "", NOW)
    assert not isinstance(done, Refused), done.all()
    assert Stamp.objects.exists()
    found = plan(book(材料=PAPERS), acting)
    assert isinstance(found, Refused)
    assert (found.code, found.facts["columns"], found.facts["id"]) == (
        "register.other_practice",
        ("colour",),
        "wider",
    )


def wrote(key: str, **fields: object) -> None:
    """As a step does that writes into the register."""
    import json

    from tongban.apps.office import office
    from tongban.store.models import Subject
    from tongban.store.notes import chain_id

    county = office().county.code
    Subject.objects.create(
        county=county, register="item", key=key, fields=json.dumps(fields), chain=chain_id(county, "x"), seq=1,
        at=NOW + timedelta(minutes=1),
    )  # fmt: skip


def titles() -> dict[str, tuple[str, bool]]:
    from tongban.apps.office import office

    return dict(office().names.entries.of("item", "zh-Hans"))


def test_a_title_is_the_one_that_holds_now_and_not_one_that_is_to_come(acting):
    loaded(book(事项=ITEMS, 材料=PAPERS), acting)
    renamed = [ITEMS[0], ["shop", "开办商店", *ITEMS[1][2:]]]
    loaded(book(事项=renamed), acting, since=datetime.now(UTC) + timedelta(days=30))
    assert titles() == {"shop": ("开店", True), "stall": ("摆摊𠮷", True)}


def test_a_row_that_a_step_wrote_is_called_as_it_says_at_once(acting):
    loaded(book(事项=ITEMS, 材料=PAPERS), acting)
    assert titles()["shop"] == ("开店", True)
    wrote("shop", title="开办店铺")
    wrote("kiosk", title="报刊亭")
    assert titles()["shop"] == ("开办店铺", True)
    assert titles()["kiosk"] == ("报刊亭", True)


def test_what_is_given_out_holds_what_steps_wrote_and_may_be_named_in_the_next_sheet(acting):
    from msgspec.structs import replace

    from tongban.apps.brought.giving import workbook

    loaded(book(事项=ITEMS, 材料=PAPERS), acting)
    wrote("shop", promised_days=9)
    later = replace(acting, now=NOW + timedelta(hours=1))
    out = workbook("paper_desk", later, ["item"])
    assert isinstance(out, bytes)
    sheet = load_workbook(io.BytesIO(out)).worksheets[0]
    [head, *given] = sheet.iter_rows(values_only=True)
    assert [row[head.index("承诺时限")] for row in given] == ["9", "1"]
    again = plan(out, later, name="item.xlsx")
    assert not isinstance(again, Refused) and again.nothing
    before = plan(book(事项=ITEMS), later)
    assert not isinstance(before, Refused)
    assert [one.key for one, _ in before.changes[0].difference.changed] == ["shop"]
