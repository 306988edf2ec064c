"""The table that comes with a step: sent as a spreadsheet, kept in the page while something else is wrong."""

from __future__ import annotations

import zlib
from base64 import b64encode, urlsafe_b64decode
from binascii import Error
from collections.abc import Mapping
from typing import cast

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.tables import Filled, read_table, template
from tongban.kernel import shapes
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.frame.files import XLSX, download

FILE, KEPT = "_rows", "_rows_kept"
"""The fields of the page: a spreadsheet, and the rows of one that was read at an earlier try."""
LARGEST = 20_000_000
"""Bytes of a spreadsheet sent with a step."""
UNPACKED = 20_000_000


class Sent(Struct, frozen=True):
    """The table as it came; ``refused`` is why it could not be read, ``faulty`` says that a row of it was refused.

    ``kept`` is put into the page again.
    """

    filled: Filled = Filled()
    refused: Refused | None = None
    faulty: bool = False

    @property
    def kept(self) -> str:
        """The rows as a page carries them; "" where there are none, and where it is in them that something is wrong."""
        return pack(self.filled) if self.filled.rows and not self.faulty else ""


def sent_table(request: HttpRequest, number: str, step: str, acting: Acting) -> Sent:
    """What was sent with a step: a spreadsheet, else the rows that the page kept from one."""
    file = request.FILES.get(FILE)
    if file is None:
        return Sent(unpack(request.POST.get(KEPT, "")))
    if (file.size or 0) > LARGEST:
        return Sent(refused=Refused("sheet.too_large", "rows", {"max": LARGEST // 1_000_000}))
    read = read_table(number, step, file.read(), file.name or "", acting)
    return Sent(refused=read) if isinstance(read, Refused) else Sent(read)


def pack(filled: Filled) -> str:
    """Rows as text for a hidden field."""
    text = msgspec.json.encode((filled.numbers, filled.rows, filled.ignored))
    return b64encode(zlib.compress(text), b"-_").decode()


def unpack(text: str) -> Filled:
    """The inverse of :func:`pack`; no rows for what no page of ours wrote, or for what would unpack to too much."""
    try:
        unpacking = zlib.decompressobj()
        found = unpacking.decompress(urlsafe_b64decode(text.encode()), UNPACKED)
        numbers, rows, ignored = shapes.read(
            found, tuple[tuple[int, ...], tuple[dict[str, str | list[str]], ...], tuple[str, ...]]
        )
    except (Error, ValueError, zlib.error, msgspec.DecodeError):
        return Filled()
    if unpacking.unconsumed_tail or len(numbers) != len(rows):
        return Filled()
    return Filled(cast("tuple[Mapping[str, object], ...]", rows), numbers, ignored)


@require_safe
@staff
def template_file(request: HttpRequest, acting: Acting, number: str, step: str) -> HttpResponse:
    """The empty table of a step, to be filled in."""
    found = template(number, step, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found)
    return download(found, XLSX, f"{step}.xlsx")
