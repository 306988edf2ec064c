"""The colours of the sheet: readable by WCAG 2.2 AA in light, dark and print, reckoned from the sheet itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEET = (
    Path(__file__).parents[2] / "src" / "tongban" / "web" / "static" / "tongban" / "tongban.css"
).read_text()

WORDS = [
    ("ink", "paper"),
    ("ink", "sheet"),
    ("ink", "wash"),
    ("ink", "accent-wash"),
    ("soft", "paper"),
    ("soft", "sheet"),
    ("soft", "wash"),
    ("soft", "accent-wash"),
    ("accent", "paper"),
    ("accent", "sheet"),
    ("accent", "accent-wash"),
    ("accent-ink", "accent"),
    *((tone, ground) for tone in ("late", "soon", "kept") for ground in ("paper", "sheet", f"{tone}-wash")),
    *((tone, "accent-wash") for tone in ("late", "soon", "kept")),
    *(("ink", f"{tone}-wash") for tone in ("late", "soon", "kept")),
]
SHAPES = [("edge", "paper"), ("edge", "sheet"), ("focus", "paper"), ("focus", "sheet")]


def _colours(block: str) -> dict[str, str]:
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:])
        for name, value in re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block)
    }


def _themes() -> dict[str, dict[str, str]]:
    light = _colours(SHEET.split("@media")[0])
    dark = light | _colours(SHEET.split("@media (prefers-color-scheme: dark)")[1].split("}")[0])
    printed = light | _colours(SHEET.split("@media print")[1].split("}")[0])
    return {"light": light, "dark": dark, "print": printed, "dark, printed": dark | printed}


def _contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert round(_contrast("#000000", "#ffffff"), 2) == 21


@pytest.mark.parametrize("theme", ["light", "dark", "print", "dark, printed"])
def test_words_are_readable_on_every_ground_they_stand_on(theme: str) -> None:
    colours = _themes()[theme]
    weak = {
        pair: round(_contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in WORDS
        if _contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_edges_of_inputs_and_the_focus_can_be_seen(theme: str) -> None:
    colours = _themes()[theme]
    weak = {pair: _contrast(colours[pair[0]], colours[pair[1]]) for pair in SHAPES}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < 3}


def test_a_printed_page_is_black_on_white() -> None:
    printed = _themes()["dark, printed"]
    assert {printed[name] for name in ("paper", "sheet", "wash", "late-wash", "accent-wash")} == {"#ffffff"}
    assert {printed[name] for name in ("ink", "accent", "late", "soon", "kept")} == {"#000000"}
