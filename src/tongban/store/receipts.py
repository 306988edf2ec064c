"""A resident's receipt: the entry that opened the case, its proof, and their own words with their salts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tongban.kernel.ledger.note import Signer
from tongban.kernel.ledger.receipt import write_receipt
from tongban.kernel.refusal import Refused
from tongban.store.batch import entries
from tongban.store.checkpoints import inclusion, promise
from tongban.store.journal import Journal
from tongban.store.values import content


def receipt(journal: Journal, number: str, signers: Sequence[Signer], now: datetime) -> str | Refused:
    """The receipt of a case as text that verifies offline.

    Until a checkpoint covers the case it carries a signed promise instead. Texts that were erased are
    left out; identity values never are in it. Refuses an unknown number (``receipt.unknown``).
    """
    loaded = journal.load(numbers=[number])
    if not loaded:
        return Refused("receipt.unknown", number, {"number": number})
    case = loaded[0].case
    entry = next(iter(entries(journal.events(case.id))))
    proof = inclusion(journal, case.id, entry.seq) or promise(journal, entry.seal, signers, now)
    if isinstance(proof, Refused):
        return proof
    return write_receipt(entry, proof, content(journal, case.id).get(entry.seq, {}))
