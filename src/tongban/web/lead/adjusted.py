"""Units once more at the county's mix of cases, with the model that does it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.figures.adjusting import AdjustedPage, adjusted_page
from tongban.apps.figures.comparing import SPANS
from tongban.kernel.indicator.adjustment import SMALLEST
from tongban.kernel.refusal import Refused
from tongban.web.charts import Chart, Column, Linked, Rule, Series, Table, files
from tongban.web.desk.who import staff
from tongban.web.frame.errors import refused
from tongban.web.lead.figure_charts import behind_url, over, source
from tongban.web.lead.figures import offered, span_of
from tongban.web.words import say


@require_safe
@staff
def adjusted(request: HttpRequest, acting: Acting, key: str, period: str) -> HttpResponse:
    """One indicator's units, each beside what it would be with the county's mix."""
    # A year unless the address says otherwise: of one month there are seldom enough cases to tell kinds apart.
    span = span_of(request) if "span" in request.GET else max(SPANS)
    page = adjusted_page(key, period, acting, span=span, by=request.GET.getlist("by"))
    if isinstance(page, Refused):
        return refused(request, page, 404)
    language = acting.language
    charts = [_units_chart(page, language), _model_chart(page, language)]
    context = {
        "page": page,
        "practice": page.about.key.partition(".")[0],
        "charts": charts,
        "month": over(page.period, page.span, language),
        "spans": SPANS,
        "choices": tuple((name, title, name in page.by) for name, title in page.able.items()),
        "months": offered(period, acting),
        "tab": "overview",
    }
    return files(request, charts) or render(request, "lead/adjusted.html", context)


def _units_chart(page: AdjustedPage, language: str) -> Chart:
    span = "" if page.span == 1 else str(page.span)
    moved = [each.name for each in page.units if each.value.moved]
    joined = say("figures.and", language).join(moved)
    if len(page.strata) < 2:
        says = say("adjust.one_kind", language)
    elif moved:
        says = say("adjust.moves", language, n=len(moved), units=joined)
    else:
        says = say("adjust.nothing", language)
    order = say("adjust.reordered" if page.reordered else "adjust.same_order", language)
    values = [each.value for each in page.units]
    columns = (
        Column(say("figures.unit", language), number=False),
        Column(say("adjust.rank_own", language), number=False),
        Column(say("adjust.rank_adjusted", language), number=False),
        Column(say("adjust.own", language), 1, "%"),
        Column(say("adjust.expected", language), 1, "%"),
        Column(say("adjust.adjusted", language), 1, "%"),
        Column(say("figures.low", language), 1, "%"),
        Column(say("figures.high", language), 1, "%"),
        Column(say("figures.denominator", language)),
        Column(say("adjust.moved", language), number=False),
    )
    none = say("figures.no_rank", language)
    rows = tuple(
        (
            Linked(each.name, behind_url(page.about.key, page.period, unit=each.unit, span=span)),
            str(each.rank or none),
            str(each.adjusted_rank or none),
            each.value.rate * 100,
            each.value.expected * 100,
            each.value.adjusted * 100,
            each.value.low * 100,
            each.value.high * 100,
            each.value.denominator,
            say("adjust.moved.yes", language) if each.value.moved else "",
        )
        for each in page.units
    )
    return Chart(
        id="adjusted",
        title=f"{say('adjust.title', language)} · {over(page.period, page.span, language)}",
        says=f"{says} {order}",
        kind="spread",
        labels=tuple(each.name for each in page.units),
        series=(
            Series(
                say("adjust.adjusted", language),
                tuple(each.adjusted * 100 for each in values),
                tuple(each.low * 100 for each in values),
                tuple(each.high * 100 for each in values),
            ),
            Series(say("adjust.own", language), tuple(each.rate * 100 for each in values)),
        ),
        table=Table(columns, rows, say("figures.units_caption", language, n=page.about.smallest)),
        unit="%",
        decimals=1,
        top=100.0,
        rule=Rule(page.county * 100, say("figures.whole", language)),
        source=source(page.about.title, page.period, language),
    )


def _model_chart(page: AdjustedPage, language: str) -> Chart:
    whole = sum(each.denominator for each in page.strata) or 1
    return Chart(
        id="model",
        title=say("adjust.model", language),
        says=say("adjust.model_says", language, n=SMALLEST),
        kind="bars",
        labels=tuple(each.name for each in page.strata),
        series=(Series(page.about.title, tuple(each.rate * 100 for each in page.strata)),),
        table=Table(
            (
                Column(say("adjust.stratum", language), number=False),
                Column(say("figures.value", language), 1, "%"),
                Column(say("figures.numerator", language)),
                Column(say("figures.denominator", language)),
                Column(say("adjust.share", language), 1, "%"),
            ),
            tuple(
                (
                    each.name,
                    each.rate * 100,
                    each.numerator,
                    each.denominator,
                    each.denominator * 100 / whole,
                )
                for each in page.strata
            ),
        ),
        unit="%",
        decimals=1,
        top=100.0,
        source=source(page.about.title, page.period, language),
    )
