"""The upper rungs of the scenario runner: the same stories through use cases, PostgreSQL, sweep and reactors.

``Live`` is what every rung above the kernel shares; ``Apps`` calls the use cases themselves, and a door's
own rung overrides how a case is opened, acted on and looked at. Each story needs an empty test database.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from tongban.apps.acting import Acting
from tongban.apps.adoption.shelf import share
from tongban.apps.casework.hearing import opened_about
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import Taken
from tongban.apps.exchange import hearing
from tongban.apps.exchange.peers import told_of
from tongban.apps.exchange.pretended import message, pretended
from tongban.apps.office import Office, office
from tongban.apps.reactors import REACTORS, run_once
from tongban.apps.supervision.sweep import sweep
from tongban.kernel.case import Case
from tongban.kernel.commands import ANYBODY, Actor, ActorKind, Post
from tongban.kernel.exchange.message import Signed
from tongban.kernel.record import case_from
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.counties import receivers, scenario_spec
from tongban.library.story.elsewhere import ELSEWHERE, INNER, PHONE, elsewhere_files
from tongban.library.story.runner import (
    Act,
    Did,
    Elsewhere,
    Followed,
    Ground,
    Look,
    Message,
    Opens,
    followed_of,
    look_of,
)
from tongban.store import adoptions, exchange
from tongban.store.batch import BEGINNING, STEP, Loaded, Mark
from tongban.store.entries import load
from tongban.store.journal import COLUMNS, stored
from tongban.store.models import CalendarYear, Category, DivisionRow, DutyRow, Stamp, UnitRow
from tongban.store.stream import bookmark

MOST_RINGS = 10_000
"""Deadlines in one sweep; more means a ladder that never ends."""
PATIENCE = 60.0
"""Seconds to wait for reactors: another database's open transaction holds up what they may read."""
FOUNDED = "2017-01-01"


def settle(ground: Ground) -> Office:
    """Load the county of all scenarios into an empty database and adopt the story's practice in it.

    Raises ``RefusedError`` (``rung.not_empty``) where any county lives: stories are never told there.
    """
    if Stamp.objects.exists():
        raise RefusedError(Refused("rung.not_empty"))
    _load_county(ground.begins)
    here = office()
    for register, entries in ground.entries.items():
        loaded = load(here.journal, register, entries, "", ground.begins, ground.begins)
        if isinstance(loaded, Refused):
            raise RefusedError(loaded)
    practice = ground.practice
    for each in scenario_spec().peers:
        peer = pretended(each, ground.begins)
        exchange.add_peer(here.journal, peer)
        exchange.noted(here.journal, peer.code, exchange.ADDED, told_of(peer), ground.begins)
    homes = receivers(ground.county, practice.manifest.receiving)
    adopted = adoptions.adopt(here.journal, practice.files, ground.settings, homes, "", ground.begins)
    if isinstance(adopted, Refused):
        raise RefusedError(adopted)
    if ground.procedure.hears:
        _adopt_elsewhere(here, ground)
    return office()


def _adopt_elsewhere(here: Office, ground: Ground) -> None:
    """The practice whose cases settle elsewhere in stories."""
    homes = receivers(ground.county, ("centre",))
    adopted = adoptions.adopt(here.journal, elsewhere_files(), {}, homes, "", ground.begins)
    if isinstance(adopted, Refused):
        raise RefusedError(adopted)


def _load_county(begins: datetime) -> None:
    """Registers of the scenarios' county, and the official calendars around the year of the story."""
    spec = scenario_spec()
    county = spec.code
    years = range(begins.year - 1, begins.year + 2)
    files = [share("calendars") / "cn" / f"{year}.yaml" for year in years]
    CalendarYear.objects.bulk_create(
        CalendarYear(county=county, year=int(file.stem), text=file.read_text(encoding="utf-8"), since=begins)
        for file in files
        if file.is_file()
    )
    DivisionRow.objects.bulk_create(
        DivisionRow(
            county=county, code=each.code, level=each.level, parent=each.parent, name=each.code, since=FOUNDED
        )
        for each in spec.divisions
    )
    UnitRow.objects.bulk_create(
        UnitRow(
            county=county,
            id=each.id,
            kind=each.kind,
            level=each.level,
            division=each.division,
            parent=each.parent,
            name=each.zh,
            name_en=each.en,
        )
        for each in spec.units
    )
    DutyRow.objects.bulk_create(
        DutyRow(
            county=county,
            unit=each.unit,
            code=each.code,
            kind=each.kind,
            categories=list(each.categories),
            name=each.code,
        )
        for each in spec.duties
    )
    Category.objects.bulk_create(
        Category(county=county, code=each, name=each, shared=each in spec.shared) for each in spec.categories
    )


