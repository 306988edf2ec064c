"""One case: where it stands, what was done, what can be done; and doing it."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.by_duty import for_step
from tongban.apps.casework.files import shown_types
from tongban.apps.casework.foresee import doubted_rows, foresee, mark_of
from tongban.apps.casework.look import explain, look, opened, page_of
from tongban.apps.casework.refused import in_words
from tongban.apps.casework.take import take
from tongban.apps.casework.views import CasePage, Taken
from tongban.apps.casework.whole import Whole, whole
from tongban.apps.casework.worklist import next_up
from tongban.apps.dispatch.finding import LOOSELY, twins
from tongban.apps.office import Office, office
from tongban.apps.replies.weighing import Remark, weighed
from tongban.kernel.refusal import Refused
from tongban.web.desk.forms import lists, step_forms
from tongban.web.desk.sent import answers_of, sent
from tongban.web.desk.suggesting import offer_for_case
from tongban.web.desk.tables import Sent, sent_table
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.frame.photos import photo
from tongban.web.resident.letters import letter_file
from tongban.web.words import say

CONFLICT = "step.conflict"
SEEN = "_seen"
DOUBTED = "_doubted"
"""What was shown as doubtful, entry by entry: sent again unchanged, it is meant so."""
NAMED = frozenset({"disclosure.names", "disclosure.names_drafted"})
"""Names that the form already showed to whoever publishes, as the page sends them back."""
SUGGEST = "_suggest"
"""In the address: show the offer for the opened step, for whoever has no JavaScript to fetch it."""


@require_safe
@staff
def case_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """A whole case. ``?step=merge&into=…`` opens a step with something filled in already."""
    wanted = request.GET.get("step", "")
    attempt = (wanted, answers_of(request.GET), None) if wanted else None
    there = opened(number, acting)
    if isinstance(there, Refused):
        if len(messages.get_messages(request)):  # a step just gave it away: what was done is said
            return HttpResponseRedirect(reverse("worklist"))
        return errors.refused(request, there)
    found, here = there
    page = page_of(found, acting, here, attempt)
    context = case_context(page, found, acting, here)
    if SUGGEST in request.GET:
        context["offers"] = {s.id: offer_for_case(page, s, acting) for s in page.steps if s.id == wanted}
    return render(request, "desk/case.html", context)


def case_context(
    page: CasePage, found: Whole, acting: Acting, here: Office, given: Mapping[str, object] | None = None
) -> dict[str, object]:
    """What the template of a case needs. ``given`` is what was entered into the step that was tried."""
    forms = step_forms(page.steps, remarks=remarks(page, found, acting, here, given))
    return {
        "page": page,
        "forms": forms,
        "main": next((form for form in forms if form.step.main), None),
        "others": [form for form in forms if not form.step.main],
        "blocked": [step for step in page.steps if step.blocked and not step.awaited],
        "held_up": [step for step in page.steps if step.awaited],
        "lists": lists(field for form in forms for field in form.step.fields),
        "files": shown_types(page.photos, here),
        "running": [clock for clock in page.clocks if clock.running],
        "run_out": [clock for clock in reversed(page.clocks) if not clock.running],
        "next": next_up(acting, page.number, here),
    }


def remarks(
    page: CasePage, found: Whole, acting: Acting, here: Office, given: Mapping[str, object] | None
) -> dict[str, tuple[Remark, ...]]:
    """What to look at again in a reply: in the one that was entered, and in the one that waits for judgement."""
    return {
        step.id: weighed(found, step.id, given or {}, acting, here)
        for step in page.steps
        if step.checks or (step.answers and step.tried and given)
    }


@require_POST
@staff
def take_step(request: HttpRequest, acting: Acting, number: str, step: str) -> HttpResponse:
    """Take a step: on to the case as it then stands, or back with all that was entered."""
    given, table = sent(request, acting), sent_table(request, number, step, acting)
    looked_at = request.POST.getlist(DOUBTED)
    doubted = {} if given.refused or table.refused else doubted_rows(number, step, given.answers, acting)
    if doubted.keys() - set(looked_at):
        return _once_more(request, acting, number, step, given.answers, doubted)
    seen = frozenset(request.POST.get(SEEN, "").split())
    keyed = replace(acting, key=given.key, names_seen=seen)
    taken = given.refused or table.refused or take(number, step, given.answers, keyed, table.filled.rows)
    if isinstance(taken, Refused):
        placed = table.filled.placed(taken)
        faulty = any(each.where.partition("/")[0] == "rows" for each in placed.all())
        return _refused(request, acting, number, step, given.answers, placed, replace(table, faulty=faulty))
    left = tuple(each for each in taken.warnings if mark_of(each) not in looked_at)
    told(request, replace(taken, warnings=left), acting)
    if table.filled.ignored:
        messages.warning(request, say("desk.rows.ignored", acting.language, columns=table.filled.ignored))
    return HttpResponseRedirect(reverse("desk_case", args=[number]))


def told(request: HttpRequest, taken: Taken, acting: Acting) -> None:
    """What happened, for the next page; doubts that did not stop it besides."""
    messages.success(request, say("desk.again", acting.language) if taken.again else taken.says)
    doubts(request, taken, acting)


def doubts(request: HttpRequest, taken: Taken, acting: Acting) -> None:
    """What somebody should look at again, though it stopped nothing."""
    for words in in_words((*taken.warnings, *taken.untaken), taken.number, acting):
        messages.warning(request, f"{words.says} {words.fix}")


def _once_more(
    request: HttpRequest,
    acting: Acting,
    number: str,
    step: str,
    answers: Mapping[str, object],
    doubted: Mapping[str, Refused],
) -> HttpResponse:
    """The case with all that was entered and what is doubtful of it; sent again, it is meant so."""
    tried = _tried(request, acting, number, step, answers, None)
    if isinstance(tried, Refused):
        return errors.refused(request, tried)
    _, context, here = tried
    context["doubted"] = in_words(tuple(doubted.values()), number, acting, here)
    context["doubted_marks"] = tuple(doubted)
    return render(request, "desk/case.html", context)


def _tried(
    request: HttpRequest,
    acting: Acting,
    number: str,
    step: str,
    answers: Mapping[str, object],
    refused: Refused | None,
) -> tuple[CasePage, dict[str, object], Office] | Refused:
    """The case as it stands now, with the attempt in its form, and the office by which both were read. Refuses one that is not there for
    the reader."""
    here = office()
    found = whole(number, acting, here)
    if isinstance(found, Refused):
        return found
    page = page_of(found, acting, here, (step, answers, refused))
    context = case_context(page, found, acting, here, answers)
    context["unsent"] = unsent(request, page, step, answers)
    return page, context, here


def _refused(
    request: HttpRequest,
    acting: Acting,
    number: str,
    step: str,
    answers: Mapping[str, object],
    refused: Refused,
    table: Sent,
) -> HttpResponse:
    """The case as it stands now, with the attempt in its form; without the form, what was written beside."""
    tried = _tried(request, acting, number, step, answers, refused)
    if isinstance(tried, Refused):
        return errors.refused(request, tried)
    page, context, here = tried
    if not any(each.tried and not each.blocked for each in page.steps):
        context["unsent_files"] = bool(request.FILES)
        context["unsent_why"] = in_words(refused.all(), number, acting, here)
    context["table"] = table
    context["conflict"] = refused.code == CONFLICT
    context["seen"] = refused.facts.get("names", "") if refused.code in NAMED else ""
    return render(request, "desk/case.html", context, status=409 if context["conflict"] else 422)


def unsent(
    request: HttpRequest, page: CasePage, step: str, answers: Mapping[str, object]
) -> tuple[errors.Entered, ...]:
    """What was entered and stands in no form of the page, because the step or its question is there no more."""
    asked = {field.id for each in page.steps if each.tried and not each.blocked for field in each.fields}
    given = errors.readable(errors.given_back(request, answers, step, page.adoption))
    return tuple(each for each in given if each.name not in asked)


@require_POST
@staff
def foresee_step(request: HttpRequest, acting: Acting, number: str, step: str) -> HttpResponse:
    """What the step would bring with the answers as they are; nothing while they are not complete."""
    seen = foresee(number, step, answers_of(request.POST), acting)
    if isinstance(seen, Refused) and seen.code == "case.unknown":
        return errors.refused(request, seen)
    context: dict[str, object] = {"foreseen": None if isinstance(seen, Refused) else seen}
    if isinstance(seen, Refused) and seen.code.startswith("routing."):
        context["refused"] = in_words([seen], number, acting)[0]
    named = for_step(number, step, answers_of(request.POST), acting)
    context |= {"named": () if isinstance(named, Refused) else named, "prefix": step}
    return render(request, "desk/foreseen.html", context)


@require_POST
@staff
def weigh(request: HttpRequest, acting: Acting, number: str, step: str) -> HttpResponse:
    """What to look at again in a reply before it is sent: a part of its form, or the whole page with all entered."""
    part = bool(request.headers.get("HX-Request"))
    answers = answers_of(request.POST) if part else sent(request, acting).answers
    here = office()
    found = whole(number, acting, here)
    if isinstance(found, Refused):
        return errors.refused(request, found)
    page = page_of(found, acting, here, (step, answers, None))
    mine = any(each.id == step and each.answers for each in page.steps)
    if not part:
        context = case_context(page, found, acting, here, answers)
        context["unsent"] = unsent(request, page, step, answers)
        return render(request, "desk/case.html", context)
    said = weighed(found, step, answers, acting, here) if mine and answers else None
    return render(request, "desk/remarks.html", {"remarks": said})


@require_safe
@staff
def suggest(request: HttpRequest, acting: Acting, number: str, step: str) -> HttpResponse:
    """The category that a case may have, with the unit it would go to: a part of the page, fetched after it."""
    page = look(number, acting)
    if isinstance(page, Refused):
        return errors.refused(request, page)
    asked = next((each for each in page.steps if each.id == step and not each.blocked), None)
    offer = offer_for_case(page, asked, acting) if asked is not None else None
    main = asked is not None and asked.main
    return render(request, "desk/offer.html", {"offer": offer, "number": number, "main": main})


@require_safe
@staff
def letter(request: HttpRequest, acting: Acting, number: str, name: str, seq: int) -> HttpResponse:
    """A letter to the requester, for the file; their name is printed in their own copy alone."""
    return letter_file(request, number, name, seq, acting)


@require_safe
@staff
def why(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """How every date of the case came about, line by line."""
    explained = explain(number, acting)
    if isinstance(explained, Refused):
        return errors.refused(request, explained)
    return render(request, "desk/why.html", {"number": number, "explained": explained})


@require_safe
@staff
def stages(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The loop with every stage and what may come next."""
    page = look(number, acting)
    if isinstance(page, Refused):
        return errors.refused(request, page)
    return render(request, "desk/stages.html", {"page": page, "number": number})


@require_safe
@staff
def similar(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """Open cases that may be the same matter, to join this one to."""
    words = (request.GET.get("words") or request.GET.get("_words", "")).strip()[:100]
    found = twins(number, acting, words, least=LOOSELY)
    if isinstance(found, Refused):
        return errors.refused(request, found)
    context = {
        "number": number,
        "found": found,
        "words": words,
        "step": request.GET.get("step", ""),
        "field": request.GET.get("field", ""),
    }
    part = "desk/similar_part.html" if request.headers.get("HX-Request") else "desk/similar.html"
    return render(request, part, context)


@require_safe
@staff
def attachment(request: HttpRequest, acting: Acting, number: str, digest: str) -> HttpResponse:
    """A photo or paper of a case that the reader may see."""
    page = look(number, acting)
    if isinstance(page, Refused):
        return errors.refused(request, page)
    return photo(request, digest if digest in page.photos else "")
