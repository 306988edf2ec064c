"""Targets: plan, actual and forecast side by side; setting one, and saying in time that it will be missed."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.apps.acting import Acting
from tongban.apps.targets.aims import Aim
from tongban.apps.targets.page import One, asked, target, targets
from tongban.apps.targets.setting import declare_miss, give_up, move_target, set_campaign, set_target
from tongban.apps.targets.standing import Standing
from tongban.kernel.refusal import Refused
from tongban.web.charts import Chart, Column, Series, Table, files
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.words import say, says

Fields = Mapping[str, str]


@require_safe
@staff
def targets_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """All that the reader may see, those first that need a word."""
    page = targets(acting)
    return render(request, "lead/targets.html", {"page": page})


@require_safe
@staff
def target_page(request: HttpRequest, acting: Acting, target_id: str) -> HttpResponse:
    """One target with its months, and what was said of it."""
    found = target(target_id, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 404)
    return _shown(request, acting, found)


def _shown(
    request: HttpRequest,
    acting: Acting,
    found: One,
    tried: str = "",
    refused: Refused | None = None,
) -> HttpResponse:
    charts = [chart_of(found.standing, acting.language)] if found.standing.months else []
    file = files(request, charts)
    if file is not None:
        return file
    context = {
        "one": found, "t": found.standing, "charts": charts, "tried": tried,
        "entered": {name: str(value) for name, value in request.POST.items()}, "faults": _faults(refused, acting.language),
    }  # fmt: skip
    return render(request, "lead/target.html", context, status=200 if refused is None else 422)


@require_http_methods(["POST"])
@staff
def target_say(request: HttpRequest, acting: Acting, target_id: str, what: str) -> HttpResponse:
    """Say that it will be missed, put another value in its place, or give it up."""
    found = target(target_id, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 404)
    given = {name: str(value) for name, value in request.POST.items()}
    why = given.get("why", "")
    done: Aim | Refused
    match what:
        case "miss":
            done = declare_miss(target_id, given.get("expected", ""), given.get("until", ""), why, acting)
        case "move":
            done = move_target(target_id, given.get("value", ""), why, acting)
        case _:
            done = give_up(target_id, why, acting)
    if isinstance(done, Refused):
        return _shown(request, acting, found, what, done)
    messages.success(request, say(f"targets.done.{what}", acting.language))
    return HttpResponseRedirect(reverse("lead_target", args=[target_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def target_new(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The form of a new target, for an indicator or for a case with others below it."""
    offered = asked(acting)
    if isinstance(offered, Refused):
        return errors.refused(request, offered, 403)
    given = {name: str(value) for name, value in (request.POST or request.GET).items()}
    refused: Refused | None = None
    if request.method == "POST":
        done = _new(given, acting)
        if not isinstance(done, Refused):
            messages.success(request, say("targets.done.set", acting.language))
            return HttpResponseRedirect(reverse("lead_target", args=[done.id]))
        refused = done
    context = {"asked": offered, "entered": given, "faults": _faults(refused, acting.language)}
    return render(request, "lead/target_new.html", context, status=200 if refused is None else 422)


def _new(given: Fields, acting: Acting) -> Aim | Refused:
    why = given.get("why", "")
    if not why.strip():
        return Refused("targets.no_reason", "why")
    if given.get("number", "").strip():
        return set_campaign(given["number"], given.get("day", ""), why, acting)
    practice, _, indicator = given.get("indicator", "").partition("/")
    return set_target(
        practice, indicator, given.get("unit", ""), given.get("period", ""), given.get("value", ""), why, acting
    )  # fmt: skip


def _faults(refused: Refused | None, language: str) -> Mapping[str, object]:
    """What is wrong, by field; under "all" what belongs to none."""
    if refused is None:
        return {}
    return {each.where or "all": says(each, language) for each in refused.all()}


def chart_of(shown: Standing, language: str) -> Chart:
    """The months before, and what this period is expected to be."""
    unit, decimals = ("", 2) if shown.average else ("%", 1)
    labels, values = [*shown.months], [*shown.points]
    low: list[float | None] = [None] * len(labels)
    high: list[float | None] = [None] * len(labels)
    if shown.band is not None:
        labels, values = [*labels, shown.period], [*values, shown.band[1]]
        low, high = [*low[:-1], values[-2], shown.band[0]], [*high[:-1], values[-2], shown.band[2]]
    plan = say("targets.plan", language)
    return Chart(
        id="course",
        title=shown.title,
        says=say("targets.chart", language) if shown.band is not None else say("targets.chart_over", language),
        kind="lines",
        labels=tuple(labels),
        series=(
            Series(say("targets.value", language), tuple(values), tuple(low), tuple(high)),
            Series(plan, tuple(shown.value for _ in labels)),
        ),
        table=Table(
            (
                Column(say("targets.time", language), number=False),
                Column(say("targets.value", language), decimals, unit),
                Column(say("targets.low", language), decimals, unit),
                Column(say("targets.high", language), decimals, unit),
                Column(plan, decimals, unit),
            ),
            tuple(
                (label, value, *((low[n], high[n]) if n >= len(shown.months) else (None, None)), shown.value)
                for n, (label, value) in enumerate(zip(labels, values, strict=True))
            ),
        ),
        unit=unit,
        decimals=decimals,
        floor=None,
        provisional=int(shown.band is not None),
    )  # fmt: skip
