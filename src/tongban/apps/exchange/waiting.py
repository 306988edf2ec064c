"""What waits to be received elsewhere, and why: for whoever looks after the installation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused
from tongban.library.texts import product_texts
from tongban.store import exchange
from tongban.store.models import ToldRow


class Untold(Struct, frozen=True):
    """A message without a receipt. ``next`` is when it is tried again, "" for one that was given up; ``held_up`` when an
    earlier one of its conversation waits."""

    conversation: str
    n: int
    peer: str
    number: str
    written: str
    message: str
    made: str
    tries: int
    next: str
    why: str
    held_up: bool
    sealed: bool


class Neighbour(Struct, frozen=True):
    """A county with which this one talks, or talked; ``waits`` counts messages without a receipt."""

    code: str
    name: str
    address: str
    keys: tuple[str, ...]
    since: str
    until: str
    waits: int


def untold(acting: Acting) -> tuple[Untold, ...]:
    """Messages without a receipt, those given up first."""
    here = office()
    rows = exchange.untold(here.journal)
    cases = {each.case.id: each.case for each in here.journal.load(ids={str(row.chain) for row in rows})}
    first: set[UUID] = set()
    behind: set[tuple[UUID, int]] = set()
    for row in sorted(rows, key=lambda row: row.n):
        if row.conversation in first:
            behind.add((row.conversation, row.n))
        first.add(row.conversation)
    found = []
    for row in rows:
        case = cases[str(row.chain)]
        wording = here.wording(case.adoption, acting.language)
        found.append(
            Untold(
                str(row.conversation),
                row.n,
                here.names.peer(row.peer, acting.language),
                case.number,
                written(case.number),
                wording.of(f"messages.{row.message}", row.message),
                moment(row.made, acting.language, acting.now),
                row.tries,
                moment(row.next_at, acting.language, acting.now) if row.next_at is not None else "",
                _why(row, acting.language),
                (row.conversation, row.n) in behind,
                bool(row.sealed),
            )
        )
    return tuple(found)


def neighbours(acting: Acting) -> tuple[Neighbour, ...]:
    """Every county once, those that are talked with first."""
    here = office()
    waits = [row.peer for row in exchange.untold(here.journal)]
    by_code: dict[str, list[exchange.Peer]] = {}
    for each in exchange.peers_of(here.county.code):
        by_code.setdefault(each.code, []).append(each)
    found = [_neighbour(here, code, keys, waits.count(code), acting) for code, keys in by_code.items()]
    return tuple(sorted(found, key=lambda each: bool(each.until)))


def send_again(conversation: str, n: int, now: datetime) -> Refused | None:
    """Try a message at the next round, also one that was given up. Refuses one that does not wait or was erased."""
    try:
        UUID(conversation)
    except ValueError:
        return Refused("exchange.not_waiting")
    return (
        None
        if exchange.send_again(office().journal, conversation, n, now)
        else Refused("exchange.not_waiting")
    )


def send_all_again(code: str, now: datetime) -> int | Refused:
    """The same for everything that waits for one county, whose line is up again; how many there are. Refuses a county with
    which nobody talks."""
    here = office()
    if code not in here.county.peers:
        return Refused("exchange.unknown_peer", "code", {"peer": code[:20]})
    return exchange.send_all_again(here.journal, code, now)


def _neighbour(here: Office, code: str, keys: list[exchange.Peer], waits: int, acting: Acting) -> Neighbour:
    hold = [each for each in keys if each.until is None]
    since = min(each.since for each in keys)
    ended = None if hold else max(each.until for each in keys if each.until is not None)
    return Neighbour(
        code,
        here.names.peer(code, acting.language),
        (hold or keys)[0].address,
        tuple(each.key for each in hold),
        moment(since, acting.language, acting.now),
        moment(ended, acting.language, acting.now) if ended is not None else "",
        waits,
    )


def _why(row: ToldRow, language: str) -> str:
    """The words of the code for which it was not received; "" before the first try."""
    key = f"exchange.why.{row.why.partition('.')[2]}"
    texts = product_texts()
    return texts.say(key, language) if texts.has(key, language) else row.why
