"""PDFs are kept as they came: none that would run or start something when it is opened.

What is looked for is a name of PDF (ISO 32000-2, 12.6 and 7.11), anywhere in the bytes and in whatever unpacks into a stream of objects:
a look that believes no lengths, tables or types of the file errs on the side of finding. It is no virus scanner.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

RUNS, CARRIES, CLOSED = "file.runs", "file.carries", "file.closed"
EMBEDDED = "EmbeddedFile"
"""What a file within is called whose name cannot be read."""
UNPACKED = 16 << 20
"""Bytes that one stream of objects may unpack into."""
_ALL_UNPACKED = 64 << 20
"""Bytes that all streams of a file are unpacked into at most: a second's work at worst."""
_PEEK = 256
_MOST_ESCAPES, _MOST_STREAMS, _MOST_NAMES = 100_000, 50_000, 1000
"""More of these make no paper that somebody wrote, and much work."""
_CARRIED = frozenset({"xml", "xbrl", "txt", "jpg", "jpeg", "png"})
"""Endings under which nothing runs. Electronic invoices carry their data as XML."""

_GAP = rb"[\0\s]{0,40}"
_END = rb"(?=[\0\s()<>\[\]{}/%]|\Z)"
_REF = rb"\d{1,10}[\0\s]{1,9}\d{1,5}[\0\s]{1,9}R"
_ACTING = re.compile(
    rb"/(?P<name>JavaScript|Launch|RichMedia|OnInstantiate|XFA)" + _END
    + rb"|/(?P<carried>EmbeddedFiles?|FileAttachment)" + _END
    + rb"|/(?P<ef>EF)" + _GAP + rb"(?:<<|" + _REF + rb"|%[ -~]{0,40}[\r\n])"
)  # fmt: skip
_PLAYED = re.compile(rb"/Rendition" + _END)
_PLAYS_BY = re.compile(rb"/JS" + _GAP + rb"[(<\d%]")
_BEFORE_NAME = re.compile(rb"(?:[\0\s()<>\[\]{}]|/S|obj|\A)\Z")
"""What stands before the name of an action. In an address a letter does: ``…cn/Launch``."""
_IN_ADDRESSES = frozenset({b"JavaScript", b"Launch"})
_ESCAPED = re.compile(rb"#([4-7][0-9A-Fa-f])")
_STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
_OF_OBJECTS = re.compile(rb"/(?:ObjStm|First)" + _END)
_PREDICTED = re.compile(rb"/Predictor\s*(?!1\D)")
_NUMBERED = re.compile(rb"(?:[\0\s]|%[^\r\n]*[\r\n])*(?:\d|%|\Z)")
_EF = re.compile(rb"/EF" + _GAP + rb"<<[^<>]{0,400}>>")
_NAMED = re.compile(
    rb"/U?F"
    + _GAP
    + rb"(?:\((?P<text>(?:[^()\\]|\\.){0,400})\)|<(?P<hex>[0-9A-Fa-f\s]{0,800})>|(?P<odd>\(|%|<(?!<)|"
    + _REF
    + rb"))",
    re.DOTALL,
)
"""The name of a file, of letters or of numbers; ``odd``: one that is not read here."""
_OCTAL = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)


def fault_in(data: bytes) -> tuple[str, str] | None:
    """The code to refuse a PDF with, and what it is about; None for one that only shows and leads.

    ``RUNS``: scripts, what starts programs, media with scripts, XFA forms; what it is about is their name in PDF. ``CARRIES``: a file within
    under a name that may run (its name). ``CLOSED``: objects lie in it enciphered, or packed in a way that nobody uses for them, so that
    nothing can be said of it ("").
    """
    try:
        texts, closed = [_spelt_out(data)], False
        for text in _objects(data):
            closed = closed or text is None
            texts.append(_spelt_out(text or b""))
    except OverflowError:
        return CLOSED, ""
    return _acting(b"\n".join(texts)) or ((CLOSED, "") if closed else None)


