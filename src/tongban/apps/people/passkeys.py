"""Passkeys (WebAuthn): a key that a device keeps and a fingerprint, a face or a PIN lets it use. No secret travels.

The device checks who holds it (user verification is required), so a passkey alone is both factors. FIDO2's own library
checks what the device says; here it is kept and found again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tongban.apps.keyring import cipher_of
from tongban.apps.people.factors import PASSKEY, add
from tongban.apps.people.own import Whose
from tongban.kernel.refusal import Refused
from tongban.store.models import FactorRow, Person

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData


class Asked(Struct, frozen=True):
    """``options`` is what the browser is given, ``kept`` what is needed to check its answer."""

    options: Mapping[str, Any]
    kept: Mapping[str, Any]


def ask_new(who: Whose, name: str, site: str, county: str) -> Asked:
    """Ask a device for a new key. ``site`` is the host name of the pages, ``name`` whom the device shows."""
    from fido2.webauthn import (
        PublicKeyCredentialUserEntity,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    user = PublicKeyCredentialUserEntity(id=_handle(who), name=who.login, display_name=name or who.login)
    options, kept = _server(site, county).register_begin(
        user,
        [data for _, data in _known(who)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Asked(dict(options.public_key), kept)


def keep_new(
    who: Whose, kept: Mapping[str, Any], answer: Mapping[str, Any], name: str, site: str, now: datetime
) -> tuple[str, ...] | Refused:
    """Check what the device answered and keep its key. Returns the recovery codes that come with a first factor."""
    try:
        said = _server(site, "").register_complete(kept, answer)
    except (ValueError, KeyError, TypeError):
        return Refused("people.passkey", "passkey")
    data = said.credential_data
    if data is None or FactorRow.objects.filter(county=who.county, id=_id(data.credential_id)).exists():
        return Refused("people.passkey", "passkey")
    made = _id(data.credential_id)
    sealed = cipher_of(who.county).seal(bytes(data), _place(who.county, who.person, made))
    row = FactorRow(id=made, kind=PASSKEY, name=name, sealed=sealed, last=said.counter)
    return add(who, row, now)


def ask_known(who: Whose | None, site: str) -> Asked:
    """Ask a device for a key that is known here: one of this person's, or whichever it has."""
    from fido2.webauthn import UserVerificationRequirement

    known = [data for _, data in _known(who)] if who is not None else None
    options, kept = _server(site, "").authenticate_begin(known, UserVerificationRequirement.REQUIRED)
    return Asked(dict(options.public_key), kept)


def check(county: str, kept: Mapping[str, Any], answer: Mapping[str, Any], site: str) -> int | Refused:
    """Whose key answered: the id of their account. Refuses whatever was not signed just now, for this site, by a key that
    is known here and whose counter has moved on."""
    from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

    no = Refused("people.passkey", "passkey")
    try:
        said = AuthenticationResponse.from_dict(answer)
        row = FactorRow.objects.filter(county=county, id=_id(said.raw_id), kind=PASSKEY).first()
        data = cipher_of(county).open(bytes(row.sealed), _place(county, row.person, row.id)) if row else None
        if row is None or data is None:
            return no
        _server(site, "").authenticate_complete(kept, [AttestedCredentialData(data)], said)
    except (ValueError, KeyError, TypeError):
        return no
    counter = said.response.authenticator_data.counter
    rows = FactorRow.objects.filter(county=county, id=row.id)
    if counter and not rows.filter(last__lt=counter).update(last=counter):
        return no  # a copy of the device has gone on counting
    found = Person.objects.filter(county=county, id=row.person, user__is_active=True)
    return found.values_list("user_id", flat=True).first() or no


def _server(site: str, county: str) -> Fido2Server:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    return Fido2Server(PublicKeyCredentialRpEntity(id=site, name=county or site))


def _known(who: Whose) -> list[tuple[str, AttestedCredentialData]]:
    from fido2.webauthn import AttestedCredentialData

    found = []
    for row in FactorRow.objects.filter(county=who.county, person=who.person, kind=PASSKEY):
        data = cipher_of(who.county).open(bytes(row.sealed), _place(who.county, who.person, row.id))
        if data is not None:
            found.append((row.id, AttestedCredentialData(data)))
    return found


def _handle(who: Whose) -> bytes:
    """What a device keeps the key under: it names nobody."""
    return sha256(cipher_of(who.county).key + f"handle/{who.person}".encode()).digest()


def _id(credential: bytes) -> str:
    return sha256(credential).hexdigest()


def _place(county: str, person: str, factor: str) -> str:
    return f"factor/{county}/{person}/{factor}"
