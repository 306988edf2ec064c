"""Whose account a page is of: whoever is signed in, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from msgspec import Struct

from tongban.apps.people.own import Whose, whose
from tongban.web.desk.who import signed_out
from tongban.web.frame import entering, errors
from tongban.web.words import language_of


class Mine(Struct, frozen=True):
    """Whoever is signed in. ``session`` is the one they ask from."""

    user: User
    who: Whose
    session: str
    now: datetime
    language: str


View = Callable[[HttpRequest, Mine], HttpResponse]


def mine(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """A page of one's own account."""

    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def inside(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return signed_out(request)
        who = whose(request.user)
        if who is None:
            return errors.forbidden(request)
        session = str(request.session.session_key)
        found = Mine(request.user, who, session, datetime.now(UTC), language_of(request))
        return view(request, found)

    return inside


def fresh(view: View) -> View:
    """What changes how somebody signs in is for whoever proved a short while ago who they are: a page may stand open."""

    @wraps(view)
    def inside(request: HttpRequest, found: Mine) -> HttpResponse:
        if entering.is_fresh(request):
            return view(request, found)
        back = request.path if request.method != "POST" else reverse("account")
        return redirect(f"{reverse('account_again')}?{urlencode({'next': back})}")

    return inside
