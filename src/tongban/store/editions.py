"""Editions of figures: proposed by one, released by another, noted in the ledger, never changed, taken down by two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from os import urandom
from typing import TypeAlias

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from msgspec import Struct

from tongban.kernel.edition.checking import NOTE
from tongban.kernel.edition.lines import (
    Before,
    Proof,
    Sealed,
    head_named,
    proof_of,
    written,
)
from tongban.kernel.edition.making import digest, digests
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.checkpoint import Checkpoint, read_checkpoint
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.ledger.seal import SALT_LENGTH, commit_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store.checkpoints import consistency, inclusion
from tongban.store.journal import Journal
from tongban.store.models import EditionRow
from tongban.store.notes import append_note, chain_id, readable, set_apart

CHAIN, WITHDRAWN, ARCHIVED = "figures", "edition_withdrawn", "edition_archived"
"""The chain of notes, and the kinds of the notes that take an edition down, and that say that it is offered as current no longer."""
EditionRows: TypeAlias = "QuerySet[EditionRow]"
_FIELDS = (
    "period", "edition", "digest", "corrects", "why", "proposed_by", "proposed_at", "released_by",
    "released_at", "seq", "leaving_by", "leaving_why", "leaving_at", "withdrawn_by", "withdrawn_at",
    "until", "archived_at",
)  # fmt: skip
_COVERED = ExpressionWrapper(~Q(proof=""), output_field=BooleanField())
_ROWS = '"line":"population"'
"""Stands in every line of rows and in no other: within a text its marks would be escaped."""


class Kept(Struct, frozen=True):
    """An edition without its text and proof; see ``models.EditionRow``. ``covered``: whether it has its proof."""

    period: str
    edition: int
    digest: str
    corrects: str
    why: str
    proposed_by: str
    proposed_at: datetime
    released_by: str
    released_at: datetime | None
    seq: int | None
    leaving_by: str
    leaving_why: str
    leaving_at: datetime | None
    withdrawn_by: str
    withdrawn_at: datetime | None
    until: datetime | None = None
    archived_at: datetime | None = None
    covered: bool = False

    @property
    def readable(self) -> bool:
        """Whether the public may have the file."""
        return self.released_at is not None and self.withdrawn_at is None


def kept(journal: Journal, period: str = "") -> tuple[Kept, ...]:
    """All editions, or those of a period, the newest first."""
    found = EditionRow.objects.using(journal.using).filter(county=journal.county)
    found = found.filter(period=period) if period else found
    found = found.annotate(covered=_COVERED).order_by("-period", "-edition")
    return tuple(Kept(*row) for row in found.values_list(*_FIELDS, "covered"))


def standing(journal: Journal) -> Mapping[str, Kept]:
    """By period, the edition that was released last, also where it was taken down: nothing older stands in its place."""
    found: dict[str, Kept] = {}
    for each in kept(journal):
        if each.released_at is not None:
            found.setdefault(each.period, each)
    return found


def text_of(journal: Journal, period: str, edition: int) -> str:
    """The lines of an edition before its proof; "" where there is none."""
    return _one(journal, period, edition, "text")


def told_of(journal: Journal, period: str, edition: int) -> str:
    """The same without the lines of rows."""
    return _one(journal, period, edition, "told")


def _one(journal: Journal, period: str, edition: int, column: str) -> str:
    rows = EditionRow.objects.using(journal.using).filter(
        county=journal.county, period=period, edition=edition
    )
    return next(iter(rows.values_list(column, flat=True)), "")


def without_rows(text: str) -> str:
    """The lines of an edition that are no rows."""
    return "".join(f"{line}\n" for line in text.split("\n") if line and _ROWS not in line)


def propose(journal: Journal, made: Kept, text: str) -> Refused | None:
    """Keep a proposal. Refuses a second one for the same period (``edition.proposed_already``), and one that does not follow the edition
    that was released last (``edition.overtaken``)."""
    with transaction.atomic(using=journal.using):
        journal.take_turn(f"edition/{made.period}")
        known = kept(journal, made.period)
        if any(each.released_at is None for each in known):
            return Refused("edition.proposed_already", "period", {"period": made.period})
        if (made.edition, made.corrects) != ((known[0].edition + 1, known[0].digest) if known else (1, "")):
            return Refused("edition.overtaken", "period", {"period": made.period})
        row = {name: getattr(made, name) for name in _FIELDS}
        told = without_rows(text)
        EditionRow.objects.using(journal.using).create(county=journal.county, text=text, told=told, **row)
    return None


def drop(journal: Journal, period: str) -> bool:
    """Forget a proposal; whether there was one."""
    rows = EditionRow.objects.using(journal.using)
    return bool(rows.filter(county=journal.county, period=period, released_at=None).delete()[0])


def release(journal: Journal, made: Kept, by: str, now: datetime, until: datetime) -> None:
    """Release a proposal: its note and its moment, both or neither. It is offered as current ``until`` then. Raises ``RefusedError`` where somebody was faster, where another
    proposal waits in its place (``edition.other_proposal``), and where its text is no longer the one that was proposed
    (``edition.proposal_changed``)."""
    for each in kept(journal):
        if not each.covered:
            prove(journal, each)
    with transaction.atomic(using=journal.using):
        journal.take_turn(f"edition/{made.period}")
        if not _row(journal, made).filter(digest=made.digest).exists():
            raise RefusedError(Refused("edition.other_proposal", "period", {"period": made.period}))
        before = _last_head(journal)
        if made.corrects and not before:
            raise RefusedError(Refused("edition.pending", "period", {"period": made.period, "edition": 1}))
        facts: Facts = {
            "county": journal.county,
            "period": made.period,
            "edition": made.edition,
            "corrects": made.corrects,
            "digest": made.digest,
            "before": before,
            "until": instant_text(until),
        }
        if digest(text_of(journal, made.period, made.edition)) != made.digest:
            raise RefusedError(Refused("edition.proposal_changed", "period", {"period": made.period}))
        seq = _noted(journal, NOTE, facts, {"proposed": made.proposed_by, "released": by}, now)
        done = _row(journal, made).filter(released_at=None, digest=made.digest)
        if not done.update(released_by=by, released_at=now, seq=seq, until=until):
            raise RefusedError(Refused("edition.unknown", "period", {"period": made.period}))


def archive(journal: Journal, made: Kept, now: datetime) -> bool:
    """Say in the ledger, once, that an edition is offered as current no longer; whether that was still to be said. Raises ``RefusedError``
    where the note cannot be."""
    facts: Facts = {
        "county": journal.county,
        "period": made.period,
        "edition": made.edition,
        "digest": made.digest,
    }
    with transaction.atomic(using=journal.using):
        journal.take_turn(f"edition/{made.period}")
        if not _row(journal, made).filter(archived_at=None, withdrawn_at=None).update(archived_at=now):
            return False
        _noted(journal, ARCHIVED, facts, {}, now)
    return True


def ask_down(journal: Journal, made: Kept, by: str, why: str, now: datetime) -> Refused | None:
    """Propose that an edition be taken down; ``by`` "" takes the proposal back. Refuses where somebody was faster (``edition.gone``,
    ``edition.other_reason``)."""
    at = now if by else None
    with transaction.atomic(using=journal.using):
        journal.take_turn(f"edition/{made.period}")
        row = _as_seen(journal, made)
        return None if row.update(leaving_by=by, leaving_why=why, leaving_at=at) else _faster(journal, made)


def take_down(journal: Journal, made: Kept, by: str, now: datetime) -> None:
    """Take an edition down, with a note that says why; who did is sealed and not told. Raises ``RefusedError`` where the wish that
    ``made`` holds is no longer the one that stands."""
    facts: Facts = {
        "county": journal.county,
        "period": made.period,
        "edition": made.edition,
        "why": made.leaving_why,
    }
    with transaction.atomic(using=journal.using):
        journal.take_turn(f"edition/{made.period}")
        _noted(journal, WITHDRAWN, facts, {"proposed": made.leaving_by, "released": by}, now)
        if not _as_seen(journal, made).update(withdrawn_by=by, withdrawn_at=now):
            raise RefusedError(_faster(journal, made))


def _as_seen(journal: Journal, made: Kept) -> EditionRows:
    """The edition if it still stands, with the wish to take it down that ``made`` has."""
    wish = {"leaving_by": made.leaving_by, "leaving_why": made.leaving_why, "leaving_at": made.leaving_at}
    return _row(journal, made).filter(withdrawn_at=None, **wish)


def _faster(journal: Journal, made: Kept) -> Refused:
    """What somebody else did meanwhile."""
    facts: Facts = {"period": made.period, "edition": made.edition, "why": ""}
    for each in kept(journal, made.period):
        if each.edition == made.edition:
            facts = {**facts, "why": each.leaving_why}
            if each.withdrawn_at is None:
                return Refused("edition.other_reason", "why", facts)
    return Refused("edition.gone", "period", facts)


def _row(journal: Journal, made: Kept) -> EditionRows:
    rows = EditionRow.objects.using(journal.using)
    return rows.filter(county=journal.county, period=made.period, edition=made.edition)


def _noted(journal: Journal, kind: str, facts: Facts, who: Mapping[str, str], now: datetime) -> int:
    """A note that says what, and only as salted digests who: its body goes out with the file."""
    values = {name: (canonical(person), urandom(SALT_LENGTH)) for name, person in who.items()}
    sealed = {name: commit_text(text, salt) for name, (text, salt) in values.items()}
    noted = append_note(journal, CHAIN, kind, facts, now, now, sealed)
    if isinstance(noted, Refused):
        raise RefusedError(noted)
    set_apart(journal, noted, values)
    return noted.seq


def prove(journal: Journal, made: Kept) -> str:
    """The proof of a released edition, kept from the first time that a checkpoint covers its note; "" before.

    The head before it is the one that its note names.
    """
    if made.covered or made.seq is None or made.released_at is None:
        return _one(journal, made.period, made.edition, "proof")
    chain = chain_id(journal.county, CHAIN)
    covered = inclusion(journal, chain, made.seq)
    if covered is None:
        return ""
    entries = {each.seq: each for each in journal.events(chain)}
    entry = entries[made.seq]
    prev = entries[made.seq - 1].seal if made.seq > 1 else bytes(32)
    proof = Proof(
        digests=digests(text_of(journal, made.period, made.edition)),
        entry=Sealed(entry.body, prev.hex(), entry.seal.hex()),
        note=covered.note,
        leaf=covered.leaf,
        path=tuple(each.hex() for each in covered.path),
        before=_before(journal, readable(entry).get("before"), covered.note),
    )
    line = written(proof)
    _row(journal, made).filter(proof="").update(proof=line)
    return line


def _last_head(journal: Journal) -> str:
    """The head of the edition released last that has one, as a note names it; "" where there is none."""
    heads = _heads(journal)
    return head_named(heads[-1][1]) if heads else ""


def _heads(journal: Journal) -> list[tuple[str, Checkpoint]]:
    """The heads under which editions stand, in the order of their release."""
    proved = EditionRow.objects.using(journal.using).filter(county=journal.county).exclude(proof="")
    notes = [proof_of(each).note for each in proved.order_by("seq").values_list("proof", flat=True)]
    read = [(note, read_checkpoint(note)) for note in notes]
    return [(note, head) for note, head in read if not isinstance(head, Refused)]


def _before(journal: Journal, named: object, note: str) -> Before | None:
    """The head that a note names, and the proof that the tree only added to it."""
    old = next((each for each in _heads(journal) if head_named(each[1]) == named), None)
    now = read_checkpoint(note)
    if old is None or isinstance(now, Refused):
        return None
    path = consistency(journal, old[1].size, now.size)
    return None if isinstance(path, Refused) else Before(old[0], tuple(each.hex() for each in path))
