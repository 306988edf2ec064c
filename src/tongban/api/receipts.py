"""The door for gateways that report what became of a message. Nobody needs a token: a report proves itself by its signature."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tongban.api.v1.door import elsewhere
from tongban.api.v1.reading import too_large
from tongban.apps.notices.receipts import LARGEST, hear_receipt

_STATUS = {"notices.stranger": 401, "notices.no_report": 422, "notices.unknown_message": 404}


@csrf_exempt  # it is no browser that comes here, and nothing of a session is looked at
@require_POST
def take_receipt(request: HttpRequest, channel: str) -> JsonResponse:
    """``{}`` for a report that was believed, also when it comes again; a code for any other."""
    if too_large(request, LARGEST) is not None or len(request.body) > LARGEST:
        return JsonResponse({"code": "notices.no_report"}, status=413)
    id, at, signature = (
        request.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")
    )
    refused = hear_receipt(channel, id, at, signature, request.body, datetime.now(UTC))
    if refused is not None:
        return JsonResponse({"code": refused.code}, status=_STATUS[refused.code])
    return JsonResponse({})


take_receipt.elsewhere = elsewhere  # type: ignore[attr-defined]
