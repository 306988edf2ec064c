"""The pictures of the figures' pages, each made of the same numbers as the table below it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse
from msgspec import Struct

from tongban.apps.disclosure.figures import month_name
from tongban.apps.figures.comparing import Compared, Glance, Indicated, UnitLine
from tongban.apps.figures.effect import value
from tongban.apps.figures.places import ELSEWHERE
from tongban.apps.figures.series import Spell, back_from
from tongban.apps.figures.succeeding import JOINED
from tongban.kernel.indicator import Tally
from tongban.web.charts import Cell, Chart, Column, Linked, Place, Rule, Series, Table
from tongban.web.words import say


class Scale(Struct, frozen=True):
    """How values are written: shares in per cent, averages plain."""

    by: int
    unit: str
    decimals: int
    top: float | None

    @staticmethod
    def of(kind: str) -> Scale:
        return (
            Scale(1, "", 2, None)
            if kind == "average"
            else Scale(100, "%", 1, 100.0 if kind == "rate" else None)
        )

    def at(self, tally: Tally) -> float | None:
        return value(tally) * self.by if tally.denominator else None

    def low(self, tally: Tally) -> float | None:
        return tally.interval[0] * self.by if tally.denominator else None

    def high(self, tally: Tally) -> float | None:
        return tally.interval[1] * self.by if tally.denominator else None

    def said(self, number: float | None) -> str:
        return "–" if number is None else f"{number:.{self.decimals}f}{' ' + self.unit if self.unit else ''}"

    def value_columns(self, language: str) -> tuple[Column, ...]:
        """The value, both ends of its interval, what is above the line and below it."""
        return (
            Column(say("figures.value", language), self.decimals, self.unit),
            Column(say("figures.low", language), self.decimals, self.unit),
            Column(say("figures.high", language), self.decimals, self.unit),
            Column(say("figures.numerator", language)),
            Column(say("figures.denominator", language)),
        )

    def cells(self, tally: Tally, href: str = "") -> tuple[Cell, ...]:
        number = self.at(tally)
        return (
            Linked(number, href) if href else number,
            self.low(tally),
            self.high(tally),
            tally.numerator,
            tally.denominator,
        )

    def series(self, name: str, tallies: Iterable[Tally], links: Iterable[str] = ()) -> Series:
        tallies = tuple(tallies)
        return Series(
            name,
            tuple(self.at(each) for each in tallies),
            tuple(self.low(each) for each in tallies),
            tuple(self.high(each) for each in tallies),
            tuple(links),
        )


def behind_url(key: str, period: str, **where: str) -> str:
    """The cases behind a number."""
    said = {name: value for name, value in where.items() if value}
    return reverse("lead_figure_cases", args=[key, period]) + (f"?{urlencode(said)}" if said else "")


def units_chart(page: Compared, language: str) -> Chart:
    """Units beside the county's value, the ranked first."""
    scale, key = Scale.of(page.about.kind), page.about.key
    span = "" if page.span == 1 else str(page.span)
    links = {line.unit: behind_url(key, page.period, unit=line.unit, span=span) for line in page.units}
    whole, colours = scale.at(page.together), page.about.colours is not None
    drawn = [line for line in page.units if line.tally.denominator and JOINED not in line.unit]
    return Chart(
        id="units",
        title=f"{say('figures.units', language)} · {over(page.period, page.span, language)}",
        says=_units_say(page.units, language),
        kind="spread",
        labels=tuple(line.name for line in drawn),
        series=(
            scale.series(
                page.about.title, (each.tally for each in drawn), [links[each.unit] for each in drawn]
            ),
        ),
        table=Table(
            (
                Column(say("figures.unit", language), number=False),
                Column(say("figures.rank", language), number=False),
                *scale.value_columns(language),
                Column(say("figures.left_out", language)),
                Column(say("figures.apart", language), number=False),
                *((Column(say("figures.coloured", language), number=False),) if colours else ()),
            ),
            tuple(
                (
                    Linked(line.name, href),
                    str(line.rank or say("figures.no_rank", language)),
                    *scale.cells(line.tally, href),
                    sum(line.tally.excluded.values()),
                    say(f"figures.apart.{line.apart}", language) if line.apart else "",
                    *((say(f"figures.colour.{line.colour or 'none'}", language),) if colours else ()),
                )
                for line in page.units
                for href in [links[line.unit]]
            ),
            say("figures.units_caption", language, n=page.about.smallest)
            + (_colours_say(page.about, language) if colours else ""),
        ),
        unit=scale.unit,
        decimals=scale.decimals,
        top=scale.top,
        rule=Rule(whole, say("figures.whole", language)) if whole is not None else None,
        source=source(page.about.title, page.period, language),
    )


def _colours_say(about: Indicated, language: str) -> str:
    """By what rule units have their colours."""
    assert about.colours is not None
    way = "below" if about.more else "from"
    red, amber = about.colours.red, about.colours.amber
    return say(f"figures.coloured.{way}", language, red=red, amber=amber, n=about.smallest)


