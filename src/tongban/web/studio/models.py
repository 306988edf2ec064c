"""The models that suggest categories and units: which is in force, how good it is, what another would change."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.dispatch.care import Models, models, publish
from tongban.apps.dispatch.drift import drift
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.studio.care import drifted, found_of, model_lines, shown
from tongban.web.words import say, says

ID, WHY = "id", "why"


@require_safe
@staff
def models_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What is in force with its trial, what the newest draft would change, the models before, and drafts passed over."""
    found = models(acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 403)
    return _page(request, acting, found)


def _page(
    request: HttpRequest, acting: Acting, found: Models, refused: Refused | None = None
) -> HttpResponse:
    used, draft = found.used, found.draft
    context = {
        "used": shown(used, acting.language) if used is not None else None,
        "published": next((each for each in found.publications if used and each.id == used.id), None),
        "draft": found_of(draft, acting.language) if draft is not None else None,
        "asks": found.asks.get(draft.id, "") if draft is not None else "",
        "others": model_lines(found.earlier, acting.language),
        "passed_over": model_lines(found.passed_over, acting.language),
        "publications": found.publications,
        "wrong": [says(each, acting.language) for each in (refused.all() if refused is not None else ())],
    }
    return render(request, "studio/models.html", context, status=422 if refused is not None else 200)


@require_safe
@staff
def drift_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Month by month, whether the model in force still fits; a part of the page, or by itself without JavaScript."""
    found = drift(acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 403)
    part = request.headers.get("HX-Request") == "true"
    template = "studio/models_drift.html" if part else "studio/models_drift_page.html"
    return render(request, template, {"drift": found, **drifted(found, acting.language)})


@require_POST
@staff
def publish_model(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Put a model in force, or an earlier one again."""
    done = publish(request.POST.get(ID, ""), request.POST.get(WHY, ""), acting)
    if isinstance(done, Refused):
        found = models(acting)
        if isinstance(found, Refused):
            return errors.refused(request, found, 403)
        return _page(request, acting, found, done)
    messages.success(request, say("studio.models.published", acting.language, id=done.id))
    return HttpResponseRedirect(reverse("studio_models"))
