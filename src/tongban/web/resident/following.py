"""Following a case by its number and telephone number; answering, reopening, withdrawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from msgspec import Struct, field

from tongban.apps.casework.about import Tried, followed, pages_about, same
from tongban.apps.casework.files import shown_types
from tongban.apps.casework.keeping import Unfinished, forget, keep
from tongban.apps.casework.look import explain, look
from tongban.apps.casework.refused import in_words
from tongban.apps.casework.take import take
from tongban.apps.editions.following import standings
from tongban.apps.journeys.way import case_way
from tongban.apps.people.codes import open_by_code
from tongban.apps.people.ownership import prove_ownership
from tongban.apps.proof.receipt import receipt
from tongban.kernel.refusal import Refused
from tongban.web.acting import address_of, forget_used_codes, remember, resident
from tongban.web.frame.errors import given_back, readable
from tongban.web.frame.files import download
from tongban.web.frame.photos import photo
from tongban.web.resident import begun, flood
from tongban.web.resident.draft import entered
from tongban.web.resident.letters import letter_file
from tongban.web.words import language_of, says

_PROOF = frozenset({"number", "phone", "step"})
"""What the proving page asks itself; everything else on it was written for a step."""


class Meant(Struct, frozen=True):
    """A step somebody wanted to take, with what they wrote; ``refused`` is why it was not taken, ``code`` what it was kept under."""

    step: str = ""
    answers: Mapping[str, object] = field(default_factory=dict)
    refused: Refused | None = None
    code: str = ""

    def carried(self) -> Iterator[tuple[str, str]]:
        """What was written, name by name, to travel in hidden fields."""
        if self.code:
            yield "code", self.code
        for name, value in self.answers.items():
            for each in value if isinstance(value, list) else (value,):
                yield name, str(each)


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Number and telephone; wrong ones are told in the same words, and too many tries have to wait.

    What was written for a step before the proof had run out travels along and stands in its form again.
    """
    number = request.POST.get("number", request.GET.get("number", ""))
    if request.method != "POST":
        return _ask(request, number, Meant())
    answers = {name: value for name, value in entered(request.POST).items() if name not in _PROOF}
    meant = Meant(request.POST.get("step", ""), answers, code=request.POST.get("code", "")[:40])
    acting, phone = resident(request), request.POST.get("phone", "")
    found = prove_ownership(number, phone, address_of(request), acting.now)
    if isinstance(found, Refused):
        return _ask(request, number, meant, phone, found, status=422)
    for case in found.owns:
        remember(request, case)
    return page(request, number, meant) if meant.step else redirect("own_case", number=number)


