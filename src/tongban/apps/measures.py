"""What a number counts, and what a limit rests on, in the reader's language."""

from __future__ import annotations

from tongban.library.texts import product_texts

_COUNTY, _PROPOSED = "县定", "〔默认〕"
"""How a practice marks a limit that no document names: the county sets it, after a proposal of the practice."""


def measure(unit: str, language: str, own: str = "") -> str:
    """The words for a unit of measure, as they stand beside a field. ``own`` are those of the practice."""
    key, texts = f"unit.{unit}", product_texts()
    return own or (texts.say(key, language) if texts.has(key, language) else unit)


def measured(n: int, unit: str, language: str, own: str = "") -> str:
    """A number with its unit: “3 people”, “1 person”, “2026 年”, “2026”."""
    texts = product_texts()
    key = f"measured.{unit}"
    if texts.has(key, language):
        return texts.say(key, language, n=n)
    return f"{n} {measure(unit, language, own)}".strip()


def source_words(source: str, language: str) -> str:
    """The document a limit rests on. Documents have Chinese names, and an English reader is told so; that the county set the
    limit itself is said in English."""
    if language == "zh-Hans" or source.isascii():
        return source
    rest = source.removeprefix(_COUNTY)
    if rest == source:
        return product_texts().say("source.document", language, source=source)
    proposed = rest.startswith(_PROPOSED)
    rest = rest.removeprefix(_PROPOSED).strip("；（）")
    key = "source.county_proposed" if proposed else "source.county"
    return product_texts().say(key if rest else f"{key}_alone", language, rest=rest)
