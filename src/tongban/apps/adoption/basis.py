"""Whether the documents that a practice rests on are in force. The check of a folder does not ask: its answer
may not change from one day to the next."""

from __future__ import annotations

from datetime import date

from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice
from tongban.library.shape.manifest import LegalBasis


def unfounded(practice: Practice, today: date) -> tuple[Refused, ...]:
    """A refusal for every document that ended before this local day, and for every one that begins later where none is in force."""
    return (*expired(practice, today), *(() if _any_holds(practice, today) else not_begun(practice, today)))


def expired(practice: Practice, today: date) -> tuple[Refused, ...]:
    """A refusal for every document that ended before this local day; () where all are in force or begin later."""
    return tuple(
        _refused("adoption.basis_expired", practice, n, each, each.until)
        for n, each in enumerate(practice.manifest.legal_basis)
        if each.until is not None and each.until < today
    )


def not_begun(practice: Practice, today: date) -> tuple[Refused, ...]:
    """A refusal for every document that begins after this local day. It stops an adoption only where nothing else is in force (``unfounded``)."""
    return tuple(
        _refused("adoption.basis_not_begun", practice, n, each, each.since)
        for n, each in enumerate(practice.manifest.legal_basis)
        if each.since > today
    )


def _any_holds(practice: Practice, today: date) -> bool:
    known = practice.manifest.legal_basis
    return any(each.since <= today and (each.until is None or each.until >= today) for each in known)


def _refused(code: str, practice: Practice, n: int, basis: LegalBasis, day: date) -> Refused:
    facts = {
        "title": basis.title,
        "title_en": basis.called("en"),
        "document": basis.document,
        "document_en": basis.found_in("en"),
        "day": day.isoformat(),
    }
    return Refused(code, practice.where("practice.yaml", "legal_basis", n), facts)
