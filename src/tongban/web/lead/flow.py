"""Where cases wait and how they travel, for whoever oversees units."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.flow.asking import flow_page, stays_page
from tongban.kernel.refusal import Refused
from tongban.web.charts import files
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.lead.flow_addresses import LONGEST, view, wish_of
from tongban.web.lead.flow_charts import charts_of

NOT_YET = "flow.no_log"
"""The page is there; it says when there will be something on it."""


@require_safe
@staff
def flow(request: HttpRequest, acting: Acting) -> HttpResponse:
    """One kind of case in one time: where it waits, how far it comes, how it goes from unit to unit."""
    page = flow_page(acting, wish_of(request.GET))
    if isinstance(page, Refused):
        return errors.refused(request, page, 200 if page.code == NOT_YET else 404)
    charts = charts_of(page, acting.language)
    return files(request, charts) or render(request, "lead/flow.html", {"page": page, "charts": charts})


@require_safe
@staff
def cases(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The cases behind one cell of the heat map."""
    stage, unit = (request.GET.get(name, "")[:LONGEST].replace("\0", "") for name in ("stage", "at"))
    found = stays_page(acting, wish_of(request.GET), stage, unit)
    if isinstance(found, Refused):
        return errors.refused(request, found, 404)
    return render(request, "lead/flow_cases.html", {"found": found, "back": view(found.flow)})
