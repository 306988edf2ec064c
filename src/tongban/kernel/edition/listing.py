"""The signed list of editions: which is the newest of each month, so that an old one cannot pass for it.

A signed note::

    tongban.editions/330822
    at 2026-11-29T06:00:00.000000Z
    2026-10 2 3f9a…                         month, edition, digest in hexadecimal
    2026-09 1 withdrawn                     taken down, so that there is none
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from tongban.kernel.ledger.instant import instant_read, instant_text
from tongban.kernel.ledger.note import Signer, Verifier, read_note, sign_note, verify_note
from tongban.kernel.refusal import Refused, RefusedError

WITHDRAWN = "withdrawn"
_HEAD = re.compile(r"tongban\.editions/(?P<county>[0-9A-Za-z._-]{1,64})\nat (?P<at>\S+)\n", re.ASCII)
_LINE = re.compile(
    rf"(?P<period>[0-9A-Z-]{{4,8}}) (?P<edition>[1-9][0-9]{{0,5}}) (?P<digest>[0-9a-f]{{64}}|{WITHDRAWN})\n",
    re.ASCII,
)


class Newest(Struct, frozen=True):
    """The newest edition of a period; ``digest`` is "" for one that was taken down."""

    period: str
    edition: int
    digest: str


class Listed(Struct, frozen=True):
    """What a signed list says."""

    county: str
    at: datetime
    newest: tuple[Newest, ...]

    def of(self, period: str) -> Newest | None:
        return next((each for each in self.newest if each.period == period), None)


def sign_list(
    county: str, at: datetime, newest: Iterable[Newest], signers: Sequence[Signer]
) -> str | Refused:
    """The list as a signed note. Refuses what the signers refuse."""
    lines = [f"tongban.editions/{county}\n", f"at {instant_text(at)}\n"]
    lines += [f"{each.period} {each.edition} {each.digest or WITHDRAWN}\n" for each in newest]
    return sign_note("".join(lines), signers)


def read_list(note: str, verifiers: Sequence[Verifier]) -> Listed | Refused:
    """What a signed list says, when a trusted key signed it (refusals of ``verify_note``). Refuses another text (``edition.list``)."""
    opened = read_note(note)
    if isinstance(opened, Refused):
        return Refused("edition.list")
    signed_by = verify_note(opened, verifiers)
    if isinstance(signed_by, Refused):
        return signed_by
    head = _HEAD.match(opened.text)
    if head is None:
        return Refused("edition.list")
    newest, place = [], head.end()
    while place < len(opened.text):
        found = _LINE.match(opened.text, place)
        if found is None:
            return Refused("edition.list")
        digest = "" if found["digest"] == WITHDRAWN else found["digest"]
        newest.append(Newest(found["period"], int(found["edition"]), digest))
        place = found.end()
    try:
        return Listed(head["county"], instant_read(head["at"]), tuple(newest))
    except RefusedError:
        return Refused("edition.list")