def _spelt_out(data: bytes) -> bytes:
    """With letters of names that stand there by their number (``#4A``) as letters. Raises ``OverflowError`` for too many."""
    plain, n = _ESCAPED.subn(lambda each: bytes([int(each[1], 16)]), data, count=_MOST_ESCAPES)
    if n == _MOST_ESCAPES:
        raise OverflowError
    return plain


def _acting(text: bytes) -> tuple[str, str] | None:
    carries = False
    for each in _ACTING.finditer(text):
        if each["name"]:
            before = text[max(0, each.start() - 3) : each.start()]
            if each["name"] not in _IN_ADDRESSES or _BEFORE_NAME.search(before):
                return RUNS, each["name"].decode()
        else:
            carries = True
    if _PLAYED.search(text) and _PLAYS_BY.search(text):
        return RUNS, "Rendition"
    return _carried(text) if carries else None


def _carried(text: bytes) -> tuple[str, str] | None:
    """What of the files within may run by its name."""
    n = 0
    for n, each in enumerate(_NAMED.finditer(_EF.sub(b" ", text)), 1):
        name = "" if each["odd"] or n > _MOST_NAMES else _read(each)
        if name.rpartition(".")[2].lower() not in _CARRIED:
            return CARRIES, name[-60:] or EMBEDDED
    return None if n else (CARRIES, EMBEDDED)


def _read(named: re.Match[bytes]) -> str:
    """A string of PDF as text (7.9.2): UTF-16 or UTF-8 where it says so, Latin letters otherwise."""
    if named["hex"] is not None:
        digits = re.sub(rb"\s", b"", named["hex"])
        plain = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    else:
        plain = _OCTAL.sub(_plain, named["text"])
    if plain.startswith(b"\xfe\xff"):
        return plain[2:].decode("utf-16-be", "replace")
    return plain.decode("utf-8-sig", "replace")


def _plain(escaped: re.Match[bytes]) -> bytes:
    sign = escaped[1]
    return bytes([int(sign, 8) & 255]) if sign[:1].isdigit() else sign


def _objects(data: bytes) -> Iterator[bytes | None]:
    """What unpacks into a stream of objects; None for one that says it is such and does not unpack.

    A stream that unpacks into what begins with a number is looked at as well, whatever it says of itself. Raises ``OverflowError``
    for too many streams.
    """
    left, before = _ALL_UNPACKED, 0
    for n, each in enumerate(_STREAM.finditer(data)):
        if n == _MOST_STREAMS:
            raise OverflowError
        head = _spelt_out(data[before : each.start()].rpartition(b"endobj")[2])
        before = each.end()
        says_so = _OF_OBJECTS.search(head) is not None
        if says_so and (b"/Filter" not in head and b"/F " not in head):
            continue  # it lies open in the file and was read with it
        numbered = (
            left > 0
            and not _PREDICTED.search(head)
            and _NUMBERED.match(_unpacked(data, before, _PEEK) or b"")
        )
        text = _unpacked(data, before, min(UNPACKED, left)) if numbered else None
        if numbered:
            left -= min(UNPACKED, left) if text is None else len(text)
        if text is not None or says_so:
            yield text


def _unpacked(data: bytes, start: int, most: int) -> bytes | None:
    """What was deflated there; its checksum is not asked, as readers do not. None where nothing was, or more than ``most`` bytes."""
    if len(data) < start + 2 or data[start] & 15 != 8:
        return None
    asked, parts, size = zlib.decompressobj(-15), [], 0
    piece = min(most, 64 << 10)
    for at in range(start + 2, len(data), piece):
        try:
            parts.append(asked.decompress(data[at : at + piece], most - size + 1))
        except zlib.error:
            return None
        size += len(parts[-1])
        if size > most:
            return b"".join(parts)[:most] if most == _PEEK else None
        if asked.eof:
            break
    return b"".join(parts)
