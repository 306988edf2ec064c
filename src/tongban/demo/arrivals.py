"""What comes in, when, from where and in whose words: drawn from the script, each matter with its own dice."""

from __future__ import annotations

import random
import re
from bisect import bisect
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tongban.demo.script import Message, Place, Reply, Script, Surge
from tongban.kernel.clock import LOCAL

SEED = "tongban-demo-1"
_SLOT = re.compile(r"\{([a-z]+)\}")
_NOTHING_LEFT = "无"
SOON = timedelta(hours=36)
"""Whoever reports the same thing does so within this time."""


class Matter(Struct):
    """One matter before anybody dealt with it: who, what, where, when, and what will be found.

    ``chance`` are its own dice, so that one matter never changes another.
    """

    n: int
    practice: str
    opens: Mapping[str, Any]
    at: datetime
    channel: str
    message: Message
    body: str
    title: str
    division: str
    words: str
    phone: str
    name: str
    reply: Reply
    slots: Mapping[str, str]
    public: Mapping[str, str]
    """The slots as they may be read by everybody: no estate, road, shop, school or village by its name."""
    chance: random.Random
    same_as: int = -1
    """The matter that somebody else reported before, when this is the same one; -1 when it is the first."""

    def in_public(self, text: str) -> str:
        """A text of the message as it may be published."""
        return _filled(text, self.public)


