"""What a clerk is offered for a message: category, place, unit with its reason, and open cases like it.

An offer, never a decision: whatever is chosen instead stands. It is made while somebody registers, and on the
page of a case that came in without a category (a resident's own) wherever a step asks for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.by_duty import CATEGORY, DIVISION, ByDuty, asks_for_owner, for_opening, for_step
from tongban.apps.casework.destination import Destination, destinations, would_take
from tongban.apps.casework.views import CasePage, FieldView, Opening, StepView
from tongban.apps.dispatch.earlier import Earlier, earlier_like
from tongban.apps.dispatch.finding import Twin, twins_of
from tongban.apps.dispatch.offering import offer
from tongban.apps.dispatch.suggest import Message, Option, Suggestion
from tongban.kernel.refusal import Refused

LEAST = 2
"""Characters from which a text says something."""
LONGEST = 4000
"""Characters that are looked at while somebody is still writing."""
WRITTEN = ("text", "line")

Finding = Callable[[Sequence[str]], Sequence[Destination | None]]
"""For category codes, the units that would get the case."""


class Offered(Struct, frozen=True):
    """One category: its code, its label as it can be put into the field, how sure (percent), why, and who
    would take it. ``taken``: it is what the field holds already."""

    code: str
    label: str
    sure: int
    because: str
    goes: Destination | None
    taken: bool = False

    @property
    def title(self) -> str:
        """Its own name, without what it lies within."""
        return self.label.rpartition(" / ")[2]

    @property
    def within(self) -> str:
        return self.label.rpartition(" / ")[0]

    @property
    def wide(self) -> bool:
        return self.goes is not None and self.goes.wide


class Offer(Struct, frozen=True):
    """``field`` and ``place_field`` are the fields that an offer fills; "" where the form has none.

    ``best`` is what can be taken as it is; ``hint`` a category that is sure but too wide to be routed by, so
    that one of ``others`` must be chosen.
    """

    step: str
    prefix: str
    field: str
    best: Offered | None
    hint: Offered | None
    others: tuple[Offered, ...]
    place_field: str
    place: str
    place_code: str
    similar: tuple[Twin, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    elsewhere: str = ""
    elsewhere_because: str = ""
    """another county of which a place is named, and the words for it"""
    matters: tuple[Offered, ...] = ()
    """both, where it may be two matters"""
    doubted: str = ""
    """what the words alone would be, of another ``kind`` of place than ``doubted_at``"""
    doubted_at: str = ""
    kind: str = ""

    @property
    def choices(self) -> tuple[Offered, ...]:
        """All that can be taken, in the order of their keys."""
        return (self.best, *self.others) if self.best is not None else self.others


def written_in(fields: Sequence[FieldView], answers: Mapping[str, object]) -> str:
    """All that was written so far in words."""
    return "\n".join(str(answers[f.id]) for f in fields if f.kind in WRITTEN and f.id in answers)[:LONGEST]


def suggestion(
    opening: Opening, fields: Sequence[FieldView], answers: Mapping[str, object], acting: Acting
) -> Offer | None:
    """The offer for what was written so far; None while that says nothing."""
    words = written_in(fields, answers)
    places = {f.kind: f for f in fields if f.kind in ("category", "division")}
    chosen, division = (_code(places.get(kind), answers) for kind in ("category", "division"))
    found = _found(words, division, opening.practice, acting)
    if found is None:
        return None
    similar = twins_of(opening.practice, words, chosen or found.category, division, acting)

    by_hand = asks_for_owner(opening, acting)

    def finding(codes: Sequence[str]) -> Sequence[Destination | None]:
        if by_hand:
            given = [{CATEGORY: code, DIVISION: found.division} for code in codes]
            return [_named(for_opening(opening, each, acting)) for each in given]
        return [would_take(opening.practice, code, found.division, acting) for code in codes]

    past = earlier_like(opening.practice, words, found, acting)
    return _offer("", found, places, chosen, finding, similar, past)


def offer_for_case(page: CasePage, step: StepView, acting: Acting) -> Offer | None:
    """The offer for a case that is there already, to be taken in the form of one of its steps."""
    places = {f.kind: f for f in step.fields if f.kind == f.id in ("category", "division")}
    if "category" not in places:
        return None
    words = page.told[:LONGEST]
    found = _found(words, page.division, page.practice_id, acting)
    if found is None:
        return None
    field, known = places["category"], {f.id: f.value for f in step.fields if f.value}

    def finding(codes: Sequence[str]) -> Sequence[Destination | None]:
        variants = [{**known, field.id: code} for code in codes]
        seen = destinations(page.number, step.id, variants, acting)
        if isinstance(seen, Refused):
            return [None] * len(codes)
        lists = [for_step(page.number, step.id, each, acting) for each in variants]
        return [
            to or (None if isinstance(o, Refused) else _named(o)) for to, o in zip(seen, lists, strict=True)
        ]

    past = earlier_like(page.practice_id, words, found, acting)
    return _offer(step.id, found, places, field.value, finding, earlier=past)


def _named(offers: Sequence[ByDuty]) -> Destination | None:
    """Whom duty lists name, where whoever fills in the form says which unit it is."""
    return next((Destination(each.label, each.entry) for each in offers), None)


def _found(words: str, division: str, practice: str, acting: Acting) -> Suggestion | None:
    if len(words.strip()) < LEAST:
        return None
    found = offer(Message("", words, "", division), acting, practice)
    return None if isinstance(found, Refused) else found


def _offer(
    step: str,
    found: Suggestion,
    places: Mapping[str, FieldView],
    chosen: str,
    finding: Finding,
    similar: tuple[Twin, ...] = (),
    earlier: tuple[Earlier, ...] = (),
) -> Offer:
    field, place = places.get("category"), places.get("division")
    own = Option(found.category, found.title, found.confidence, found.because)
    options = [each for each in (own, *found.alternatives) if each.category and field is not None]
    goes = finding([each.category for each in options])
    labels = {o.value: o.label for o in field.options} if field is not None else {}
    offered = [
        Offered(
            code=each.category,
            label=labels.get(each.category, each.title),
            sure=round(each.confidence * 100),
            because="、".join(each.because),
            goes=to,
            taken=each.category == chosen,
        )
        for each, to in zip(options, goes, strict=True)
    ]
    best = offered[0] if offered and found.category else None
    named = {o.value: o.label for o in place.options} if place is not None else {}
    return Offer(
        step=step,
        prefix=step or "field",
        field=field.id if field is not None else "",
        best=best if best is not None and not best.wide else None,
        hint=best if best is not None and best.wide else None,
        others=tuple(each for each in offered if each is not best and not each.wide),
        place_field=place.id if place is not None else "",
        place=named.get(found.division, "") if found.division_because else "",
        place_code=found.division,
        similar=similar,
        earlier=earlier,
        elsewhere=found.elsewhere,
        elsewhere_because=found.elsewhere_because,
        matters=_matters(found, offered),
        doubted=next((each.title for each in offered if each.code == found.doubted), ""),
        doubted_at=found.place,
        kind=found.kind,
    )


def _matters(found: Suggestion, offered: Sequence[Offered]) -> tuple[Offered, ...]:
    both = tuple(each for code in found.matters for each in offered if each.code == code)
    return both if len(both) == len(found.matters) else ()


def _code(field: FieldView | None, answers: Mapping[str, object]) -> str:
    """The code that was chosen: by its label or as it is."""
    given = str(answers.get(field.id, "")) if field is not None else ""
    options = field.options if field is not None else ()
    return next((o.value for o in options if given in (o.value, o.label)), "") if given else ""
