"""The platforms by which people may sign in: a TOML file of the operator, named by ``TONGBAN_SIGN_IN``. Nothing of it is kept in a table.

A file that others may read or that cannot be understood opens nothing: no platform is offered, and the log says why.
"""

from __future__ import annotations

import logging
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec
from django.conf import settings
from msgspec import Struct

from tongban.apps import outgoing
from tongban.kernel import shapes
from tongban.kernel.refusal import Refused
from tongban.library.causes import because

log = logging.getLogger("tongban.web")
told = logging.getLogger("tongban.sign_in")

OIDC, DINGTALK, WECOM = "oidc", "dingtalk", "wecom"
OTHERS = 0o077
STRONG, WEAKEST = 3072, 2048
"""Bits of RSA that are worth 128 of a cipher, and the fewest that may be allowed (NIST SP 800-57, part 1, table 2)."""


class Provider(Struct, frozen=True, forbid_unknown_fields=True):
    """One platform. ``login`` names what it says of somebody that equals their login here ("" for none: links are made by
    hand); ``second``: it asks for a second factor itself, so that none is asked for here."""

    kind: Literal["oidc", "dingtalk", "wecom"]
    title: str
    client: str
    secret: str
    id: str = ""
    title_en: str = ""
    issuer: str = ""
    agent: str = ""
    login: str = ""
    second: bool = False
    rsa: int = STRONG
    """bits that an RSA key by which it signs has at least; fewer only where the operator says so of this platform"""
    pages: str = ""
    """where people sign in there; the platform's own unless said otherwise"""
    api: str = ""
    """where its programs answer; the platform's own unless said otherwise"""

    def __repr__(self) -> str:
        return f"Provider({self.id})"

    def named(self, language: str) -> str:
        return self.title_en if language == "en" and self.title_en else self.title


class Known(Struct, frozen=True):
    """What a platform said of somebody: ``subject`` is theirs there for ever, ``login`` what may equal their login here."""

    subject: str
    login: str = ""


def providers() -> dict[str, Provider]:
    """The platforms by their ids, as the file says now; none without a file or with one that must not be used."""
    found = read_providers()
    if isinstance(found, Refused):
        log.warning("%s: no platform is offered to sign in by [%s]", found.where, found.code)
        return {}
    return found


def read_providers() -> dict[str, Provider] | Refused:
    """Refuses a file that is not there, that others may read, or that says what cannot be (``outside.file``)."""
    name = settings.TONGBAN_SIGN_IN
    if not name:
        return {}
    try:
        at = Path(name).stat()
    except OSError as fault:
        return Refused("outside.file", name, because(fault, "said"))
    if at.st_mode & OTHERS:
        return Refused("outside.open", name)
    return _read(name, at.st_mtime_ns)


@lru_cache(maxsize=4)
def _read(name: str, changed: int) -> dict[str, Provider] | Refused:
    del changed
    try:
        said = tomllib.loads(Path(name).read_text(encoding="utf-8"))
        found = {id: shapes.converted({**one, "id": id}, Provider) for id, one in said.items()}
    except (OSError, ValueError, TypeError, msgspec.ValidationError) as fault:
        return Refused("outside.file", name, because(fault, "said"))
    for id, each in found.items():
        if (
            not id.isidentifier()
            or not each.client
            or not each.secret
            or each.rsa < WEAKEST
            or (each.kind == OIDC) != bool(each.issuer)
        ):
            return Refused("outside.file", name, {"said": id})
    return found


def asked(
    address: str, body: bytes = b"", headers: dict[str, str] | None = None, *, get: bool = False
) -> dict[str, object] | Refused:
    """What a platform answers, as JSON. Its address was set by the operator, so it may lie inside."""
    answer = outgoing.send(address, body, headers, method="GET" if get else "POST", known=True)
    if isinstance(answer, Refused):
        told.warning("a platform could not be asked: %s", answer.code, extra={"code": answer.code})
        return Refused("outside.unreachable", "")
    try:
        said = msgspec.json.decode(answer.body) if answer.status == 200 else None
    except msgspec.DecodeError:
        said = None
    return said if isinstance(said, dict) else unconfirmed(f"status_{answer.status}")


def unconfirmed(why: str) -> Refused:
    """One refusal whatever was wrong, so that who tries learns nothing; whoever runs the machine reads which in the log."""
    told.warning("what a platform said was not taken: %s", why, extra={"code": why})
    return Refused("outside.no", "")
