"""Figures for who works here: every indicator with its two years, units side by side, townships, and the cases behind each number."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.disclosure.figures import month_name, months
from tongban.apps.figures.behind import behind
from tongban.apps.figures.comparing import SPANS, Glance, Line, compared, glance
from tongban.apps.figures.outlines import named
from tongban.apps.figures.series import newest
from tongban.apps.office import office
from tongban.apps.signs.beside import question
from tongban.apps.wording import moment
from tongban.kernel.indicator.parts import UNIT
from tongban.kernel.refusal import Refused
from tongban.web.charts import Chart, files
from tongban.web.desk.who import staff
from tongban.web.frame.errors import refused
from tongban.web.lead.figure_charts import (
    Scale,
    glance_chart,
    map_chart,
    over,
    parts_chart,
    trend_chart,
    units_chart,
)
from tongban.web.lead.sparks import spark

LONGEST = 110
"""Characters of anything an address may say."""


class Row(Struct, frozen=True):
    """An indicator on the first page, ready to be shown."""

    line: Line
    value: str
    low: str
    high: str
    drawn: SafeString


def asked(request: HttpRequest, *names: str) -> tuple[str, ...]:
    """What an address says under these names; "" for what it does not say."""
    return tuple(request.GET.get(name, "").strip().replace("\0", "")[:LONGEST] for name in names)


def span_of(request: HttpRequest) -> int:
    """How many months an address counts together; one where it does not say."""
    return _span_said(request) or 1


def _span_said(request: HttpRequest) -> int:
    said = request.GET.get("span", "")
    return int(said) if said in {str(span) for span in SPANS} else 0


@require_safe
@staff
def overview(request: HttpRequest, acting: Acting) -> HttpResponse:
    """All indicators of a practice in one month."""
    practice, period = asked(request, "practice", "period")
    page = glance(practice, period, acting)
    if isinstance(page, Refused):
        return refused(request, page, 404)
    chart = glance_chart(page, acting.language)
    context = {
        "page": page,
        "rows": rows_of(page),
        "chart": chart,
        "take": taken(request, chart),
        "months": offered(page.period, acting),
        "unfinished": "" if page.complete else moment(page.as_of, acting.language, acting.now),
        "tab": "overview",
    }
    return files(request, [chart]) or render(request, "lead/figures.html", context)


def rows_of(page: Glance) -> tuple[Row, ...]:
    return tuple(
        Row(
            line,
            scale.said(scale.at(line.whole)),
            scale.said(scale.low(line.whole)),
            scale.said(scale.high(line.whole)),
            spark(line.trend, scale),
        )
        for line in page.lines
        for scale in [Scale.of(line.about.kind)]
    )


def taken(request: HttpRequest, chart: Chart) -> dict[str, str]:
    """Where a page's table is found as a file, with all that its address says."""
    kept = request.GET.copy()
    found = {}
    for kind in ("csv", "xlsx"):
        kept["as"], kept["chart"] = kind, chart.id
        found[kind] = f"?{kept.urlencode()}"
    return found


def offered(period: str, acting: Acting, back: int = 24) -> list[tuple[str, str]]:
    """The months to choose among, the newest first, the one that runs now before them."""
    from tongban.kernel.clock import LOCAL

    running = f"{acting.now.astimezone(LOCAL):%Y-%m}"
    listed = sorted({running, *months(acting.now, back), period}, reverse=True)
    return [(each, month_name(each, acting.language)) for each in listed]


@require_safe
@staff
def figure(request: HttpRequest, acting: Acting, key: str, period: str = "") -> HttpResponse:
    """One indicator; without a month the last whole one."""
    if not period:
        kept = request.GET.copy()
        period = "".join(kept.pop("period", [])[-1:]) or newest(acting.now)
        address = reverse("lead_figure", args=[key, period[:LONGEST].replace("/", "")])
        return redirect(f"{address}?{kept.urlencode()}" if kept else address)
    page = compared(key, period, acting, _span_said(request), *asked(request, "by"))
    if isinstance(page, Refused):
        return refused(request, page, 404)
    language, scale = acting.language, Scale.of(page.about.kind)
    first = units_chart if page.by == UNIT else parts_chart
    charts = [first(page, language), trend_chart(page, language)]
    if page.spots:
        charts.append(map_chart(page, language))
    context = {
        "page": page,
        "practice": page.about.key.partition(".")[0],
        "charts": charts,
        "value": scale.said(scale.at(page.whole)),
        "low": scale.said(scale.low(page.whole)),
        "high": scale.said(scale.high(page.whole)),
        "left_out": [
            (page.about.excluded.get(why, why), n) for why, n in sorted(page.whole.excluded.items())
        ],
        "month": month_name(period, language),
        "months": offered(period, acting),
        "spans": page.about.spans,
        "unfinished": "" if page.complete else moment(page.as_of, language, acting.now),
        "tab": "overview",
    }
    return files(request, charts) or render(request, "lead/figure.html", context)


@require_safe
@staff
def cases(request: HttpRequest, acting: Acting, key: str, period: str) -> HttpResponse:
    """The cases behind a number of a unit or a township, or of the whole county."""
    unit, place, by, part = asked(request, "unit", "place", "by", "part")
    span = span_of(request)
    found = behind(key, period, acting, unit=unit, place=place, part=(by, part), span=span)
    if isinstance(found, Refused):
        return refused(request, found, 404)
    scale = Scale.of(found.about.kind)
    practice, _, indicator = key.partition(".")
    context = {
        "found": found,
        "month": over(period, span, acting.language),
        "value": scale.said(scale.at(found.tally)),
        "left_out": sum(found.tally.excluded.values()),
        "question": question(
            acting, of_practice=practice, of_indicator=indicator, of_unit=unit, of_month=period
        ),
    }
    return render(request, "lead/figure_cases.html", context)


@require_safe
@staff
def outlines(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The outlines of townships with their names, for the script that draws a map."""
    found = named(office(), acting.language)
    if found is None:
        return refused(request, Refused("outlines.none"), 404)
    return JsonResponse(found)
