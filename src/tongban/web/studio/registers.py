"""Brought registers for administrators: what stands in them, a sheet looked at, loaded, and given out again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import cast

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.brought.giving import workbook
from tongban.apps.brought.loading import Load, carry_out, plan
from tongban.apps.brought.overview import Shelf, Stands, overview
from tongban.apps.brought.preview import mark_of, seen
from tongban.apps.casework.files import LOOSE, open_file, remove_loose, restore
from tongban.apps.rights import may
from tongban.apps.wording import moment
from tongban.kernel.clock.day import opening
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.frame.files import XLSX, download
from tongban.web.words import say, says

FILE, REGISTER, SINCE, KEPT, MARK = "file", "register", "since", "kept", "mark"
LARGEST = 20_000_000
"""Bytes of one upload: what a request can do while somebody waits. The shell takes ten times that."""
SALT = "tongban.register"
_PLACE = re.compile(r"(?:(?P<sheet>.*), )?row (?P<row>\d+)(?:, (?P<column>.*))?", re.DOTALL)


class Sheet(Struct, frozen=True):
    """A file that somebody brought: ``register`` is which one it has ("" for what it says itself), ``since`` a day or ""."""

    content: bytes
    name: str
    register: str = ""
    since: str = ""


class Fault(Struct, frozen=True):
    """A fault at its cell; ``row`` and ``column`` are "" for what concerns a whole sheet."""

    sheet: str
    row: str
    column: str
    says: str
    fix: str


@require_safe
@staff
def registers_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Which registers there are, how many rows they have, since when and by whom."""
    if not may("load_registers", acting.actor):
        return errors.forbidden(request)
    shelves = [(each, _lines(each.registers, acting)) for each in overview(acting)]
    return render(request, "studio/registers.html", {"shelves": shelves})


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def register_page(request: HttpRequest, acting: Acting, practice: str) -> HttpResponse:
    """The registers of one practice. With a file: what it would change, or every fault at its cell; nothing is changed."""
    found = _shelf(request, acting, practice)
    if isinstance(found, HttpResponse):
        return found
    if request.method != "POST":
        return _page(request, acting, found)
    sheet = _sent(request)
    looked = sheet if isinstance(sheet, Refused) else _planned(sheet, practice, acting)
    if isinstance(sheet, Refused) or isinstance(looked, Refused):
        return _page(request, acting, found, refused=cast(Refused, looked))
    kept = "" if looked.nothing else _keep(sheet, practice, acting)
    if isinstance(kept, Refused):
        return _page(request, acting, found, refused=kept)
    return _page(request, acting, found, looked=looked, kept=kept)


@require_POST
@staff
def load(request: HttpRequest, acting: Acting, practice: str) -> HttpResponse:
    """Load what was looked at. What would change otherwise by now is shown anew instead."""
    found = _shelf(request, acting, practice)
    if isinstance(found, HttpResponse):
        return found
    kept = request.POST.get(KEPT, "")
    sheet = _kept(kept, practice, acting)
    planned = sheet if isinstance(sheet, Refused) else _planned(sheet[1], practice, acting)
    if isinstance(planned, Load) and mark_of(planned) != request.POST.get(MARK):
        return _page(request, acting, found, looked=planned, kept=kept, stale=True)
    done = planned if isinstance(planned, Refused) else carry_out(planned, acting)
    if isinstance(sheet, Refused) or isinstance(done, Refused):
        return _page(request, acting, found, refused=cast(Refused, done))
    remove_loose([sheet[0]])
    for each in done.changes:
        messages.success(
            request, say("studio.registers.loaded", acting.language, title=each.title, rows=each.rows)
        )
    return HttpResponseRedirect(reverse("studio_register", args=[practice]))


@require_safe
@staff
def workbook_file(request: HttpRequest, acting: Acting, practice: str) -> HttpResponse:
    """What is there, or empty sheets with the right columns; ``?register=`` gives one sheet."""
    if not may("load_registers", acting.actor):
        return errors.forbidden(request)
    register = request.GET.get(REGISTER, "")
    found = workbook(practice, acting, (register,) if register else ())
    if isinstance(found, Refused):
        return errors.refused(request, found, 404)
    return download(found, XLSX, f"{register or practice}.xlsx")


