"""Attachments: taken by what they are, where that is not another kind than their name says, and without the traces a camera leaves.

A photo is decoded and written anew: that proves it is a picture, turns it upright, bounds its size and
drops everything else in the file, above all where and with whose telephone it was taken. Files are
named by the SHA-256 of what is kept and lie under the home or in a bucket; who may see one is decided by its case. Where there is a virus
scanner it sees each file as it came, before it is decoded; what it has not seen is kept and handed to nobody.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Protocol

from django.db import transaction
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.clamd import Found, Unanswered
from tongban.apps.casework.papers import fault_in
from tongban.apps.casework.scanning import Scanner, scanner
from tongban.apps.office import Office, office, office_remembered
from tongban.apps.shelving import files
from tongban.kernel.refusal import Refused
from tongban.store.models import Attachment

LARGEST = 10 * 1024 * 1024
"""Bytes of one file as it comes in."""
LOOSE = timedelta(days=2)
"""How long a file stays that no case names yet: a page may be sent for a day."""
LONGEST_SIDE = 2400
"""Pixels: enough to read a notice board, small enough for a slow line."""
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
PDF = "application/pdf"
_ENDINGS = {
    "picture": "jpg jpeg jpe jfif png webp gif bmp heic heif tif tiff avif svg",
    PDF: "pdf",
    "document": "doc docx xls xlsx ppt pptx wps et dps ofd odt ods odp rtf txt csv md htm html",
}
_SAYS = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
"""What a name promises by its ending. One picture under another's ending is fine: it is drawn anew."""
_HAS_PAGES = (b"/Page", b"/ObjStm")
"""One of them stands in every PDF that has a page: the page itself, or where it lies compressed."""


class Upload(Protocol):
    """A file as a door got it."""

    name: str | None
    size: int | None

    def read(self, num_bytes: int | None = None, /) -> bytes: ...


class Kept(Struct, frozen=True):
    """A kept file: ``id`` is the SHA-256 of its bytes, in hexadecimal."""

    id: str
    media_type: str
    size: int


def keep(uploads: Iterable[Upload], acting: Acting, field: str = "photos") -> tuple[Kept, ...] | Refused:
    """Keep files; all or none, every fault at once. Refuses what :func:`keep_good` finds at fault."""
    judged = _judged(uploads, field)
    faults = [each for each in judged if isinstance(each, Refused)]
    if faults:
        return Refused.of(faults)
    return _kept([each for each in judged if not isinstance(each, Refused)], acting)


def keep_good(
    uploads: Iterable[Upload], acting: Acting, field: str = "photos", *, loose: bool = False
) -> tuple[tuple[Kept, ...], tuple[Refused, ...]]:
    """Keep the files that can be taken, beside every fault of the others, with ``field`` as its place.

    At fault is what is larger than 10 MiB (``file.too_large``), empty, not a JPEG, PNG, WebP or PDF inside
    (``file.wrong_kind``), a document under a picture's name or the other way round (``file.not_its_name``), a
    PDF without a page (``file.no_page``) or with what :func:`tongban.apps.casework.papers.fault_in` finds, or in what the virus scanner found
    something (``file.infected``). ``loose``: they go in two days, unless they are fastened.
    """
    judged = _judged(uploads, field)
    good = [each for each in judged if not isinstance(each, Refused)]
    return _kept(good, acting, loose=loose), tuple(each for each in judged if isinstance(each, Refused))


def _kept(cleaned: Iterable[_Clean], acting: Acting, *, loose: bool = False) -> tuple[Kept, ...]:
    journal, until = office().journal, acting.now + LOOSE if loose else None
    return tuple(
        Kept(
            files().keep(journal, each.data, each.media_type, acting.now, until, unscanned=each.unscanned),
            each.media_type,
            len(each.data),
        )
        for each in cleaned
    )


def restore(data: bytes, media_type: str, now: datetime) -> str:
    """Keep again what was taken once, loosely; its id, "" when the virus scanner finds something in it by now."""
    verdict = scanner().ask(data)
    if isinstance(verdict, Found) or (isinstance(verdict, Unanswered) and _removed(data)):
        return ""
    silent = isinstance(verdict, Unanswered)
    return files().keep(office().journal, data, media_type, now, now + LOOSE, unscanned=silent)


def own_file(digest: str) -> tuple[str, bytes] | Refused:
    """Media type and bytes, scanned or not: for keeping what somebody gave, never for handing it out."""
    return _opened(digest, unscanned_too=True)


def fasten(digests: Collection[str]) -> tuple[str, ...]:
    """A case is about to name these files: they stay. Those that were loose before."""
    return files().fasten((office_remembered() or office()).journal, digests) if digests else ()


def loosen(digests: Collection[str], now: datetime) -> None:
    """No case came to name these files."""
    files().loosen(office().journal, digests, now + LOOSE)


def remove_loose(digests: Collection[str]) -> None:
    """Delete those of these files that no case names."""
    files().remove_loose(office().journal, digests)


def remove_erased(digests: Collection[str]) -> None:
    """Delete files that were erased with what named them, once that is committed."""
    here = office()
    for each in digests:
        transaction.on_commit(partial(files().remove, here.journal, each))


def remove_ended(now: datetime) -> None:
    """Delete files that came with a page which was never sent."""
    remove_loose(files().ended(office().journal, now))


class _Clean(Struct, frozen=True):
    """Media type and bytes as they are kept; ``unscanned``: there is a scanner, and it did not answer."""

    media_type: str
    data: bytes
    unscanned: bool


