"""Workflows of DIGIT (``BusinessService`` JSON of egov-workflow-v2) read without trust: states, actions, roles, limits.

A file holds one workflow, a list of them under ``BusinessServices``, or the list alone; what a search gives out names states by
their ``uuid``, what is written by hand by their names. Both are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from tongban.kernel.form.characters import shown
from tongban.kernel.refusal import Refused

LARGEST = 2_000_000
"""Bytes of a file."""
MOST_STATES, MOST_ACTIONS, MOST_ROLES, MOST_SERVICES = 100, 40, 40, 50
LONGEST = 256
DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
LONGEST_LIMIT = 3_650 * DAY


class BroughtStep(Struct, frozen=True):
    """``to`` is the name of a state, that of its own for what stays."""

    name: str
    to: str
    roles: tuple[str, ...]


class BroughtStage(Struct, frozen=True):
    """``name`` "" is where a case is not yet: its actions open one. ``limit`` in milliseconds, 0 for none."""

    name: str
    end: bool
    limit: int
    papers: bool
    actions: tuple[BroughtStep, ...]


class BroughtKind(Struct, frozen=True):
    name: str
    business: str
    limit: int
    states: tuple[BroughtStage, ...]

    @property
    def start(self) -> BroughtStage:
        return next(each for each in self.states if not each.name)


def read(content: bytes, file: str) -> tuple[BroughtKind, ...] | Refused:
    """All workflows of a file. Refuses what is no JSON, no workflow, or leads to states that are not there: with the place."""
    if len(content) > LARGEST:
        return Refused("digit.too_large", file, {"most": LARGEST // 1_000_000})
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        return Refused("digit.no_json", file)
    listed = whole.get("BusinessServices", whole) if isinstance(whole, Mapping) else whole
    if isinstance(listed, Mapping):
        listed = [listed]
    if not isinstance(listed, list) or not listed or len(listed) > MOST_SERVICES:
        return Refused("digit.no_workflow", file)
    found: list[BroughtKind] = []
    for n, each in enumerate(listed):
        made = _workflow(each, f"{file}: BusinessServices[{n}]")
        if isinstance(made, Refused):
            return made
        found.append(made)
    return tuple(found)


def _workflow(given: object, where: str) -> BroughtKind | Refused:
    if not isinstance(given, Mapping):
        return Refused("digit.no_workflow", where)
    name = _text(given.get("businessService"))
    states = given.get("states")
    if not name or not isinstance(states, list) or not 0 < len(states) <= MOST_STATES:
        return Refused("digit.no_workflow", where)
    named: dict[str, str] = {}
    for n, each in enumerate(states):
        if not isinstance(each, Mapping):
            return Refused("digit.no_workflow", f"{where}.states[{n}]")
        state = _text(each.get("state"))
        named |= {state: state} if state else {}
        if uuid := _text(each.get("uuid")):
            named[uuid] = state
    read: list[BroughtStage] = []
    for n, each in enumerate(states):
        made = _state(each, f"{where}.states[{n}]", named)
        if isinstance(made, Refused):
            return made
        read.append(made)
    names = [each.name for each in read]
    twice = next((each for each in names if names.count(each) > 1), None)
    if twice is not None:
        return Refused("digit.state_twice", where, {"state": shown(twice)})
    if "" not in names:
        return Refused("digit.no_start", where)
    limit = _limit(given.get("businessServiceSla"))
    return BroughtKind(name, _text(given.get("business")), limit, tuple(read))


def _state(given: Mapping[str, object], where: str, named: Mapping[str, str]) -> BroughtStage | Refused:
    name = _text(given.get("state"))
    actions = given.get("actions") or []
    if not isinstance(actions, list) or len(actions) > MOST_ACTIONS:
        return Refused("digit.no_workflow", f"{where}.actions")
    read: list[BroughtStep] = []
    for n, each in enumerate(actions):
        place = f"{where}.actions[{n}]"
        if not isinstance(each, Mapping) or not _text(each.get("action")):
            return Refused("digit.no_workflow", place)
        if each.get("active") is False:
            continue
        to = _text(each.get("nextState"))
        if (to and to not in named) or not (named.get(to) or name):
            return Refused("digit.no_state", place, {"state": shown(to)})
        roles = each.get("roles") or []
        if not isinstance(roles, list) or len(roles) > MOST_ROLES or not all(map(_text, roles)):
            return Refused("digit.no_roles", place)
        read.append(
            BroughtStep(_text(each["action"]), named[to] or name if to else name, tuple(map(_text, roles)))
        )
    if not name and not read:
        return Refused("digit.no_start", where)
    end = given.get("isTerminateState") is True
    papers = given.get("docUploadRequired") is True
    return BroughtStage(name, end, _limit(given.get("sla")), papers, tuple(read))


def _text(given: object) -> str:
    """A short word, "" for anything else."""
    return given.strip() if isinstance(given, str) and len(given) <= LONGEST and given.isprintable() else ""


def _limit(given: object) -> int:
    """Milliseconds; 0 for none and for what is no amount of time."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= LONGEST_LIMIT:
        return 0
    return int(given)


def limit_of(milliseconds: int) -> str:
    """As a practice writes it: whole calendar days, else hours, else minutes, never less than was said."""
    for size, unit in ((DAY, "calendar_days"), (HOUR, "hours")):
        if milliseconds % size == 0:
            return f"{milliseconds // size} {unit}"
    return f"{-(-milliseconds // MINUTE)} minutes"


def ids(names: Sequence[str]) -> dict[str, str]:
    """An id of a practice for each name: small letters, digits and underscores; no two alike."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40] or "x"
        plain = plain if plain[0].isalpha() else f"x_{plain}"
        made, n = plain if len(plain) > 2 else f"{plain}_x", 2
        while made in found.values():
            made, n = f"{plain}_{n}", n + 1
        found[name] = made
    return found
