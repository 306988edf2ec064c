"""Tells the rows of a spreadsheet into one history: every row through the kernel, every fault at its row and header."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.numbers import new_number
from tongban.apps.office import Office
from tongban.apps.registry.history import History
from tongban.apps.registry.import_plan import PART, SYSTEM, AnswerPlan, DueAt, ImportPlan, StepPlan
from tongban.apps.registry.progress import Say
from tongban.apps.registry.sheets import Row, Sheet, at_row
from tongban.kernel.case import Case
from tongban.kernel.clock import local_date, local_text
from tongban.kernel.commands import SYSTEM as THE_SYSTEM
from tongban.kernel.commands import Actor, ActorKind, Command, Opening, Post
from tongban.kernel.form.answers import answer
from tongban.kernel.procedure.model import Relation, Step
from tongban.kernel.refusal import Refused
from tongban.store.models import CaseRow
from tongban.store.models.cases import IMPORTED
from tongban.store.values import contents, latest

SET = 1_000
ID, TITLE, BODY = "id", "title", "body"
"""Columns that every sheet of cases has."""

Suggest = Callable[[str, str], str]
"""A category for a title and a body; "" when the words do not say."""


class Told(Struct, frozen=True):
    """What came of all rows: a history to be stored, or faults. ``doubts`` stopped nothing; ``known`` rows
    had been imported before. Faults and doubts stand in the order of the rows and columns."""

    history: History
    known: int
    faults: tuple[Refused, ...]
    doubts: tuple[Refused, ...]


class Teller:
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

    def tell(self, sheet: Sheet, say: Say) -> Told:
        """All rows that are new, and every fault of all rows, also of those that could be read in part only."""
        history = History(
            self.here.county,
            {self.adoption: self.procedure},
            ladders=False,
            seal=self.here.journal.lookup.seal,
        )
        rows = sorted((*sheet.rows, *sheet.broken), key=lambda row: row.number)
        broken = {row.number for row in sheet.broken}
        ids = {row.number: self._id(row) for row in rows if row.text(ID)}
        held = self._held(list(ids.values()))
        seen: dict[str, Row] = {}
        found = list(sheet.faults)
        doubts: list[Refused] = []
        known = 0
        for n, row in enumerate(rows, 1):
            if n % 200 == 0 or n == len(rows):
                say("import.telling", n, len(rows))
            case_id = ids.get(row.number, "")
            first = seen.setdefault(case_id, row) if case_id else row
            if first is not row and first.values == row.values:
                continue
            wrong = self._number(row, first, held.get(case_id))
            if case_id in held:
                known += 1
                found += _placed(row, wrong, sheet.headers)
                continue
            spoilt = bool(wrong) or row.number in broken
            faults, unsure = self._row(
                history, row, case_id if not spoilt else self._spare(row), spoilt=spoilt
            )
            found += _placed(row, [*wrong, *faults], sheet.headers)
            doubts += _placed(row, unsure, sheet.headers)
        if not found:
            history.hand_over(self.now)
        order = _order(sheet.headers)
        return Told(history, known, tuple(_once(sorted(found, key=order))), tuple(sorted(doubts, key=order)))

    def _number(self, row: Row, first: Row, held: str | None) -> list[Refused]:
        """What is wrong with a row's number: another row has it, or it was imported with another text."""
        if first is not row:
            return [Refused("import.twice", ID, {"id": row.text(ID), "first": first.number})]
        if held is not None and held != row.text(BODY):
            return [Refused("import.changed", BODY, {"id": row.text(ID)})]
        return []

    def _id(self, row: Row) -> str:
        return str(uuid5(NAMESPACE_OID, f"{self.here.county.code}/import/{self.practice}/{row.text(ID)}"))

    def _spare(self, row: Row) -> str:
        """An id for a row that is only looked at."""
        return str(uuid5(NAMESPACE_OID, f"{self.here.county.code}/row/{row.number}"))

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

    def _row(
        self, history: History, row: Row, case_id: str, *, spoilt: bool
    ) -> tuple[list[Refused], list[Refused]]:
        """One row's whole way: all faults, by column, and doubts. Of a row that cannot be imported anyway
        the opening is tried and the entries of the later steps are read."""
        faults = self._times(row)
        doubts: list[Refused] = []
        spoilt = spoilt or bool(faults)
        for n, step in enumerate(self.plan.steps):
            if any(not row.text(name) for name in step.needs):
                continue
            if n and spoilt:
                faults += self._entries(step, row)
                continue
            case = history.cases.get(case_id)
            at = self._at(step, row, case)
            if at is None and not spoilt:
                break
            at = min(at or self.now, self.now)
            clock = step.at.due if isinstance(step.at, DueAt) else ""
            opening = self._opening(case_id, at) if n == 0 else None
            command = Command(step.step, self._answers(step, row), opening, clock)
            decided = history.take(command, self._actor(step, case), at, "" if n == 0 else case_id)
            if isinstance(decided, Refused):
                faults += [_at_column(each, step) for each in decided.all()]
                spoilt = True
            else:
                doubts += [each for each in (_at_column(one, step) for one in decided.warnings) if each.where]
        return faults, doubts

    def _times(self, row: Row) -> list[Refused]:
        """Moments that have not come yet, or that come before the one they follow."""
        faults = []
        last: datetime | None = None
        told: set[str] = set()
        for step in self.plan.steps:
            at = row.values.get(step.at) if isinstance(step.at, str) else None
            if not isinstance(at, datetime) or not isinstance(step.at, str) or step.at in told:
                continue
            if any(not row.text(name) for name in step.needs):
                continue
            told.add(step.at)
            if at > self.now:
                faults.append(Refused("import.future", step.at, {"at": local_text(at)}))
            elif last is not None and at < last:
                facts = {"at": local_text(at), "last": local_text(last)}
                faults.append(Refused("import.before", step.at, facts))
            last = at
        return faults

    def _entries(self, step: StepPlan, row: Row) -> list[Refused]:
        """What is wrong with the entries of a step that cannot be taken any more."""
        form = self.procedure.forms.get(self.procedure.kinds[self.plan.kind].steps[step.step].form)
        given = self._answers(step, row)
        today = local_date(self.now)
        read = (
            [answer(asked, given[asked.id], today) for asked in form.fields if asked.id in given]
            if form
            else []
        )
        return [_at_column(each, step) for each in read if isinstance(each, Refused)]

    def _opening(self, case_id: str, at: datetime) -> Opening:
        county = self.here.county.code
        return Opening(case_id, new_number(at), self.adoption, self.plan.kind, self.home, county, IMPORTED)

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
        return Actor(ActorKind.PERSON, f"{IMPORTED}/{step.by}", (Post(unit, step.by),))

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
            text = row.text(plan.column)
            text = text if len(text) >= plan.least else plan.otherwise
            return _part(text, plan.part)
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


