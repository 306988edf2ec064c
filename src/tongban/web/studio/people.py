"""People for administrators: who works here, somebody new, a whole file of people, which roles need a second factor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.confirming.asking import Asked, carry_out
from tongban.apps.confirming.kinds import RULING
from tongban.apps.confirming.reading import to_confirm
from tongban.apps.office import office
from tongban.apps.people.accounts import LARGEST, Named, add_person, bring_people
from tongban.apps.people.entering import needed
from tongban.apps.people.first import LASTS
from tongban.apps.people.passwords import first_password
from tongban.apps.people.roster import roles, roster
from tongban.apps.people.sheet import people_book, people_from
from tongban.apps.rights import may
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.frame.files import XLSX, download
from tongban.web.words import say, says

P = ParamSpec("P")


def administrator(
    view: Callable[Concatenate[HttpRequest, Acting, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for administrators alone."""

    @sensitive_post_parameters("password")
    @staff
    @wraps(view)
    def inside(request: HttpRequest, acting: Acting, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not may("give_accounts", acting.actor):
            return errors.forbidden(request)
        return view(request, acting, *args, **kwargs)

    return inside  # type: ignore[return-value]  # what is sensitive is not spelled in the types of Django


@require_safe
@administrator
def people_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Everybody by login, fifty a page, or those who are looked for."""
    words, after = request.GET.get("q", ""), request.GET.get("after", "")[:64]
    found = roster(acting, words, after)
    more = urlencode({"q": words, "after": found.after}) if found.after else ""
    rules = needed(office().county.code)
    values = {
        "found": found,
        "to_confirm": to_confirm(acting),
        "words": words,
        "after": after,
        "more": more,
        "roles": [(each, name, each in rules) for each, name in roles(acting).items()],
    }
    return render(request, "studio/people.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator
def add_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Somebody new, with a first password that is shown once; posts are given on their page."""
    login, name = (request.POST.get(each, "").strip()[:64] for each in ("login", "name"))
    refused = None
    if request.method == "POST":
        password = first_password()
        refused = add_person(office().county.code, login, name, password, (), acting)
        if refused is None:
            told = {"login": login, "name": name, "password": password}
            return shown_once(request, told)
    faults = [says(each, acting.language) for each in refused.all()] if refused is not None else []
    values = {"login": login, "name": name, "faults": faults}
    return render(request, "studio/person_add.html", values, status=422 if faults else 200)


@require_POST
@administrator
def bring(request: HttpRequest, acting: Acting) -> HttpResponse:
    """A file of people, a sheet or YAML: all or nothing; new accounts get one first password, shown once."""
    named = _read(request.FILES.get("file"), acting)
    if isinstance(named, Refused):
        return errors.refused(request, named, 422, rows=True)
    password = first_password()
    done = bring_people(office().county.code, named, password, local_date(acting.now), acting)
    if isinstance(done, Refused):
        return errors.refused(request, done, 422, rows=True)
    messages.success(
        request,
        say("people.brought", acting.language, people=done.people, posts=done.posts, added=done.added),
    )
    return (
        shown_once(request, {"added": done.added, "password": password})
        if done.added
        else redirect("studio_people")
    )


@require_safe
@administrator
def sheet(_: HttpRequest, acting: Acting) -> HttpResponse:
    """Everybody with their posts as a workbook, which can be brought again."""
    return download(people_book(acting), XLSX, "people.xlsx")


@require_POST
@administrator
def rule(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Which roles need a second factor, from their next sign-in on."""
    known = roles(acting)
    chosen = " ".join(each for each in known if each in request.POST.getlist("role"))
    done = carry_out(RULING, {"roles": chosen}, acting)
    if isinstance(done, Refused):
        return errors.refused(request, done)
    if isinstance(done, Asked):
        messages.success(request, say("two.asked", acting.language))
        return redirect("studio_confirm")
    messages.success(request, say("people.rule_kept", acting.language))
    return redirect("studio_people")


def _read(file: UploadedFile[bytes] | None, acting: Acting) -> Named | Refused:
    if file is None:
        return Refused("rows.no_file", "file")
    if (file.size or 0) > LARGEST:
        return Refused("people.file_too_large", "file", {"most": LARGEST})
    return people_from(str(file.name)[-120:], file.read(), acting)


def shown_once(request: HttpRequest, told: Mapping[str, object]) -> HttpResponse:
    """What is shown this one time."""
    response = render(request, "studio/person_password.html", {**told, "days": LASTS.days})
    response["Cache-Control"] = "no-store"
    return response