def parts_chart(page: Compared, language: str) -> Chart:
    """What the indicator is broken down by, beside the county's value; without ranks."""
    scale, key, by = Scale.of(page.about.kind), page.about.key, page.about.by[page.by]
    span = "" if page.span == 1 else str(page.span)
    links = [behind_url(key, page.period, by=page.by, part=line.part, span=span) for line in page.parts]
    drawn = [(line, href) for line, href in zip(page.parts, links, strict=True) if line.tally.denominator]
    whole = scale.at(page.together)
    return Chart(
        id="parts",
        title=f"{say('parts.title', language, by=by)} · {over(page.period, page.span, language)}",
        says=say("parts.means", language, by=by),
        kind="spread",
        labels=tuple(line.name for line, _ in drawn),
        series=(
            scale.series(
                page.about.title, (line.tally for line, _ in drawn), tuple(href for _, href in drawn)
            ),
        ),
        table=Table(
            (
                Column(by, number=False),
                *scale.value_columns(language),
                Column(say("figures.left_out", language)),
            ),
            tuple(
                (Linked(line.name, href), *scale.cells(line.tally, href), sum(line.tally.excluded.values()))
                for line, href in zip(page.parts, links, strict=True)
            ),
            say("parts.caption", language),
        ),
        unit=scale.unit,
        decimals=scale.decimals,
        top=scale.top,
        rule=Rule(whole, say("figures.whole", language)) if whole is not None else None,
        source=source(page.about.title, page.period, language),
    )


def _units_say(units: Iterable[UnitLine], language: str) -> str:
    """One sentence on whom noise does not explain."""
    apart = {way: [line.name for line in units if line.apart == way] for way in ("better", "worse")}
    said = [
        say(f"figures.units.{way}", language, units=say("figures.and", language).join(names))
        for way, names in apart.items()
        if names
    ]
    return " ".join(said) or say("figures.units.alike", language)


def trend_chart(page: Compared, language: str) -> Chart:
    """Two years of the county, with the interval of each month; a month that is not over is drawn hollow."""
    scale = Scale.of(page.about.kind)
    return _lines(
        "trend",
        say("figures.trend", language),
        say(f"figures.move.{page.move}", language),
        page.trend,
        scale,
        page.about.title,
        [reverse("lead_figure", args=[page.about.key, spell.period]) for spell in page.trend],
        language,
        provisional=0 if page.complete else 1,
        source=source(page.about.title, page.period, language),
    )


def _lines(
    id: str,
    title: str,
    says: str,
    spells: Iterable[Spell],
    scale: Scale,
    name: str,
    links: list[str],
    language: str,
    *,
    provisional: int = 0,
    source: str = "",
) -> Chart:
    spells = tuple(spells)
    return Chart(
        id=id,
        title=title,
        says=says,
        kind="lines",
        labels=tuple(spell.period for spell in spells),
        series=(scale.series(name, (spell.whole for spell in spells), links),),
        table=Table(
            (Column(say("figures.month", language), number=False), *scale.value_columns(language)),
            tuple(
                (Linked(month_name(spell.period, language), href), *scale.cells(spell.whole, href))
                for spell, href in zip(spells, links, strict=True)
            ),
        ),
        unit=scale.unit,
        decimals=scale.decimals,
        top=scale.top,
        provisional=provisional,
        source=source,
    )


def map_chart(page: Compared, language: str) -> Chart:
    """A tile a township, or its outline where the county has loaded those."""
    scale, key = Scale.of(page.about.kind), page.about.key
    span = "" if page.span == 1 else str(page.span)
    links = [behind_url(key, page.period, place=spot.code, span=span) for spot in page.spots]
    outlines, drawn = "", page.spots
    if page.outlines is not None:
        outlines = f"{reverse('lead_outlines')}?{urlencode({'as_of': page.outlines.stamp, 'lang': language})}"
        drawn = tuple(spot for spot in page.spots if spot.code != ELSEWHERE)
    return Chart(
        id="map",
        title=f"{say('figures.map', language)} · {over(page.period, page.span, language)}",
        says=say("figures.map.outlines" if outlines else "figures.map.tiles", language),
        kind="map",
        labels=tuple(spot.name for spot in drawn),
        series=(scale.series(page.about.title, (spot.tally for spot in drawn), links[: len(drawn)]),),
        table=Table(
            (Column(say("figures.place", language), number=False), *scale.value_columns(language)),
            tuple(
                (Linked(spot.name, href), *scale.cells(spot.tally, href))
                for spot, href in zip(page.spots, links, strict=True)
            ),
            say("figures.map.caption", language),
        ),
        unit=scale.unit,
        decimals=scale.decimals,
        places=() if outlines else tuple(Place(spot.column, spot.row) for spot in page.spots),
        outlines=outlines,
        source=source(page.about.title, page.period, language),
    )


def glance_chart(page: Glance, language: str) -> Chart:
    """All indicators of the month as one table to take along; its picture are the small drawings beside each row."""
    rows: list[tuple[Cell, ...]] = []
    for line in page.lines:
        scale = Scale.of(line.about.kind)
        rows.append(
            (
                line.about.title,
                *(
                    scale.said(number)
                    for number in (scale.at(line.whole), scale.low(line.whole), scale.high(line.whole))
                ),
                line.whole.numerator,
                line.whole.denominator,
                line.whole.sample,
                say(f"figures.move.{line.move}", language),
            )
        )
    titles = ("indicator", "value", "low", "high", "numerator", "denominator", "sample", "move")
    plain = {"numerator", "denominator", "sample"}
    columns = tuple(Column(say(f"figures.{title}", language), number=title in plain) for title in titles)
    return Chart(
        "month", page.title, "", "bars", (), (), Table(columns, tuple(rows)), source=page.period_name
    )


def over(period: str, span: int, language: str) -> str:
    """The months that are counted together."""
    if span == 1:
        return month_name(period, language)
    first = month_name(back_from(period, span)[0], language)
    return say("figures.over", language, first=first, last=month_name(period, language))


def source(title: str, period: str, language: str) -> str:
    return f"{title} · {month_name(period, language)}"