class Live(ABC):
    """A story in a database. How a step is taken and a case looked at is each rung's own."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.here = settle(ground)
        self.numbers: dict[str, str] = {}
        """The story's names of cases and their numbers."""
        self.phones: dict[str, str] = {}
        """The telephone numbers with which cases were brought, by their numbers."""
        self.warned: tuple[str, ...] = ()
        """Codes of the doubts at the latest step."""
        self._seen: Mark = BEGINNING

    @abstractmethod
    def begin(self, act: Act, opens: Opens) -> str | Refused:
        """Open a case; its number."""

    @abstractmethod
    def go(self, act: Act, number: str) -> Refused | None:
        """Take a step on a case."""

    @abstractmethod
    def see(self, number: str) -> Look | None:
        """The case as it stands."""

    @abstractmethod
    def deliver(self, signed: Signed, at: datetime) -> Refused | None:
        """Bring a message of another county to the door."""

    def tell(self, told: Message) -> Did:
        self.warned = ()
        number = self.number(told.case)
        loaded = self.here.load(number) if number else None
        case = loaded.case if loaded is not None else None
        signed = message(told, case, self.ground.practice.id, self.here.county.code)
        before = set(self._numbers())
        refused = self.deliver(signed, told.at)
        if refused is not None:
            return Did(refused)
        new = sorted(each for each, parent in self._numbers().items() if each not in before and not parent)
        if new and not number:
            self.numbers[told.case] = new[0]
        return Did(None, self._followed(), self.warned)

    def open(self, act: Act, opens: Opens) -> Did:
        self.warned = ()
        number = self.begin(act, opens)
        if isinstance(number, Refused):
            return Did(number)
        self.numbers[act.case] = number
        return Did(None, self._followed(), self.warned)

    def hear(self, name: str, elsewhere: Elsewhere, at: datetime) -> Did:
        """A case is opened and settled there, and the reactors do what they do."""
        self.warned = ()
        settled = self._settled(elsewhere, at)
        if isinstance(settled, Refused):
            return Did(settled)
        followed = self._followed()
        for loaded in opened_about(self.here, settled.case):
            self.numbers[name] = loaded.case.number
            self.phones[loaded.case.number] = PHONE
            followed = {name if case == loaded.case.number else case: each for case, each in followed.items()}
        return Did(None, followed)

    def _settled(self, elsewhere: Elsewhere, at: datetime) -> Loaded | Refused:
        posts = (Post(elsewhere.unit, "handler"),)
        actors = [Actor(ActorKind.PERSON, each.person, posts) for each in elsewhere.by]
        place = {"category": elsewhere.category, "division": elsewhere.division}
        answers = {"unit": elsewhere.unit, "phone": PHONE, **{k: v for k, v in place.items() if v}}
        first = actors[0] if elsewhere.kind == INNER else ANYBODY
        channel, division = elsewhere.channel, elsewhere.division
        opened = open_case(
            ELSEWHERE, answers, Acting(at, first), kind=elsewhere.kind, channel=channel, division=division
        )
        if isinstance(opened, Refused):
            return opened
        ending = ("finish", {"outcome": elsewhere.outcome})
        for n, actor in enumerate(actors, 1):
            step, said = ending if n == len(actors) else ("help", {})
            taken = take(opened.number, step, said, Acting(at, actor))
            if isinstance(taken, Refused):
                return taken
        return self.here.find(opened.number)

    def step(self, act: Act) -> Did:
        number = self.number(act.case)
        if not number:
            return Did(Refused("step.no_case", act.step))
        self.warned = ()
        refused = self.go(act, number)
        return Did(refused) if refused is not None else Did(None, self._followed(), self.warned)

    def sweep(self, until: datetime) -> Did:
        """As a sweep that never sleeps would: at each moment at which something falls due, in order."""
        for _ in range(MOST_RINGS):
            at = self._next(until)
            if at is None:
                return Did(None, self._followed())
            swept = sweep(at)
            if swept.left:
                raise RefusedError(Refused("practice.story_stuck", "", {"stage": str(swept.left)}))
            self._react()
        raise RefusedError(Refused("practice.story_endless", "", {"most": MOST_RINGS}))

    def look(self, case: str) -> Look | None:
        number = self.number(case)
        return self.see(number) if number else None

    def all_cases(self) -> Iterable[Case]:
        rows = self.here.rows(
            "SELECT state FROM store_case WHERE county = %s AND practice = %s ORDER BY number",
            [self.here.county.code, self.ground.procedure.practice],
        )
        return [case_from(str(state)) for (state,) in rows]

    def number(self, case: str) -> str:
        """The number of a case that the story calls ``case`` or, a subcase of it, ``case/1``; "" for none."""
        first, *steps = case.split("/")
        number = self.numbers.get(first, "")
        for step in steps:
            below = [each for each, parent in self._numbers().items() if parent == number]
            number = below[int(step) - 1] if int(step) <= len(below) else ""
        return number

    def _numbers(self) -> Mapping[str, str]:
        """Every case's number with that of its parent, in order."""
        rows = self.here.rows(
            """SELECT c.number, coalesce(p.number, '') FROM store_case c
               LEFT JOIN store_case p ON p.county = c.county AND p.id = c.parent
               WHERE c.county = %s ORDER BY c.number""",
            [self.here.county.code],
        )
        return {str(number): str(parent) for number, parent in rows}

    def _next(self, until: datetime) -> datetime | None:
        """When the sweep has something to do next; never before the latest step of the case it is about."""
        rows = self.here.rows(
            """SELECT greatest(wake_at, last_at) FROM store_case
               WHERE county = %s AND wake_at <= %s ORDER BY wake_at, id LIMIT 1""",
            [self.here.county.code, until],
        )
        return cast(datetime, rows[0][0]) if rows else None

    def _react(self) -> None:
        """Let the reactors catch up with everything that was committed."""
        waited = time.monotonic() + PATIENCE
        while True:
            run_once()
            newest = self._newest()
            if all(bookmark(self.here.journal, name) >= newest for name in REACTORS):
                return
            if time.monotonic() > waited:
                raise RefusedError(Refused("rung.behind"))
            time.sleep(0.01)

    def _newest(self) -> Mark:
        rows = self.here.rows(
            "SELECT xid, position FROM store_event WHERE county = %s AND kind = %s ORDER BY xid DESC, position DESC LIMIT 1",
            [self.here.county.code, STEP],
        )
        return Mark(*cast(tuple[int, int], rows[0])) if rows else BEGINNING

    def _followed(self) -> Mapping[str, tuple[Followed, ...]]:
        """What followed since it was last asked, reactors included, by the story's names."""
        self._react()
        rows = self.here.rows(
            f"""SELECT {COLUMNS} FROM store_event WHERE county = %s AND kind = %s AND (xid, position) > (%s, %s)
                ORDER BY xid, position""",  # noqa: S608 - a constant
            [self.here.county.code, STEP, *self._seen],
        )
        names = self._names()
        followed: dict[str, tuple[Followed, ...]] = defaultdict(tuple)
        for each in map(stored, rows):
            self._seen = each.mark
            followed[names[each.chain]] += tuple(followed_of(one) for one in each.event().follows)
        return followed

    def _names(self) -> Mapping[str, str]:
        """The story's name of every case by its id."""
        told = {number: name for name, number in self.numbers.items()}
        below: dict[str, int] = defaultdict(int)
        for number, parent in self._numbers().items():
            if number not in told and parent in told:
                below[parent] += 1
                told[number] = f"{told[parent]}/{below[parent]}"
        rows = self.here.rows(
            "SELECT id::text, number FROM store_case WHERE county = %s", [self.here.county.code]
        )
        return {str(case): told.get(str(number), str(number)) for case, number in rows}


