"""Two years of one indicator, as small as a word: the interval as a band, the value as a line, the last month as a dot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.safestring import SafeString

from tongban.apps.figures.lights import Lit
from tongban.apps.figures.series import Spell
from tongban.web.lead.figure_charts import Scale
from tongban.web.loop.markup import element

WIDE, HIGH, EDGE = 168, 32, 3


def spark(spells: Sequence[Spell], scale: Scale) -> SafeString:
    """Drawn from the least to the most of its own values: it shows the course, the number beside it the size."""
    told = [
        (n, value, low, high)
        for n, spell in enumerate(spells)
        if (value := scale.at(spell.whole)) is not None
        and (low := scale.low(spell.whole)) is not None
        and (high := scale.high(spell.whole)) is not None
    ]
    if not told:
        return SafeString("")
    values = [value for _, value, _, _ in told]
    least, most = min(values), max(values)
    room = max(most - least, 0.1 * (scale.top or most or 1.0))
    floor = (least + most - room) / 2

    def x(n: int) -> float:
        return EDGE + (WIDE - 2 * EDGE) * n / max(1, len(spells) - 1)

    def y(value: float) -> float:
        return min(max(HIGH - EDGE - (HIGH - 2 * EDGE) * (value - floor) / room, 0.0), HIGH)

    parts = []
    for run in _runs(told):
        upper = [f"{x(n):.1f} {y(high):.1f}" for n, _, _, high in run]
        lower = [f"{x(n):.1f} {y(low):.1f}" for n, _, low, _ in reversed(run)]
        parts.append(element("path", d="M" + "L".join([*upper, *lower]) + "Z", class_="spark-band"))
        parts.append(
            element(
                "path",
                d="M" + "L".join(f"{x(n):.1f} {y(value):.1f}" for n, value, _, _ in run),
                class_="spark-line",
            )
        )
    last = told[-1]
    parts.append(element("circle", cx=x(last[0]), cy=y(last[1]), r=2.5, class_="spark-dot"))
    return element(
        "svg",
        *parts,
        viewBox=f"0 0 {WIDE} {HIGH}",
        width=WIDE,
        height=HIGH,
        class_="figure-spark",
        aria_hidden="true",
        focusable="false",
    )


def _runs(told: Iterable[tuple[int, float, float, float]]) -> list[list[tuple[int, float, float, float]]]:
    """Months that follow one another: a month without a case breaks the line."""
    runs: list[list[tuple[int, float, float, float]]] = []
    for each in told:
        if runs and runs[-1][-1][0] == each[0] - 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def bar(lit: Lit) -> SafeString:
    """The open cases of a unit by colour, in shares of their number; the figures beside it say the same."""
    parts, before = [], 0
    for name in ("red", "amber", "green", "colourless"):
        n = getattr(lit, name)
        if n:
            start = before * 1000 // lit.open
            before += n
            parts.append(
                element("rect", x=start, y=0, width=before * 1000 // lit.open - start, height=10, class_=name)
            )
    return element(
        "svg",
        *parts,
        viewBox="0 0 1000 10",
        class_="lit",
        preserveAspectRatio="none",
        aria_hidden="true",
        focusable="false",
    )
