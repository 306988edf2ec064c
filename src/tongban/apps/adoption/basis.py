"""Whether the documents that a practice rests on are still in force. The check of a folder does not ask: its answer
may not change from one day to the next."""

from __future__ import annotations

from datetime import date

from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice


def expired(practice: Practice, today: date) -> tuple[Refused, ...]:
    """A refusal for every document that ended before this local day; () where all are in force."""
    return tuple(
        Refused(
            "adoption.basis_expired",
            practice.where("practice.yaml", "legal_basis", n),
            {
                "title": each.title,
                "title_en": each.called("en"),
                "document": each.document,
                "document_en": each.found_in("en"),
                "day": each.until.isoformat(),
            },
        )
        for n, each in enumerate(practice.manifest.legal_basis)
        if each.until is not None and each.until < today
    )
