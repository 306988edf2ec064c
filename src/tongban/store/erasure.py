"""Erasing what a person said or who they are: the values go, every seal and proof stays valid."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from os import urandom
from typing import cast

from django.db import transaction
from msgspec import Struct

from tongban.kernel.form import FieldKind, Known, struck_out
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.seal import SALT_LENGTH, commit_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts, Value
from tongban.store import published
from tongban.store.batch import read_value
from tongban.store.exchange import forget_carried
from tongban.store.identity import LOOKED, opened
from tongban.store.journal import Journal
from tongban.store.letters import LETTERS, TEXT
from tongban.store.notes import append_note, chain_id, readable
from tongban.store.rebuilding import Procedures, rebuild_chains
from tongban.store.scanning import ERASED, Gone, microseconds
from tongban.store.search import index
from tongban.store.vault import Place

NO_KINDS: Mapping[str, FieldKind] = {}
ERASURES = "erasures"


class Struck(Struct, frozen=True):
    """A text of which parts were struck out: of which chain, entry and field."""

    chain: str
    seq: int
    field: str


class Erased(Struct, frozen=True):
    """How many values went, the files that no other text names any more, and the texts that lost parts."""

    values: int
    files: tuple[str, ...]
    struck: tuple[Struck, ...] = ()


class Why(Struct, frozen=True):
    """Why something is erased (a code), and who does it."""

    reason: str
    person: str
    now: datetime


def erase(
    journal: Journal,
    procedures: Procedures,
    case: str,
    fields: Sequence[str],
    why: Why,
    kinds: Mapping[str, FieldKind] = NO_KINDS,
) -> Erased | Refused:
    """Delete all values of these fields of a case, with their salts; an empty list means every field.

    Equal copies go with them: what its subcases say in the same words under the same name, as they do of what was
    carried into them. Whatever else a subcase says may be somebody else's, and stays.

    ``kinds``: identity fields whose values are also struck out of all texts of the case and its subcases, of the
    words with which somebody looked at who asks, and of published texts, however they are spelt there. What is
    left of such a text is kept under a digest of its own, which the note holds.

    Notes say which fields, why and who. Title and search words are made anew from what is left. Files are named in
    the result, to be removed from the disk once this is committed. Refuses an erasure without a reason
    (``erasure.reason``) and one that finds nothing (``erasure.nothing``). Raises ``RefusedError``, and erases nothing, where
    values do not open: their copies could not be found.
    """
    if not why.reason.strip() or not why.person.strip():
        return Refused("erasure.reason")
    with transaction.atomic(using=journal.using):
        known, family = known_of(journal, case, kinds), _family(journal, case)
        own = _taken(journal, case, fields)
        if not own:
            return Refused("erasure.nothing")
        copies = _copies_taken(journal, family, own)
        names = _by_chain([*((case, field) for field, _ in own), *copies])
        struck: list[Struck] = []
        for chain in [
            case,
            *family,
            *(chain_id(journal.county, f"{LOOKED}/{each}") for each in [case, *family]),
        ]:
            sealed = _strike(journal, chain, known)
            struck += [Struck(chain, seq, field) for seq, field in sealed]
            if chain in names or sealed:
                _note(journal, case, chain, names.get(chain, ()), sealed, why)
        for chain in (case, *family):
            struck += [Struck(chain, 0, what) for what in published.strike(journal, chain, known)]
            forget_carried(journal, chain)
        for chain in (chain_id(journal.county, f"{LETTERS}/{each}") for each in (case, *family)):
            if journal.query(_QUOTED, (journal.county, chain)):
                _note(journal, case, chain, [TEXT], {}, why)
        rebuild_chains(journal, procedures, [case, *family])
        index(journal, [case, *family])
        files = _files(own)
        loose = tuple(sorted(files - _named(journal, files)))
    return Erased(len(own) + len(copies), loose, tuple(struck))


def _taken(journal: Journal, case: str, fields: Sequence[str]) -> list[tuple[str, str]]:
    """Delete these fields of a case; each value that went, with its field."""
    taken: list[tuple[str, str]] = []
    for sql in _DELETE:
        rows = journal.query(sql, (journal.county, case, not fields, list(fields)))
        for field, kept, seq in cast(list[tuple[str, str, int]], rows):
            taken.append((field, journal.vault.text(kept, Place(case, seq, field))))
    return taken


def _copies_taken(
    journal: Journal, family: Sequence[str], values: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Delete what equals these in field and value in chains of the family; the chain and field of each that went."""
    names, texts = [field for field, _ in values], [value for _, value in values]
    taken: list[tuple[str, str]] = []
    if family:
        rows = journal.query(_DELETE_COPIES, (names, texts, journal.county, list(family)))
        taken += cast(list[tuple[str, str]], rows)
        rows = journal.query(_IDENTITIES, (journal.county, list(family), names))
        for chain, seq, field, kept in cast(list[tuple[str, int, str, str]], rows):
            if (field, journal.vault.text(kept, Place(chain, seq, field))) in values:
                journal.query(_DELETE_ONE, (journal.county, chain, seq, field))
                taken.append((chain, field))
    return taken


