"""Proofs from the county's tree: that an entry stands under the newest checkpoint, and that heads only grow."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.sight import seen
from tongban.kernel.refusal import Refused
from tongban.store import checkpoints


class Inclusion(Struct, frozen=True):
    """Entry ``seq`` of a case under a signed head. ``leaf`` is -1, ``path`` and ``note`` empty, before one covers it."""

    seq: int
    seal: str
    leaf: int
    path: tuple[str, ...]
    note: str


class Consistency(Struct, frozen=True):
    """That the tree of ``size`` leaves only added to that of ``first``; hashes in hexadecimal."""

    first: int
    size: int
    path: tuple[str, ...]


def inclusion(number: str, seq: int, acting: Acting) -> Inclusion | Refused:
    """Where an entry of a case stands: seals and hashes, nothing of what it says.

    For whoever may see the case. Refuses an entry it does not have.
    """
    here = office()
    loaded = seen(number, acting, here)
    if isinstance(loaded, Refused):
        return loaded
    entry = next((each for each in here.journal.events(loaded.case.id) if each.seq == seq), None)
    if entry is None:
        return Refused("ledger.no_such_entry", "seq", {"seq": seq})
    found = checkpoints.inclusion(here.journal, entry.chain, entry.seq)
    if found is None:
        return Inclusion(seq, entry.seal.hex(), -1, (), "")
    return Inclusion(seq, entry.seal.hex(), found.leaf, tuple(each.hex() for each in found.path), found.note)


def consistency(first: int, size: int) -> Consistency | Refused:
    """For whoever kept an older head. Refuses sizes that no signed head reaches."""
    found = checkpoints.consistency(office().journal, first, size)
    return (
        found if isinstance(found, Refused) else Consistency(first, size, tuple(each.hex() for each in found))
    )
