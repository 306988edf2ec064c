"""A message between two counties: what it says, the note that signs it, and the receipt that answers it.

What is said stands in three parts. The *head* is canonical JSON: from whom, to whom, which conversation, the how
manieth, which message. What it carries is *sealed* for its reader (``kernel.exchange.sealing``); the head holds the
hash of that. The *note* is a C2SP signed note over the hash of the head and the moment of sending: a message is
sealed once and signed anew at each try, so that an old copy cannot be sent by somebody else later on.

The receipt is a signed note, too: it names the hash of the head, so each side can show what the other one signed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec
from msgspec import Struct

from tongban.kernel import shapes
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.instant import instant_read, instant_text
from tongban.kernel.ledger.note import Signer, Verifier, read_note, sign_note, verify_note
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Record, Value

MESSAGE = "tongban exchange message 1"
"""The first line of what is signed: no other note of this product begins so."""
RECEIPT = "tongban exchange receipt 1"
WINDOW = timedelta(minutes=10)
"""How far the clocks of two counties may be apart, the way of the message included."""
LARGEST_HEAD = 4_000
LARGEST_SEALED = 400_000
"""Bytes of what a message carries: a few texts of 100 kB."""


class Head(Record, frozen=True):
    """What a message says of itself, readable by both ends. ``number`` is what its case is called where it comes from,
    ``sealed`` the SHA-256 of what it carries, in hexadecimal; ``at`` when it was said."""

    peer: str
    to: str
    conversation: str
    n: int
    practice: str
    message: str
    number: str
    at: str
    sealed: str

    @property
    def text(self) -> str:
        return canonical(self)

    @property
    def digest(self) -> str:
        return digest_of(self.text)

    @property
    def beside(self) -> bytes:
        """What is bound to all that the message carries: it cannot be opened beside another head."""
        return f"{self.peer} {self.to} {self.conversation} {self.n} {self.message}".encode()


class Signed(Struct, frozen=True):
    """A message on its way. Nothing about it is proved yet."""

    note: str
    head: str
    sealed: bytes


class Receipt(Struct, frozen=True):
    """What the reader of a message signs: that it came, when, and what its case is called there."""

    peer: str
    to: str
    conversation: str
    n: int
    digest: str
    at: datetime
    number: str

    @property
    def text(self) -> str:
        place = f"{self.conversation} {self.n}"
        lines = (RECEIPT, f"{self.peer} {self.to}", place, self.digest, instant_text(self.at), self.number)
        return "".join(f"{line}\n" for line in lines)


def digest_of(head: str) -> str:
    return sha256(head.encode()).hexdigest()


def sign(head: Head, sealed: bytes, now: datetime, signers: Sequence[Signer]) -> Signed | Refused:
    """The message as it is sent now."""
    note = sign_note(_signed_text(head, instant_text(now)), signers)
    return note if isinstance(note, Refused) else Signed(note, head.text, sealed)


def _signed_text(head: Head, sent: str) -> str:
    return f"{MESSAGE}\n{head.peer} {head.to}\n{head.digest}\n{sent}\n"


def read_head(text: str) -> Head | Refused:
    """The head, if it is written in its one way. Refuses any other (``exchange.shape``)."""
    if len(text.encode("utf-8", "replace")) > LARGEST_HEAD:
        return Refused("exchange.too_large", "head", {"most": LARGEST_HEAD})
    try:
        head = shapes.read(text, Head)
        if head.text == text and _plain(head):
            return head
    except (msgspec.MsgspecError, RefusedError, UnicodeEncodeError):
        pass
    return Refused("exchange.shape", "head")


def _plain(head: Head) -> bool:
    """Whether every word of it can stand in a line of a note and in the ledger."""
    try:
        UUID(head.conversation)
    except ValueError:
        return False
    words = (head.peer, head.to, head.conversation, head.practice, head.message, head.number, head.sealed)
    return 0 < head.n < 2**31 and all(
        word.isprintable() and 0 < len(word) <= 100 and " " not in word for word in words
    )


def genuine(
    signed: Signed, head: Head, verifiers: Sequence[Verifier], now: datetime
) -> tuple[str, ...] | Refused:
    """The keys that signed a message. Refuses one that nobody trusted signed, or that says another thing than was signed
    (``exchange.forged``), and one that was not sent just now (``exchange.stale``)."""
    note = read_note(signed.note)
    if isinstance(note, Refused):
        return Refused("exchange.forged", "note")
    keys = verify_note(note, verifiers)
    sent = note.text.rstrip("\n").rpartition("\n")[2]
    if isinstance(keys, Refused) or note.text != _signed_text(head, sent):
        return Refused("exchange.forged", "note")
    if sha256(signed.sealed).hexdigest() != head.sealed:
        return Refused("exchange.forged", "sealed")
    try:
        apart = abs(now - instant_read(sent))
    except RefusedError:
        return Refused("exchange.forged", "note")
    if apart > WINDOW:
        return Refused("exchange.stale", "note", {"minutes": int(WINDOW.total_seconds()) // 60})
    return keys


def receipted(receipt: str, head: Head, verifiers: Sequence[Verifier]) -> str | Refused:
    """What the case is called there, if the receipt is for this message (``exchange.receipt``)."""
    note = read_note(receipt)
    if isinstance(note, Refused) or isinstance(verify_note(note, verifiers), Refused):
        return Refused("exchange.receipt")
    lines = note.text.split("\n")
    wanted = [RECEIPT, f"{head.to} {head.peer}", f"{head.conversation} {head.n}", head.digest]
    if len(lines) != len(wanted) + 3 or lines[: len(wanted)] != wanted:
        return Refused("exchange.receipt")
    return lines[len(wanted) + 1]


def carried(fields: dict[str, Value]) -> bytes:
    """What a message carries, before it is sealed."""
    return canonical(fields).encode()


def fields_of(plain: bytes) -> dict[str, Value] | Refused:
    """The same, read back. Refuses what is no mapping (``exchange.shape``)."""
    try:
        found = json.loads(plain)
    except (ValueError, RecursionError):
        return Refused("exchange.shape", "sealed")
    return found if isinstance(found, dict) else Refused("exchange.shape", "sealed")
