"""Signing in and out: for staff only, because residents need no account."""

from __future__ import annotations

import time

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from msgspec import Struct

from tongban.web.acting import mark_device
from tongban.web.frame.attempts import failed, succeeded, wait_seconds
from tongban.web.words import language_of, say

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
        form = _try(request)
        if not form.refused:
            response = HttpResponseRedirect(_onward(request))
            mark_device(response)
            return response
    onward = request.POST.get("next") or request.GET.get("next", "")
    status = 422 if form.refused else 200
    return render(request, "frame/sign_in.html", {"form": form, "next": onward}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect("/")


def _try(request: HttpRequest) -> SignIn:
    """Sign in with what was posted, or say why not."""
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
    wait = wait_seconds(username, address, now)
    if wait:
        minutes = -(-wait // 60)
        return SignIn(
            username,
            says=say("sign_in.wait", language, minutes=minutes),
            fix=say("sign_in.wait_fix", language),
        )
    user = authenticate(request, username=username, password=password)
    if user is None:
        failed(username, address, now)
        return SignIn(username, says=say("sign_in.wrong", language), fix=say("sign_in.wrong_fix", language))
    succeeded(username, address)
    login(request, user)
    return SignIn(username)


def _onward(request: HttpRequest) -> str:
    """Where to go after signing in: the page that asked for it, if it is ours, else the worklist."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    try:
        return reverse("worklist")
    except NoReverseMatch:
        return "/"
