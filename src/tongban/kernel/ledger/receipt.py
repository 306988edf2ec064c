"""A resident's receipt: proof, without asking anybody, that an entry stands in the county's ledger.

Canonical JSON of these members::

    {"entry":  {"body": …, "prev": hex, "seal": hex},
     "format": "tongban.receipt.1",
     "keys":   [key ids that signed the note],
     "note":   a signed checkpoint, or, while none covers the entry, a signed promise,
     "proof":  {"leaf": index, "path": [hex, …]}   or null with a promise,
     "values": {name: {"salt": hex, "value": …}}}

``values`` discloses the requester's own values with their salts; each must give the digest that the
body holds under its name. A receipt with a promise is *pending*: it proves that the county took the
entry and by when a checkpoint must cover it. Whoever verifies brings the public keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from tongban.kernel.ledger.canonical import canonical, parse
from tongban.kernel.ledger.checkpoint import Checkpoint, Promise, verify_checkpoint, verify_promise
from tongban.kernel.ledger.ed25519 import trusted
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import instant_read, instant_text
from tongban.kernel.ledger.merkle import HASH_LENGTH, Proof, verify_inclusion
from tongban.kernel.ledger.note import Verifier, read_note
from tongban.kernel.ledger.seal import SALT_LENGTH, SEAL_LENGTH, TOLERANCE, Entry, commit, link
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts, Value

FORMAT = "tongban.receipt.1"


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A value that the ledger holds only as a digest, with the salt that proves it."""

    value: Value
    salt: bytes = field(repr=False)


class Included(Struct, frozen=True):
    """Where the entry stands in the tree of a signed checkpoint."""

    note: str
    leaf: int
    path: Proof


class Pending(Struct, frozen=True):
    """No checkpoint covers the entry yet: the county's signed promise instead."""

    note: str


class Verified(Struct, frozen=True):
    """What a receipt proves."""

    chain: str
    seq: int
    kind: str
    at: datetime
    recorded: datetime
    facts: Facts
    values: Facts
    """The disclosed values, by name."""
    covered_by: Checkpoint | Promise

    @property
    def pending(self) -> bool:
        """True while only a promise stands behind the receipt."""
        return isinstance(self.covered_by, Promise)


def write_receipt(entry: Entry, proof: Included | Pending, values: Mapping[str, Disclosed]) -> str | Refused:
    """The receipt of an entry.

    Refuses a value that does not give its digest (``ledger.value_differs``, ``ledger.value_unknown``) and
    a note of another shape (``ledger.note``); whether the proof holds is for ``verify_receipt``.
    """
    note = read_note(proof.note)
    if isinstance(note, Refused):
        return note
    try:
        body = parse(entry.body)
        wrong = _wrong_values(body, values)
        if wrong:
            return Refused.of([Refused(each.code, str(each.facts["name"]), each.facts) for each in wrong])
        return canonical(
            {
                "entry": {"body": entry.body, "prev": entry.prev.hex(), "seal": entry.seal.hex()},
                "format": FORMAT,
                "keys": note.key_ids(),
                "note": proof.note,
                "proof": {"leaf": proof.leaf, "path": tuple(each.hex() for each in proof.path)}
                if isinstance(proof, Included)
                else None,
                "values": {
                    name: {"salt": each.salt.hex(), "value": each.value} for name, each in values.items()
                },
            }
        )
    except RefusedError as error:
        return error.refusal


def verify_receipt(text: str, trusted_keys: Mapping[str, bytes]) -> Verified | tuple[Finding, ...]:
    """What a receipt proves, or everything that is wrong with it; works offline and never raises.

    ``trusted_keys``: Ed25519 public keys (32 bytes) by key id, from where the county publishes them.
    """
    return check_receipt(text, trusted(trusted_keys))


def check_receipt(text: str, verifiers: Sequence[Verifier]) -> Verified | tuple[Finding, ...]:
    """``verify_receipt`` with keys of any algorithm.

    Codes: ``ledger.receipt`` (not a receipt), ``ledger.changed`` (entry and seal), ``ledger.unreadable``
    (body), ``ledger.value_differs``, ``ledger.value_unknown``, ``ledger.not_included``,
    ``ledger.other_seal`` (the promise is for another entry), ``ledger.future`` and the refusals of notes,
    checkpoints and promises.
    """
    receipt = _read(text)
    if isinstance(receipt, Finding):
        return (receipt,)
    findings: list[Finding] = []
    if link(receipt.prev, receipt.body) != receipt.seal:
        findings.append(Finding("ledger.changed", "", 0, {"part": "entry", "seal": receipt.seal.hex()}))
    covered_by = _covered_by(receipt, verifiers)
    if isinstance(covered_by, Finding):
        findings.append(covered_by)
    said = _said(receipt.body)
    if isinstance(said, Finding):
        return (*findings, said)
    findings += _wrong_values(parse(receipt.body), receipt.values)
    if isinstance(covered_by, Finding):
        return tuple(findings)
    if said.recorded - covered_by.at > TOLERANCE:
        dates = {"stated": instant_text(said.recorded), "limit": instant_text(covered_by.at)}
        findings.append(Finding("ledger.future", said.chain, said.seq, dates))
    values = {name: each.value for name, each in receipt.values.items()}
    return tuple(findings) or Verified(
        said.chain, said.seq, said.kind, said.at, said.recorded, said.facts, values, covered_by
    )


