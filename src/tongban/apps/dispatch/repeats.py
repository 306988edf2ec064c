"""Whether a case is told again: by the same requester, or of the same place and matter, within thirty days.

For the unit that received both, which is told so that it can open the earlier case again or join the two; nothing is
joined or hidden by itself. The requester stays closed: two cases share a keyed digest, and that is all that is said.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.scenes import looking
from tongban.apps.dispatch.finding import ASKED_FOR, told_of, why
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sight import seen, visible
from tongban.apps.wording import moment, say
from tongban.kernel.procedure.available import available
from tongban.kernel.procedure.model import StageKind
from tongban.kernel.refusal import Refused
from tongban.store.batch import Loaded
from tongban.store.identity import same_requester
from tongban.store.nearby import Nearby, at_place, by_id, these

if TYPE_CHECKING:
    from tongban.apps.dispatch.twins import OneMatter

WITHIN = timedelta(days=30)
SHOWN = 5
LOOKED_AT = 60


class Repeat(Struct, frozen=True):
    """An earlier case. ``same``: "requester" or "place". ``alike``: whether it may be the same matter; one person may tell
    of two. ``reopens``: a step that the reader may take to open it again, with its title; ("", "") where there is none."""

    number: str
    title: str
    stage: str
    opened: str
    open: bool
    same: str
    alike: bool
    why: str
    reopens: tuple[str, str]


def repeats(number: str, acting: Acting) -> tuple[Repeat, ...] | Refused:
    """Earlier cases that this one repeats, the requester's own first, then the newest. None for whoever did not receive it.

    Refuses a case that the reader may not see.
    """
    here = office()
    loaded = seen(number, acting, here)
    if isinstance(loaded, Refused):
        return loaded
    own = by_id(here.journal, loaded.case.id)
    mine = {post.unit for post in acting.actor.posts}
    if own is None or loaded.case.parent or loaded.case.home not in mine:
        return ()
    found = _earlier(here, own, acting)
    allowed = visible(here, acting, [case.id for case, _, _ in found])
    kept = [each for each in found if each[0].id in allowed and each[0].home in mine][:SHOWN]
    states = {each.case.id: each for each in here.journal.load(ids=[case.id for case, _, _ in kept])}
    return tuple(
        _repeat(here, case, same, matter, states[case.id], acting)
        for case, same, matter in kept
        if case.id in states
    )


def _earlier(here: Office, own: Nearby, acting: Acting) -> list[tuple[Nearby, str, OneMatter]]:
    """Earlier cases with what is the same, before it is asked who may see them."""
    from tongban.apps.dispatch.shared_words import rarest
    from tongban.apps.dispatch.twins import PERHAPS, one_matter

    told = told_of(here, own, acting)
    theirs = these(here.journal, same_requester(here.journal, own.id))
    found = [
        (each, "requester", one_matter(told, told_of(here, each, acting)))
        for each in theirs
        if each.practice == own.practice and own.opened - WITHIN <= each.opened < own.opened
    ]
    known = {each.id for each, _, _ in found} | {own.id}
    pairs = rarest(told.whole, told.common, ASKED_FOR)
    period = (own.opened - WITHIN, own.opened)
    for each in (
        at_place(here.journal, own.practice, own.division, pairs, period, LOOKED_AT) if own.division else ()
    ):
        matter = one_matter(told, told_of(here, each, acting))
        if each.id not in known and matter.sure >= PERHAPS:
            found.append((each, "place", matter))
    return sorted(found, key=lambda each: (each[1] != "requester", -each[0].opened.timestamp()))


def _repeat(
    here: Office, case: Nearby, same: str, matter: OneMatter, loaded: Loaded, acting: Acting
) -> Repeat:
    from tongban.apps.dispatch.twins import PERHAPS

    language = acting.language
    return Repeat(
        number=written(case.number),
        title=case.title or say("case.untitled", language),
        stage=here.wording(case.adoption, language).stage(case.stage),
        opened=moment(case.opened, language, acting.now),
        open=case.open,
        same=same,
        alike=matter.sure >= PERHAPS,
        why=why(matter, language),
        reopens=("", "") if case.open else _reopens(here, loaded, acting),
    )


def _reopens(here: Office, loaded: Loaded, acting: Acting) -> tuple[str, str]:
    """The first step that brings a settled case back to where it is worked on, if the reader may take one."""
    wording = here.wording(loaded.case.adoption, acting.language)
    kind = wording.procedure.kinds[loaded.case.kind]
    scene = looking(here, loaded, acting.now)
    for each in available(wording.procedure, loaded.case, acting.actor, scene):
        goes = [branch.to for branch in kind.steps[each.step_id].to if branch.to]
        if each.refusal is None and goes and all(kind.stages[stage].kind is StageKind.OPEN for stage in goes):
            return each.step_id, wording.step(each.step_id)
    return "", ""
