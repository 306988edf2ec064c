"""Practices that travel: packed as a signed file, received, put away, retired."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from tongban.apps.acting import Acting
from tongban.apps.adoption import parcels
from tongban.apps.adoption.adopting import in_force, may_adopt
from tongban.apps.adoption.guarding import alone, is_guarded
from tongban.apps.adoption.parcels import Arrived, arrived
from tongban.apps.adoption.shelf import said
from tongban.apps.beside.sharing import keep_practice, share_practice, shared
from tongban.apps.confirming.asking import Asked, carry_out
from tongban.apps.confirming.kinds import RETIRING
from tongban.apps.figures.comparing import indicators
from tongban.apps.office import office
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused
from tongban.library.parcel import LONGEST
from tongban.library.texts import Words
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.frame.files import download
from tongban.web.studio.frame import Frame, opened_for, shown_to_adopt
from tongban.web.words import say, says

FILE, CALL, ON, SHARED, OTHERS = "parcel", "call", "on", "shared", "others"
TEXT = "text/plain; charset=utf-8"


def arrived_lines(language: str) -> list[tuple[Arrived, str, Words | None]]:
    """Each parcel with when it was packed, in words, and what is wrong with it."""
    return [
        (
            each,
            moment(each.packed, language) if each.packed is not None else "",
            says(each.wrong, language) if each.wrong is not None else None,
        )
        for each in arrived(language)
    ]


def sharing(practice: str, acting: Acting, *, others: bool) -> Frame:
    """Whether others may read how a practice goes here, and by which figures that could be told: its own, and with ``others`` all."""
    here = office()
    on = shared(here).get(practice)
    found: Frame = {"shared_on": on}
    if may_adopt(acting.actor) and practice in in_force(here):
        own = _tellable(practice, acting, others=others)
        found["tellable"] = own or _tellable(practice, acting, others=True)
        found["others"] = others or not own
    return found


def _tellable(practice: str, acting: Acting, *, others: bool) -> list[tuple[str, list[tuple[str, str]]]]:
    """The figures by the practice that they are of, its own first."""
    own = say("beside.of_itself", acting.language)
    groups: dict[str, list[tuple[str, str]]] = {own: []}
    for each in indicators(acting):
        of_itself = each.key.partition(".")[0] == practice
        if of_itself or others:
            groups.setdefault(own if of_itself else each.practice, []).append((each.key, each.title))
    return [(group, figures) for group, figures in groups.items() if figures]


@require_POST
@staff
def receive(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Take a file that another county packed; read it before adopting it."""
    if not may_adopt(acting.actor):
        return errors.forbidden(request)
    sent = request.FILES.get(FILE)
    if sent is None:
        return errors.refused(request, Refused("parcel.no_file", FILE), 422)
    if (sent.size or 0) > LONGEST:
        return errors.refused(request, Refused("parcel.too_large", FILE, {"most": LONGEST // 1_000_000}), 413)
    came = parcels.receive(sent.read(), acting)
    if isinstance(came, Refused):
        return errors.refused(request, came, 422)
    messages.success(
        request, say("studio.parcel.came", acting.language, county=came.county, version=came.version)
    )
    return HttpResponseRedirect(f"{reverse('studio_practice', args=[came.practice])}?of={came.call}")


@require_POST
@staff
def pack(request: HttpRequest, acting: Acting, practice: str) -> HttpResponse:
    """What is shown, as one file that this county signs."""
    found = shown_to_adopt(request, acting, practice)
    if isinstance(found, HttpResponse):
        return found
    made = parcels.pack(found, acting)
    if isinstance(made, Refused):
        return errors.refused(request, made, 409)
    return download(made, TEXT, f"{practice}-{found.version}.parcel")


@require_POST
@staff
def put_away(request: HttpRequest, acting: Acting, practice: str) -> HttpResponse:
    if not may_adopt(acting.actor):
        return errors.forbidden(request)
    refused = parcels.put_away(practice, request.POST.get(CALL, ""), acting)
    if refused is not None:
        return errors.refused(request, refused, 404)
    messages.success(request, say("studio.parcel.gone", acting.language))
    return HttpResponseRedirect(reverse("studio"))


@require_POST
@staff
def share(request: HttpRequest, acting: Acting, practice: str) -> HttpResponse:
    """Let others read how the practice goes here, or no more."""
    if not may_adopt(acting.actor):
        return errors.forbidden(request)
    ends = request.POST.get(SHARED) == "no"
    on = request.POST.get(ON, "")
    refused = keep_practice(practice, acting) if ends else share_practice(practice, on, acting)
    if refused is not None:
        return errors.refused(request, refused, 409)
    messages.success(request, say("beside.ended" if ends else "beside.shared", acting.language))
    return HttpResponseRedirect(reverse("studio_practice", args=[practice]))


@staff
def retire_page(request: HttpRequest, acting: Acting, practice: str) -> HttpResponse:
    """Asked once more before it is done: whoever is sent here by a slip of the finger goes back."""
    if not may_adopt(acting.actor):
        return errors.forbidden(request)
    found = opened_for(request, practice)
    if isinstance(found, Refused):
        return errors.refused(request, found, 404)
    if found.held is None:
        return errors.refused(request, Refused("adoption.not_adopted", practice, {"practice": practice}), 409)
    if request.POST.get("sure") != found.held.id:
        title = said(found.held.practice, "practice.title", acting.language)
        two = is_guarded(office(), found.held.practice)
        values = {"name": practice, "held": found.held, "title": title, "two": two, "alone": alone(acting)}
        return render(request, "studio/retire.html", values)
    done = carry_out(RETIRING, {"practice": practice, "adoption": found.held.id}, acting)
    if isinstance(done, Refused):
        return errors.refused(request, done, 409)
    if isinstance(done, Asked):
        messages.success(request, say("two.asked", acting.language))
        return HttpResponseRedirect(reverse("studio_confirm"))
    messages.success(request, say("studio.retired", acting.language, id=found.held.id))
    return HttpResponseRedirect(reverse("studio_history", args=[practice]))
