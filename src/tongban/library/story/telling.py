"""Telling stories on a rung and comparing what is so with what an official expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from tongban.kernel.clock import local_date
from tongban.kernel.commands import ActorKind
from tongban.kernel.county import County
from tongban.kernel.form import FieldKind
from tongban.kernel.indicator import Tally
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value
from tongban.library.binding import bind
from tongban.library.counties import home_of
from tongban.library.kept import kept_rows
from tongban.library.practice import Practice
from tongban.library.shape.story import ElsewhereSpec, EntrySpec, ExpectSpec, StorySpec
from tongban.library.story.brought import read_brought
from tongban.library.story.figures import figures_of
from tongban.library.story.figures import written as counted
from tongban.library.story.moments import later, moment, written
from tongban.library.story.runner import (
    Act,
    By,
    Did,
    Elsewhere,
    Ground,
    Look,
    Message,
    Opens,
    Runner,
    RunnerFactory,
)
from tongban.library.texts import Naming


class Told(Struct, frozen=True):
    """One story and all that was not as expected. Failures stand under file and line."""

    path: str
    title: Mapping[str, str]
    failures: tuple[Refused, ...]


class Report(Struct, frozen=True):
    """What came of the scenarios of a practice. ``words`` are its texts by language."""

    stories: tuple[Told, ...]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def naming(self, language: str) -> Naming:
        """Words for the rules of the practice that failures name: of a row that breaks one nothing else is said."""
        words = self.words.get(language, {})
        return lambda fact, value: words.get(f"conditions.{value}", "") if fact == "condition" else ""

    @property
    def failures(self) -> tuple[Refused, ...]:
        return tuple(failure for told in self.stories for failure in told.failures)


def run_scenarios(practice: Practice, runner_factory: RunnerFactory, county: County) -> Report:
    """Tell every scenario of a practice, each on a fresh runner. Nothing that fails stops the others."""
    if practice.manifest.guarded:
        county = replace(county, guarded=frozenset({practice.id}))
    told = []
    bound: dict[str, Procedure | Refused] = {}  # most stories are told under the same settings
    for path, story in practice.stories.items():
        title = {"zh-Hans": story.title.zh, "en": story.title.en}
        settings = repr(sorted(story.settings.items()))
        if settings not in bound:
            bound[settings] = bind(practice, story.settings)
        failures = _tell(practice, bound[settings], path, story, runner_factory, county)
        told.append(Told(path, title, tuple(failures)))
    return Report(tuple(told), practice.words)


def _tell(
    practice: Practice,
    procedure: Procedure | Refused,
    path: str,
    story: StorySpec,
    factory: RunnerFactory,
    county: County,
) -> Iterator[Refused]:
    begins = moment(story.at)
    if isinstance(procedure, Refused):
        yield from procedure.all()
        return
    if begins is None:
        yield Refused("practice.story_moment", practice.where(path, "at"), {"given": story.at})
        return
    entries = read_brought(procedure.registers, story.entries, county, local_date(begins))
    if isinstance(entries, Refused):
        for fault in entries.all():
            register, _, row, column = fault.where.split("/")
            where = practice.where(path, "entries", register, int(row), column)
            yield Refused(fault.code, where, fault.facts)
        return
    entries = {**entries, **kept_rows(procedure.registers, (practice,))}
    ground = Ground(practice, story.settings, procedure, county, begins, entries)
    yield from _Teller(ground, path, factory(ground)).tell(story)


class _Teller:
    def __init__(self, ground: Ground, path: str, runner: Runner) -> None:
        self.ground = ground
        self.path = path
        self.runner = runner
        self.now = ground.begins
        self.number = 0

    def tell(self, story: StorySpec) -> Iterator[Refused]:
        """All failures. A step refused that should not have been, or the reverse, ends the story."""
        for index, entry in enumerate(story.story):
            self.number = index + 1
            try:
                did = self._happen(entry)
            except RefusedError as error:
                yield self._failure(error.refusal.code, ("story", index), **error.refusal.facts)
                return
            if isinstance(did, Refused):
                yield did
                return
            name = entry.name or entry.case
            if entry.settled_elsewhere is not None:
                opened = self.runner.look(name) is not None
                if opened is entry.settled_elsewhere.unheard:
                    code = "practice.story_heard" if opened else "practice.story_unheard"
                    yield self._failure(code, ("story", index, "settled_elsewhere"), case=name)
                    return
            fault = self._refusal(index, entry, did)
            if fault is not None:
                yield fault
                if fault.code != "practice.story_other_refusal":
                    return
            if entry.expect is not None:
                yield from self._compare(index, name, entry.expect, did)
        if story.figures:
            yield from self._figures(story)

    def _figures(self, story: StorySpec) -> Iterator[Refused]:
        """What the indicators count of all cases of the story."""
        ground = self.ground
        cases = self.runner.all_cases()
        found = figures_of(cases, ground.practice, ground.procedure, ground.county, self.now)
        if isinstance(found, Refused):
            yield from found.all()
            return
        for name, expected in story.figures.items():
            tally = found.get(name, Tally())
            pairs: list[tuple[str, Value, Value]] = [("is", expected.value, counted(tally))]
            left_out = {*expected.excluded, *tally.excluded}
            pairs += [
                (why, expected.excluded.get(why, 0), tally.excluded.get(why, 0)) for why in sorted(left_out)
            ]
            for what, wanted, is_so in pairs:
                if wanted != is_so:
                    where = ground.practice.where(self.path, "figures", name)
                    facts = {"indicator": name, "what": what, "expected": wanted, "found": is_so}
                    yield Refused("practice.story_figure", where, facts)

    def _failure(self, code: str, place: tuple[str | int, ...], **facts: Value) -> Refused:
        where = self.ground.practice.where(self.path, *place)
        return Refused(code, where, {"entry": self.number, **facts})

    def _happen(self, entry: EntrySpec) -> Did | Refused:
        """Move the time on and do what the entry says."""
        text = entry.sweep or entry.at
        place: tuple[str | int, ...] = ("story", self.number - 1, "sweep" if entry.sweep else "at")
        if text is not None:
            at = later(text, self.now, self.ground.county.calendar)
            if at is None:
                return self._failure("practice.story_moment", place, given=text)
            if at < self.now:
                return self._failure("practice.story_backwards", place, given=text, now=written(self.now))
            self.now = at
        if entry.sweep is not None:
            return self.runner.sweep(self.now)
        name = entry.name or entry.case
        if entry.settled_elsewhere is not None:
            return self.runner.hear(name, self._elsewhere(entry.settled_elsewhere), self.now)
        if entry.told is not None:
            peer = entry.peer or min(self.ground.county.peers, default="")
            return self.runner.tell(
                Message(name, entry.told, peer, self.now, dict(entry.answers), entry.n or 0)
            )
        if entry.step is None or entry.by is None:
            return Did()
        by, answers = self._by(entry.by, general=entry.general), self._answers(entry)
        act = Act(name, entry.step, by, self.now, answers, entry.rows, entry.channel or "")
        if entry.name is None and entry.opens is None and self.runner.look(name) is not None:
            return self.runner.step(act)
        opens = self._opens(entry, act)
        return opens if isinstance(opens, Refused) else self.runner.open(act, opens)

    def _elsewhere(self, spec: ElsewhereSpec) -> Elsewhere:
        """Whoever had a part in it works at its unit, where the story does not say otherwise."""
        by = tuple(self._by(each, general=True) for each in spec.by)
        by = by or (self._by(f"handler@{spec.unit}", general=True),)
        place = (spec.category or "", spec.division or "")
        return Elsewhere(spec.kind, spec.unit, by, spec.outcome, spec.channel, *place)

    def _by(self, text: str, *, general: bool = False) -> By:
        match text:
            case "anyone":
                return By(ActorKind.REQUESTER)
            case "requester":
                return By(ActorKind.REQUESTER, owns=True)
            case "system":
                return By(ActorKind.SYSTEM)
            case _:
                role, _, place = text.partition("@")
                unit, practice = place.partition("#")[0], self.ground.practice
                if not practice.manifest.guarded:
                    return By(ActorKind.PERSON, text, role, unit)
                if general:
                    return By(ActorKind.PERSON, f"general.{text}", role, unit)
                return By(ActorKind.PERSON, text, role, unit, practices=(practice.id,))

    def _opens(self, entry: EntrySpec, act: Act) -> Opens | Refused:
        """The home of a new case: what the entry says, the actor's unit if of that kind, or the nearest."""
        practice, county = self.ground.practice, self.ground.county
        division = entry.answers.get("division")
        division = division if isinstance(division, str) else county.code
        own = county.units.get(act.by.unit)
        near = own if own is not None and own.kind in practice.manifest.receiving else None
        unit = near or home_of(county, practice.manifest.home, division)
        home = entry.home or (unit.id if unit is not None else "")
        if home not in county.units:
            facts = {"kind": practice.manifest.home}
            return self._failure("practice.story_home", ("story", self.number - 1), **facts)
        return Opens(entry.opens or practice.opens, home, division, entry.channel or "web")

    def _answers(self, entry: EntrySpec) -> dict[str, object]:
        """The answers; where a form asks for a case, the story's name of one stands for its number."""
        practice = self.ground.practice
        forms = {
            kind.steps[entry.step].form or "" for kind in practice.kinds.values() if entry.step in kind.steps
        }
        cases = {
            field.id
            for form in forms
            for field in practice.forms.get(form, ())
            if field.kind is FieldKind.case
        }
        answers: dict[str, object] = {}
        for name, value in entry.answers.items():
            look = self.runner.look(value) if name in cases and isinstance(value, str) else None
            answers[name] = look.number if look is not None else value
        return answers

    def _refusal(self, index: int, entry: EntrySpec, did: Did) -> Refused | None:
        """Refused as expected, and only then?"""
        place: tuple[str | int, ...] = ("story", index)
        codes = [fault.code for fault in did.refused.all()] if did.refused is not None else []
        if entry.refused is None and did.refused is not None:
            found = tuple(map(_told, did.refused.all()))
            facts: dict[str, Value] = {
                "step": entry.step or entry.told or "",
                "found": found,
                **_plain(did.refused),
            }
            return self._failure("practice.story_refused", place, **facts)
        if entry.refused is not None and did.refused is None:
            place = (*place, "refused")
            return self._failure(
                "practice.story_not_refused",
                place,
                step=entry.step or entry.told or "",
                expected=entry.refused,
            )
        if entry.refused is not None and entry.refused not in codes:
            place = (*place, "refused")
            return self._failure(
                "practice.story_other_refusal",
                place,
                step=entry.step or entry.told or "",
                expected=entry.refused,
                found=tuple(map(_told, did.refused.all())) if did.refused is not None else (),
            )
        return None

    def _compare(self, index: int, name: str, expect: ExpectSpec, did: Did) -> Iterator[Refused]:
        look = self.runner.look(name)
        if look is None:
            yield self._failure("practice.story_no_case", ("story", index), case=name)
            return
        for place, expected, found in _differences(expect, look):
            what = ".".join(place)
            yield self._failure(
                "practice.story_expected",
                ("story", index, "expect", *place),
                what=what,
                expected=expected,
                found=found,
            )
        if set(expect.warned) - set(did.warned):
            yield self._failure(
                "practice.story_expected",
                ("story", index, "expect", "warned"),
                what="warned",
                expected=expect.warned,
                found=did.warned,
            )
        followed = did.followed.get(name, ())
        for n, wanted in enumerate(expect.follows):
            if not any(wanted.name == each.name and wanted.what in ("", each.what) for each in followed):
                seen = tuple(f"{each.name}: {each.what}" if each.what else each.name for each in followed)
                yield self._failure(
                    "practice.story_expected",
                    ("story", index, "expect", "follows", n),
                    what="follows",
                    expected=f"{wanted.name}: {wanted.what}" if wanted.what else wanted.name,
                    found=seen,
                )


