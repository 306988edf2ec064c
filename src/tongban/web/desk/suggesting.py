"""What a clerk is offered while writing: category, place, unit with its reason, and open cases like it.

An offer, never a decision: whatever is chosen instead stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongban.apps.acting import Acting
from tongban.apps.casework.alike import alike_to
from tongban.apps.casework.opening import would_go
from tongban.apps.casework.views import FieldView, Opening, Similar
from tongban.apps.dispatch.offering import offer
from tongban.apps.dispatch.suggest import Message, Suggestion
from tongban.kernel.refusal import Refused
from tongban.web.words import says

LEAST = 8
"""Characters from which a text says something."""
LONGEST = 4000
"""Characters that are looked at while somebody is still writing."""
WRITTEN = ("text", "line")


@dataclass(frozen=True, slots=True)
class Offered:
    """One category: its label, as it can be put into the field, how sure (percent) and why."""

    label: str
    sure: int
    because: str


@dataclass(frozen=True, slots=True)
class Offer:
    """``field`` and ``place_field`` are the fields that an offer fills; "" where the form has none."""

    field: str
    best: Offered | None
    others: tuple[Offered, ...]
    unit: str
    reason: str
    nobody: str
    place_field: str
    place: str
    similar: tuple[Similar, ...]


def suggestion(
    opening: Opening, fields: Sequence[FieldView], answers: Mapping[str, object], acting: Acting
) -> Offer | None:
    """The offer for what was written so far; None while that says nothing."""
    words = "\n".join(str(answers[f.id]) for f in fields if f.kind in WRITTEN and f.id in answers)[:LONGEST]
    if len(words.strip()) < LEAST:
        return None
    places = {f.kind: f for f in fields if f.kind in ("category", "division")}
    division = _code(places.get("division"), answers)
    found = offer(Message("", words, "", division), acting, opening.practice)
    if isinstance(found, Refused):
        return None
    chosen = _code(places.get("category"), answers) or found.category
    return _offer(opening, found, places, alike_to(opening.practice, words, chosen, division, acting), acting)


def _offer(
    opening: Opening,
    found: Suggestion,
    places: Mapping[str, FieldView],
    similar: tuple[Similar, ...],
    acting: Acting,
) -> Offer:
    names = {kind: {o.value: o.label for o in field.options} for kind, field in places.items()}
    category, division = names.get("category", {}), names.get("division", {})
    unit, reason = (
        would_go(opening.practice, found.unit, found.rule, found.duty, acting) if found.unit else ("", "")
    )
    best = Offered(
        category.get(found.category, found.title), round(found.confidence * 100), _said(found.because)
    )
    others = tuple(
        Offered(category.get(o.category, o.title), round(o.confidence * 100), _said(o.because))
        for o in found.alternatives
    )
    return Offer(
        field=places["category"].id if "category" in places else "",
        best=best if found.category else None,
        others=others,
        unit=unit,
        reason=reason,
        nobody=says(found.refused, acting.language).says if found.refused is not None else "",
        place_field=places["division"].id if "division" in places else "",
        place=division.get(found.division, "") if found.division_because else "",
        similar=similar,
    )


def _code(field: FieldView | None, answers: Mapping[str, object]) -> str:
    """The code that was chosen: by its label or as it is."""
    given = str(answers.get(field.id, "")) if field is not None else ""
    options = field.options if field is not None else ()
    return next((o.value for o in options if given in (o.value, o.label)), "") if given else ""


def _said(words: Sequence[str]) -> str:
    return "、".join(words)
