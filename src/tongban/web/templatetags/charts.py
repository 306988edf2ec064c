"""``{% chart one %}`` shows a chart: what it is, its picture where scripts run, its table, and how to take it along."""

from __future__ import annotations

from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.template import Context
from msgspec import Struct

from tongban.web.charts import Chart, Column, Linked
from tongban.web.charts.chart import Cell
from tongban.web.words import DEFAULT

register = template.Library()
OPEN = 12
"""Rows up to which a table stands open."""


class Shown(Struct, frozen=True):
    """A cell as it is written; ``title`` is that of its column, for narrow screens."""

    text: str
    href: str
    number: bool
    title: str


@register.inclusion_tag("charts/chart.html", takes_context=True)
def chart(context: Context, one: Chart, level: int = 2) -> dict[str, object]:
    """``level`` is that of its heading, 2 or 3."""
    request = context.get("request")
    return {
        "chart": one,
        "language": str(context.get("language") or DEFAULT),
        "level": level,
        "rows": [
            [_shown(cell, one.table.columns[n]) for n, cell in enumerate(row)] for row in one.table.rows
        ],
        "open": len(one.table.rows) <= OPEN,
        "named": one.series if len(one.series) > 1 and one.kind in {"bars", "lines", "spread"} else (),
        "csv": _address(request, one.id, "csv"),
        "xlsx": _address(request, one.id, "xlsx"),
    }


def _address(request: HttpRequest | None, id: str, kind: str) -> str:
    """This page's own address with all its choices, asking for a file."""
    kept = (
        [(name, value) for name, values in request.GET.lists() for value in values]
        if request is not None
        else []
    )
    return "?" + urlencode(
        [*((n, v) for n, v in kept if n not in {"as", "chart"}), ("as", kind), ("chart", id)]
    )


def _shown(cell: Cell, column: Column) -> Shown:
    value, href = (cell.value, cell.href) if isinstance(cell, Linked) else (cell, "")
    return Shown(written(value, column), href, column.number, column.title)


def written(value: str | float | None, column: Column) -> str:
    """A value as it stands in a cell: "–" for what is not known or not told."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return f"{value:.{column.decimals}f}{_behind(column.unit)}"


def _behind(unit: str) -> str:
    return f" {unit}" if unit else ""
