"""Other systems that are told what happens, for administrators: who is told what, made, looked at, sent again, ended."""

from __future__ import annotations

import re
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.casework.choices import units_offered
from tongban.apps.office import office
from tongban.apps.rights import may
from tongban.apps.webhooks import looking, subscribing
from tongban.apps.webhooks.looking import Deliveries, Delivery
from tongban.apps.webhooks.subscribing import Made, Webhook, Wish
from tongban.apps.webhooks.telling import KINDS
from tongban.apps.webhooks.writing import Replayed
from tongban.apps.wording import moment
from tongban.kernel.clock import LOCAL
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.words import has_words, say, says

_AFTER = re.compile(r"(?P<at>[0-9T:.+-]{10,40})~(?P<id>msg_[0-9a-f]{28})")
_ACTS = {"pause": subscribing.pause, "resume": subscribing.resume, "end": subscribing.end}


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def webhooks_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Every subscription; a new one is made here, and its secret shown this once."""
    if not may("look_after_webhooks", acting.actor):
        return errors.forbidden(request)
    if request.method != "POST":
        return _list(request, acting)
    sent = request.POST
    wish = Wish(
        sent.get("address", "").strip(),
        sent.get("purpose", ""),
        tuple(sent.getlist("kind")),
        tuple(sent.getlist("practice")),
        sent.get("unit", ""),
    )
    made = subscribing.subscribe(wish, acting)
    return _list(request, acting, made) if isinstance(made, Refused) else _secret(request, made)


@require_safe
@staff
def webhook_page(request: HttpRequest, acting: Acting, webhook: str) -> HttpResponse:
    """One subscription and what became of its messages, the newest first."""
    if not may("look_after_webhooks", acting.actor):
        return errors.forbidden(request)
    return _one(request, acting, webhook)


@require_POST
@staff
def change(request: HttpRequest, acting: Acting, webhook: str) -> HttpResponse:
    """Pause, go on, end, try out, or send again."""
    if not may("look_after_webhooks", acting.actor):
        return errors.forbidden(request)
    act = request.POST.get("act", "")
    if act == "secret":
        made = subscribing.change_secret(webhook, acting)
        return _one(request, acting, webhook, made) if isinstance(made, Refused) else _secret(request, made)
    if act in _ACTS:
        done: Webhook | Replayed | Refused = _ACTS[act](webhook, acting)
    else:
        done = _again(request, acting, webhook, act)
    if isinstance(done, Refused):
        return _one(request, acting, webhook, done)
    n = done.n if isinstance(done, Replayed) else 0
    key = f"webhooks.done.{act}" if act in _ACTS else "webhooks.done.sent"
    messages.success(request, say(key, acting.language, n=n))
    if isinstance(done, Replayed) and done.more:
        messages.warning(request, say("webhooks.more", acting.language, number=done.number, entry=done.entry))
    return HttpResponseRedirect(reverse("studio_webhook", args=[webhook]))


def _again(request: HttpRequest, acting: Acting, webhook: str, act: str) -> Replayed | Refused:
    """What the form asks to be sent: a trial, one message, or everything from an entry or a moment on."""
    sent = request.POST
    number, entry, since = (sent.get(name, "").strip()[:40] for name in ("number", "entry", "since"))
    if act == "trial":
        return looking.trial(webhook, acting)
    if act == "again":
        return looking.send_again(webhook, sent.get("message", ""), acting)
    if act != "replay" or bool(number) == bool(since):
        return Refused("webhook.which")
    if number:
        plain = entry.isascii() and entry.isdecimal() and len(entry) < 10
        return looking.replay_entry(webhook, number, int(entry) if plain else 0, acting)
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        return Refused("webhook.which")
    return looking.replay_since(webhook, at if at.tzinfo else at.replace(tzinfo=LOCAL), acting)


def _list(request: HttpRequest, acting: Acting, refused: Refused | None = None) -> HttpResponse:
    here, language = office(), acting.language
    chosen = request.POST
    practices = [
        (practice, here.wording(adoption, language).title(), practice in chosen.getlist("practice"))
        for practice, adoption in here.practices(acting.now)
    ]
    context = {
        "webhooks": [_line(each, acting) for each in subscribing.webhooks(acting)],
        "kinds": [
            (kind, say(f"webhooks.kind.{kind}", language), not chosen or kind in chosen.getlist("kind"))
            for kind in KINDS
        ],
        "practices": sorted(practices, key=lambda each: each[1]),
        "units": units_offered(here, language),
        "typed": chosen,
        "wrong": [says(each, language) for each in refused.all()] if refused is not None else [],
    }
    return render(request, "studio/webhooks.html", context, status=422 if refused is not None else 200)


def _one(request: HttpRequest, acting: Acting, webhook: str, refused: Refused | None = None) -> HttpResponse:
    found = subscribing.webhook(webhook, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 404)
    state = request.GET.get("state", "")
    after = _AFTER.fullmatch(request.GET.get("after", ""))
    page = looking.deliveries(
        webhook, acting, state, (datetime.fromisoformat(after["at"]), after["id"]) if after else None
    )
    rows = page.rows if isinstance(page, Deliveries) else ()
    older = page.older if isinstance(page, Deliveries) else None
    context = {
        "each": _line(found, acting),
        "rows": [_message(row, webhook, acting) for row in rows],
        "older": f"{older[0].isoformat()}~{older[1]}" if older else "",
        "state": state,
        "states": looking.STATES,
        "wrong": [says(each, acting.language) for each in refused.all()] if refused is not None else [],
    }
    return render(request, "studio/webhook.html", context, status=409 if refused is not None else 200)


def _secret(request: HttpRequest, made: Made) -> HttpResponse:
    """The secret, this once: kept by no browser."""
    context = {"each": made.webhook, "secret": made.secret}
    response = render(request, "studio/webhook_secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _line(each: Webhook, acting: Acting) -> dict[str, object]:
    here, language = office(), acting.language
    adopted = dict(here.practices(acting.now))
    return {
        "it": each,
        "since": moment(each.since, language, acting.now),
        "ended": moment(each.ended, language, acting.now) if each.ended is not None else "",
        "both": moment(each.both_until, language, acting.now) if each.both_until is not None else "",
        "why": says(Refused(each.why), language).says if each.why else "",
        "fix": says(Refused(each.why), language).fix if each.standing == subscribing.STOPPED else "",
        "sends": each.standing not in (subscribing.ENDED, subscribing.STOPPED),
        "kinds": [say(f"webhooks.kind.{kind}", language) for kind in each.kinds],
        "practices": [
            here.wording(adopted[name], language).title() if name in adopted else name
            for name in each.practices
        ],
        "unit": here.names.unit(each.unit, language) if each.unit else "",
    }


def _message(row: Delivery, webhook: str, acting: Acting) -> dict[str, object]:
    language = acting.language
    facts: Facts = {"webhook": webhook, "seconds": 10, "host": "", "said": "", "given": "", "most": ""}
    key = f"webhooks.kind.{row.kind}"
    return {
        "it": row,
        "kind": say(key, language) if has_words(key) else row.kind,
        "made": moment(row.made, language, acting.now),
        "next": moment(row.next_at, language, acting.now) if row.next_at is not None else "",
        "received": moment(row.received, language, acting.now) if row.received is not None else "",
        "why": says(Refused(row.why, "", facts), language).says if row.why else "",
    }
