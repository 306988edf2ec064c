"""Who asks: the only module that reads the identity store, and every reading is a note in the ledger.

Finding is not reading: a phone number finds its cases by a keyed digest, and the number stays closed. Reading opens a row with
the key of the vault; what does not open is refused, and nobody is shown what stands there instead.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime
from os import urandom
from typing import cast

from django.db import transaction

from tongban.kernel.form import FieldKind, mask
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.seal import SALT_LENGTH, commit_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts, Value
from tongban.store.journal import Journal
from tongban.store.notes import append_note, set_apart
from tongban.store.vault import Place

LOOKED = "looked"
COUNTY = "peer:"
"""Before the code of a county, in the place of a person who looked: it was handed over there."""
TELLER = "notices"
"""In the same place: the office itself, to send them a message."""
REQUESTER = "requester"
"""In the same place: whoever brought the case, for their own copy."""
WHY = "why"
"""The name of the words with which somebody looked."""


def look(
    journal: Journal,
    case: str,
    fields: Sequence[str],
    person: str,
    purpose: str,
    why: str,
    now: datetime,
) -> Mapping[str, Value] | Refused:
    """The latest values of these identity fields of a case, for a stated purpose.

    ``person`` and ``purpose`` (a code, never empty: ``identity.purpose``) stand in the note, written
    before anything is read; of the words ``why`` it holds a digest, as they may name somebody. Fields never given, or erased, are not in the result.
    """
    if not purpose.strip() or not person.strip():
        return Refused("identity.purpose")
    facts: Facts = {"case": case, "fields": tuple(fields), "person": person, "purpose": purpose}
    text, salt = canonical(why), urandom(SALT_LENGTH)
    sealed = {WHY: commit_text(text, salt)}
    with transaction.atomic(using=journal.using):
        noted = append_note(journal, f"{LOOKED}/{case}", LOOKED, facts, now, now, sealed)
        if isinstance(noted, Refused):
            return noted
        set_apart(journal, noted, {WHY: (text, salt)})
        sql = """
            SELECT DISTINCT ON (field) field, value, seq FROM store_identity
            WHERE county = %s AND chain = %s::uuid AND field = ANY (%s::text[]) ORDER BY field, seq DESC
        """
        rows = journal.query(sql, (journal.county, case, list(fields)))
    try:
        return dict(opened(journal, case, rows))
    except RefusedError as closed:
        return closed.refusal


def fields_kept(journal: Journal, cases: Sequence[str]) -> frozenset[str]:
    """Which identity fields of these cases have a value at all; none is read."""
    sql = "SELECT DISTINCT field FROM store_identity WHERE county = %s AND chain = ANY (%s::uuid[])"
    return frozenset(str(field) for (field,) in journal.known(sql, (journal.county, list(cases))))


def opened(journal: Journal, case: str, rows: Sequence[tuple[object, ...]]) -> Iterator[tuple[str, Value]]:
    """Field and value of rows of one case that hold field, value as kept, and entry. Raises as ``Vault.open`` does."""
    for field, kept, seq in cast("Sequence[tuple[str, str, int]]", rows):
        yield field, json.loads(journal.vault.text(kept, Place(case, seq, field)))


def is_of(journal: Journal, case: str, kind: FieldKind, value: Value) -> bool:
    """Whether the case's latest identity value of that kind is this one: "number and phone"."""
    sql = """
        SELECT lookup FROM store_identity WHERE county = %s AND chain = %s::uuid AND lookup IS NOT NULL
        AND lookup = %s
    """
    digest = journal.lookup.digest(kind, value)
    return bool(journal.query(sql, (journal.county, case, digest)))


def cases_of(journal: Journal, kind: FieldKind, value: Value, limit: int = 100) -> tuple[str, ...]:
    """Ids of the cases in which somebody gave this phone or identity number, the newest first."""
    sql = """
        SELECT c.id::text FROM store_case c
        WHERE c.county = %s AND c.id IN (SELECT chain FROM store_identity WHERE county = %s AND lookup = %s)
        ORDER BY c.opened_at DESC, c.id LIMIT %s
    """
    digest = journal.lookup.digest(kind, value)
    rows = journal.query(sql, (journal.county, journal.county, digest, limit))
    return tuple(cast(str, row[0]) for row in rows)


