"""Reads a folder of official calendars: one YAML file a year, strictly.

A file holds ``year``, ``weekend`` (always Saturday and Sunday) and ``notices``; a notice holds ``title``,
``number`` (may be left out when it is not known), ``date``, ``off`` (``from``, ``to``, ``name`` in both
languages) and ``work`` (make-up working days). Dates are the data of record and come from the notice;
nothing is computed and nothing is guessed: unknown and repeated keys, a day outside the year of the
file, a day ordered twice and a make-up day that is no Saturday or Sunday are refused, all at once, each
with its file and key.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

import yaml
from msgspec.structs import replace

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # yaml was built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

from tongban.kernel.clock import Calendar, DayOff, Notice, Year
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value

LARGEST = 100_000
"""Bytes in the largest file that is read at all; a real year needs about two thousand."""
LONGEST_RUN = 60
"""Days in the longest run of days off that is believed; the longest so far was ten."""

_WEEKEND = ["saturday", "sunday"]
_ABSENT = object()
"""Stands for a key that was reported as missing; an empty value in the file is a fault of its own."""


def read_calendars(folder: Path) -> Calendar | Refused:
    """The calendar of all ``<year>.yaml`` files in ``folder``, or every fault found in them."""
    if not folder.is_dir():
        return Refused("calendar.folder_missing", str(folder))
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        return Refused("calendar.empty", str(folder))
    years: list[Year] = []
    faults: list[Refused] = []
    for path in paths:
        outcome = _read_file(path)
        if isinstance(outcome, Year):
            years.append(outcome)
        else:
            faults.extend(replace(fault, also=()) for fault in outcome.all())
    return Refused.of(faults) if faults else Calendar(tuple(years))


def read_year(text: str, where: str) -> Year | Refused:
    """One year from the text of its file. ``where`` is the file name that faults are reported under."""
    try:
        content: object = yaml.load(text, Loader=_Strict)  # noqa: S506 - a SafeLoader, made stricter
    except _RepeatedKeyError as repeated:
        return Refused("calendar.repeated_key", where, {"key": repeated.key, "line": repeated.line})
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        return Refused("calendar.syntax", _at_line(where, fault))
    reader = _Reader()
    year = reader.year(content, where)
    return year if year is not None and not reader.faults else Refused.of(reader.faults)


def _read_file(path: Path) -> Year | Refused:
    if not (len(path.stem) == 4 and path.stem.isdecimal() and path.stem.isascii()):
        return Refused("calendar.file_name", path.name)
    try:
        if path.stat().st_size > LARGEST:
            return Refused("calendar.too_large", path.name, {"most": LARGEST})
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Refused("calendar.unreadable", path.name)
    outcome = read_year(text, path.name)
    if isinstance(outcome, Year) and outcome.number != int(path.stem):
        return Refused("calendar.wrong_year", f"{path.name}: year", {"year": outcome.number})
    return outcome


def _at_line(where: str, fault: Exception) -> str:
    mark = fault.problem_mark if isinstance(fault, yaml.MarkedYAMLError) else None
    return f"{where}:{mark.line + 1}" if mark is not None else where


class _RepeatedKeyError(Exception):
    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key = key
        self.line = line


class _Strict(Loader):
    """YAML's safe subset, in which a key may stand only once and ``off`` is a word, not a truth value."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue  # refused below: only plain values can be keys
            if key.value in seen:
                raise _RepeatedKeyError(key.value, key.start_mark.line + 1)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Strict.yaml_implicit_resolvers = {
    start: [(tag, pattern) for tag, pattern in each if not tag.endswith(":bool")]
    for start, each in Loader.yaml_implicit_resolvers.items()
}
_Strict.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])


