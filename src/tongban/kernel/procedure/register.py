"""A register: things of one kind that cases are about, each known by a key."""

from __future__ import annotations

from msgspec import Struct


class Register(Struct, frozen=True):
    """``key`` is the field whose answer says which row; ``fields`` are what a row can say."""

    id: str
    key: str
    fields: tuple[str, ...]
