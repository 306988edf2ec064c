"""Messages between counties, as they come to the door."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from tongban.api.v1.shapes import In, Out


class MessageIn(In):
    """``head`` says what it is, ``sealed`` (base64) carries its fields for this county alone, ``note`` is what the other
    county signed over both at the moment of sending."""

    note: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    head: Annotated[str, StringConstraints(min_length=1, max_length=4_000)]
    sealed: Annotated[str, StringConstraints(max_length=600_000, pattern=r"^[A-Za-z0-9+/]*={0,2}$")]


class ReceiptOut(Out):
    """``receipt`` is signed by this county; ``repeated`` says that the message had come before."""

    receipt: str
    repeated: bool
