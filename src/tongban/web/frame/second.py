"""The second factor at a sign-in: given by whoever has one, set up by whoever needs one; a passkey in place of a password."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongban.apps.office import office
from tongban.apps.people import passkeys
from tongban.apps.people.attempts import attempt, failed, succeeded
from tongban.apps.people.factors import PASSKEY, TOTP, factors_of, given
from tongban.apps.people.own import whose
from tongban.kernel.refusal import Refused
from tongban.web.frame import entering, setting_up
from tongban.web.frame.devices import answered, asked
from tongban.web.words import language_of, say, says

ANY = "\0passkey"
"""In place of a name: whoever tries passkeys from one address is held up as one who guesses passwords."""


@never_cache
@sensitive_post_parameters("second")
@require_http_methods(["GET", "HEAD", "POST"])
def second_page(request: HttpRequest) -> HttpResponse:
    """The code of an app, or a recovery code, after the right password."""
    found = entering.half(request)
    if found is None or found.own or found.set_up:
        return redirect(entering.page_of(found))
    refused = None
    if request.method == "POST":
        refused = given(found.who, request.POST.get("second", ""), datetime.now(UTC))
        if refused is None:
            return entering.enter(request, found.user, found.who, found.onward)
    has = factors_of(found.who)
    values = {
        "fault": says(refused, language_of(request)) if refused else None,
        "app": has.has(TOTP),
        "passkeys": has.has(PASSKEY) and bool(entering.site_of(request)),
    }
    return render(request, "frame/second.html", values, status=422 if refused else 200)


@never_cache
@sensitive_post_parameters("second")
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_page(request: HttpRequest) -> HttpResponse:
    """A role that needs a second factor and somebody who has none: it is set up here and now, then they are in."""
    found = entering.half(request)
    if found is None or not found.set_up:
        return redirect(entering.page_of(found))
    done = setting_up.totp_tried(request, found.who) if request.method == "POST" else None
    if isinstance(done, tuple):
        return _in_with_codes(request, found, done)
    values = setting_up.totp_offered(request, found.who)
    values |= {"fault": says(done, language_of(request)) if done else None}
    values |= {"passkeys": bool(entering.site_of(request))}
    return render(request, "frame/set_up.html", values, status=422 if done else 200)


@never_cache
@require_POST
def passkey_ask(request: HttpRequest) -> HttpResponse:
    """What a device is asked to sign: by any key that it has, or by one of whoever gave the password already."""
    site, found = entering.site_of(request), entering.half(request)
    if not site:
        return JsonResponse({}, status=404)
    known = found.who if found and not found.set_up and not found.own else None
    return asked(request, passkeys.ask_known(known, site))


@never_cache
@require_POST
def passkey_given(request: HttpRequest) -> HttpResponse:
    """What a device signed: whoever's key it is is in, because the device asked for their finger, face or PIN."""
    address, now = request.META.get("REMOTE_ADDR", ""), time.time()
    guesser = f"{ANY}{address}"  # counted by where they are: nobody elsewhere waits for a stranger's failures
    wait = attempt(guesser, address, now)
    if wait:
        return _again(request, say("sign_in.wait", language_of(request), minutes=-(-wait // 60)))
    kept, answer = answered(request)
    found = entering.half(request)
    tried: int | Refused = Refused("people.passkey", "passkey")
    if kept is not None:
        tried = passkeys.check(office().county.code, kept, answer, entering.site_of(request))
    user = None if isinstance(tried, Refused) else User.objects.filter(pk=tried, is_active=True).first()
    if user is None or (found is not None and not found.set_up and found.user.pk != user.pk):
        failed(guesser, address, now, "passkey")
        return _again(request, says(Refused("people.passkey", "passkey"), language_of(request)).says)
    succeeded(guesser, address, now, "passkey")
    onward = found.onward if found is not None else request.POST.get("next", "")
    return entering.enter(request, user, whose(user), entering.ours(request, onward, reverse("worklist")))


@never_cache
@require_POST
def set_up_passkey_ask(request: HttpRequest) -> HttpResponse:
    found = entering.half(request)
    if found is None or not found.set_up:
        return JsonResponse({}, status=403)
    return setting_up.passkey_offered(request, found.who)


@never_cache
@require_POST
def set_up_passkey(request: HttpRequest) -> HttpResponse:
    found = entering.half(request)
    if found is None or not found.set_up:
        return redirect("sign_in")
    done = setting_up.passkey_tried(request, found.who)
    if isinstance(done, tuple):
        return _in_with_codes(request, found, done)
    return _again(request, says(done, language_of(request)).says)


def _in_with_codes(request: HttpRequest, found: entering.Half, codes: tuple[str, ...]) -> HttpResponse:
    """In, with the recovery codes shown first: they are shown once."""
    response = entering.enter(request, found.user, found.who, found.onward)
    page = setting_up.codes_page(request, codes, found.onward)
    page.cookies.update(response.cookies)
    return page


def _again(request: HttpRequest, words: str) -> HttpResponse:
    messages.error(request, words)
    return redirect(entering.page_of(entering.half(request)))
