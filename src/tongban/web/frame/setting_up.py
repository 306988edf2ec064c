"""Setting up a second factor: the same for whoever is in and for whoever is kept out until they have one."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tongban.apps.keyring import cipher_of
from tongban.apps.office import office
from tongban.apps.people import passkeys, totp
from tongban.apps.people.factors import add_totp
from tongban.apps.people.own import Whose
from tongban.kernel.refusal import Refused
from tongban.web.frame import entering
from tongban.web.frame.devices import answered, asked
from tongban.web.resident.codes import qr_svg
from tongban.web.words import language_of, say

SECRET = "totp_offered"  # noqa: S105 - the name under which it is kept, sealed
"""Session key: the sealed secret that an app is being shown."""


def totp_offered(request: HttpRequest, who: Whose) -> dict[str, object]:
    """A secret for an app, the same until it is taken on: as a picture and in letters."""
    secret = _offered(request, who)
    if secret is None:
        secret = totp.new_secret()
        request.session[SECRET] = b64encode(cipher_of(who.county).seal(secret, _place(who))).decode()
    here = office()
    name = here.names.division(here.county.code, language_of(request))
    return {"picture": qr_svg(totp.address(secret, who.login, name)), "written": totp.written(secret)}


def totp_tried(request: HttpRequest, who: Whose) -> tuple[str, ...] | Refused:
    """The code that proves that the app has the secret. Returns new recovery codes, if there are any."""
    secret = _offered(request, who)
    if secret is None:
        return Refused("people.second_wrong", "second")
    name = request.POST.get("name", "") or say("account.app", language_of(request))
    done = add_totp(who, secret, request.POST.get("second", ""), name, datetime.now(UTC))
    if isinstance(done, tuple):
        del request.session[SECRET]
    return done


def passkey_offered(request: HttpRequest, who: Whose) -> HttpResponse:
    site = entering.site_of(request)
    if not site:
        return JsonResponse({}, status=404)
    here = office()
    county = here.names.division(here.county.code, language_of(request))
    return asked(request, passkeys.ask_new(who, who.login, site, county))


def passkey_tried(request: HttpRequest, who: Whose) -> tuple[str, ...] | Refused:
    kept, answer = answered(request)
    if kept is None:
        return Refused("people.passkey", "passkey")
    name = request.POST.get("name", "") or say("account.passkey", language_of(request))
    return passkeys.keep_new(who, kept, answer, name, entering.site_of(request), datetime.now(UTC))


def codes_page(request: HttpRequest, codes: tuple[str, ...], onward: str) -> HttpResponse:
    response = render(request, "account/recovery.html", {"codes": codes, "onward": onward})
    response["Cache-Control"] = "no-store"
    return response


def _offered(request: HttpRequest, who: Whose) -> bytes | None:
    try:
        sealed = b64decode(request.session.get(SECRET, ""))
    except Error:
        return None
    return cipher_of(who.county).open(sealed, _place(who)) if sealed else None


def _place(who: Whose) -> str:
    return f"offered/{who.county}/{who.person}"
