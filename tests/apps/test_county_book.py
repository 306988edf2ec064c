"""Registers and cases as sheets: what goes out comes back the same, and no cell is a formula."""

from __future__ import annotations

import csv
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_ground import TEXT, Desk, county, desk
from tongban.apps.formats.cases_sheet import export_cases
from tongban.apps.formats.county_book import SHEETS, at_rows, county_book, county_folder
from tongban.apps.formats.county_cells import LEAVES
from tongban.apps.registry.county_files import read_county
from tongban.apps.registry.loading import load_county
from tongban.kernel.refusal import Refused
from tongban.store.models import UnitRow

__all__ = ["county", "desk"]


def changed(content: bytes, sheet: str, row: int, column: str, value: Any) -> bytes:
    book = openpyxl.load_workbook(BytesIO(content))
    book[LEAVES[sheet].titles[0]].cell(row, list(SHEETS[sheet]).index(column) + 1).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.database
def test_what_a_county_writes_it_reads_again_and_nothing_changes(desk: Desk, tmp_path: Path) -> None:
    content = county_book(desk.acting(desk.clerk))
    assert county_folder(content, "county.xlsx", tmp_path) is None
    done = load_county(tmp_path)
    assert not isinstance(done, Refused), done.all()[:3]
    assert done.changed == 0 and done.passing == ()


@pytest.mark.database
def test_a_changed_cell_changes_that_and_a_fault_is_told_with_its_row(desk: Desk, tmp_path: Path) -> None:
    content = county_book(desk.acting(desk.clerk))
    unit = UnitRow.objects.filter(county="330822").order_by("id")[0]
    phone = changed(content, "units", 2, "phone", "0570-5021234")
    assert county_folder(phone, "county.xlsx", tmp_path) is None
    done = load_county(tmp_path)
    assert not isinstance(done, Refused) and done.changed == 1
    assert UnitRow.objects.get(county="330822", id=unit.id).phone == "0570-5021234"
    wrong = county_folder(changed(content, "units", 7, "level", "galaxy"), "county.xlsx", tmp_path)
    assert isinstance(wrong, Refused) and wrong.where == "单位, row 7, 层级"
    formula = county_folder(changed(content, "units", 3, "name", "=1+1"), "county.xlsx", tmp_path)
    assert isinstance(formula, Refused) and formula.code == "sheet.formula" and "row 3" in formula.where
    headless = county_folder(changed(content, "units", 1, "id", ""), "county.xlsx", tmp_path)
    assert isinstance(headless, Refused) and headless.code == "sheet.column_missing", headless
    assert headless.where.startswith("单位, ") and "编号" in str(headless.facts["known"])


@pytest.mark.database
@pytest.mark.parametrize(
    ("sheet", "row", "column", "value"),
    [("units", 7, "parent", "{id}"), ("units", 7, "name", "字" * 400), ("duties", 9, "name", "字" * 400)],
)
def test_a_fault_of_the_folder_is_told_of_the_row_that_it_came_from(
    desk: Desk, tmp_path: Path, sheet: str, row: int, column: str, value: str
) -> None:
    """What no cell says by itself: a circle of superiors, a name that is too long."""
    book = openpyxl.load_workbook(BytesIO(county_book(desk.acting(desk.clerk))))
    leaf = book[LEAVES[sheet].titles[0]]
    leaf.insert_rows(3)
    own = str(leaf.cell(row, 1).value)
    leaf.cell(row, list(SHEETS[sheet]).index(column) + 1).value = value.replace("{id}", own)
    out = BytesIO()
    book.save(out)
    assert county_folder(out.getvalue(), "county.xlsx", tmp_path) is None
    found = read_county(tmp_path)
    assert isinstance(found, Refused)
    assert f"{sheet}, row {row}" in [each.where for each in at_rows(found, tmp_path).all()]


@pytest.mark.database
def test_one_pass_tells_every_fault_of_a_workbook_each_at_its_sheet_row_and_column(
    desk: Desk, tmp_path: Path
) -> None:
    content = county_book(desk.acting(desk.clerk))
    for sheet, row, column, value in (
        ("divisions", 5, "valid_from", "someday"),
        ("units", 3, "level", "星系"),
        ("units", 6, "name", None),
        ("units", 9, "parent", "不存在的单位"),
        ("units", 10, "parent", "不存在的单位"),
        ("duties", 3, "kind", "有时"),
        ("duties", 4, "categories", "99.99"),
        ("categories", 5, "code", 1),
    ):
        content = changed(content, sheet, row, column, value)
    found = county_folder(content, "county.xlsx", tmp_path)
    assert isinstance(found, Refused)
    assert [(each.code, each.where) for each in found.all()] == [
        ("sheet.not_a_time", "区划, row 5, 起始日"),
        ("county_book.not_one_of", "单位, row 3, 层级"),
        ("sheet.cell_missing", "单位, row 6, 名称"),
        ("county_book.unknown_rows", "单位, row 9, 上级单位"),
        ("county_book.not_one_of", "职责清单, row 3, 主办或配合"),
        ("county_book.unknown", "职责清单, row 4, 类别"),
        ("county_book.spelling", "类别, row 5, 编号"),
    ]


@pytest.mark.database
def test_either_language_is_read_and_a_unit_may_be_named_as_it_is_called(desk: Desk, tmp_path: Path) -> None:
    from msgspec.structs import replace

    english = county_book(replace(desk.acting(desk.clerk), language="en"))
    assert county_folder(english, "county.xlsx", tmp_path) is None
    assert "own" in (tmp_path / "duties.yaml").read_text("utf-8")
    written = (tmp_path / "duties.yaml").read_text("utf-8")
    chinese = county_book(desk.acting(desk.clerk))
    first = UnitRow.objects.get(county="330822", id=json.loads(written.splitlines()[2].strip(" :")))
    chinese = changed(chinese, "duties", 2, "unit", first.name)
    assert county_folder(chinese, "county.xlsx", tmp_path) is None
    assert (tmp_path / "duties.yaml").read_text("utf-8") == written


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: b"PK\x03\x04" + data))
def test_what_is_no_such_workbook_is_refused(data: bytes) -> None:
    assert isinstance(county_folder(data, "x.xlsx", Path("/nowhere")), Refused)


@pytest.mark.database
def test_cases_go_out_without_words_and_names(desk: Desk, tmp_path: Path) -> None:
    number, acting = desk.dispatched(name="欧阳小明", division="330822001"), desk.acting(desk.clerk)
    for ending in ("csv", "xlsx"):
        out = tmp_path / f"cases.{ending}"
        assert export_cases(out, acting) == 1
        if ending == "csv":
            heads, row, [line] = csv.reader(out.read_text("utf-8-sig").splitlines())
            assert line.startswith("※ tongban 导出 ")
        else:
            heads, row = (
                [str(cell or "") for cell in each] for each in openpyxl.load_workbook(out)["cases"].values
            )
        assert heads[0] == "编号" and row[0].replace(" ", "") == number
        told = " ".join(row)
        assert TEXT[:5] not in told and "欧阳" not in told and "138" not in told.replace(row[0], "")
        again = export_cases(out, acting)
        assert isinstance(again, Refused) and again.code == "register.file_there"
    assert isinstance(export_cases(tmp_path / "x.pdf", acting), Refused)
    assert isinstance(export_cases(tmp_path / "y.csv", acting, "nothing"), Refused)
