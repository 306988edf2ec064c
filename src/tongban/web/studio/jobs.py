"""What runs behind the pages: how each job last went, and what was set aside; tried again by a button."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.jobs.shown import ASIDE, FAILING, Line, act_again, shown, try_again
from tongban.apps.rights import may
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.words import say, says


class Row(Struct, frozen=True):
    name: str
    title: str
    state: str
    wrong: str
    """the kind of mark beside the state: "" for none"""
    last: str
    next: str
    took: str
    did: int
    fault: str


@require_safe
@staff
def jobs_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    if not may("look_after_jobs", acting.actor):
        return errors.forbidden(request)
    return _page(request, acting)


@require_POST
@staff
def again(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Let a job begin at once, or act on an event that was set aside."""
    if not may("look_after_jobs", acting.actor):
        return errors.forbidden(request)
    given = request.POST
    if "reactor" in given:
        seq = given.get("seq", "")
        number = int(seq) if seq.isascii() and seq.isdecimal() and len(seq) < 10 else 0
        refused, done = act_again(given["reactor"], given.get("chain", ""), number), "jobs.acted"
    else:
        refused, done = try_again(given.get("name", "")), "jobs.again_done"
    if refused is not None:
        return _page(request, acting, refused)
    messages.success(request, say(done, acting.language))
    return HttpResponseRedirect(reverse("studio_jobs"))


def _page(request: HttpRequest, acting: Acting, refused: Refused | None = None) -> HttpResponse:
    found, language = shown(acting.now), acting.language
    queue = found.queue
    at_work = (
        say("jobs.workers", language, at=moment(queue.heartbeat, language), due=queue.due, doing=queue.doing)
        if queue.workers and queue.heartbeat
        else ""
    )  # fmt: skip
    context = {
        "rows": [_row(each, acting) for each in sorted(found.lines, key=lambda each: each.state not in (FAILING, ASIDE))],
        "aside": [
            (each, say(f"jobs.name.read_{each.reactor}", language), moment(each.at, language)) for each in found.aside
        ],
        "at_work": at_work,
        "wrong": [says(refused, language)] if refused is not None else [],
    }  # fmt: skip
    return render(request, "studio/jobs.html", context, status=409 if refused is not None else 200)


def _row(line: Line, acting: Acting) -> Row:
    language = acting.language
    return Row(
        line.name,
        say(f"jobs.name.{line.name}", language),
        say(f"jobs.state.{line.state}", language),
        {FAILING: "soon", ASIDE: "late"}.get(line.state, ""),
        moment(line.last, language) if line.last else "–",
        moment(line.next, language) if line.next > acting.now else say("jobs.soon", language),
        say("jobs.ms", language, n=line.took) if line.last else "–",
        line.did,
        say("jobs.fault", language, n=line.tries, fault=line.fault) if line.tries else "",
    )
