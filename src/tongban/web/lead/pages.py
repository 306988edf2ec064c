"""The overview, and the lists behind its numbers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.dispatch.precedents import may_read
from tongban.apps.editions.publishing import may_publish
from tongban.apps.office import office
from tongban.apps.progress.undertakings import undertakings
from tongban.apps.supervision.decisions import decisions
from tongban.apps.supervision.listing import COUNTED, fitting, listing
from tongban.apps.supervision.overview import overview
from tongban.apps.supervision.watching import SETTLED, STATES, Watch
from tongban.web.desk.who import staff
from tongban.web.lead.addresses import cases, over, query, watch_of
from tongban.web.lead.rows import age_label, age_rows, case_rows, kind_rows, total_urls, unit_rows


@require_safe
@staff
def overview_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What is late or about to be, by unit; narrowed to a unit or a practice by the address."""
    asked = watch_of(request.GET)
    wanted = Watch(unit=asked.unit, practice=asked.practice)
    page = overview(acting, wanted)
    context = {
        "page": page,
        "decisions": None if wanted.unit or wanted.practice else decisions(acting),
        "undertakings": () if wanted.unit or wanted.practice else undertakings(acting),
        "wanted": wanted,
        "urls": total_urls(wanted),
        "settled": cases(wanted, state=SETTLED),
        "units": unit_rows(page, wanted),
        "ages": age_rows(page, wanted, acting.language),
        "kinds": kind_rows(page, wanted),
        "up": over(wanted, unit=page.up) if page.up else "",
        "back": over(wanted),
        "precedents": may_read(office(), acting),
        "publishes": may_publish(office(), acting),
    }
    return render(request, "lead/overview.html", context)


@require_safe
@staff
def cases_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The cases behind a number, with what the reader may do about each."""
    wanted = fitting(watch_of(request.GET), acting)
    page = listing(acting, wanted)
    column = int(wanted.age) if wanted.age.isdecimal() else -1
    context = {
        "page": page,
        "rows": case_rows(page.rows),
        "wanted": wanted,
        "states": (*STATES, SETTLED),
        "most": COUNTED,
        "age": age_label(column, acting.language) if 0 <= column <= 7 else "",
        "here": cases(wanted)
        if not wanted.after
        else cases(wanted) + "&" + query(Watch(after=wanted.after))[1:],
        "urls": {
            "first": cases(wanted),
            "next": query(replace(wanted, after=page.older)),
            "plain": cases(Watch()),
            "settled": cases(wanted, state=SETTLED) if wanted.state != SETTLED else "",
            "over": over(Watch(unit=wanted.unit, practice=wanted.practice)),
        },
    }
    return render(request, "lead/cases.html", context)
