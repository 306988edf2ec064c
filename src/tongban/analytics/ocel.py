"""A log as OCEL 2.0: events of several objects at once, which a log by cases cannot say.

Objects are cases, subcases, units, and the rows of registers (subjects) that were written. An event is of its case, by a unit, from one holder
to another, of the parent where it opens a subcase. JSON or XML, as the standard has them, each written as it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import msgspec
from msgspec import Struct

from tongban.analytics.selecting import Event, events
from tongban.analytics.xes import when

if TYPE_CHECKING:
    import duckdb

CASE, SUBCASE, UNIT, SUBJECT = "case", "subcase", "unit", "subject"
STRING, BOOLEAN, INTEGER = "string", "boolean", "integer"
OF_CASES = ("practice", "kind", "channel", "category", "township", "outcome")
OBJECTS = {
    CASE: dict.fromkeys(OF_CASES, STRING), SUBCASE: dict.fromkeys(OF_CASES, STRING), UNIT: {},
    SUBJECT: {"register": STRING},
}  # fmt: skip
EVENTS = {
    "practice": STRING, "activity": STRING, "role": STRING, "from_stage": STRING, "to_stage": STRING, "outcome": STRING,
    "clock": STRING, "late": BOOLEAN, "handed": BOOLEAN, "visit": INTEGER,
}  # fmt: skip
Relations = tuple[tuple[str, str], ...]
"""Object and qualifier."""


class Thing(Struct, frozen=True):
    """An object. ``since`` is when its values began to hold."""

    id: str
    type: str
    since: str
    values: dict[str, str]
    relations: Relations = ()


def write_json(out: IO[str], made: duckdb.DuckDBPyConnection) -> None:
    encode = msgspec.json.Encoder().encode

    def types(of: dict[str, dict[str, str]]) -> str:
        listed = [
            {"name": n, "attributes": [{"name": a, "type": t} for a, t in has.items()]}
            for n, has in of.items()
        ]
        return encode(listed).decode()

    out.write(
        f'{{"objectTypes": {types(OBJECTS)},\n"eventTypes": {types(_event_types(made))},\n"objects": [\n'
    )
    for n, thing in enumerate(_things(made)):
        values = [{"name": k, "time": thing.since, "value": v} for k, v in thing.values.items()]
        said = {
            "id": thing.id,
            "type": thing.type,
            "attributes": values,
            "relationships": _related(thing.relations),
        }
        out.write((",\n" if n else "") + encode(said).decode())
    out.write('\n],\n"events": [\n')
    for n, event in enumerate(events(made)):
        said = {
            "id": _id(event), "type": _type(event), "time": when(event.time),
            "attributes": [{"name": k, "value": v} for k, v in _values(event).items()],
            "relationships": _related(_relations(event)),
        }  # fmt: skip
        out.write((",\n" if n else "") + encode(said).decode())
    out.write("\n]}\n")


def _related(relations: Relations) -> list[dict[str, str]]:
    return [{"objectId": to, "qualifier": how} for to, how in relations]


def write_xml(out: IO[str], made: duckdb.DuckDBPyConnection) -> None:
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<log>\n')
    for what, of in (("object", OBJECTS), ("event", _event_types(made))):
        out.write(f"<{what}-types>\n")
        for name, has in of.items():
            listed = "".join(f'<attribute name="{a}" type="{t}"/>' for a, t in has.items())
            out.write(
                f"<{what}-type name={quoteattr(name)}><attributes>{listed}</attributes></{what}-type>\n"
            )
        out.write(f"</{what}-types>\n")
    out.write("<objects>\n")
    for thing in _things(made):
        values = "".join(
            f'<attribute name="{k}" time="{thing.since}">{escape(v)}</attribute>'
            for k, v in thing.values.items()
        )
        out.write(
            f"<object id={quoteattr(thing.id)} type={quoteattr(thing.type)}><attributes>{values}</attributes>{_linked(thing.relations)}</object>\n"
        )
    out.write("</objects>\n<events>\n")
    for event in events(made):
        values = "".join(
            f'<attribute name="{k}">{escape(_plain(v))}</attribute>' for k, v in _values(event).items()
        )
        out.write(
            f'<event id="{_id(event)}" type={quoteattr(_type(event))} time="{when(event.time)}"><attributes>{values}</attributes>'
            f"{_linked(_relations(event))}</event>\n"
        )
    out.write("</events>\n</log>\n")


def _linked(relations: Relations) -> str:
    return "<objects>" + "".join(
        f'<relationship object-id={quoteattr(to)} qualifier="{how}"/>' for to, how in relations
    ) + "</objects>"  # fmt: skip


def _plain(value: str | bool | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _event_types(made: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    rows = made.execute(
        "SELECT DISTINCT practice || '/' || activity AS named FROM given ORDER BY named"
    ).fetchall()
    return {name: EVENTS for (name,) in rows}


def _type(event: Event) -> str:
    """Steps of two practices may be called the same; they are not the same."""
    return f"{event.practice}/{event.activity}"


def _id(event: Event) -> str:
    return f"{event.case}-{event.event}"


def _values(event: Event) -> dict[str, str | bool | int]:
    values = ((name, getattr(event, name)) for name in EVENTS)
    return {name: value for name, value in values if value is not None}


def _relations(event: Event) -> Relations:
    found = [(event.case, "of")]
    if event.event == 1 and event.parent:
        found.append((event.parent, "parent"))
    if event.unit:
        found.append((_unit(event.unit), "by"))
    if event.handed:
        found += [(_unit(event.holder), "from"), (_unit(event.holder_after), "to")]
    if event.subject:
        found.append((event.subject, "writes"))
    return tuple(found)


def _unit(code: str) -> str:
    """No code of a unit is a mark of a case."""
    return f"unit/{code}"


def _things(made: duckdb.DuckDBPyConnection) -> Iterator[Thing]:
    """Units and subjects, then the cases in the order of their marks."""
    units = """SELECT code, min(time) FROM (SELECT unnest([unit, holder, holder_after]) AS code, time FROM given) WHERE code <> ''
               GROUP BY code ORDER BY code"""
    for code, since in made.execute(units).fetchall():
        yield Thing(_unit(code), UNIT, when(since), {})
    subjects = "SELECT subject, min(time) FROM given WHERE subject <> '' GROUP BY subject ORDER BY subject"
    for code, since in made.execute(subjects).fetchall():
        yield Thing(code, SUBJECT, when(since), {"register": code.partition("/")[0]})
    cases = made.execute(
        """SELECT "case", parent, time, practice, kind, channel, case_category, case_township, case_outcome FROM given
           WHERE event = 1 ORDER BY "case" """
    )
    while some := cases.fetchmany(5000):
        for mark, parent, since, *values in some:
            said = dict(zip(OF_CASES, values, strict=True))
            relations: Relations = ((parent, "part of"),) if parent else ()
            yield Thing(mark, SUBCASE if parent else CASE, when(since), said, relations)
