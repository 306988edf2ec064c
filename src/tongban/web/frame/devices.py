"""What a device was asked to sign, and what it answered: once, and within a few minutes."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from tongban.apps.people.passkeys import Asked

ASKED = "passkey_asked"
"""Session key: what was asked, and when."""
ASKED_LASTS = 5 * 60
LARGEST_ANSWER = 20_000


def asked(request: HttpRequest, what: Asked) -> HttpResponse:
    """Remember what is asked, and ask it."""
    request.session[ASKED] = {"kept": what.kept, "at": time.time()}
    return JsonResponse(dict(what.options))


def answered(request: HttpRequest) -> tuple[Mapping[str, Any] | None, Mapping[str, Any]]:
    """What was asked in this browser a moment ago, once, and what came back; None where nothing was."""
    before = request.session.pop(ASKED, None)
    text = request.POST.get("answer", "")
    try:
        answer = json.loads(text) if len(text) <= LARGEST_ANSWER else None
    except ValueError:
        answer = None
    if not before or not isinstance(answer, dict) or not 0 <= time.time() - before["at"] <= ASKED_LASTS:
        return None, {}
    return before["kept"], answer
