"""Proving a letter to whoever holds it: that the county issued it, and that its words are those that were sealed."""

from __future__ import annotations

import unicodedata

from msgspec import Struct

from tongban.apps import patience
from tongban.apps.acting import Acting
from tongban.apps.casework.letters import title_of
from tongban.apps.numbers import read_number, written
from tongban.apps.office import office
from tongban.apps.patience import Bound, place
from tongban.apps.wording import dated
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.store.letters import issued

TRIES = Bound("letter:check", 60, 600)
"""Letters looked up from one address."""
LEAST = 12
"""Characters of a text that are compared: fewer could be guessed."""


class Proven(Struct, frozen=True):
    """What the ledger says of a letter, without what it says: to whoever has the paper before them.

    ``whole``: the text that is kept gives the sealed digest; ``erased``: it is kept no longer. ``same``: whether the words that
    were copied from the paper stand in it; None when none were given.
    """

    number: str
    title: str
    practice: str
    day: str
    unit: str
    digest: str
    whole: bool
    erased: bool
    same: bool | None = None


def prove(number: str, check: str, words: str, address: str, acting: Acting) -> Proven | Refused:
    """Whether the county issued such a letter, for anybody who has its number and its check.

    Refuses a number and a check that do not go together (``letter.none``, in the same words for every cause), too few
    words to compare (``letter.too_few``) and too many tries (``letter.wait``).
    """
    seconds = patience.count(TRIES, place(address), acting.now.timestamp())
    if seconds:
        return Refused("letter.wait", "", {"minutes": -(-seconds // 60)})
    here, read = office(), read_number(number)
    loaded = None if isinstance(read, Refused) else here.load(read)
    plain = "".join(each for each in check.upper() if each.isalnum())
    kept = issued(here.journal, loaded.case.id, check=plain) if loaded is not None and plain else None
    if loaded is None or kept is None:
        return Refused("letter.none", "check")
    wanted = _joined(words)
    if wanted and len(wanted) < LEAST:
        return Refused("letter.too_few", "words", {"least": LEAST})
    wording = here.wording(loaded.case.adoption, acting.language)
    return Proven(
        written(loaded.case.number),
        title_of(str(kept.facts["letter"]), wording),
        wording.title(),
        dated(str(kept.facts["day"]), acting.language),
        here.names.unit(str(kept.facts["unit"]), acting.language),
        kept.digest,
        kept.whole,
        not kept.text,
        wanted in _joined(" ".join(_texts(tuple(kept.text.values())))) if wanted and kept.text else None,
    )


def _joined(text: str) -> str:
    """Letters and digits alone: how lines break on paper is no difference."""
    return "".join(each for each in unicodedata.normalize("NFKC", text) if each.isalnum())


def _texts(value: Value) -> list[str]:
    if isinstance(value, tuple):
        return [text for each in value for text in _texts(each)]
    return [str(value)]
