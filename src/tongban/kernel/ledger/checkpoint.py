"""Checkpoints and promises: what a county signs about its ledger.

A checkpoint is a signed head of the Merkle tree over all seals gathered so far, as a C2SP
"tlog-checkpoint"::

    tongban.ledger/330824
    12345                                   leaves
    iWwRT…=                                 root, base64
    at 2026-11-22T01:02:03.000000Z
    previous 12000                          leaves of the checkpoint before

A promise is signed at once for a single entry and says by when a checkpoint will cover it (as a signed
certificate timestamp does in RFC 9162)::

    tongban.promise/330824
    q83v…=                                  seal of the entry, base64
    at 2026-11-22T01:02:03.000000Z
    due 2026-11-22T02:02:03.000000Z

Both are read strictly: a line more, less or spelt otherwise is refused (``ledger.checkpoint``,
``ledger.promise``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from tongban.kernel.ledger.canonical import LARGEST
from tongban.kernel.ledger.instant import instant_read, instant_text
from tongban.kernel.ledger.merkle import HASH_LENGTH
from tongban.kernel.ledger.note import (
    Signer,
    Verifier,
    base64_bytes,
    base64_text,
    read_note,
    sign_note,
    verify_note,
)
from tongban.kernel.ledger.seal import SEAL_LENGTH
from tongban.kernel.refusal import Refused, RefusedError

_COUNTY = r"(?P<county>[0-9A-Za-z._-]{1,64})"
_NUMBER = r"0|[1-9][0-9]{0,15}"
_CHECKPOINT = re.compile(
    rf"tongban\.ledger/{_COUNTY}\n(?P<size>{_NUMBER})\n(?P<root>\S+)\nat (?P<at>\S+)\n"
    rf"previous (?P<previous>{_NUMBER})\n",
    re.ASCII,
)
_PROMISE = re.compile(
    rf"tongban\.promise/{_COUNTY}\n(?P<seal>\S+)\nat (?P<at>\S+)\ndue (?P<due>\S+)\n", re.ASCII
)


class Checkpoint(Struct, frozen=True):
    """The head of a county's tree: ``size`` leaves, the first ``previous_size`` also under the one before."""

    county: str
    size: int
    root: bytes
    at: datetime
    previous_size: int


class Promise(Struct, frozen=True):
    """That the entry sealed ``seal`` was taken at ``at`` and stands in a checkpoint made by ``due``."""

    county: str
    seal: bytes
    at: datetime
    due: datetime


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer]) -> str | Refused:
    """The signed note of a checkpoint; refuses one that could not be read back (``ledger.checkpoint``)."""
    try:
        at = instant_text(checkpoint.at)
    except RefusedError as error:
        return error.refusal
    text = (
        f"tongban.ledger/{checkpoint.county}\n{checkpoint.size}\n{base64_text(checkpoint.root)}\n"
        f"at {at}\nprevious {checkpoint.previous_size}\n"
    )
    if _checkpoint(text) != checkpoint:
        return Refused("ledger.checkpoint")
    return sign_note(text, signers)


def read_checkpoint(note: str) -> Checkpoint | Refused:
    """What a signed note says, whoever signed it: for display only."""
    opened = read_note(note)
    return opened if isinstance(opened, Refused) else _checkpoint(opened.text)


def verify_checkpoint(note: str, verifiers: Sequence[Verifier]) -> Checkpoint | Refused:
    """What a signed note says, when a trusted key signed it (refusals of ``verify_note``)."""
    opened = read_note(note)
    if isinstance(opened, Refused):
        return opened
    signed_by = verify_note(opened, verifiers)
    return signed_by if isinstance(signed_by, Refused) else _checkpoint(opened.text)


def sign_promise(promise: Promise, signers: Sequence[Signer]) -> str | Refused:
    """The signed note of a promise; refuses one that could not be read back (``ledger.promise``)."""
    try:
        at, due = instant_text(promise.at), instant_text(promise.due)
    except RefusedError as error:
        return error.refusal
    text = f"tongban.promise/{promise.county}\n{base64_text(promise.seal)}\nat {at}\ndue {due}\n"
    if _promise(text) != promise:
        return Refused("ledger.promise")
    return sign_note(text, signers)


def verify_promise(note: str, verifiers: Sequence[Verifier]) -> Promise | Refused:
    """What a signed note promises, when a trusted key signed it (refusals of ``verify_note``)."""
    opened = read_note(note)
    if isinstance(opened, Refused):
        return opened
    signed_by = verify_note(opened, verifiers)
    return signed_by if isinstance(signed_by, Refused) else _promise(opened.text)


def _checkpoint(text: str) -> Checkpoint | Refused:
    refused = Refused("ledger.checkpoint")
    found = _CHECKPOINT.fullmatch(text)
    if found is None:
        return refused
    head = base64_bytes(found["root"], HASH_LENGTH)
    size, previous = int(found["size"]), int(found["previous"])
    if head is None or not previous <= size <= LARGEST:
        return refused
    try:
        return Checkpoint(found["county"], size, head, instant_read(found["at"]), previous)
    except RefusedError:
        return refused


def _promise(text: str) -> Promise | Refused:
    refused = Refused("ledger.promise")
    found = _PROMISE.fullmatch(text)
    if found is None:
        return refused
    seal = base64_bytes(found["seal"], SEAL_LENGTH)
    try:
        at, due = instant_read(found["at"]), instant_read(found["due"])
    except RefusedError:
        return refused
    return refused if seal is None or due < at else Promise(found["county"], seal, at, due)