def _shelf(request: HttpRequest, acting: Acting, practice: str) -> Shelf | HttpResponse:
    if not may("load_registers", acting.actor):
        return errors.forbidden(request)
    found = next((each for each in overview(acting) if each.practice == practice), None)
    if found is None:
        return errors.refused(request, Refused("register.none", practice, {"practice": practice}), 404)
    return found


def _sent(request: HttpRequest) -> Sheet | Refused:
    file = request.FILES.get(FILE)
    if file is None:
        return Refused("rows.no_file", FILE)
    name = str(file.name)[-120:]
    if (file.size or 0) > LARGEST:
        return Refused("register.too_large", name, {"max": LARGEST // 1_000_000})
    given = (request.POST.get(each, "").strip()[:60] for each in (REGISTER, SINCE))
    return Sheet(file.read(), name, *given)


def _planned(sheet: Sheet, practice: str, acting: Acting) -> Load | Refused:
    since = _day(sheet.since)
    if isinstance(since, Refused):
        return since
    return plan(sheet.content, sheet.name, practice, acting, register=sheet.register, since=since)


def _day(text: str) -> datetime | Refused | None:
    """The opening of a local day; None for now."""
    try:
        return opening(date.fromisoformat(text).toordinal()).astimezone(UTC) if text else None
    except ValueError:
        return Refused("register.since", SINCE, {"given": text[:40]})


def _keep(sheet: Sheet, practice: str, acting: Acting) -> str | Refused:
    """Keep the file for two days, so that it need not be sent again; what the page carries names it for this person alone.

    Refuses one in which the virus scanner finds something."""
    digest = restore(sheet.content, XLSX if sheet.content[:2] == b"PK" else "text/csv", acting.now)
    if not digest:
        return Refused("register.infected", sheet.name)
    carried = [digest, sheet.name, sheet.register, sheet.since]
    return signing.dumps(carried, salt=f"{SALT}/{practice}/{acting.actor.person}")


def _kept(text: str, practice: str, acting: Acting) -> tuple[str, Sheet] | Refused:
    """The digest and the file that a page carries. Refuses what no page of this person carries, and one that has gone."""
    try:
        salt = f"{SALT}/{practice}/{acting.actor.person}"
        digest, name, register, since = signing.loads(text, salt=salt, max_age=LOOSE)
    except (signing.BadSignature, ValueError):
        return Refused("register.not_kept", FILE)
    found = open_file(digest)
    if isinstance(found, Refused):
        return Refused("register.not_kept", FILE) if found.code == "file.unknown" else found
    return digest, Sheet(found[1], name, register, since)


def _lines(registers: Iterable[Stands], acting: Acting) -> list[tuple[Stands, str, str]]:
    """Each register with its two moments in words."""

    def said(at: datetime | None) -> str:
        return moment(at, acting.language, acting.now) if at is not None else ""

    return [(each, said(each.since), said(each.loaded)) for each in registers]


def _faults(refused: Refused, acting: Acting) -> list[Fault]:
    told = []
    for each in refused.all():
        words, place = says(each, acting.language), _PLACE.fullmatch(each.where)
        sheet = "" if each.where in (FILE, SINCE) else each.where
        at = (place["sheet"] or "", place["row"], place["column"] or "") if place else (sheet, "", "")
        told.append(Fault(*at, words.alone, words.fix))
    return told


def _page(
    request: HttpRequest,
    acting: Acting,
    shelf: Shelf,
    *,
    looked: Load | None = None,
    kept: str = "",
    stale: bool = False,
    refused: Refused | None = None,
) -> HttpResponse:
    """``looked`` is what a file would change, ``refused`` all that is wrong with it."""
    words = seen(looked, acting) if looked is not None else ()
    refused = words if isinstance(words, Refused) else refused
    context = {
        "shelf": shelf,
        "lines": _lines(shelf.registers, acting),
        "chosen": request.POST.get(REGISTER, ""),
        "day": request.POST.get(SINCE, ""),
        "faults": _faults(refused, acting) if refused is not None else [],
        "looked": looked,
        "changes": words if not isinstance(words, Refused) else (),
        "since": moment(looked.since, acting.language)
        if looked is not None and looked.since != acting.now
        else "",
        "kept": kept,
        "mark": mark_of(looked) if looked is not None else "",
        "stale": stale,
    }
    status = 422 if refused is not None else 409 if stale else 200
    return render(request, "studio/register.html", context, status=status)
