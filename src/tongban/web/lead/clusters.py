"""What came together from one place within seconds, for whoever oversees the county."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.supervision.clusters import GAP, LAST, LEAST, clusters
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors


@require_safe
@staff
def clusters_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    found = clusters(acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 403)
    bounds = {"days": LAST.days, "seconds": int(GAP.total_seconds()), "least": LEAST}
    return render(request, "lead/clusters.html", {"clusters": found, **bounds})
