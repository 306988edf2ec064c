"""What the shell says, in the language of LANG or ``--language``; faults go to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, TextIO

import yaml

if TYPE_CHECKING:
    from tongban.kernel.refusal import Refused
    from tongban.library.texts import Naming

LANGUAGES = ("zh-Hans", "en")
_SAID = frozenset({"period", "why"})
"""Arguments that the sentences about them name by themselves."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def language_from(environ: Mapping[str, str]) -> str:
    """Chinese for a Chinese locale, English for any other that is set, Chinese when none is."""
    for name in ("TONGBAN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name, "")
        if value and value not in ("C", "POSIX", "C.UTF-8", "C.utf8"):
            return "zh-Hans" if value.lower().startswith("zh") else "en"
    return "zh-Hans" if not environ.get("LANG") else "en"


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    """The shell's own words alone: reading all of the product's would take longer than most commands do."""
    path = resources.files("tongban").joinpath("texts", "ui", "cli.yaml")
    found: Mapping[str, Mapping[str, str]] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
    return found


class Voice:
    """Speaks one language. ``out`` is for results, ``err`` for faults."""

    def __init__(self, language: str) -> None:
        self.language = language

    def words(self, key: str, **facts: object) -> str:
        """The words of a key (without the ``cli.`` before it), of one thing those for one; the key itself where there are none."""
        name = key if key.startswith("cli.") else f"cli.{key}"
        if facts.get("n") == 1 and f"{name}_one" in _table():
            name += "_one"
        text = _table().get(name, {}).get(self.language, key)
        for fact, value in facts.items():
            text = text.replace("{" + fact + "}", str(value))
        return text

    def say(self, key: str, **facts: object) -> None:
        print(self.words(key, **facts), flush=True)

    def warn(self, key: str, **facts: object) -> None:
        """What belongs to a fault, or must not stand among results."""
        print(self.words(key, **facts), file=sys.stderr, flush=True)

    def write(self, text: str) -> None:
        print(text, flush=True)

    def write_json(self, value: object) -> None:
        """A result for programs: values, structs and instants (RFC 3339) as JSON."""
        import msgspec

        written = msgspec.json.encode(value, enc_hook=str, order="deterministic")
        self.write(msgspec.json.format(written, indent=2).decode())

    def refuse(self, refused: Refused, naming: Naming | None = None) -> int:
        """Say every fault of a refusal; returns the exit status."""
        for each in refused.all():
            self.doubt(each, naming)
        return 1

    def find(self, refused: Refused, naming: Naming | None = None) -> None:
        """Say what a check found wrong: that is its result, and stands among its other lines."""
        self.doubt(refused, naming, out=sys.stdout)

    def doubt(self, refused: Refused, naming: Naming | None = None, out: TextIO | None = None) -> None:
        """Say one thing that somebody should look at: what it is, where, and what to do."""
        from tongban.library.texts import refusal_words

        words = refusal_words(refused, self.language, naming)
        place = self._place(words.where, words.says)
        fix = self.words("cli.fix", fix=words.fix)
        print(f"{place}{words.says} [{words.code}]\n  {fix}", file=out or sys.stderr, flush=True)

    def _place(self, where: str, says: str) -> str:
        """Where it is, before what it is: a file and line as they are, an argument by its name."""
        if not where or where in says or where in _SAID:
            return ""
        name = self.words(f"cli.argument.{where}")
        named = where if name == f"cli.argument.{where}" else name
        return "" if named in says else self.words("cli.place", place=named)


Command = Callable[[Voice, Mapping[str, object]], int]


def voice(asked: str = "") -> Voice:
    return Voice(asked if asked in LANGUAGES else language_from(os.environ))
