"""A month's figures, as everybody may read them."""

from __future__ import annotations

from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes import figures as shapes
from tongban.apps.disclosure.again import Again
from tongban.apps.disclosure.figures import Breakdown, Figure, figures, months
from tongban.apps.disclosure.released import newest
from tongban.apps.office import office
from tongban.kernel.refusal import Refused


def list_figures(asked: Asked, query: shapes.FigureQuery) -> Answer:
    """Every indicator of one month as two people released it, with numerator, denominator, exclusions and sample size."""
    month = query.month or newest(office(), months(asked.acting.now))
    found = figures(month, asked.acting.language, asked.acting.now)
    if isinstance(found, Refused):
        return found
    return shapes.FigureList(
        month=month,
        complete=found.complete,
        as_of=found.as_of,
        edition=found.released.edition if found.released is not None else 0,
        digest=found.released.digest if found.released is not None else "",
        figures=tuple(_figure(each) for each in found.figures),
        again=tuple(_again(each) for each in found.again),
    )


def _figure(figure: Figure) -> shapes.FigureOut:
    plain = {name: getattr(figure, name) for name in shapes.FigureOut.model_fields if hasattr(figure, name)}
    excluded = tuple(shapes.Excluded(why=why, count=count) for why, count in figure.excluded)
    units = tuple(shapes.UnitFigure.model_validate(each) for each in figure.units)
    parts = tuple(_breakdown(each) for each in figure.parts)
    own = {"per_mille": figure.thousandths, "excluded": excluded, "units": units, "parts": parts}
    empty = {} if figure.denominator else dict.fromkeys(("rate", "per_mille", "low", "high"))
    return shapes.FigureOut(**{**plain, **own, **empty})


def _breakdown(broken: Breakdown) -> shapes.BreakdownOut:
    rows = (
        shapes.PartFigure(
            part=each.code,
            title=each.unit,
            rate=each.rate,
            numerator=each.numerator,
            denominator=each.denominator,
            sample_size=each.sample_size,
            low=each.low,
            high=each.high,
        )
        for each in broken.rows
    )
    return shapes.BreakdownOut(by=broken.by, title=broken.title, rows=tuple(rows))


def _again(found: Again) -> shapes.AgainOut:
    units = (
        shapes.UnitAgain(
            unit=each.unit,
            visits=each.visits,
            reasons=tuple(shapes.Excluded(why=why, count=n) for why, n in each.reasons),
        )
        for each in found.units
    )
    return shapes.AgainOut(
        practice=found.practice,
        visits=found.visits,
        told=found.told,
        again=found.again,
        few=found.few,
        reasons=tuple(shapes.ReasonOut.model_validate(each) for each in found.reasons),
        units=tuple(units),
    )
