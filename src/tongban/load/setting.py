"""What the instance says of itself: its practices, places, units and categories, as the API gives them out."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tongban.load.crew import API, Lines, Member
from tongban.load.filling import CannotError, World, filled
from tongban.load.line import Line
from tongban.load.playing import Setting, Way

ANYONE = "anyone"
CLERKS = 12
"""Of the staff those who are asked at most whether they may write something down."""


FIRST = (
    "/",
    "/services/",
    "/open/",
    "/open/cases/",
    "/open/figures/",
    "/open/boards/",
    "/ways/",
    "/open/data/",
)
MOST_PAGES = 400
_PUBLIC = re.compile(r'href="(/(?:open|services|report|ways)/[a-z0-9_./-]*/)"')
"""Pages, not files, and without a query."""


class NothingError(Exception):
    """There is nothing to play with: no practice whose opening form a program can fill."""


def setting_of(lines: Lines, crew: Sequence[Member], texts: Sequence[str], only: Sequence[str]) -> Setting:
    """Asked once before the day begins. ``only`` names the practices to open, empty for all that residents bring. Raises ``NothingError``.

    Who may open what is found by trying it: a request that only rehearses is refused as the real one would be.
    """
    line, dice = lines.staff(), random.Random(0)  # noqa: S311 - addresses, no secret

    def got(path: str) -> Any:
        return line.ask("GET", f"{API}/{path}", headers={"Accept-Language": "en"}, again=True).json()

    divisions = got("divisions")["divisions"]
    parents = {each["parent"] for each in divisions}
    world = World(
        texts=texts,
        units=sorted({unit for each in crew for unit in each.units})
        or [each["id"] for each in got("units")["units"]],
        places=[each["code"] for each in divisions if each["code"] not in parents],
        categories=[each["code"] for each in got("categories")["categories"] if each["leaf"]],
    )
    listed = [each["id"] for each in got("practices")["practices"]]
    ways = [
        way for each in listed if not only or each in only for way in _ways(got(f"practices/{each}"), world)
    ]

    def may(way: Way, headers: Mapping[str, str]) -> bool:
        asked = {"practice": way.practice, "kind": way.kind, "step": way.step, "rehearse": True}
        answers = filled(way.form, world, random.Random(0), resident=True)  # noqa: S311
        sent = json.dumps({**asked, "answers": answers}).encode()
        headers = {"Content-Type": "application/json", **headers}
        caller = line if "Authorization" in headers else lines.resident(dice)
        return caller.ask("POST", f"{API}/cases", sent, headers, again=True).status == 200

    residents = [way for way in ways if may(way, {})]
    clerks = [each for each in crew if "clerk" in each.roles][:CLERKS] or list(crew)[:CLERKS]
    registering = [(clerk, way) for clerk in clerks for way in residents if may(way, clerk.headers)]
    if not residents:
        raise NothingError
    began = datetime.fromisoformat(got("health")["now"])
    return Setting(world, began, residents, registering, _pages(line))


def _pages(line: Line) -> list[str]:
    """Public pages in the order in which a reader comes upon them: the first ones, and what these lead to."""
    found = dict.fromkeys(FIRST)
    for path in FIRST:
        page = line.ask("GET", path).body.decode(errors="replace")
        found |= dict.fromkeys(_PUBLIC.findall(page))
    return list(found)[:MOST_PAGES]


def _ways(practice: Mapping[str, Any], world: World) -> Iterator[Way]:
    """The openings of a practice that are anybody's and that a program can fill."""
    for kind in practice["kinds"]:
        for step in kind["steps"]:
            if step["leaves"] or ANYONE not in step["by"]:
                continue
            form = practice["forms"].get(step["form"], {"properties": {}, "required": []})
            try:
                filled(form, world, random.Random(0))  # noqa: S311
            except CannotError:
                continue
            yield Way(practice["id"], kind["id"], step["id"], form)
