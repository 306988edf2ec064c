"""Who works here: the signed-in person with their posts, asked anew at every request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from tongban.apps.acting import Acting
from tongban.apps.office import office_lately
from tongban.apps.people.acting import actor_of, name_of
from tongban.apps.people.doors import POST
from tongban.apps.rights import let_in
from tongban.web.doors import act_of
from tongban.web.frame import errors
from tongban.web.words import language_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Acting, P], HttpResponseBase]


def staff(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page for people with a post in force that the table of rights lets in. Without a sign-in, what was written is given back, not lost."""

    @wraps(view)
    def inside(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return signed_out(request)
        acting = acting_of(request)
        errors.signed_in(request, acting.name or request.user.get_username())
        act = act_of(request)
        if not act or not acting.actor.posts or not let_in(act, acting.actor, office_lately().county):
            return errors.forbidden(request)
        return view(request, acting, *args, **kwargs)

    return inside


def acting_of(request: HttpRequest) -> Acting:
    """On whose behalf this request runs, now, in the reader's language."""
    now = datetime.now(UTC)
    language = language_of(request)
    actor = actor_of(request.user, now)  # first: it reads the name along with the posts
    return Acting(now, actor, name_of(request.user, language), language, by_hand=True, door=POST)


def signed_out(request: HttpRequest) -> HttpResponse:
    """To the sign-in; with a form that was sent, first a page that keeps it."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    kept = {"entered": errors.entered(request), "files": bool(request.FILES)}
    response = render(
        request, "desk/signed_out.html", {**kept, "form_action": request.get_full_path()}, status=401
    )
    response["Cache-Control"] = "no-store"
    response["HX-Retarget"] = response["HX-Reselect"] = "#content"
    response["HX-Reswap"] = "outerHTML"
    return response
