"""What a case tells another county: written, sealed for it, and put where it waits to be sent.

A reactor: it follows the ledger, so that a message is made exactly when the step that tells it is on disk.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from tongban.apps.exchange.peers import last_known
from tongban.apps.office import Office
from tongban.kernel.events import Event, Told
from tongban.kernel.exchange.message import Head, carried
from tongban.kernel.exchange.sealing import KEY_LENGTH, seal
from tongban.kernel.form import Held
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value
from tongban.store.exchange import keep_told
from tongban.store.identity import COUNTY, look
from tongban.store.values import content

HANDED_OVER = "handed_over"
"""The purpose that a look at an identity has when it goes to another county: the record of it that the law asks for."""


def tell_peers(here: Office, event: Event) -> int:
    """Make the messages of one event; how many there were."""
    messages = [each for each in event.follows if isinstance(each, Told)]
    if not messages:
        return 0
    (loaded,) = here.journal.load(ids=[event.case])
    case = loaded.case
    procedure = here.procedure(case.adoption)
    for told in messages:
        peer = last_known(here.county.code, told.peer)
        if peer is None:
            raise RefusedError(Refused("exchange.unknown_peer", told.message, {"peer": told.peer}))
        # To a county that has ended nothing goes, so nothing is opened for it; the message is seen as given up.
        fields = {**_said(here, procedure, event, told), **told.says} if peer.until is None else {}
        head = Head(
            here.county.code, told.peer, told.conversation, told.n, case.practice, told.message, case.number,
            instant_text(event.at), "",
        )  # fmt: skip
        sealed = seal(carried(fields), peer.sealing, secrets.token_bytes(KEY_LENGTH), head.beside)
        if isinstance(sealed, Refused):
            raise RefusedError(sealed)
        whole = Head(
            head.peer, head.to, head.conversation, head.n, head.practice, head.message, head.number, head.at,
            sha256(sealed).hexdigest(),
        )  # fmt: skip
        keep_told(here.journal, whole, sealed, case.id, event.seq, tuple(fields), datetime.now(UTC))
    return len(messages)


def _said(here: Office, procedure: Procedure, event: Event, told: Told) -> Mapping[str, Value]:
    """The answers that go along, as they were when it was told; what was never given or is erased is left out.

    Handing over who asks is a look at it, and noted as one.
    """
    names = {**dict.fromkeys(told.fields, ""), **told.named}
    wanted = [each or name for name, each in names.items()]
    if not wanted:
        return {}
    places = {each.id: each.place for form in procedure.forms.values() for each in form.fields}
    found: dict[str, Value] = {}
    apart = content(here.journal, event.case)
    for stored in here.journal.events(event.case):
        if stored.seq <= event.seq:
            found |= stored.event().facts
            found |= {name: each.value for name, each in apart.get(stored.seq, {}).items()}
    found = {name: value for name, value in found.items() if name in wanted}
    who = [name for name in wanted if places.get(name) is Held.identity]
    if who:
        now = datetime.now(UTC)
        seen = look(here.journal, event.case, who, f"{COUNTY}{told.peer}", HANDED_OVER, told.message, now)
        if isinstance(seen, Refused):
            raise RefusedError(seen)
        found |= seen
    return {name: found[each or name] for name, each in names.items() if (each or name) in found}
