"""The page of all indicators: what each practice counts, over what, and by which of them each of the field's own is counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from tongban.kernel.indicator.parts import PERIODS as MADE_FOR
from tongban.library.practice import Practice
from tongban.library.reading import read_practice
from tongban.library.shape.rules import IndicatorSpec

ROOT = Path(__file__).resolve().parent.parent
MAPPING = ROOT / "docs" / "reference" / "indicators.mapping.yaml"
PERIODS = {
    "settled": "when the case was settled",
    "rated": "when the case was settled",
    "opened": "when the case came",
}


def page(made: str) -> str:
    """The whole page. Raises ``KeyError`` where the mapping names what no practice has."""
    practices = {path.name: _read(path) for path in sorted((ROOT / "practices").iterdir()) if path.is_dir()}
    lines = [
        "# Indicators",
        "",
        made,
        "",
        "What the practices count. Each is published with numerator, denominator, exclusions and sample size; units are ranked only from the smallest",
        "sample on, and those that noise cannot tell apart share a rank. Expressions are those of [practices](practice-format.md#expressions). A story may hold",
        "an indicator to a told case ([figures of a story](practice-format.md#figures-of-a-story)).",
        "",
        "## What the field asks for",
        "",
        "| indicator | formula | counted by |",
        "|---|---|---|",
        *_mapped(practices),
        "",
    ]
    for name, practice in practices.items():
        if practice.indicators:
            lines += _practice(name, practice)
    return "\n".join(lines)


def _read(path: Path) -> Practice:
    found = read_practice(path)
    assert isinstance(found, Practice), found
    return found


def _mapped(practices: dict[str, Practice]) -> Iterator[str]:
    for row in yaml.safe_load(MAPPING.read_text("utf-8")):
        by = []
        for key in row.get("by", ()):
            practice, _, name = key.partition(".")
            by.append(f"[{_title(practices[practice], name)}](#{practice}) `{key}`")
            practices[practice].indicators[name]
        for key in row.get("boards", ()):
            practice, _, name = key.partition(".")
            practices[practice].boards[name]
            by.append(f"board `{key}`")
        note = row.get("note", {}).get("en", "")
        yield f"| {row['zh']} ({row['en']}) | {row['formula']} | {'; '.join([*by, *([note] if note else [])])} |"


def _practice(name: str, practice: Practice) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    yield "| indicator | counts | over | left out | by | broken down by | smallest sample |"
    yield "|---|---|---|---|---|---|---|"
    for key, spec in practice.indicators.items():
        yield (
            f"| `{key}` {_title(practice, key)} | {_above(spec)} | `{spec.of}`: {_code(spec.denominator)} "
            f"| {_left_out(practice, spec)} | {_period(spec)} | {_by(spec)} | {_smallest(spec)} |"
        )
    yield ""


def _smallest(spec: IndicatorSpec) -> str:
    given = spec.smallest_sample
    return f"`{given.setting}`" if given.setting else str(given.number)


def _above(spec: IndicatorSpec) -> str:
    if spec.numerator is not None:
        return _code(spec.numerator)
    over = f" over {_code(spec.over)}" if spec.over else ""
    return f"sum of {_code(spec.adds or '')}{over}"


def _left_out(practice: Practice, spec: IndicatorSpec) -> str:
    return "<br>".join(
        f"{practice.words['en'].get(f'exclusions.{each.id}', each.id)}: {_code(each.when)}"
        for each in spec.exclusions
    )


def _period(spec: IndicatorSpec) -> str:
    clock = spec.counted.partition("due:")[2]
    return f"when `{clock}` fell due" if clock else PERIODS[spec.counted]


def _by(spec: IndicatorSpec) -> str:
    """What it is broken down by besides units, what it is made for where that is not every period, and what is told where that is not all."""
    said = [", ".join(f"`{each}`" for each in spec.by if each != "unit")]
    said.append("for each " + ", ".join(spec.period) if len(spec.period) < len(MADE_FOR) else "")
    said.append(f"told of the {spec.disclosure}" if spec.disclosure in ("county", "office") else "")
    return "; ".join(each for each in said if each)


def _title(practice: Practice, name: str) -> str:
    return practice.words["en"].get(f"indicators.{name}.title", name)


def _code(expression: str) -> str:
    return f"`{' '.join(expression.split())}`".replace("|", "\\|")
