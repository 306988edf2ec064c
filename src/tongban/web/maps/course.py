"""The course of a work: how many were done by each day, of how many, and where that leads, with its uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.utils.safestring import SafeString

from tongban.apps.casework.burnup import Burnup
from tongban.apps.casework.finishing import Finish
from tongban.web.loop.markup import element, joined, text

Scale = Callable[[float], float]
FARTHEST = 3
"""The drawing ends at most so many times as far ahead as it reaches back; the words say the day all the same."""


def drawn_course(course: Burnup, width: int, height: int, size: float, class_: str) -> SafeString:
    """A drawing for a width and a size of letters; the sentence beside it says the same."""
    first, ahead = course.days[0], _ahead(course)
    span = max(1, (course.today - first).days + ahead)
    left, right, top, bottom = size * 0.5, width - size * 0.5, size * 1.8, height - size * 1.9
    most = max(1, *course.totals)

    def x(day: date) -> float:
        return left + (right - left) * min(1.0, (day - first).days / span)

    def y(n: float) -> float:
        return bottom - (bottom - top) * n / most

    parts = [
        element("path", d=_area(course.days, course.done, x, y, bottom), class_="done-area"),
        *_projected(course, x, y),
        element("path", d=_line(course.days, course.totals, x, y), class_="total-line"),
        element("path", d=_line(course.days, course.done, x, y), class_="done-line"),
        element("path", d=f"M{left:.1f} {bottom:.1f}H{right:.1f}", class_="axis"),
        element("path", d=f"M{x(course.today):.1f} {top:.1f}V{bottom:.1f}", class_="today"),
        *_labels(course, x, y, size, (left, right, bottom)),
    ]
    return element(
        "svg",
        *parts,
        viewBox=f"0 0 {width} {height}",
        class_=f"course {class_}",
        aria_hidden="true",
        focusable="false",
    )


def _ahead(course: Burnup) -> int:
    """Days that are drawn beyond today."""
    if not isinstance(course.finish, Finish):
        return 0
    reach = max(7, FARTHEST * len(course.days))
    return min((course.finish.high - course.today).days, reach)


def _line(days: Sequence[date], counts: Sequence[int], x: Callable[[date], float], y: Scale) -> str:
    places = [f"{x(day):.1f} {y(n):.1f}" for day, n in zip(days, counts, strict=True)]
    return f"M{places[0]}" + "".join(f"L{place}" for place in places[1:])


def _area(
    days: Sequence[date], counts: Sequence[int], x: Callable[[date], float], y: Scale, bottom: float
) -> str:
    return f"{_line(days, counts, x, y)}V{bottom:.1f}H{x(days[0]):.1f}Z"


def _projected(course: Burnup, x: Callable[[date], float], y: Scale) -> list[SafeString]:
    """The band from today to the days between which it ends, and the day between them."""
    found = course.finish
    if not isinstance(found, Finish) or course.done[-1] >= course.total:
        return []
    begin = f"{x(course.today):.1f} {y(course.done[-1]):.1f}"
    end = y(course.total)
    band = f"M{begin}L{x(found.low):.1f} {end:.1f}H{x(found.high):.1f}Z"
    return [
        element("path", d=band, class_="band"),
        element("path", d=f"M{begin}L{x(found.day):.1f} {end:.1f}", class_="ahead"),
    ]


def _labels(
    course: Burnup, x: Callable[[date], float], y: Scale, size: float, edges: tuple[float, float, float]
) -> list[SafeString]:
    left, right, bottom = edges
    base = bottom + size * 1.4
    made = [
        text(left, base, _day(course.days[0]), size, "faint", "start"),
        text(left, y(course.total) - size * 0.5, str(course.total), size, "", "start"),
    ]
    today = x(course.today)
    far = today - left > 4 * size
    found = course.finish
    if isinstance(found, Finish) and course.done[-1] < course.total and x(found.day) - today > 4.5 * size:
        made.append(text(min(x(found.day), right - size * 1.4), base, _day(found.day), size, ""))
    if far:
        near_end = right - today < 2 * size
        made.append(
            text(
                right if near_end else today,
                base,
                _day(course.today),
                size,
                "faint",
                "end" if near_end else "middle",
            )
        )
    anchor = "end" if far else "start"
    made.append(
        text(
            today - size * 0.3 if far else today,
            y(course.done[-1]) - size * 0.5,
            str(course.done[-1]),
            size,
            "strong",
            anchor,
        )
    )
    return [joined(made)]


def _day(day: date) -> str:
    return f"{day.month}-{day.day:02d}"
