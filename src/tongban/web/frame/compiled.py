"""The templates and addresses of all pages, made ready before anybody waits for one."""

from __future__ import annotations

from pathlib import Path

from django.template.loader import get_template
from django.urls import reverse

TEMPLATES = Path(__file__).parents[1] / "templates"


def compile_templates() -> None:
    """Each is kept by Django from then on, as is how an address is made from the name of a page."""
    reverse("open")
    for path in sorted(TEMPLATES.rglob("*.html")):
        get_template(path.relative_to(TEMPLATES).as_posix())
