"""Words: those of the product (``texts/**/*.yaml``) and those of a practice, always in both languages.

A text that is missing in one language is said in the other one; a key without any text says that it has
none, in words, and a test keeps that from happening. ``{name}`` stands for a fact; nothing else in braces
means anything, so that a text can never reach into a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

from msgspec import Struct

from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value
from tongban.library.causes import CAUSE
from tongban.library.document import Document, read_document, walk
from tongban.library.folder import LANGUAGES

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_LISTS: Mapping[str, str] = {"zh-Hans": "、", "en": ", "}
_FLAGS: Mapping[str, tuple[str, str]] = {"zh-Hans": ("否", "是"), "en": ("no", "yes")}
_NOTHING: Mapping[str, str] = {"zh-Hans": "（无）", "en": "(none)"}
_ROW = re.compile(r"(?:(.{1,40}), )?row ([0-9]+)(?:, (.+))?", re.DOTALL)
_ROWS: Mapping[str, tuple[str, str]] = {
    "zh-Hans": ("第 {row} 行", "第 {row} 行“{header}”"),
    "en": ("row {row}", "row {row}, “{header}”"),
}
_NO_WORDS: Mapping[str, str] = {"zh-Hans": "（缺少文字：{key}）", "en": "(no words for {key})"}

_SHEETS: Mapping[str, str] = {"zh-Hans": "“{sheet}”表{place}", "en": "sheet “{sheet}”, {place}"}

Naming = Callable[[str, Value], str]
"""Words for a fact by its name and value (the title of a stage for its id); "" where it has none."""


class Words(Struct, frozen=True):
    """What is said of a refusal: what is wrong, what to do, and where."""

    says: str
    fix: str
    where: str
    code: str

    @property
    def alone(self) -> str:
        """What is wrong, without its place: where that stands beside it."""
        for mark in ("：", ": "):
            if self.where and self.says.startswith(f"{self.where}{mark}"):
                said = self.says[len(self.where) + len(mark) :]
                return said[:1].upper() + said[1:]
        return self.says


class Texts:
    """Texts by key and language. ``tables`` gives key to language to text."""

    def __init__(
        self, tables: Mapping[str, Mapping[str, str]], languages: tuple[str, ...] = LANGUAGES
    ) -> None:
        self._tables = tables
        self.languages = languages

    def keys(self) -> Iterable[str]:
        return self._tables.keys()

    def has(self, key: str, language: str) -> bool:
        return language in self._tables.get(key, {})

    def say(self, key: str, language: str, **facts: Value) -> str:
        """The text with its facts. A fact that was not given stays in braces. Where ``n`` is one, the key's own words for that
        (``<key>_one``) are taken, if it has any: "1 case", "2 cases"."""
        return fill(self._template(self._counted(key, language, facts), language), language, facts)

    def _counted(self, key: str, language: str, facts: Facts) -> str:
        one = f"{key}_one"
        return one if facts.get("n") in (1, "1") and self.has(one, language) else key

    def refusal(self, refused: Refused, language: str, naming: Naming | None = None) -> Words:
        """The words of one refusal (not of those in ``also``); of one thing, those that it has for one (``says_one``). ``naming`` has words for ids in its facts."""
        named = {} if naming is None else {k: naming(k, v) for k, v in refused.facts.items()}
        where = _placed(refused.where, language)
        facts = {
            **{k: self._caused(v, refused.facts, language) for k, v in refused.facts.items()},
            "where": where,
            **{k: v for k, v in named.items() if v},
        }
        told = self._counted(f"{refused.code}.says", language, refused.facts)
        says = fill(self._template(told, language), language, facts)
        fix = fill(self._template(f"{refused.code}.fix", language), language, facts)
        return Words(says, fix, where, refused.code)

    def _caused(self, value: Value, facts: Facts, language: str) -> Value:
        """A fact that is the code of a cause, in the words of that cause; any other as it is."""
        if not isinstance(value, str) or not value.startswith(CAUSE) or value not in self._tables:
            return value
        return fill(self._template(value, language), language, facts)

    def _template(self, key: str, language: str) -> str:
        table = self._tables.get(key, {})
        for each in (language, *self.languages):
            if each in table:
                return table[each]
        return _NO_WORDS.get(language, _NO_WORDS["en"]).replace("{key}", key)


def _placed(where: str, language: str) -> str:
    """A place as it is said: a row of a spreadsheet with the header of the column; any other as it is."""
    found = _ROW.fullmatch(where)
    if found is None:
        return where
    sheet, row, header = found[1] or "", found[2], found[3] or ""
    place = _ROWS.get(language, _ROWS["en"])[bool(header)].format(row=row, header=header)
    return _SHEETS.get(language, _SHEETS["en"]).format(sheet=sheet, place=place) if sheet else place


def fill(template: str, language: str, facts: Mapping[str, Value]) -> str:
    """Put facts into a text."""
    if not facts:
        return template
    return PLACEHOLDER.sub(
        lambda found: _written(facts[found[1]], language) if found[1] in facts else found[0], template
    )


def _written(value: Value, language: str) -> str:
    match value:
        case None | "":
            return _NOTHING.get(language, _NOTHING["en"])
        case bool():
            return _FLAGS.get(language, _FLAGS["en"])[value]
        case str() | int():
            return str(value)
        case tuple():
            return _LISTS.get(language, ", ").join(_written(each, language) for each in value)
        case _:
            return _LISTS.get(language, ", ").join(f"{k} {_written(v, language)}" for k, v in value.items())


@lru_cache(maxsize=1)
def product_texts() -> Texts:
    """The product's own texts. Raises ``ValueError`` when one of its files is not well-formed."""
    tables: dict[str, dict[str, str]] = {}
    for name, text in _files(resources.files("tongban").joinpath("texts"), ""):
        document = read_document(name, text)
        if isinstance(document, Refused):
            raise ValueError(f"{document.where}: {document.code} {dict(document.facts)}")
        _collect(document.value, "", "", tables)
    return Texts(tables)


def _collect(value: object, key: str, language: str, tables: dict[str, dict[str, str]]) -> None:
    """Put every text below a language's name into the tables, under its key without that name."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in LANGUAGES:
                _collect(inner, key, name, tables)
            else:
                _collect(inner, f"{key}.{name}" if key else name, language, tables)
    elif isinstance(value, str) and language:
        tables.setdefault(key, {})[language] = value.strip()


def refusal_words(refused: Refused, language: str, naming: Naming | None = None) -> Words:
    """The words for a refusal in a language, or in the other one where the first is missing."""
    return product_texts().refusal(refused, language, naming)


def _files(folder: Traversable, inside: str) -> Iterable[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from _files(entry, f"{inside}{entry.name}/")
        elif entry.name.endswith(".yaml"):
            yield f"texts/{inside}{entry.name}", entry.read_text(encoding="utf-8")


def flat(document: Document) -> tuple[Mapping[str, str], list[Refused]]:
    """The texts of one language of a practice under dotted keys, and what is no text in them."""
    words: dict[str, str] = {}
    faults: list[Refused] = []
    for place, value in walk(document.value):
        key = ".".join(str(part) for part in place)
        match value:
            case str() if value.strip() and place:
                words[key] = value.strip()
            case dict():
                pass
            case list():
                faults.append(Refused("practice.not_a_mapping", document.where(*place), {"name": key}))
            case None | str():
                faults.append(Refused("practice.nothing_written", document.where(*place), {"name": key}))
            case _:
                faults.append(Refused("practice.not_text", document.where(*place), {"name": key}))
    return words, faults
