"""The secrets of a home: one file each, readable by its owner alone, made when first needed, and never in place of one that was lost."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterator
from hmac import digest as keyed_digest
from pathlib import Path
from uuid import UUID

from msgspec import Struct

from tongban.kernel.form import FieldKind
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.ed25519 import KEY_LENGTH, Ed25519Signer
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value

IDENTIFYING = frozenset({FieldKind.phone, FieldKind.id_card, FieldKind.credit_code})
"""Kinds of identity values by which a case, a person or an enterprise may be looked up."""


SIGNING, LOOKUP, UNFINISHED = "signing", "lookup", "unfinished"
DRAWS, EXCHANGE, OPENING, SECRETS = "draws", "exchange", "opening", "secrets"
KINDS = (SIGNING, LOOKUP, UNFINISHED, DRAWS, EXCHANGE, OPENING, SECRETS)
"""What follows the county in the names of the files. Each is of 32 bytes."""
LOOKUP_MISSING, KEY_LOST, KEY_BROKEN = "vault.lookup_missing", "vault.key_lost", "vault.key_broken"
KEYS_AWAY = frozenset({LOOKUP_MISSING, KEY_LOST, KEY_BROKEN})
"""What is refused until a key lies here again."""
_NONCE = 12
"""Bytes before everything that is sealed."""
_NAME = re.compile("[0-9a-f]{32}")
_EASY = "23456789abcdefghjkmnpqrstuvwxyz0"
"""Digits and letters, without those that are taken for others."""


class Keys(Struct, frozen=True):
    """The keys under ``TONGBAN_HOME/keys``.

    ``<county>.signing`` is the seed of the Ed25519 key that signs checkpoints; ``<county>.lookup`` keys
    the digests by which identities are found, and those under which registers know somebody. Whoever loses the first must
    publish a new public key; whoever loses the second can no longer find cases by phone number, nor rows by who they are about.
    ``<county>.unfinished`` is part of what opens forms kept under a code; whoever loses it loses them. ``<county>.exchange``
    signs messages to other counties, ``<county>.opening`` opens what they sealed for this one (X25519): who loses one of
    these gives the others a new public key. Lots follow from ``<county>.draws``: whoever reads it can foresee them, whoever
    loses it can no longer show how those of the running month were drawn. ``<county>.secrets`` seals what a table keeps and only this
    home may read (second factors, keys of channels): who loses it sets those up anew. ``<county>.vault-<n>-<suite>`` seal who asks
    (``tongban.store.vault``): who loses one of these loses the names and numbers that it sealed.

    ``used`` tells of a kind whether something rests on that key already. Then none is made where it does not lie: every method raises
    ``RefusedError`` (``KEYS_AWAY``), as for a file that is not 32 bytes long.
    """

    folder: Path
    used: Callable[[str], bool] = lambda _kind: False

    def signer(self, county: str) -> Ed25519Signer:
        return Ed25519Signer(f"tongban.{county}", self._kept(county, SIGNING))

    def unfinished(self, county: str) -> bytes:
        """What a code is mixed with before anything is kept under it: without this the database alone can try no codes."""
        return self._kept(county, UNFINISHED)

    def draws(self, county: str) -> bytes:
        """What the seeds of lots follow from, 32 bytes."""
        return self._kept(county, DRAWS)

    def lookup(self, county: str) -> Lookup:
        return Lookup(self._kept(county, LOOKUP))

    def exchange(self, county: str) -> Ed25519Signer:
        return Ed25519Signer(f"tongban.{county}.{EXCHANGE}", self._kept(county, EXCHANGE))

    def opening(self, county: str) -> bytes:
        """The X25519 secret, 32 bytes."""
        return self._kept(county, OPENING)

    def cipher(self, county: str) -> Cipher:
        return Cipher(self._kept(county, SECRETS))

    def lost(self, county: str) -> Iterator[Refused]:
        """Of every key what its method would be refused with now."""
        for kind in KINDS:
            refused = self._lost(county, kind)
            if refused is not None:
                yield refused

    def _kept(self, county: str, kind: str) -> bytes:
        refused = self._lost(county, kind)
        if refused is not None:
            raise RefusedError(refused)
        return made_once(self.folder, file_of(county, kind), KEY_LENGTH)

    def _lost(self, county: str, kind: str) -> Refused | None:
        path = self.folder / file_of(county, kind)
        facts = {"key": path.name, "path": str(self.folder)}
        try:
            return None if path.stat().st_size == KEY_LENGTH else Refused(KEY_BROKEN, "", facts)
        except FileNotFoundError:
            code = LOOKUP_MISSING if kind == LOOKUP else KEY_LOST
            return Refused(code, "", facts) if self.used(kind) else None


def file_of(county: str, kind: str) -> str:
    """The name of the file that a county's key lies in."""
    return f"{county}.{kind}"


