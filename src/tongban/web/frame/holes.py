"""Holes in a page that is kept for many: what stands where each reader is given something of their own."""

from __future__ import annotations

import secrets
from typing import cast

from django.http import HttpRequest

TOKEN, KEY, STAMP = (f"hole-{secrets.token_hex(16)}" for _ in range(3))
"""A form's secret, its key, and the signed moment at which it was given out. Nobody outside knows these words."""


class _Holed(HttpRequest):
    """A request whose page is made for many."""

    holed: bool


def with_holes(request: HttpRequest) -> None:
    """From now on forms of this page are made with holes."""
    cast(_Holed, request).holed = True


def is_holed(request: HttpRequest) -> bool:
    return getattr(request, "holed", False)
