"""What somebody brought before: their own cases that may be the matter they are writing of.

Told only of cases that are proven to be theirs, by number and telephone or because they opened them here. Of a guarded practice nothing is
told: whoever writes may be the next person at the same machine.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.dispatch.finding import RECENT, told_of, writing
from tongban.apps.numbers import written
from tongban.apps.office import office
from tongban.apps.wording import day
from tongban.store.nearby import these

SHOWN = 2
ENDED = "end"


class OwnEarlier(Struct, frozen=True):
    """An earlier case of the reader's own; ``open`` while it is being handled."""

    number: str
    opened: str
    plain: str
    open: bool


def own_earlier(words: str, division: str, acting: Acting) -> tuple[OwnEarlier, ...]:
    """The actor's own cases of the last months that may be this matter, have not ended for good and are not guarded, the likest first."""
    if not acting.actor.owns or not words.strip():
        return ()
    from tongban.apps.dispatch.twins import PERHAPS, one_matter

    here = office()
    told = writing(here, words, "", division, acting)
    since = acting.now - RECENT
    own = [
        each
        for each in these(here.journal, sorted(acting.actor.owns))
        if each.opened >= since and each.standing != ENDED and each.practice not in here.county.guarded
    ]
    found = [(one_matter(told, told_of(here, each, acting)).sure, each) for each in own]
    likest = sorted(found, key=lambda pair: -pair[0])[:SHOWN]
    return tuple(
        OwnEarlier(
            number=written(each.number),
            opened=day(each.opened, acting.language),
            plain=here.wording(each.adoption, acting.language).plain(each.stage),
            open=each.open,
        )
        for sure, each in likest
        if sure >= PERHAPS
    )


def guarded_among(owned: Collection[str]) -> frozenset[str]:
    """Which of these cases, by id, are of a guarded practice."""
    if not owned:
        return frozenset()
    here = office()
    return frozenset(
        each.id for each in these(here.journal, sorted(owned)) if each.practice in here.county.guarded
    )