def _by_chain(taken: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """The fields of each chain, each once, in order."""
    found: dict[str, list[str]] = {}
    for chain, field in sorted(set(taken)):
        found.setdefault(chain, []).append(field)
    return found


def known_of(journal: Journal, case: str, kinds: Mapping[str, FieldKind]) -> tuple[Known, ...]:
    """The identity values of a case, of these fields, by kind."""
    sql = "SELECT field, value, seq FROM store_identity WHERE county = %s AND chain = %s::uuid"
    rows = opened(journal, case, journal.query(sql, (journal.county, case)))
    return tuple({(kinds[field], str(value)): None for field, value in rows if field in kinds})


def _family(journal: Journal, case: str) -> list[str]:
    """Subcases at every depth."""
    sql = """
        WITH RECURSIVE below AS (
            SELECT id FROM store_case WHERE county = %s AND parent = %s::uuid
            UNION SELECT c.id FROM store_case c JOIN below b ON c.county = %s AND c.parent = b.id
        ) SELECT id::text FROM below ORDER BY id
    """
    return [cast(str, row[0]) for row in journal.query(sql, (journal.county, case, journal.county))]


def _strike(journal: Journal, chain: str, known: Sequence[Known]) -> dict[tuple[int, str], str]:
    """Strike these values out of the texts of a chain; the new digest of each text that lost something."""
    sql = "SELECT seq, field, value FROM store_content WHERE county = %s AND chain = %s::uuid ORDER BY seq, field"
    digests: dict[tuple[int, str], str] = {}
    for row in journal.query(sql, (journal.county, chain)) if known else ():
        seq, field, text = cast(tuple[int, str, str], row)
        value = read_value(json.loads(text))
        left = _without(value, known)
        if left == value:
            continue
        salt, kept = urandom(SALT_LENGTH), canonical(left)
        sql = """UPDATE store_content SET value = %s, salt = %s
                 WHERE county = %s AND chain = %s::uuid AND seq = %s AND field = %s RETURNING 1"""
        journal.query(sql, (kept, salt, journal.county, chain, seq, field))
        digests[seq, field] = commit_text(kept, salt)
    return digests


def _without(value: Value, known: Sequence[Known]) -> Value:
    if isinstance(value, str):
        return struck_out(value, known)
    return tuple(_without(each, known) for each in value) if isinstance(value, tuple) else value


def _note(
    journal: Journal,
    case: str,
    chain: str,
    fields: Sequence[str],
    digests: Mapping[tuple[int, str], str],
    why: Why,
) -> None:
    """Note what went from a chain, and the digests of what is left. Raises ``RefusedError``."""
    facts: Facts = {"case": case, "fields": tuple(fields), "reason": why.reason, "person": why.person}
    if chain != case:
        facts = {**facts, "chain": chain}
    sealed = {f"{seq}.{field}": digest for (seq, field), digest in digests.items()}
    noted = append_note(journal, ERASURES, ERASED, facts, why.now, why.now, sealed)
    if isinstance(noted, Refused):
        raise RefusedError(noted)


def gone(journal: Journal) -> Gone:
    """What the notes say of values that are gone or had parts struck out."""
    fields: dict[str, dict[str, int]] = {}
    struck: dict[tuple[str, int, str], str] = {}
    for entry in journal.events(chain_id(journal.county, ERASURES)):
        match readable(entry):
            case {"case": str(case), "fields": tuple(names), **rest} if entry.kind == ERASED:
                chain = str(rest.get("chain", case))
                recorded = microseconds(entry.recorded)
                fields.setdefault(chain, {}).update((str(name), recorded) for name in names)
                for place, digest in entry.sealed().items():
                    seq, _, field = place.partition(".")
                    struck[chain, int(seq), field] = str(digest)
            case _:
                pass  # changed by somebody: its seal says so
    return Gone(fields, struck)


_QUOTED = "DELETE FROM store_content WHERE county = %s AND chain = %s::uuid RETURNING 1"
"""Letters quote what the case says: their texts go with it."""
_DELETE = (
    """DELETE FROM store_content WHERE county = %s AND chain = %s::uuid AND (%s OR field = ANY (%s::text[]))
       RETURNING field, value, seq""",
    """DELETE FROM store_identity WHERE county = %s AND chain = %s::uuid AND (%s OR field = ANY (%s::text[]))
       RETURNING field, value, seq""",
)
_DELETE_COPIES = """
    DELETE FROM store_content i USING (SELECT DISTINCT * FROM unnest(%s::text[], %s::text[]) g(field, value)) g
    WHERE i.county = %s AND i.chain = ANY (%s::uuid[]) AND i.field = g.field AND i.value = g.value
    RETURNING i.chain::text, i.field
"""
_IDENTITIES = """
    SELECT chain::text, seq, field, value FROM store_identity
    WHERE county = %s AND chain = ANY (%s::uuid[]) AND field = ANY (%s::text[]) ORDER BY chain, seq, field
"""
"""Equal values are sealed differently in each row, so they are opened to be compared."""
_DELETE_ONE = """
    DELETE FROM store_identity WHERE county = %s AND chain = %s::uuid AND seq = %s AND field = %s RETURNING 1
"""


def _files(gone: Sequence[tuple[str, str]]) -> set[str]:
    """What may be ids of attachments among the erased values: the texts of lists."""
    found: set[str] = set()
    for _, text in gone:
        value = json.loads(text)
        if isinstance(value, list):
            found |= {each for each in value if isinstance(each, str) and len(each) == 64}
    return found


def _named(journal: Journal, files: set[str]) -> set[str]:
    """Those of the files that anything that is left names (rare, so a scan will do); who asks has to be opened for that."""
    sql = "SELECT 1 FROM store_content WHERE county = %s AND position(%s IN value) > 0 LIMIT 1"
    named = {file for file in files if journal.query(sql, (journal.county, file))}
    if files - named:
        sql = "SELECT chain::text, seq, field, value FROM store_identity WHERE county = %s"
        for chain, seq, field, kept in cast(
            list[tuple[str, int, str, str]], journal.query(sql, (journal.county,))
        ):
            text = journal.vault.text(kept, Place(chain, seq, field))
            named |= {file for file in files if file in text}
    return named
