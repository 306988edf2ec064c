"""The map of a work with its course, and the same for a big screen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.casework.burnup import Burnup, burnup
from tongban.apps.casework.grid import Grid, grid, gridded
from tongban.apps.casework.heads import Head, head
from tongban.apps.casework.tree import tree
from tongban.apps.office import Office, office
from tongban.apps.progress.tabs import tabs
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.maps import drawn_blocks, drawn_course, drawn_symbols, drawn_wall
from tongban.web.maps.blocks import mark, shade

REFRESH = 60
"""Seconds after which a wall asks anew."""
MOST_BRANCHES = 24


@require_safe
@staff
def map_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The map; ``?row=`` lists one block. A case whose practice declares no map is shown as its tree."""
    here = office()
    of = head(number, acting, here)
    if isinstance(of, Refused):
        return errors.refused(request, of)
    found = _grid(here, of, acting)
    if found is None:
        return HttpResponseRedirect(reverse("desk_tree", args=[number]))
    asked = request.GET.get("row", "")
    one = next((each for each in found.blocks if each.name == asked), None) if asked else None
    context: dict[str, object] = {
        "head": of,
        "number": number,
        "grid": found,
        "one": one,
        "legend": _legend(found),
    }
    if one is None:
        spec = gridded(here, of)
        course = burnup(here, of, acting, spec.of if spec is not None else "")
        context |= {
            "course": course,
            "drawings": _drawings(course, wall=False),
            "tabs": tabs(here, of.loaded.case),
        }
        context |= {"symbols": drawn_symbols(found), "blocks": drawn_blocks(found, acting.language)}
    return render(request, "desk/map.html", context)


@require_safe
@staff
def wall_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """What stands on a big screen in the room: numbers, the course, the map or the branches, and nobody's name."""
    here = office()
    of = head(number, acting, here)
    if isinstance(of, Refused):
        return errors.refused(request, of)
    found, whole = _grid(here, of, acting), tree(number, acting)
    if isinstance(whole, Refused):
        return errors.refused(request, whole)
    spec = gridded(here, of)
    course = burnup(here, of, acting, spec.of if spec is not None else "")
    context: dict[str, object] = {
        "head": of,
        "number": number,
        "tree": whole,
        "branches": whole.branches[:MOST_BRANCHES],
        "grid": found,
        "course": course,
        "drawings": _drawings(course, wall=True),
        "now": moment(acting.now, acting.language),
        "refresh": REFRESH,
    }
    if found is not None:
        context |= {
            "legend": _legend(found),
            "symbols": drawn_symbols(found),
            "drawing": drawn_wall(found, acting.language),
        }
    return render(request, "desk/wall.html", context)


def _grid(here: Office, of: Head, acting: Acting) -> Grid | None:
    spec = gridded(here, of)
    return grid(here, of, spec, acting) if spec is not None else None


def _legend(found: Grid) -> list[tuple[str, str, str, int]]:
    """Class, sign, title and number of each phase."""
    return [
        (shade(found.phases, n), mark(found.phases, n), phase.title, phase.n)
        for n, phase in enumerate(found.phases)
    ]


def _drawings(course: Burnup | None, *, wall: bool) -> list[SafeString]:
    if course is None:
        return []
    if wall:
        return [drawn_course(course, 720, 330, 24, "")]
    return [
        drawn_course(course, 720, 220, 13, "wide-only"),
        drawn_course(course, 330, 200, 12, "narrow-only"),
    ]
