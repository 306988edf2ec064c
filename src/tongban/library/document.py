"""One YAML file, read strictly, with the line on which each value stands.

The part of YAML that a person can predict: mappings, lists, text, whole numbers, ``true`` and ``false``.
``yes``, ``no`` and ``on`` are words (as in YAML 1.2), dates stay text until a field wants a date. Refused,
all at once: a key that stands twice, anchors and aliases, tags, numbers with a decimal point or a
leading zero (``01.01`` is a code and wants quotes), a second document, invisible control characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value

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
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
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
    builder = _Builder(path)
    for found in _INVISIBLE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        builder.refuse("practice.control_character", line, {"character": f"U+{ord(found[0]):04X}"})
        return Refused.of(builder.faults)
    try:
        for event in yaml.parse(text.removeprefix("\ufeff"), Loader=_LOADER):
            builder.take(event)
    except _StopError:
        pass
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = str(getattr(error, "problem", None) or error)
        builder.refuse("practice.syntax", mark.line + 1 if mark else 1, {"reason": reason[:200]})
    if builder.faults:
        return Refused.of(builder.faults)
    if builder.value is None:
        return Refused("practice.empty_file", path)
    return Document(path, builder.value, builder.lines)


class _StopError(Exception):
    """What comes after cannot be read; the fault is written down."""


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being filled. ``dropped`` swallows the value of a key that stood before."""

    place: Place
    value: dict[str, object] | list[object]
    key: str | None = None
    dropped: bool = False


@dataclass(slots=True)
class _Builder:
    path: str
    value: object = None
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Refused] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    documents: int = 0

    def refuse(self, code: str, line: int, facts: Mapping[str, Value] | None = None) -> None:
        self.faults.append(Refused(code, f"{self.path}:{line}", facts or {}))

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents == 2:
                    self.refuse("practice.second_document", line)
            case yaml.AliasEvent():
                self.refuse("practice.alias", line, {"name": str(event.anchor)})
                self.put(None, line)
            case yaml.ScalarEvent():
                self.marked(event, line)
                self.put(event.value if self.wants_key() else self.scalar(event, line), line)
            case yaml.MappingStartEvent():
                self.marked(event, line)
                self.push({}, line)
            case yaml.SequenceStartEvent():
                self.marked(event, line)
                self.push([], line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                frame = self.frames.pop()
                self.put(frame.value, line, ended=True)

    def marked(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            self.refuse("practice.alias", line, {"name": str(event.anchor)})
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.refuse("practice.tag", line, {"tag": str(tag)})

    def wants_key(self) -> bool:
        return bool(self.frames) and isinstance(self.frames[-1].value, dict) and self.frames[-1].key is None

    def push(self, value: dict[str, object] | list[object], line: int) -> None:
        if len(self.frames) >= DEEPEST:
            self.refuse("practice.too_deep", line, {"deepest": DEEPEST})
            raise _StopError
        if self.wants_key():
            self.refuse("practice.key_not_text", line)
            raise _StopError
        self.note(line)
        self.frames.append(_Frame(self.place(), value))

    def place(self) -> Place:
        if not self.frames:
            return ()
        frame = self.frames[-1]
        step: str | int = len(frame.value) if isinstance(frame.value, list) else frame.key or ""
        return (*frame.place, step)

    def note(self, line: int) -> None:
        self.lines.setdefault(self.place(), line)

    def put(self, value: object, line: int, *, ended: bool = False) -> None:
        if not self.frames:
            if self.documents == 1:
                self.value = value
                self.lines.setdefault((), line)
            return
        frame = self.frames[-1]
        if isinstance(frame.value, list):
            if not ended:
                self.note(line)
            frame.value.append(value)
        elif frame.key is None:
            frame.key = str(value)
            if frame.key in frame.value:
                self.refuse("practice.key_twice", line, {"key": frame.key})
                frame.dropped = True
            else:
                self.note(line)
        else:
            if not frame.dropped:
                frame.value[frame.key] = value
            frame.key, frame.dropped = None, False

    def scalar(self, event: yaml.ScalarEvent, line: int) -> str | int | bool | None:
        text: str = event.value
        if event.style:
            return text
        if text in ("true", "false"):
            return text == "true"
        if text in ("", "null", "~"):
            return None
        if _WHOLE.fullmatch(text) and len(text) <= 17 and abs(int(text)) <= MAX_WHOLE:
            return int(text)
        if _NUMBER_LIKE.fullmatch(text):
            self.refuse("practice.number", line, {"given": text[:40]})
        return text


def walk(value: object, place: Place = ()) -> Iterator[tuple[Place, object]]:
    """Every value of a document with its place, the outer before the inner."""
    yield place, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, (*place, index))