def _part(text: str, part: int) -> str:
    """The first part of a long text, or all that is left of it; 0 is the whole."""
    match part:
        case 0:
            return text
        case 1:
            return text[:PART]
        case _:
            return text[PART:]


def _at_column(refused: Refused, step: StepPlan) -> Refused:
    """A refusal of a step by the column that its field was taken from; "" where the sheet had no part in it."""
    plan = step.answers.get(refused.where)
    column = plan.source if plan is not None else ""
    return replace(refused, where=column, also=())


def _placed(row: Row, faults: Sequence[Refused], headers: Mapping[str, str]) -> Iterator[Refused]:
    """Faults by column, at their row and header."""
    for each in faults:
        yield replace(each, where=at_row(row.number, headers.get(each.where, "")))


def _order(headers: Mapping[str, str]) -> Callable[[Refused], tuple[int, int]]:
    """Rows from the top, and in a row what is about all of it before its cells from the left."""
    places = {header: n for n, header in enumerate(headers.values(), 1)}

    def order(fault: Refused) -> tuple[int, int]:
        row, _, header = fault.where.removeprefix("row ").partition(", ")
        return int(row) if row.isdecimal() else 0, places.get(header, 0)

    return order


def _once(faults: Sequence[Refused]) -> Iterator[Refused]:
    """Each fault once; a cell that could not be read is not missed besides."""
    told: set[tuple[str, str]] = set()
    places: set[str] = set()
    for each in faults:
        missed = each.code == "form.required" and each.where in places
        if not missed and (each.code, each.where) not in told:
            told.add((each.code, each.where))
            places.add(each.where)
            yield each
