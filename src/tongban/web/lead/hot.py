"""Hot hotspots: what many people write about at once, its cases, and one measure for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.casework.take import take
from tongban.apps.supervision.hot import SINCE, ForAll, cases_of, for_all, hot, hotspot_of
from tongban.apps.supervision.joint import joint_ways, placeable
from tongban.kernel.clock import LOCAL, local_date
from tongban.kernel.refusal import Refused
from tongban.web.desk.sent import new_key, sent
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.lead.rows import case_rows
from tongban.web.words import say, says

CASE = "_case"
"""The field that names a case on which a measure is to be taken."""
PERIODS = (7, 30, 90)
TOLD = 5
"""Refusals that are told one by one."""

EARLIEST = datetime(1970, 1, 1, tzinfo=LOCAL)
"""No ledger is older; what an address says of days before is as if it said this one."""


def since_of(request: HttpRequest, acting: Acting) -> datetime:
    """The day that an address begins with; what is no date is as if it were not there."""
    try:
        return max(datetime.fromisoformat(request.GET.get("since", "")).replace(tzinfo=LOCAL), EARLIEST)
    except (ValueError, OverflowError):
        return acting.now - SINCE


@require_safe
@staff
def hot_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The hotspots, the hottest first."""
    page = hot(acting, since_of(request, acting))
    if isinstance(page, Refused):
        return errors.refused(request, page)
    today = local_date(acting.now)
    periods = [(days, (today - timedelta(days=days)).isoformat()) for days in PERIODS]
    hottest = max((each.heat for each in page.hotspots), default=0)
    context = {"page": page, "periods": periods, "hottest": hottest}
    return render(request, "lead/hot.html", context)


@require_safe
@staff
def hotspot_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """One hotspot: its cases and what can be done about all of them."""
    hotspot = hotspot_of(number, acting, since_of(request, acting))
    if isinstance(hotspot, Refused):
        return errors.refused(request, hotspot)
    cases = cases_of(hotspot, acting)
    context = {
        "ways": joint_ways(acting) if placeable(cases) else (),
        "hotspot": hotspot,
        "rows": case_rows(cases),
        "measures": for_all(cases),
        "since": request.GET.get("since", ""),
        "here": request.get_full_path(),
    }
    return render(request, "lead/hotspot.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def measure_all(request: HttpRequest, acting: Acting, number: str, step: str) -> HttpResponse:
    """The form of a measure for all cases of an hotspot; and taking it on those that were left marked."""
    hotspot = hotspot_of(number, acting, since_of(request, acting))
    if isinstance(hotspot, Refused):
        return errors.refused(request, hotspot)
    able = next((each for each in for_all(cases_of(hotspot, acting)) if each.step == step), None)
    if able is None:
        return errors.refused(request, Refused("dispatch.no_measure", step, {"step": step}))
    if request.method != "POST":
        return _form(request, acting, number, able)
    given = sent(request, acting)
    chosen = [each for each in able.numbers if each.replace(" ", "") in request.POST.getlist(CASE)]
    refused = given.refused or (None if chosen else Refused("dispatch.no_case_marked", CASE))
    if refused is not None:
        return _form(request, acting, number, able, given.answers, refused)
    failed = _taken(request, acting, able, chosen, given.answers, given.key)
    if len(failed) == len(chosen):
        return _form(request, acting, number, able, given.answers, failed[0][1])
    back = reverse("lead_hotspot", args=[number])
    return HttpResponseRedirect(f"{back}?{request.GET.urlencode()}" if request.GET else back)


def _taken(
    request: HttpRequest,
    acting: Acting,
    able: ForAll,
    chosen: Sequence[str],
    answers: Mapping[str, object],
    key: str,
) -> list[tuple[str, Refused]]:
    """Take the measure on each case, each under a key of its own; what was refused, after it was told."""
    failed: list[tuple[str, Refused]] = []
    for each in chosen:
        own = str(uuid5(UUID(key), each)) if key else ""
        taken = take(each, able.step, answers, replace(acting, key=own))
        if isinstance(taken, Refused):
            failed.append((each, taken))
    done = len(chosen) - len(failed)
    if done:
        messages.success(request, say("lead.hot.done", acting.language, step=able.title, n=done))
        for each, refusal in failed[:TOLD]:
            words = says(refusal, acting.language)
            messages.warning(request, f"{each}: {words.says}")
    return failed


def _form(
    request: HttpRequest,
    acting: Acting,
    number: str,
    able: ForAll,
    answers: Mapping[str, object] | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    """The form, as the first of the cases asks it; after a refusal with all that was entered."""
    entered = (able.step, answers or {}, refused) if refused is not None else None
    page = look(able.numbers[0], acting, entered=entered)
    if isinstance(page, Refused):
        return errors.refused(request, page)
    step = next((each for each in page.steps if each.id == able.step and not each.blocked), None)
    if step is None:
        return errors.refused(
            request, refused or Refused("step.not_from_here", able.step, {"stage": page.stage})
        )
    context = {
        "number": number,
        "able": able,
        "step": step,
        "key": new_key(),
        "marked": request.POST.getlist(CASE) if request.method == "POST" else None,
        "query": request.GET.urlencode(),
    }
    return render(request, "lead/measure_all.html", context, status=200 if refused is None else 422)
