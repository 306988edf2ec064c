"""What is shown of a model: its trial as confusions and a drawing, its effect as sentences, its drift by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from tongban.apps.dispatch.drift import Drift
from tongban.apps.dispatch.keeping import Kept
from tongban.apps.dispatch.trial import Effect, Trial
from tongban.apps.office import office
from tongban.apps.wording import moment
from tongban.web.words import say

MOST_CONFUSIONS = 8
SIDE, ROOM = 240, 36
"""Of the drawing, in its own units: the square, and what stands beside it."""


class ModelLine(Struct, frozen=True):
    id: str
    made: str
    examples: int
    data: str
    accuracy: str
    macro_f1: str
    calibration: str
    units: int


class Confused(Struct, frozen=True):
    truly: str
    given: str
    count: int


class Row(Struct, frozen=True):
    """A first-level category of the whole table: its counts by what was given, and how many of it were right."""

    title: str
    cells: tuple[tuple[str, int, bool], ...]
    total: int
    right: int


class Dot(Struct, frozen=True):
    """A bin as a dot of the drawing and a line of the table; shares in whole hundredths."""

    x: float
    y: float
    said: int
    hit: int
    count: int


class Shown(Struct, frozen=True):
    line: ModelLine
    tried: int = 0
    right: int = 0
    confusions: tuple[Confused, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    dots: tuple[Dot, ...] = ()
    error: str = ""


class Sample(Struct, frozen=True):
    """A case that would be put elsewhere: what people decided, what each model says, in words."""

    number: str
    month: str
    decided: str
    before: str
    after: str
    better: bool
    worse: bool


class Found(Struct, frozen=True):
    line: ModelLine
    effect: Effect | None
    samples: tuple[Sample, ...]


class Spread(Struct, frozen=True):
    title: str
    now: str
    learnt: str
    count: int


def model_lines(found: Sequence[Kept], language: str) -> tuple[ModelLine, ...]:
    return tuple(_line(each, language) for each in found)


def _line(each: Kept, language: str) -> ModelLine:
    def score(name: str) -> str:
        return f"{each.scores[name] / 1000:.3f}" if name in each.scores else "–"

    return ModelLine(
        each.id,
        moment(datetime.fromisoformat(each.made), language),
        each.examples,
        each.data,
        score("accuracy"),
        score("macro_f1"),
        score("calibration_error"),
        each.units,
    )


def shown(used: Kept, language: str) -> Shown:
    """The model in force with its trial; without one, its record alone."""
    if used.trial is None or not used.trial.tried:
        return Shown(_line(used, language))
    trial = used.trial
    codes = sorted({each.truly for each in trial.pairs})
    given = [*codes, *sorted({each.given for each in trial.pairs} - set(codes))]
    wrong = [each for each in trial.pairs if each.truly != each.given][:MOST_CONFUSIONS]
    return Shown(
        _line(used, language),
        trial.tried,
        trial.right,
        tuple(Confused(_title(e.truly, language), _title(e.given, language), e.count) for e in wrong),
        tuple(_title(code, language) for code in given),
        tuple(_row(code, given, trial, language) for code in codes),
        tuple(
            Dot(
                ROOM + SIDE * each.said / 1000,
                SIDE * (1 - each.right / each.count),
                round(each.said / 10),
                round(100 * each.right / each.count),
                each.count,
            )
            for each in trial.bins
        ),
        f"{trial.calibration_error:.3f}",
    )


def _row(code: str, given: Sequence[str], trial: Trial, language: str) -> Row:
    counts = {each.given: each.count for each in trial.pairs if each.truly == code}
    cells = tuple((_title(each, language), counts.get(each, 0), each == code) for each in given)
    return Row(_title(code, language), cells, sum(counts.values()), counts.get(code, 0))


def _title(code: str, language: str) -> str:
    if not code:
        return say("studio.models.nothing", language)
    names = office().names
    parts = code.split(".")
    return " / ".join(names.category(".".join(parts[: n + 1]), language) for n in range(len(parts)))


def found_of(draft: Kept, language: str) -> Found:
    """A model that is not in force, with what it would change."""
    effect = draft.trial.effect if draft.trial is not None else None
    return Found(_line(draft, language), effect, _samples(effect, language) if effect is not None else ())


def _samples(effect: Effect, language: str) -> tuple[Sample, ...]:
    names = office().names

    def way(category: str, unit: str) -> str:
        if not category:
            return say("studio.models.abstains", language)
        title = _title(category, language)
        return f"{title} → {names.unit(unit, language)}" if unit else title

    found = []
    for each in effect.moved:
        took = f" → {names.unit(each.took, language)}" if each.took else ""
        found.append(
            Sample(
                each.number,
                each.month,
                _title(each.decided, language) + took,
                way(each.before, each.unit_before),
                way(each.after, each.unit_after),
                each.right_after and not each.right_before,
                each.right_before and not each.right_after,
            )
        )
    return tuple(found)


def drifted(found: Drift, language: str) -> dict[str, object]:
    """The spread of the newest month beside what was learnt, in hundredths."""
    return {
        "spread": tuple(
            Spread(
                _title(each.category, language),
                f"{100 * each.now / max(1, found.cases):.0f}%",
                f"{100 * each.learnt / found.learnt:.0f}%" if found.learnt else "–",
                each.now,
            )
            for each in found.spread
        )
    }
