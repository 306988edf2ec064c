"""One YAML file, read strictly, with the line on which each value stands.

The part of YAML that a person can predict: mappings, lists, text, whole numbers, ``true`` and ``false``.
``yes``, ``no`` and ``on`` are words (as in YAML 1.2), dates stay text until a field wants a date. Refused,
all at once: a key that stands twice, anchors and aliases, tags, numbers with a decimal point or a
leading zero (``01.01`` is a code and wants quotes), a second document, invisible control characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import yaml
from msgspec import Struct

from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.causes import yaml_cause

DEEPEST = 30
"""Levels of nesting; a real file has about eight."""
MAX_WHOLE = 2**53 - 1

Place: TypeAlias = "tuple[str | int, ...]"
"""The way to a value inside a file: keys and positions."""

_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER_LIKE = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
_NUMBERS_BEGIN = frozenset("+-.0123456789")
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "": None, "null": None, "~": None}
"""What plain words mean that are no text."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Document(Struct, frozen=True):
    """The content of one file and its position map."""

    path: str
    value: object
    lines: Mapping[Place, int]

    def where(self, *place: str | int) -> str:
        """``file:line`` of a value, or of the nearest thing around it that is written down."""
        for end in range(len(place), -1, -1):
            if place[:end] in self.lines:
                return f"{self.path}:{self.lines[place[:end]]}"
        return f"{self.path}:1"


def read_document(path: str, text: str) -> Document | Refused:
    """Read one file. ``path`` is what faults are reported under."""
    reading = _Reading(path)
    for found in _INVISIBLE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        reading.refuse("practice.control_character", line, {"character": f"U+{ord(found[0]):04X}"})
        return Refused.of(reading.faults)
    value: object = None
    try:
        value = reading.document(_LOADER(text.removeprefix("\ufeff")))
    except _StopError:
        pass
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reading.refuse(
            "practice.syntax",
            mark.line + 1 if mark else 1,
            {"reason": yaml_cause(str(getattr(error, "problem", None) or error))},
        )
    if reading.faults:
        return Refused.of(reading.faults)
    if value is None:
        return Refused("practice.empty_file", path)
    return Document(path, value, reading.lines)


class _StopError(Exception):
    """What comes after cannot be read; the fault is written down."""


class _Reading:
    """Goes down a file event by event, which yaml's C reader makes, and keeps every line and every fault.

    A practice has ten thousand values, and every process that serves one reads them before its first page:
    so nothing is worked out here that a sound file does not need.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: dict[Place, int] = {}
        self.faults: list[Refused] = []

    def refuse(self, code: str, line: int, facts: Mapping[str, Value] | None = None) -> None:
        self.faults.append(Refused(code, f"{self.path}:{line}", facts or {}))

    def document(self, loader: Any) -> object:
        """The value of the only document; None without one. A second one is refused, and read for its faults."""
        self.next: Callable[[], yaml.Event] = loader.get_event
        value: object = None
        documents = 0
        while not isinstance(event := self.next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self.refuse("practice.second_document", _line(event))
            elif isinstance(event, yaml.NodeEvent):
                self.lines.setdefault((), _line(event))
                read = self.value(event, ())
                value = read if documents == 1 else value
        return value

    def value(self, event: yaml.Event, place: Place) -> object:
        """What begins with an event; takes all events that belong to it."""
        if isinstance(event, yaml.ScalarEvent):
            self.bare(event)
            return event.value if event.style else self.plain(event)
        if not isinstance(event, yaml.CollectionStartEvent):
            self.alias(event)
            return None
        self.bare(event)
        if len(place) >= DEEPEST:
            self.refuse("practice.too_deep", _line(event), {"deepest": DEEPEST})
            raise _StopError
        return self.mapping(place) if isinstance(event, yaml.MappingStartEvent) else self.sequence(place)

    def mapping(self, place: Place) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key = self.key(event)
            inner = (*place, key)
            if key in found:
                self.refuse("practice.key_twice", _line(event), {"key": key})
                self.value(self.next(), inner)
                continue
            self.lines[inner] = _line(event)
            found[key] = self.value(self.next(), inner)
        return found

    def key(self, event: yaml.Event) -> str:
        """A key is text, however it is written."""
        if isinstance(event, yaml.ScalarEvent):
            self.bare(event)
            return str(event.value)
        if isinstance(event, yaml.CollectionStartEvent):
            self.refuse("practice.key_not_text", _line(event))
            raise _StopError
        self.alias(event)
        return ""

    def sequence(self, place: Place) -> list[object]:
        found: list[object] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            inner = (*place, len(found))
            self.lines[inner] = _line(event)
            found.append(self.value(event, inner))
        return found

    def alias(self, event: yaml.Event) -> None:
        self.refuse("practice.alias", _line(event), {"name": str(getattr(event, "anchor", ""))})

    def bare(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        """Refuse an anchor and a tag."""
        if event.anchor is not None:
            self.alias(event)
        if event.tag is not None:
            self.refuse("practice.tag", _line(event), {"tag": str(event.tag)})

    def plain(self, event: yaml.ScalarEvent) -> str | int | bool | None:
        """What is written without quotes."""
        text: str = event.value
        if text in _WORDS:
            return _WORDS[text]
        if text[0] not in _NUMBERS_BEGIN:
            return text
        if _WHOLE.fullmatch(text) and len(text) <= 17 and abs(int(text)) <= MAX_WHOLE:
            return int(text)
        if _NUMBER_LIKE.fullmatch(text):
            self.refuse("practice.number", _line(event), {"given": text[:40]})
        return text


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 1


def walk(value: object, place: Place = ()) -> Iterator[tuple[Place, object]]:
    """Every value of a document with its place, the outer before the inner."""
    yield place, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, (*place, index))
