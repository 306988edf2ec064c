"""Imports the cases of an old spreadsheet: every row through the kernel with its real times, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from tongban.apps.acting import Acting
from tongban.apps.numbers import new_number
from tongban.apps.office import Office, office
from tongban.apps.registry.history import History
from tongban.apps.registry.import_plan import PART, SYSTEM, AnswerPlan, DueAt, ImportPlan, StepPlan, read_plan
from tongban.apps.registry.progress import Say, silent
from tongban.apps.registry.sheets import Row, read_sheet
from tongban.kernel.case import Case
from tongban.kernel.clock import local_text
from tongban.kernel.commands import SYSTEM as THE_SYSTEM
from tongban.kernel.commands import Actor, ActorKind, Command, Opening, Post
from tongban.kernel.procedure.model import Relation, Step
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.store.batch import Append
from tongban.store.intake import intake
from tongban.store.models import CaseRow
from tongban.store.values import contents, latest

CHANNEL = "import"
TRIES = 3
"""Sets of fresh case numbers that are drawn when one is taken already."""
SET = 1_000

Suggest = Callable[[str, str], str]
"""A category for a title and a body; "" when the words do not say."""


def no_suggestion(title: str, body: str) -> str:
    del title, body
    return ""


@dataclass(frozen=True, slots=True)
class Imported:
    """``cases`` are new; ``known`` had been imported before; ``events`` were written.

    ``late`` counts laps of promising clocks that were missed, of ``promised`` that ended; ``open_late`` those
    that still run and have run out. ``ignored`` are headers that nothing was taken from.
    """

    cases: int
    known: int
    events: int
    promised: int
    late: int
    open_late: int
    ignored: tuple[str, ...]


def import_cases(
    practice: str,
    file: Path,
    acting: Acting,
    say: Say = silent,
    *,
    plan: Path | None = None,
    suggest: Suggest = no_suggestion,
) -> Imported | Refused:
    """Import a ``.csv`` or ``.xlsx``; a second time nothing happens, and new rows alone are added.

    Rows are known by their number in the sheet. Refuses every faulty row at once, by row and column, and
    then writes nothing: also a row that was imported before with other words.
    """
    here = office()
    adoption = here.adopted(practice, acting.now)
    if adoption is None:
        return Refused("case.no_practice", practice, {"practice": practice})
    found = read_plan(plan or Path("imports") / f"{practice}.yaml", here.procedure(adoption))
    if isinstance(found, Refused):
        return found
    try:
        sheet = read_sheet(file.read_bytes(), name=file.name)
    except OSError as fault:
        return Refused("import.unreadable", str(file), {"reason": fault.strerror or ""})
    say("import.reading", len(sheet.rows), len(sheet.rows))
    teller = _Teller(here, practice, adoption, found, acting.now, suggest)
    refused: Refused | None = None
    for _ in range(TRIES):
        done = teller.tell(sheet.rows, say)
        if sheet.faults:  # told together with those of the rows that could be read
            return Refused.of([*sheet.faults, *(done.all() if isinstance(done, Refused) else ())])
        if isinstance(done, Refused):
            return done
        stored = intake(here.journal, _counted(done, say), acting.now)
        if not isinstance(stored, Refused):
            return _imported(done, teller.known, sheet.ignored, acting.now)
        refused = stored
        if stored.code != "step.conflict":
            break
    return refused or Refused("step.conflict")


def _counted(history: History, say: Say) -> Iterator[Append]:
    total = len(history.events)
    for n, append in enumerate(history.appends(), 1):
        if n % 100 == 0 or n == total:
            say("import.writing", n, total)
        yield append


def _imported(history: History, known: int, ignored: tuple[str, ...], now: datetime) -> Imported:
    promised = late = open_late = 0
    for case in history.cases.values():
        clocks = history.procedure(case).kinds[case.kind].clocks
        for state in case.clocks:
            # A clock that ended where it began (a step taken at once) promised nothing to anybody.
            if not clocks[state.clock].promise or state.ended == state.started:
                continue
            promised += state.ended is not None
            late += state.kept is False
            open_late += state.ended is None and state.due is not None and state.due <= now
    events = sum(len(each) for each in history.events.values())
    return Imported(len(history.cases), known, events, promised, late, open_late, ignored)


class _Teller:
    """Tells all rows into one history."""

    def __init__(
        self, here: Office, practice: str, adoption: str, plan: ImportPlan, now: datetime, suggest: Suggest
    ) -> None:
        self.here = here
        self.practice = practice
        self.adoption = adoption
        self.plan = plan
        self.now = now
        self.suggest = suggest
        self.procedure = here.procedure(adoption)
        self.home = here.home_of(adoption, THE_SYSTEM, "")
        self.categories = _by_name(here.names.categories)
        self.divisions = _by_name(here.names.divisions)
        self.known = 0

    def tell(self, rows: tuple[Row, ...], say: Say) -> History | Refused:
        """All rows that are new, or every fault of all rows."""
        history = History(self.here.county, {self.adoption: self.procedure}, ladders=False)
        faults: list[Refused] = []
        ids = [self._id(row) for row in rows]
        held = self._held(ids)
        seen: dict[str, Row] = {}
        self.known = 0
        for n, (row, case_id) in enumerate(zip(rows, ids, strict=True), 1):
            if case_id in seen:
                if row.values != seen[case_id].values:
                    twice: dict[str, Value] = {"id": row.text("id"), "first": seen[case_id].number}
                    faults.append(Refused("import.twice", f"row {row.number}", twice))
                continue
            seen[case_id] = row
            if case_id in held:
                self.known += 1
                if held[case_id] != row.text("body"):
                    faults.append(Refused("import.changed", f"row {row.number}", {"id": row.text("id")}))
                continue
            refused = self._row(history, row, case_id)
            if refused is not None:
                faults += [_at_row(row, each) for each in refused.all()]
            if n % 200 == 0 or n == len(rows):
                say("import.telling", n, len(rows))
        return Refused.of(faults) if faults else history

    def _id(self, row: Row) -> str:
        return str(uuid5(NAMESPACE_OID, f"{self.here.county.code}/import/{self.practice}/{row.text('id')}"))

    def _held(self, ids: list[str]) -> dict[str, str]:
        """Of cases that were imported before the text that opened them ("" when it was erased)."""
        body = next((name for name, each in self.plan.steps[0].answers.items() if each.column == "body"), "")
        found: dict[str, str] = {}
        for start in range(0, len(ids), SET):
            part = ids[start : start + SET]
            there = CaseRow.objects.filter(county=self.here.county.code, id__in=part).values_list(
                "id", flat=True
            )
            kept = contents(self.here.journal, part)
            for case_id in map(str, there):
                found[case_id] = str(latest(kept.get(case_id, {})).get(body, ""))
        return found

    def _row(self, history: History, row: Row, case_id: str) -> Refused | None:
        """One row's whole way; None when it went through."""
        for n, step in enumerate(self.plan.steps):
            if any(not row.text(name) for name in step.needs):
                continue
            case = history.cases.get(case_id)
            at = self._at(step, row, case)
            if at is None:
                return None
            if at > self.now:
                return Refused("import.future", "time", {"at": local_text(at)})
            if case is not None and case.last_at is not None and at < case.last_at:
                facts = {"at": local_text(at), "last": local_text(case.last_at)}
                return Refused("import.before", "reply_time", facts)
            clock = step.at.due if isinstance(step.at, DueAt) else ""
            opening = self._opening(case_id, at) if n == 0 else None
            command = Command(step.step, self._answers(step, row), opening, clock)
            decided = history.take(command, self._actor(step, case), at, "" if n == 0 else case_id)
            if isinstance(decided, Refused):
                return decided
        return None

    def _opening(self, case_id: str, at: datetime) -> Opening:
        county = self.here.county.code
        return Opening(case_id, new_number(at), self.adoption, self.plan.kind, self.home, county, CHANNEL)

    def _at(self, step: StepPlan, row: Row, case: Case | None) -> datetime | None:
        """When it happened; None when that is not yet."""
        if isinstance(step.at, DueAt):
            running = case.running() if case is not None else ()
            due = next((state.due for state in running if state.clock == step.at.due), None)
            return due if due is not None and due <= self.now else None
        at = row.values.get(step.at)
        return at if isinstance(at, datetime) else None

    def _actor(self, step: StepPlan, case: Case | None) -> Actor:
        """Whoever did it: nobody knows any more, so each role is a stand-in called after it."""
        if step.by == SYSTEM:
            return THE_SYSTEM
        rule = self.procedure.kinds[self.plan.kind].steps[step.step]
        unit = self._unit(rule, step.by, case)
        return Actor(ActorKind.PERSON, f"{CHANNEL}/{step.by}", (Post(unit, step.by),))

    def _unit(self, rule: Step, role: str, case: Case | None) -> str:
        relations = {who.relation for who in rule.by if who.role == role}
        if case is not None and Relation.HOLDER in relations:
            return case.holder
        return case.home if case is not None else self.home

    def _answers(self, step: StepPlan, row: Row) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, plan in step.answers.items():
            value = self._answer(plan, row)
            if value not in ("", None):
                found[name] = value
        return found

    def _answer(self, plan: AnswerPlan, row: Row) -> object:
        if plan.is_ is not None:
            return plan.is_
        if plan.column is not None:
            text = row.text(plan.column) or plan.otherwise
            return text[(plan.part - 1) * PART : plan.part * PART] if plan.part else text
        if plan.category is not None:
            given = row.text(plan.category)
            named = given if given in self.here.names.categories else self.categories.get(given, "")
            return named or self.suggest(row.text("title"), row.text("body")) or plan.otherwise
        given = row.text(plan.division or "")
        return given if given in self.here.names.divisions else self.divisions.get(given, plan.otherwise)


def _by_name(names: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Codes by their names in either language; of two of one name the one with the shorter code."""
    found: dict[str, str] = {}
    for code in sorted(names, key=len, reverse=True):
        for name in names[code]:
            if name:
                found[name] = code
    return found


def _at_row(row: Row, refused: Refused) -> Refused:
    where = f"row {row.number}" + (f", {refused.where}" if refused.where else "")
    return replace(refused, where=where, also=())
