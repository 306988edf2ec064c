"""What happens to case cards after they are published, as notes: that one helped with another case, that somebody looked at it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from django.db import transaction
from msgspec import Struct

from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.store.journal import Journal
from tongban.store.notes import append_note, chain_id, readable

USED, CONFIRMED = "card_used", "card_confirmed"


class Confirmed(Struct, frozen=True):
    """Somebody looked at a card and found that it still holds: under which adoption, and which doubts were settled by that."""

    at: datetime
    adoption: str
    doubts: tuple[str, ...]


def uses(journal: Journal, cards: Sequence[str]) -> Mapping[str, int]:
    """With how many cases each card helped: a chain of notes has one a case."""
    chains = {chain_id(journal.county, f"{USED}/{each}"): each for each in cards}
    sql = """SELECT chain::text, max(seq) FROM store_event WHERE county = %s AND chain = ANY (%s::uuid[]) GROUP BY chain"""
    rows = cast("list[tuple[str, int]]", journal.query(sql, (journal.county, list(chains))))
    return {chains[chain]: n for chain, n in rows}


def use(journal: Journal, card: str, case: str, unit: str, now: datetime) -> Refused | None:
    """Note that a card helped with a case, at a unit. Refuses a second time for the same case (``cards.used_already``)."""
    name = f"{USED}/{card}"
    with transaction.atomic(using=journal.using):
        journal.take_turn(f"notes/{name}")
        if used_by(journal, card, case):
            return Refused("cards.used_already")
        noted = append_note(journal, name, USED, {"card": card, "case": case, "unit": unit}, now, now)
    return noted if isinstance(noted, Refused) else None


def used_by(journal: Journal, card: str, case: str) -> bool:
    """Whether it is noted that a card helped with a case."""
    entries = journal.events(chain_id(journal.county, f"{USED}/{card}"))
    return any(readable(each).get("case") == case for each in entries)


def confirm(
    journal: Journal, card: str, adoption: str, doubts: Sequence[str], person: str, now: datetime
) -> Refused | None:
    """Note that a card still holds. Refuses what cannot be sealed (``ledger.*``)."""
    facts: Facts = {"card": card, "adoption": adoption, "doubts": tuple(doubts), "person": person}
    noted = append_note(journal, f"{CONFIRMED}/{card}", CONFIRMED, facts, now, now)
    return noted if isinstance(noted, Refused) else None


def confirmations(journal: Journal, cards: Sequence[str]) -> Mapping[str, Confirmed]:
    """The latest of each card that was looked at again."""
    chains = {chain_id(journal.county, f"{CONFIRMED}/{each}"): each for each in cards}
    sql = """SELECT DISTINCT ON (chain) chain::text FROM store_event
             WHERE county = %s AND chain = ANY (%s::uuid[]) ORDER BY chain, seq DESC"""
    found = {}
    for row in journal.query(sql, (journal.county, list(chains))):
        chain = cast(str, row[0])
        newest = journal.events(chain)[-1]
        match readable(newest):
            case {"adoption": str(adoption), "doubts": tuple() as doubts}:
                found[chains[chain]] = Confirmed(newest.recorded, adoption, tuple(map(str, doubts)))
    return found
