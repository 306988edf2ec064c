"""Writes what the manual takes from the code: ``python docs/generate.py``. A test says when that is due.

Pages that are wholly made: ``refusals.md``, ``glossary.md``, ``cli.md``, ``indicators.md``, ``practices.md`` and the pictures. In
``practice-format.md`` only what stands between ``<!-- table: … -->`` and ``<!-- end -->`` is made; the
words of its keys are in ``practice-format.meanings.yaml``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parent))

from asvs import asvs_page
from indicators import page as indicators_page
from picture import picture
from practices import page as practices_page

from tongban.cli.main import parser
from tongban.cli.words import voice
from tongban.kernel.form import FieldKind, Held
from tongban.kernel.form.field import Field
from tongban.kernel.procedure.model import Relation
from tongban.kernel.procedure.sight import CASE_NAMES
from tongban.library.counties import scenario_spec
from tongban.library.reading import schemas
from tongban.library.texts import product_texts

DOCS = Path(__file__).resolve().parent
REFERENCE = DOCS / "reference"
REFUSALS = DOCS.parent / "src" / "tongban" / "texts" / "refusals"
MADE = "<!-- Made by docs/generate.py. Change its source, not this page. -->"

_TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_PATTERNS = {
    "^[a-z][a-z0-9_]{0,49}$": "id",
    "^[a-z0-9][a-z0-9_.-]{0,63}$": "unit id",
    "^[0-9]{1,4}\\.[0-9]{1,4}\\.[0-9]{1,4}$": "`1.0.0`",
    "^(due:)?[a-z][a-z0-9_]{0,49}$": "field, or `due:<clock>`",
    "^[a-z][a-z0-9_]{0,49}(\\.[a-z][a-z0-9_]{0,49})?$": "indicator",
    "^(settled|rated|opened|due:[a-z][a-z0-9_]{0,49})$": "`settled`, `rated`, `opened` or `due:<clock>`",
}
_CEL = 2_000
"""The greatest length of an expression; nothing else in the format has it."""
_TAKES = {
    ("Manifest", "needs"): "list of practice ids",
    ("Datum", "keep_years"): "0 to 100",
    ("StepSpec", "by"): "list of who",
    ("StepSpec", "to"): "stage, or list of branches",
    ("RungSpec", "before"): "limit",
    ("RungSpec", "after"): "limit",
    ("RoutingSpec", "take"): "words, see right",
    ("EntrySpec", "at"): "moment or `+2 hours`",
    ("EntrySpec", "sweep"): "moment or `+2 hours`",
    ("EntrySpec", "by"): "who, see right",
    ("EntrySpec", "case"): "name",
    ("EntrySpec", "as"): "name",
    ("EntrySpec", "refused"): "code",
    ("ExpectSpec", "due"): "moments by clock",
    ("ExpectSpec", "clock"): "by clock `running`, `suspended`, `kept`, `missed` or `never`",
    ("ExpectSpec", "count"): "numbers by step",
    ("ExpectSpec", "facts"): "answers by field",
    ("ExpectSpec", "follows"): "list, see right",
    ("StorySpec", "at"): "moment",
    ("StorySpec", "settings"): "values by setting",
    ("StorySpec", "figures"): "figures by indicator",
    ("FigureSpec", "excluded"): "numbers by exclusion",
    ("FollowSpec", "hold"): "`route`, `home`, `superior`, `previous` or `{answer: field}`",
    ("FollowSpec", "settle"): "outcome, or `{answer: field}`",
    ("FollowSpec", "end_mandates"): "`true`",
    ("OpenSpec", "own"): "`true`",
    ("FollowSpec", "end_precedent"): "`true`",
    ("FieldSpec", "kind"): "kind of field",
    ("RegisterField", "kind"): "kind of field",
    ("FieldSpec", "infer"): "fact",
    ("FieldSpec", "when"): "expression",
    ("LegalBasis", "since"): "day",
    ("LegalBasis", "until"): "day",
    ("LimitRuleSpec", "since"): "day",
    ("LimitRuleSpec", "limit"): "limit, `{setting: …}` or `{field: …}`",
}
"""Where the schema does not say what an author would call it."""


def pages() -> dict[Path, str]:
    """Every generated file and what should stand in it."""
    return {
        REFERENCE / "refusals.md": refusals(),
        REFERENCE / "glossary.md": glossary(),
        REFERENCE / "practice-format.md": filled((REFERENCE / "practice-format.md").read_text("utf-8")),
        DOCS / "pictures" / "one-case.zh.svg": picture("zh-Hans"),
        DOCS / "pictures" / "one-case.en.svg": picture("en"),
        REFERENCE / "cli.md": commands(),
        REFERENCE.parent / "explanation" / "asvs.md": asvs_page(),
        REFERENCE / "indicators.md": indicators_page(MADE),
        REFERENCE / "practices.md": practices_page(MADE),
    }


def main() -> None:
    for path, text in pages().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(DOCS.parent)}")


# Refusals and words


def refusals() -> str:
    """Every code that the product can say no with, in both languages."""
    texts = product_texts()
    # A page says something as well, without a remedy.
    known = set(texts.keys())
    codes = sorted(
        key.removesuffix(".fix")
        for key in known
        if key.endswith(".fix") and f"{key.removesuffix('.fix')}.says" in known
    )
    areas: dict[str, list[str]] = {}
    for code in codes:
        areas.setdefault(code.partition(".")[0], []).append(code)
    lines = [
        "# Refusals",
        "",
        MADE,
        "",
        f"All {len(codes)} codes. A code never changes its meaning and is never used again; the words may become",
        "better. `{…}` stands for a fact. Each says what is wrong and, after the arrow, what to do. The words are in",
        "`src/tongban/texts/refusals/`.",
        "",
        " · ".join(f"[{area}](#{area})" for area in areas),
    ]
    for area, members in areas.items():
        lines += ["", f"## {area}", "", "| code | 中文 | English |", "|---|---|---|"]
        for code in members:
            said = [
                f"{_cell(texts.say(f'{code}.says', each))} → {_cell(texts.say(f'{code}.fix', each))}"
                for each in ("zh-Hans", "en")
            ]
            lines.append(f"| `{code}` | {said[0]} | {said[1]} |")
    return "\n".join(lines) + "\n"


def glossary() -> str:
    """One thing, one word."""
    entries = yaml.safe_load((REFERENCE / "glossary.yaml").read_text("utf-8"))
    lines = [
        "# Glossary",
        "",
        MADE,
        "",
        "One thing, one word: in code, addresses, tables, pages and this manual. A test holds class names to it.",
        "",
        "| word | 中文 | meaning | never say |",
        "|---|---|---|---|",
    ]
    for each in entries:
        never = ", ".join(each["never"])
        lines.append(f"| {each['word']} | {each['zh']} | {_cell(each['means'])} | {never} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;").strip()


# The format of practices


def filled(page: str) -> str:
    """The page with all its tables made anew. Raises for a table that cannot be made, and words left over."""
    meanings: dict[str, dict[str, str]] = yaml.safe_load(
        (REFERENCE / "practice-format.meanings.yaml").read_text("utf-8")
    )
    models = dict(_models())
    named: set[str] = set()

    def table(found: re.Match[str]) -> str:
        if found[2] == "ScenarioUnits":
            return found[1] + _scenario_units() + found[3]
        named.add(found[2])
        return found[1] + _table(found[2], models, meanings[found[2]]) + found[3]

    made = _TABLE.sub(table, page)
    left = (
        (set(models) | set(meanings))
        - named
        - {
            "AnswerName",
            "FieldName",
            "SettingName",
            "SettingAndMore",
            "Check",
            "Held",
            "AskedOf",
            "Says",
            "Told",
        }
    )
    if left:
        raise ValueError(f"practice-format.md has no table for {sorted(left)}")
    return made


def _models() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every mapping of the format by name, with its schema."""
    for schema in schemas().values():
        yield from schema.get("$defs", {}).items()  # type: ignore[attr-defined]
        if "title" in schema:
            yield str(schema["title"]), schema