def same_requester(journal: Journal, case: str, limit: int = 100) -> tuple[str, ...]:
    """Other cases with a phone or identity number that this case has too, without opening either."""
    sql = """
        SELECT DISTINCT o.chain::text FROM store_identity m
        JOIN store_identity o ON o.county = m.county AND o.lookup = m.lookup AND o.chain <> m.chain
        WHERE m.county = %s AND m.chain = %s::uuid AND m.lookup IS NOT NULL LIMIT %s
    """
    return tuple(cast(str, row[0]) for row in journal.query(sql, (journal.county, case, limit)))


def requesters(journal: Journal, cases: Sequence[str]) -> Mapping[str, int]:
    """Who asked, as numbers that mean nothing beyond this answer: cases of one requester have the same one.

    One requester are all who gave a phone or identity number that another of these cases has too. A case without
    either has a number of its own. Nothing is opened, and no digest comes out.
    """
    sql = """
        SELECT DISTINCT chain::text, lookup FROM store_identity
        WHERE county = %s AND chain = ANY (%s::uuid[]) AND lookup IS NOT NULL ORDER BY 1
    """
    number = {case: n for n, case in enumerate(cases)}
    first: dict[bytes, str] = {}

    def root(case: str) -> str:
        while above[case] != case:
            above[case] = above[above[case]]
            case = above[case]
        return case

    above = {case: case for case in cases}
    for chain, lookup in cast(list[tuple[str, bytes]], journal.query(sql, (journal.county, list(cases)))):
        above[root(chain)] = root(first.setdefault(bytes(lookup), chain))
    return {case: number[root(case)] for case in cases}


def standing(journal: Journal, case: str, fields: Container[str], texts: Sequence[str]) -> tuple[str, ...]:
    """Values of these identity fields of the case that stand in the texts, of two characters or more.

    As with ``struck``, nothing comes out that did not go in.
    """
    sql = "SELECT field, value, seq FROM store_identity WHERE county = %s AND chain = %s::uuid ORDER BY field"
    rows = journal.query(sql, (journal.county, case))
    values = [str(value) for field, value in opened(journal, case, rows) if field in fields]
    return tuple(value for value in values if len(value) > 1 and any(value in text for text in texts))


def struck(
    journal: Journal, case: str, kinds: Mapping[str, FieldKind], texts: Sequence[str]
) -> tuple[str, ...]:
    """The texts with every identity value of the case masked where it stands in them.

    ``kinds`` are the kinds of its identity fields. Striking out is not reading: nothing comes out that
    did not go in, so no purpose is asked and no note written.
    """
    sql = "SELECT field, value, seq FROM store_identity WHERE county = %s AND chain = %s::uuid"
    rows = journal.query(sql, (journal.county, case))
    known = {(kinds.get(field, FieldKind.name), str(value)) for field, value in opened(journal, case, rows)}
    clean = []
    for text in texts:
        for kind, value in sorted(known, key=lambda each: -len(each[1])):
            if len(value) > 1:
                text = text.replace(value, mask(kind, value))
        clean.append(text)
    return tuple(clean)


def from_one_place(
    journal: Journal, fields: Sequence[str], since: datetime
) -> tuple[tuple[str, datetime, int], ...]:
    """Steps since a moment that came from the same place as another one, by the digests in these fields: case, moment
    and a number of the place that means nothing beyond this answer. No digest comes out."""
    sql = """
        SELECT i.chain::text, e.at, i.value, i.seq, i.field FROM store_identity i
        JOIN store_event e ON e.county = i.county AND e.chain = i.chain AND e.seq = i.seq
        WHERE i.county = %s AND i.field = ANY (%s::text[]) AND e.at >= %s ORDER BY e.at, i.chain
    """
    rows = cast(
        "list[tuple[str, datetime, str, int, str]]", journal.query(sql, (journal.county, list(fields), since))
    )
    read = [
        (case, at, journal.vault.text(kept, Place(case, seq, field))) for case, at, kept, seq, field in rows
    ]
    places: dict[str, int] = {}
    numbered = [(case, at, places.setdefault(value, len(places))) for case, at, value in read]
    often = Counter(place for *_, place in numbered)
    return tuple(each for each in numbered if often[each[2]] > 1)
