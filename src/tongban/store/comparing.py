"""What stands beside the ledger against what its notes say: adoptions, calendars, brought registers, peers, published texts,
editions of figures, sheets of lots.

These tables decide how cases are handled and what the public reads, so each change of them is a note; what the
tables hold must be what the latest note said.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import cast

from tongban.kernel.clock import Calendar
from tongban.kernel.edition.checking import NOTE
from tongban.kernel.edition.making import digest as text_digest_of
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.draw_sheet import CHAIN as DRAWS
from tongban.kernel.ledger.draw_sheet import PUBLISHED as SHEET
from tongban.kernel.ledger.ed25519 import read_key
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import instant_read, instant_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts, Value
from tongban.library.calendars import read_year
from tongban.library.folder import digest
from tongban.store import entries
from tongban.store.adoptions import ADOPTED, ADOPTIONS, RETIRED
from tongban.store.batch import Stored, read_value
from tongban.store.editions import ARCHIVED, without_rows
from tongban.store.editions import CHAIN as FIGURES
from tongban.store.editions import WITHDRAWN as TAKEN_DOWN
from tongban.store.exchange import ADDED, ENDED
from tongban.store.journal import Journal
from tongban.store.notes import chain_id, readable
from tongban.store.published import PUBLISHED, WITHDRAWN, content_digest
from tongban.store.registers import CALENDAR, CALENDARS, text_digest


def compare(journal: Journal) -> Iterator[Finding]:
    """Every difference between these tables and their notes."""
    yield from _adoptions(journal)
    yield from _calendars(journal)
    yield from _registers(journal)
    yield from _peers(journal)
    yield from _public(journal)
    yield from _editions(journal)
    yield from _sheets(journal)


def _notes(journal: Journal, name: str, kind: str) -> Iterator[tuple[Stored, Facts]]:
    for entry in journal.events(chain_id(journal.county, name)):
        if entry.kind == kind:
            yield entry, readable(entry)


def _adoptions(journal: Journal) -> Iterator[Finding]:
    """Each adoption whole, and its settings, homes and dates as they were noted."""
    said = {str(facts.get("id")): (entry.at, facts) for entry, facts in _notes(journal, ADOPTIONS, ADOPTED)}
    ends = _ends(said)
    retired = _notes(journal, ADOPTIONS, RETIRED)
    ends |= {str(facts.get("id")): entry.at for entry, facts in retired}
    sql = """SELECT id, practice, version, digest, packed, settings::text, homes::text, since, until, by
             FROM store_adoption WHERE county = %s ORDER BY id"""
    rows = {str(row[0]): row for row in journal.query(sql, (journal.county,))}
    for id in sorted(said.keys() - rows.keys()):
        yield Finding("ledger.adoption_missing", "", 0, {"id": id})
    for id, row in rows.items():
        if id not in said:
            yield Finding("ledger.adoption_unknown", "", 0, {"id": id})
            continue
        at, facts = said[id]
        _, practice, version, hashed, packed, settings, homes, since, until, by = cast(
            tuple[str, str, str, str, str, str, str, datetime, datetime | None, str], row
        )
        column: Mapping[str, object] = {
            "practice": practice,
            "version": version,
            "digest": hashed,
            "settings": read_value(json.loads(settings)),
            "homes": read_value(json.loads(homes)),
            "by": by,
        }
        wrong = [name for name, value in column.items() if not _same(facts.get(name), value)]
        wrong += ["files"] if _packed(packed) != facts.get("digest") else []
        wrong += ["since"] if since != at else []
        wrong += ["until"] if until != ends.get(id) else []
        for name in wrong:
            yield Finding("ledger.adoption_differs", "", 0, {"id": id, "member": name})


def _same(one: object, other: object) -> bool:
    """Equal, and as JSON tells it: there True is not 1."""
    try:
        return canonical(cast(Value, one)) == canonical(cast(Value, other))
    except RefusedError:
        return False


def _ends(said: Mapping[str, tuple[datetime, Facts]]) -> dict[str, datetime]:
    """When each adoption was followed by the next of the same practice."""
    ends: dict[str, datetime] = {}
    before: dict[object, str] = {}
    for id, (at, facts) in said.items():
        practice = facts.get("practice")
        if practice in before:
            ends[before[practice]] = at
        before[practice] = id
    return ends


def _packed(text: str) -> str:
    """The digest of a practice's files as they are kept; "" when they cannot be read."""
    try:
        files = json.loads(text)
        return digest(files) if canonical(files) == text else ""
    except (ValueError, TypeError, AttributeError, RefusedError):
        return ""


