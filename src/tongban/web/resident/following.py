"""Following a case by its number and telephone number; answering, reopening, withdrawing."""

from __future__ import annotations

import time
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.apps.casework.files import open_file
from tongban.apps.casework.look import explain, look
from tongban.apps.casework.take import take
from tongban.apps.people.proving import prove
from tongban.apps.proof.receipt import receipt
from tongban.kernel.refusal import Refused
from tongban.web.acting import address_of, remember, resident
from tongban.web.frame import attempts
from tongban.web.frame.errors import refused as refused_page
from tongban.web.loop import LoopWords, loop_svg
from tongban.web.resident.reporting import entered
from tongban.web.words import language_of, says


@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Number and telephone; wrong ones are told in the same words, and too many tries have to wait."""
    number, phone = request.POST.get("number", request.GET.get("number", "")), request.POST.get("phone", "")
    if request.method == "GET":
        return render(request, "resident/follow.html", {"number": number})
    wait = attempts.wait_seconds(number, address_of(request), time.time())
    found = Refused("people.wait", "number", {"seconds": wait}) if wait else prove(number, phone)
    if isinstance(found, Refused):
        if not wait:
            attempts.failed(number, address_of(request), time.time())
        faults = [says(each, language_of(request)) for each in found.all()]
        return render(
            request, "resident/follow.html", {"number": number, "phone": phone, "faults": faults}, status=422
        )
    remember(request, found)
    return redirect("own_case", number=number)


@require_GET
def own_case(request: HttpRequest, number: str) -> HttpResponse:
    """Where the case stands, in plain words, with what the resident can do now."""
    return _page(request, number, None)


@require_POST
def act(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Answer the callback, reopen, withdraw: any step that is the requester's."""
    answers = entered(request)
    taken = take(number, step, answers, resident(request))
    if isinstance(taken, Refused):
        return _page(request, number, (step, answers, taken))
    return redirect("own_case", number=number)


def _page(
    request: HttpRequest, number: str, tried: tuple[str, dict[str, object], Refused] | None
) -> HttpResponse:
    acting = resident(request)
    page = look(number, acting, entered=tried)
    if isinstance(page, Refused):
        return redirect(f"/follow/?number={number}")
    words = LoopWords(lambda key: page.titles.get(key, key), acting.language, page.holder, page.promise)
    loop = loop_svg(page.drawing, words, "resident")
    values = {"page": page, "number": number, "loop": loop, "key": uuid.uuid4().hex}
    return render(request, "resident/case.html", values, status=422 if tried else 200)


@require_GET
def why(request: HttpRequest, number: str) -> HttpResponse:
    """How the promised date came about, line by line."""
    acting = resident(request)
    page = look(number, acting)
    lines = explain(number, acting) if not isinstance(page, Refused) else page
    if isinstance(page, Refused) or isinstance(lines, Refused):
        return redirect("follow")
    shown = {clock.id for clock in page.clocks}
    own = [each for each in lines if each.clock in shown]
    return render(request, "resident/why.html", {"page": page, "number": number, "clocks": own})


@require_GET
def own_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """A file that proves offline, and for ever, what was received and when."""
    found = receipt(number, resident(request))
    if isinstance(found, Refused):
        return refused_page(request, found, 404)
    answer = HttpResponse(found, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="tongban-{number}.json"'
    return answer


@require_GET
def own_photo(request: HttpRequest, number: str, digest: str) -> HttpResponse:
    """A photo of one's own case."""
    page = look(number, resident(request))
    if isinstance(page, Refused) or digest not in page.photos:
        return refused_page(request, Refused("file.unknown", "file"), 404)
    found = open_file(digest)
    if isinstance(found, Refused):
        return refused_page(request, found, 404)
    media_type, data = found
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = "inline"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
