"""Statements on the short way to the server mean what they mean on the long one."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DataError, OperationalError, connection, transaction
from psycopg.errors import FeatureNotSupported

from tongban.store.journal import Journal
from tongban.store.line.asking import often
from tongban.store.wire import WHOLE, _name, _prepared, array, fetch, fetch_kept, fetch_prepared

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

MOMENT = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)
ECHO = "SELECT %s::text, %s::int, %s::bytea, %s::timestamptz, %s::boolean, %s::text"
VALUES = ("中文 𠮷 '", -7, b"\x00\xff\\x", MOMENT, True, None)


@pytest.mark.parametrize("way", [fetch, fetch_prepared])
def test_values_go_there_and_come_back(served, way):
    for _ in range(2):
        assert way(served.connection().connection, ECHO, VALUES) == [VALUES]


def test_a_moment_is_one_of_utc_whatever_zone_the_server_tells_it_in(served):
    raw = served.connection().connection
    for zone in ("UTC", "Asia/Shanghai"):
        raw.execute(f"SET TIME ZONE '{zone}'")
        [(found,)] = fetch_prepared(raw, "SELECT %s::timestamptz", (MOMENT,))
        assert found == MOMENT and found.tzinfo is UTC


@pytest.mark.parametrize("way", [fetch, fetch_prepared, fetch_kept])
def test_a_text_with_nul_is_refused_and_never_cut_off(served, way):
    with pytest.raises(psycopg.DataError):
        way(served.connection().connection, "SELECT %s::text", ("abc\0def",))
    assert way(served.connection().connection, "SELECT %s::text", ("abc",)) == [("abc",)]


def test_inside_a_transaction_values_are_the_same(served):
    with transaction.atomic():
        assert served.query(ECHO, VALUES) == [VALUES]


def test_a_fault_is_a_fault_of_django_and_the_connection_goes_on(served):
    with pytest.raises(DataError):
        served.query("SELECT 1 / %s::int", (0,))
    assert served.query("SELECT 1", ()) == [(1,)]


def test_a_pooler_that_forgets_statements_is_noticed_and_nothing_is_lost(served):
    raw = served.connection().connection
    fetch_prepared(raw, ECHO, VALUES)
    raw.execute("DEALLOCATE ALL")
    assert fetch_prepared(raw, ECHO, VALUES) == [VALUES]
    assert _prepared[raw.pgconn].statements == {WHOLE}
    assert fetch_prepared(raw, ECHO, VALUES) == [VALUES]


def test_a_statement_whose_columns_an_upgrade_changed_is_sent_whole(served):
    raw = served.connection().connection
    raw.execute("CREATE TEMP TABLE upgraded AS SELECT 1 AS n")
    sql = "SELECT * FROM upgraded WHERE n::text = %s"
    for fetch_it in (fetch_prepared, fetch_kept):
        assert fetch_it(raw, sql, ("1",)) == [(1,)]
        raw.execute("ALTER TABLE upgraded ADD COLUMN m text DEFAULT 'new'")
        assert fetch_it(raw, sql, ("1",)) == [(1, "new")]
        raw.execute("ALTER TABLE upgraded DROP COLUMN m")
        _prepared[raw.pgconn].statements.clear()
        raw.execute("DEALLOCATE ALL")


def test_within_a_transaction_such_a_statement_ends_it_and_the_next_one_is_served(served):
    raw = served.connection().connection
    raw.execute("CREATE TEMP TABLE changed AS SELECT 1 AS n")
    sql = "SELECT * FROM changed WHERE n::text = %s"
    fetch_prepared(raw, sql, ("1",))
    raw.execute("ALTER TABLE changed ADD COLUMN m text")
    with pytest.raises(FeatureNotSupported), raw.transaction():
        fetch_prepared(raw, sql, ("1",))
    with raw.transaction():
        assert fetch_prepared(raw, sql, ("1",)) == [(1, None)]


def test_a_statement_that_another_client_of_the_pooler_prepared_is_used(served):
    raw = served.connection().connection
    sql = "SELECT %s::text"
    raw.pgconn.prepare(_name(sql), b"SELECT $1::text")
    assert fetch_prepared(raw, sql, ("x",)) == [("x",)]


def test_a_lost_connection_is_told_and_the_next_question_gets_a_new_one(served):
    pid = served.connection().connection.info.backend_pid
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (pid,))
    with pytest.raises(OperationalError):
        for _ in range(50):
            served.load(numbers=["A1"])
    connection.close_if_unusable_or_obsolete()
    assert served.load(numbers=["A1"]) == ()
    assert isinstance(served, Journal)


def test_a_line_that_was_lost_while_nobody_used_it_is_made_anew_before_anything_is_sent(served):
    def lose_it_between_two_requests() -> None:
        connection.close()
        connection.ensure_connection()
        connection.close_if_unusable_or_obsolete()  # as Django does when a request begins
        raw = connection.connection
        with psycopg.connect(raw.info.dsn, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (raw.info.backend_pid,))
            gone = "SELECT 1 FROM pg_stat_activity WHERE pid = %s"
            while other.execute(gone, (raw.info.backend_pid,)).fetchall():
                pass

    lose_it_between_two_requests()
    assert served.load(numbers=["A1"]) == ()
    lose_it_between_two_requests()
    assert often("SELECT %s::text", ("x",)) == [("x",)]


def test_texts_in_arrays_are_quoted():
    assert array(['a"b', "c\\d", "e,f", ""]) == '{"a\\"b","c\\\\d","e,f",""}'
