"""Published texts: put out, and found by their words. Finding those like a message is in ``alike``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import cast

from django.db import transaction
from msgspec import Struct

from tongban.kernel.form import Known, struck_out
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store.journal import Journal
from tongban.store.notes import append_note, chain_id
from tongban.store.search import folded, pairs, simplified

PUBLISHED, WITHDRAWN = "published", "withdrawn"
"""Kinds of notes."""
MOST_PAIRS = 200


class Text(Struct, frozen=True):
    """A text as it goes out: ``text`` is JSON, ``plain`` the words it is found by.

    It is shown from ``since`` on, ``until`` a moment or (None) until it is taken down.
    """

    what: str
    chain: str
    category: str
    division: str
    title: str
    text: str
    plain: str
    since: datetime
    until: datetime | None = None


_PUT = """
    INSERT INTO store_public (county, what, chain, category, division, title, text, plain, vector, since, until)
    VALUES (%s, %s, %s::uuid, %s, %s, %s, %s::jsonb, %s, array_to_tsvector(%s::text[]), %s, %s)
    ON CONFLICT (county, what, chain) DO UPDATE SET category = excluded.category,
        division = excluded.division, title = excluded.title, text = excluded.text, plain = excluded.plain,
        vector = excluded.vector, since = excluded.since, until = excluded.until
    RETURNING text::text
"""
_PAIRS_BEFORE = """
    SELECT unnest(tsvector_to_array(vector)) FROM store_public WHERE county = %s AND what = %s AND chain = %s::uuid
    UNION ALL SELECT '' FROM store_public WHERE county = %s AND what = %s AND chain = %s::uuid
"""
_COUNT = """
    INSERT INTO store_pair AS p (county, what, pair, n) SELECT %s, %s, pair, n FROM unnest(%s::text[], %s::int[]) AS u(pair, n)
    ON CONFLICT (county, what, pair) DO UPDATE SET n = p.n + excluded.n RETURNING 1
