"""Signing in and out: for staff only, because residents need no account."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from django.contrib.auth import authenticate, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from msgspec import Struct

from tongban.apps.outside.providers import providers
from tongban.apps.people import sessions
from tongban.apps.people.attempts import attempt, failed, succeeded
from tongban.apps.people.first import ran_out
from tongban.web.frame import entering
from tongban.web.words import language_of, say, says

LONGEST = 200
"""Characters of a name or password; hashing is made to be slow, so nothing longer is hashed."""


class SignIn(Struct, frozen=True):
    """What stands in the form. The password is never given back."""

    username: str = ""
    username_fault: str = ""
    password_fault: str = ""
    says: str = ""
    fix: str = ""

    @property
    def refused(self) -> bool:
        return bool(self.username_fault or self.password_fault or self.says)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return HttpResponseRedirect(_onward(request))
    form = SignIn()
    if request.method == "POST":
        tried = _try(request)
        if isinstance(tried, User):
            return entering.after(request, tried, _onward(request))
        form = tried
    onward = request.POST.get("next") or request.GET.get("next", "")
    language = language_of(request)
    values = {
        "form": form,
        "next": onward,
        "passkeys": bool(entering.site_of(request)),
        "platforms": [(each.id, each.named(language)) for each in providers().values()],
    }
    return render(request, "frame/sign_in.html", values, status=422 if form.refused else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    sessions.end_this(request.session.session_key or "")
    logout(request)
    return HttpResponseRedirect("/")


def _try(request: HttpRequest) -> SignIn | User:
    """Whose name and password were posted, or why nobody's."""
    language = language_of(request)
    username = request.POST.get("username", "").strip()
    password = request.POST.get("password", "")
    if not username or not password:
        return SignIn(
            username,
            "" if username else say("sign_in.no_username", language),
            "" if password else say("sign_in.no_password", language),
        )
    if len(username) > LONGEST or len(password) > LONGEST or "\0" in username + password:
        return SignIn(username[:LONGEST].replace("\0", ""), says=say("sign_in.too_long", language))
    address, now = request.META.get("REMOTE_ADDR", ""), time.time()
    wait = attempt(username, address, now)
    if wait:
        minutes = -(-wait // 60)
        return SignIn(
            username,
            says=say("sign_in.wait", language, minutes=minutes),
            fix=say("sign_in.wait_fix", language),
        )
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        failed(username, address, now, "password")
        return SignIn(username, says=say("sign_in.wrong", language), fix=say("sign_in.wrong_fix", language))
    over = ran_out(user, datetime.now(UTC))
    if over is not None:
        failed(username, address, now, "password")
        words = says(over, language)
        return SignIn(username, says=words.says, fix=words.fix)
    succeeded(username, address, now, "password")
    return user


def _onward(request: HttpRequest) -> str:
    """Where to go after signing in: the page that asked for it, if it is ours, else the worklist."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    try:
        return entering.ours(request, wanted, reverse("worklist"))
    except NoReverseMatch:
        return entering.ours(request, wanted, "/")