def _judged(uploads: Iterable[Upload], field: str) -> list[_Clean | Refused]:
    asked = scanner()
    return [_clean(each, field, asked) for each in uploads]


def _clean(upload: Upload, field: str, asked: Scanner) -> _Clean | Refused:
    """A file as it is kept: looked at, scanned as it came, then drawn anew if it is a picture."""
    seen = _sniffed(upload, field)
    if isinstance(seen, Refused):
        return seen
    media_type, data = seen
    name = (upload.name or "")[-60:]
    verdict = asked.ask(data)
    if isinstance(verdict, Found):
        return Refused("file.infected", field, {"name": name, "found": verdict.name})
    drawn = data if media_type == PDF else _drawn_anew(data, PICTURES[media_type])
    if isinstance(drawn, str):
        return Refused(drawn, field, {"name": name})
    unscanned = isinstance(verdict, Unanswered)
    if unscanned and (found := _removed(drawn)):
        return Refused("file.infected", field, {"name": name, "found": found})
    return _Clean(media_type, drawn, unscanned)


def _removed(data: bytes) -> str:
    """What the scanner found earlier in these very bytes, "" for nothing."""
    row = Attachment.objects.filter(county=office().county.code, id=sha256(data).hexdigest()).first()
    return row.found if row is not None else ""


def _sniffed(upload: Upload, field: str) -> tuple[str, bytes] | Refused:
    """Media type and bytes as they came, if it is what its name says and can be taken."""
    import filetype

    name = (upload.name or "")[-60:]
    data = b"" if (upload.size or 0) > LARGEST else upload.read(LARGEST + 1)
    size = max(upload.size or 0, len(data))
    if size > LARGEST:
        return Refused("file.too_large", field, {"name": name, "size": -(-size >> 20), "most": LARGEST >> 20})
    if not data:
        return Refused("file.empty", field, {"name": name})
    kind = filetype.guess(data)
    media_type = kind.mime if kind is not None else ""
    said = _SAYS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if said not in (None, PDF if media_type == PDF else "picture") and media_type in (PDF, *PICTURES):
        inside = PICTURES.get(media_type, "PDF")
        return Refused("file.not_its_name", field, {"name": name, "inside": inside, "ending": inside.lower()})
    if media_type == PDF:
        return _paper(data, name, field)
    if media_type not in PICTURES:
        return Refused("file.wrong_kind", field, {"name": name})
    return media_type, data


def _paper(data: bytes, name: str, field: str) -> tuple[str, bytes] | Refused:
    if not any(each in data for each in _HAS_PAGES):
        return Refused("file.no_page", field, {"name": name})
    fault = fault_in(data)
    return (PDF, data) if fault is None else Refused(fault[0], field, {"name": name, "what": fault[1]})


def _drawn_anew(data: bytes, picture: str) -> bytes | str:
    """The picture without anything but its pixels; for what cannot be decoded safely, the code to refuse it with."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[picture]) as opened:
                # A JPEG is decoded at the size it is wanted in: a fraction of the memory and time.
                opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(opened) or opened
                colours = "RGBA" if upright.has_transparency_data and picture != "JPEG" else "RGB"
                plain = upright.convert(colours)
                plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                clean = Image.new(plain.mode, plain.size)
                clean.paste(plain)
                out = io.BytesIO()
                clean.save(out, picture, quality=85)
                return out.getvalue()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "file.too_many_pixels"
    except (OSError, ValueError, SyntaxError):
        return "file.wrong_kind"


def open_file(digest: str) -> tuple[str, bytes] | Refused:
    """Media type and bytes of a kept file. Whoever calls has checked that the reader may see its case.

    Refuses an unknown one (``file.unknown``), one whose bytes are no longer those that were kept
    (``file.damaged``), one that the virus scanner has not seen yet (``file.unscanned``), and one in which it found
    something later (``file.removed``).
    """
    return _opened(digest, unscanned_too=False)


def _opened(digest: str, *, unscanned_too: bool) -> tuple[str, bytes] | Refused:
    row = Attachment.objects.filter(county=office().county.code, id=digest).first()
    if row is None:
        return Refused("file.unknown", "file")
    if row.found:
        return Refused("file.removed", "file", {"found": row.found})
    if row.unscanned and not unscanned_too:
        return Refused("file.unscanned", "file")
    try:
        return row.media_type, files().read(digest)
    except FileNotFoundError:
        return Refused("file.unknown", "file")
    except ValueError:
        return Refused("file.damaged", "file")


def name_of(digest: str, media_type: str) -> str:
    """What a kept file is called where it is handed out: never what it was called when it came."""
    return f"{digest[:8]}.{media_type.rpartition('/')[2]}"


def shown_types(digests: Collection[str], here: Office | None = None) -> dict[str, str]:
    """Media types for whoever shows files, in the order asked for; "" for what nobody gets (not scanned yet, or removed)."""
    if not digests:
        return {}
    here = here or office()
    rows = Attachment.objects.filter(county=here.county.code, id__in=digests)
    known = {
        name: "" if unscanned or found else kind
        for name, kind, unscanned, found in rows.values_list("id", "media_type", "unscanned", "found")
    }
    return {digest: known[digest] for digest in digests if digest in known}


def media_types(digests: Collection[str], here: Office | None = None) -> dict[str, str]:
    """Media types of kept files, in the order asked for; one query, none without files."""
    if not digests:
        return {}
    here = here or office()
    rows = Attachment.objects.filter(county=here.county.code, id__in=digests)
    known = dict(rows.values_list("id", "media_type"))
    return {digest: known[digest] for digest in digests if digest in known}
