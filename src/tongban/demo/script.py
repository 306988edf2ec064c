"""The data that the demo is told by: messages, places, phrases, the shape of two years, the walk of a case."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from tongban.apps.adoption.shelf import share
from tongban.kernel.clock import LOCAL

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Data = Mapping[str, Any]
"""What a file of the demo says; its shape stands in the file's own head."""

ANY_MONTH = tuple(range(1, 13))
NEAR = timedelta(days=45)
"""A story that ends so near to today is told with its own dates."""


class Reply(Struct, frozen=True):
    outcome: str
    text: str
    basis: str
    remains: str


class Message(Struct, frozen=True):
    """What somebody writes, with the replies that fit it."""

    id: str
    practice: str
    body: str
    title: str
    category: str
    also: str
    sort: str
    urgency: str
    level: str
    setting: str
    season: tuple[int, ...]
    replies: tuple[Reply, ...]
    card: Data
    """What its case taught once it was closed; {} when it taught nothing."""
    refusal: Data
    """What a window said no to, and whether rightly; {} for what a resident brings."""


class Place(Struct, frozen=True):
    """A division as the demo needs it. ``setting`` is urban, town, rural or ""."""

    code: str
    name: str
    level: str
    parent: str
    setting: str


class Surge(Struct, frozen=True):
    """Days on which ``factor`` per cent of the ordinary volume comes, of these categories above all."""

    first: date
    last: date
    factor: int
    categories: tuple[str, ...]


class Script(Struct, frozen=True, dict=True):
    """All of it. ``end`` is the last day that is told; the story's own dates are moved to end there."""

    folder: Path
    end: date

    def read(self, name: str) -> Data:
        found: Data = yaml.load((self.folder / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
        return found

    @cached_property
    def story(self) -> Data:
        return self.read("story.yaml")

    @cached_property
    def phrases(self) -> Data:
        return self.read("phrases.yaml")

    @cached_property
    def places(self) -> Data:
        return self.read("places.yaml")

    @cached_property
    def walk(self) -> Data:
        return self.read("walk.yaml")

    @cached_property
    def adoptions(self) -> Data:
        return self.read("adoptions.yaml")

    @cached_property
    def peers(self) -> tuple[Mapping[str, str], ...]:
        """Other counties, each with its code, names and address."""
        return tuple(self.read("peers.yaml")["peers"])

    @cached_property
    def cards(self) -> Data:
        """By the message they belong to."""
        return self.read("cards.yaml")

    @cached_property
    def messages(self) -> Mapping[str, tuple[Message, ...]]:
        """By practice; where the story says what it is ``about``, of these categories only."""
        found: dict[str, list[Message]] = {}
        about = tuple(self.story.get("about", ("",)))
        for path in sorted((self.folder / "messages").glob("*.yaml")):
            data = self.read(f"messages/{path.name}")
            for each in data["messages"]:
                if not each["category"].startswith(about):
                    continue
                message = _message(data["practice"], each, self.cards.get(each["id"], {}))
                found.setdefault(data["practice"], []).append(message)
        return {practice: tuple(each) for practice, each in found.items()}

    @cached_property
    def told(self) -> Mapping[str, str]:
        """Cases told step by step: what is written, by the file's name."""
        return {
            path.stem: path.read_text(encoding="utf-8")
            for path in sorted((self.folder / "told").glob("*.yaml"))
        }

    @cached_property
    def refusals(self) -> tuple[Message, ...]:
        """What windows say no to."""
        rows: Sequence[Data] = self.read("refusals.yaml")  # type: ignore[assignment]
        return tuple(_refusal(each) for each in rows)

    @cached_property
    def divisions(self) -> tuple[Place, ...]:
        with (self.folder / "divisions.csv").open(encoding="utf-8", newline="") as file:
            return tuple(
                Place(
                    row["code"], row["short_name"] or row["name"], row["level"], row["parent"], row["setting"]
                )
                for row in csv.DictReader(file)
            )

    @cached_property
    def begin(self) -> date:
        period = self.story["period"]
        return date.fromisoformat(period["from"]) + self.moved

    @property
    def moved(self) -> timedelta:
        """How far all of the story's dates are moved, so that it ends today."""
        off = self.end - date.fromisoformat(self.story["period"]["to"])
        return timedelta() if abs(off) <= NEAR else off

    @cached_property
    def surges(self) -> tuple[Surge, ...]:
        return tuple(
            Surge(
                date.fromisoformat(each["from"]) + self.moved,
                date.fromisoformat(each["to"]) + self.moved,
                each["factor"],
                tuple(each["categories"]),
            )
            for each in self.story["surges"]
        )

    def share(self, practice: str, name: str | int) -> int:
        """Per mille: a number, or a named share of the story."""
        if isinstance(name, int):
            return name
        found: int = self.story["events"][practice][name]
        return found

    def habit(self, unit: str, name: str | int) -> int:
        """Per cent by which a unit does something more or less often than others."""
        found: int = self.story["habit"].get(unit, {}).get(name, 100)
        return found

    def since(self, practice: str) -> datetime:
        """The moment from which the county has worked by a practice: the first day of the story, or one of its own."""
        own = self.adoptions.get(practice, {}).get("since")
        day = self.begin if own is None else date.fromisoformat(own) + self.moved
        return datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC)

    def speed(self, unit: str, kind: str, at: datetime) -> tuple[int, int]:
        """Median and 90th percentile of a unit's time, per cent of the promised one; before a practice changed its ways, those of then."""
        speed = self.story["speed"]
        found = speed["units"].get(unit, speed["default"])
        for each in speed["before"]:
            concerned = unit in each["units"] if "units" in each else each["kind"] == kind
            if concerned and at < self.since(each["practice"]):
                found = each
        return found["median"], found["p90"]


def script(end: date, folder: Path | None = None) -> Script:
    """The demo county's own script, or the one in ``folder``."""
    return Script(folder or county_folder(), end)


def county_folder() -> Path:
    return share("demo") / "county"


def _message(practice: str, each: Data, card: Data) -> Message:
    replies: Sequence[Data] = each["replies"]
    return Message(
        id=each["id"],
        practice=practice,
        body=each["body"],
        title=each.get("title", ""),
        category=each["category"],
        also=each.get("also", ""),
        sort=each["kind"],
        urgency=each["urgency"],
        level=each["place_level"],
        setting=each.get("setting", ""),
        season=tuple(each.get("season", ANY_MONTH)),
        replies=tuple(Reply(r["outcome"], r["text"], r["basis"], r["remains"]) for r in replies),
        card=card,
        refusal={},
    )


def _refusal(each: Data) -> Message:
    """What was refused, as a message: its replies tell how a wrong no was put right."""
    replies = (Reply("resolved", each.get("reply", each["remedy"]), each["basis"], ""),)
    return Message(
        id=each["id"],
        practice="",
        body=each["matter"],
        title=each["matter"],
        category=each["category"],
        also="",
        sort="",
        urgency="normal",
        level=each.get("level", "county"),
        setting=each.get("setting", ""),
        season=ANY_MONTH,
        replies=replies,
        card={},
        refusal=each,
    )
