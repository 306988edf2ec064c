"""Signs: what several cases together show and one alone does not, and which the office's own job looks for.

A practice says in a step ``on: sign_found`` which of them it is taken for, each with the number that bounds it, and its form
has a flag of that name. What else may stand there is ``<sign>_with``, another case that it was found with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.kernel.form import FieldKind, Held
from tongban.kernel.procedure.model import Kind, Step
from tongban.kernel.procedure.trigger import Trigger
from tongban.library.faults import Faults, place_of
from tongban.library.practice import Practice

ALIKE, AGAIN, SPLIT, TOGETHER, OWN_NUMBER = "alike", "again", "split", "together", "own_number"
SIGNS: Mapping[str, int] = {ALIKE: 2, AGAIN: 1, SPLIT: 1, TOGETHER: 2, OWN_NUMBER: 1}
"""The signs that the job knows, each with the least that its number may be. Of ``alike`` and ``together`` the number says how
many cases make one, of ``again`` and ``split`` within how many days and hours, of ``own_number`` how many cases with one number."""
WITH = "_with"
"""After the name of a sign: the field for another case that it was found with."""


def marking(kind: Kind) -> Step | None:
    """The step by which a kind of case is marked; None where nothing is looked for."""
    return next((step for step in kind.steps.values() if step.on is Trigger.SIGN_FOUND), None)


def sign_faults(practice: Practice, faults: Faults) -> None:
    """Steps that look for what nobody knows, that keep nothing of what they find, or that nothing makes the system take."""
    for kind, spec in practice.kinds.items():
        marks = [
            name for name, step in spec.steps.items() if step.finds or step.on == Trigger.SIGN_FOUND.value
        ]
        for n, name in enumerate(marks):
            step, where = spec.steps[name], practice.at(kind, "steps", name)
            if n or not step.finds or step.on != Trigger.SIGN_FOUND.value:
                faults.refuse("practice.sign_step", where, name=name)
            kept = _kept(practice, step.form or "")
            for sign, bound in step.finds.items():
                at = practice.at(kind, "steps", name, "finds", sign)
                if not faults.known("practice.unknown_sign", at, sign, SIGNS):
                    continue
                if sign not in kept:
                    faults.refuse("practice.sign_field", at, name=sign)
                least = (
                    bound.number
                    if bound.setting is None
                    else practice.manifest.settings[bound.setting].least
                    if bound.setting in practice.manifest.settings
                    else None
                )
                if isinstance(least, int) and least < SIGNS[sign]:
                    faults.refuse("practice.sign_bound", at, name=sign, least=SIGNS[sign])


def _kept(practice: Practice, form: str) -> frozenset[str]:
    """The flags that a form keeps in plain."""
    return frozenset(_flags(practice, form))


def _flags(practice: Practice, form: str) -> Iterator[str]:
    for field in practice.forms.get(form, ()):
        if field.kind is FieldKind.flag and place_of(field) is Held.ledger:
            yield field.id
