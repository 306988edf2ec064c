"""The worklist: what waits, the clock first; every filter in the address."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.filtering import categories_named, filters, fitting
from tongban.apps.casework.views import Tally
from tongban.apps.casework.worklist import ALL, COUNTED, VIEWS, Filter, worklists
from tongban.apps.confirming.reading import to_confirm
from tongban.apps.dispatch.precedents import may_read
from tongban.apps.office import office
from tongban.apps.people.stand_ins import at_desk
from tongban.apps.rights import let_in
from tongban.web.desk.who import staff

LONGEST = 100
"""Characters of one part of a filter; whoever sends more gets nothing found, not a failure."""


class Tab(Struct, frozen=True):
    """One list with its address and how much is in it."""

    tally: Tally
    url: str
    here: bool

    @property
    def key(self) -> str:
        return f"desk.view.{self.tally.view}"


def filter_of(asked: QueryDict) -> Filter:
    """The filter that an address asks for; what it does not know shows the list that waits."""
    texts = {
        name: asked.get(name, "").strip()[:LONGEST]
        for name in Filter.__struct_fields__
        if name not in ("view", "late")
    }
    view = asked.get("view", "")
    return Filter(view=view if view in (*VIEWS, ALL) else VIEWS[0], late=asked.get("late") == "1", **texts)


def address(wanted: Filter) -> str:
    """The query of an address that shows exactly this, without what is not set."""
    said = {name: getattr(wanted, name) for name in Filter.__struct_fields__}
    said = {name: "1" if value is True else value for name, value in said.items() if value}
    if said.get("view") == VIEWS[0]:
        del said["view"]
    return f"?{urlencode(said)}"


@require_safe
@staff
def worklist_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """One list of the reader's units, 25 rows a page; or, by their words, all cases that the reader may see."""
    here = office()
    wanted = fitting(acting, filter_of(request.GET), here)
    plain = Filter(view=wanted.view)
    page, tallies = worklists(acting, wanted, here)
    context = {
        "page": page,
        "wanted": wanted,
        "tabs": [
            Tab(each, address(Filter(view=each.view)), each.view == wanted.view)
            for each in (*tallies, Tally(ALL, 0, 0, 0))
        ],
        "filters": filters(acting, wanted, here),
        "named": [
            (each.label, address(replace(wanted, words="", category=each.value, after="")))
            for each in categories_named(acting, wanted, here)
        ],
        "filtered": replace(wanted, after="") != plain,
        "most": COUNTED,
        "stand_ins": at_desk(acting),
        "precedents": may_read(here, acting),
        "to_confirm": to_confirm(acting) if let_in("confirm_acts", acting.actor, here.county) else 0,
        "urls": {
            "plain": address(plain),
            "late": address(replace(wanted, late=not wanted.late, after="")),
            "first": address(replace(wanted, after="")),
            "next": address(replace(wanted, after=page.older)),
            "everywhere": address(replace(wanted, view=ALL, after="")),
        },
    }
    return render(request, "desk/worklist.html", context)
