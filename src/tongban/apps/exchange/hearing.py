"""What another county tells: is it theirs, for us, unchanged, just sent and the next one? Then the system takes the step that it
is for, and signs that it came. A message that comes again is answered as before, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.take import open_case, take_loaded
from tongban.apps.casework.views import Taken
from tongban.apps.exchange.own import opening_secret, signer
from tongban.apps.exchange.peers import in_force
from tongban.apps.office import Office, office
from tongban.kernel.commands import SYSTEM
from tongban.kernel.events import Heard
from tongban.kernel.exchange.message import (
    LARGEST_SEALED,
    Head,
    Receipt,
    Signed,
    fields_of,
    genuine,
    read_head,
)
from tongban.kernel.exchange.sealing import unseal
from tongban.kernel.ledger.note import sign_note
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value
from tongban.library.messages import EXCHANGE, not_taken, opened_by, told, told_step
from tongban.store import exchange
from tongban.store.journal import CONFLICT

TRIES = 5
"""How often a message is acted on when somebody else takes a step on its case at the same moment."""


class Answered(Struct, frozen=True):
    """The receipt, and whether the message had come before."""

    receipt: str
    repeated: bool


def hear(signed: Signed, now: datetime) -> Answered | Refused:
    """Act on a message once, and say that it came.

    Refused, always with the same code for the same fault: see the table in the manual. Nothing that is refused
    leaves anything behind, so that it may come again when what was in its way is gone.
    """
    here = office()
    if len(signed.sealed) > LARGEST_SEALED:
        return Refused("exchange.too_large", "sealed", {"most": LARGEST_SEALED})
    head = read_head(signed.head)
    if isinstance(head, Refused):
        return head
    refused = _not_ours(here, signed, head, now)
    if refused is not None:
        return refused
    plain = unseal(signed.sealed, opening_secret(here.county.code), head.beside)
    fields = plain if isinstance(plain, Refused) else fields_of(plain)
    if isinstance(fields, Refused):
        return fields
    try:
        with transaction.atomic():
            here.journal.take_turn(f"exchange/{head.peer}/{head.conversation}")
            return _once(here, signed, head, fields, now)
    except RefusedError as error:
        return error.refusal


def _not_ours(here: Office, signed: Signed, head: Head, now: datetime) -> Refused | None:
    """A message for somebody else, from somebody unknown, or that is not what somebody known signed just now."""
    if head.to != here.county.code:
        return Refused("exchange.not_for_us", "head", {"to": head.to})
    verifiers = [each.verifier for each in in_force(here.county.code, head.peer)]
    if not verifiers:
        return Refused("exchange.stranger", "head", {"peer": head.peer})
    keys = genuine(signed, head, verifiers, now)
    return keys if isinstance(keys, Refused) else None


def _once(here: Office, signed: Signed, head: Head, fields: Mapping[str, Value], now: datetime) -> Answered:
    """Within a transaction, alone at this conversation. Raises ``RefusedError``, which undoes what it did."""
    before = exchange.heard_before(here.journal, head)
    if before is not None:
        digest, receipt = before
        if digest != head.digest:
            raise RefusedError(Refused("exchange.altered", "head", {"n": head.n}))
        return Answered(receipt, repeated=True)
    taken = _taken(here, head, fields, now)
    said = Receipt(here.county.code, head.peer, head.conversation, head.n, head.digest, now, taken.number)
    receipt_or_not = sign_note(said.text, (signer(here.county.code),))
    if isinstance(receipt_or_not, Refused):
        raise RefusedError(receipt_or_not)
    exchange.keep_heard(here.journal, head, signed.note, receipt_or_not, taken.case_id, now)
    return Answered(receipt_or_not, repeated=False)


def _taken(here: Office, head: Head, fields: Mapping[str, Value], now: datetime) -> Taken:
    """The step that the message is for. Raises ``RefusedError``."""
    heard = Heard(head.peer, head.conversation, head.n, head.message, head.digest, head.number)
    key = f"{EXCHANGE}/{head.peer}/{head.conversation}/{head.n}"
    acting = Acting(now, SYSTEM, key=key)
    case = exchange.case_in(here.journal, head.peer, head.conversation)
    for _ in range(TRIES):
        found = (
            _on_case(here, case, heard, head, fields, acting)
            if case
            else _opened(here, heard, head, fields, acting)
        )
        if isinstance(found, Taken):
            return found
        if found.code != CONFLICT:
            raise RefusedError(not_taken(found))
    raise RefusedError(Refused(CONFLICT))


def _on_case(
    here: Office, case: str, heard: Heard, head: Head, fields: Mapping[str, Value], acting: Acting
) -> Taken | Refused:
    (loaded,) = here.journal.load(ids=[case])
    procedure = here.procedure(loaded.case.adoption)
    talk = loaded.case.talk_with(head.peer)
    expected = talk.heard + 1 if talk is not None else 1
    if (
        head.n != expected
    ):  # said before anything else: what overtook another one fits the case as little as may be
        return Refused("exchange.out_of_order", "", {"expected": expected, "given": head.n})
    step = told_step(procedure, loaded.case.kind, loaded.case.stage, head.message)
    if step is None or loaded.case.practice != head.practice:
        return Refused("exchange.no_step", "", {"message": head.message})
    return take_loaded(here, loaded, told(procedure, step, heard, fields, None), acting)


def _opened(
    here: Office, heard: Heard, head: Head, fields: Mapping[str, Value], acting: Acting
) -> Taken | Refused:
    adopted = here.opened_under(head.practice, acting.now)
    if adopted is None:
        return Refused("exchange.no_practice", "", {"practice": head.practice})
    procedure = here.procedure(adopted)
    found = opened_by(procedure, head.message)
    if found is None:
        return Refused("exchange.unknown_conversation", "", {"peer": head.peer})
    kind, step = found
    answers = told(procedure, step, heard, fields, None).answers
    return open_case(head.practice, answers, acting, step=step.id, kind=kind, channel=EXCHANGE, heard=heard)
