"""A practice as one signed file, so that it can travel from county to county: by mail, on a stick, by hand.

The file is text. Line 1 says what it is, one line a file of the folder follows in the order of their paths, and
the last line is a signed note (``kernel.ledger.note``) over all bytes before it::

    {"at": "2026-11-29T01:00:00.000000Z", "county": "330822", "digest": hex, "files": n, "format": "tongban.parcel.1",
     "name": {"en": …, "zh-Hans": …}, "practice": id, "version": "2.6.0"}
    {"path": "README.md", "text": "…"}
    …
    {"signed": "tongban.parcel/330822\\n<SHA-256 of the lines before, hex>\\n\\n— tongban.330822.exchange+… …\\n"}

A county signs with the key that other counties already know it by (its peer card). The signature says who packed
it and that nothing was changed since; whether the practice is sound is for the check that every practice goes through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

import msgspec
from msgspec import Struct

from tongban.kernel import shapes
from tongban.kernel.ledger.canonical import canonical, parse
from tongban.kernel.ledger.instant import instant_read, instant_text
from tongban.kernel.ledger.note import Signer, Verifier, read_note, sign_note, verify_note
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts, Value
from tongban.library.folder import LARGEST, MOST_FILES, digest, names_of
from tongban.library.practice import Practice

FORMAT = "tongban.parcel.1"
LONGEST = 20_000_000
"""Bytes of a whole file; a practice of today has a tenth of a million."""
T = TypeVar("T")
_CODE = re.compile(r"[0-9]{6}")
_MARK = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Head(Struct, frozen=True, forbid_unknown_fields=True):
    """Line 1. ``county`` is who packed it, ``name`` what it calls itself, ``digest`` names the folder's content."""

    format: str
    practice: str
    version: str
    digest: str
    county: str
    name: Mapping[str, str]
    at: str
    files: int


class Parcel(Struct, frozen=True):
    """A file taken apart. ``keys`` signed it and are known; ``at`` is when it says it was packed."""

    practice: str
    version: str
    digest: str
    county: str
    name: Mapping[str, str]
    at: datetime
    files: Mapping[str, str]
    keys: tuple[str, ...] = ()


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    path: str
    text: str


class _Signed(Struct, frozen=True, forbid_unknown_fields=True):
    signed: str


def wrap(practice: Practice, county: str, name: Mapping[str, str], at: datetime, signer: Signer) -> str:
    """The file of a practice, signed by ``signer`` for ``county``."""
    head: Value = {
        "format": FORMAT,
        "practice": practice.id,
        "version": practice.version,
        "digest": practice.digest,
        "county": county,
        "name": name,
        "at": instant_text(at),
        "files": len(practice.files),
    }
    lines: list[Value] = [
        head,
        *({"path": path, "text": text} for path, text in sorted(practice.files.items())),
    ]
    body = "".join(f"{canonical(line)}\n" for line in lines)
    note = sign_note(_stated(county, body), [signer])
    assert isinstance(note, str)
    return f"{body}{canonical({'signed': note})}\n"


def unwrap(text: str, verifiers: Sequence[Verifier]) -> Parcel | Refused:
    """The practice in a file that a known key of the stated county signed.

    Refuses what is no such file or is written otherwise than ``wrap`` writes (``parcel.unreadable`` with the line), one that
    was changed after it was signed (``parcel.changed``), and one that no known key of that county signed (``parcel.unknown_signer``).
    """
    if any(
        "\ud800" <= sign <= "\udfff" for sign in text
    ):  # no file says that; canonical text could not either
        return Refused("parcel.unreadable", "", {"line": 1})
    if len(text.encode()) > LONGEST:
        return Refused("parcel.too_large", "", {"most": LONGEST // 1_000_000})
    *lines, rest = (
        f"{line}\n" for line in text.split("\n")
    )  # not splitlines: a text may hold other ends of lines
    if rest != "\n":
        return Refused("parcel.unreadable", "", {"line": len(lines) + 1})
    parcel = _taken_apart(lines)
    if isinstance(parcel, Refused):
        return parcel
    signed = _line(lines, len(lines), _Signed)
    note = signed if isinstance(signed, Refused) else read_note(signed.signed)
    if isinstance(note, Refused):
        return Refused("parcel.unreadable", "", {"line": len(lines)})
    mine = [each for each in verifiers if each.key_id.rpartition("+")[0] == signed_by(parcel.county)]
    facts = named(parcel.county, parcel.name)
    if note.text != _stated(parcel.county, "".join(lines[:-1])) or digest(parcel.files) != parcel.digest:
        return Refused("parcel.changed", "", facts)
    keys = verify_note(note, mine)
    if isinstance(keys, Refused):
        known = keys.code == "ledger.signature_wrong"
        return Refused(
            "parcel.changed" if known else "parcel.unknown_signer", "", {**facts, "keys": note.key_ids()}
        )
    return msgspec.structs.replace(parcel, keys=keys)


def named(county: str, name: Mapping[str, str]) -> Facts:
    """A county among the facts of a refusal: its code, and what it calls itself in both languages."""
    chinese = name.get("zh-Hans") or county
    return {"county": county, "name": chinese, "name_en": name.get("en") or chinese}


def signed_by(county: str) -> str:
    """The name of the key by which other counties know this one."""
    return f"tongban.{county}.exchange"


def _stated(county: str, body: str) -> str:
    return f"tongban.parcel/{county}\n{sha256(body.encode()).hexdigest()}\n"


def _taken_apart(lines: Sequence[str]) -> Parcel | Refused:
    """What the lines say, still believed by nobody."""
    head = _line(lines, 1, Head)
    if isinstance(head, Refused):
        return head
    sound = _CODE.fullmatch(head.county) and _MARK.fullmatch(head.digest) and _NAME.fullmatch(head.practice)
    counted = head.files == len(lines) - 2 and 0 < head.files <= MOST_FILES
    try:
        at = instant_read(head.at)
    except RefusedError:
        return Refused("parcel.unreadable", "", {"line": 1})
    if head.format != FORMAT or not sound or not counted:
        return Refused("parcel.unreadable", "", {"line": 1})
    files: dict[str, str] = {}
    for number in range(2, len(lines)):
        file = _line(lines, number, _File)
        if isinstance(file, Refused):
            return file
        if file.path <= max(files, default="") or len(file.text.encode()) > LARGEST:
            return Refused("parcel.unreadable", "", {"line": number})
        files[file.path] = file.text
    strange = names_of(files)
    if strange:
        return Refused.of(strange)
    return Parcel(head.practice, head.version, head.digest, head.county, head.name, at, files)


def _line(lines: Sequence[str], number: int, shape: type[T]) -> T | Refused:
    """A line as its shape, canonical to the byte: two readers must not be able to read it in two ways."""
    refused = Refused("parcel.unreadable", "", {"line": number})
    if not 1 <= number <= len(lines):
        return refused
    line = lines[number - 1]
    try:
        parse(line.removesuffix("\n"))
        return shapes.read(line, shape)
    except (msgspec.MsgspecError, RefusedError):
        return refused
