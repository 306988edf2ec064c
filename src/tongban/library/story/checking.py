"""Does a story speak of things that exist: steps, roles, units, clocks, codes of refusals?"""

from __future__ import annotations

from collections.abc import Iterable

from tongban.kernel.procedure.evolve import RESERVED
from tongban.kernel.record import CONSEQUENCES
from tongban.kernel.refusal import Refused
from tongban.library.counties import scenario_spec
from tongban.library.faults import Faults
from tongban.library.practice import Practice
from tongban.library.settings import settle_settings
from tongban.library.shape.story import EntrySpec, ExpectSpec
from tongban.library.texts import product_texts


def story_faults(practice: Practice, faults: Faults) -> None:
    known = _Known(practice)
    for path, story in practice.stories.items():
        settled = settle_settings(practice, story.settings)
        for fault in settled.all() if isinstance(settled, Refused) else ():
            faults.refuse(fault.code, practice.where(path, "settings", fault.where), **fault.facts)
        for name, rows in story.entries.items():
            where = practice.where(path, "entries", name)
            if faults.known("practice.unknown_register", where, name, practice.brought):
                register = practice.registers[name]
                if register.kept:
                    faults.refuse("practice.kept_by_system", where, name=name)
                columns = {*register.key, *(each.id for each in register.fields)}
                for n, row in enumerate(rows):
                    at = practice.where(path, "entries", name, n)
                    for column in row:
                        faults.known("practice.unknown_field", at, column, columns)
        names: set[str] = set()
        for index, entry in enumerate(story.story):
            _Entry(practice, path, index, known, faults).judge(entry, names)
            names.add(entry.name or entry.case)
        for name, figure in story.figures.items():
            where = practice.where(path, "figures", name)
            if faults.known("practice.unknown_indicator", where, name, practice.indicators):
                left_out = {each.id for each in practice.indicators[name].exclusions}
                for why in figure.excluded:
                    faults.known("practice.unknown_exclusion", where, why, left_out)


class _Known:
    """Everything that a story may name."""

    def __init__(self, practice: Practice) -> None:
        kinds = practice.kinds.values()
        self.steps = {step for kind in kinds for step in kind.steps} | RESERVED
        self.stages = {stage for kind in kinds for stage in kind.stages}
        self.clocks = {clock for clocks in practice.clocks.values() for clock in clocks}
        steps = [step for kind in kinds for step in kind.steps.values()]
        self.messages = {step.of for step in steps if step.on == "told" and step.of is not None}
        self.peers = {peer.code for peer in scenario_spec().peers}
        self.units = {unit.id for unit in scenario_spec().units}
        self.codes = {key.removesuffix(".says") for key in product_texts().keys() if key.endswith(".says")}  # noqa: SIM118


class _Entry:
    def __init__(self, practice: Practice, path: str, index: int, known: _Known, faults: Faults) -> None:
        self.practice = practice
        self.path = path
        self.index = index
        self.known = known
        self.faults = faults

    def among(self, code: str, name: str | None, names: Iterable[str], *place: str | int) -> None:
        if name is not None:
            self.faults.known(code, self.practice.where(self.path, "story", self.index, *place), name, names)

    def judge(self, entry: EntrySpec, names: set[str]) -> None:
        known, manifest = self.known, self.practice.manifest
        self.among("practice.unknown_step", entry.step, known.steps, "step")
        self.among("practice.unknown_kind", entry.opens, self.practice.kinds, "opens")
        self.among("practice.unknown_unit", entry.home, known.units, "home")
        self.among("practice.unknown_code", entry.refused, known.codes, "refused")
        self.among("practice.unknown_message", entry.told, known.messages, "told")
        self.among("practice.unknown_peer", entry.peer, known.peers, "peer")
        if entry.by is not None and "@" in entry.by:
            role, _, place = entry.by.partition("@")
            self.among("practice.unknown_role", role, manifest.roles, "by")
            self.among("practice.unknown_unit", place.partition("#")[0], known.units, "by")
        if entry.settled_elsewhere is not None:
            self.among(
                "practice.unknown_unit",
                entry.settled_elsewhere.unit,
                known.units,
                "settled_elsewhere",
                "unit",
            )
        first = entry.case.partition("/")[0]
        if names and entry.name is None and entry.opens is None and first not in names:
            self.among("practice.story_no_such_case", first, names, "case")
        if entry.expect is not None:
            self.expected(entry.expect)

    def expected(self, expect: ExpectSpec) -> None:
        self.among("practice.unknown_stage", expect.stage, self.known.stages, "expect", "stage")
        self.among("practice.unknown_unit", expect.holder, self.known.units, "expect", "holder")
        self.among("practice.unknown_unit", expect.home, self.known.units, "expect", "home")
        for clock in (*expect.due, *expect.clock):
            self.among("practice.unknown_clock", clock, self.known.clocks, "expect", "clock", clock)
        for step in expect.count:
            self.among("practice.unknown_step", step, self.known.steps, "expect", "count", step)
        for n, code in enumerate(expect.warned):
            self.among("practice.unknown_code", code, self.known.codes, "expect", "warned", n)
        for n, followed in enumerate(expect.follows):
            self.among("practice.unknown_consequence", followed.name, CONSEQUENCES, "expect", "follows", n)
