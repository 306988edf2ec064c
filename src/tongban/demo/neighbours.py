"""The other counties of the demo: nobody has the keys that they are known by, so what is told them waits."""

from __future__ import annotations

import secrets
from base64 import b64encode

from tongban.apps.acting import Acting
from tongban.apps.exchange.peers import add, peers
from tongban.demo.script import Script
from tongban.kernel.exchange.sealing import public_of
from tongban.kernel.ledger.ed25519 import KEY_LENGTH, Ed25519Signer
from tongban.kernel.refusal import Refused


def add_neighbours(told: Script, acting: Acting) -> Refused | None:
    """Add those that are not there yet, each with keys that are made for it and thrown away."""
    known = {each.code for each in peers()}
    for each in told.peers:
        if each["code"] in known:
            continue
        signer = Ed25519Signer(f"tongban.{each['code']}.exchange", secrets.token_bytes(KEY_LENGTH))
        key = f"{signer.key_id}={b64encode(signer.public).decode()}"
        sealing = b64encode(public_of(secrets.token_bytes(KEY_LENGTH))).decode()
        made = add(each["code"], each["zh"], each["en"], each["address"], key, sealing, acting)
        if isinstance(made, Refused):
            return made
    return None
