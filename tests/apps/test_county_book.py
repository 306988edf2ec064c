"""Registers and cases as sheets: what goes out comes back the same, and no cell is a formula."""

from __future__ import annotations

import csv
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
from tongban.apps.registry.county_files import read_county
from tongban.apps.registry.loading import load_county
from tongban.kernel.refusal import Refused
from tongban.store.models import UnitRow

__all__ = ["county", "desk"]


def changed(content: bytes, sheet: str, row: int, column: str, value: Any) -> bytes:
    book = openpyxl.load_workbook(BytesIO(content))
    book[sheet].cell(row, list(SHEETS[sheet]).index(column) + 1, value)
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
    wrong = changed(content, "units", 7, "level", "galaxy")
    assert county_folder(wrong, "county.xlsx", tmp_path) is None
    found = read_county(tmp_path)
    assert isinstance(found, Refused) and [each.where for each in found.all()] == ["units.yaml:7"]
    formula = county_folder(changed(content, "units", 3, "name", "=1+1"), "county.xlsx", tmp_path)
    assert isinstance(formula, Refused) and formula.code == "sheet.formula" and "row 3" in formula.where
    headless = county_folder(changed(content, "units", 1, "id", ""), "county.xlsx", tmp_path)
    assert isinstance(headless, Refused) and headless.code == "sheet.column_missing", headless
    assert headless.where.startswith("units") and headless.facts["header"] == "id"


@pytest.mark.database
@pytest.mark.parametrize(
    ("sheet", "row", "column", "value"),
    [
        ("duties", 9, "kind", "sometimes"),
        ("units", 7, "level", "galaxy"),
        ("units", 7, "parent", "nowhere"),
        ("divisions", 5, "valid_from", "someday"),
    ],
)
def test_a_fault_of_the_folder_is_told_of_the_row_that_it_came_from(
    desk: Desk, tmp_path: Path, sheet: str, row: int, column: str, value: str
) -> None:
    book = openpyxl.load_workbook(BytesIO(county_book(desk.acting(desk.clerk))))
    book[sheet].insert_rows(3)
    book[sheet].cell(row, list(SHEETS[sheet]).index(column) + 1, value)
    out = BytesIO()
    book.save(out)
    assert county_folder(out.getvalue(), "county.xlsx", tmp_path) is None
    found = read_county(tmp_path)
    assert isinstance(found, Refused)
    assert at_rows(found, tmp_path).all()[0].where == f"{sheet}: row {row}"


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