def _table(name: str, models: Mapping[str, Mapping[str, Any]], meanings: Mapping[str, str]) -> str:
    if name == "FieldKind":
        _same(name, [kind.value for kind in FieldKind], meanings)
        places = {Held.ledger: "in the ledger", Held.content: "erasable", Held.identity: "as identity"}
        rows = [
            f"| `{kind.value}` | {meanings[kind.value]} | {places[Field('x', kind).place]} |"
            f" {Field('x', kind).expression_kind.name} |"
            for kind in FieldKind
        ]
        return "\n".join(["| kind | takes | kept | in expressions |", "|---|---|---|---|", *rows]) + "\n"
    if name == "Relation":
        _same(name, [each.value for each in Relation], meanings)
        bare = ("mandate", "requester", "anyone", "system")
        rows = [
            f"| `{'' if each.value in bare else 'role@'}{each.value}` | {meanings[each.value]} |"
            for each in Relation
        ]
        return "\n".join(["| who | means |", "|---|---|", *rows]) + "\n"
    if name == "Names":
        _same(name, list(CASE_NAMES), meanings)
        rows = [f"| `{each}` | {kind.name} | {meanings[each]} |" for each, kind in CASE_NAMES.items()]
        return "\n".join(["| name | kind | value |", "|---|---|---|", *rows]) + "\n"
    schema = models[name]
    keys, required = schema["properties"], set(schema.get("required", ()))
    _same(name, list(keys), meanings)
    rows = [
        f"| `{key}`{' *' if key in required else ''} | {_TAKES.get((name, key)) or _takes(part, models)}"
        f"{_default(part)} | {meanings[key]} |"
        for key, part in keys.items()
    ]
    return "\n".join(["| key | takes | means |", "|---|---|---|", *rows]) + "\n"


