"""Saying what is wrong: write, look at what was understood and at cases like it, send, get a number."""

from __future__ import annotations

import uuid
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.apps.casework.files import Upload, keep
from tongban.apps.casework.look import look
from tongban.apps.casework.opening import asks, openings
from tongban.apps.casework.take import open_case
from tongban.apps.casework.views import FieldView, Opening
from tongban.apps.disclosure.reading import similar
from tongban.kernel.refusal import Refused
from tongban.web.acting import remember, resident
from tongban.web.frame.errors import refused as refused_page
from tongban.web.resident import flood
from tongban.web.resident.codes import qr_svg
from tongban.web.resident.opening import box_of
from tongban.web.words import language_of, says

SHOWN_AT_MOST = 400
"""Characters of a text that are looked at for similar cases while somebody is still typing."""


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, practice: str = "") -> HttpResponse:
    """Write (GET), look again (POST), send (POST with ``sure``). Without any script the same three pages."""
    if request.method == "GET":
        return _write(request, practice)
    answers = entered(request)
    held_up = flood.held_up(request)
    kept = keep(cast("list[Upload]", request.FILES.getlist("photos")), resident(request)) if request.FILES else ()
    if isinstance(kept, Refused):
        return _write(request, practice, answers, kept)
    if kept:
        before = answers.get("photos") or ()
        answers["photos"] = [*(before if isinstance(before, list) else []), *(each.id for each in kept)]
    if held_up is not None:
        return _write(request, practice, answers, held_up)
    if "change" in request.POST:
        return _write(request, practice, answers)
    if "sure" not in request.POST:
        return _look_again(request, practice, answers)
    return _send(request, practice, answers)


def _door(request: HttpRequest, practice: str) -> Opening | Refused:
    """The way to open a case of a practice that is open to anybody; "" is the first there is."""
    ways = openings(resident(request))
    found = next((way for way in ways if practice in ("", way.practice)), None)
    return found or Refused("case.no_practice", practice, {"practice": practice})


def _write(
    request: HttpRequest,
    practice: str,
    answers: dict[str, object] | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    door = _door(request, practice)
    if isinstance(door, Refused):
        return refused_page(request, door, 404)
    values = _form(request, door, answers, refused)
    values["others"] = [way for way in openings(resident(request)) if way.practice != door.practice]
    return render(request, "resident/report.html", values, status=422 if refused else 200)


def _form(
    request: HttpRequest, door: Opening, answers: dict[str, object] | None, refused: Refused | None
) -> dict[str, object]:
    fields = asks(door, resident(request), entered=answers, refused=refused)
    language = language_of(request)
    named = {field.id for field in fields}
    loose = [says(each, language) for each in (refused.all() if refused else ()) if each.where not in named]
    return {
        "door": door,
        "box": box_of(fields),
        "fields": fields,
        "refusals": loose,
        "key": request.POST.get("key") or uuid.uuid4().hex,
        "stamp": request.POST.get("stamp") if answers and not refused else flood.stamp(),
        "question": flood.question(request),
    }


def _look_again(request: HttpRequest, practice: str, answers: dict[str, object]) -> HttpResponse:
    """What was written, as it will be sent, beside public cases like it."""
    acting, door = resident(request), _door(request, practice)
    if isinstance(door, Refused):
        return refused_page(request, door, 404)
    checked = open_case(door.practice, answers, acting, rehearse=True)
    if isinstance(checked, Refused):
        return _write(request, practice, answers, checked)
    values = _form(request, door, answers, None)
    fields = cast("tuple[FieldView, ...]", values["fields"])
    words = str(answers.get(box_of(fields).say.id, ""))
    values["similar"] = similar(words, str(answers.get("division", "")), acting.language)
    values["given"] = [field for field in fields if field.value or field.values]
    return render(request, "resident/look_again.html", values)


def _send(request: HttpRequest, practice: str, answers: dict[str, object]) -> HttpResponse:
    door = _door(request, practice)
    taken = door if isinstance(door, Refused) else open_case(door.practice, answers, resident(request))
    if isinstance(taken, Refused):
        return _write(request, practice, answers, taken)
    flood.counted(request)
    remember(request, taken.case_id)
    return redirect("sent", number=taken.number)


def entered(request: HttpRequest) -> dict[str, object]:
    """Everything that was typed, as the kernel's forms read it; lists where a name came more than once."""
    own = {"csrfmiddlewaretoken", "key", "sure", "stamp", "sum", "answer", "website", "change"}
    found: dict[str, object] = {}
    for name, values in request.POST.lists():
        if name not in own:
            kept = [value for value in values if value != ""]
            found[name] = kept if name == "photos" else kept[0] if len(kept) == 1 else kept or ""
    return {name: value for name, value in found.items() if value not in ("", [])}


@require_GET
def sent(request: HttpRequest, number: str) -> HttpResponse:
    """The number, a code to photograph, the promised date and who is responsible. Printable."""
    page = look(number, resident(request))
    if isinstance(page, Refused):
        return redirect("follow")
    address = request.build_absolute_uri(reverse("follow")) + f"?number={number}"
    return render(request, "resident/sent.html", {"page": page, "number": number, "qr": qr_svg(address)})


@require_GET
def alike(request: HttpRequest) -> HttpResponse:
    """Public cases like the words typed so far: a part of the page, swapped in while typing."""
    words = next((str(value) for value in request.GET.values() if value), "")[:SHOWN_AT_MOST]
    found = similar(words, "", resident(request).language) if len(words) >= 8 else ()
    return render(request, "resident/alike.html", {"similar": found})
