"""Earlier cases like a message, settled by now: what it was taken for then, who did it and how it ended.

Beside a suggested category they are the reason that anybody can judge. Like it is a case of the same kind, which is not yet the
same matter (:mod:`tongban.apps.dispatch.twins`): of what the message says in rare words, it says a part too, and the
smaller a part, the surer its category must be one of those that are offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.dispatch.finding import commonness, units_shown
from tongban.apps.dispatch.scheme import path_of
from tongban.apps.dispatch.suggest import Suggestion
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sight import visible
from tongban.apps.wording import say
from tongban.store.nearby import Nearby, SettledCase, settled_sharing

if TYPE_CHECKING:
    from tongban.apps.dispatch.twins import Told

PAST = timedelta(days=365)
SHOWN = 3
ASKED_FOR = 24
"""How many pairs of a message, its rarest, settled cases are found by."""
LOOKED_AT = 40
"""How many settled cases of the offered categories are compared with a message, and how many of any."""
OFFERED, SAME_FIELD, ANY = (0.12, 0.2), (0.3, 0.35), (0.5, 0.35)
"""The part of what a message says that a case must say too, and what a passage that both have must weigh, where the case's
category is offered, of the same first level, of any: a pair of characters that one case in five has, or one in fourteen."""
ENOUGH = 6.0
"""No message says more than so many pairs that one case has: a long one need not be shared to the same part."""
LEVEL, NAMED = 0.15, 0.1
"""What a case counts more for each level of the suggested category that it shares, and where its own is offered."""
REPEATED = 0.9
"""Two cases of which the shorter says this part in the words of the other are one, told twice."""


class Earlier(Struct, frozen=True):
    """A settled case: ``unit`` took it, ``words`` are passages that both have. All but the number in words."""

    number: str
    title: str
    category: str
    unit: str
    outcome: str
    words: tuple[str, ...]


class _Like(Struct, frozen=True):
    """A settled case, how like it is, and how it was told."""

    score: float
    words: tuple[str, ...]
    told: Told
    found: SettledCase


def earlier_like(practice: str, words: str, offered: Suggestion, acting: Acting) -> tuple[Earlier, ...]:
    """At most three settled cases of a practice that the reader may see, the likest first; none when none is like it.
    ``offered`` is what was suggested for these words."""
    from tongban.apps.dispatch.shared_words import rarest

    here = office()
    told = _told(here, words, acting)
    likely = [each for each in (offered.category, *(each.category for each in offered.alternatives)) if each]
    pairs = rarest(told.whole, told.common, ASKED_FOR)
    period = (acting.now - PAST, acting.now)
    near = settled_sharing(
        here.journal, practice, pairs, likely, period, units_shown(here, acting), LOOKED_AT
    )
    like = [one for each in near if (one := _like(told, each, offered.category, likely)) is not None]
    like.sort(key=lambda one: (one.score, one.found.case.opened), reverse=True)
    best = _once(like)[: 3 * SHOWN]
    mine = visible(here, acting, [one.found.case.id for one in best]) if best else set()
    seen = [one for one in best if one.found.case.id in mine][:SHOWN]
    return tuple(_said(here, one.found, one.words, acting.language) for one in seen)


def _told(here: Office, words: str, acting: Acting) -> Told:
    from tongban.apps.dispatch.twins import Told

    return Told("", words.strip(), "", "", acting.now, commonness(here))


def _like(told: Told, found: SettledCase, best: str, likely: Sequence[str]) -> _Like | None:
    """How like a message a case is, and the passages that both have; None when it is not."""
    from tongban.apps.dispatch.shared_words import among, runs
    from tongban.apps.dispatch.twins import Told

    case = found.case
    other = Told(case.title, case.text, "", case.category, case.opened, told.common)
    total = min(float(told.weights.sum()), ENOUGH)
    part = (
        float(told.weights[among(told.whole.different, other.whole.different)].sum()) / total if total else 0
    )
    least, telling = _least(case, likely)
    if part < least:
        return None
    inside = among(told.whole.codes, other.whole.different)
    passages = [run for run in runs(told.whole, told.weights_in_order, inside) if run.weight >= telling]
    if not passages:
        return None
    levels = len(set(path_of(case.category)) & set(path_of(best))) if best else 0
    score = part + LEVEL * levels + NAMED * (case.category in likely)
    return _Like(score, tuple(run.words for run in passages[:SHOWN]), other, found)


def _least(case: Nearby, likely: Sequence[str]) -> tuple[float, float]:
    path = set(path_of(case.category))
    if path & {code for code in likely if "." in code}:
        return OFFERED
    return SAME_FIELD if path & {path_of(code)[0] for code in likely} else ANY


def _once(like: Sequence[_Like]) -> list[_Like]:
    """The first of each that are told alike, word for word or nearly."""
    kept: list[_Like] = []
    for one in like:
        own = set(one.told.whole.different.tolist())
        others = (set(each.told.whole.different.tolist()) for each in kept)
        if not any(len(own & other) >= REPEATED * min(len(own), len(other)) for other in others):
            kept.append(one)
    return kept


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
