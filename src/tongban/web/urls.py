"""The addresses of all pages. Each audience keeps its own list; an installation may lack some of them."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from tongban.web.frame.signing import sign_in, sign_out

AUDIENCES = (
    ("", "tongban.web.resident"),
    ("open/", "tongban.web.public"),
    ("desk/", "tongban.web.desk"),
    ("lead/", "tongban.web.lead"),
    ("studio/", "tongban.web.studio"),
)


def _present(package: str) -> bool:
    return find_spec(package) is not None and find_spec(f"{package}.urls") is not None


urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    *(path(prefix, include(f"{package}.urls")) for prefix, package in AUDIENCES if _present(package)),
]
