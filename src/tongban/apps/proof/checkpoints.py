"""Checkpoints: signed heads of the ledger's tree, to be published where nobody can take them back."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime

from django.conf import settings
from msgspec import Struct

from tongban.apps.office import office
from tongban.apps.proof.signing import signers
from tongban.kernel.refusal import Refused
from tongban.store import checkpoints
from tongban.store.heads import HEADS, keep, keep_keys


class Published(Struct, frozen=True):
    """A signed head: ``size`` entries under ``root`` (hexadecimal) at ``at``; ``note`` is what was signed."""

    size: int
    root: str
    at: datetime
    note: str


def checkpoint(now: datetime) -> Published | Refused:
    """Gather what is new, sign the head, and keep it in the home as well."""
    here = office()
    head = checkpoints.checkpoint(here.journal, signers(here.county.code), now)
    keep(here.journal, settings.TONGBAN_HOME / HEADS)
    keep_keys(settings.TONGBAN_HOME / HEADS, here.county.code, public_keys())
    return head if isinstance(head, Refused) else _published(head)


def latest() -> Published | None:
    """The newest signed head; None before the first."""
    head = checkpoints.newest(office().journal)
    return _published(head) if head.note else None


def public_keys() -> tuple[tuple[str, str], ...]:
    """The keys by which anybody can check signatures: key id and Ed25519 public key in base64."""
    found = signers(office().county.code)
    return tuple((each.key_id, b64encode(each.public).decode()) for each in found)


def _published(head: checkpoints.Head) -> Published:
    return Published(head.size, head.root.hex(), head.at, head.note)
