"""The charts of the page of flow, each with its table; numbers open to the cases behind them."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.apps.flow.views import Flow, WaitLine
from tongban.web.charts import Chart, Column, Linked, Series, Table
from tongban.web.lead.flow_addresses import stays
from tongban.web.words import say

ROWS = 40
"""Units in the heat map; those that least time goes into are left out."""
MOST = 15
UNITS = 25


def charts_of(page: Flow, language: str) -> tuple[Chart, ...]:
    """Those that have anything to show."""
    made = (_heat(page, language), _time(page, language), _funnel(page, language), _lasting(page, language))
    return tuple(each for each in (*made, _handings(page, language)) if each.labels)


def _heat(page: Flow, language: str) -> Chart:
    """A row a unit, those that most time goes into first; a column a stage."""
    cells = {(each.unit, each.stage): each for each in page.waits}
    units = list(dict.fromkeys((each.unit, each.name) for each in page.waits))[:ROWS]
    stages = [(stage, name) for stage, name in page.stages if any(each.stage == stage for each in page.waits)]

    def links(unit: str) -> tuple[str, ...]:
        return tuple(stays(page, cells[unit, each]) if (unit, each) in cells else "" for each, _ in stages)

    def days(unit: str) -> tuple[float | None, ...]:
        return tuple(_median(cells.get((unit, each))) for each, _ in stages)

    days_unit = say("flow.unit.days", language)
    columns = (Column(say("flow.col.unit", language), number=False), *(Column(name, 1) for _, name in stages))
    rows = tuple(
        (
            name,
            *(
                Linked(value, href) if href else None
                for value, href in zip(days(unit), links(unit), strict=True)
            ),
        )
        for unit, name in units
    )
    return Chart(
        id="waits",
        title=say("flow.heat", language),
        says=say("flow.heat.says", language),
        kind="heat",
        labels=tuple(name for _, name in stages) if units else (),
        series=tuple(Series(name, days(unit), links=links(unit)) for unit, name in units),
        table=Table(columns, rows, say("flow.heat.caption", language)),
        unit=days_unit,
        decimals=1,
    )


def _median(line: WaitLine | None) -> float | None:
    """None where nothing ended there: what is still going on has no median yet."""
    return line.median if line is not None and line.n else None


def _time(page: Flow, language: str) -> Chart:
    lines = [each for each in page.waits if each.n][:MOST]
    labels = tuple(f"{each.stage_name} · {each.name}" for each in lines)
    unit = say("flow.unit.days", language)
    columns = (
        Column(say("flow.col.where", language), number=False),
        Column(say("flow.col.n", language)),
        Column(say("flow.col.median", language), 1),
        Column(say("flow.col.most", language), 1),
        Column(say("flow.col.total", language), 0),
        Column(say("flow.col.open", language)),
        Column(say("flow.col.longest", language), 1),
    )
    rows = tuple(
        (Linked(label, stays(page, each)), each.n, each.median, each.most, each.total, each.open, each.longest if each.open else None)
        for label, each in zip(labels, lines, strict=True)
    )  # fmt: skip
    return Chart(
        id="time",
        title=say("flow.time", language),
        says=say("flow.time.says", language),
        kind="bars",
        labels=labels,
        series=(
            Series(
                say("flow.col.total", language),
                tuple(each.total for each in lines),
                links=tuple(stays(page, each) for each in lines),
            ),
        ),
        table=Table(columns, rows, say("flow.time.caption", language)),
        unit=unit,
    )


def _funnel(page: Flow, language: str) -> Chart:
    """Those that were dropped stand in the table alone: they are no step on the way."""
    columns = (
        Column(say("flow.col.phase", language), number=False),
        Column(say("flow.col.cases", language)),
        Column(say("flow.col.share", language), 1, "%"),
        Column(say("flow.col.after", language), 1),
    )
    rows = tuple((each.phase, each.cases, each.share / 10, each.median) for each in page.reached)
    shown = [each for each in page.reached if not each.dropped]
    return Chart(
        id="funnel",
        title=say("flow.funnel", language),
        says=say("flow.funnel.says", language),
        kind="funnel",
        labels=tuple(each.phase for each in shown),
        series=(Series(say("flow.col.cases", language), tuple(each.cases for each in shown)),),
        table=Table(columns, rows, say("flow.funnel.caption", language)),
    )


def _lasting(page: Flow, language: str) -> Chart:
    lines = page.lasting[:UNITS]
    names = tuple(say(f"flow.quantile.{n}", language) for n in ("10", "25", "50", "75", "90"))
    columns = (
        Column(say("flow.col.unit", language), number=False),
        Column(say("flow.col.cases", language)),
        *(Column(name, 1) for name in names),
    )
    return Chart(
        id="lasting",
        title=say("flow.lasting", language),
        says=say("flow.lasting.says", language),
        kind="spread",
        labels=tuple(each.unit for each in lines),
        series=tuple(
            Series(name, tuple(each.quantiles[n] for each in lines)) for n, name in enumerate(names)
        ),
        table=Table(
            columns,
            tuple((each.unit, each.n, *each.quantiles) for each in lines),
            say("flow.lasting.caption", language),
        ),
        unit=say("flow.unit.days", language),
        decimals=1,
    )


def _handings(page: Flow, language: str) -> Chart:
    labels = tuple(f"{each.source} → {each.target}" for each in page.handings)
    columns = (
        Column(say("flow.col.way", language), number=False),
        Column(say("flow.col.times", language)),
        Column(say("flow.col.again", language)),
        Column(say("flow.col.back", language)),
        Column(say("flow.col.before", language), 1),
    )
    rows = tuple(
        (label, each.n, each.again, each.back, each.median)
        for label, each in zip(labels, page.handings, strict=True)
    )
    return Chart(
        id="handings",
        title=say("flow.handings", language),
        says=say("flow.handings.says", language),
        kind="bars",
        labels=labels,
        series=tuple(_of_handings(page, language)),
        table=Table(columns, rows, say("flow.handings.caption", language)),
    )


def _of_handings(page: Flow, language: str) -> Iterator[Series]:
    yield Series(say("flow.col.times", language), tuple(each.n for each in page.handings))
    yield Series(say("flow.col.again", language), tuple(each.again for each in page.handings))
