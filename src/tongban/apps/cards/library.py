"""Case cards where they help: like what somebody is writing, like a case that somebody works on; with how often each has helped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.cards.doubts import doubts
from tongban.apps.casework.heads import Head, head
from tongban.apps.disclosure.publishing import place_of
from tongban.apps.disclosure.reading import PublicCase, as_public
from tongban.apps.office import Office, office, office_lately
from tongban.kernel.authority import authorise
from tongban.kernel.commands import Scene
from tongban.kernel.procedure.model import Publish, TakeDown
from tongban.kernel.refusal import Refused
from tongban.store import cards
from tongban.store.alike import alike
from tongban.store.batch import Loaded
from tongban.store.models import Content, PublicText

CARD = "card"
OFFERED = 3
LOOKED_AT = 12
LONGEST = 400
"""Characters of a matter by which cards like it are looked for."""


class Card(Struct, frozen=True):
    """A published card: its text, how many cases it helped with, what is doubted of it; ``used``: with the case at hand."""

    text: PublicCase
    uses: int
    doubts: tuple[str, ...] = ()
    used: bool = False


class Like(Struct, frozen=True):
    """A case at hand and the cards like it; ``may_use``: whether the reader works on it."""

    case: Head
    cards: tuple[Card, ...]
    may_use: bool


def like(words: str, division: str, language: str, now: datetime, most: int = OFFERED) -> tuple[Card, ...]:
    """Cards like what is being written, the likest first; none of which anything is doubted."""
    here = office_lately()
    township = place_of(here, division) if division else ""
    likest = alike(here.journal, CARD, words[:LONGEST], township, LOOKED_AT) if words.strip() else ()
    return tuple(_sound(here, likest, language, now)[:most])


def like_case(number: str, acting: Acting) -> Like | Refused:
    """Cards like a case, for whoever may see it; never its own. Refused like its page."""
    here = office()
    found = head(number, acting, here)
    if isinstance(found, Refused):
        return found
    case = found.loaded.case
    words = f"{found.title}\n{_matter(here, case.id)}"
    likest = alike(here.journal, CARD, words[:LONGEST], place_of(here, case.division), LOOKED_AT)
    sound = _sound(here, [each for each in likest if each != case.id], acting.language, acting.now)
    shown = tuple(
        Card(each.text, each.uses, used=cards.used_by(here.journal, each.text.id, case.id))
        for each in sound[: 2 * OFFERED]
    )
    return Like(found, shown, works_on(found.loaded, acting) != "")


def use(number: str, card: str, acting: Acting) -> int | Refused:
    """Say that a card helped with a case: once a case, by who works on it; gives how many cases it has helped with."""
    here = office()
    found = head(number, acting, here)
    if isinstance(found, Refused):
        return found
    unit = works_on(found.loaded, acting)
    if not unit:
        return Refused("cards.not_at_work", "", {"number": found.number})
    if card == found.loaded.case.id or not _rows(here, [card], acting.now):
        return Refused("cards.unknown", "", {"card": card[:64]})
    noted = cards.use(here.journal, card, found.loaded.case.id, unit, acting.now)
    return noted if noted is not None else cards.uses(here.journal, [card]).get(card, 0)


def works_on(loaded: Loaded, acting: Acting) -> str:
    """The unit of the reader's posts that has the case, or received it; "" for none."""
    case = loaded.case
    return next((post.unit for post in acting.actor.posts if post.unit in (case.holder, case.home)), "")


def told(texts: Sequence[PublicCase], now: datetime) -> tuple[Card, ...]:
    """Published cards with what is kept of them beside their texts."""
    here = office()
    rows = _rows(here, [each.id for each in texts], now)
    uses, doubted = cards.uses(here.journal, [each.id for each in texts]), doubts(here, rows, now)
    return tuple(Card(each, uses.get(each.id, 0), doubted.get(each.id, ())) for each in texts)


def to_review(acting: Acting) -> tuple[Card, ...]:
    """The cards of which something is doubted and that the reader keeps: may publish, or take down."""
    here = office()
    rows = list(_public(here, acting.now).order_by("-since")[:500])
    doubted = doubts(here, rows, acting.now)
    waiting = [row for row in rows if str(row.chain) in doubted]
    kept = {each.case.id for each in here.journal.load(ids=[str(row.chain) for row in waiting]) if keeps(here, each, acting)}  # fmt: skip
    uses = cards.uses(here.journal, list(kept))
    return tuple(
        Card(as_public(here, row, acting.language), uses.get(chain, 0), doubted[chain])
        for row in waiting
        if (chain := str(row.chain)) in kept
    )


def confirm(card: str, acting: Acting) -> Card | Refused:
    """Say that a card still holds. Refuses one that is not public, and who does not keep it (``cards.not_kept``)."""
    here = office()
    rows = _rows(here, [card], acting.now)
    if not rows:
        return Refused("cards.unknown", "", {"card": card[:64]})
    (loaded,) = here.journal.load(ids=[card])
    if not keeps(here, loaded, acting):
        return Refused("cards.not_kept", "", {})
    names = doubts(here, rows, acting.now).get(card, ())
    current = here.adopted(loaded.case.practice, acting.now) or ""
    noted = cards.confirm(here.journal, card, current, names, acting.actor.person, acting.now)
    return noted if noted is not None else Card(as_public(here, rows[0], acting.language), 0)


def keeps(here: Office, loaded: Loaded, acting: Acting) -> bool:
    """Whether the actor could release or take down the card of a case: by post, wherever the case stands."""
    case = loaded.case
    kind = here.procedure(case.adoption).kinds[case.kind]
    scene = Scene(here.county, acting.now, loaded.subcases, loaded.parent, mandates=loaded.mandates)
    keeping = (
        step
        for step in kind.steps.values()
        if any(isinstance(each, Publish | TakeDown) and each.what == CARD for each in step.may_follow)
    )
    return any(not isinstance(authorise(step, case, acting.actor, scene), Refused) for step in keeping)


def _sound(here: Office, chains: Sequence[str], language: str, now: datetime) -> list[Card]:
    """Published cards without a doubt, in the order in which they were named."""
    rows = {str(row.chain): row for row in _rows(here, chains, now)}
    if not rows:
        return []
    doubted, uses = doubts(here, list(rows.values()), now), cards.uses(here.journal, list(rows))
    return [
        Card(as_public(here, rows[chain], language), uses.get(chain, 0))
        for chain in chains
        if chain in rows and chain not in doubted
    ]


def _rows(here: Office, chains: Sequence[str], now: datetime) -> list[PublicText]:
    return list(_public(here, now).filter(chain__in=chains)) if chains else []


def _public(here: Office, now: datetime) -> QuerySet[PublicText]:
    return PublicText.objects.filter(Q(until=None) | Q(until__gt=now), county=here.county.code, what=CARD)


def _matter(here: Office, case: str) -> str:
    """A case's own words, as it was opened."""
    kept = Content.objects.filter(county=here.county.code, chain=case, seq=1).order_by("field")
    said = (json.loads(value) for value in kept.values_list("value", flat=True))
    return "\n".join(each for each in said if isinstance(each, str))
