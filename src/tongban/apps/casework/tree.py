"""What lies below a case, level by level: how it stands as a whole, what is stuck, and with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.whole import called, visible
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.progress.glance import COLUMNS, MOST_LATE, Decision, decisions, late_below
from tongban.apps.progress.tabs import tabs
from tongban.apps.wording import Tone, due_moment, ended, remaining
from tongban.kernel.case import Case
from tongban.kernel.procedure.model import DROPPED, Kind, StageKind
from tongban.kernel.refusal import Refused
from tongban.store.below import Counts, below

PAGE = 100


class Phase(Struct, frozen=True):
    """How many of the cases below stand in a phase; ``per_mille`` of all of their kind, drawn from ``start`` on."""

    title: str
    n: int
    start: int
    per_mille: int
    done: bool
    dropped: bool = False
    """those that ended without having been done"""


class Part(Struct, frozen=True):
    """All cases of one kind below: how many, how many are done, and where the others stand."""

    title: str
    total: int
    done: int
    phases: tuple[Phase, ...]

    @property
    def dropped(self) -> int:
        return sum(phase.n for phase in self.phases if phase.dropped)


class Branch(Struct, frozen=True):
    """One case directly below, and how what lies below it stands."""

    number: str
    unit: str
    title: str
    stage: str
    tone: Tone
    clock: str
    due: str
    total: int
    done: int


class Tree(Struct, frozen=True):
    number: str
    title: str
    unit: str
    stage: str
    parts: tuple[Part, ...]
    branches: tuple[Branch, ...]
    count: int
    """how many stand directly below"""
    late: int
    stuck: tuple[Branch, ...]
    """of all that is late below, what has been so for longest"""
    page: int
    more: bool
    tabs: frozenset[str] = frozenset()
    decisions: tuple[Decision, ...] = ()
    """the most urgent of those whose next step is the reader's"""
    to_decide: int = 0
    more_to_decide: bool = False
    """whether more wait for the reader's units than were looked at"""

    @property
    def done(self) -> int:
        return sum(part.done for part in self.parts)

    @property
    def total(self) -> int:
        return sum(part.total for part in self.parts)

    @property
    def late_words(self) -> str:
        return f"{self.late}+" if self.late >= MOST_LATE else str(self.late)


def tree(number: str, acting: Acting, page: int = 1) -> Tree | Refused:
    """The tree below a case, for whoever may see it. Refused like its page. ``page`` counts hundreds of branches.

    Counts follow the ledger within seconds. Costs seven queries, with something to decide eight, however large the tree: what is late is found by an
    index of the whole tree.
    """
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    case = seen[0].case
    rows = _directly_below(here, case, page)
    late, stuck = late_below(here, case, acting)
    mine, to_decide, more_to_decide = decisions(here, seen[0], acting)
    counts = below(here.journal, [case.id, *(str(row[0]) for row in rows)])
    branches = tuple(_branch(here, acting, row, counts) for row in rows[:PAGE])
    language = acting.language
    wording = here.wording(case.adoption, language)
    return Tree(
        number=written(case.number),
        title=called(case, seen[1], wording),
        unit=here.names.unit(case.holder, language),
        stage=wording.stage(case.stage, case.outcome),
        parts=_parts(here, case, counts.get(case.id, {}), language),
        branches=branches,
        count=seen[0].subcases.total,
        late=late,
        stuck=tuple(_branch(here, acting, row, {}) for row in stuck),
        page=page,
        more=len(rows) > PAGE,
        tabs=tabs(here, case),
        decisions=mine,
        to_decide=to_decide,
        more_to_decide=more_to_decide,
    )


def _directly_below(here: Office, case: Case, page: int) -> list[tuple[object, ...]]:
    """Those directly below, the most urgent open one first."""
    sql = f"""SELECT {COLUMNS} FROM store_case WHERE county = %s AND parent = %s::uuid
              ORDER BY standing <> 'open', next_due NULLS LAST, number LIMIT %s OFFSET %s"""  # noqa: S608
    return here.rows(sql, [here.county.code, case.id, PAGE + 1, PAGE * (max(1, page) - 1)])


def _branch(here: Office, acting: Acting, row: Sequence[object], counts: Mapping[str, Counts]) -> Branch:
    id_, number, title, _, stage, outcome, standing, next_due, missed, holder, adoption = row
    language = acting.language
    due = cast("datetime | None", next_due)
    tone, words = (
        remaining(due, acting.now, language)
        if standing == StageKind.OPEN.value
        else ended(language, late=bool(missed))
    )
    own = counts.get(str(id_), {})
    return Branch(
        number=written(str(number)),
        unit=here.names.unit(str(holder), language),
        title=str(title),
        stage=here.wording(str(adoption), language).stage(str(stage), str(outcome)),
        tone=tone,
        clock=words,
        due=due_moment(due, language, acting.now)
        if due is not None and standing == StageKind.OPEN.value
        else "",
        total=sum(own.values()),
        done=sum(n for (kind, phase), n in own.items() if _kind(here, str(adoption), kind).done_at(phase)),
    )


def _kind(here: Office, adoption: str, kind: str) -> Kind:
    return here.procedure(adoption).kinds[kind]


def _parts(here: Office, case: Case, counts: Counts, language: str) -> tuple[Part, ...]:
    """Subcases stand on the adoption of the case they were opened under."""
    wording = here.wording(case.adoption, language)
    found = []
    for name in dict.fromkeys(kind for kind, _ in counts):
        kind = wording.procedure.kinds[name]
        total = sum(n for (each, _), n in counts.items() if each == name)
        phases: list[Phase] = []
        before = 0
        for phase in kind.places:
            n = counts.get((name, phase), 0)
            if n:
                start = before * 1000 // total
                wide = (before + n) * 1000 // total - start
                phases.append(
                    Phase(wording.phase(phase), n, start, wide, kind.done_at(phase), phase == DROPPED)
                )
                before += n
        done = sum(phase.n for phase in phases if phase.done)
        found.append(Part(wording.of(f"kinds.{name}", name), total, done, tuple(phases)))
    return tuple(found)
