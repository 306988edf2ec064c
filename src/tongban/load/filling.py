"""Fills the form of any step by its JSON Schema, as a program would that knows nothing else of the practice."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

DAY = timedelta(days=1)
HELPFUL = 85
"""Of a hundred the answers that somebody gives without having to: what kind of matter, and where. [default]"""


UNASKED = ("form.not_asked", "form.unknown_field", "form.asks_nothing", "form.not_yours")
"""Refusals of an answer that was not to be given at all."""


class World(Struct, frozen=True):
    """What answers may name, as the instance gave it out. ``texts`` are messages of residents, ``units`` those in which somebody plays,
    ``places`` the smallest divisions."""

    texts: Sequence[str]
    units: Sequence[str]
    places: Sequence[str]
    categories: Sequence[str]


class CannotError(Exception):
    """A field that a program cannot fill (a paper, an entry of a register, another case): the step is left to people."""


def filled(
    schema: Mapping[str, Any],
    world: World,
    dice: random.Random,
    *,
    resident: bool = False,
    sure: bool = False,
) -> dict[str, object]:
    """Answers to all that is required, and to most of what need not be said but helps (``sure``: to all of that); of a ``resident``
    nothing that is asked of the office alone. Raises ``CannotError``."""
    fields = {
        name: each for name, each in schema["properties"].items() if not (resident and "x-asked-of" in each)
    }
    wanted = list(schema.get("required", ()))
    wanted += [
        name
        for name, field in fields.items()
        if name not in wanted and _helps(field) and (sure or dice.randrange(100) < HELPFUL)
    ]
    if not wanted and schema.get("anyOf"):
        wanted = [next((each["required"][0] for each in schema["anyOf"]), "")]
    return {name: _value(fields[name], world, dice) for name in wanted}


def answered(schema: Mapping[str, Any], name: str, world: World, dice: random.Random) -> object:
    """The answer to one field more, which a refusal asked for. Raises ``CannotError``."""
    if name not in schema["properties"]:
        raise CannotError(name)
    return _value(schema["properties"][name], world, dice)


def fuller(schema: Mapping[str, Any], world: World, dice: random.Random) -> dict[str, object]:
    """Answers to everything that a program can answer and that is not asked under a condition: for a step whose own condition did not
    hold with less. Each time others, where there is a choice."""
    answers = {}
    for name, field in schema["properties"].items():
        if "x-when" in field:
            continue
        try:
            answers[name] = (
                dice.choice((True, False)) if field["x-kind"] == "flag" else _value(field, world, dice)
            )
        except CannotError:
            if name in schema.get("required", ()):
                raise
    return answers


def _helps(field: Mapping[str, Any]) -> bool:
    return field["x-kind"] in ("category", "division") and "x-when" not in field


def _value(field: Mapping[str, Any], world: World, dice: random.Random) -> object:
    if field.get("oneOf") or field.get("items", {}).get("oneOf"):
        return _chosen(field, dice)
    match field["x-kind"]:
        case "line" | "text" | "name":
            return _words(field, world, dice)
        case "flag":
            return True
        case "whole" | "rating" | "money" | "decimal":
            bounds = field.get("anyOf", [field])[0]
            return dice.randint(bounds["minimum"], min(bounds["maximum"], bounds["minimum"] + 100))
        case "date":
            return (datetime.now(UTC) + _way(field) * dice.randint(1, 5)).date().isoformat()
        case "moment":
            return (datetime.now(UTC) + _way(field)).isoformat(timespec="seconds")
        case "phone":
            return f"154{dice.randrange(10**8):08d}"
        case "unit":
            return dice.choice(world.units)
        case "units":
            return dice.sample(world.units, min(len(world.units), max(1, field["minItems"])))
        case "code":
            return f"{dice.randrange(2000, 2030)}-{dice.randrange(10**6):06d}"
        case "division":
            return dice.choice(world.places)
        case "category":
            return dice.choice(world.categories)
        case kind:
            raise CannotError(kind)


def _way(field: Mapping[str, Any]) -> timedelta:
    """A day back where a form asks for what has happened, else a day ahead."""
    return -DAY if field.get("x-day") == "past" else DAY


def _chosen(field: Mapping[str, Any], dice: random.Random) -> object:
    """Of what the door offers in a field whose entries a condition narrows, one or as many as it wants."""
    if field.get("oneOf"):
        return dice.choice(field["oneOf"])["const"]
    offered = [each["const"] for each in field["items"]["oneOf"]]
    return dice.sample(offered, min(len(offered), max(1, field["minItems"])))


def _words(field: Mapping[str, Any], world: World, dice: random.Random) -> str:
    most = min(int(field.get("maxLength") or 200), 2000)
    if field["x-kind"] == "name":
        return dice.choice("陈林方汪徐郑") + dice.choice(("先生", "女士"))
    said = dice.choice(world.texts)
    least = int(field.get("minLength") or 0)
    while len(said) < least:
        said += dice.choice(world.texts)
    return said[:most]