class _Reader:
    """Walks the content of one file and keeps every fault, so that a person can mend all at once."""

    def __init__(self) -> None:
        self.faults: list[Refused] = []

    def year(self, content: object, where: str) -> Year | None:
        top = self._keys(content, where, ("year", "weekend", "notices"))
        if top is None:
            return None
        number = top.get("year", _ABSENT)
        if number is _ABSENT:
            return None
        if not isinstance(number, int) or isinstance(number, bool) or not 1992 <= number <= 2200:
            self._refuse("calendar.year", f"{where}: year")
            return None
        if "weekend" in top and top["weekend"] != _WEEKEND:
            self._refuse("calendar.weekend", f"{where}: weekend")
        rows = self._rows(top.get("notices", _ABSENT), f"{where}: notices")
        notices = tuple(n for at, row in rows if (n := self._notice(row, at, number)) is not None)
        self._ordered_once(notices, where)
        return Year(number, notices)

    def _notice(self, content: object, where: str, year: int) -> Notice | None:
        row = self._keys(content, where, ("title", "date", "off", "work"), ("number",))
        if row is None:
            return None
        title = self._text(row.get("title", _ABSENT), f"{where}.title")
        number = self._text(row["number"], f"{where}.number") if "number" in row else ""
        issued = self._date(row.get("date", _ABSENT), f"{where}.date")
        offs = [self._off(each, at, year) for at, each in self._rows(row.get("off", _ABSENT), f"{where}.off")]
        work = [
            self._worked(each, at, year) for at, each in self._rows(row.get("work", _ABSENT), f"{where}.work")
        ]
        if issued is None:
            return None
        return Notice(
            title,
            number,
            issued,
            tuple(off for off in offs if off is not None),
            tuple(day for day in work if day is not None),
        )

    def _off(self, content: object, where: str, year: int) -> DayOff | None:
        row = self._keys(content, where, ("from", "to", "name"))
        if row is None:
            return None
        first = self._date(row.get("from", _ABSENT), f"{where}.from", year)
        last = self._date(row.get("to", _ABSENT), f"{where}.to", year)
        name = self._keys(row.get("name", _ABSENT), f"{where}.name", ("zh-Hans", "en")) or {}
        zh = self._text(name.get("zh-Hans", _ABSENT), f"{where}.name.zh-Hans")
        en = self._text(name.get("en", _ABSENT), f"{where}.name.en")
        if first is None or last is None:
            return None
        if not timedelta(0) <= last - first < timedelta(days=LONGEST_RUN):
            self._refuse("calendar.run", where, {"from": str(first), "to": str(last), "most": LONGEST_RUN})
            return None
        return DayOff(first, last, zh, en)

    def _worked(self, content: object, where: str, year: int) -> date | None:
        day = self._date(content, where, year)
        if day is not None and day.weekday() < 5:
            self._refuse("calendar.makeup_on_weekday", where, {"day": str(day)})
            return None
        return day

    def _ordered_once(self, notices: tuple[Notice, ...], where: str) -> None:
        seen: set[date] = set()
        for notice in notices:
            for day in (*_days_off(notice), *notice.work):
                if day in seen:
                    self._refuse("calendar.ordered_twice", where, {"day": str(day), "notice": notice.cite})
                seen.add(day)

    def _keys(
        self, content: object, where: str, needed: tuple[str, ...], allowed: tuple[str, ...] = ()
    ) -> dict[str, object] | None:
        if content is _ABSENT:
            return None
        if not isinstance(content, dict):
            self._refuse("calendar.not_a_mapping", where, {"keys": needed})
            return None
        for key in content:
            if key not in (*needed, *allowed):
                near = get_close_matches(str(key), (*needed, *allowed), 1)
                facts: dict[str, Value] = {"key": str(key), "nearest": near[0] if near else needed[0]}
                self._refuse("calendar.unknown_key", where, facts)
        for key in needed:
            if key not in content:
                self._refuse("calendar.missing_key", where, {"key": key})
        return {key: content[key] for key in (*needed, *allowed) if key in content}

    def _rows(self, content: object, where: str) -> Iterator[tuple[str, object]]:
        """The entries of a list with their keys, counted from 1."""
        if isinstance(content, list):
            yield from ((f"{where}[{index}]", each) for index, each in enumerate(content, 1))
        elif content is not _ABSENT:
            self._refuse("calendar.not_a_list", where)

    def _text(self, content: object, where: str) -> str:
        if content is _ABSENT:
            return ""
        if not isinstance(content, str) or not content.strip():
            self._refuse("calendar.text", where)
            return ""
        return content

    def _date(self, content: object, where: str, year: int | None = None) -> date | None:
        if content is _ABSENT:
            return None
        if not isinstance(content, date) or isinstance(content, datetime):
            self._refuse("calendar.date", where)
            return None
        if year is not None and content.year != year:
            self._refuse("calendar.outside_year", where, {"day": str(content), "year": year})
            return None
        return content

    def _refuse(self, code: str, where: str, facts: dict[str, Value] | None = None) -> None:
        self.faults.append(Refused(code, where, facts or {}))


def _days_off(notice: Notice) -> Iterator[date]:
    for off in notice.off:
        for ahead in range((off.last - off.first).days + 1):
            yield off.first + timedelta(days=ahead)
