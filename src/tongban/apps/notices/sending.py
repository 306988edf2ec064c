"""Sending what waits: several at once, each bounded in time, so that a gateway that is dead holds up nobody else's messages."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from tongban.apps.notices import codes
from tongban.apps.notices.carrying import ADDRESS, SLOW, Handing
from tongban.apps.notices.channels import MAIL, Channel, channels, closed
from tongban.apps.notices.choices import address as own_address
from tongban.apps.notices.gathering import SERVED, gather_due
from tongban.apps.notices.planning import PERSON, REQUESTER, phone_fields, plan_due
from tongban.apps.notices.receipts import hear_pretended
from tongban.apps.notices.serving import back_to_paper
from tongban.apps.office import Office, office
from tongban.apps.wording import say
from tongban.kernel.clock import local_date
from tongban.kernel.clock.quiet import awake, awake_before
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store import deliveries
from tongban.store import notices as store
from tongban.store.identity import TELLER, look
from tongban.store.notices import TRYING, Sending

MOST = 400
"""Messages in one round; what is left waits for the next."""
ABREAST = 8
"""Messages that are handed over at the same time."""
OFTEN = 3
"""Refusals of one channel in a row, after which it is left alone for this round. A message that
could not be handed to it says nothing of it."""
NOTIFY = "notify"
"""What an identity is looked at for, to tell somebody: it stands with all other looks."""
NO_WAY, NO_ADDRESS, EXPIRED = "notices.no_channel", "notices.address_missing", "notices.expired"


class Sent(Struct, frozen=True):
    """What came of a round: messages that gateways took, that are tried again, and that nobody will try any more."""

    taken: int = 0
    put_off: int = 0
    ended: int = 0


def send_due(now: datetime) -> Sent:
    """Plan, gather and send everything whose turn it is by now. Safe with many workers, and after any of them was killed.

    Raises ``RefusedError`` where the channels cannot be opened: nobody is to be left out as if there were none.
    """
    here = office()
    refused = closed(here)
    if refused is not None:
        raise RefusedError(refused)
    while plan_due(here, now):
        pass
    _hush(here, now)
    gather_due(here, now)
    hear_pretended(here, now)
    return _send(here, now)


def _hush(here: Office, now: datetime) -> None:
    """What was due by day and was left over, since the worker stood still or a gateway did, wakes nobody up: it waits for the morning.
    What was planned in the quiet hours themselves is for somebody who is awake, or urgent."""
    calendar = here.county.calendar
    morning = awake(calendar, now)
    if morning > now:
        evening = awake_before(calendar, now)
        deliveries.hush(here.journal, evening, morning)
        store.hush(here.journal, evening, morning, codes.CODE)


def _send(here: Office, now: datetime) -> Sent:
    ways = channels(here)
    taken = put_off = ended = 0
    refusals: dict[str, int] = {}
    for _ in range(MOST // ABREAST):
        passed = [name for name, n in refusals.items() if n >= OFTEN]
        batch = store.next_due(here.journal, now, passed, ABREAST)
        on_their_way = [(each, _begun(here, ways.get(each.channel), each, now)) for each in batch]
        for sending, way in on_their_way:
            refused = way.answer() if isinstance(way, Handing) else way
            if refused is None:
                store.accepted(here.journal, sending.id, now)
                refusals[sending.channel] = 0
                taken += 1
            elif _for_good(ways.get(sending.channel), sending, refused):
                unsure = refused.code == SLOW
                store.end(
                    here.journal, sending.id, store.UNKNOWN if unsure else store.FAILED, refused.code, now
                )
                ended += 1
                if sending.kind == SERVED:
                    back_to_paper(here, sending.id)
            else:
                store.put_off(here.journal, sending, refused.code)
                put_off += 1
            if refused is not None and (isinstance(way, Handing) or refused.code == NO_WAY):
                weight = OFTEN if refused.code == SLOW else 1
                refusals[sending.channel] = refusals.get(sending.channel, 0) + weight
        if len(batch) < ABREAST:
            break
    return Sent(taken, put_off, ended)


def _begun(here: Office, way: Channel | None, sending: Sending, now: datetime) -> Handing | Refused:
    """Begin to hand a message over. Refuses one without a channel or an address, one that has run out, and one of which nobody
    knows whether it was handed over before and that the gateway would not know again."""
    if sending.until is not None and sending.until <= now:
        return Refused(EXPIRED)
    if way is None:
        return Refused(NO_WAY)
    if sending.was == TRYING and not way.keyed and sending.kind != codes.CODE:
        return Refused(SLOW)
    if sending.kind == codes.CODE:
        kept = codes.opened(here, sending)
        if kept is None:
            return Refused(EXPIRED)
        return Handing(way, kept[0], "", kept[1], sending.id)
    to = _address(here, way, sending, now)
    if way.personal and not to:
        return Refused(NO_ADDRESS)
    title = say(
        "notices.title", sending.language, county=here.names.division(here.county.code, sending.language)
    )
    return Handing(way, to, title if way.kind == MAIL else "", sending.text, sending.id)


def _address(here: Office, way: Channel, sending: Sending, now: datetime) -> str:
    """Where a message goes, read at this moment and kept nowhere; nowhere to whom has no post any more, whenever it was planned. A
    requester's is a look at who asks, and noted as one."""
    if sending.whom.startswith(PERSON):
        person, kind = sending.whom.removeprefix(PERSON), MAIL if way.kind == MAIL else "phone"
        return (
            own_address(here, person, kind)
            if deliveries.works_here(here.journal, person, local_date(now))
            else ""
        )
    if sending.whom != REQUESTER or sending.chain is None:
        return ""
    return _phone(here, sending.chain, now)


def _phone(here: Office, chain: str, now: datetime) -> str:
    for loaded in here.journal.load(ids=[chain]):
        case = loaded.case
        fields = phone_fields(here.procedure(case.adoption), case)
        found = look(here.journal, case.id, fields, TELLER, NOTIFY, "", now) if fields else {}
        if not isinstance(found, Refused) and found:
            return str(next(iter(found.values())))
        if case.about:
            return _phone(here, case.about, now)
    return ""


def _for_good(way: Channel | None, sending: Sending, refused: Refused) -> bool:
    """Whether another try changes nothing, or could reach somebody twice."""
    if refused.code in (EXPIRED, NO_ADDRESS, ADDRESS) or sending.tries >= store.MOST_TRIES:
        return True
    return refused.code == SLOW and sending.kind != codes.CODE and way is not None and not way.keyed
