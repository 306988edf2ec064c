"""The days of a plan as drawings, one strip a row; every row says the same in words, so they are hidden from screen readers.

The frame is what is planned now, the hollow mark what was planned before it was moved, the filled bar what happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.safestring import SafeString

from tongban.apps.progress.plan import Axis, Bar
from tongban.web.loop.markup import element, svg, text
from tongban.web.words import say

WIDE, HIGH, HEAD = 720, 30, 34
_MANY = 18
"""Months that still have room for a name each."""


def strip(bar: Bar, axis: Axis) -> SafeString:
    """The days of one case."""
    of = bar.days
    drawn: list[SafeString] = [*_months(axis, HIGH), *_today(axis, HIGH)]
    if of.start is not None and of.end is not None and of.start <= of.end:
        drawn += _box(axis, of.start, of.end, 7, 16, "plan-box")
    if of.began is not None:
        until = of.ended or axis.today
        drawn += _box(axis, of.began, max(of.began, until), 11, 8, f"plan-bar {bar.tone}")
    drawn += [each for day in (*of.starts[:-1], *of.ends[:-1]) for each in _mark(axis, day, "plan-first")]
    if of.end is not None:
        drawn += _mark(axis, of.end, f"plan-end {bar.tone}")
    if of.ended is not None and of.reached:
        drawn += _tick(axis, of.ended)
    return svg(WIDE, HIGH, drawn, "strip")


def head(axis: Axis, language: str) -> SafeString:
    """The months above the strips, and today."""
    drawn = [*_months(axis, HEAD), *_today(axis, HEAD)]
    months = list(_firsts(axis))
    every = max(1, -(-len(months) // _MANY))
    for n, day in enumerate(months):
        if n % every:
            continue
        year = day.month == 1 or n == 0
        name = say("plan.month", language, n=day.month, name=f"{day:%b}")
        drawn.append(text(_x(axis, day) + 3, HEAD - 6, name, 11, "plan-month", "start"))
        if year:
            drawn.append(text(_x(axis, day) + 3, 13, str(day.year), 11, "plan-year", "start"))
    return svg(WIDE, HEAD, drawn, "strip")


def _x(axis: Axis, day: date) -> float:
    return round((day - axis.first).days * WIDE / axis.length, 1)


def _shown(axis: Axis, day: date) -> bool:
    return axis.first <= day <= axis.last


def _firsts(axis: Axis) -> Iterator[date]:
    day = axis.first.replace(day=1)
    while day <= axis.last:
        if day >= axis.first:
            yield day
        day = day.replace(year=day.year + 1, month=1) if day.month == 12 else day.replace(month=day.month + 1)


def _months(axis: Axis, high: int) -> list[SafeString]:
    return [
        element("line", x1=(x := _x(axis, day)), x2=x, y1=0, y2=high, class_="plan-grid")
        for day in _firsts(axis)
    ]


def _today(axis: Axis, high: int) -> list[SafeString]:
    if not _shown(axis, axis.today):
        return []
    x = _x(axis, axis.today) + WIDE / axis.length / 2
    return [element("line", x1=x, x2=x, y1=0, y2=high, class_="plan-today")]


def _box(axis: Axis, first: date, last: date, top: int, high: int, class_: str) -> list[SafeString]:
    """Days from the first to the last, both whole, as far as the axis goes."""
    first, last = max(first, axis.first), min(last, axis.last)
    if first > last:
        return []
    x = _x(axis, first)
    width = max(2.0, (last - first).days * WIDE / axis.length + WIDE / axis.length)
    return [element("rect", x=x, y=top, width=width, height=high, class_=class_)]


def _mark(axis: Axis, day: date, class_: str) -> list[SafeString]:
    """A planned day: a diamond that stands on its own day."""
    if not _shown(axis, day):
        return []
    x = _x(axis, day) + WIDE / axis.length / 2
    return [element("path", d=f"M{x:.1f} 8l7 7l-7 7l-7 -7z", class_=class_)]


def _tick(axis: Axis, day: date) -> list[SafeString]:
    if not _shown(axis, day):
        return []
    x = _x(axis, day) + WIDE / axis.length / 2
    return [element("path", d=f"M{x - 4:.1f} 15l3 3l5 -6", class_="plan-tick")]
