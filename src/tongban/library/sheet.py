"""How a practice goes in one county, as that county signs it: for others to read beside their own.

The file is text of two lines: what is told, canonical, and a signed note (``kernel.ledger.note``) over it. In it stands the
practice itself as a signed parcel, so whoever reads it can draw it and see what was changed. No person stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec
from msgspec import Struct

from tongban.kernel import shapes
from tongban.kernel.ledger.canonical import canonical, parse
from tongban.kernel.ledger.note import Signer, Verifier, read_note, sign_note, verify_note
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value
from tongban.library.parcel import LONGEST, Parcel, named, signed_by, unwrap

FORMAT = "tongban.sheet.1"


class Origin(Struct, frozen=True, forbid_unknown_fields=True):
    """Where it came from: the county that packed it, what it was then, and the day on which it came here."""

    county: str
    name: Mapping[str, str]
    version: str
    digest: str
    came: str


class Told(Struct, frozen=True, forbid_unknown_fields=True):
    """What the county's own figures say since it was taken on (``apps.figures.effect``). Shares are in ten-thousandths; ``before`` and ``after`` are those with the
    practice and those without, ``cases`` how many lie behind the four."""

    about: Mapping[str, str]
    verdict: str
    months: tuple[int, int]
    left_out: int
    before: tuple[int, int]
    after: tuple[int, int]
    cases: tuple[int, int, int, int]
    size: int
    low: int
    high: int
    drift: int
    changed: int
    """How many other adoptions and ended units the ledger knows of in these months."""


class Sheet(Struct, frozen=True, forbid_unknown_fields=True):
    """``homes`` are the names of the units that receive, by language. ``cases`` were opened in twelve months; 0 stands for fewer than ten."""

    format: str
    county: str
    name: Mapping[str, str]
    at: str
    practice: str
    since: str
    homes: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, str | int | bool]
    cases: int
    parcel: str
    origin: Origin | None = None
    effect: Told | None = None


class _Signed(Struct, frozen=True, forbid_unknown_fields=True):
    signed: str


def wrap_sheet(sheet: Sheet, signer: Signer) -> str:
    """The file, signed by ``signer`` for the county that tells it."""
    plain: Value = msgspec.to_builtins(sheet)
    body = f"{canonical(plain)}\n"
    note = sign_note(_stated(sheet.county, body), [signer])
    assert isinstance(note, str)
    return f"{body}{canonical({'signed': note})}\n"


def unwrap_sheet(text: str, verifiers: Sequence[Verifier]) -> tuple[Sheet, Parcel] | Refused:
    """What a known key of the stated county signed, with the practice in it.

    Refuses what is no such file (``parcel.unreadable``), one that was changed (``parcel.changed``) and one that no known key signed
    (``parcel.unknown_signer``); so, too, for the practice in it.
    """
    lines = text.split("\n")
    if len(text) > LONGEST or len(lines) != 3 or lines[2]:
        return Refused("parcel.unreadable", "", {"line": 1})
    try:
        parse(lines[0])
        sheet = shapes.read(lines[0], Sheet)
        note = read_note(shapes.read(lines[1], _Signed).signed)
    except (msgspec.MsgspecError, RefusedError):
        return Refused("parcel.unreadable", "", {"line": 1})
    if isinstance(note, Refused) or sheet.format != FORMAT:
        return Refused("parcel.unreadable", "", {"line": 2})
    facts = named(sheet.county, sheet.name)
    if note.text != _stated(sheet.county, f"{lines[0]}\n"):
        return Refused("parcel.changed", "", facts)
    mine = [each for each in verifiers if each.key_id.rpartition("+")[0] == signed_by(sheet.county)]
    keys = verify_note(note, mine)
    if isinstance(keys, Refused):
        wrong = keys.code == "ledger.signature_wrong"
        return Refused(
            "parcel.changed" if wrong else "parcel.unknown_signer", "", {**facts, "keys": note.key_ids()}
        )
    parcel = unwrap(sheet.parcel, mine)
    if isinstance(parcel, Refused):
        return parcel
    return (sheet, parcel) if parcel.practice == sheet.practice else Refused("parcel.changed", "", facts)


def _stated(county: str, body: str) -> str:
    return f"tongban.sheet/{county}\n{sha256(body.encode()).hexdigest()}\n"