def _ask(
    request: HttpRequest,
    number: str,
    meant: Meant,
    phone: str = "",
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page that asks for number and telephone: the same for a case of others and for one that is not."""
    faults = refused.all() if refused is not None else ()
    values = {
        "number": number[:40],
        "phone": phone[:40],
        "faults": [says(each, language_of(request)) for each in faults],
        "wrong": {each.where for each in faults},
        "unproven": status == 404,
        "meant": meant,
    }
    return render(request, "resident/follow.html", values, status=status)


@require_GET
def own_case(request: HttpRequest, number: str) -> HttpResponse:
    """Where the case stands, in plain words, with what the resident can do now."""
    return page(request, number, Meant())


@require_POST
def act(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Answer the callback, reopen, withdraw: any step that is the requester's."""
    forget_used_codes(request)
    answers, code = entered(request.POST), request.POST.get("code", "")[:40]
    if request.POST.get("go") == "keep":
        return _keep(request, number, Meant(step, answers, code=code))
    taken = take(number, step, answers, resident(request))
    if isinstance(taken, Refused):
        return page(request, number, Meant(step, answers, taken, code))
    forget(code)
    if taken.says:
        messages.success(request, taken.says)
    return redirect("own_case", number=followed(number, resident(request)))


def _keep(request: HttpRequest, number: str, meant: Meant) -> HttpResponse:
    """Keep what is written for a step of one's own case under a code."""
    acting = resident(request)
    seen = look(number, acting)
    if isinstance(seen, Refused):
        return _ask(request, number, meant, status=404)
    what = Unfinished(begun.typed(meant.answers), number=number, step=meant.step, adoption=seen.adoption)
    kept = keep(what, address_of(request), acting.now, meant.code)
    if isinstance(kept, Refused):
        return page(request, number, Meant(meant.step, meant.answers, kept, meant.code))
    return begun.kept_page(request, kept, f"{seen.practice} {seen.number}")


def page(request: HttpRequest, number: str, meant: Meant) -> HttpResponse:
    """The page of one's own case, with a step that was meant to be taken; for whoever is not known as its owner, the proof."""
    forget_used_codes(request)
    acting, own = resident(request), number
    tried = (meant.step, meant.answers, meant.refused) if meant.step else None
    number = followed(own, acting)
    found = look(number, acting, entered=tried if same(number, own) else None)
    if isinstance(found, Refused):
        return _ask(request, number, meant, status=404)
    abouts = pages_about(found, acting, Tried(own, tried))
    steps = [step for each in (found, *abouts) for step in each.steps if step.tried and not step.blocked]
    asked = {field.id for step in steps for field in step.fields}
    gone = bool(meant.step) and not steps
    lost = {name: value for name, value in meant.answers.items() if name not in asked}
    faults = meant.refused.all() if meant.refused is not None and gone else ()
    values = {
        "page": found,
        "abouts": abouts,
        "number": number,
        "code": meant.code,
        "key": flood.new_key(),
        "photos": shown_types(found.photos),
        "refusals": in_words(faults, own, resident(request)),
        "gone": gone,
        "lost": readable(given_back(request, lost, meant.step, found.adoption)),
    }
    return render(request, "resident/case.html", values, status=422 if meant.refused else 200)


@require_GET
def by_code(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """A code that was scanned: from now on this browser may rate that one case."""
    acting = resident(request)
    found = open_by_code(number, code, address_of(request), acting.now)
    if isinstance(found, Refused):
        return _ask(request, "", Meant(), refused=found, status=404)
    if followed(number, acting) == number:  # whoever follows the whole matter here goes on doing so
        for case in found.owns:
            remember(request, case, by_code=True)
    return redirect("own_case", number=number)


@require_GET
def own_journey(request: HttpRequest, number: str) -> HttpResponse:
    """What one's own matter took so far, drawn."""
    found = case_way(number, resident(request))
    if isinstance(found, Refused):
        return _ask(request, number, Meant(), status=404)
    return render(request, "resident/journey.html", {"found": found, "number": number})


@require_GET
def why(request: HttpRequest, number: str) -> HttpResponse:
    """How the promised date came about, line by line."""
    acting = resident(request)
    page, lines = look(number, acting), explain(number, acting)
    if isinstance(page, Refused) or isinstance(lines, Refused):
        return _ask(request, number, Meant(), status=404)
    shown = {clock.id for clock in page.clocks}
    own = [each for each in lines if each.clock in shown]
    return render(request, "resident/why.html", {"page": page, "number": number, "clocks": own})


@require_GET
def own_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """A file that proves offline, and for ever, what was received and when."""
    found = receipt(number, resident(request))
    if isinstance(found, Refused):
        return _ask(request, number, Meant(), status=404)
    return download(found, "application/json", f"tongban-{number}.json")


@require_GET
def own_figures(request: HttpRequest, number: str) -> HttpResponse:
    """The row of one's own case in each edition of published figures, and what it counts in."""
    found = standings(number, resident(request))
    if isinstance(found, Refused):
        return _ask(request, number, Meant(), status=404)
    return render(request, "resident/rows.html", {"standings": found, "number": number})


@require_GET
def own_letter(request: HttpRequest, number: str, name: str, seq: int) -> HttpResponse:
    """A letter to the requester, with their name on it."""
    return letter_file(request, number, name, seq, resident(request))


@require_GET
def own_photo(request: HttpRequest, number: str, digest: str) -> HttpResponse:
    """A photo of one's own case."""
    page = look(number, resident(request))
    mine = not isinstance(page, Refused) and digest in page.photos
    return photo(request, digest if mine else "")
