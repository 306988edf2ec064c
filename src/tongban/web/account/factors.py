"""One's second factors: an app, passkeys, recovery codes; adding, renewing, removing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.apps.people import factors
from tongban.kernel.refusal import Refused
from tongban.web.account.who import Mine, fresh, mine
from tongban.web.frame import entering, setting_up
from tongban.web.words import say, says


@require_http_methods(["GET", "HEAD", "POST"])
@mine
@fresh
def app_page(request: HttpRequest, me: Mine) -> HttpResponse:
    """An app that makes codes: its secret as a picture and in letters, and one of its codes to prove that it has it."""
    done = setting_up.totp_tried(request, me.who) if request.method == "POST" else None
    if isinstance(done, tuple):
        return _added(request, me, done)
    values = setting_up.totp_offered(request, me.who)
    values |= {"fault": says(done, me.language) if done else None}
    return render(request, "account/app.html", values, status=422 if done else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@mine
@fresh
def passkey_page(request: HttpRequest, me: Mine) -> HttpResponse:
    done = setting_up.passkey_tried(request, me.who) if request.method == "POST" else None
    if isinstance(done, tuple):
        return _added(request, me, done)
    fault = says(done, me.language) if isinstance(done, Refused) else None
    values = {"fault": fault, "passkeys": bool(entering.site_of(request))}
    return render(request, "account/passkey.html", values, status=422 if fault else 200)


@require_POST
@mine
@fresh
def passkey_ask(request: HttpRequest, me: Mine) -> HttpResponse:
    return setting_up.passkey_offered(request, me.who)


@require_POST
@mine
@fresh
def recovery(request: HttpRequest, me: Mine) -> HttpResponse:
    """New recovery codes in place of the old ones."""
    if not factors.factors_of(me.who).listed:
        return redirect("account")
    return setting_up.codes_page(request, factors.renew_recovery(me.who, me.now), reverse("account"))


@require_POST
@mine
@fresh
def remove_factor(request: HttpRequest, me: Mine) -> HttpResponse:
    refused = factors.remove(me.who, request.POST.get("factor", "")[:80], me.now)
    if refused is not None:
        messages.error(request, says(refused, me.language).says)
    else:
        messages.success(request, say("account.removed", me.language))
    return redirect("account")


def _added(request: HttpRequest, me: Mine, codes: tuple[str, ...]) -> HttpResponse:
    messages.success(request, say("account.added", me.language))
    if codes:
        return setting_up.codes_page(request, codes, reverse("account"))
    return redirect("account")
