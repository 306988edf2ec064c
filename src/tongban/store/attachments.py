"""Files by the SHA-256 of their bytes, on a shelf (a folder, a bucket): the same photo is kept once.

The database knows size and media type; names and which case a file belongs to are content of that case.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from msgspec import Struct

from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.journal import Journal
from tongban.store.models import Attachment
from tongban.store.notes import append_note
from tongban.store.shelf import Shelf

CHAIN, REMOVED = "files", "file_removed"


class Files(Struct, frozen=True):
    """The attachments of an office: their bytes on the shelf, what is known of them in the database."""

    shelf: Shelf

    def keep(
        self,
        journal: Journal,
        data: bytes,
        media_type: str,
        now: datetime,
        loose_until: datetime | None = None,
        *,
        unscanned: bool = False,
    ) -> str:
        """Keep the bytes and give their id (64 hexadecimal digits). On the shelf before the row is written.

        ``loose_until``: it goes then, if it was not fastened; what is fast already stays so. ``unscanned``: nobody gets it
        before it was scanned; what was scanned already stays so.
        """
        name = sha256(data).hexdigest()
        self.shelf.put(name, data)
        rows = Attachment.objects.using(journal.using)
        row, new = rows.get_or_create(
            county=journal.county,
            id=name,
            defaults={
                "size": len(data),
                "media_type": media_type,
                "at": now,
                "loose_until": loose_until,
                "unscanned": unscanned,
            },
        )
        self.shelf.put(name, data)  # the same file may have been removed just before its row came back
        if not new and not unscanned and (row.unscanned or row.found):
            self.passed(journal, name)
        if not new and row.loose_until is not None:
            rows.filter(county=journal.county, id=name, loose_until__isnull=False).update(
                loose_until=loose_until
            )
        return name

    def read(self, name: str) -> bytes:
        """The bytes. Raises ``FileNotFoundError`` for an unknown id, ``ValueError`` when they changed."""
        data = self.shelf.get(name)
        if sha256(data).hexdigest() != name:
            raise ValueError(f"attachment {name} has changed where it lies")
        return data

    def unscanned(self, journal: Journal) -> tuple[str, ...]:
        """The files that wait for the virus scanner."""
        rows = Attachment.objects.using(journal.using).filter(county=journal.county, unscanned=True)
        return tuple(rows.values_list("id", flat=True))

    def passed(self, journal: Journal, name: str) -> None:
        """The scanner knows nothing against it, or nothing any more."""
        rows = Attachment.objects.using(journal.using).filter(county=journal.county, id=name)
        rows.update(unscanned=False, found="")

    def found(self, journal: Journal, name: str, what: str, now: datetime) -> None:
        """The scanner found something in a kept file: delete its bytes, say so in its row and in the ledger.

        The bytes go before anything is said: should the line break in between, they are gone all the same. Raises
        ``RefusedError`` when the note cannot be sealed.
        """
        with transaction.atomic(using=journal.using):
            rows = Attachment.objects.using(journal.using).filter(county=journal.county, id=name)
            rows.update(unscanned=False, found=what)
            noted = append_note(journal, CHAIN, REMOVED, {"file": name, "found": what}, now, now)
            if isinstance(noted, Refused):
                raise RefusedError(noted)
            self.shelf.drop(name)

    def fasten(self, journal: Journal, names: Collection[str]) -> tuple[str, ...]:
        """A case is about to name these: they stay. Those that were loose."""
        sql = """UPDATE store_attachment SET loose_until = NULL
                 WHERE county = %s AND id = ANY (%s) AND loose_until IS NOT NULL RETURNING id"""
        rows = journal.query(sql, (journal.county, list(names))) if names else []
        return tuple(str(row[0]) for row in rows)

    def loosen(self, journal: Journal, names: Collection[str], until: datetime) -> None:
        """No case came to name these after all."""
        if names:
            rows = Attachment.objects.using(journal.using)
            rows.filter(county=journal.county, id__in=names).update(loose_until=until)

    def remove_loose(self, journal: Journal, names: Collection[str]) -> None:
        """Delete those of these that no case names; one that a case comes to name meanwhile stays.

        Their bytes go before others can see that their rows did: who keeps the same file just then waits for that, and
        writes it anew.
        """
        sql = """DELETE FROM store_attachment WHERE county = %s AND id = ANY (%s) AND loose_until IS NOT NULL RETURNING id"""
        with transaction.atomic(using=journal.using):
            for [name] in journal.query(sql, (journal.county, list(names))) if names else ():
                self.shelf.drop(str(name))

    def ended(self, journal: Journal, now: datetime) -> tuple[str, ...]:
        """The loose files whose time is over."""
        rows = Attachment.objects.using(journal.using).filter(county=journal.county, loose_until__lte=now)
        return tuple(rows.values_list("id", flat=True))

    def remove(self, journal: Journal, name: str) -> None:
        """Delete a file that no case names any more."""
        Attachment.objects.using(journal.using).filter(county=journal.county, id=name).delete()
        self.shelf.drop(name)
