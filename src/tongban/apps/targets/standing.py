"""How a target stands: planned beside counted beside forecast, and whether a miss was said in time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.burnup import burnup
from tongban.apps.casework.finishing import Finish
from tongban.apps.casework.heads import head
from tongban.apps.disclosure.counting import indicators_of
from tongban.apps.disclosure.periods import period_name
from tongban.apps.office import Office
from tongban.apps.targets.aims import Aim, kind_of
from tongban.apps.targets.forecast import Forecast, forecast, held
from tongban.apps.targets.history import Told, past, told
from tongban.apps.targets.setting import definition_hash
from tongban.apps.wording import dated, say
from tongban.kernel.clock import local_date
from tongban.kernel.indicator import Tally
from tongban.kernel.refusal import Refused
from tongban.library.indicators import Indicator

State: TypeAlias = Literal[
    "ahead", "likely", "open", "unlikely", "unknown", "said", "kept", "missed_said", "missed_late", "missed", "nothing", "given_up"
]  # fmt: skip
"""``likely``, ``open`` and ``unlikely`` are by the forecast; ``said``: that it will be missed was said and it is not over. A miss was said early
(``missed_said``), in the last quarter of the time (``missed_late``) or not at all (``missed``)."""

ENDED: frozenset[State] = frozenset({"kept", "missed_said", "missed_late", "missed", "nothing", "given_up"})


class Line(Struct, frozen=True):
    """Somebody said something about the target: by which post, when, what follows from it, in which words."""

    when: date
    unit: str
    says: str
    why: str


class Standing(Struct, frozen=True):
    """One target as a page shows it, everything in words; ``points`` and ``band`` are what a picture is drawn from."""

    id: str
    title: str
    says: str
    unit: str
    period: str
    since: date
    until: date
    state: State
    noise: bool
    """whether the miss is within what chance alone makes"""
    plan: str
    actual: str
    counts: str
    expected: str
    range: str
    held: tuple[int, int]
    changed: bool
    lines: tuple[Line, ...]
    average: bool = False
    months: tuple[str, ...] = ()
    points: tuple[float | None, ...] = ()
    value: float = 0.0
    band: tuple[float, float, float] | None = None
    number: str = ""
    """of the case, for a campaign"""
    movable: bool = False

    @property
    def over(self) -> bool:
        return self.state in ENDED


def standing(here: Office, aim: Aim, acting: Acting) -> Standing | None:
    """How it stands now; None for a campaign that the reader may not see, and for an indicator that is gone."""
    return _campaign(here, aim, acting) if aim.campaign else _indicator(here, aim, acting)


def _indicator(here: Office, aim: Aim, acting: Acting) -> Standing | None:
    now, language = acting.now, acting.language
    adoption = here.adopted(aim.practice, now)
    known = indicators_of(here, adoption).get(aim.indicator) if adoption is not None else None
    if adoption is None or known is None:
        return None
    days, wording = aim.days(), here.wording(adoption, language)
    found = told(here, aim.practice, adoption, aim.indicator, aim.unit, days, now)
    ahead = now < days.bounds[1]  # of what is over nothing is forecast
    said = forecast(found.before, found.so_far, found.left) if ahead else None
    whole = found.so_far
    state = _state(aim, known, whole, said, now)
    names, before = past(found, days.since)
    shown = said if state not in ENDED and state != "ahead" else None
    return Standing(
        id=aim.id,
        title=wording.of(f"indicators.{aim.indicator}.title", aim.indicator),
        says=wording.of(f"indicators.{aim.indicator}.says"),
        unit=here.names.unit(aim.unit, language) if aim.unit else say("targets.county", language),
        period=period_name(kind_of(aim.period), aim.period, language),
        since=days.since,
        until=days.until,
        state=state,
        noise=state in ("missed", "missed_said", "missed_late") and _within(known, whole, aim.value),
        plan=_plan(known, aim.value, language),
        actual=written(known, whole.numerator / whole.denominator) if whole.denominator else "",
        counts=f"{whole.numerator} / {whole.denominator}" if whole.denominator else "",
        expected=written(known, shown.value) if shown is not None else "",
        range=f"{written(known, shown.low)} – {written(known, shown.high)}" if shown is not None else "",
        held=held(before),
        changed=bool(aim.definition) and aim.definition != definition_hash(known, aim.practice),
        lines=_lines(here, aim, language, known),
        average=known.kind == "average",
        months=tuple(names[-12:]),
        points=_points(before[-12:], known),
        value=aim.value / (100 if known.kind == "average" else 10),
        band=_band(said, known) if state not in ENDED else None,
        movable=now <= aim.early_until,
    )


def _points(months: object, known: Indicator) -> tuple[float | None, ...]:
    assert isinstance(months, tuple)
    scale = 1 if known.kind == "average" else 100
    return tuple(
        round(scale * each.numerator / each.denominator, 2) if each.denominator else None for each in months
    )


def _band(said: Forecast | None, known: Indicator) -> tuple[float, float, float] | None:
    if said is None:
        return None
    scale = 1 if known.kind == "average" else 100
    return round(scale * said.low, 2), round(scale * said.value, 2), round(scale * said.high, 2)


def written(known: Indicator, value: float) -> str:
    return f"{value:.2f}" if known.kind == "average" else f"{value * 100:.1f} %"


def _plan(known: Indicator, value: int, language: str) -> str:
    key = "targets.at_least" if known.more_is_better else "targets.at_most"
    return say(key, language, value=written(known, value / _scale(known)))


def _scale(known: Indicator) -> int:
    return 100 if known.kind == "average" else 1000


def _good(known: Indicator, share: float, value: int) -> bool:
    aim = value / _scale(known)
    return share >= aim if known.more_is_better else share <= aim


def met(known: Indicator, whole: Tally, value: int) -> bool:
    """Whether the counts reach the value: compared as whole numbers, so that no rounding decides."""
    left, right = whole.numerator * _scale(known), value * whole.denominator
    return left >= right if known.more_is_better else left <= right


def _within(known: Indicator, whole: Tally, value: int) -> bool:
    low, high = whole.interval
    return low <= value / _scale(known) <= high


def _state(aim: Aim, known: Indicator, whole: Tally, said: Forecast | None, now: datetime) -> State:
    start, end = aim.days().bounds
    if aim.ended is not None:
        return "given_up"
    if now >= end:
        if not whole.denominator:
            return "nothing"
        return "kept" if met(known, whole, aim.value) else _missed(aim)
    if aim.misses:
        return "said"
    if said is None:
        return "ahead" if now < start else "unknown"
    if _good(known, said.low, aim.value) and _good(known, said.high, aim.value):
        return "likely"
    return "open" if _good(known, said.low, aim.value) or _good(known, said.high, aim.value) else "unlikely"


def _missed(aim: Aim) -> State:
    if not aim.misses:
        return "missed"
    return "missed_said" if aim.misses[0].at <= aim.early_until else "missed_late"


def _campaign(here: Office, aim: Aim, acting: Acting) -> Standing | None:
    """All below a case, done by a day."""
    now, language = acting.now, acting.language
    found = head(aim.case, acting, here)
    if isinstance(found, Refused):
        return None
    course = burnup(here, found, acting)
    days = aim.days()
    done, total = (course.done[-1], course.total) if course is not None else (0, 0)
    ahead = course.finish if course is not None else None
    finish = ahead if isinstance(ahead, Finish) else None
    state = _campaign_state(aim, finish, now, done=total > 0 and done >= total)
    running = finish if state not in ENDED else None
    return Standing(
        id=aim.id,
        title=found.title,
        says=course.says if course is not None else "",
        unit=found.unit,
        period=say("targets.all_done", language),
        since=days.since,
        until=days.until,
        state=state,
        noise=False,
        plan=dated(days.until.isoformat(), language),
        actual=f"{done} / {total}" if total else "",
        counts="",
        expected=dated(running.day.isoformat(), language) if running is not None else "",
        range=f"{dated(running.low.isoformat(), language)} – {dated(running.high.isoformat(), language)}"
        if running is not None
        else "",
        held=(0, 0),
        changed=False,
        lines=_lines(here, aim, language, None),
        number=found.number,
        movable=now <= aim.early_until,
    )


def _campaign_state(aim: Aim, finish: Finish | None, now: datetime, *, done: bool) -> State:
    if aim.ended is not None:
        return "given_up"
    end, until = aim.days().bounds[1], aim.days().until
    if done:
        return "kept" if finish is None or finish.day <= until else _missed(aim)
    if now >= end:
        return _missed(aim)
    if aim.misses:
        return "said"
    if finish is None:
        return "unknown"
    return "likely" if finish.high <= until else "unlikely" if finish.low > until else "open"


def _lines(here: Office, aim: Aim, language: str, known: Indicator | None) -> tuple[Line, ...]:
    """What was said of it, oldest first."""

    def measure(value: int) -> str:
        if known is None:
            return dated(date.fromordinal(value).isoformat(), language)
        return written(known, value / _scale(known))

    def by(unit: str) -> str:
        return here.names.unit(unit, language)

    values = [*(each.before for each in aim.moved), aim.value]
    lines = [
        Line(local_date(aim.set_at), by(aim.by.unit), say("targets.was_set", language, value=measure(values[0])), aim.why)
    ]  # fmt: skip
    for n, change in enumerate(aim.moved):
        words = say(
            "targets.was_moved", language, before=measure(change.before), value=measure(values[n + 1])
        )
        lines.append(Line(local_date(change.at), by(change.by.unit), words, change.why))
    for miss in aim.misses:
        key = "targets.was_said" if miss.at <= aim.early_until else "targets.was_said_late"
        words = say(
            key, language, value=measure(miss.expected), until=dated(miss.until.isoformat(), language)
        )
        lines.append(Line(local_date(miss.at), by(miss.by.unit), words, miss.why))
    if aim.ended is not None:
        words = say("targets.was_given_up", language)
        lines.append(Line(local_date(aim.ended.at), by(aim.ended.by.unit), words, aim.ended.why))
    return tuple(sorted(lines, key=lambda line: line.when))


__all__ = ["Line", "Standing", "State", "Told", "standing"]
