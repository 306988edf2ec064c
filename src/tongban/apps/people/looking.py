"""Looking at who asks: for a purpose from a closed list with words of one's own, and never unseen."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.hearing import told_of
from tongban.apps.office import office
from tongban.kernel.authority import apart
from tongban.kernel.case import Case
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.form import Held
from tongban.kernel.procedure.model import Kind, Procedure, Relation, StageKind
from tongban.kernel.procedure.publicity import for_the_public
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.store.identity import look

SHORTEST_REASON = 4
LONGEST_REASON = 200


class Purpose(StrEnum):
    """What somebody's identity may be opened for."""

    CONTACT = "contact"
    """to call or write to them about their case"""
    VISIT = "visit"
    """to meet them where it happened"""
    CALLBACK = "callback"
    """to ask them afterwards"""
    FIND = "find"
    """to find their own file in another system, for them"""
    VERIFY = "verify"
    """to see whether somebody at the counter is them"""
    CORRECT = "correct"
    """to put right what was taken down wrongly"""
    LAWFUL_REQUEST = "lawful_request"
    """a court or another body asks, in writing"""


class Identity(Struct, frozen=True):
    """Who asks, by field; erased or never given fields are not there."""

    number: str
    values: Mapping[str, Value]


def look_identity(number: str, purpose: str, why: str, acting: Acting) -> Identity | Refused:
    """Open the identity of a case's requester.

    ``purpose`` is one of the list, ``why`` at least a few words; both are noted with the name of who looked,
    before anything is read, the words beside the ledger, where they can be erased. Only somebody whose post lets
    them work on the case, at the unit that holds it or that received it, may look; of an ended case only what a court or the like asks for
    in writing is opened. Everybody else sees masked content. Of a case that is about another one, whoever brought that is
    opened with it: each look is noted where what was looked at is kept.
    """
    if purpose not in Purpose._value2member_map_:
        return Refused("people.purpose", "purpose", {"purposes": tuple(Purpose)})
    if not SHORTEST_REASON <= len(why.strip()) <= LONGEST_REASON:
        facts = {"least": SHORTEST_REASON, "most": LONGEST_REASON}
        return Refused("people.why", "why", facts)
    here = office()
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return Refused("people.not_your_case", number) if loaded.code == "case.unknown" else loaded
    procedure = here.procedure(loaded.case.adoption)
    kind = procedure.kinds[loaded.case.kind]
    if not may_look(acting.actor, loaded.case, kind):
        return Refused("people.not_your_case", number)
    if kind.stages[loaded.case.stage].kind is StageKind.END and purpose != Purpose.LAWFUL_REQUEST:
        return Refused("people.ended", "purpose")
    person, values = acting.actor.person, dict[str, Value]()
    for each in (loaded, told_of(here, loaded.case)):
        names = identity_fields(here.procedure(each.case.adoption), each.case) if each is not None else ()
        if each is None or not names:
            continue
        found = look(here.journal, each.case.id, names, person, purpose, why.strip(), acting.now)
        if isinstance(found, Refused):
            return found
        values = {**found, **values}
    return Identity(loaded.case.number, values)


def identity_fields(procedure: Procedure, case: Case) -> tuple[str, ...]:
    """The identity fields that were given in a case; what only a door says of it names nobody and is not opened."""
    fields = (each for form in procedure.forms.values() for each in form.fields)
    held = {each.id for each in fields if each.place is Held.identity and each.door is None}
    return tuple(sorted(held & case.given))


def may_look(actor: Actor, case: Case, kind: Kind) -> bool:
    """Whether somebody works on such cases, by a role that takes steps there; releasing for the public is none."""
    if actor.kind is not ActorKind.PERSON:
        return False
    units = {Relation.HOLDER: case.holder, Relation.HOME: case.home}
    works = {
        (units[who.relation], who.role)
        for step in kind.steps.values()
        if not for_the_public(kind, step)
        for who in step.by
        if who.relation in units
    }
    return any((post.unit, post.role) in works for post in apart(actor.posts, case, office().county))
