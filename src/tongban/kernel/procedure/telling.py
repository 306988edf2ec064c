"""Messages between counties: what a step says to another one, and whether what came is the next that was to come.

A conversation belongs to one case here and one there. Messages are numbered on their way there and on their way back,
each from 1, so that one that is lost, doubled or overtaken is known without asking.
"""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

from msgspec.structs import replace

from tongban.kernel.case import Case, Talk
from tongban.kernel.county import County
from tongban.kernel.events import Heard, Told
from tongban.kernel.procedure.model import Step, Tell, Trigger
from tongban.kernel.refusal import Refused


def tell(follow: Tell, case: Case, talks: tuple[Talk, ...], peer: str, county: County) -> Told | Refused:
    """The next message of the case to a county. Refuses one with which this county does not talk."""
    if peer not in county.peers:
        return Refused("exchange.unknown_peer", follow.peer, {"peer": peer})
    talk = _with(talks, peer) or Talk(peer, str(uuid5(NAMESPACE_OID, f"{case.id}/talk/{peer}")))
    return Told(
        peer, talk.id, talk.sent + 1, follow.message, follow.fields, dict(follow.says), dict(follow.named)
    )


def talked(talks: tuple[Talk, ...], what: Told | Heard) -> tuple[Talk, ...]:
    """The conversations after one more message."""
    before = _with(talks, what.peer) or Talk(what.peer, what.conversation)
    match what:
        case Told():
            after = replace(before, sent=what.n)
        case Heard():
            after = replace(before, heard=what.n, number=what.number or before.number)
    return (*(each for each in talks if each.peer != what.peer), after)


def unheard(step: Step, case: Case, heard: Heard) -> Refused | None:
    """Why a message may not make the system take this step now: it is for another one, or not the next."""
    if step.on is not Trigger.TOLD or step.of != heard.message:
        return Refused("exchange.no_step", step.id, {"message": heard.message})
    talk = case.talk_with(heard.peer)
    if talk is None:
        talk = Talk(heard.peer, heard.conversation if case.seq == 0 else "")
    if talk.id != heard.conversation:
        return Refused("exchange.unknown_conversation", "", {"peer": heard.peer})
    if heard.n != talk.heard + 1:
        return Refused("exchange.out_of_order", "", {"expected": talk.heard + 1, "given": heard.n})
    return None


def _with(talks: tuple[Talk, ...], peer: str) -> Talk | None:
    return next((each for each in talks if each.peer == peer), None)
