"""Ed25519 (RFC 8032) for signed notes; keys are passed in as their 32 bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tongban.kernel.ledger.note import base64_bytes
from tongban.kernel.refusal import Refused

KEY_LENGTH = 32
_ALGORITHM = "ed25519"
_TYPE = b"\x01"  # of Ed25519, in C2SP signed-note


def key_id(name: str, public: bytes) -> str:
    """``name+hash``: the hash is the start of SHA-256(name ‖ "\\n" ‖ 0x01 ‖ public key)."""
    digest = sha256(name.encode() + b"\n" + _TYPE + public).hexdigest()
    return f"{name}+{digest[:8]}"


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Signs with a private key, given as its 32-byte seed; the seed never shows in a repr."""

    name: str
    secret: bytes = field(repr=False)

    @property
    def algorithm(self) -> str:
        return _ALGORITHM

    @property
    def public(self) -> bytes:
        return self._key().public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        return key_id(self.name, self.public)

    def sign(self, message: bytes) -> bytes:
        return self._key().sign(message)

    def verifier(self) -> Ed25519Verifier:
        return Ed25519Verifier(self.key_id, self.public)

    def _key(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.secret)


class Ed25519Verifier(Struct, frozen=True):
    """Checks signatures by a public key of 32 bytes.

    A key that does not fit its ``key_id`` (wrong length, other hash) accepts nothing: a mistyped entry
    in a list of trusted keys must not lend its name to another key.
    """

    key_id: str
    public: bytes

    @property
    def algorithm(self) -> str:
        return _ALGORITHM

    def verify(self, message: bytes, signature: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        name = self.key_id.rpartition("+")[0]
        if len(self.public) != KEY_LENGTH or key_id(name, self.public) != self.key_id:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def trusted(keys: Mapping[str, bytes]) -> tuple[Ed25519Verifier, ...]:
    """Verifiers for public keys given by ``key_id``."""
    return tuple(Ed25519Verifier(each, public) for each, public in keys.items())


def read_key(text: str) -> tuple[str, bytes] | Refused:
    """Key id and public key from ``id=base64``, as a county publishes them; refuses another form (``ledger.public_key``).

    A key that does not fit its id was mistyped, or is another's.
    """
    id, _, encoded = text.strip().partition("=")
    public = base64_bytes(encoded.strip(), KEY_LENGTH)
    if public is None or key_id(id.rpartition("+")[0], public) != id:
        return Refused("ledger.public_key", "", {"given": text})
    return id, public
