"""What leaders look at, for programs: the same numbers as the pages below ``/lead/figures/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes import leading as shapes
from tongban.apps.figures.before_after import BeforeAfter, before_after
from tongban.apps.figures.behind import behind
from tongban.apps.figures.comparing import Indicated, compared, glance
from tongban.apps.figures.durations import durations
from tongban.apps.figures.effect import value
from tongban.apps.figures.lights import lights
from tongban.apps.figures.series import newest
from tongban.apps.figures.succeeding import JOINED
from tongban.kernel.indicator import Tally
from tongban.kernel.refusal import Refused

T = TypeVar("T")


def _post(asked: Asked) -> Refused | None:
    """Figures by unit are for people with a post in force."""
    return None if asked.acting.actor.posts else Refused("figures.no_post", "")


def _answer(asked: Asked, count: Callable[[], T | Refused], say: Callable[[T], Answer]) -> Answer:
    found = _post(asked) or count()
    return found if isinstance(found, Refused) else say(found)


def list_indicators(asked: Asked, query: shapes.PracticeMonthQuery) -> Answer:
    """The indicators of a practice in one month, each with whether it moved beyond chance."""
    return _answer(
        asked,
        lambda: glance(query.practice, query.month, asked.acting),
        lambda page: shapes.GlanceOut(
            practice=page.practice,
            month=page.period,
            complete=page.complete,
            as_of=page.as_of,
            indicators=tuple(
                shapes.IndicatorLine(about=_about(line.about), move=line.move, month=_counts(line.whole))
                for line in page.lines
            ),
        ),
    )


def get_indicator(asked: Asked, indicator: str, query: shapes.IndicatorQuery) -> Answer:
    """One indicator: units side by side with their ties, townships, and two years."""
    month = query.month or newest(asked.acting.now)
    return _answer(
        asked,
        lambda: compared(indicator, month, asked.acting, int(query.span)),
        lambda page: shapes.ComparedOut(
            about=_about(page.about),
            month=page.period,
            span=page.span,
            complete=page.complete,
            as_of=page.as_of,
            move=page.move,
            whole=_counts(page.whole),
            together=_counts(page.together),
            units=tuple(
                shapes.ComparedUnit(
                    unit=u.unit, name=u.name, rank=u.rank, apart=u.apart, counts=_counts(u.tally)
                )
                for u in page.units
                if JOINED not in u.unit
            ),
            trend=tuple(shapes.IndicatorMonth(month=s.period, counts=_counts(s.whole)) for s in page.trend),
            places=tuple(
                shapes.ComparedPlace(code=s.code, name=s.name, counts=_counts(s.tally)) for s in page.spots
            ),
        ),
    )


def list_counted(asked: Asked, indicator: str, query: shapes.BehindQuery) -> Answer:
    """The cases behind a number of a unit, a township or the county, as far as you may see them."""
    month = query.month or newest(asked.acting.now)
    return _answer(
        asked,
        lambda: behind(
            indicator, month, asked.acting, unit=query.unit, place=query.place, span=int(query.span)
        ),
        lambda page: shapes.BehindOut(
            where=page.where,
            counts=_counts(page.tally),
            cases=tuple(shapes.CountedCaseOut.model_validate(each) for each in page.cases),
            unseen=page.unseen,
            more=page.more,
        ),
    )


def get_lights(asked: Asked, query: shapes.LightsQuery) -> Answer:
    """The open cases of your units in three colours, and the rule by which a unit has one."""
    return _answer(
        asked,
        lambda: lights(asked.acting, query.unit, query.practice),
        lambda page: shapes.LightsOut(
            rule=shapes.RuleOut.model_validate(page.rule),
            whole=shapes.LitOut.model_validate(page.whole),
            units=tuple(shapes.LitOut.model_validate(each) for each in page.units),
            idle=page.idle,
        ),
    )


def get_durations(asked: Asked, query: shapes.DurationsQuery) -> Answer:
    """How long the cases of one kind took that ended in a month, unit by unit."""
    month = query.month or newest(asked.acting.now)
    return _answer(
        asked,
        lambda: durations(query.practice, query.kind, month, asked.acting),
        lambda page: shapes.DurationsOut(
            practice=page.practice,
            kind=page.kind,
            month=page.period,
            whole=None if page.whole is None else shapes.StripOut.model_validate(page.whole),
            units=tuple(shapes.StripOut.model_validate(each) for each in page.strips),
        ),
    )


def get_effect(asked: Asked, query: shapes.EffectQuery) -> Answer:
    """What a practice changed: its units beside those without it, before and after, with what else changed."""
    return _answer(
        asked,
        lambda: before_after(
            query.practice, query.on, asked.acting, month=query.month, against=query.against
        ),
        lambda page: shapes.BeforeAfterOut(
            practice=page.practice.id,
            about=_about(page.about),
            month=page.month,
            beside=page.beside,
            found=_effect(page),
            months=tuple(
                shapes.MonthPair(month=each.period, own=_counts(each.own), other=_counts(each.other))
                for each in page.months
            ),
            own=page.own,
            others=page.others,
            changes=tuple(shapes.ChangedOut.model_validate(each) for each in page.changes),
        ),
    )


def _effect(page: BeforeAfter) -> shapes.FoundEffect:
    found = page.found
    told = found is not None and found.verdict != "too_short"
    return shapes.FoundEffect(
        verdict="nothing_beside" if found is None else found.verdict,
        size=found.size if found is not None and told else None,
        low=found.low if found is not None and told else None,
        high=found.high if found is not None and told else None,
        visible=found.visible if found is not None and told else None,
        before_months=0 if found is None else found.before_months,
        after_months=0 if found is None else found.after_months,
        left_out=0 if found is None else found.left_out,
    )


def _about(about: Indicated) -> shapes.IndicatedOut:
    return shapes.IndicatedOut.model_validate(about)


def _counts(tally: Tally) -> shapes.CountsOut:
    low, high = tally.interval if tally.denominator else (None, None)
    return shapes.CountsOut(
        numerator=tally.numerator,
        denominator=tally.denominator,
        sample=tally.sample,
        excluded=dict(tally.excluded),
        value=value(tally) if tally.denominator else None,
        low=low,
        high=high,
    )
