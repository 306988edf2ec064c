"""Every statement of the source stays within one county, so that a county's work touches one shard."""

from __future__ import annotations

from pathlib import Path

import pytest

from county_ground import asked, loose, statements

SOURCE = Path(__file__).parents[2] / "src" / "tongban"

PUT_TOGETHER = {
    "apps/casework/bounds.py", "apps/casework/searching.py", "apps/figures/lights.py", "apps/registry/succession.py",
    "apps/supervision/listing.py", "apps/supervision/picking.py", "apps/supervision/sums.py", "store/scanning.py",
}  # fmt: skip
"""Files whose conditions are put together elsewhere, beginning with the county; their pages
are opened by ``tests/store/test_counties_apart.py`` beside another county, of which nothing may be read."""

BESIDE = {
    "store_count": "counters against guessing: keyed by a digest, short-lived, of the whole installation",
    "store_derived": "one row: by which version the derived rows of this database were made",
}
"""Tables that belong to a database and not to a county."""

WITHOUT = {
    "EventRow.objects.exists()": "whether a database that is brought up to date holds any ledger",
    "Stamp.objects.exists()": "stories are told only where no county lives",
    "Stamp.objects.order_by('county').values_list('county', flat=True)": "finds out which county lives here, once a process",
    "Session.objects.all().delete()": "Django's own table: everybody signs in anew",
    "ENVIRONMENT.objects": "no table: where attachments lie",
}
"""Questions about a database as a whole, each with why."""

DJANGO = ("User.", "Session.", "Group.", "Derived.", "Count.")
"""Tables of Django and of the database, which lie on no shard."""


def test_every_statement_in_the_source_is_held_to_one_county() -> None:
    found = list(statements(SOURCE))
    assert len(found) > 200, "the source was read"
    wrong = [
        f"{said.place}: {table} in {' '.join(said.sql.split())[:120]}"
        for said in found
        if said.place.removeprefix("src/tongban/").partition(":")[0] not in PUT_TOGETHER
        for table in loose(said.sql)
        if table not in BESIDE
    ]
    assert wrong == []


def test_every_question_to_a_model_names_the_county() -> None:
    found = list(asked(SOURCE))
    assert len(found) > 100, "the source was read"
    wrong = [
        f"{said.place}: {said.sql[:160]}"
        for said in found
        if "county" not in said.sql
        and "**" not in said.sql
        and not said.sql.startswith(DJANGO)
        and not said.sql.endswith((".objects.using(journal.using)", ".objects.using(using)"))
        and ".bulk_create(" not in said.sql  # rows are made with their county
        and said.sql not in WITHOUT
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM store_case WHERE id = %s",
        "SELECT 1 FROM store_case c JOIN store_event e ON e.chain = c.id WHERE c.county = %s",
        "SELECT 1 FROM store_case c, store_event e WHERE c.county = %s AND e.chain = c.id",
        "UPDATE store_case SET stage = %s WHERE id = %s",
        "DELETE FROM store_request r USING store_case c WHERE r.county = %s",
        "INSERT INTO store_case (id, number) VALUES (%s, %s)",
        "SELECT county FROM store_case",
        "SELECT 1 FROM store_person p JOIN store_post o ON o.county = p.county AND o.person = p.id WHERE p.user_id = %s",
        "SELECT 1 FROM store_case WHERE county <> %s",
    ],
)
def test_a_statement_that_reaches_over_counties_would_be_found(sql: str) -> None:
    assert loose(sql) != []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM store_case WHERE county = %s",
        "SELECT 1 FROM store_case c WHERE county = %s AND c.id = %s",
        "SELECT 1 FROM store_case c JOIN store_event e ON e.county = c.county AND e.chain = c.id WHERE c.county = %s",
        "SELECT 1 FROM (SELECT 1) x JOIN store_case c USING (county, id) WHERE x.county = %s",
        "INSERT INTO store_case (county, id) VALUES (%s, %s) ON CONFLICT (county, id) DO UPDATE SET n = 1 WHERE store_case.n < 2",
        "DELETE FROM store_case c USING gone g WHERE c.county = %s AND c.id = g.id",
        'SELECT "store_case"."id" FROM "store_case" WHERE "store_case"."county" = %s',
    ],
)
def test_a_statement_within_one_county_is_not_taken_for_another(sql: str) -> None:
    assert loose(sql) == []
