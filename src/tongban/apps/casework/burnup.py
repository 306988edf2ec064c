"""How the cases below a case came to their end, day by day, and when all of them will have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import accumulate

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.finishing import DAY, SURE, Finish, NoFinish, finish
from tongban.apps.casework.heads import Head
from tongban.apps.office import Office
from tongban.apps.wording import dated, say
from tongban.kernel.clock import local_date
from tongban.kernel.procedure.model import Kind
from tongban.store.course import Course, course

MOST_DAYS = 400
"""Days that are drawn; what came before stands at the first of them."""


class Burnup(Struct, frozen=True):
    """``days`` from the first day on which anything moved until today, with how many there were (``totals``) and how many
    were done by the end of each. ``title`` is what the kind is called; ``says`` the projected finish in words."""

    title: str
    days: tuple[date, ...]
    totals: tuple[int, ...]
    done: tuple[int, ...]
    today: date
    finish: Finish | NoFinish
    says: str

    @property
    def total(self) -> int:
        return self.totals[-1]


def burnup(here: Office, of: Head, acting: Acting, kind: str = "") -> Burnup | None:
    """The course of one kind of case below another (the most frequent one without a name); None where nothing lies below."""
    found = course(here.journal, of.loaded.case.id)
    kind = kind or _most(found)
    wording = here.wording(of.loaded.case.adoption, acting.language)
    rule = wording.procedure.kinds.get(kind)
    if rule is None or not any(each == kind for each, _ in found):
        return None
    ends = done_phases(rule)
    moved, done = _moves(found, kind, frozenset(rule.phases)), _moves(found, kind, ends)
    today = local_date(acting.now)
    first = max(min(moved), today - MOST_DAYS * DAY)
    days = tuple(first + n * DAY for n in range(max(1, (today - first).days + 1)))
    totals, finished = _summed(moved, days), _summed(done, days)
    projected = finish(done, totals[-1], today, here.county.calendar.is_working_day)
    title = wording.of(f"kinds.{kind}", kind)
    said = words(
        projected,
        done=finished[-1],
        total=totals[-1],
        last=max(done, default=today),
        language=acting.language,
    )
    return Burnup(title, days, totals, finished, today, projected, said)


def done_phases(kind: Kind) -> frozenset[str]:
    """The phases in which everything is done."""
    return frozenset(phase for phase in kind.phases if kind.done_at(phase))


def _most(found: Course) -> str:
    counts: Counter[str] = Counter()
    for (kind, _), days in found.items():
        counts[kind] += sum(days.values())
    return max(counts, key=lambda kind: (counts[kind], kind), default="")


def _moves(found: Course, kind: str, phases: frozenset[str]) -> dict[date, int]:
    """By day how many more of a kind there were in these phases."""
    summed: Counter[date] = Counter()
    for (each, phase), days in found.items():
        if each == kind and phase in phases:
            summed.update(days)
    return dict(summed)


def _summed(moves: Mapping[date, int], days: tuple[date, ...]) -> tuple[int, ...]:
    before = sum(n for day, n in moves.items() if day < days[0])
    return tuple(accumulate((moves.get(day, 0) for day in days[1:]), initial=before + moves.get(days[0], 0)))


def words(found: Finish | NoFinish, *, done: int, total: int, last: date, language: str) -> str:
    """When all will be done, in one sentence that says how sure that is."""
    match found:
        case Finish() if done >= total:
            return say("desk.finish.done", language, day=dated(last.isoformat(), language))
        case Finish(day, low, high, days, working):
            key = "desk.finish.working" if working else "desk.finish.calendar"
            facts = {
                name: dated(each.isoformat(), language)
                for name, each in (("day", day), ("low", low), ("high", high))
            }
            return say("desk.finish.day", language, **facts, sure=SURE) + say(key, language, days=days)
        case NoFinish(why):
            return say(f"desk.finish.{why}", language)
