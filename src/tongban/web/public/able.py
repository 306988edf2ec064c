"""What could be done, by the catalogue, for everybody."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.catalogue.able import AblePage
from tongban.apps.catalogue.able import able as find
from tongban.kernel.refusal import Refused
from tongban.web.charts import Chart, Column, Series, Table, files
from tongban.web.frame.errors import refused
from tongban.web.words import language_of, say


@require_safe
def able(request: HttpRequest) -> HttpResponse:
    """Shares of the catalogue's entries, with what each is over."""
    language = language_of(request)
    page = find(language, datetime.now(UTC))
    if isinstance(page, Refused):
        return refused(request, page, 404)
    chart = _chart(page, language)
    values = {"page": page, "chart": chart}
    return files(request, [chart]) or render(request, "public/able.html", values)


def _chart(page: AblePage, language: str) -> Chart:
    return Chart(
        id="able",
        title=say("able.title", language),
        says=say("able.says", language),
        kind="bars",
        labels=tuple(each.title for each in page.shares),
        series=(
            Series(say("able.share", language), tuple(round(each.share * 100, 1) for each in page.shares)),
        ),
        table=Table(
            (
                Column(say("able.what", language), number=False),
                Column(say("able.share", language), 1, "%"),
                Column(say("able.numerator", language)),
                Column(say("able.denominator", language)),
                Column(say("able.left_out", language)),
            ),
            tuple(
                (each.title, each.share * 100, each.numerator, each.denominator, each.left_out)
                for each in page.shares
            ),
        ),
        unit="%",
        decimals=1,
        top=100.0,
    )
