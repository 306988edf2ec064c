"""Adopted practices: kept whole, for ever, so that a case stays on the version it began under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from django.db import transaction
from msgspec import Struct

from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts, Value
from tongban.library.binding import bind
from tongban.library.folder import digest
from tongban.library.reading import read_packed
from tongban.store.journal import Journal
from tongban.store.models import AdoptionRow
from tongban.store.notes import append_note, holding, readable
from tongban.store.registers import adopted
from tongban.store.values import from_text

ADOPTED, RETIRED = "adopted", "retired"
ADOPTIONS = "adoptions"
NOTHING_MORE: Facts = {}


class Adoption(Struct, frozen=True):
    """A practice with the county's own settings, in force from ``since`` until ``until`` (None: still)."""

    id: str
    practice: str
    version: str
    digest: str
    settings: Facts
    homes: tuple[str, ...]
    since: datetime
    until: datetime | None
    by: str


def adopt(
    journal: Journal,
    files: Mapping[str, str],
    settings: Mapping[str, Value],
    homes: Sequence[str],
    by: str,
    now: datetime,
    since: datetime | None = None,
    *,
    first: bool = False,
    told: Facts = NOTHING_MORE,
) -> Adoption | Refused:
    """Adopt a practice from its packed files; the earlier adoption of it ends at the same moment.

    Cases that are open stay on the adoption they began under. A note keeps the digest of the files and
    the settings. Refuses what reading and binding refuse. Whether the loop is closed is for the caller.

    ``told`` stands in the note besides. ``first``: it goes before others of its duty. ``since`` is an earlier day from which the county has worked by it, for whose cases come from before this ledger. Refuses one that is not
    past, or that another adoption of the practice lies behind (``adoption.since``).
    """
    since = now if since is None else since
    practice = read_packed(files)
    if isinstance(practice, Refused):
        return practice
    procedure = bind(practice, settings)
    if isinstance(procedure, Refused):
        return procedure
    with transaction.atomic(using=journal.using):
        journal.take_turn("adopt")
        rows = AdoptionRow.objects.using(journal.using).filter(
            county=journal.county, practice=procedure.practice
        )
        row = AdoptionRow(
            county=journal.county,
            id=f"{procedure.practice}-{rows.count() + 1}",
            practice=procedure.practice,
            version=procedure.version,
            digest=digest(files),
            packed=canonical(files),
            settings=dict(settings),
            homes=list(homes),
            first=first,
            guarded=practice.manifest.guarded,
            since=since,
            by=by,
        )
        if since > now or (since < now and rows.exists()):
            return Refused("adoption.since", procedure.practice, {"practice": procedure.practice})
        rows.filter(until=None).update(until=now)
        row.save(using=journal.using, force_insert=True)
        facts: Facts = {
            "id": row.id,
            "practice": row.practice,
            "version": row.version,
            "digest": row.digest,
            "settings": settings,
            "homes": tuple(homes),
            "by": by,
            **({"first": True} if first else {}),
            **told,
        }
        noted = append_note(journal, ADOPTIONS, ADOPTED, facts, since, now)
        if isinstance(noted, Refused):
            transaction.set_rollback(True, using=journal.using)
            return noted
    return _adoption(row)


def retire(
    journal: Journal, practice: str, by: str, now: datetime, told: Facts = NOTHING_MORE
) -> Adoption | Refused:
    """End the adoption in force; a note says who did, and what ``told`` says besides. Cases that are open stay on it. Refuses what is not adopted."""
    with transaction.atomic(using=journal.using):
        journal.take_turn("adopt")
        rows = AdoptionRow.objects.using(journal.using).filter(
            county=journal.county, practice=practice, until=None
        )
        row = rows.first()
        if row is None:
            return Refused("practice.not_adopted", practice, {"practice": practice})
        row.until = now
        row.save(using=journal.using, update_fields=["until"])
        facts: Facts = {"id": row.id, "practice": practice, "by": by, **told}
        noted = append_note(journal, ADOPTIONS, RETIRED, facts, now, now)
        if isinstance(noted, Refused):
            transaction.set_rollback(True, using=journal.using)
            return noted
    return _adoption(row)


def adoptions(journal: Journal) -> tuple[Adoption, ...]:
    """All adoptions of the county, the oldest first."""
    rows = AdoptionRow.objects.using(journal.using).filter(county=journal.county).defer("packed")
    return tuple(_adoption(row) for row in rows.order_by("since", "id"))


def noted(journal: Journal, practice: str) -> tuple[tuple[str, Facts], ...]:
    """What the notes say of the adoptions of a practice: kind and facts, the latest first."""
    found = holding(journal, ADOPTIONS, f'"{practice}"')
    told = ((each.kind, readable(each)) for each in found)
    return tuple((kind, facts) for kind, facts in told if facts.get("practice") == practice)


def current(journal: Journal, practice: str) -> Adoption | Refused:
    """The adoption under which new cases of a practice are opened (``practice.not_adopted``)."""
    rows = AdoptionRow.objects.using(journal.using).filter(
        county=journal.county, practice=practice, until=None
    )
    row = rows.defer("packed").first()
    return (
        Refused("practice.not_adopted", practice, {"practice": practice}) if row is None else _adoption(row)
    )


def procedure(journal: Journal, adoption: str) -> Procedure:
    """The procedure of an adoption, bound once a process. Raises ``RefusedError`` for an unknown one."""
    return adopted(journal.county, adoption).procedure


def files(journal: Journal, adoption: str) -> Mapping[str, str]:
    """The practice's files as they were adopted. Raises ``RefusedError`` for an unknown adoption."""
    row = AdoptionRow.objects.using(journal.using).filter(county=journal.county, id=adoption).first()
    if row is None:
        raise RefusedError(Refused("practice.not_adopted", adoption, {"practice": adoption}))
    return cast(Mapping[str, str], from_text(row.packed))


def _adoption(row: AdoptionRow) -> Adoption:
    return Adoption(
        row.id,
        row.practice,
        row.version,
        row.digest,
        cast(Facts, row.settings),
        tuple(row.homes),
        row.since,
        row.until,
        row.by,
    )