def _calendars(journal: Journal) -> Iterator[Finding]:
    """Each year's calendar as it was last imported."""
    said = {facts.get("year"): facts for _, facts in _notes(journal, CALENDARS, CALENDAR)}
    sql = "SELECT year, text FROM store_calendar WHERE county = %s ORDER BY year"
    rows = dict(cast(list[tuple[int, str]], journal.query(sql, (journal.county,))))
    for year in said.keys() - rows.keys():
        yield Finding("ledger.calendar_missing", "", 0, {"year": cast(int, year)})
    for year, text in rows.items():
        if year not in said:
            yield Finding("ledger.calendar_unknown", "", 0, {"year": year})
        elif not _is_calendar(text, said[year]):
            yield Finding("ledger.calendar_differs", "", 0, {"year": year})


def _is_calendar(text: str, facts: Facts) -> bool:
    read = read_year(text, "")
    if isinstance(read, Refused):
        return False
    # Notes of version 0.1 tell of the days alone.
    told = facts.get("text", text_digest(text))
    return Calendar((read,)).digest == facts.get("digest") and text_digest(text) == told


def _registers(journal: Journal) -> Iterator[Finding]:
    """The rows of each brought register as they were in force from each load on: what they once said is proved, too."""
    sql = "SELECT body FROM store_event WHERE county = %s AND kind = %s ORDER BY chain, seq"
    noted = cast("list[tuple[str]]", journal.query(sql, (journal.county, entries.LOADED)))
    said: dict[str, dict[str, object]] = defaultdict(dict)
    for [body] in noted:
        facts = _facts(body)
        said[str(facts.get("register"))][str(facts.get("since"))] = facts.get("digest")
    moments = _moments(journal)
    for register in sorted(said.keys() | moments.keys()):
        loads = said.get(register)
        if loads is None:
            yield Finding("ledger.register_unknown", "", 0, {"register": register})
            continue
        for since, told in loads.items():
            at = _instant(since)
            rows = (each.entry for each in entries.at(journal, register, at)) if at is not None else ()
            if at is None or entries.digest_of(rows) != told:
                yield Finding("ledger.register_differs", "", 0, {"register": register, "since": since})
        for since in sorted(moments.get(register, set()) - loads.keys()):
            yield Finding("ledger.register_between", "", 0, {"register": register, "since": since})


def _moments(journal: Journal) -> Mapping[str, set[str]]:
    """By register when any of its rows began or ended to hold: no other moments than those of loads."""
    sql = """SELECT DISTINCT register, at FROM store_entry, unnest(ARRAY[since, until]) AS at
             WHERE county = %s AND at IS NOT NULL"""
    found: dict[str, set[str]] = defaultdict(set)
    for register, at in cast("list[tuple[str, datetime]]", journal.query(sql, (journal.county,))):
        found[register].add(instant_text(at))
    return found


def _instant(text: str) -> datetime | None:
    try:
        return instant_read(text)
    except RefusedError:
        return None


def _peers(journal: Journal) -> Iterator[Finding]:
    """The keys by which other counties are known, each as it was noted when it was added."""
    sql = """SELECT body FROM store_event WHERE county = %s AND kind = ANY (%s::text[]) ORDER BY recorded, chain, seq"""
    noted = journal.query(sql, (journal.county, [ADDED, ENDED]))
    said: dict[tuple[str, str], tuple[bytes, object, object]] = {}
    known: set[tuple[str, str]] = set()
    for [body] in cast("list[tuple[str]]", noted):
        facts = _facts(body)
        code, read = str(facts.get("peer")), read_key(str(facts.get("key", "")))
        keys = facts.get("keys")
        if isinstance(keys, list):
            known -= {(code, str(key)) for key in keys}
        elif not isinstance(read, Refused):
            said[code, read[0]] = (read[1], facts.get("sealing_key"), facts.get("address"))
            known.add((code, read[0]))
    sql = "SELECT code, key, public, sealing, address, until FROM store_peer WHERE county = %s ORDER BY code, key"
    rows = cast(
        "list[tuple[str, str, bytes, bytes, str, datetime | None]]", journal.query(sql, (journal.county,))
    )
    differ = said.keys() - {(row[0], row[1]) for row in rows}
    for code, key, public, sealing, address, until in rows:
        row = (bytes(public), b64encode(sealing).decode(), address)
        if said.get((code, key)) != row or ((code, key) in known) != (until is None):
            differ.add((code, key))
    for code, key in sorted(differ):
        yield Finding("ledger.peer_differs", "", 0, {"peer": code, "key": key})


