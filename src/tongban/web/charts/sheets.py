"""The table of a chart as a file, at the address of its page: ``?as=csv&chart=<id>`` or ``as=xlsx``."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO

from django.http import HttpRequest, HttpResponse

from tongban.apps.sheets import harmless
from tongban.kernel.refusal import Refused
from tongban.web.charts.chart import Cell, Chart, Linked, Table
from tongban.web.frame.errors import refused
from tongban.web.frame.files import XLSX, download

CSV = "text/csv; charset=utf-8"
WIDEST = 60
_DECIMALS = 6


def files(request: HttpRequest, charts: Iterable[Chart]) -> HttpResponse | None:
    """The file that the address asks for; None where it asks for the page."""
    kind = request.GET.get("as", "")
    if not kind:
        return None
    asked = request.GET.get("chart", "")
    chart = next((each for each in charts if each.id == asked), None)
    if chart is None or kind not in {"csv", "xlsx"}:
        return refused(
            request, Refused("chart.unknown", "chart", {"chart": asked[:60], "as": kind[:20]}), 404
        )
    if kind == "csv":
        return download(csv_of(chart.table), CSV, f"{chart.id}.csv")
    return download(xlsx_of(chart), XLSX, f"{chart.id}.xlsx")


def csv_of(table: Table) -> str:
    """Comma-separated, with the mark by which spreadsheets know UTF-8."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(each) for each in _head(table)])
    writer.writerows([_safe(plain(cell)) for cell in row] for row in table.rows)
    return "\ufeff" + out.getvalue()


def xlsx_of(chart: Chart) -> bytes:
    """One sheet: what it shows, the table, where it comes from."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", chart.title)[:31] or "1"
    for n, row in enumerate(_sheet_rows(chart), 1):
        for m, value in enumerate(row, 1):
            cell = sheet.cell(n, m)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula
            if n in {1, 3}:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "B4"
    for m, column in enumerate(chart.table.columns, 1):
        texts = [column.title, *(str(plain(row[m - 1])) for row in chart.table.rows if m <= len(row))]
        sheet.column_dimensions[get_column_letter(m)].width = min(max(map(_width, texts)) + 2, WIDEST)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_rows(chart: Chart) -> Iterator[list[str | int | float | None]]:
    yield [chart.title]
    yield [chart.says]
    yield list(_head(chart.table))
    for row in chart.table.rows:
        yield [plain(cell) for cell in row]
    for note in (chart.table.caption, chart.source):
        if note:
            yield [note]


def _head(table: Table) -> list[str]:
    return [f"{column.title} ({column.unit})" if column.unit else column.title for column in table.columns]


def plain(cell: Cell) -> str | int | float | None:
    """The bare value of a cell."""
    value = cell.value if isinstance(cell, Linked) else cell
    return round(value, _DECIMALS) if isinstance(value, float) else value


def _safe(value: str | int | float | None) -> str | int | float | None:
    return harmless(value) if isinstance(value, str) else value


def _width(text: str) -> int:
    """Columns that a text takes: a Chinese character takes two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
