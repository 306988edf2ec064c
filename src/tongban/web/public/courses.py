"""The charts of one figure: its two years, its units, how long things took."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.apps.disclosure.figures import Breakdown, Figure, UnitFigure
from tongban.apps.publication.indicator import IndicatorPage, Point
from tongban.apps.publication.lasted import CUTS, LEAST, Lasted
from tongban.web.charts import Chart, Column, Rule, Series, Table
from tongban.web.words import say


def charts_of(page: IndicatorPage, language: str, source: str) -> Mapping[str, Chart]:
    """By their ids; only those that have something to show."""
    found = [_trend(page, language, source)]
    if any(each.code for each in page.figure.units):
        found.append(_units(page, language, source))
    found += [_parts(page, each, language, source) for each in page.figure.parts]
    if any(lasted is not None for _, lasted in page.months):
        found.append(_months(page, language, source))
    if page.units:
        found.append(_units_days(page, language, source))
    return {each.id: each for each in found}


def _scale(figure: Figure) -> tuple[float, str, int]:
    """By what a value is multiplied, its unit, its decimals: shares are told in per cent, averages plain."""
    return (1.0, "", 2) if figure.kind == "average" else (100.0, "%", 1)


def _columns(figure: Figure, language: str) -> tuple[Column, ...]:
    _, unit, decimals = _scale(figure)
    return (
        *(Column(say(f"publication.{each}", language), decimals, unit) for each in ("value", "low", "high")),
        Column(say("publication.numerator", language)),
        Column(say("publication.denominator", language)),
    )


def _trend(page: IndicatorPage, language: str, source: str) -> Chart:
    by, unit, decimals = _scale(page.figure)

    def row(point: Point) -> tuple[str | float | None, ...]:
        if point.value is None:
            counts = (None, None) if point.few or not point.released else (0, 0)
            return point.name, None, None, None, *counts
        value = point.value
        return (
            point.name,
            value.value * by,
            value.low * by,
            value.high * by,
            point.numerator,
            point.denominator,
        )

    rows = [row(point) for point in page.trend]
    value, low, high = (tuple(_number(row[n]) for row in rows) for n in (1, 2, 3))
    return Chart(
        id="trend",
        title=say("publication.trend", language),
        says=say("publication.trend.says", language),
        kind="lines",
        labels=tuple(point.period for point in page.trend),
        series=(Series(page.figure.title, value, low, high),),
        table=Table(
            (
                Column(say("publication.month_column", language), number=False),
                *_columns(page.figure, language),
            ),
            tuple(reversed(rows)),
            say("publication.trend.few", language),
        ),
        unit=unit,
        decimals=decimals,
        floor=None,
        source=source,
    )


def _number(value: str | float | None) -> float | None:
    return None if isinstance(value, str) else value


def _units(page: IndicatorPage, language: str, source: str) -> Chart:
    figure, (by, unit, decimals) = page.figure, _scale(page.figure)
    share = figure.numerator / figure.denominator if figure.denominator else 0.0

    def value(row: UnitFigure) -> float | None:
        return row.numerator / row.denominator * by if row.denominator else None

    return Chart(
        id="units",
        title=say("publication.units", language),
        says=say("publication.units.says", language),
        kind="spread",
        labels=tuple(each.unit for each in figure.units),
        series=(
            Series(
                figure.title,
                tuple(value(each) for each in figure.units),
                tuple(each.limits[0] * by for each in figure.units),
                tuple(each.limits[1] * by for each in figure.units),
            ),
        ),
        table=Table(
            (
                Column(say("public.unit", language), number=False),
                Column(say("public.rank", language)),
                *_columns(figure, language),
            ),
            tuple(
                (
                    each.unit,
                    int(each.rank) if each.rank else None,
                    value(each),
                    each.limits[0] * by,
                    each.limits[1] * by,
                    each.numerator,
                    each.denominator,
                )
                for each in figure.units
            ),
            say("public.units.caption", language, n=figure.smallest_sample),
        ),
        unit=unit,
        decimals=decimals,
        top=100.0 if figure.kind == "rate" else None,
        rule=Rule(share * by, say("publication.units.whole", language)),
        source=source,
    )


def _parts(page: IndicatorPage, broken: Breakdown, language: str, source: str) -> Chart:
    """The figure by something else than units, without ranks."""
    figure, (by, unit, decimals) = page.figure, _scale(page.figure)
    share = figure.numerator / figure.denominator if figure.denominator else 0.0
    rows = [
        (
            each.unit,
            each.numerator / each.denominator * by if each.denominator else None,
            each.limits[0] * by,
            each.limits[1] * by,
            each.numerator,
            each.denominator,
        )
        for each in broken.rows
    ]
    return Chart(
        id=f"by_{broken.by}",
        title=say("parts.title", language, by=broken.title),
        says=say("parts.means", language, by=broken.title),
        kind="spread",
        labels=tuple(row[0] for row in rows),
        series=(
            Series(
                figure.title,
                tuple(row[1] for row in rows),
                tuple(row[2] for row in rows),
                tuple(row[3] for row in rows),
            ),
        ),
        table=Table(
            (Column(broken.title, number=False), *_columns(figure, language)),
            tuple(rows),
            say("parts.public_caption", language),
        ),
        unit=unit,
        decimals=decimals,
        top=100.0 if figure.kind == "rate" else None,
        rule=Rule(share * by, say("publication.units.whole", language)),
        source=source,
    )


def _months(page: IndicatorPage, language: str, source: str) -> Chart:
    rows = tuple((period, lasted) for period, lasted in page.months if lasted is not None)
    first = say("publication.month_column", language)
    return _days(
        "months", first, rows, language, source, say("publication.months.caption", language, n=LEAST)
    )


def _units_days(page: IndicatorPage, language: str, source: str) -> Chart:
    caption = say("publication.units.caption", language, n=LEAST, month=page.month)
    return _days("units_days", say("public.unit", language), page.units, language, source, caption)


def _days(
    id: str, first: str, rows: tuple[tuple[str, Lasted], ...], language: str, source: str, caption: str
) -> Chart:
    days = say("publication.days", language)
    key = "months" if id == "months" else "units"
    return Chart(
        id=id,
        title=say(f"publication.{key}.days", language),
        says=say("publication.months.says", language) if id == "months" else "",
        kind="spread",
        labels=tuple(label for label, _ in rows),
        series=tuple(
            Series(f"P{cut}", tuple(lasted.days[n] for _, lasted in rows)) for n, cut in enumerate(CUTS)
        ),
        table=Table(
            (Column(first, number=False), *(Column(f"P{cut}", 1, days) for cut in CUTS)),
            tuple((label, *lasted.days) for label, lasted in rows),
            caption,
        ),
        unit=days,
        decimals=1,
        source=source,
    )
