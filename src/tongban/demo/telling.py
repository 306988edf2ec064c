"""Cases of the demo that were written down step by step, as a scenario is: ``told/*.yaml``.

They happen among everything else, at their own moments; their dates move with the story, by whole weeks.
"""

from __future__ import annotations

import csv
import heapq
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from msgspec import Struct
from pydantic import model_validator

from tongban.apps.numbers import check_digit
from tongban.apps.registry.history import History
from tongban.demo.script import Script
from tongban.demo.spreading import Due, Spreading, SpreadSpec
from tongban.demo.staff import Staff
from tongban.kernel.clock import LOCAL
from tongban.kernel.commands import ANYBODY, NO_DOOR, SYSTEM, Actor, ActorKind, Command, Door, Opening
from tongban.kernel.form import CHANNELS, FieldKind
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value
from tongban.library.document import read_document
from tongban.library.shape.fitting import Shaped
from tongban.library.shape.story import EntrySpec, LocalMoment
from tongban.library.shape.written import Id, Many, Shape, Words
from tongban.library.story.moments import later, moment, written
from tongban.library.triggers import heard_id, hearing

WEEK = timedelta(days=7)
CHANNEL = "inner"
"""How a case came in that an office opened for itself."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class AmongSpec(Shape):
    """Open cases that came in by chance: of a practice and of categories, the newest ``most``."""

    practice: Id
    categories: Many[str]
    most: int = 3


class ToldEntry(EntrySpec):
    """An entry of a scenario; ``among`` takes the step on cases of residents instead of one of the story.

    ``table`` names a file beside the story whose rows come with the step; ``each`` takes steps on all subcases of
    the case, each on a day of its own. ``about`` names a case of another story (``<story>/<case>``) that has settled: what
    this practice opened for it is called ``as`` from now on.
    """

    among: AmongSpec | None = None
    table: Words | None = None
    each: SpreadSpec | None = None
    about: Words | None = None

    @model_validator(mode="before")
    @classmethod
    def _looks(cls, given: object) -> object:
        """An entry with ``each`` names its steps there, one with ``about`` takes none; for a scenario they only look."""
        if isinstance(given, dict) and ("each" in given or "about" in given):
            return {"expect": {}, **given}
        return given


class Entry(Struct, frozen=True):
    """One step of a told story. ``place`` says where it is written."""

    at: datetime
    place: str
    story: str
    practice: str
    spec: ToldEntry


class ToldSpec(Shape):
    """What stands in a file."""

    practice: Id
    at: LocalMoment
    story: Many[ToldEntry]


_TOLD: Shaped[ToldSpec] = Shaped(ToldSpec)


def entries(script: Script, history: History) -> tuple[Entry, ...]:
    """Everything that is told, in the order of time. Raises ``RefusedError`` where it cannot be read."""
    off = script.end - date.fromisoformat(script.story["period"]["to"])
    moved = off // WEEK * WEEK
    found = [each for name, text in script.told.items() for each in _entries(name, text, moved, history)]
    return tuple(sorted(found, key=lambda each: each.at))


def _entries(name: str, text: str, moved: timedelta, history: History) -> Iterator[Entry]:
    document = read_document(f"told/{name}.yaml", text)
    if isinstance(document, Refused):
        raise RefusedError(document)
    told = _TOLD.fit(document)
    if isinstance(told, Refused):
        raise RefusedError(told)
    at = moment(told.at)
    for n, spec in enumerate(told.story):
        at = later(spec.at, at, history.county.calendar) if spec.at and at else at
        place = document.where("story", n)
        if at is None:
            raise RefusedError(Refused("practice.story_moment", place, {"given": spec.at or told.at}))
        answers = {field: _moved(value, moved) for field, value in spec.answers.items()}
        changed: dict[str, object] = {"answers": answers}
        if spec.each is not None:
            until = moment(spec.each.until)
            assert until is not None  # it has the shape of one
            changed["each"] = spec.each.model_copy(update={"until": written(until + moved)})
        yield Entry(at + moved, place, name, told.practice, spec.model_copy(update=changed))


def _moved(value: object, by: timedelta) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return (date.fromisoformat(value) + by).isoformat()
    return value


class Telling:
    """Takes the steps of the told stories one after the other. ``homes`` are receiving units by practice."""

    def __init__(
        self,
        script: Script,
        history: History,
        staff: Staff,
        adoptions: Mapping[str, tuple[str, Sequence[str]]],
    ) -> None:
        """``adoptions`` are id and receiving units by practice; what is told of another practice is left out."""
        self.script, self.history, self.staff, self.adoptions = script, history, staff, adoptions
        self.coming = [each for each in entries(script, history) if each.practice in adoptions]
        history.number = number_of
        history.homes = {each: homes for each, homes in adoptions.values() if history.procedures[each].hears}
        self.names: dict[str, str] = {}
        self._spread: list[tuple[Due, int, Spreading]] = []

    def next_at(self) -> datetime | None:
        due = self._spread[0][0].at if self._spread else None
        told = self.coming[0].at if self.coming else None
        return min((each for each in (due, told) if each is not None), default=None)

    def tell(self) -> None:
        """The next step. Raises ``RefusedError`` where it cannot be taken: a told story is meant as it stands."""
        if self._spread and self._spread[0][0].at == self.next_at():
            self._go_on()
            return
        entry = self.coming.pop(0)
        spec = entry.spec
        if spec.each is not None:
            self._begin(entry, spec.each)
            return
        if spec.about is not None:
            self._hear(entry, spec.about)
            return
        if spec.step is None or spec.by is None:
            return
        if spec.among is not None:
            for each in self._among(spec.among):
                adoption = self.history.cases[each].adoption
                command = Command(spec.step, self._answers(entry, adoption))
                self.history.take(command, self._actor(entry, each), entry.at, each)
            return
        opens = spec.name is not None or spec.opens is not None or self._case(entry, spec.case) == ""
        case = "" if opens else self._case(entry, spec.case)
        actor, opening = self._actor(entry, case), self._opening(entry) if opens else None
        answers = self._answers(entry, self.adoptions[entry.practice][0])
        rows = (*spec.rows, *self._rows(spec))
        command = Command(spec.step, answers, opening, rows=rows, door=_door(spec, actor))
        done = self.history.take(command, actor, entry.at, case)
        if isinstance(done, Refused):
            facts: dict[str, Value] = {"step": spec.step, "found": tuple(each.code for each in done.all())}
            raise RefusedError(Refused("demo.told", entry.place, facts))
        if opening is not None:
            self.names[f"{entry.story}/{spec.name or spec.case}"] = opening.id

    def _hear(self, entry: Entry, about: str) -> None:
        """Name what was opened because a case of another story settled. Raises ``RefusedError`` where nothing was."""
        adoption = self.adoptions[entry.practice][0]
        procedure, settled = self.history.procedures[adoption], self.names.get(about, "")
        for kind, _ in hearing(procedure):
            found = heard_id(entry.practice, kind.id, settled)
            if found not in self.history.cases:
                raise RefusedError(Refused("demo.told", entry.place, {"step": "", "found": about}))
            self.names[f"{entry.story}/{entry.spec.name or entry.spec.case}"] = found

    def _begin(self, entry: Entry, spec: SpreadSpec) -> None:
        spreading = Spreading(entry.place, spec, self.history, self.staff)
        until = moment(spec.until)
        assert until is not None  # it has the shape of one
        for due in spreading.begin(self._case(entry, entry.spec.case), entry.at, until):
            heapq.heappush(self._spread, (due, id(spreading), spreading))

    def _go_on(self) -> None:
        """The next link of all chains."""
        due, name, spreading = heapq.heappop(self._spread)
        then = spreading.take(due)
        if isinstance(then, Refused):
            raise RefusedError(then)
        if then is not None:
            heapq.heappush(self._spread, (then, name, spreading))

    def _rows(self, spec: ToldEntry) -> tuple[Mapping[str, object], ...]:
        """The rows of the table that comes with a step: its columns are fields."""
        if spec.table is None:
            return ()
        with (self.script.folder / "told" / spec.table).open(encoding="utf-8", newline="") as file:
            return tuple({k: v for k, v in row.items() if v} for row in csv.DictReader(file))

    def _among(self, wanted: AmongSpec) -> list[str]:
        """Chance may have brought none, and may have brought them to a stage where the step is none: then it is not taken."""
        adoption = self.adoptions[wanted.practice][0]
        found = [
            each
            for each in self.history.cases.values()
            if each.adoption == adoption
            and not each.parent
            and each.settled_at is None
            and str(each.facts.get("category", "")).startswith(wanted.categories)
        ]
        return [each.id for each in sorted(found, key=lambda one: one.opened_at)[-wanted.most :]]

    def _case(self, entry: Entry, name: str) -> str:
        """The id of a case by its name in the story; ``case/1`` is its first subcase."""
        first, *below = name.split("/")
        found = self.names.get(f"{entry.story}/{first}", "")
        for each in below:
            found = self.history.children[found][int(each) - 1]
        return found

    def _actor(self, entry: Entry, case: str) -> Actor:
        match entry.spec.by or "":
            case "anyone":
                return ANYBODY
            case "requester":
                return Actor(ActorKind.REQUESTER, owns=frozenset({case}))
            case "system":
                return SYSTEM
            case by:
                role, _, where = by.partition("@")
                unit, _, nth = where.partition("#")
                named = self.staff.nth(unit, f"{entry.practice}.{role}", int(nth or 1))
                actor = named or self.staff.nth(unit, role, int(nth or 1))
                if actor is None:
                    raise RefusedError(
                        Refused("demo.told", entry.place, {"step": entry.spec.step or "", "found": by})
                    )
                return actor

    def _opening(self, entry: Entry) -> Opening:
        spec, county = entry.spec, self.history.county
        adoption, homes = self.adoptions[entry.practice]
        kinds = self.history.procedures[adoption].kinds
        opens = next(id for id, kind in kinds.items() if spec.step in {each.id for each in kind.openings()})
        name = f"{county.code}/{entry.place}"
        division = spec.answers.get("division")
        return Opening(
            id=str(uuid5(NAMESPACE_OID, name)),
            number=number_of(entry.at, name),
            adoption=adoption,
            kind=spec.opens or opens,
            home=spec.home or homes[0],
            division=division if isinstance(division, str) else county.code,
            channel=spec.channel or CHANNEL,
        )

    def _answers(self, entry: Entry, adoption: str) -> dict[str, object]:
        """The answers; where a form asks for a case, its name in the story stands for its number."""
        procedure = self.history.procedures[adoption]
        cases = {
            field.id
            for form in procedure.forms.values()
            for field in form.fields
            if field.kind is FieldKind.case
        }
        return {
            field: self.history.cases[self._case(entry, value)].number
            if field in cases and isinstance(value, str)
            else value
            for field, value in entry.spec.answers.items()
        }


def _door(spec: ToldEntry, actor: Actor) -> Door:
    """By which way a step came: what the story says, else the usual one."""
    usual = {ActorKind.PERSON: "desk", ActorKind.REQUESTER: "web", ActorKind.SYSTEM: ""}
    return Door(spec.channel or usual[actor.kind]) if spec.channel in (None, *CHANNELS) else NO_DOOR


def number_of(at: datetime, name: str) -> str:
    """A case number of the product's own shape, the same at every run."""
    digits = f"{at.astimezone(LOCAL).year % 100:02d}{uuid5(NAMESPACE_OID, f'number/{name}').int % 10**9:09d}"
    return digits + check_digit(digits)
