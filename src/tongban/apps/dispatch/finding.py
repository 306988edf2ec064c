"""Open cases that may be the same matter: while somebody writes, for whoever joins one to another, for the shell.

Candidates share the rarest pairs of characters of what is told, among the open cases of the last three months;
:func:`tongban.apps.dispatch.twins.one_matter` then says of each how sure it is and why.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.dispatch.offering import registers_of
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sight import seen, sees_all, visible
from tongban.apps.wording import moment, say
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused
from tongban.store.nearby import Nearby, by_id, newest_texts, sharing

if TYPE_CHECKING:
    from tongban.apps.dispatch.shared_words import Commonness
    from tongban.apps.dispatch.twins import OneMatter, Told

RECENT = timedelta(days=90)
SHOWN = 8
LOOSELY = 0.1
"""From here on a case is shown to whoever looks for one to join."""
LOOKED_AT = 120
"""How many cases are compared with one."""
ASKED_FOR = 24
"""How many pairs of a matter, its rarest, candidates are found by."""
SAMPLE = 2_000
"""Of the cases opened last, how many tell how common each pair is."""
ANEW = 3600.0
"""Seconds after which that is counted anew."""
_lock = Lock()
_common: dict[tuple[str, str], tuple[float, Commonness]] = {}


class Twin(Struct, frozen=True):
    """An open case that may be the same matter. ``sure`` in hundredths; ``why`` in words; ``taken`` for one matter."""

    number: str
    title: str
    place: str
    stage: str
    opened: str
    sure: int
    why: str
    taken: bool
    settled: bool = False


def twins(
    number: str, acting: Acting, words: str = "", *, least: float | None = None
) -> tuple[Twin, ...] | Refused:
    """Open cases that may be the same matter as this one, the surest first; ``words`` look for others than its own.

    Only cases that the reader may see as the units that received or hold them do. Refuses an unknown number and a
    case that the reader may not see in the same way.
    """
    from tongban.apps.dispatch.twins import PERHAPS

    here = office()
    loaded = seen(number, acting, here)
    if isinstance(loaded, Refused):
        return loaded
    own = by_id(here.journal, loaded.case.id)
    if own is None:
        return ()
    told = (
        told_of(here, own, acting) if not words else writing(here, words, own.category, own.division, acting)
    )
    found = _nearest(here, told, own.practice, acting, own.id)
    enough = PERHAPS if least is None else least
    return tuple(_twin(here, case, why, acting) for case, why in found if words or why.sure >= enough)[:SHOWN]


def twins_of(practice: str, words: str, category: str, division: str, acting: Acting) -> tuple[Twin, ...]:
    """Open cases of a practice that may be the matter that is being told; none when nothing is near."""
    from tongban.apps.dispatch.twins import PERHAPS

    here = office()
    told = writing(here, words, category, division, acting)
    found = _nearest(here, told, practice, acting, "")
    return tuple(_twin(here, case, why, acting) for case, why in found if why.sure >= PERHAPS)[:SHOWN]


def _nearest(
    here: Office, told: Told, practice: str, acting: Acting, own: str
) -> list[tuple[Nearby, OneMatter]]:
    """Candidates with what is to be said of them, the surest first."""
    from tongban.apps.dispatch.shared_words import rarest
    from tongban.apps.dispatch.twins import one_matter

    pairs = rarest(told.whole, told.common, ASKED_FOR)
    period = (acting.now - RECENT, acting.now)
    near = sharing(here.journal, practice, pairs, period, units_shown(here, acting), LOOKED_AT)
    found = [(each, one_matter(told, told_of(here, each, acting))) for each in near if each.id != own]
    found = sorted(found, key=lambda pair: -pair[1].sure)[: 3 * SHOWN]
    mine = visible(here, acting, [each.id for each, _ in found])
    return [(each, why) for each, why in found if each.id in mine]


def units_shown(here: Office, acting: Acting) -> tuple[str, ...] | None:
    """The units whose cases a reader is shown; None for whoever sees every case."""
    if acting.actor.kind is ActorKind.SYSTEM or sees_all(acting.actor, here.county):
        return None
    return tuple(sorted({post.unit for post in acting.actor.posts}))


def told_of(here: Office, case: Nearby, acting: Acting) -> Told:
    from tongban.apps.dispatch.twins import Told

    division = _division(case.division, f"{case.title}\n{case.text}", acting)
    return Told(case.title, case.text, division, case.category, case.opened, commonness(here))


def writing(here: Office, words: str, category: str, division: str, acting: Acting) -> Told:
    """What somebody is writing; the first line of it is what it is about."""
    from tongban.apps.dispatch.twins import Told

    title, _, body = words.strip().partition("\n")
    place = _division(division, words, acting)
    return Told(title[:80], f"{title[80:]}\n{body}".strip(), place, category, acting.now, commonness(here))


def _division(known: str, text: str, acting: Acting) -> str:
    """Where a matter is: as it was chosen, else as the text names it."""
    if known:
        return known
    registers = registers_of(acting)
    found = None if isinstance(registers, Refused) else registers.gazetteer.find(text)
    return found.code if found is not None else ""


def commonness(here: Office) -> Commonness:
    """How common pairs of characters are in this county's cases; counted anew once an hour."""
    from tongban.apps.dispatch.shared_words import Commonness, said

    key = (here.county.code, here.journal.using)
    with _lock:
        kept = _common.get(key)
        if kept is None or monotonic() - kept[0] > ANEW or kept[1].total < SAMPLE // 20:
            counted = Commonness.of(said(text) for text in newest_texts(here.journal, SAMPLE))
            kept = _common[key] = (monotonic(), counted)
        return kept[1]


def _twin(here: Office, case: Nearby, found: OneMatter, acting: Acting) -> Twin:
    language = acting.language
    return Twin(
        number=written(case.number),
        title=case.title or say("case.untitled", language),
        place=here.names.division(case.division, language),
        stage=here.wording(case.adoption, language).stage(case.stage),
        opened=moment(case.opened, language, acting.now),
        sure=round(found.sure * 100),
        why=why(found, language),
        taken=found.taken,
    )


def why(found: OneMatter, language: str) -> str:
    """Why two cases are taken for one matter, or are not, in words."""
    parts = [
        say("twin.words", language, words=say("twin.and", language).join(found.words)) if found.words else "",
        say(f"twin.place_{found.place}", language) if found.place else "",
        say(f"twin.field_{found.field}", language) if found.field else "",
        say("twin.days", language, n=found.days) if found.days else say("twin.same_day", language),
    ]
    return " · ".join(part for part in parts if part)
