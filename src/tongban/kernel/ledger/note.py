"""Signed notes: plain text that carries its signatures, as in C2SP "signed-note".

A note is a text of non-empty lines, an empty line, and one line a signature::

    — <name> <base64 of 4 bytes of key hash and the signature>

A key is called ``<name>+<8 hexadecimal digits of the key hash>``; that is its ``key_id``. Which algorithm
signs is the key's affair: Ed25519 stands in ``tongban.kernel.ledger.ed25519``, others (SM2 with SM3) need
only a ``Signer`` and a ``Verifier``.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from tongban.kernel.refusal import Refused

_KEY_ID = re.compile(r"(?P<name>[!-*,-~]{1,100})\+(?P<hash>[0-9a-f]{8})")
_SIGNATURE = re.compile(r"— (?P<name>[!-*,-~]{1,100}) (?P<value>[0-9A-Za-z+/]+={0,2})")
_HASH_LENGTH = 4


class Signer(Protocol):
    """Signs with one key."""

    @property
    def algorithm(self) -> str: ...

    @property
    def key_id(self) -> str: ...

    def sign(self, message: bytes) -> bytes: ...


class Verifier(Protocol):
    """Checks the signatures of one key; never raises for a wrong signature."""

    @property
    def algorithm(self) -> str: ...

    @property
    def key_id(self) -> str: ...

    def verify(self, message: bytes, signature: bytes) -> bool: ...


class Signature(Struct, frozen=True):
    key_id: str
    value: bytes


class Note(Struct, frozen=True):
    """A note taken apart: nothing about it is proved yet."""

    text: str
    signatures: tuple[Signature, ...]

    def key_ids(self) -> tuple[str, ...]:
        return tuple(signature.key_id for signature in self.signatures)


def sign_note(text: str, signers: Sequence[Signer]) -> str | Refused:
    """The text with the signatures of all signers.

    Refuses a text with empty lines or other control characters (``ledger.note``) and a signer whose
    ``key_id`` is not a name, ``+`` and eight hexadecimal digits (``ledger.key_id``).
    """
    if not _is_note_text(text) or not signers:
        return Refused("ledger.note")
    lines: list[str] = []
    for signer in signers:
        key = _KEY_ID.fullmatch(signer.key_id)
        if key is None:
            return Refused("ledger.key_id", "", {"key": signer.key_id})
        value = bytes.fromhex(key["hash"]) + signer.sign(text.encode())
        lines.append(f"— {key['name']} {b64encode(value).decode()}\n")
    return text + "\n" + "".join(lines)


def signature_begins(key_id: str) -> str:
    """What the line of a signature by a key begins with: its name and, in base64, the first 30 of the 32 bits of its hash."""
    name, _, digest = key_id.rpartition("+")
    return f"— {name} {b64encode(bytes.fromhex(digest)).decode()[:5]}"


def read_note(note: str) -> Note | Refused:
    """Take a note apart without judging its signatures. Refuses any other shape (``ledger.note``)."""
    text, gap, tail = note.rpartition("\n\n")
    text += "\n"
    if not gap or not _is_note_text(text) or not tail.endswith("\n"):
        return Refused("ledger.note")
    signatures: list[Signature] = []
    for line in tail[:-1].split("\n"):
        found = _SIGNATURE.fullmatch(line)
        value = _from_base64(found["value"]) if found else b""
        if found is None or len(value) <= _HASH_LENGTH:
            return Refused("ledger.note")
        key_id = f"{found['name']}+{value[:_HASH_LENGTH].hex()}"
        signatures.append(Signature(key_id, value[_HASH_LENGTH:]))
    return Note(text, tuple(signatures))


def verify_note(note: Note, verifiers: Sequence[Verifier]) -> tuple[str, ...] | Refused:
    """The keys among ``verifiers`` that signed the note: at least one.

    Signatures by other keys are passed over. Refuses a wrong signature by a known key, even beside a
    right one (``ledger.signature_wrong``), and a note no known key signed (``ledger.signature_unknown``).
    """
    known = {verifier.key_id: verifier for verifier in verifiers}
    signed_by: list[str] = []
    for signature in note.signatures:
        verifier = known.get(signature.key_id)
        if verifier is None:
            continue
        if not verifier.verify(note.text.encode(), signature.value):
            return Refused("ledger.signature_wrong", "", {"key": signature.key_id})
        signed_by.append(signature.key_id)
    if not signed_by:
        return Refused("ledger.signature_unknown", "", {"keys": note.key_ids()})
    return tuple(signed_by)


def base64_text(value: bytes) -> str:
    return b64encode(value).decode()


def base64_bytes(text: str, length: int) -> bytes | None:
    """The bytes, when the text is the one base64 of exactly so many."""
    value = _from_base64(text)
    return value if len(value) == length else None


def _from_base64(text: str) -> bytes:
    """The bytes of strict base64; none for anything else, also for a second way to write the same."""
    try:
        value = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return b""
    return value if b64encode(value).decode() == text else b""


def _is_note_text(text: str) -> bool:
    """Lines that end in a newline, none of them empty, without control characters."""
    lines = text.split("\n")
    return len(lines) > 1 and lines[-1] == "" and all(line and line.isprintable() for line in lines[:-1])