def _scenario_units() -> str:
    """The units that stories may name, from the county in which all of them play."""
    rows = [
        f"| `{unit.id}` | {unit.zh} | {unit.en} | `{unit.kind}` | {f'`{unit.parent}`' if unit.parent else ''} |"
        for unit in scenario_spec().units
    ]
    return "\n".join(["| unit | 中文 | English | kind | below |", "|---|---|---|---|---|", *rows]) + "\n"


def _same(name: str, keys: list[str], meanings: Mapping[str, str]) -> None:
    if set(keys) != set(meanings):
        raise ValueError(f"{name}: words and keys differ in {sorted(set(keys) ^ set(meanings))}")


def _takes(part: Mapping[str, Any], models: Mapping[str, Mapping[str, Any]]) -> str:
    """What a key takes, in an author's words."""
    match part:
        case {"anyOf": options}:
            found = [_takes(each, models) for each in options if each != {"type": "null"}]
            if {"number", "words"} <= set(found):
                return "plain value"
            return " or ".join(dict.fromkeys(found)).replace(
                "words or `{setting: …}`", "limit or `{setting: …}`"
            )
        case {"$ref": ref}:
            name = str(ref).rpartition("/")[2]
            if name in ("SettingName", "SettingAndMore"):
                return "`{setting: …}`" if name == "SettingName" else "`{setting: …, plus: …}`"
            if name == "AnswerName":
                return "`{answer: field}`"
            return _takes(models[name], models) if "enum" in models[name] else _link(name)
        case {"enum": values}:
            return ", ".join(f"`{value}`" for value in values)
        case {"const": value}:
            return f"`{value}`"
        case {"type": "array", "items": items}:
            return f"list of {_plural(_takes(items, models))}"
        case {"type": "object", "patternProperties": inner} | {
            "type": "object",
            "additionalProperties": dict() as inner,
        }:
            return f"{_plural(_takes(next(iter(inner.values())), models))} by id"
        case {"type": "boolean"}:
            return "flag"
        case {"type": "integer"}:
            return "number"
        case {"pattern": pattern} if pattern in _PATTERNS:
            return _PATTERNS[pattern]
        case {"maxLength": length} if length == _CEL:
            return "expression"
        case {"type": "string"}:
            return "words"
        case _:
            raise ValueError(f"no words for {part}")


def _link(model: str) -> str:
    """A link to the heading of a model: ``LimitRuleSpec`` is under "Limit rule"."""
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", model.removesuffix("Spec")).lower()
    words = {"follow": "what follows"}.get(words, words)
    return f"[{words}](#{words.replace(' ', '-')})"


def _plural(words: str) -> str:
    return f"{words}s" if words in ("id", "expression", "number") or words.startswith("unit id") else words


def _default(part: Mapping[str, Any]) -> str:
    match part.get("default"):
        case bool() | None | "" | []:
            return ""
        case {"number": number}:
            return f" (else {number})"
        case other:
            return f" (else `{other}`)"


# The command line


def commands() -> str:
    """Every command with its arguments and options, in the words that ``--help`` has."""
    said = voice("en")
    root = parser(said)
    lines = [
        "# Commands",
        "",
        MADE,
        "",
        f"{root.description}",
        "",
        "`make demo` and `make test` leave `.venv/bin/tongban` behind. Exit status 0 only when all is well; faults go to",
        "standard error with code and remedy. `--language zh-Hans` or `en` chooses the words; without it they are those of",
        "the shell. Where things are kept: [settings](settings.md).",
    ]
    for path, command in _commands("tongban", root):
        usage = " ".join(command.format_usage().removeprefix("usage: ").replace("[-h]", "").split())
        lines += ["", f"## {path}", "", f"    {usage}", "", _sentence(command.description or "")]
        rows = [
            _option(each)
            for each in command._actions
            if each.help and not isinstance(each, _HIDDEN) and each.help != _SILENT
        ]
        if rows:
            lines += ["", "| | |", "|---|---|", *rows]
    return "\n".join(lines) + "\n"


_HIDDEN = (argparse._HelpAction, argparse._VersionAction)
_SILENT = argparse.SUPPRESS


def _commands(path: str, command: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    if command.get_default("run"):
        yield path, command
    for group in command._actions:
        if isinstance(group, argparse._SubParsersAction):
            for name, part in group.choices.items():
                yield from _commands(f"{path} {name}", part)


def command_lines() -> dict[str, argparse.ArgumentParser]:
    """What may follow ``tongban`` on a line of the manual (``ledger verify``), with what reads the rest."""
    return {path.removeprefix("tongban "): each for path, each in _commands("tongban", parser(voice("en")))}


def _sentence(text: str) -> str:
    return _cell(text[:1].upper() + text[1:]) + ("" if text.endswith(".") else ".")


def _option(option: argparse.Action) -> str:
    names = ", ".join(f"`{each}`" for each in option.option_strings) or f"`{option.metavar}`"
    value = (
        f" `{option.metavar or option.dest.upper()}`" if option.option_strings and option.nargs != 0 else ""
    )
    return f"| {_cell(names + value)} | {_cell(option.help or '')} |"


if __name__ == "__main__":
    main()
