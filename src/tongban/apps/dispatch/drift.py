"""Whether the model in force still fits what comes in: month by month, never by person.

For a sample of each month's cases the model is asked now what it would have offered, and that is held against what
people confirmed; cases that it has learnt, or versions of them, are left out. Nothing has to be recorded for this, and who
decided plays no part.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from threading import Lock
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.dispatch.classifier import RECORD
from tongban.apps.dispatch.keeping import Kept, in_force
from tongban.apps.dispatch.offering import folder
from tongban.apps.dispatch.trial import is_right
from tongban.apps.office import Office, office
from tongban.apps.rights import may
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused

MONTHS = 6
SAMPLE = 60
"""Cases of a month that are asked about, drawn by their ids: the same ones at each look."""
FEW = 50
"""With fewer cases in a month its shares say little, and its spread is not compared."""
BY_CHANCE = 0.01


class Month(Struct, frozen=True):
    """``cases`` have a category; ``asked`` of them were asked about, for ``offered`` a category would have been
    offered, and ``kept`` of those are what people decided."""

    month: str
    cases: int
    asked: int
    offered: int
    kept: int

    @property
    def abstained(self) -> int:
        return self.asked - self.offered

    @property
    def overruled(self) -> int:
        return self.offered - self.kept

    @property
    def few(self) -> bool:
        return self.asked < FEW


class Share(Struct, frozen=True):
    """A first-level category: cases this month, and messages that were learnt."""

    category: str
    now: int
    learnt: int


class Drift(Struct, frozen=True):
    """``unlike``: the newest month's spread differs from what was learnt by more than chance would do once in a
    hundred; None where there are too few cases to tell."""

    months: tuple[Month, ...]
    spread: tuple[Share, ...]
    cases: int
    learnt: int
    unlike: bool | None


_lock = Lock()
_found: dict[tuple[object, ...], Drift] = {}


def drift(acting: Acting) -> Drift | Refused:
    """The last months; found once a day for the model in force. Refuses whoever is no administrator, and without a model."""
    if not may("look_after_models", acting.actor):
        return Refused("dispatch.models_not_yours")
    held = in_force(folder())
    if held is None:
        return Refused("dispatch.model_missing", str(folder()))
    today = local_date(acting.now)
    key = (str(folder()), (folder() / RECORD).stat().st_mtime_ns, today)
    with _lock:
        if key not in _found:
            _found.clear()
            _found[key] = _drift(office(), held, today)
        return _found[key]


def _drift(here: Office, held: Kept, today: date) -> Drift:
    months = [_back(today, n) for n in range(MONTHS)]
    counts = _counts(here, months[-1])
    asked = _asked(here, months[-1])
    told_of = tuple(
        Month(month, sum(counts.get(month, {}).values()), *asked.get(month, (0, 0, 0)))
        for month in (each.isoformat()[:7] for each in months)
        if month in counts
    )
    newest = counts[told_of[0].month] if told_of else {}
    learnt = dict(held.trial.spread) if held.trial is not None else {}
    codes = sorted(newest.keys() | learnt.keys(), key=lambda code: (-newest.get(code, 0), code))
    spread = tuple(Share(code, newest.get(code, 0), learnt.get(code, 0)) for code in codes)
    return Drift(told_of, spread, sum(newest.values()), sum(learnt.values()), _unlike(spread))


def _back(today: date, months: int) -> date:
    """The first day of the month so many months ago."""
    count = today.year * 12 + today.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


_CASES = """FROM store_case WHERE county = %s AND category <> '' AND parent IS NULL AND joined IS NULL
    AND practice <> ALL (%s::text[]) AND opened_at >= %s::timestamp AT TIME ZONE 'Asia/Shanghai'"""
_MONTH = "to_char(opened_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')"


def _counts(here: Office, since: date) -> Mapping[str, Mapping[str, int]]:
    rows = here.rows(
        f"SELECT {_MONTH}, split_part(category, '.', 1), count(*) {_CASES} GROUP BY 1, 2",
        [here.county.code, sorted(here.county.guarded), since],
    )
    found: dict[str, dict[str, int]] = {}
    for month, category, count in cast(list[tuple[str, str, int]], rows):
        found.setdefault(month, {})[category] = count
    return found


def _asked(here: Office, since: date) -> Mapping[str, tuple[int, int, int]]:
    """By month: how many were asked about, offered something, and kept it. A category that nobody confirmed says nothing."""
    from tongban.apps.dispatch.confirmed import confirmed
    from tongban.apps.dispatch.learning import told
    from tongban.apps.dispatch.model_file import load

    model = load(folder())
    if isinstance(model, Refused):
        return {}
    rows = here.rows(
        f"""SELECT id, adoption, kind, home, month, title, category FROM
            (SELECT id::text AS id, adoption, kind, home, {_MONTH} AS month, title, category,
                    row_number() OVER (PARTITION BY {_MONTH} ORDER BY md5(id::text)) AS n {_CASES}) drawn
            WHERE n <= %s""",  # noqa: S608
        [here.county.code, sorted(here.county.guarded), since, SAMPLE],
    )
    cases = cast(list[tuple[str, str, str, str, str, str, str]], rows)
    sure = confirmed(here, [each[:4] for each in cases])
    cases = [each for each in cases if sure[each[0]]]
    texts = told(here, [(each[0], each[5]) for each in cases])
    found: dict[str, tuple[int, int, int]] = {}
    for text, (*_, month, _, decided) in zip(texts, cases, strict=True):
        if model.has_learnt_alike(text):
            continue
        guesses = model.suggest(text, 1)
        asked, offered, kept = found.get(month, (0, 0, 0))
        right = bool(guesses) and is_right(guesses[0].category, decided)
        found[month] = (asked + 1, offered + bool(guesses), kept + right)
    return found


def _unlike(spread: tuple[Share, ...]) -> bool | None:
    """Pearson's chi-square on the spread of both, what is rare in either taken together."""
    now, learnt = sum(each.now for each in spread), sum(each.learnt for each in spread)
    if now < FEW or learnt < FEW:
        return None
    from scipy.stats import chi2_contingency  # type: ignore[import-untyped]

    least = 5 / min(now, learnt) * (now + learnt)
    common = [each for each in spread if each.now + each.learnt >= least]
    rest = (now - sum(each.now for each in common), learnt - sum(each.learnt for each in common))
    columns = [(each.now, each.learnt) for each in common] + ([rest] if sum(rest) else [])
    if len(columns) < 2:
        return None
    return bool(chi2_contingency([list(row) for row in zip(*columns, strict=True)]).pvalue < BY_CHANCE)
