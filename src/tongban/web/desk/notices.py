"""What I was told and how I want to be told; what was told about a case, and service on paper."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.notices.channels import channels
from tongban.apps.notices.choices import choose, own
from tongban.apps.notices.proof_paper import (
    Service,
    letter_receipt,
    service,
    service_paper,
    service_receipt,
)
from tongban.apps.notices.serving import WAYS, serve_on_paper
from tongban.apps.notices.shown import own_list, told_of_case
from tongban.apps.notices.windows import PACES
from tongban.apps.office import office
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.frame.files import download
from tongban.web.resident.codes import qr_svg
from tongban.web.words import say, says


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def own_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The reader's own notices, and how they are told."""
    if request.method != "POST":
        return _own(request, acting)
    channel, pace, phone, mail = (
        request.POST.get(name, "").strip()[:254] for name in ("channel", "pace", "phone", "mail")
    )
    refused = choose(channel, pace, phone, mail, acting)
    if refused is not None:
        return _own(request, acting, refused)
    messages.success(request, say("notices.mine.saved", acting.language))
    return HttpResponseRedirect(reverse("desk_notices"))


def _own(request: HttpRequest, acting: Acting, refused: Refused | None = None) -> HttpResponse:
    chosen, phone, mail = own(acting)
    personal = [name for name, way in channels(office()).items() if way.personal]
    ways = [(name, say(f"notices.way.{name}", acting.language)) for name in personal]
    context = {
        "lines": own_list(acting),
        "chosen": chosen,
        "phone": request.POST.get("phone", phone),
        "mail": request.POST.get("mail", mail),
        "channels": [("", say("notices.mine.desk_only", acting.language)), *ways],
        "paces": [(pace, say(f"notices.pace.{pace}", acting.language)) for pace in PACES],
        "wrong": [says(refused, acting.language)] if refused is not None else [],
    }
    return render(request, "desk/notices.html", context, status=422 if refused is not None else 200)


@require_safe
@staff
def case_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """What was told about a case, to whom, and what became of it."""
    return _case(request, acting, number)


@require_safe
@staff
def proof_file(request: HttpRequest, acting: Acting, number: str, seq: int, n: int) -> HttpResponse:
    """The proof that a notice was served, for print; or the sheet that is signed when it is handed over."""
    found = service(number, seq, n, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 404)
    path = reverse("letter", args=[found.case.number, found.check]) if found.check else ""
    address = request.build_absolute_uri(path) if path else ""
    paper = service_paper(found, address, qr_svg(address) if address else "", acting)
    return download(paper, "application/pdf", f"{number}-{seq}-{n}.pdf")


@require_safe
@staff
def proof_receipt(request: HttpRequest, acting: Acting, number: str, seq: int, n: int) -> HttpResponse:
    """The same as the entry of the ledger, which verifies offline."""
    return _entry(request, acting, (number, seq, n), service_receipt)


@require_safe
@staff
def served_letter(request: HttpRequest, acting: Acting, number: str, seq: int, n: int) -> HttpResponse:
    """The letter that was served, whole, as an entry of the ledger that verifies offline."""
    return _entry(request, acting, (number, seq, n), letter_receipt, "-letter")


def _entry(
    request: HttpRequest,
    acting: Acting,
    notice: tuple[str, int, int],
    receipt: Callable[[Service, Acting], str | Refused],
    suffix: str = "",
) -> HttpResponse:
    """An entry of the ledger about a notice that was served, by case number, seq and n."""
    found = service(*notice, acting)
    told = found if isinstance(found, Refused) else receipt(found, acting)
    if isinstance(told, Refused):
        return errors.refused(request, told, 404)
    name = "-".join(str(each) for each in notice)
    return download(told.encode(), "application/json", f"{name}{suffix}.json")


@require_POST
@staff
def served(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """A notice with legal weight was handed over on paper."""
    seq, _, n = request.POST.get("notice", "").partition("/")
    whole = all(each.isascii() and each.isdecimal() and len(each) < 6 for each in (seq, n))
    refused = (
        serve_on_paper(
            number, int(seq), int(n), request.POST.get("way", ""), request.POST.get("day", ""), acting
        )
        if whole
        else Refused("notices.not_waiting", "notice")
    )
    if refused is not None:
        return _case(request, acting, number, refused)
    messages.success(request, say("notices.hand_over.done", acting.language))
    return HttpResponseRedirect(reverse("desk_case", args=[number]))


def _case(request: HttpRequest, acting: Acting, number: str, refused: Refused | None = None) -> HttpResponse:
    found = told_of_case(number, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 404)
    context = {
        "found": found,
        "number": found.number,
        "ways": [(way, say(f"notices.way.{way}", acting.language)) for way in WAYS],
        "today": local_date(acting.now).isoformat(),
        "wrong": [says(refused, acting.language)] if refused is not None else [],
    }
    return render(request, "desk/told.html", context, status=409 if refused is not None else 200)
