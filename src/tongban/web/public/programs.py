"""What is open to programs of others: where each description is, and how a program gets in."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.contact import PLACE, security_text

DOORS = (
    ("api", ("/api/v1/openapi.yaml", "/api/v1/openapi.json")),
    ("open311", ("/open311/discovery.xml", "/open311/discovery.json")),
    ("data", ("/open/data/", "/open/data/catalog.jsonld")),
)
"""Each way in by its words, with the addresses at which it says what it is."""


@require_safe
def programs(request: HttpRequest) -> HttpResponse:
    """Where a person who writes a program begins."""
    base = request.build_absolute_uri("/").rstrip("/")
    doors = [(name, [(place, f"{base}{place}") for place in places]) for name, places in DOORS]
    contact = f"{base}{PLACE}" if security_text(datetime.now(UTC)) else ""
    return render(request, "public/programs.html", {"doors": doors, "base": base, "contact": contact})
