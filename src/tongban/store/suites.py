"""Ciphers, digests and signatures that belong together: the international ones, and those of China's commercial cryptography.

``aes``  AES-256-GCM (NIST SP 800-38D), SHA-256 (FIPS 180-4)
``sm``   SM4-GCM (GB/T 32907, mode as in RFC 8998), SM3 (GB/T 32905)

Whoever adds a suite adds a line to :data:`SUITES`: what it sealed says so itself, so both are read at once. Signatures have a seam
of their own, ``tongban.kernel.ledger.note.Signer``: the cryptography library has no SM2 (GB/T 32918), see decision 90.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from msgspec import Struct

from tongban.kernel.refusal import Refused, RefusedError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

T = TypeVar("T")

NONCE, TAG = 12, 16
"""Bytes before what is sealed, drawn by chance, and behind it."""
Seal: TypeAlias = Callable[[bytes, bytes, bytes, bytes], bytes]
"""Key, nonce, plain bytes, place: sealed bytes with their tag."""
Open: TypeAlias = Callable[[bytes, bytes, bytes, bytes], "bytes | None"]
"""Key, nonce, sealed bytes with their tag, place: plain bytes; None for what does not open."""


class Suite(Struct, frozen=True):
    """``key_length`` in bytes. ``hashes`` makes the digest of the library."""

    id: str
    key_length: int
    seals: Seal
    opens: Open
    hashes: Callable[[], HashAlgorithm]

    def seal(self, key: bytes, plain: bytes, place: bytes) -> bytes:
        """Nonce, sealed bytes, tag. Opens only where ``place`` is the same."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + self.seals(key, nonce, plain, place)

    def open(self, key: bytes, sealed: bytes, place: bytes) -> bytes | None:
        """None for what was changed, was sealed for another place, or under another key."""
        if len(sealed) < NONCE + TAG:
            return None
        return self.opens(key, sealed[:NONCE], sealed[NONCE:], place)

    def digest(self, data: bytes) -> bytes:
        from cryptography.hazmat.primitives.hashes import Hash

        made = Hash(self.hashes())
        made.update(data)
        return made.finalize()

    def mac(self, key: bytes, data: bytes) -> bytes:
        """HMAC (RFC 2104) with the digest of the suite."""
        from cryptography.hazmat.primitives.hmac import HMAC

        made = HMAC(key, self.hashes())
        made.update(data)
        return made.finalize()


def _aes_seal(key: bytes, nonce: bytes, plain: bytes, place: bytes) -> bytes:
    return _aes(key).encrypt(nonce, plain, place)


def _aes_open(key: bytes, nonce: bytes, sealed: bytes, place: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag

    try:
        return _aes(key).decrypt(nonce, sealed, place)
    except InvalidTag:
        return None


@lru_cache(maxsize=64)
def _aes(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _supported(made: Callable[[], T]) -> T:
    """Refuses (``vault.cipher``) where the library's OpenSSL was built without it."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return made()
    except UnsupportedAlgorithm as fault:
        raise RefusedError(Refused("vault.cipher", "TONGBAN_CIPHER", {"cipher": "sm"})) from fault


def _sm4_seal(key: bytes, nonce: bytes, plain: bytes, place: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import SM4
    from cryptography.hazmat.primitives.ciphers.modes import GCM

    sealing = _supported(lambda: Cipher(SM4(key), GCM(nonce)).encryptor())
    sealing.authenticate_additional_data(place)
    return sealing.update(plain) + sealing.finalize() + sealing.tag


def _sm4_open(key: bytes, nonce: bytes, sealed: bytes, place: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import SM4
    from cryptography.hazmat.primitives.ciphers.modes import GCM

    opening = _supported(lambda: Cipher(SM4(key), GCM(nonce, sealed[-TAG:])).decryptor())
    opening.authenticate_additional_data(place)
    try:
        return opening.update(sealed[:-TAG]) + opening.finalize()
    except InvalidTag:
        return None


def _sha256() -> HashAlgorithm:
    from cryptography.hazmat.primitives.hashes import SHA256

    return SHA256()


def _sm3() -> HashAlgorithm:
    from cryptography.hazmat.primitives.hashes import SM3

    return SM3()


SUITES: Mapping[str, Suite] = {
    each.id: each
    for each in (
        Suite("aes", 32, _aes_seal, _aes_open, _sha256),
        Suite("sm", 16, _sm4_seal, _sm4_open, _sm3),
    )
}
