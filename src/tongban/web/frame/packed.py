"""Answers packed for the way. Most are made for one reader and one look, so they are packed quickly: half the time for a tenth more bytes
than as tight as can be."""

from __future__ import annotations

import gzip
import secrets

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import patch_vary_headers

TIGHT = 3
SHORTEST = 200
NAMED = 0x08
"""The bit of a gzip header that says that a file name follows."""


LONGEST_NAME = 100
"""Bytes, as Django has it."""


def packed_for_one(body: bytes) -> bytes:
    """A page that one reader is given once. A file name of random length hides how long it is: from the length somebody who can make a
    reader ask again and again could guess the secrets on it (BREACH)."""
    packed = gzip.compress(body, TIGHT, mtime=0)
    name = secrets.token_urlsafe(LONGEST_NAME)[: secrets.randbelow(LONGEST_NAME)].encode()
    return b"".join((packed[:3], bytes((NAMED,)), packed[4:10], name, b"\0", packed[10:]))


class PackedMiddleware(GZipMiddleware):
    """Django's, but for how tightly whole pages are packed."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        takes = re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        if not takes or not isinstance(response, HttpResponse) or response.has_header("Content-Encoding"):
            return super().process_response(request, response)
        body = response.content
        if len(body) < SHORTEST or response.has_header("ETag"):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        packed = packed_for_one(body)
        if len(packed) < len(body):
            response.content = packed
            response.headers["Content-Length"] = str(len(packed))
            response.headers["Content-Encoding"] = "gzip"
        return response
