"""One figure as a page of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.disclosure.figures import month_name, months
from tongban.apps.disclosure.released import newest
from tongban.apps.office import office
from tongban.apps.publication.indicator import indicator_page
from tongban.apps.targets.page import county_lines
from tongban.kernel.refusal import Refused
from tongban.web.charts import files
from tongban.web.frame.errors import refused
from tongban.web.public.county import county_of
from tongban.web.public.courses import charts_of
from tongban.web.public.told import cited, moved
from tongban.web.words import language_of, say


@require_safe
def indicator(request: HttpRequest, practice: str, name: str) -> HttpResponse:
    """A figure of the month that the address asks for, else of the last that was released."""
    language, now = language_of(request), datetime.now(UTC)
    listed = months(now)
    page = indicator_page(
        practice, name, request.GET.get("period") or newest(office(), listed), language, now
    )
    if isinstance(page, Refused):
        return refused(request, page, 404)
    county = county_of(language)
    address = request.build_absolute_uri(f"{request.path}?period={page.period}")
    source = say(
        "publication.source",
        language,
        county=county,
        title=page.figure.title,
        month=page.month,
        address=address,
    )
    charts = charts_of(page, language, source)
    if (given := files(request, charts.values())) is not None:
        return given
    values = {
        "page": page,
        "f": page.figure,
        "moved": moved(page.changed, page.figure.kind, language),
        "charts": charts,
        "broken": tuple(each for name, each in charts.items() if name.startswith("by_")),
        "targets": county_lines(practice, name, page.period, Acting(now, language=language)),
        "otherwise": say("check.comma", language).join(page.otherwise),
        "months": [
            (each, month_name(each, language)) for each in sorted({*listed, page.period}, reverse=True)
        ],
        "standing": page.standing,
        "period": page.period,
        "cite": cited(page.standing, f"{county} · {page.figure.title}", page.month, address, language),
    }
    return render(request, "public/indicator.html", values)