def _told(fault: Refused) -> str:
    """A refusal in a line: its code, where, and for a right that is lacking who has it."""
    roles = fault.facts.get("roles")
    for_whom = f": {', '.join(map(str, roles))}" if isinstance(roles, tuple) else ""
    return f"{fault.code} ({fault.where}{for_whom})" if fault.where else fault.code


def _plain(refused: Refused) -> dict[str, Value]:
    """Of a refusal's facts those that help to see why, without overwriting the failure's own."""
    return {name: value for name, value in refused.facts.items() if name not in ("step", "found", "entry")}


def _differences(expect: ExpectSpec, look: Look) -> Iterator[tuple[tuple[str, ...], Value, Value]]:
    """What is expected and not so: place, expected, found."""
    pairs: list[tuple[tuple[str, ...], Value, Value]] = [
        (("stage",), expect.stage, look.stage),
        (("holder",), expect.holder, look.holder),
        (("home",), expect.home, look.home),
        (("outcome",), expect.outcome, look.outcome),
        (("visits",), expect.visits, look.visits),
    ]
    if expect.subcases is not None:
        pairs.append((("subcases", "total"), expect.subcases.total, look.subcases_total))
        pairs.append((("subcases", "open"), expect.subcases.open, look.subcases_open))
    pairs += [(("clock", name), state, look.clock.get(name, "never")) for name, state in expect.clock.items()]
    pairs += [(("count", step), count, look.count.get(step, 0)) for step, count in expect.count.items()]
    pairs += [(("facts", field), value, look.facts.get(field)) for field, value in expect.facts.items()]
    pairs += [
        (("due", name), _normal(text), written(look.due.get(name))) for name, text in expect.due.items()
    ]
    for place, expected, found in pairs:
        if expected is not None and expected != found:
            yield place, expected, found


def _normal(text: str) -> str:
    """The same moment as ``written`` writes it: 00:00 of a day is 24:00 of the one before."""
    at: datetime | None = moment(text)
    return written(at) if at is not None else text
