"""What stands under ``/.well-known/``: for programs that look there."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongban.apps.contact import security_text
from tongban.web.frame.errors import not_found


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116); nothing where nobody said, or what was said is over."""
    text = security_text(datetime.now(UTC))
    return HttpResponse(text, content_type="text/plain; charset=utf-8") if text else not_found(request)
