"""What is taken out says by whom, and its number leads back to them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from tongban.apps.casework.many.reading import read_steps
from tongban.apps.casework.many.template import template
from tongban.apps.casework.tree_sheet import tree_sheet
from tongban.apps.formats.county_book import county_book, county_folder
from tongban.apps.marking import EXPORTS, Mark, lines_with, mark, taken, trace
from tongban.apps.office import office
from tongban.apps.registry.sheets import read_sheet
from tongban.apps.sheets import MARK_SHEET
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.store.notes import chain_id

pytestmark = pytest.mark.database


def marked(content: object) -> tuple[str, Mark]:
    """The line of a workbook, and whom its number leads to."""
    assert isinstance(content, bytes)
    book = openpyxl.load_workbook(BytesIO(content))
    line = str(book[MARK_SHEET]["A1"].value)
    assert book.worksheets[-1].title == MARK_SHEET and book.properties.description == line
    for sheet in book.worksheets[:-1]:
        assert sheet.oddFooter.left.text == line, "who prints it prints the mark"
    found = trace(line.split()[3])
    assert isinstance(found, Mark), found
    return line, found


def test_every_workbook_of_cases_and_registers_names_who_took_it(desk: Desk) -> None:
    number, acting = desk.ordered(), desk.acting(desk.supervisor)
    for what, content in (
        ("tree", tree_sheet(number, acting)),
        ("steps", template(number, acting)),
        ("county", county_book(acting)),
    ):
        line, found = marked(content)
        assert acting.name in line and desk.supervisor in line and "常山县" in line
        assert (found.person, found.what, found.at) == (desk.supervisor, what, acting.now)
    notes = office().journal.events(chain_id("330822", EXPORTS))
    assert [each.facts()["what"] for each in notes[-3:]] == ["tree", "steps", "county"]


def test_what_was_taken_out_is_read_again_as_if_it_had_no_mark(desk: Desk, tmp_path) -> None:
    number, acting = desk.ordered(), desk.acting(desk.supervisor)
    assert county_folder(county_book(acting), "county.xlsx", tmp_path) is None
    sheet = template(number, acting)
    assert isinstance(sheet, bytes)
    read = read_steps(sheet, acting, office(), number)
    assert MARK_SHEET not in str(read)
    made = mark("cases", "x", acting)
    for language in ("zh-Hans", "en"):
        plain = "编号,title\r\n1,路灯\r\n"
        rows = read_sheet(lines_with(plain, made, language).encode(), strangers=True)
        assert rows == read_sheet(plain.encode(), strangers=True)


def test_a_number_that_was_never_given_leads_to_nobody(desk: Desk) -> None:
    made = mark("cases", "cases.csv", desk.acting(desk.clerk))
    assert isinstance(trace(f"  {made.number.upper()} "), Mark)
    for number in ("", "22222-22222", made.number[:-1], "%", desk.clerk, "cases"):
        found = trace(number)
        assert isinstance(found, Refused) and found.code == "export.no_mark"


def test_a_sheet_whose_number_was_cut_out_is_among_those_of_its_days(desk: Desk) -> None:
    acting = desk.acting(desk.clerk)
    made = mark("cases", "cases.csv", acting)
    day = timedelta(days=1)
    assert made.number in [each.number for each in taken(acting.now - day, acting.now + day)]
    assert taken(acting.now + day) == taken(until=acting.now - 9999 * day) == ()


def test_at_the_shell_it_is_the_machines_user(desk: Desk) -> None:
    from msgspec.structs import replace

    made = mark("cases", "cases.csv", replace(desk.acting(desk.clerk), actor=SYSTEM, name=""))
    found = trace(made.number)
    assert isinstance(found, Mark) and found.person.startswith("shell:") and found.about == "cases.csv"
