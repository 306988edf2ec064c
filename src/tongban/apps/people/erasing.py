"""Erasing who asked: the values go, every seal, proof and figure stays."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.files import remove_erased
from tongban.apps.office import office
from tongban.apps.rights import may
from tongban.apps.rights.two import needed
from tongban.kernel.form import FieldKind, Held
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused
from tongban.store.erasure import Why, erase
from tongban.store.identity import LOOKED

ERASE = "erase_person"
REASON = "person_asked"
OPERATOR = "operator"
"""Who stands in the note when it is done at the shell, where nobody is signed in."""


class Left(Struct, frozen=True):
    """What an erasure did: values that went, and texts that the values were struck out of.

    ``texts`` name the case, the entry (0: a published text) and the field. Whatever else those texts say stays.
    """

    values: int
    texts: tuple[tuple[str, int, str], ...]


def erase_person(number: str, acting: Acting) -> Left | Refused:
    """Delete the identity values of a case with their salts, strike them out of its texts, and note it.

    What the case was about stays: it says what happened, not to whom. Refuses an unknown number and a case
    whose identity is gone already, and a person alone where another one could confirm it.
    """
    here = office()
    refused = None if may(ERASE, acting.actor) else Refused("people.not_administrator")
    refused = refused or needed(ERASE, acting)
    if refused is not None:
        return refused
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return loaded
    kinds = identity_kinds(here.procedure(loaded.case.adoption))
    why = Why(REASON, acting.actor.person or OPERATOR, acting.now)
    done = erase(here.journal, here.procedure, loaded.case.id, sorted(kinds), why, kinds)
    if isinstance(done, Refused):
        return done
    remove_erased(done.files)
    numbers = {
        each.case.id: each.case.number for each in here.journal.load(ids={s.chain for s in done.struck})
    }
    texts = ((numbers.get(each.chain, LOOKED), each.seq, each.field) for each in done.struck)
    return Left(done.values, tuple(texts))


def identity_kinds(procedure: Procedure) -> dict[str, FieldKind]:
    """The fields of a practice that say who somebody is, each with its kind."""
    fields = (each for form in procedure.forms.values() for each in form.fields)
    return {each.id: each.kind for each in fields if each.place is Held.identity}
