"""What a number counts, and what a limit rests on, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.kernel.form import Field, FieldKind
from tongban.kernel.form.amounts import decimal, yuan
from tongban.library.practice import Practice
from tongban.library.shape.procedure import ExtendSpec
from tongban.library.shape.rules import LimitRuleSpec
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


def number(asked: Field, n: int, language: str, own: str = "") -> str:
    """An answer to a field of ``NUMBERS`` as people read it: money in yuan, any other with its unit; ``own`` as above."""
    match asked.kind:
        case FieldKind.money:
            return product_texts().say("value.yuan", language, yuan=yuan(n, grouped=True))
        case FieldKind.decimal:
            return f"{decimal(n, grouped=True)} {measure(asked.unit, language, own) if asked.unit else ''}".strip()
        case _:
            return measured(n, asked.unit, language, own)


def source_of(source: str, practice: Practice, language: str) -> str:
    """The document that a limit of a practice, or the extension of one, rests on, as a case keeps it."""
    named = (each.source_en for each in limits_of(practice) if each.source == source)
    called = next(named, "") if language == "en" else ""
    return source_words(source, language, called)


def limits_of(practice: Practice) -> Iterator[LimitRuleSpec | ExtendSpec]:
    """All that says how long something takes and what that rests on: the rules of clocks, and the extensions."""
    yield from (
        rule for clocks in practice.clocks.values() for clock in clocks.values() for rule in clock.limits
    )
    follows = (each for kind in practice.kinds for *_, each in practice.follows(kind))
    yield from (each.extend for each in follows if each.extend is not None)


def source_words(source: str, language: str, in_english: str = "") -> str:
    """The document a limit rests on, in English as the practice calls it there; where it has no name there, a reader of English is
    told that the document is Chinese. That the county set the limit itself is said in English: what else stands there is the limit again."""
    if language == "zh-Hans" or source.isascii():
        return source
    if in_english:
        return in_english
    rest = source.removeprefix(_COUNTY)
    if rest == source:
        return product_texts().say("source.document", language, source=source)
    return product_texts().say(
        "source.county_proposed" if rest.startswith(_PROPOSED) else "source.county", language
    )
