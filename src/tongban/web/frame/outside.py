"""Signing in through a platform of the office: there, and back with an answer that only this browser's question fits."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tongban.apps.outside import oidc, platforms
from tongban.apps.outside.linking import whose_answer
from tongban.apps.outside.providers import OIDC, Known, Provider, providers
from tongban.apps.people.attempts import attempt, failed, succeeded
from tongban.apps.people.own import whose
from tongban.kernel.refusal import Refused
from tongban.web.frame import entering, errors
from tongban.web.words import language_of, says

GONE = "gone_outside"
"""Session key: what was asked of which platform, and when."""
LASTS = 10 * 60
ANY = "\0outside"


@never_cache
@require_safe
def go(request: HttpRequest, provider: str) -> HttpResponse:
    """To the platform."""
    found = providers().get(provider)
    if found is None:
        return errors.not_found(request)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    back = _back(request, provider)
    if found.kind == OIDC:
        there = oidc.begin(found, back, state, nonce, verifier, datetime.now(UTC))
    else:
        there = platforms.begin(found, back, state)
    if isinstance(there, Refused):
        return _refused(request, there)
    onward = entering.ours(request, request.GET.get("next", ""), reverse("worklist"))
    request.session[GONE] = {
        "provider": provider, "state": state, "nonce": nonce, "verifier": verifier, "at": time.time(), "onward": onward
    }  # fmt: skip
    return HttpResponseRedirect(there)


@never_cache
@require_safe
def back(request: HttpRequest, provider: str) -> HttpResponse:
    """From the platform: whose account it is, if everything fits."""
    found, gone = providers().get(provider), request.session.pop(GONE, None)
    code = request.GET.get("code") or request.GET.get("authCode", "")
    address, now = request.META.get("REMOTE_ADDR", ""), time.time()
    asked = (
        gone is not None
        and gone["provider"] == provider
        and 0 <= now - gone["at"] <= LASTS
        and constant_time_compare(gone["state"], request.GET.get("state", ""))
    )
    if found is None or gone is None or not asked or not code or len(code) > 2000:
        return _refused(request, Refused("outside.no", ""))
    guesser = f"{ANY}{address}"
    if attempt(guesser, address, now):
        return _refused(request, Refused("outside.no", ""))
    known = _finished(request, found, code, gone)
    user = known if isinstance(known, Refused) else whose_answer(found, known, datetime.now(UTC))
    if isinstance(user, Refused):
        failed(guesser, address, now, "platform")
        return _refused(request, user)
    succeeded(guesser, address, now, "platform")
    if found.second:
        return entering.enter(request, user, whose(user), gone["onward"])
    return entering.from_platform(request, user, gone["onward"])


def _finished(request: HttpRequest, found: Provider, code: str, gone: dict[str, str]) -> Known | Refused:
    if found.kind != OIDC:
        return platforms.finish(found, code)
    there = _back(request, found.id)
    return oidc.finish(found, code, there, gone["nonce"], gone["verifier"], datetime.now(UTC))


def _back(request: HttpRequest, provider: str) -> str:
    path = reverse("sign_in_back", args=[provider])
    return (
        f"{settings.TONGBAN_ADDRESS}{path}" if settings.TONGBAN_ADDRESS else request.build_absolute_uri(path)
    )


def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    words = says(refused, language_of(request))
    messages.error(request, f"{words.says} {words.fix}")
    return redirect("sign_in")