class Arrivals:
    """All matters of a practice from the first day to ``until``, in the order in which they come."""

    def __init__(self, script: Script, practice: str, until: datetime, scale: int = 100) -> None:
        self.script = script
        self.practice = practice
        self.until = until
        self.volume = script.story["volume"][practice] * scale // 100
        self.townships = [place for place in script.divisions if place.level == "township"]
        self.villages = [place for place in script.divisions if place.level == "village"]
        self.county = next(place for place in script.divisions if place.level == "county")
        self.weights = self._township_weights()
        self.messages = script.messages[practice]
        self._told = 0
        self._came: dict[str, int] = {}
        """When each message came last, counted in matters told."""
        self._shared: deque[Matter] = deque(maxlen=3)
        self.having = Counter(
            outcome for each in self.messages for outcome in {reply.outcome for reply in each.replies}
        )
        """Messages that have a reply of each outcome: rarer ones weigh more where they are."""

    def __iter__(self) -> Iterator[Matter]:
        days = self._days()
        cumulated = list(accumulate(weight for _, weight, _ in days))
        dice = random.Random(f"{SEED}/{self.practice}/times")  # noqa: S311 - a demo, not a secret
        moments = []
        for n in range(self.volume):
            day, _, surge = days[bisect(cumulated, dice.random() * cumulated[-1])]
            hour = dice.choices(range(24), self.script.story["hour_weight"])[0]
            at = datetime(
                day.year, day.month, day.day, hour, dice.randrange(60), dice.randrange(60), tzinfo=LOCAL
            )
            moments.append((at, n, surge))
        for at, n, surge in sorted(moments, key=lambda each: each[:2]):
            if at < self.until:
                matter = self._matter(n, at, surge)
                yield self._same_again(matter) or matter

    def _days(self) -> list[tuple[date, int, Surge | None]]:
        """Every day with its weight and the surge it lies in."""
        story, found = self.script.story, []
        day = self.script.begin
        years = story["year_weight"]
        while day <= self.until.date():
            year = str((day - self.script.moved).year)
            weight = (
                story["month_weight"][str(day.month)]
                * years.get(year, max(years.values()))
                * story["weekday_weight"][day.weekday()]
            )
            surge = next((each for each in self.script.surges if each.first <= day <= each.last), None)
            found.append((day, weight * surge.factor // 100 if surge else weight, surge))
            day += timedelta(days=1)
        return found

    def _matter(self, n: int, at: datetime, surge: Surge | None) -> Matter:
        chance = random.Random(f"{SEED}/{self.practice}/{n}")  # noqa: S311
        options: Sequence[Mapping[str, Any]] = self.script.walk[self.practice]["opens"]
        opens = chance.choices(options, [each["weight"] for each in options])[0]
        messages = self.script.refusals if opens.get("tells") == "refusals" else self.messages
        message = self._message(messages, at, surge, chance)
        place, township = self._place(message, bool(opens.get("there")), chance)
        slots = self._slots(message, place, township, at, chance)
        requester = self.script.places["requester"]
        body = _filled(message.body, slots)
        return Matter(
            n=n,
            practice=self.practice,
            opens=opens,
            at=at,
            channel=opens.get("always") or self._channel(chance),
            message=message,
            body=body,
            title=_filled(message.title, slots) or _first_words(body),
            division=place.code,
            words=self._words(message, place, township, slots, chance),
            phone=phone_of(self.practice, n),
            name=chance.choice(requester["surnames"]) + chance.choice(requester["forms"]),
            reply=self._reply(message, slots, chance),
            slots=slots,
            public={**slots, **self.script.places["public"]},
            chance=chance,
        )

    def _same_again(self, matter: Matter) -> Matter | None:
        """The same thing as somebody reported a little while ago, now said by somebody else."""
        echo = self.script.story["same_again"].get(self.practice)
        if echo is None:
            return None
        before = next((each for each in self._shared if matter.at - each.at < SOON), None)
        if before is not None and matter.chance.randrange(1000) < echo["share"]:
            self._shared.remove(before)
            says = matter.chance.choice(echo["says"])
            return replace(
                before,
                n=matter.n,
                at=matter.at,
                channel=matter.channel,
                opens=matter.opens,
                body=says.replace("{title}", before.title),
                title=echo["title"].replace("{title}", before.title),
                phone=matter.phone,
                name=matter.name,
                chance=matter.chance,
                same_as=before.n,
            )
        if matter.message.category.startswith(tuple(echo["categories"])):
            self._shared.appendleft(matter)
        return None

    def _channel(self, chance: random.Random) -> str:
        channels = self.script.story["channel"].get(self.practice, {"window": 780, "phone": 140, "web": 80})
        found: str = chance.choices(list(channels), list(channels.values()))[0]
        return found

    def _message(
        self, messages: Sequence[Message], at: datetime, surge: Surge | None, chance: random.Random
    ) -> Message:
        """One that fits the season; none comes again before two thirds of those that fit have come."""
        fitting = [each for each in messages if at.month in each.season] or list(messages)
        if surge is not None and chance.random() < 0.6:
            fitting = [each for each in fitting if each.category.startswith(surge.categories)] or fitting
        apart = len(fitting) * 2 // 3
        found = chance.choice(fitting)
        while self._came.get(found.id, -apart) > self._told - apart:  # a third of them is always free
            found = chance.choice(fitting)
        self._told += 1
        self._came[found.id] = self._told
        return found

    def _place(self, message: Message, there: bool, chance: random.Random) -> tuple[Place, Place]:
        """The division where it happened, and its township. ``there``: what concerns the county is said there."""
        township = chance.choices(self.townships, self.weights)[0]
        if message.setting == "urban":
            urban = [each for each in self.townships if each.setting == "urban"]
            township = chance.choice(urban)
        elif message.setting == "rural":
            rural = [n for n, each in enumerate(self.townships) if each.setting != "urban"]
            township = self.townships[chance.choices(rural, [self.weights[n] for n in rural])[0]]
        if message.level == "county":
            return (self.county if there or chance.random() >= 0.55 else township), township
        if message.level == "township":
            return township, township
        inside = [each for each in self.villages if each.parent == township.code]
        return chance.choice(inside), township

    def _slots(
        self, message: Message, place: Place, township: Place, at: datetime, chance: random.Random
    ) -> Mapping[str, str]:
        del message
        inside = [each for each in self.villages if each.parent == township.code]
        village = place if place.level == "village" else chance.choice(inside)
        places = self.script.places
        return {
            "village": village.name,
            "township": township.name,
            "road": chance.choice(places["road"]),
            "estate": chance.choice(places["estate"]),
            "shop": chance.choice(places["shop"]),
            "school": chance.choice(places["school"]),
            "month": str((at.month - 2) % 12 + 1),
            "n": str(chance.randrange(2, 10)),
        }

    def _words(
        self, message: Message, place: Place, township: Place, slots: Mapping[str, str], chance: random.Random
    ) -> str:
        """Where it is, as somebody would say it."""
        if place.level == "village":
            return f"{township.name}{place.name}"
        if message.setting == "rural":
            return township.name
        return f"{township.name}{slots[chance.choice(['road', 'estate', 'road'])]}"

    def _reply(self, message: Message, slots: Mapping[str, str], chance: random.Random) -> Reply:
        """One that fits, weighed so that the outcomes come out as the story says."""
        wanted = self.script.story["outcome"][self.practice]
        weights = [wanted.get(each.outcome, 1) / self.having[each.outcome] for each in message.replies]
        found = chance.choices(message.replies, weights)[0]
        remains = "" if found.remains == _NOTHING_LEFT else _filled(found.remains, slots)
        return Reply(found.outcome, _filled(found.text, slots), found.basis or _NOTHING_LEFT, remains)

    def _township_weights(self) -> list[int]:
        """By township unit in the story; by its place in the list of units here."""
        by_name = self.script.story["place_weight"]
        units = {each["division"]: each["id"] for each in self.script.read("units.yaml")["units"]}
        return [by_name.get(units.get(place.code, ""), 30) for place in self.townships]


def phone_of(practice: str, n: int) -> str:
    """A phone number as it would look; none begins with 154, so nobody can be called."""
    return f"154{(n * 7919 + len(practice) * 104729) % 10**8:08d}"


def _filled(text: str, slots: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda found: slots.get(found[1], found[0]), text)


def _first_words(body: str) -> str:
    """A title as a clerk would give: the first clause, not longer than a line."""
    clause = re.split(r"[。！？，,；\n]", body.strip(), maxsplit=1)[0]
    if len(clause) < 6:
        clause = re.split(r"[。！？\n]", body.strip(), maxsplit=1)[0]
    return clause[:28]