def made_once(folder: Path, name: str, length: int) -> bytes:
    """The bytes in the file; made at random when missing, once even when two make it at once."""
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(length))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_bytes()


class Cipher(Struct, frozen=True):
    """Seals secrets that must be read again: ChaCha20-Poly1305 under a nonce by chance, with the key of the home."""

    key: bytes

    def __repr__(self) -> str:
        return "Cipher(…)"

    def seal(self, secret: bytes, place: str) -> bytes:
        """``place`` names what the secret is of, so that it opens nowhere else."""
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        nonce = secrets.token_bytes(_NONCE)
        return nonce + ChaCha20Poly1305(self.key).encrypt(nonce, secret, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes | None:
        """None for what was changed, was sealed for another place, or under another key."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        try:
            return ChaCha20Poly1305(self.key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except (InvalidTag, ValueError):
            return None


class Lookup(Struct, frozen=True):
    """Keyed digests of identity values: equal values meet, and nobody without the key can guess them."""

    key: bytes

    def __repr__(self) -> str:
        return "Lookup(…)"

    def seal(self, register: str, name: str, value: str) -> str:
        """HMAC-SHA256, hex, of one part of the key of a register's row. No other register, field or use of the key gives the same
        for the same value, so that rows of two registers cannot be laid beside each other."""
        return keyed_digest(self.key, canonical(("sealed", register, name, value)).encode(), "sha256").hex()

    def digest(self, kind: FieldKind, value: Value) -> bytes:
        """HMAC-SHA256, 32 bytes, of a value as the form read it."""
        return keyed_digest(self.key, f"{kind.value}:{value}".encode(), "sha256")

    def source(self, text: str) -> str:
        """A digest of where something came from, 32 hexadecimal digits: apart from those of identities."""
        return keyed_digest(self.key, f"source:{text}".encode(), "sha256").hex()[:32]

    def name(self, case: str) -> str:
        """A name for a case that leads nowhere but back here (``named``), 32 hexadecimal digits: one block of AES over its id."""
        return self._block(UUID(case).bytes, known=False).hex()

    def named(self, name: str) -> str:
        """The id behind a name, whether a case has it or not. Raises ``ValueError`` for what is no such name."""
        if not _NAME.fullmatch(name):
            raise ValueError(name)
        return str(UUID(bytes=self._block(bytes.fromhex(name), known=True)))

    def _block(self, block: bytes, *, known: bool) -> bytes:
        """16 bytes to 16 others, or back (``known``). A single block is all that is ever enciphered, so no chaining is wanted."""
        from cryptography.hazmat.primitives.ciphers import Cipher as Blocks
        from cryptography.hazmat.primitives.ciphers.algorithms import AES
        from cryptography.hazmat.primitives.ciphers.modes import ECB

        cipher = Blocks(AES(keyed_digest(self.key, b"names of cases", "sha256")), ECB())  # noqa: S305
        turned = cipher.decryptor() if known else cipher.encryptor()
        return turned.update(block) + turned.finalize()

    def code(self, text: str) -> str:
        """A digest that stands in an address for what it names, 10 characters that are easy to type: 50 bits."""
        bits = int.from_bytes(keyed_digest(self.key, f"code:{text}".encode(), "sha256")[:8], "big")
        return "".join(_EASY[bits >> 5 * n & 31] for n in range(10))