class _Receipt(Struct, frozen=True):
    body: str
    prev: bytes
    seal: bytes
    proof: Included | Pending
    values: Mapping[str, Disclosed]


class _Said(Struct, frozen=True):
    """What a body says."""

    chain: str
    seq: int
    kind: str
    at: datetime
    recorded: datetime
    facts: Facts


def _covered_by(receipt: _Receipt, verifiers: Sequence[Verifier]) -> Checkpoint | Promise | Finding:
    """The signed statement that covers the entry, or why none does."""
    proof = receipt.proof
    if isinstance(proof, Pending):
        promise = verify_promise(proof.note, verifiers)
        if isinstance(promise, Refused):
            return Finding.of(promise)
        return promise if promise.seal == receipt.seal else Finding("ledger.other_seal")
    checkpoint = verify_checkpoint(proof.note, verifiers)
    if isinstance(checkpoint, Refused):
        return Finding.of(checkpoint)
    if verify_inclusion(receipt.seal, proof.leaf, checkpoint.size, proof.path, checkpoint.root):
        return checkpoint
    return Finding("ledger.not_included", "", 0, {"leaf": proof.leaf, "size": checkpoint.size})


def _wrong_values(body: Value, values: Mapping[str, Disclosed]) -> list[Finding]:
    """Disclosed values that do not give the digest the body holds under their name."""
    sealed = body.get("sealed") if isinstance(body, Mapping) else None
    findings: list[Finding] = []
    for name, each in values.items():
        digest = sealed.get(name) if isinstance(sealed, Mapping) else None
        if digest is None:
            findings.append(Finding("ledger.value_unknown", "", 0, {"name": name}))
        elif commit(each.value, each.salt) != digest:
            findings.append(Finding("ledger.value_differs", "", 0, {"name": name}))
    return findings


def _said(body: str) -> _Said | Finding:
    try:
        match parse(body):
            case {
                "entry": {"at": str(at), "chain": str(chain), "recorded": str(recorded), "seq": int(seq)},
                "facts": Mapping() as facts,
                "kind": str(kind),
                "sealed": Mapping(),
                **rest,
            } if not rest and not isinstance(seq, bool):
                return _Said(chain, seq, kind, instant_read(at), instant_read(recorded), facts)
            case _:
                because = "ledger.body"
    except RefusedError as error:
        because = error.refusal.code
    return Finding("ledger.unreadable", "", 0, {"because": because})


def _read(text: str) -> _Receipt | Finding:
    """The parts of a receipt with the right shapes and lengths; nothing about them is proved yet."""
    try:
        value = parse(text.removesuffix("\n").removesuffix("\r"))  # as a shell or an editor ends a file
    except RefusedError as error:
        return Finding("ledger.receipt", "", 0, {"because": error.refusal.code})
    wrong = Finding("ledger.receipt", "", 0, {"because": "ledger.body"})
    match value:
        case {
            "entry": {"body": str(body), "prev": str(prev_hex), "seal": str(seal_hex), **entry_rest},
            "format": "tongban.receipt.1",
            "keys": tuple() as keys,
            "note": str(note),
            "proof": proof_part,
            "values": Mapping() as value_parts,
            **rest,
        } if not rest and not entry_rest:
            prev, seal = _bytes(prev_hex, SEAL_LENGTH), _bytes(seal_hex, SEAL_LENGTH)
            proof = _proof(note, proof_part)
            values = {name: _disclosed(part) for name, part in value_parts.items()}
            opened = read_note(note)
        case _:
            return wrong
    disclosed = {name: each for name, each in values.items() if each is not None}
    if prev is None or seal is None or proof is None or len(disclosed) != len(values):
        return wrong
    if isinstance(opened, Refused):
        return Finding.of(opened)
    return _Receipt(body, prev, seal, proof, disclosed) if opened.key_ids() == keys else wrong


def _proof(note: str, part: Value) -> Included | Pending | None:
    match part:
        case None:
            return Pending(note)
        case {"leaf": int(leaf), "path": tuple() as path, **rest} if not rest and not isinstance(leaf, bool):
            hashes = [_bytes(each, HASH_LENGTH) for each in path]
            known = tuple(each for each in hashes if each is not None)
            return Included(note, leaf, known) if len(known) == len(hashes) else None
        case _:
            return None


def _disclosed(part: Value) -> Disclosed | None:
    match part:
        case {"salt": str(salt_hex), "value": value, **rest} if not rest:
            salt = _bytes(salt_hex, SALT_LENGTH)
            return None if salt is None else Disclosed(value, salt)
        case _:
            return None


def _bytes(text: Value, length: int) -> bytes | None:
    """The bytes of exactly so many pairs of lower-case hexadecimal digits."""
    if not isinstance(text, str) or len(text) != 2 * length:
        return None
    try:
        value = bytes.fromhex(text)
    except ValueError:
        return None
    return value if value.hex() == text else None
