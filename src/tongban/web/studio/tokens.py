"""The tokens of programs: for whom, by whom, what they allow, when they were used last; ending one."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.people.issuing import Issued, issued, revoke
from tongban.apps.people.own import OPERATOR
from tongban.apps.people.stand_ins import names_of
from tongban.apps.rights import may
from tongban.apps.wording import dated, moment, say_or
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.words import say, says

MOST = 200
"""Ended ones beyond these are in the shell's list."""


@require_safe
@staff
def tokens_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Those that hold first, then those that ended."""
    if not may("look_after_tokens", acting.actor):
        return errors.forbidden(request)
    return _page(request, acting)


@require_POST
@staff
def end(request: HttpRequest, acting: Acting) -> HttpResponse:
    """From the next request on it opens nothing."""
    if not may("look_after_tokens", acting.actor):
        return errors.forbidden(request)
    done = revoke([request.POST.get("token", "")[:64]], acting)
    if isinstance(done, Refused):
        return _page(request, acting, done)
    messages.success(request, say("tokens.is_ended", acting.language))
    return redirect("studio_tokens")


def _page(request: HttpRequest, acting: Acting, refused: Refused | None = None) -> HttpResponse:
    found = sorted(issued(acting.now)[:MOST], key=lambda each: each.ended is not None)
    names = names_of({who for each in found for who in (each.login, each.by)}, acting.language)
    values = {
        "tokens": [_line(each, names, acting.language) for each in found],
        "wrong": [says(each, acting.language) for each in refused.all()] if refused is not None else [],
    }
    return render(request, "studio/tokens.html", values, status=409 if refused is not None else 200)


def _line(each: Issued, names: Mapping[str, str], language: str) -> dict[str, object]:
    return {
        "id": each.id,
        "purpose": each.purpose,
        "whose": names.get(each.login, each.login),
        "login": each.login,
        "by": say("tokens.by_shell", language) if each.by == OPERATOR else names.get(each.by, each.by),
        "scopes": [say_or(f"tokens.scope.{scope}", language, scope) for scope in each.scopes],
        "since": moment(each.since, language),
        "until": moment(each.until, language),
        "used": dated(each.used.isoformat(), language) if each.used is not None else "",
        "ended": moment(each.ended, language) if each.ended is not None else "",
    }
