"""The addresses of all pages. Each audience keeps its own list; an installation may lack some of them."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from tongban.web.frame import outside, second, well_known
from tongban.web.frame.own_password import own_page
from tongban.web.frame.signing import sign_in, sign_out
from tongban.web.frame.telephone import telephone_page

AUDIENCES = (
    ("", "tongban.web.resident"),
    ("open/", "tongban.web.public"),
    ("desk/", "tongban.web.desk"),
    ("lead/", "tongban.web.lead"),
    ("studio/", "tongban.web.studio"),
    ("account/", "tongban.web.account"),
)


def _present(package: str) -> bool:
    return find_spec(package) is not None and find_spec(f"{package}.urls") is not None


urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-in/own/", own_page, name="sign_in_own"),
    path("sign-in/second/", second.second_page, name="sign_in_second"),
    path("sign-in/set-up/", second.set_up_page, name="sign_in_set_up"),
    path("sign-in/set-up/passkey/ask/", second.set_up_passkey_ask, name="set_up_passkey_ask"),
    path("sign-in/set-up/passkey/", second.set_up_passkey, name="set_up_passkey"),
    path("sign-in/passkey/ask/", second.passkey_ask, name="passkey_ask"),
    path("sign-in/passkey/", second.passkey_given, name="passkey_given"),
    path("gateway/", telephone_page, name="telephone"),
    path("sign-in/with/<slug:provider>/", outside.go, name="sign_in_with"),
    path("sign-in/back/<slug:provider>/", outside.back, name="sign_in_back"),
    path("sign-out/", sign_out, name="sign_out"),
    path(".well-known/security.txt", well_known.security, name="security_txt"),
    *(path(prefix, include(f"{package}.urls")) for prefix, package in AUDIENCES if _present(package)),
]
