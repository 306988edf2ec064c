"""A resident's receipt: the entry that opened the case, its proof, and their own words with their salts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tongban.kernel.ledger.note import Signer
from tongban.kernel.ledger.receipt import write_receipt
from tongban.kernel.ledger.seal import commit
from tongban.kernel.refusal import Refused
from tongban.store.batch import entries
from tongban.store.checkpoints import inclusion, promise
from tongban.store.journal import Journal
from tongban.store.values import content


def receipt(journal: Journal, number: str, signers: Sequence[Signer], now: datetime) -> str | Refused:
    """The receipt of a case as text that verifies offline.

    Until a checkpoint covers the case it carries a signed promise instead. Texts that were erased, or that
    parts were struck out of, are left out; identity values never are in it. Refuses an unknown number (``receipt.unknown``).
    """
    loaded = journal.load(numbers=[number])
    if not loaded:
        return Refused("receipt.unknown", number, {"number": number})
    case = loaded[0].case
    return of_entry(journal, case.id, 1, signers, now)


def of_entry(
    journal: Journal, chain: str, seq: int, signers: Sequence[Signer], now: datetime
) -> str | Refused:
    """The same of any entry, a note's too. Refuses one that there is not (``receipt.unknown``)."""
    found = journal.events(chain)
    entry = next((each for each in entries(found) if each.seq == seq), None)
    if entry is None:
        return Refused("receipt.unknown", chain, {"number": chain})
    sealed = found[seq - 1].sealed()
    proof = inclusion(journal, chain, entry.seq) or promise(journal, entry.seal, signers, now)
    if isinstance(proof, Refused):
        return proof
    given = content(journal, chain).get(entry.seq, {})
    whole = {name: each for name, each in given.items() if commit(each.value, each.salt) == sealed.get(name)}
    return write_receipt(entry, proof, whole)
