"""What kind of file something is that is no sheet, told from its first bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping

_FOREIGN: Mapping[bytes, str] = {
    b"\xd0\xcf\x11\xe0": ".xls",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x7fELF": "ELF",
    b"MZ": "EXE",
    b"{\\rtf": "RTF",
}
_PAGE = re.compile(rb"<(!doctype\s+html|html|table|head|body|meta)\b", re.IGNORECASE)
_MARKUP = re.compile(rb"\s*(\xef\xbb\xbf)?\s*<(!doctype|\?xml|html|table|head|body|meta)\b", re.IGNORECASE)
_LOOKED_AT = 300
"""Bytes at the beginning: a page of the web may say first that it is XML."""


def foreign(content: bytes) -> str:
    """What people call files of this kind; "" for what may be a sheet."""
    kind = next((kind for magic, kind in _FOREIGN.items() if content.startswith(magic)), "")
    if kind or not _MARKUP.match(content[:_LOOKED_AT]):
        return kind
    return "HTML" if _PAGE.search(content[:_LOOKED_AT]) else "XML"
