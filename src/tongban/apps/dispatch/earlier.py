"""Earlier cases like a message, settled by now: what it was taken for then, who did it and how it ended.

Beside a suggested category they are the reason that anybody can judge. Likeness is that of twins without place and
time: what was broken in another township last year was still the same kind of matter.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.dispatch.finding import units_shown, writing
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sight import visible
from tongban.apps.wording import say
from tongban.store.nearby import SettledCase, settled_sharing

PAST = timedelta(days=365)
SHOWN = 3
ASKED_FOR = 12
"""How many pairs of a message, its rarest, settled cases are found by."""
LOOKED_AT = 60
"""How many settled cases are compared with a message, the latest first."""
LEAST = 0.1
"""From here on a case is like a message."""


class Earlier(Struct, frozen=True):
    """A settled case: ``unit`` took it, ``words`` are passages that both have. All but the number in words."""

    number: str
    title: str
    category: str
    unit: str
    outcome: str
    words: tuple[str, ...]


def earlier_like(practice: str, words: str, category: str, acting: Acting) -> tuple[Earlier, ...]:
    """At most three settled cases of a practice that the reader may see, the likest first; none when none is like it."""
    from tongban.apps.dispatch.shared_words import rarest
    from tongban.apps.dispatch.twins import Told, Weighing, one_matter

    here = office()
    weighing = Weighing(same_place=0.0, other_place=0.0, days=0.0)
    told = writing(here, words, category, "", acting)
    pairs = rarest(told.whole, told.common, ASKED_FOR)
    period = (acting.now - PAST, acting.now)
    near = settled_sharing(here.journal, practice, pairs, period, units_shown(here, acting), LOOKED_AT)
    found = []
    for each in near:
        case = each.case
        other = Told(case.title, case.text, case.division, case.category, case.opened, told.common)
        like = one_matter(told, other, weighing)
        if like.sure >= LEAST and like.words:
            found.append((like.sure, case.opened, like.words, each))
    best = sorted(found, key=lambda one: one[:2], reverse=True)[: 3 * SHOWN]
    mine = visible(here, acting, [each.case.id for *_, each in best]) if best else set()
    return tuple(
        _said(here, each, shared, acting.language) for *_, shared, each in best if each.case.id in mine
    )[:SHOWN]


def _said(here: Office, found: SettledCase, words: tuple[str, ...], language: str) -> Earlier:
    case = found.case
    return Earlier(
        number=written(case.number),
        title=case.title or say("case.untitled", language),
        category=here.names.category(case.category, language) if case.category else "",
        unit=here.names.unit(found.worker, language),
        outcome=here.wording(case.adoption, language).outcome(found.outcome),
        words=words,
    )
