"""One chart of every kind, with the awkward values: nothing told, no interval, long names, a month that is not over."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines

from tongban.web.charts import Chart, Column, Linked, Place, Rule, Series, Table, files
from tongban.web.words import language_of

PAGE = """{% extends "base.html" %}{% load charts %}
{% block head %}{% include "charts/head.html" %}{% endblock %}{% block main_class %}wide{% endblock %}
{% block content %}<h1>{{ title }}</h1><div class="charts">{% for one in charts %}{% chart one %}{% endfor %}</div>{% endblock %}"""


def pages_charts(request: HttpRequest) -> HttpResponse:
    made = charts(language_of(request) == "en")
    if (given := files(request, made)) is not None:
        return given
    only = request.GET.get("only", "")
    shown = [one for one in made if only in ("", one.kind)]
    template = engines["django"].from_string(PAGE)
    return HttpResponse(
        template.render(
            {"charts": shown, "title": "图" if language_of(request) != "en" else "Charts"}, request
        )
    )


def charts(english: bool) -> tuple[Chart, ...]:
    def say(chinese: str, other: str) -> str:
        return other if english else chinese

    months = tuple(f"{2024 + (n + 10) // 12}-{(n + 10) % 12 + 1:02d}" for n in range(24))
    rates: tuple[float | None, ...] = tuple(None if n == 5 else 78 + (n * 7 % 13) for n in range(24))
    low = tuple(None if v is None else v - 4 for v in rates)
    high = tuple(None if v is None else min(v + 4, 100) for v in rates)
    units = (
        say("城关镇人民政府", "Chengguan Town"),
        say(
            "住房和城乡建设局（人民防空办公室）",
            "Housing and Urban-Rural Development Bureau (Civil Air Defence)",
        ),
        say("水利局", "Water Bureau"),
        say("=1+1", "=1+1"),
    )
    share = Column(say("比率", "Rate"), 1, "%")
    unit = Column(say("单位", "Unit"), number=False)
    source = say("某县 · 2026年10月", "Some county · October 2026")
    said = say("看得出差别的，才说有差别。", "Only what differs beyond noise is said to differ.")

    def of(rows: tuple[tuple[object, ...], ...], *columns: Column) -> Table:
        return Table((unit, *columns), rows)  # type: ignore[arg-type]

    return (
        Chart(
            "trend", say("二十四个月", "Twenty-four months"), said, "lines", months,
            (Series(say("按时", "In time"), rates, low, high),),
            of(tuple(zip(months, rates, low, high, strict=True)), share, share, share),
            "%", 1, 100.0, floor=None, rule=Rule(90.0, say("目标", "Target")), provisional=1, source=source,
        ),
        Chart(
            "two", say("两条线", "Two lines"), said, "lines", months,
            (
                Series(say("按时", "In time"), rates),
                Series(say("满意", "Satisfied"), tuple(None if v is None else v - 20 for v in rates)),
            ),
            of(tuple(zip(months, rates, strict=True)), share), "%", 1, 100.0, source=source,
        ),
        Chart(
            "units", say("各单位", "Units"), said, "bars", units,
            (Series(say("按时", "In time"), (91.2, 84.0, None, 55.5), (88.0, 80.0, None, 40.0), (94.0, 88.0, None, 70.0)),),
            of(((units[0], Linked(91.2, "/")), (units[1], 84.0), (units[2], None), (units[3], 55.5)), share),
            "%", 1, 100.0, rule=Rule(86.0, say("全县", "County")), source=source,
        ),
        Chart(
            "together", say("成对的条", "Bars in pairs"), said, "bars", units[:3],
            (Series(say("今年", "This year"), (12, 30, 7)), Series(say("去年", "Last year"), (15, 22, 9))),
            of(((units[0], 12), (units[1], 30), (units[2], 7)), Column(say("件", "Cases"))), say("件", "cases"),
        ),
        Chart(
            "days", say("办了多少天", "How many days"), said, "spread", units,
            tuple(
                Series(f"P{p}", values)
                for p, values in zip(
                    (10, 25, 50, 75, 90),
                    ((0.5, 1, 2, 1), (1.5, 2, 3, 2), (3, 4, 5, 3), (5, 6.5, 9, 4), (9, 12, 21, 8)),
                    strict=True,
                )
            ),
            of(tuple((name, 3) for name in units), Column("P50", 1, say("天", "d"))), say("天", "d"), 1,
        ),
        Chart(
            "ranges", say("范围", "Intervals"), said, "spread", units,
            (Series(say("按时", "In time"), (91.2, 84.0, None, 55.5), (88.0, 80.0, None, 40.0), (94.0, 88.0, None, 70.0)),),
            of(tuple((name, 3) for name in units), share), "%", 1, 100.0, rule=Rule(86.0, say("全县", "County")),
        ),
        Chart(
            "waits", say("在哪里等", "Where they wait"), said, "heat",
            tuple(say(*each) for each in (("待派单", "To dispatch"), ("待签收", "To sign for"), ("办理中", "At work"), ("待回访", "To call back"))),
            tuple(Series(name, (n * 3.0, 1.0, 9.0 - n, None), links=("/", "", "", "")) for n, name in enumerate(units)),
            of(tuple((name, 3) for name in units), Column(say("天", "days"), 1)), say("天", "d"), 1,
        ),
        Chart(
            "way", say("走到哪一步", "How far they came"), said, "funnel",
            tuple(say(*each) for each in (("登记", "Registered"), ("派出", "Dispatched"), ("答复", "Replied"), ("满意", "Satisfied"))),
            (Series(say("件", "Cases"), (1200, 1100, 900, 640)),),
            of(((say("登记", "Registered"), 1200),), Column(say("件", "Cases"))), say("件", "cases"),
        ),
        Chart(
            "places", say("各乡镇", "Townships"), said, "map", units,
            (Series(say("件", "Cases"), (40, 12, None, 5)),),
            of(((units[0], 40),), Column(say("件", "Cases"))), say("件", "cases"),
            places=(Place(0, 0), Place(1, 0), Place(1, 1), Place(2, 1)),
        ),
        Chart("none", say("没有数", "Nothing counted"), "", "bars", (), (), of((), share)),
    )  # fmt: skip
