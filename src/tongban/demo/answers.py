"""Fills the forms of a walk: each field from the matter, the phrases, the duty lists or the dice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from tongban.demo.arrivals import Matter
from tongban.demo.script import Reply, Script
from tongban.demo.staff import Staff
from tongban.kernel.case import Case
from tongban.kernel.clock import LOCAL
from tongban.kernel.county import County, Duty, DutyKind, Level
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import may_hold, route

_SLOT = re.compile(r"\{([a-z_.]+)\}")
_PHONE_LIKE = re.compile(r"\d{7,}")
HANDLER = "handler"
AGAIN = "再次办理后答复："


class ImpossibleError(Exception):
    """A field cannot be filled here: the option is passed over."""


class Situation(Struct, frozen=True):
    """Where a form is filled: the matter, the case (None before it is opened), the step and the unit at work."""

    matter: Matter
    case: Case | None
    step: str
    at: datetime
    unit: str
    procedure: Procedure
    homes: tuple[str, ...]
    earlier: Callable[[], str]
    """Number of an earlier open case of the same kind of matter; "" without one."""


class Answers:
    def __init__(self, script: Script, county: County, staff: Staff, names: Mapping[str, str]) -> None:
        self.script = script
        self.county = county
        self.staff = staff
        self.names = names

    def fill(self, form: Mapping[str, Any], now: Situation) -> dict[str, object]:
        """All answers of a form. Raises ``ImpossibleError`` where one cannot be given."""
        found: dict[str, object] = {}
        for name, template in form.items():
            value = self._value(template, now, found)
            if value not in (None, "", ()):
                found[name] = value
        return found

    def _value(self, template: Any, now: Situation, found: Mapping[str, object]) -> object:
        if not isinstance(template, dict):
            return template
        dice = now.matter.chance
        match template:
            case {"chance": chance, "then": then}:
                return self._value(then, now, found) if dice.randrange(1000) < chance else None
            case {"unless": other, "then": then}:
                return None if found.get(other) else self._value(then, now, found)
            case {"from": source}:
                return self._source(source, now)
            case {"text": text}:
                return _SLOT.sub(lambda slot: str(self._source(slot[1], now) or ""), text)
            case {"one_of": many}:
                return dice.choice(many)
            case {"weights": weights}:
                return dice.choices(list(weights), list(weights.values()))[0]
            case {"phrase": path}:
                return self._phrase(_SLOT.sub(lambda slot: str(found[slot[1]]), path), now, found)
            case {"rated": path}:
                if found.get("solved") == "no":
                    return self._phrase(f"{path}_unsolved", now, found)
                return self._phrase(f"{path}.{found['rating']}", now, found)
            case {"decline": ways}:
                way = self.way_of(now.matter)
                return way if way in ways else _impossible()
            case {"unit": which}:
                return self._unit(which, now)
            case {"units": _}:
                return self._helpers(now)
            case {"duty": whose}:
                unit = self._owner(now) if whose == "owner" else now.unit
                return self._duty(unit, now).code
            case {"earlier": _}:
                return now.earlier() or _impossible()
            case {"solved": _}:
                return self._solved(now)
            case {"rating": _}:
                return self._rating(now, found)
            case {"days": [least, most]}:
                day = now.at.astimezone(LOCAL).date() + timedelta(days=dice.randrange(least, most))
                return day.isoformat()
            case _:
                raise ValueError(f"{now.step}: {template}")

    def _source(self, source: str, now: Situation) -> object:
        matter, message = now.matter, now.matter.message
        match source:
            case "message.body":
                return matter.body
            case "message.public":
                return _PHONE_LIKE.sub("***", matter.in_public(self._retold(message.body)))
            case "message.title":
                return matter.title
            case "message.category":
                return message.category
            case "message.sort":
                return message.sort
            case "message.urgency":
                return message.urgency
            case "place.words":
                return matter.words
            case "place.division":
                return matter.division
            case "requester.phone":
                return matter.phone
            case "requester.name":
                return matter.name
            case "reply.text":
                again = now.case is not None and now.case.counts.get(now.step, 0) > 0
                return AGAIN + matter.reply.text if again else matter.reply.text
            case "reply.public":
                return _PHONE_LIKE.sub("***", matter.in_public(self._written(matter).text))
            case _ if source.startswith(("card.", "refusal.")):
                what, _, name = source.partition(".")
                known = (
                    message.refusal if what == "refusal" else {**message.card, **message.card.get("rule", {})}
                )
                return known.get(name, "adopted" if name == "outcome" else None)
            case "reply.outcome" | "reply.basis" | "reply.remains":
                return getattr(matter.reply, source.partition(".")[2])
            case _:
                raise ValueError(source)

    def _retold(self, words: str) -> str:
        """What somebody said, as an office tells it: never in the words of whoever said it."""
        rules = self.script.story["retold"]
        for pattern, instead in rules["each"].items():
            words = re.sub(pattern, instead, words)
        told: str = rules["words"].replace("{words}", words)
        return told

    def _written(self, matter: Matter) -> Reply:
        """The reply of the message as it was written, with its slots."""
        return next(each for each in matter.message.replies if each.outcome == matter.reply.outcome)

    def way_of(self, matter: Matter) -> str:
        """The other way that such a matter has; "" when it has none."""
        declinable: Mapping[str, list[str]] = self.script.story["declinable"]
        category = matter.message.category
        return next((way for way, codes in declinable.items() if category.startswith(tuple(codes))), "")

    def tells_of_the_weak(self, matter: Matter) -> bool:
        """Whether the message is about somebody's illness, child or household, which nobody may read of."""
        return re.search(self.script.story["never_published"], matter.message.body) is not None

    def _phrase(self, path: str, now: Situation, found: Mapping[str, object]) -> str:
        """A line of the phrases; at a list one of its entries is taken and the way goes on inside it."""
        here: Any = self.script.phrases
        for part in path.split("."):
            if isinstance(here, list):
                here = now.matter.chance.choice(here)
            if part not in here:
                here = next(iter(here.values()))
                continue
            here = here[part]
        while isinstance(here, list):
            here = now.matter.chance.choice(here)
        if isinstance(here, dict):
            here = "\n".join(str(each) for each in here.values() if isinstance(each, str))
        return _SLOT.sub(lambda slot: self._slot(slot[1], now, found), str(here))

    def _slot(self, name: str, now: Situation, found: Mapping[str, object]) -> str:
        match name:
            case "unit":
                return self._named(now.unit)
            case "owner":
                return self._named(self._owner(now))
            case "proposed":
                return self._named(str(found["proposed_unit"]))
            case "helper":
                helpers = found["co_units"]
                return "、".join(map(self._named, helpers)) if isinstance(helpers, tuple) else ""
            case "duty":
                return self.names.get(f"duty/{self._duty(self._owner(now), now).code}", "")
            case _:
                return "{" + name + "}"

    def _named(self, unit: str) -> str:
        return self.names.get(unit, unit)

    def _unit(self, which: str, now: Situation) -> str:
        match which:
            case "owner":
                return self._owner(now)
            case "current":
                return now.unit
            case "wrong" | "other":
                return self._other(now)
            case "superior":
                return next((unit.id for unit in self.county.superiors(now.unit)), "") or _impossible()
            case "desk":
                levels = self.county.units
                return next((u for u in now.homes if levels[u].level is Level.COUNTY), "") or _impossible()
            case _:
                raise ValueError(which)

    def owner(self, procedure: Procedure, category: str, division: str, at: datetime, otherwise: str) -> str:
        """Whose duty the matter is."""
        found = route(procedure.routing, self.county, category, division, {}, at)
        return otherwise if isinstance(found, Refused) else found.unit

    def _owner(self, now: Situation) -> str:
        return self.owner(now.procedure, now.matter.message.category, now.matter.division, now.at, now.unit)

    def _other(self, now: Situation) -> str:
        """A unit that somebody might well take for the right one, and that may lead the matter."""
        category, owner = now.matter.message.category, self._owner(now)
        first = category.partition(".")[0]
        able = [
            unit
            for unit in sorted({duty.unit for duty in self.county.duties if duty.match(category) == 0})
            if unit not in (owner, now.unit)
            and self.county.units[unit].level is Level.COUNTY
            and self.staff.has(unit, HANDLER)
            and may_hold(self.county, unit, category, "lead") is None
        ]
        near = [
            u
            for u in able
            if any(c.startswith(first) for d in self.county.duties_by_unit[u] for c in d.categories)
        ]
        return now.matter.chance.choice(near or able) if near or able else _impossible()

    def _helpers(self, now: Situation) -> tuple[str, ...]:
        """One or two units whose lists say that they assist, or that own the second matter in the message."""
        message, division = now.matter.message, now.matter.division
        around = set(self.county.division_chain(division)) | {self.county.code}
        able = dict.fromkeys(self._assisting(message.category, around))
        if message.also:
            able = {self.owner(now.procedure, message.also, division, now.at, ""): None, **able}
        chosen = [
            unit
            for unit in able
            if unit
            and unit != now.unit
            and self.staff.has(unit, HANDLER)
            and may_hold(self.county, unit, message.category, "assist") is None
        ]
        if not chosen:
            _impossible()
        return tuple(chosen[: now.matter.chance.choice((1, 1, 2))])

    def _assisting(self, category: str, around: set[str]) -> Iterator[str]:
        for duty in self.county.duties:
            if duty.kind is DutyKind.ASSIST and duty.match(category):
                unit = self.county.units[duty.unit]
                if unit.division in around:
                    yield unit.id

    def _duty(self, unit: str, now: Situation) -> Duty:
        """The entry of a unit's list that fits best, or any of its own."""
        listed = self.county.duties_by_unit.get(unit, ())
        best = max(listed, key=lambda duty: duty.match(now.matter.message.category), default=None)
        return best if best is not None else _impossible()

    def _solved(self, now: Situation) -> str:
        callback = self.script.story["callback"]
        name = "solved_if_resolved" if now.matter.reply.outcome == "resolved" else "solved_if_explained"
        likely = callback[name] + (60 if now.case is not None and now.case.counts.get(now.step, 0) else 0)
        if now.matter.chance.randrange(1000) < likely:
            return "yes"
        return now.matter.chance.choice(("no", "no", "partly"))

    def _rating(self, now: Situation, found: Mapping[str, object]) -> int:
        dice, weights = now.matter.chance, dict(self.script.story["callback"]["rating"])
        if found.get("solved") == "no":
            weights = {"3": 3, "2": 4, "1": 3}
        elif dice.randrange(1000) < self._spoilt(now):
            weights = {"3": 2, "2": 3, "1": 2}
        return int(dice.choices(list(weights), list(weights.values()))[0])

    def _spoilt(self, now: Situation) -> int:
        """What went wrong on the way, per mille taken from the good ratings."""
        if now.case is None:
            return 0
        callback, spoils = self.script.story["callback"], self.script.walk[now.matter.practice]["spoils"]
        sum_of = sum(callback[name] for step, name in spoils.items() if now.case.counts.get(step, 0))
        late = any(state.kept is False for state in now.case.clocks)
        return int(sum_of) + (callback["worse_if_late"] if late else 0)


def _impossible() -> Any:
    raise ImpossibleError