class Apps(Live):
    """The rung of the use cases: the same calls that pages, API and command line make."""

    def deliver(self, signed: Signed, at: datetime) -> Refused | None:
        answered = hearing.hear(signed, at)
        return answered if isinstance(answered, Refused) else None

    def begin(self, act: Act, opens: Opens) -> str | Refused:
        taken = open_case(
            self.ground.practice.id,
            act.answers,
            self._acting(act, ""),
            step=act.step,
            kind=opens.kind,
            channel=opens.channel,
            home=opens.home,
            division=opens.division,
        )
        return taken if isinstance(taken, Refused) else self._warned(taken).number

    def go(self, act: Act, number: str) -> Refused | None:
        taken = take(number, act.step, act.answers, self._acting(act, number), act.rows)
        if isinstance(taken, Refused):
            return taken
        self._warned(taken)
        return None

    def _warned(self, taken: Taken) -> Taken:
        self.warned = tuple(each.code for each in taken.warnings)
        return taken

    def see(self, number: str) -> Look | None:
        loaded = self.here.load(number)
        return look_of(loaded.case, loaded.subcases) if loaded is not None else None

    def _acting(self, act: Act, number: str) -> Acting:
        by = act.by
        loaded = self.here.load(number) if by.owns and number else None
        own = frozenset({loaded.case.about or loaded.case.id}) if loaded is not None else frozenset[str]()
        return Acting(act.at, Actor(by.kind, by.person, by.posts, own), door=act.door)
