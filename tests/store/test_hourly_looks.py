"""What is asked every hour, or at every scrape, reads by an index: as much as there is to do, however much was done before."""

from __future__ import annotations

import pytest
from small_practice import COUNTY, MONDAY

from tongban.apps.people.retention import ENDED
from tongban.store import deliveries, notices
from tongban.store.journal import Journal
from tongban.store.standing import SYSTEMS, TO_PEOPLE
from tongban.store.webhooks import ENDED as WITH_ITS_SUBSCRIPTION

MANY = 20_000
CASES = """
    INSERT INTO store_case (county, id, number, practice, adoption, kind, stage, standing, phase, holder, home, waiting, division,
        category, channel, outcome, title, opened_at, stage_since, last_at, missed, seq, head, recorded, state)
    SELECT %s, gen_random_uuid(), 'A' || n, 'p', 'a' || n %% 3, 'k', 's', CASE WHEN n %% 10 = 0 THEN 'open' ELSE 'end' END, '-', 'u',
        'u', '', 'd', '', 'desk', '', '', m, m, m + n * interval '1 minute', 0, 1, '', m, '{}'
    FROM generate_series(1, %s) AS n, (SELECT %s::timestamptz AS m) AS at
"""
MESSAGES = """
    INSERT INTO store_webhook_message (county, webhook, id, seq, kind, body, made, tries, next_at, done, why)
    SELECT %s, 'w' || n %% 3, 'm' || n, 1, 'k', '{}', m, 1, CASE WHEN n %% 1000 = 0 THEN m END,
        CASE WHEN n %% 500 <> 0 THEN m END, ''
    FROM generate_series(1, %s) AS n, (SELECT %s::timestamptz AS m) AS at
"""
SENDINGS = """
    INSERT INTO store_sending (county, id, whom, kind, n, channel, text, language, urgent, made, tries, state, why, receipt, next_at)
    SELECT %s, gen_random_uuid(), 'person/p' || n %% 50, CASE WHEN n %% 500 = 1 THEN 'code' WHEN n %% 9 = 0 THEN 'served' ELSE 'one' END,
        1, 'sms', CASE WHEN n %% 100 = 7 THEN 't' ELSE '' END, 'en', false, m - n * interval '1 minute', 1,
        CASE WHEN n %% 1000 = 0 THEN 'waiting' WHEN n %% 700 = 0 THEN 'failed' ELSE 'delivered' END, '', '',
        CASE WHEN n %% 1000 = 0 THEN m END
    FROM generate_series(1, %s) AS n, (SELECT %s::timestamptz AS m) AS at
"""
DELIVERIES = """
    INSERT INTO store_delivery (county, chain, seq, n, whom, notice, text, channel, urgent, served, leads, at, sending, dropped)
    SELECT %s, gen_random_uuid(), 1, 0, 'person/p' || n %% 50, 'k', CASE WHEN n %% 100 = 7 THEN 't' ELSE '' END, 'sms', false,
        n %% 9 = 0, false, m - n * interval '1 minute', gen_random_uuid(), ''
    FROM generate_series(1, %s) AS n, (SELECT %s::timestamptz AS m) AS at
"""


@pytest.fixture
def grown(served: Journal) -> Journal:
    with served.connection().cursor() as cursor:
        for sql in (CASES, MESSAGES, SENDINGS, DELIVERIES):
            cursor.execute(sql, (COUNTY, MANY, MONDAY))
        cursor.execute("ANALYZE store_case, store_webhook_message, store_sending, store_delivery")
    return served


def plan(journal: Journal, sql: str, values: tuple[object, ...]) -> str:
    with journal.connection().cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", values)
        return "\n".join(str(row[0]) for row in cursor.fetchall())


def test_cases_whose_years_are_over(grown: Journal) -> None:
    before = MONDAY.replace(hour=0)
    found = plan(grown, ENDED, (COUNTY, "a1", before, ["phone"], 200))
    assert "case_ended_at" in found and "Seq Scan on store_case" not in found, found


def test_messages_that_no_system_received(grown: Journal) -> None:
    found = plan(grown, SYSTEMS, (COUNTY, WITH_ITS_SUBSCRIPTION))
    assert "webhook_not_done" in found and "Seq Scan on store_webhook_message" not in found, found
    [(waiting, given_up)] = grown.query(SYSTEMS, (COUNTY, WITH_ITS_SUBSCRIPTION))
    assert (waiting, given_up) == (MANY // 1000, MANY // 1000)


def test_messages_that_reached_nobody(grown: Journal) -> None:
    found = plan(grown, TO_PEOPLE, (COUNTY, COUNTY))
    assert "sending_due" in found and "sending_failed" in found and "Seq Scan" not in found, found


@pytest.mark.parametrize(
    ("sql", "index"),
    [(deliveries.TEXTS, "delivery_text"), (notices.TEXTS, "sending_text"), (notices.CODES, "sending_code")],
)
def test_words_and_codes_whose_days_are_over(grown: Journal, sql: str, index: str) -> None:
    found = plan(grown, sql, (COUNTY, MONDAY, 2_000, COUNTY))
    assert index in found and "Seq Scan" not in found, found
