"""The other counties of the stories: they have keys of their own and say what a story lets them say, as a real one does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import NAMESPACE_OID, uuid5

from tongban.apps.exchange.own import opening_secret
from tongban.kernel.case import Case
from tongban.kernel.exchange.message import Head, Signed, carried, sign
from tongban.kernel.exchange.sealing import public_of, seal
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value
from tongban.library.counties import PeerSpec
from tongban.library.story.runner import Message
from tongban.store.exchange import Peer

NOWHERE = "https://{code}.invalid"
"""An address that no machine can have (RFC 2606)."""
NUMBER = "P0001"
"""What a pretended county calls each of its cases."""


def pretended(spec: PeerSpec, since: datetime) -> Peer:
    signer = signer_of(spec.code)
    address = NOWHERE.replace("{code}", spec.code)
    sealing = public_of(_secret(f"{spec.code}/opening"))
    return Peer(spec.code, signer.key_id, signer.public, sealing, spec.zh, spec.en, address, since)


def signer_of(code: str) -> Ed25519Signer:
    return Ed25519Signer(f"tongban.{code}.exchange", _secret(f"{code}/signing"))


def message(told: Message, case: Case | None, practice: str, county: str) -> Signed:
    """What a story tells, signed at that moment and sealed for the county that it tells it to."""
    talk = case.talk_with(told.peer) if case is not None else None
    own = str(uuid5(NAMESPACE_OID, f"talk/{told.case}/{told.peer}"))
    n = told.n or (talk.heard + 1 if talk is not None else 1)
    said: dict[str, Value] = {name: _plain(value) for name, value in told.fields.items()}
    return signed(
        said, talk.id if talk is not None else own, n, practice, told.message, told.peer, county, told.at
    )


def signed(
    fields: Mapping[str, Value],
    conversation: str,
    n: int,
    practice: str,
    message: str,
    peer: str,
    county: str,
    at: datetime,
) -> Signed:
    def head(sealed: bytes) -> Head:
        digest = sha256(sealed).hexdigest()
        return Head(peer, county, conversation, n, practice, message, NUMBER, instant_text(at), digest)

    once = _secret(f"{conversation}/{n}/{at.isoformat()}")
    sealed = seal(carried(dict(fields)), public_of(opening_secret(county)), once, head(b"").beside)
    if isinstance(sealed, Refused):
        raise RefusedError(sealed)
    made = sign(head(sealed), sealed, at, (signer_of(peer),))
    if isinstance(made, Refused):
        raise RefusedError(made)
    return made


def _secret(name: str) -> bytes:
    """Known to everybody who reads this: no county may ever add a pretended one."""
    return sha256(f"pretended/{name}".encode()).digest()


def _plain(value: object) -> Value:
    if isinstance(value, tuple | list):
        return tuple(_plain(each) for each in value)
    return value if isinstance(value, str | int | bool) else str(value)
