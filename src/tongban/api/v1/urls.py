"""The addresses of version 1, from the table of routes."""

from __future__ import annotations

from collections import defaultdict

from django.urls import URLPattern, path, re_path

from tongban.api.v1.door import no_route, view_of
from tongban.api.v1.route import Route
from tongban.api.v1.routes import ROUTES


def _patterns() -> list[URLPattern]:
    """One view for each address, in the order of the table: a fixed word comes before a name."""
    by_path: dict[str, list[Route]] = defaultdict(list)
    for route in ROUTES:
        by_path[route.path].append(route)
    return [
        path(address.lstrip("/").replace("{", "<str:").replace("}", ">"), view_of(routes))
        for address, routes in by_path.items()
    ]


urlpatterns = [*_patterns(), re_path("", no_route)]
