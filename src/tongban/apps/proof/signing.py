"""The keys this installation signs with."""

from __future__ import annotations

from django.conf import settings

from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.store.keys import Keys


def signers(county: str) -> tuple[Ed25519Signer, ...]:
    """One Ed25519 key, made at the first signature and kept in the home."""
    return (Keys(settings.TONGBAN_HOME / "keys").signer(county),)
