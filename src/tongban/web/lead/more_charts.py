"""Pictures of how long it took, of the three colours, and of before and after a practice."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from tongban.apps.disclosure.figures import month_name
from tongban.apps.figures.before_after import BeforeAfter
from tongban.apps.figures.durations import Durations, Strip
from tongban.apps.figures.lights import Lights
from tongban.web.charts import Cell, Chart, Column, Linked, Rule, Series, Table
from tongban.web.lead.figure_charts import Scale, source
from tongban.web.words import say


def durations_chart(page: Durations, language: str) -> Chart:
    """Five quantiles a unit; the middle of all is the line they are compared with."""
    told = [strip for strip in page.strips if not strip.few]
    names = [say(f"figures.cut.{n}", language) for n in range(5)]
    unit = say("figures.day_unit", language)
    return Chart(
        id="durations",
        title=say("figures.durations.chart", language),
        says=_durations_say(page, language),
        kind="spread",
        labels=tuple(strip.name for strip in told),
        series=tuple(
            Series(
                name,
                tuple(strip.days(n) for strip in told),
                links=tuple(_durations_url(page, strip) for strip in told),
            )
            for n, name in enumerate(names)
        ),
        table=Table(
            (
                Column(say("figures.unit", language), number=False),
                Column(say("figures.ended", language)),
                *(Column(name, 1, unit) for name in names),
                Column(say("figures.longest", language), 1, unit),
            ),
            tuple(_strip_row(page, strip) for strip in ((page.whole, *page.strips) if page.whole else ())),
            say("figures.durations.caption", language),
        ),
        unit=unit,
        decimals=1,
        rule=Rule(page.whole.days(2), say("figures.middle", language)) if page.whole else None,
        source=source(say("figures.durations.chart", language), page.period, language),
    )


def _durations_say(page: Durations, language: str) -> str:
    if page.whole is None:
        return say("figures.durations.none", language)
    return say(
        "figures.durations.says",
        language,
        n=page.whole.n,
        half=f"{page.whole.days(2):.1f}",
        most=f"{page.whole.days(4):.1f}",
    )


def _durations_url(page: Durations, strip: Strip) -> str:
    return (
        reverse("lead_durations_cases")
        + "?"
        + urlencode({"practice": page.practice, "kind": page.kind, "period": page.period, "unit": strip.unit})
    )


def _strip_row(page: Durations, strip: Strip) -> tuple[Cell, ...]:
    cuts = tuple(strip.days(n) if n == 2 or not strip.few else None for n in range(5))
    return (Linked(strip.name, _durations_url(page, strip)), strip.n, *cuts, strip.longest / 86_400)


def lights_chart(page: Lights, language: str) -> Chart:
    """The table of the three colours to take along."""
    colours = ("red", "amber", "green", "colourless")
    return Chart(
        id="colours",
        title=say("figures.lights", language),
        says="",
        kind="bars",
        labels=tuple(lit.name for lit in page.units),
        series=tuple(
            Series(
                say(f"figures.colour.{colour}", language),
                tuple(float(getattr(lit, colour)) for lit in page.units),
            )
            for colour in colours[:3]
        ),
        table=Table(
            (
                Column(say("figures.unit", language), number=False),
                Column(say("figures.stands", language), number=False),
                *(Column(say(f"figures.colour.{colour}", language)) for colour in colours),
                Column(say("figures.open", language)),
            ),
            tuple(
                (
                    lit.name,
                    say(f"figures.colour.{lit.colour}", language),
                    lit.red,
                    lit.amber,
                    lit.green,
                    lit.colourless,
                    lit.open,
                )
                for lit in page.units
            ),
            page.now,
        ),
    )


def effect_chart(page: BeforeAfter, language: str) -> Chart:
    """Those with the practice beside the others, month by month; the month of the adoption is left out between them."""
    scale = Scale.of(page.about.kind)
    beside = page.against or say("figures.effect.others", language)
    sides = (
        (say("figures.effect.own", language), beside)
        if page.beside != "nothing"
        else (say("figures.effect.own", language),)
    )
    tallies = ([pair.own for pair in page.months], [pair.other for pair in page.months])
    return Chart(
        id="effect",
        title=say("figures.effect.chart", language, practice=page.practice.title, indicator=page.about.title),
        says=say("figures.effect.reads", language, month=page.month_name),
        kind="lines",
        labels=tuple(pair.period + (" ▲" if pair.period > page.month else "") for pair in page.months),
        series=tuple(scale.series(name, each) for name, each in zip(sides, tallies, strict=False)),
        table=Table(
            (
                Column(say("figures.month", language), number=False),
                *(
                    Column(f"{name} · {say(part, language)}", decimals, unit)
                    for name in sides
                    for part, decimals, unit in (
                        ("figures.value", scale.decimals, scale.unit),
                        ("figures.numerator", 0, ""),
                        ("figures.denominator", 0, ""),
                    )
                ),
            ),
            tuple(
                (
                    month_name(pair.period, language),
                    *(
                        cell
                        for tally in (pair.own, pair.other)[: len(sides)]
                        for cell in (scale.at(tally), tally.numerator, tally.denominator)
                    ),
                )
                for pair in page.months
            ),
        ),
        unit=scale.unit,
        decimals=scale.decimals,
        top=scale.top,
        source=source(page.about.title, page.month, language),
    )
