"""Taking a hotspot on as one effort: the form of what is opened, with the cases that come under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.numbers import written
from tongban.apps.supervision.hot import Hotspot, cases_of, hotspot_of
from tongban.apps.supervision.joint import Begun, Joint, Placeable, asked, begin, joint_ways, placeable
from tongban.kernel.refusal import Refused
from tongban.web.desk.forms import lists
from tongban.web.desk.sent import new_key, sent
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.lead.hot import CASE, TOLD, since_of
from tongban.web.words import say, says


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def joint_page(request: HttpRequest, acting: Acting, number: str, way: str) -> HttpResponse:
    """The form of one way to take a hotspot on; and taking it, with the cases that were left marked."""
    hotspot = hotspot_of(number, acting, since_of(request, acting))
    if isinstance(hotspot, Refused):
        return errors.refused(request, hotspot)
    chosen = next((each for each in joint_ways(acting) if each.key == way), None)
    cases = placeable(cases_of(hotspot, acting))
    if chosen is None:
        return errors.refused(request, Refused("dispatch.no_measure", way, {"step": way}))
    if request.method != "POST":
        return _form(request, acting, hotspot, chosen, cases)
    given = sent(request, acting)
    marked = [each for each in cases if each.number.replace(" ", "") in request.POST.getlist(CASE)]
    refused = given.refused or (None if marked else Refused("dispatch.no_case_marked", CASE))
    done = refused or begin(chosen, marked, given.answers, replace(acting, key=given.key))
    if isinstance(done, Refused):
        return _form(request, acting, hotspot, chosen, cases, given.answers, done)
    _tell(request, acting, chosen, done)
    if isinstance(look(done.number, acting), Refused):
        return HttpResponseRedirect(reverse("lead_hotspot", args=[number]))
    return HttpResponseRedirect(reverse("desk_case", args=[done.number]))


def _tell(request: HttpRequest, acting: Acting, way: Joint, done: Begun) -> None:
    words = say(
        "lead.joint.done", acting.language, step=way.title, number=written(done.number), n=len(done.placed)
    )
    messages.success(request, words)
    for each, refusal in done.failed[:TOLD]:
        messages.warning(request, f"{each}: {says(refusal, acting.language).says}")


def _free(hotspot: Hotspot, cases: Sequence[Placeable]) -> list[str]:
    """The cases that nothing has taken on yet: what is marked at first, as a new effort would take the others away from theirs."""
    taken_on = {number for effort in hotspot.efforts if effort.open for number in effort.numbers}
    return [number for each in cases if (number := each.number.replace(" ", "")) not in taken_on]


def _form(
    request: HttpRequest,
    acting: Acting,
    hotspot: Hotspot,
    way: Joint,
    cases: Sequence[Placeable],
    answers: Mapping[str, object] | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    """The form, its first line what most cases say; after a refusal with all that was entered."""
    found = asked(way, acting, hotspot.title, answers, refused)
    if isinstance(found, Refused):
        return errors.refused(request, found)
    fields, refusals = found
    context = {
        "hotspot": hotspot,
        "way": way,
        "fields": fields,
        "refusals": refusals,
        "lists": lists(fields),
        "key": new_key(),
        "cases": cases,
        "marked": request.POST.getlist(CASE) if request.method == "POST" else _free(hotspot, cases),
        "query": request.GET.urlencode(),
    }
    return render(request, "lead/joint.html", context, status=200 if refused is None else 422)
