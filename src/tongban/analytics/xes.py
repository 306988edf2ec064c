"""A log as XES (IEEE 1849): what tools for mining processes read.

Each case is a trace, each event has a name, a moment, a unit and a role by the standard's own extensions; what they do not know goes
under plain keys. Written as it is read, so that a log of any size needs no more memory than one case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import IO
from xml.sax.saxutils import quoteattr

from tongban.analytics.selecting import Event
from tongban.kernel.clock import LOCAL

VERSION = "1849.2016"
EXTENSIONS = (
    ("Concept", "concept"), ("Time", "time"), ("Organizational", "org"), ("Lifecycle", "lifecycle"),
)  # fmt: skip
ADDRESS = "http://www.xes-standard.org/{prefix}.xesext"
NEVER = "1970-01-01T00:00:00.000+00:00"
"""What stands for a moment that is not said; all are."""


def write(out: IO[str], events: Iterable[Event], name: str) -> None:
    """Write a whole log. ``events`` come case by case, in order."""
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(f'<log xes.version="{VERSION}" xes.features="">\n')
    for title, prefix in EXTENSIONS:
        out.write(f'<extension name="{title}" prefix="{prefix}" uri="{ADDRESS.format(prefix=prefix)}"/>\n')
    out.write(f'<global scope="trace">{_text("concept:name", "-")}</global>\n')
    declared = (
        _text("concept:name", "-"),
        _date("time:timestamp", NEVER),
        _text("lifecycle:transition", "complete"),
    )
    out.write(f'<global scope="event">{"".join(declared)}</global>\n')
    out.write('<classifier name="Activity" scope="event" keys="concept:name"/>\n')
    out.write(_text("concept:name", name) + "\n")
    for _, some in groupby(events, key=lambda each: each.case):
        out.write("".join(_trace(some)))
    out.write("</log>\n")


def _trace(events: Iterable[Event]) -> Iterator[str]:
    first = True
    for each in events:
        if first:
            first = False
            yield "<trace>" + _text("concept:name", each.case) + _said(
                practice=each.practice, kind=each.kind, channel=each.channel, parent=each.parent, category=each.case_category,
                township=each.case_township, outcome=each.case_outcome,
            ) + "\n"  # fmt: skip
        yield "<event>" + "".join(_event(each)) + "</event>\n"
    yield "</trace>\n"


def _event(event: Event) -> Iterator[str]:
    yield _text("concept:name", event.activity)
    yield _date("time:timestamp", when(event.time))
    yield _text("lifecycle:transition", event.lifecycle)
    if event.unit:
        yield _text("org:group", event.unit)
    if event.role:
        yield _text("org:role", event.role)
    yield _said(
        from_stage=event.from_stage, to_stage=event.to_stage, holder=event.holder, holder_after=event.holder_after,
        outcome=event.outcome, clock=event.clock, subject=event.subject,
    )  # fmt: skip
    for key, value in (("handed", event.handed), ("late", event.late)):
        if value is not None:
            yield f'<boolean key="{key}" value="{_yes(value)}"/>'
    yield f'<int key="visit" value="{event.visit}"/>'


def when(at: datetime) -> str:
    """A moment of a log, which is UTC, as China's clocks show it."""
    return at.replace(tzinfo=UTC).astimezone(LOCAL).isoformat(timespec="milliseconds")


def _said(**values: str) -> str:
    return "".join(_text(key, value) for key, value in values.items() if value)


def _text(key: str, value: str) -> str:
    return f'<string key="{key}" value={quoteattr(value)}/>'


def _date(key: str, value: str) -> str:
    return f'<date key="{key}" value="{value}"/>'


def _yes(value: bool) -> str:
    return "true" if value else "false"
