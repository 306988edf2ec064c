"""Sealing bytes for one reader: X25519 with a key made for this message alone, HKDF-SHA256, AES-256-GCM.

Only who holds the reader's secret can open it, the sender no more: what was handed over is kept nowhere twice. The
chance that the key is made of comes from outside, like every chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_LENGTH = 32
_NONCE = bytes(12)
"""Each key seals one message, so its nonce may be fixed."""
_PURPOSE = b"tongban exchange sealed 1"


def public_of(secret: bytes) -> bytes:
    """The public key of 32 bytes for a secret of 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def seal(plain: bytes, reader: bytes, once: bytes, beside: bytes) -> bytes | Refused:
    """``once`` is a secret of 32 random bytes used for this message alone; ``beside`` is bound to it and not hidden.

    Refuses a reader's key that is none (``exchange.sealing_key``).
    """
    cipher = _cipher(once, reader, public_of(once), reader)
    if isinstance(cipher, Refused):
        return cipher
    return public_of(once) + cipher.encrypt(_NONCE, plain, beside)


def unseal(sealed: bytes, secret: bytes, beside: bytes) -> bytes | Refused:
    """Refuses what was sealed for another reader, beside another text, or changed since (``exchange.unreadable``)."""
    from cryptography.exceptions import InvalidTag

    made = sealed[:KEY_LENGTH]
    cipher = _cipher(secret, made, made, public_of(secret))
    if isinstance(cipher, Refused):
        return Refused("exchange.unreadable", "sealed")
    try:
        return cipher.decrypt(_NONCE, sealed[KEY_LENGTH:], beside)
    except (InvalidTag, ValueError):
        return Refused("exchange.unreadable", "sealed")


def _cipher(secret: bytes, public: bytes, made: bytes, reader: bytes) -> AESGCM | Refused:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    try:
        theirs = X25519PublicKey.from_public_bytes(public)
        shared = X25519PrivateKey.from_private_bytes(secret).exchange(theirs)
    except ValueError:  # of another length, or a point that gives everybody the same secret
        return Refused("exchange.sealing_key")
    return AESGCM(HKDF(SHA256(), KEY_LENGTH, salt=None, info=_PURPOSE + made + reader).derive(shared))
