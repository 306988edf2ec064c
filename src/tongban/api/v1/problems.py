"""Refusals as problem details (RFC 9457): ``title`` says what is wrong, ``detail`` says it with what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from tongban.api.v1.shapes.cases import Doubt
from tongban.api.v1.shapes.county import FaultOut, Problem
from tongban.apps.observing.parts import say_refused
from tongban.apps.wording import Wording
from tongban.kernel.refusal import Refused
from tongban.library.texts import Words, refusal_words

MEDIA = "application/problem+json"
_ROW = re.compile(r"(^|, )row [0-9]+(, |$)")
KINDS = "/api/v1/problems/"
"""Where a problem's ``type`` leads: a page of words about its code."""

STATUSES: Mapping[str, int] = {
    "adoption.no_home": 422,
    "adoption.not_yours": 403,
    "adoption.unknown_practice": 404,
    "adoption.unknown_unit": 422,
    "api.in_person": 403,
    "api.not_yours": 403,
    "api.token": 401,
    "api.token_expired": 401,
    "api.sign_in": 401,
    "api.scope": 403,
    "api.no_account": 403,
    "api.route": 404,
    "api.method": 405,
    "api.too_large": 413,
    "api.media": 415,
    "api.not_json": 400,
    "api.host": 400,
    "api.key": 400,
    "api.many": 429,
    "api.fault": 500,
    "api.away": 503,
    "api.full": 503,
    "clock.apart": 503,
    "cards.not_at_work": 403,
    "cards.not_kept": 403,
    "cards.unknown": 404,
    "case.unknown": 404,
    "catalogue.none": 404,
    "catalogue.unknown": 404,
    "case.number_shape": 404,
    "case.number_mistyped": 404,
    "case.no_practice": 404,
    "case.no_longer": 404,
    "disclosure.month_ahead": 404,
    "disclosure.month_running": 404,
    "disclosure.not_public": 404,
    "disclosure.not_released": 404,
    "disclosure.taken_down": 404,
    "dispatch.model_unknown": 404,
    "dispatch.models_not_yours": 403,
    "dispatch.precedents_not_yours": 403,
    "draws.no_sheet": 404,
    "digit.too_large": 413,
    "draft.begun": 409,
    "draft.changed": 409,
    "draft.unknown": 404,
    "edition.not_allowed": 403,
    "edition.same_person": 403,
    "edition.gone": 410,
    "edition.pending": 503,
    "edition.unknown": 404,
    "exchange.forged": 403,
    "exchange.not_for_us": 404,
    "exchange.no_practice": 404,
    "exchange.stale": 403,
    "exchange.stranger": 403,
    "exchange.too_large": 413,
    "exchange.not_taken": 422,
    "exchange.shape": 422,
    "exchange.unknown_conversation": 404,
    "exchange.unreadable": 422,
    "figures.not_yours": 403,
    "figures.no_indicator": 404,
    "figures.no_kind": 404,
    "figures.no_post": 403,
    "figures.no_practice": 404,
    "figures.other_kind": 422,
    "file.unknown": 404,
    "file.too_large": 413,
    "file.removed": 404,
    "file.unscanned": 409,
    "flow.no_log": 404,
    "flow.no_wait": 404,
    "flow.not_offered": 404,
    "flow.nothing": 404,
    "jobs.unknown": 404,
    "ledger.no_such_entry": 404,
    "ledger.no_such_tree": 404,
    "open311.key_unknown": 404,
    "open311.not_offered": 409,
    "open311.key_ended": 409,
    "open311.not_yours": 403,
    "notices.not_waiting": 409,
    "parcel.too_large": 413,
    "parcel.unknown": 404,
    "people.clusters_not_yours": 403,
    "people.not_administrator": 403,
    "people.unknown": 404,
    "people.no_match": 403,
    "people.not_your_case": 403,
    "people.wait": 429,
    "receipt.unknown": 404,
    "register.none": 404,
    "register.stale": 409,
    "register.unknown": 404,
    "registry.no_county": 503,
    "vault.key_broken": 503,
    "vault.key_lost": 503,
    "vault.lookup_missing": 503,
    "request.key_reused": 422,
    "signs.not_yours": 403,
    "targets.unknown": 404,
    "targets.there": 409,
    "targets.over": 409,
    "targets.too_late": 409,
    "stand_in.ended": 409,
    "stand_in.twice": 409,
    "stand_in.unknown": 404,
    "targets.not_yours": 403,
    "token.unknown": 404,
    "two.not_yours": 403,
    "two.same_person": 403,
    "two.unknown": 404,
    "two.why": 422,
    "webhook.no_entry": 404,
    "webhook.no_message": 404,
    "webhook.unknown": 404,
    "webhook.ended": 409,
    "webhook.many": 409,
    "webhook.administrators": 403,
    "webhook.no_right": 409,
}
AREAS: Mapping[str, int] = {
    "authority": 403,
    "form": 422,
    "table": 422,
    "targets": 422,
    "api": 422,
    "file": 422,
    "people": 422,
    "disclosure": 422,
    "identity": 422,
    "digit": 422,
    "draft": 422,
    "notices": 422,
    "open311": 422,
    "outgoing": 422,
    "parcel": 422,
    "practice": 422,
    "register": 422,
    "sheet": 422,
    "stand_in": 422,
    "webhook": 422,
}


def status_of(code: str) -> int:
    """The status for a code: its own, its area's, else 409, "not as things stand"."""
    return STATUSES.get(code) or AREAS.get(code.partition(".")[0], 409)


def problem(
    request: HttpRequest, refused: Refused, language: str, wording: Wording | None = None
) -> HttpResponse:
    """The answer to a refused request. ``wording`` names the practice's own steps and conditions."""
    say_refused(refused)
    first = _words(refused.all()[0], language, wording)
    status = status_of(refused.code)
    made = Problem(
        type=f"{KINDS}{refused.code}",
        title=first.says,
        status=status,
        detail=f"{first.says} {first.fix}".strip(),
        instance=request.path,
        code=refused.code,
        where=pointer(refused),
        faults=tuple(fault_out(each, language, wording) for each in refused.all()),
    )
    response = HttpResponse(made.model_dump_json(), status=status, content_type=MEDIA)
    response["Cache-Control"] = "no-store"
    return response


def fault_out(refused: Refused, language: str, wording: Wording | None = None) -> FaultOut:
    """One fault in words, with its place."""
    words = _words(refused, language, wording)
    return FaultOut(code=refused.code, pointer=pointer(refused), says=words.says, fix=words.fix)


def doubts(warnings: tuple[Refused, ...], wording: Wording) -> tuple[Doubt, ...]:
    """What a person should look at, in words."""
    found = []
    for each in warnings:
        said = wording.refusal(each, coded=True)
        found.append(Doubt(code=each.code, pointer=pointer(each), says=said.says, fix=said.fix))
    return tuple(found)


def pointer(refused: Refused) -> str:
    """Where in the body the fault lies: a field of a form is one of the answers."""
    if _ROW.search(refused.where):  # of a sheet or of lines, as they number it
        return refused.where
    if refused.where.startswith("rows"):
        return f"/{refused.where}"
    if refused.code.startswith("form.") and refused.where:
        name = refused.where.replace("~", "~0").replace("/", "~1")
        return f"/answers/{name}"
    return refused.where


def _words(refused: Refused, language: str, wording: Wording | None) -> Words:
    return wording.refusal(refused, coded=True) if wording is not None else refusal_words(refused, language)
