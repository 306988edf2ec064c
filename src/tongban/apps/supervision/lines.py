"""Rows of cases in words, for every list of a leader's pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.holding import HOLDING, WAITING, held_by
from tongban.apps.numbers import written
from tongban.apps.office import Office
from tongban.apps.sight import visible
from tongban.apps.supervision.scope import oversight
from tongban.apps.supervision.views import Measure, Watched
from tongban.apps.titles import untitled
from tongban.apps.wording import Tone, Wording, ended, moment, remaining, say, span

COLUMNS = f"""id::text, number, title, practice, adoption, kind, stage, holder, home, {WAITING}, standing, outcome,
             next_due, opened_at, stage_since, settled_at, missed, strpos(state, '"recused"') > 0, {HOLDING}"""


class Seen(Struct, frozen=True):
    """One row of ``store_case`` as ``COLUMNS`` names it."""

    id: str
    number: str
    title: str
    practice: str
    adoption: str
    kind: str
    stage: str
    holder: str
    home: str
    waiting: str
    standing: str
    outcome: str
    next_due: datetime | None
    opened_at: datetime
    stage_since: datetime
    settled_at: datetime | None
    missed: int
    doubtful: bool
    """whether it may be about a unit, whose people do not see it"""
    unit: str
    """whom lists show it with"""
    lead: str
    """the number of the case that it follows"""


def seen(row: tuple[object, ...]) -> Seen:
    return Seen(*row)  # type: ignore[arg-type]


def rows_of(here: Office, ids: Sequence[str]) -> list[Seen]:
    """The rows of these cases, in no order."""
    if not ids:
        return []
    sql = f"SELECT {COLUMNS} FROM store_case WHERE county = %s AND id = ANY(%s::uuid[])"  # noqa: S608 - constants
    return [seen(row) for row in here.rows(sql, [here.county.code, list(ids)])]


def readable(here: Office, acting: Acting, rows: Iterable[Seen]) -> tuple[Seen, ...]:
    """The rows without those of cases that are about a unit of the reader's, and of practices that are guarded: to them these
    are not there."""
    found = tuple(row for row in rows if row.practice not in here.county.guarded)
    doubtful = [row.id for row in found if row.doubtful]
    if not doubtful:
        return found
    seen = visible(here, acting, doubtful)
    return tuple(row for row in found if not row.doubtful or row.id in seen)


def counts_of(text: object) -> Mapping[str, int]:
    """The counts of steps in a case's record, as the database gave them (None: none yet)."""
    return cast("dict[str, int]", json.loads(text)) if isinstance(text, str) else {}


def watched(
    here: Office,
    acting: Acting,
    row: Seen,
    *,
    counts: Mapping[str, int] | None = None,
    path: tuple[str, ...] = (),
    measures: tuple[Measure, ...] = (),
) -> Watched:
    """A row in words. ``counts`` are how often each step was taken, ``path`` the units it went through."""
    language = acting.language
    wording = here.wording(row.adoption, language)
    tone, clock = _clock(acting, row)
    return Watched(
        number=written(row.number),
        title=row.title or untitled(wording, row.stage, row.kind),
        tone=tone,
        clock=clock,
        stage=wording.stage(row.stage, row.outcome),
        unit=held_by(here.names, row.unit, row.lead, language),
        since=moment(row.stage_since, language, acting.now),
        stood=span(row.stage_since, acting.now, language),
        opened=moment(row.opened_at, language, acting.now),
        kind=wording.of(f"kinds.{row.kind}", row.kind),
        waits=_waits(here, row, language),
        outcome=wording.outcome(row.outcome) if row.outcome else "",
        open=row.standing == "open",
        marks=_marks(wording, row.kind, counts or {}),
        path=tuple(here.names.unit(each, language) for each in path),
        measures=measures,
    )


def _clock(acting: Acting, row: Seen) -> tuple[Tone, str]:
    if row.standing != "open":
        return ended(acting.language, late=row.missed > 0)
    if row.lead:
        return "rest", say("clock.with_lead", acting.language)
    tone, words = remaining(row.next_due, acting.now, acting.language)
    return ("rest" if not row.waiting and tone == "late" else tone), words


def _waits(here: Office, row: Seen, language: str) -> str:
    """Whom an open case waits for, where that is not its holder."""
    if row.standing != "open" or row.waiting == row.holder or row.lead:
        return ""
    if row.waiting:
        return here.names.unit(row.waiting, language)
    return say("story.requester", language) if row.next_due is not None else ""


def _marks(wording: Wording, kind: str, counts: Mapping[str, int]) -> tuple[str, ...]:
    """The measures taken so far: the title of each step of oversight with how often it was taken."""
    return tuple(
        say("lead.mark", wording.language, step=wording.step(step.id), n=counts[step.id])
        for step in oversight(wording.procedure, kind)
        if counts.get(step.id)
    )