def _public(journal: Journal) -> Iterator[Finding]:
    """Each published text as it last went out, or was taken down."""
    sql = """SELECT chain::text, kind, body FROM store_event e
             WHERE county = %s AND kind = ANY (%s::text[]) ORDER BY chain, seq"""
    said: dict[tuple[str, str], str] = {}
    until: dict[tuple[str, str], object] = {}
    for _, kind, body in cast(
        list[tuple[str, str, str]], journal.query(sql, (journal.county, [PUBLISHED, WITHDRAWN]))
    ):
        facts = _facts(body)
        key = (str(facts.get("case")), str(facts.get("what")))
        if kind == PUBLISHED:
            said[key] = str(facts.get("digest"))
        until[key] = facts.get("until")
    sql = """SELECT chain::text, what, category, division, title, text::text, plain, since, until
             FROM store_public WHERE county = %s ORDER BY chain, what"""
    seen = set()
    for row in journal.query(sql, (journal.county,)):
        chain, what, category, division, title, text, plain, since, end = cast(
            tuple[str, str, str, str, str, str, str, datetime, datetime | None], row
        )
        key = (chain, what)
        seen.add(key)
        if key not in said:
            yield Finding("ledger.public_unknown", chain, 0, {"what": what})
        elif content_digest(category, division, title, text, plain, since) != said[key]:
            yield Finding("ledger.public_differs", chain, 0, {"what": what, "member": "text"})
        elif (None if end is None else instant_text(end)) != until[key]:
            yield Finding("ledger.public_differs", chain, 0, {"what": what, "member": "until"})
    for chain, what in sorted(said.keys() - seen):
        yield Finding("ledger.public_missing", chain, 0, {"what": what})


def _facts(body: str) -> Mapping[str, object]:
    try:
        said = json.loads(body)
        facts = said["facts"]
    except (ValueError, KeyError, TypeError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _editions(journal: Journal) -> Iterator[Finding]:
    """The released editions of figures as they went out, each line of them."""
    said: dict[tuple[str, int], Facts] = {}
    gone: set[tuple[str, int]] = set()
    archived: set[tuple[str, int]] = set()
    for entry in journal.events(chain_id(journal.county, FIGURES)):
        facts = readable(entry)
        key = (str(facts.get("period")), cast(int, facts.get("edition")))
        if entry.kind == NOTE:
            said[key] = facts
        elif entry.kind == TAKEN_DOWN:
            gone.add(key)
        elif entry.kind == ARCHIVED:
            archived.add(key)
    sql = """SELECT period, edition, corrects, text, told, withdrawn_at IS NOT NULL, until, archived_at IS NOT NULL FROM store_edition
             WHERE county = %s AND released_at IS NOT NULL ORDER BY period, edition"""
    seen = set()
    for row in journal.query(sql, (journal.county,)):
        period, edition, corrects, text, told, withdrawn, until, old = cast(
            "tuple[str, int, str, str, str, bool, datetime | None, bool]", row
        )
        key = (period, edition)
        which: Facts = {"period": period, "edition": edition}
        seen.add(key)
        facts = said.get(key, {})
        held = {
            "corrects": corrects == facts.get("corrects"),
            "told": told == without_rows(text),
            "withdrawn": withdrawn == (key in gone),
            "until": ("" if until is None else instant_text(until)) == facts.get("until", ""),
            "archived": old == (key in archived),
        }
        if key not in said:
            yield Finding("ledger.edition_unknown", "", 0, which)
        elif text_digest_of(text) != facts.get("digest"):
            yield Finding("ledger.edition_differs", "", 0, {**which, "member": "text"})
        else:
            wrong = [name for name, right in held.items() if not right]
            yield from (Finding("ledger.edition_differs", "", 0, {**which, "member": name}) for name in wrong)
    for period, edition in sorted(said.keys() - seen):
        yield Finding("ledger.edition_missing", "", 0, {"period": period, "edition": edition})


def _sheets(journal: Journal) -> Iterator[Finding]:
    """The sheets of lots, each line of them but their proofs, which prove themselves. One that is not there is written again."""
    said = {facts.get("commitment"): facts for _, facts in _notes(journal, DRAWS, SHEET)}
    sql = "SELECT month, commitment, rows, digest, text FROM store_draw_sheet WHERE county = %s ORDER BY month, commitment"
    for month, commitment, rows, digest_, text in cast(
        "list[tuple[str, str, int, str, str]]", journal.query(sql, (journal.county,))
    ):
        which: Facts = {"month": month, "commitment": commitment}
        if commitment not in said:
            yield Finding("ledger.sheet_unknown", "", 0, which)
            continue
        lines = "".join(text.splitlines(keepends=True)[:-1])
        held = {"month": month, "rows": rows, "digest": digest_, "text": sha256(lines.encode()).hexdigest()}
        noted = said[commitment]
        for name, value in held.items():
            if value != noted.get("digest" if name == "text" else name):
                yield Finding("ledger.sheet_differs", "", 0, {**which, "member": name})
