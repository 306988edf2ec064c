"""Erasing who asked: the values go, every seal, proof and figure stays."""

from __future__ import annotations

from tongban.apps.acting import Acting
from tongban.apps.numbers import read_number
from tongban.apps.office import office
from tongban.kernel.form import Held
from tongban.kernel.refusal import Refused
from tongban.store.erasure import Erased, erase

REASON = "person_asked"
OPERATOR = "operator"
"""Who stands in the note when it is done at the shell, where nobody is signed in."""


def erase_person(number: str, acting: Acting) -> Erased | Refused:
    """Delete the identity values of a case with their salts, and note that it was done.

    Content stays: it says what happened, not to whom. Refuses an unknown number and a case whose
    identity is gone already.
    """
    read = read_number(number)
    if isinstance(read, Refused):
        return read
    here = office()
    loaded = here.load(read)
    if loaded is None:
        return Refused("case.unknown", "number", {"number": number})
    procedure = here.procedure(loaded.case.adoption)
    fields = sorted(
        {each.id for form in procedure.forms.values() for each in form.fields if each.place is Held.identity}
    )
    person = acting.actor.person or OPERATOR
    return erase(here.journal, here.procedure, loaded.case.id, fields, REASON, person, acting.now)
