"""Whose key seals who asks, and taking a new one: rows move a few hundred at a time, while everybody works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from msgspec import Struct

from tongban.apps.office import Office, office
from tongban.store import resealing

MOST = 50_000
"""Rows of one round of the job: whatever is left is moved in the next."""


class Held(Struct, frozen=True):
    """One key and how many rows it seals. ``lies_here``: whether this home has it. ``id`` is "" for rows in the clear."""

    id: str
    rows: int
    seals: bool
    lies_here: bool


class Standing(Struct, frozen=True):
    """Everything that the vault holds, by key. ``suite``: what the settings ask for."""

    keys: tuple[Held, ...]
    suite: str

    @property
    def clear(self) -> int:
        return sum(each.rows for each in self.keys if not each.id)

    @property
    def retired(self) -> int:
        """Rows under keys that lie here and seal no more."""
        return sum(each.rows for each in self.keys if each.id and each.lies_here and not each.seals)

    @property
    def closed(self) -> int:
        """Rows that nobody can open here."""
        return sum(each.rows for each in self.keys if each.id and not each.lies_here)

    @property
    def to_move(self) -> int:
        return self.clear + self.retired


class Rotated(Struct, frozen=True):
    """``key`` seals now; ``made``: whether it is new. ``closed``: rows that did not open and stay as they are."""

    key: str
    made: bool
    moved: int
    closed: int


def standing(here: Office) -> Standing:
    vault, rows = here.journal.vault, resealing.kept(here.journal)
    lying = {key.id: key for key in vault.every()}
    now = next(reversed(lying), "")
    ids = dict.fromkeys([*sorted(set(rows) - set(lying)), *lying])
    held = (Held(id, rows.get(id, 0), id == now, id in lying) for id in ids)
    return Standing(tuple(held), settings.TONGBAN_CIPHER)


def other_suite(here: Office) -> bool:
    """Whether the settings ask for another cipher than the one that seals."""
    keys = here.journal.vault.every()
    return bool(keys) and keys[-1].suite.id != settings.TONGBAN_CIPHER


def rotate(progress: Callable[[int, int], None]) -> Rotated:
    """Take a new key and move every row under it; ``progress`` is told how many rows are done, and their total.

    Where rows still lie in the clear or under an older key, an earlier move did not end: that one is finished, and no key is
    made, unless the settings ask for another cipher or no key is left here. Whoever writes meanwhile may have sealed with the key before, so what came
    in is looked for once more at the end.
    """
    here = office()
    vault, before = here.journal.vault, standing(here)
    lost = (
        bool(before.closed) and not vault.every()
    )  # all of them, and somebody says that they will not come back
    made = lost or other_suite(here) or (not before.to_move and bool(vault.every()))
    key = vault.make() if made else vault.current()
    total, moved, closed = standing(here).to_move, 0, 0
    for _ in range(2):
        closed = 0
        for batch in resealing.reseal(here.journal):
            moved, closed = moved + batch.moved, closed + batch.closed
            progress(moved, max(moved, total))
    return Rotated(key.id, made, moved, closed)


def do_due(now: datetime) -> int:  # noqa: ARG001 - every job is given its moment
    """Move what an older key seals, or none; how many rows."""
    moved = 0
    for batch in resealing.reseal(office().journal):
        moved += batch.moved
        if moved >= MOST:
            break
    return moved