"""


def put(journal: Journal, text: Text) -> None:
    """Publish; the same case published again takes the place of what was there. A note keeps the digest.

    Beside it is counted in how many texts each pair stands, and (as "") how many texts there are: only the
    reactor that publishes writes here, so nobody waits for a count. Raises ``RefusedError`` for what cannot be noted.
    """
    key = (journal.county, text.what, text.chain)
    now, plain = pairs(text.plain), folded(text.plain)
    values = (
        *key,
        text.category,
        text.division,
        text.title,
        text.text,
        plain,
        now,
        text.since,
        text.until,
    )
    with transaction.atomic(using=journal.using):
        before = {cast(str, row[0]) for row in journal.query(_PAIRS_BEFORE, (*key, *key))}
        [[kept]] = cast(list[tuple[str]], journal.query(_PUT, values))
        changed = {pair: 1 for pair in ("", *now) if pair not in before} | dict.fromkeys(
            before - {"", *now}, -1
        )
        if changed:
            ordered = sorted(changed)
            journal.query(_COUNT, (*key[:2], ordered, [changed[pair] for pair in ordered]))
        digest = content_digest(text.category, text.division, text.title, kept, plain, text.since)
        _note(
            journal, text.what, text.chain, PUBLISHED, {"digest": digest, **_ending(text.until)}, text.since
        )


def unnoted(journal: Journal) -> tuple[str, ...]:
    """The cases of which a text stands here that the ledger never noted: version 0.1 published without notes."""
    rows = journal.query("SELECT chain::text, what FROM store_public WHERE county = %s", (journal.county,))
    names = {chain_id(journal.county, f"published/{what}/{chain}"): cast(str, chain) for chain, what in rows}
    sql = "SELECT chain::text FROM store_event WHERE county = %s AND chain = ANY (%s::uuid[]) AND seq = 1"
    noted = {cast(str, row[0]) for row in journal.query(sql, (journal.county, list(names)))}
    return tuple(sorted({case for name, case in names.items() if name not in noted}))


def withdraw(journal: Journal, what: str, chain: str, until: datetime) -> bool:
    """Take a published text down from a moment on, and note it; whether there was one."""
    sql = """UPDATE store_public SET until = %s WHERE county = %s AND what = %s AND chain = %s::uuid RETURNING 1"""
    with transaction.atomic(using=journal.using):
        if not journal.query(sql, (until, journal.county, what, chain)):
            return False
        _note(journal, what, chain, WITHDRAWN, {"until": instant_text(until)}, until)
    return True


def _ending(until: datetime | None) -> Facts:
    return {} if until is None else {"until": instant_text(until)}


def strike(journal: Journal, chain: str, known: Sequence[Known]) -> tuple[str, ...]:
    """Strike these values out of what was published of a case; which texts lost something."""
    sql = """SELECT what, category, division, title, text::text, since, until FROM store_public
             WHERE county = %s AND chain = %s::uuid ORDER BY what"""
    changed = []
    for row in journal.query(sql, (journal.county, chain)) if known else ():
        what, category, division, title, text, since, until = cast(
            tuple[str, str, str, str, str, datetime, datetime | None], row
        )
        body = json.loads(text)
        parts = [[field, struck_out(words, known)] for field, words in body["parts"]]
        left = struck_out(title, known)
        if parts == body["parts"] and left == title:
            continue
        plain = "\n".join(words for _, words in parts)
        whole = json.dumps({**body, "parts": parts}, ensure_ascii=False)
        put(journal, Text(what, chain, category, division, left, whole, plain, since, until))
        changed.append(what)
    return tuple(changed)


def content_digest(category: str, division: str, title: str, text: str, plain: str, since: datetime) -> str:
    """What a note says of a published text: of its row as it stands (``text`` as PostgreSQL writes it)."""
    parts = (category, division, title, text, plain, instant_text(since))
    return sha256(canonical(parts).encode()).hexdigest()


def _note(journal: Journal, what: str, chain: str, kind: str, facts: Facts, at: datetime) -> None:
    """Note a change of a published text, unless the newest note says the same."""
    name = f"published/{what}/{chain}"
    said: Facts = {"case": chain, "what": what, **facts}
    newest = journal.events(chain_id(journal.county, name))[-1:]
    if newest and newest[0].kind == kind and newest[0].facts() == said:
        return
    now = datetime.now(UTC)
    noted = append_note(journal, name, kind, said, min(at, now), now)
    if isinstance(noted, Refused):
        raise RefusedError(noted)


def found(journal: Journal, what: str, words: str, most: int) -> tuple[str, ...]:
    """Cases whose published text holds these words as they are, or in simplified characters, the newest first."""
    ways = dict.fromkeys((words, simplified(words)))
    hits = (each for way in ways for each in _holding(journal, what, way, most))
    return tuple(dict.fromkeys(hits))[:most]


def _holding(journal: Journal, what: str, words: str, most: int) -> tuple[str, ...]:
    """By their pairs, then the words themselves."""
    runs = folded(words).split()
    # Latin words are found as words alone by their key, but may stand right beside Chinese ones.
    keys = [key for key in pairs(words) if len(key) > 1 and not key.isascii()]
    if not runs:
        return ()
    sql = """
        SELECT chain::text FROM store_public
        WHERE county = %s AND what = %s AND (until IS NULL OR until > now())
          AND (%s = '' OR vector @@ %s::text::tsquery) AND plain LIKE ALL (%s::text[])
        ORDER BY since DESC, chain DESC LIMIT %s
    """
    query = " & ".join(f"'{key}'" for key in keys[:MOST_PAIRS])
    likes = [f"%{_literal(run)}%" for run in runs]
    rows = journal.query(sql, (journal.county, what, query, query, likes, most))
    return tuple(cast(str, row[0]) for row in rows)


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
