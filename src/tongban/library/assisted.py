"""Filling in for somebody: what an opening form asks of whoever helps, the same in every practice that allows it.

``assisted: true`` in the manifest adds these fields to each form with which anybody may open a case. They are fields like any
other: who helps and how consent was given stand in the event that opens the case, the helper's name is held as identity.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.model import Relation
from tongban.library.shape.procedure import KindSpec, StepSpec
from tongban.library.shape.rules import FieldSpec
from tongban.library.texts import product_texts

RELATION = "helper_relation"
NAME = "helper_name"
CONSENT = "helper_consent"
ASSISTED = frozenset({RELATION, NAME, CONSENT})
_WORDS = "assisted."
_HELPED = f'given.{RELATION} != ""'

FIELDS = (
    FieldSpec(
        id=RELATION,
        kind=FieldKind.choice,
        choices=("family", "neighbour", "village_worker", "clerk", "other"),
    ),
    FieldSpec(id=NAME, kind=FieldKind.name, required=True, when=_HELPED),
    FieldSpec(
        id=CONSENT,
        kind=FieldKind.choice,
        required=True,
        choices=("beside", "by_phone", "in_writing"),
        when=_HELPED,
    ),
)


def with_helpers(
    forms: Mapping[str, tuple[FieldSpec, ...]], kinds: Mapping[str, KindSpec]
) -> dict[str, tuple[FieldSpec, ...]]:
    """The forms, those with which anybody opens a case with what is asked of a helper."""
    opening = {step.form for kind in kinds.values() for step in kind.steps.values() if _by_anybody(step)}
    return {name: (*fields, *FIELDS) if name in opening else fields for name, fields in forms.items()}


def with_words(words: Mapping[str, str], language: str) -> dict[str, str]:
    """A practice's words with the product's for these fields, where it has none of its own."""
    texts = product_texts()
    keys = [key for key in texts.keys() if key.startswith(_WORDS)]  # noqa: SIM118 - texts are no mapping
    own = {key.removeprefix(_WORDS): texts.say(key, language) for key in keys}
    return {**own, **words}


def _by_anybody(step: StepSpec) -> bool:
    return not step.source and any(who.relation is Relation.ANYONE for who in step.by)
