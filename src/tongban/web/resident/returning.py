"""Going on with what was begun: the code, and the form it belongs to, of whatever practice, as it was left."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.apps.casework.keeping import Again, fetch, forget
from tongban.kernel.refusal import Refused
from tongban.web.acting import address_of, resident
from tongban.web.frame.errors import given_back, readable
from tongban.web.resident import following
from tongban.web.resident.begun import given_again
from tongban.web.resident.reporting import door_of, show
from tongban.web.words import language_of, say, says


@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: HttpRequest) -> HttpResponse:
    """Ask for the code (GET); give back what is kept under it, or delete that (POST)."""
    if request.method != "POST":
        return _ask(request)
    text = request.POST.get("code", "")
    again = fetch(text, address_of(request), resident(request).now)
    if isinstance(again, Refused):
        return _ask(request, text, again)
    if request.POST.get("go") == "delete":
        forget(again.code)
        messages.success(request, say("resident.begun.deleted", language_of(request)))
        return redirect("go_on")
    answer = _case(request, again) if again.what.number else _form(request, again)
    answer["Cache-Control"] = "no-store"
    return answer


def _ask(request: HttpRequest, text: str = "", refused: Refused | None = None) -> HttpResponse:
    fault = says(refused, language_of(request)) if refused is not None else None
    values = {"code": text[:40], "fault": fault}
    return render(request, "resident/go_on.html", values, status=422 if refused else 200)


def _form(request: HttpRequest, again: Again) -> HttpResponse:
    """The form of a practice, where it was left. What a newer version asks no longer is told, and travels along."""
    acting = resident(request)
    door = door_of(again.what.practice, acting)
    if door is None or not again.what.practice:
        return _closed(request, again)
    asked = [field.id for field in door.fields(acting, {})]
    along = given_again(request, again, asked)
    answers = {name: given for name, given in again.what.answers.items() if name in asked}
    return show(request, door, again.what.at, answers, files_lost=again.files_lost, along=along)


def _case(request: HttpRequest, again: Again) -> HttpResponse:
    """The form of a step of a case; whoever comes has to prove again that the case is theirs."""
    meant = following.Meant(again.what.step, again.what.answers, code=again.code)
    return following.page(request, again.what.number, meant)


def _closed(request: HttpRequest, again: Again) -> HttpResponse:
    """The practice takes no more applications: what was written is shown, to be copied, and stays kept."""
    given = readable(given_back(request, again.what.answers, adoption=again.what.adoption))
    return render(request, "resident/closed.html", {"given": given, "code": again.code}, status=410)
