"""A resident proves that a case is theirs: its number and the telephone number given with it. A case of which they were told nothing
yet is no case of theirs."""

from __future__ import annotations

from datetime import date

from tongban.apps.numbers import read_number
from tongban.apps.office import Office, office
from tongban.kernel.case import Case
from tongban.kernel.form import Field, FieldKind, Form, read
from tongban.kernel.procedure.answering import knows_of
from tongban.kernel.refusal import Refused
from tongban.store.identity import is_of

NOBODYS = "00000000-0000-0000-0000-000000000000"
"""In place of a case that is not there, so that as much is done: how long a refusal takes tells nobody which cases exist."""
_PHONE = Form("proof", (Field("phone", FieldKind.phone, required=True),))


def prove(number: str, phone: str) -> str | Refused:
    """The case's id. A wrong number and a wrong telephone number are refused in the same words.

    Only what cannot be right (a number with a wrong check digit, no telephone number) is told apart,
    because that says nothing about which cases exist.
    """
    read_as = read_number(number)
    if isinstance(read_as, Refused):
        return read_as
    answers = read(_PHONE, {"phone": phone}, known={}, today=date.min)
    if isinstance(answers, Refused):
        return answers
    here = office()
    loaded = here.load(read_as)
    # who brought what a case is about brought that case; for a number that no case has the same is asked of none
    theirs = NOBODYS if loaded is None else loaded.case.about or loaded.case.id
    known = is_of(here.journal, theirs, FieldKind.phone, answers.values["phone"])
    return (
        loaded.case.id
        if loaded is not None and known and told_of_it(here, loaded.case)
        else Refused("people.no_match", "number")
    )


def told_of_it(here: Office, case: Case) -> bool:
    """Whether the requester may know that the case is there."""
    return knows_of(here.procedure(case.adoption).kinds[case.kind], case.counts)
