"""Attachments: taken by what they are, not by what they are called, and without the traces a camera leaves.

A photo is decoded and written anew: that proves it is a picture, turns it upright, bounds its size and
drops everything else in the file, above all where and with whose telephone it was taken. Files are
named by the SHA-256 of what is kept and lie under the home; who may see one is decided by its case.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import filetype
from django.conf import settings
from PIL import Image, ImageOps

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.store.models import Attachment

LARGEST = 10 * 1024 * 1024
"""Bytes of one file as it comes in."""
LONGEST_SIDE = 2400
"""Pixels: enough to read a notice board, small enough for a slow line."""
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
PDF = "application/pdf"


class Upload(Protocol):
    """A file as a door got it."""

    name: str | None
    size: int | None

    def read(self, num_bytes: int | None = None, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept file: ``id`` is the SHA-256 of its bytes, in hexadecimal."""

    id: str
    media_type: str
    size: int


def keep(uploads: Iterable[Upload], acting: Acting) -> tuple[Kept, ...] | Refused:
    """Keep files; all or none, every fault at once.

    Refuses what is larger than 10 MiB (``file.too_large``), empty, or not a JPEG, PNG, WebP or PDF inside
    (``file.wrong_kind``), whatever its name says.
    """
    cleaned: list[tuple[str, bytes]] = []
    faults: list[Refused] = []
    for upload in uploads:
        found = _clean(upload)
        if isinstance(found, Refused):
            faults.append(found)
        else:
            cleaned.append(found)
    if faults:
        return Refused.of(faults)
    return tuple(_write(media_type, data, acting) for media_type, data in cleaned)


def _clean(upload: Upload) -> tuple[str, bytes] | Refused:
    name = (upload.name or "")[-60:]
    if upload.size is not None and upload.size > LARGEST:
        return Refused(
            "file.too_large", "photos", {"name": name, "size": upload.size >> 20, "most": LARGEST >> 20}
        )
    data = upload.read(LARGEST + 1)
    if not data:
        return Refused("file.empty", "photos", {"name": name})
    if len(data) > LARGEST:
        return Refused(
            "file.too_large", "photos", {"name": name, "size": len(data) >> 20, "most": LARGEST >> 20}
        )
    kind = filetype.guess(data)
    media_type = kind.mime if kind is not None else ""
    if media_type == PDF:
        return PDF, data
    if media_type not in PICTURES:
        return Refused("file.wrong_kind", "photos", {"name": name})
    drawn = _drawn_anew(data, PICTURES[media_type])
    return Refused("file.wrong_kind", "photos", {"name": name}) if drawn is None else (media_type, drawn)


def _drawn_anew(data: bytes, picture: str) -> bytes | None:
    """The picture without anything but its pixels; None for what cannot be decoded safely."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[picture]) as opened:
                upright = ImageOps.exif_transpose(opened) or opened
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                plain = upright.convert("RGB") if picture == "JPEG" else upright
                clean = Image.new(plain.mode, plain.size)
                clean.paste(plain)
                out = io.BytesIO()
                clean.save(out, picture, quality=85)
                return out.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _write(media_type: str, data: bytes, acting: Acting) -> Kept:
    digest = sha256(data).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = path.with_name(f".{digest}.{os.getpid()}")
        made.write_bytes(data)
        made.replace(path)
    Attachment.objects.get_or_create(
        county=office().county.code,
        id=digest,
        defaults={"size": len(data), "media_type": media_type, "at": acting.now},
    )
    return Kept(digest, media_type, len(data))


def path_of(digest: str) -> Path:
    return Path(settings.TONGBAN_HOME) / "attachments" / digest[:2] / digest


def open_file(digest: str) -> tuple[str, bytes] | Refused:
    """Media type and bytes of a kept file. Whoever calls has checked that the reader may see its case."""
    row = Attachment.objects.filter(county=office().county.code, id=digest).first()
    path = path_of(digest) if row is not None else None
    if row is None or path is None or not path.exists():
        return Refused("file.unknown", "file")
    return row.media_type, path.read_bytes()


def media_types(digests: Collection[str]) -> dict[str, str]:
    """Media types of kept files, in the order asked for; one query, none without files."""
    if not digests:
        return {}
    rows = Attachment.objects.filter(county=office().county.code, id__in=digests)
    known = dict(rows.values_list("id", "media_type"))
    return {digest: known[digest] for digest in digests if digest in known}
