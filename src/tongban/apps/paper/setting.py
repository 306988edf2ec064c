"""Values set as a PDF: tagged, archival (PDF/A-2a), the Chinese font within it, the same on every machine.

The layout is a text of its own beside this file; what is set is handed to it as data and is never read as markup. See decision 41.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

FOLDER = Path(__file__).parent
STANDARD: Final = "a-2a"
"""ISO 19005-2, level A: kept for good, and read aloud in order."""


def typeset(layout: str, said: Mapping[str, object]) -> bytes:
    """A document as ``layout`` sets it. Characters that the font lacks stand as their codes and are listed in ``missing``."""
    import typst

    lacking: dict[str, None] = {}
    data = {**_covered(said, lacking), "missing": [*lacking]}
    return typst.compile(
        FOLDER / f"{layout}.typ",
        font_paths=[FOLDER],
        ignore_system_fonts=True,
        sys_inputs={"said": json.dumps(data, ensure_ascii=False)},
        pdf_standards=STANDARD,
    )


def _covered(value: Mapping[str, object], lacking: dict[str, None]) -> dict[str, object]:
    return {name: _one(each, lacking) for name, each in value.items()}


def _one(value: object, lacking: dict[str, None]) -> object:
    match value:
        case str():
            return "".join(_character(each, lacking) for each in value)
        case Mapping():
            return {name: _one(each, lacking) for name, each in value.items()}
        case list() | tuple():
            return [_one(each, lacking) for each in value]
        case _:
            return value


def _character(one: str, lacking: dict[str, None]) -> str:
    """A character, or its code where the font has no glyph for it: nothing vanishes silently."""
    if ord(one) in _known() or one == "\n":
        return one
    code = f"〔U+{ord(one):04X}〕"
    lacking[code] = None
    return code


@cache
def _known() -> frozenset[int]:
    """All characters of the font."""
    return frozenset(code for line in (FOLDER / "covered.txt").read_text().split() for code in _range(line))


def _range(line: str) -> Iterator[int]:
    first, _, last = line.partition("-")
    return iter(range(int(first, 16), int(last or first, 16) + 1))
