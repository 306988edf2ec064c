"""Handing out a photo or document: never run, never guessed at."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongban.apps.casework.files import name_of, open_file
from tongban.kernel.refusal import Refused
from tongban.web.frame.errors import refused as refused_page


def photo(request: HttpRequest, digest: str) -> HttpResponse:
    """The file itself, a picture to look at and anything else to keep; the caller has checked that this reader may see it. "" is none."""
    found = open_file(digest) if digest else Refused("file.unknown", "file")
    if isinstance(found, Refused):
        return refused_page(request, found, 404)
    media_type, data = found
    answer = HttpResponse(data, content_type=media_type)
    shown = "inline" if media_type.startswith("image/") else "attachment"
    answer["Content-Disposition"] = f'{shown}; filename="{name_of(digest, media_type)}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
