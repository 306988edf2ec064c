"""Many at once: one wins and the others are told, nothing is done by halves, nobody misses an event."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest
from django.db import connections, transaction
from small_practice import COUNTY, MONDAY, PROCEDURE, later, opened, procedures, take

from threads_ground import at_once
from tongban.kernel.ledger.verify import verify_chain
from tongban.kernel.procedure.decide import Decided
from tongban.kernel.refusal import Refused
from tongban.store.batch import BEGINNING, Append, Appended, Request, Stored, entries
from tongban.store.intake import intake, intake_all
from tongban.store.journal import Journal
from tongban.store.models import (
    Bookmark,
    CaseRow,
    Content,
    EventRow,
    Identity,
    NoticeRow,
    SearchText,
    Subject,
)
from tongban.store.notes import append_note, chain_id
from tongban.store.rebuilding import rebuild
from tongban.store.search import index_events
from tongban.store.stream import after_restore, bookmark, following, react
from tongban.store.verification import conninfo_of

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def step(ledger: Journal, number: str, name: str = "note", answers=None, at=MONDAY) -> Appended | Refused:
    [loaded] = ledger.load(numbers=[number])
    decided = take(loaded.case, name, at, answers)
    [result] = ledger.append([Append(PROCEDURE, decided, loaded)], at)
    return result


def open_case(ledger: Journal, number: str, **answers) -> str:
    decided = opened(number=number, **answers)
    ledger.append([Append(PROCEDURE, decided)], MONDAY)
    return decided.cases[0].id


def test_of_eight_writers_on_one_case_one_wins_each_time(served):
    case = open_case(served, "A1")
    [loaded] = served.load(ids=[case])

    def write(n: int):
        decided = take(loaded.case, "note", answers={"note": f"{n}号"})
        return served.append([Append(PROCEDURE, decided, loaded)], MONDAY)[0]

    results = at_once(8, write)
    assert sorted(type(result).__name__ for result in results) == ["Appended"] + ["Refused"] * 7
    assert {result.code for result in results if isinstance(result, Refused)} == {"step.conflict"}
    assert len(served.events(case)) == 2


def test_eight_writers_that_try_again_all_get_their_turn(served):
    case = open_case(served, "A1")

    def write(n: int):
        for _ in range(3):
            while not isinstance(step(served, "A1", answers={"note": f"{n}号"}), Appended):
                pass

    at_once(8, write)
    [loaded] = served.load(ids=[case])
    assert loaded.case.seq == 25 and loaded.case.counts["note"] == 24
    assert list(verify_chain(entries(served.events(case)), until=loaded.tip, thorough=True)) == []


def test_one_request_sent_eight_times_at_once_acts_once(served):
    request = Request.of("key", "register")

    def send(n: int):
        return served.append([Append(PROCEDURE, opened(number=f"A{n}"), request=request)], MONDAY)[0]

    results = at_once(8, send)
    assert all(isinstance(result, Appended) for result in results)
    assert len({result.chain for result in results}) == 1
    assert sorted(result.repeated for result in results) == [False] + [True] * 7
    assert CaseRow.objects.count() == EventRow.objects.count() == 1


def test_batches_that_cross_each_other_neither_block_nor_lose(served):
    cases = [open_case(served, f"A{n}") for n in range(20)]

    def sweep(n: int):
        loaded = list(served.load(ids=cases))
        loaded.sort(key=lambda each: each.case.id, reverse=n % 2 == 0)
        batch = [Append(PROCEDURE, take(each.case, "note", answers={"note": "扫"}), each) for each in loaded]
        return sum(isinstance(result, Appended) for result in served.append(batch, MONDAY))

    won = sum(at_once(6, sweep))
    assert EventRow.objects.count() == 20 + won >= 40
    assert sum(case.seq for case in CaseRow.objects.all()) == 20 + won


def test_notes_of_many_writers_make_one_chain(served):
    def note(n: int) -> list[object]:
        return [append_note(served, "adoptions", "adopted", {"n": n}, MONDAY, MONDAY) for _ in range(40)]

    assert not [each for notes in at_once(6, note) for each in notes if isinstance(each, Refused)]
    chain = served.events(chain_id(COUNTY, "adoptions"))
    assert [each.seq for each in chain] == list(range(1, 241))
    assert list(verify_chain(entries(chain), thorough=True)) == []


def test_a_step_inside_a_transaction_that_fails_never_happened(served):
    case = open_case(served, "A1")

    class PowerCutError(Exception):
        pass

    with pytest.raises(PowerCutError), transaction.atomic():
        assert isinstance(step(served, "A1", "sign"), Appended)
        raise PowerCutError
    [loaded] = served.load(ids=[case])
    assert (loaded.case.stage, len(served.events(case))) == ("registered", 1)


def test_a_refused_step_inside_a_transaction_leaves_it_usable(served):
    open_case(served, "A1")
    with transaction.atomic():
        [refused] = served.append([Append(PROCEDURE, opened(number="A1"))], MONDAY)
        assert refused == Refused("step.conflict")
        assert isinstance(step(served, "A1", "sign"), Appended)
    assert CaseRow.objects.get().stage == "handling"


KILLED = """
import os, sys, django
sys.path.insert(0, {tests!r})
django.setup()
from django.db import connections, transaction
from small_practice import COUNTY, MONDAY, PROCEDURE, take
from tongban.store.batch import Append
from tongban.store.journal import Journal
from tongban.store.keys import Lookup
ledger = Journal(COUNTY, Lookup(b"k" * 32))
[loaded] = ledger.load(numbers=["A1"])
decided = take(loaded.case, "note", answers={{"note": "断电前"}})
with transaction.atomic():
    ledger.append([Append(PROCEDURE, decided, loaded)], MONDAY)
    print("written", flush=True)
    sys.stdin.read()
"""


def test_a_process_killed_in_mid_step_leaves_nothing_behind(served):
    case = open_case(served, "A1")
    settings = served.connection().settings_dict
    url = (
        f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}&port={settings['PORT']}"
    )
    if settings["HOST"] and not settings["HOST"].startswith("/"):
        secret = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
        url = f"postgresql://{settings['USER']}{secret}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    environ = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tongban.config.settings"}
    script = KILLED.format(tests=str(Path(__file__).parent))
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    for _ in range(200):
        if isinstance(result := step(served, "A1", answers={"note": "来电后"}), Appended):
            break
    assert result == Appended(case, 2)
    [content] = Content.objects.filter(chain=case, seq=2)
    assert content.value == '"来电后"'


def test_a_reader_never_misses_an_event_of_a_slow_transaction(served):
    """The slow writer takes its number first and commits last; a reader by position would pass it by."""
    with psycopg.connect(conninfo_of(served)) as slow:
        slow.execute(
            "SELECT pg_current_xact_id(), nextval(pg_get_serial_sequence('store_event', 'position'))"
        )
        open_case(served, "fast")
        assert following(served) == ()
        slow.rollback()
    assert [each.facts()["opened"]["number"] for each in following(served)] == ["fast"]


def test_readers_see_every_event_once_while_others_write(served):
    seen: list[tuple[str, int]] = []
    stop = threading.Event()

    def act(events: list[Stored]) -> None:
        seen.extend((event.chain, event.seq) for event in events)

    def work(n: int):
        if n < 2:
            while not stop.is_set():
                react(served, "counter", act, limit=7)
            return
        for round_ in range(15):
            batch = [Append(PROCEDURE, opened(number=f"{n}-{round_}-{k}")) for k in range(3)]
            with transaction.atomic():
                served.append(batch[:1], MONDAY)
                served.append(batch[1:], MONDAY)
        if n == 2:
            while EventRow.objects.count() < 4 * 45:
                pass
            stop.set()

    at_once(6, work)
    while react(served, "counter", act):
        pass
    assert len(seen) == len(set(seen)) == EventRow.objects.count() == 180


def test_a_reactor_that_fails_sees_the_same_events_again(served):
    open_case(served, "A1")

    def fail(_events: list[Stored]) -> None:
        Subject.objects.create(
            county=COUNTY, register="r", key="k", fields="{}", chain=UUID0, seq=1, at=MONDAY
        )
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        react(served, "follow", fail)
    assert bookmark(served, "follow") == BEGINNING and not Subject.objects.exists()
    assert react(served, "follow", lambda events: None) == 1
    assert react(served, "follow", lambda events: None) == 0
    assert Bookmark.objects.get().reactor == "follow"


UUID0 = "00000000-0000-0000-0000-000000000000"


def test_events_after_a_restore_come_after_all_before(served):
    """Tables restored into a new cluster: its transaction numbers are far below those in the rows."""
    open_case(served, "A1")
    with psycopg.connect(conninfo_of(served), autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE store_event SET xid = xid + 1000000000")
    try:
        assert following(served) == ()
        assert after_restore(served) and not after_restore(served)
        [first] = following(served)
        open_case(served, "A2")
        [second] = following(served, first.mark)
        assert second.mark > first.mark
    finally:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION store_epoch() RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'"
            )


def rows(model) -> list[tuple[object, ...]]:
    return sorted(map(repr, model.objects.values_list()))


def test_rebuilt_rows_are_the_live_ones(served):
    for number in ("A1", "A2", "A3"):
        open_case(served, number, title="路灯" if number == "A1" else "")
    step(served, "A1", "sign", at=later(minutes=1))
    step(served, "A1", "list", {"house": "三号楼", "floors": 6}, at=later(minutes=2))
    step(served, "A1", "ask", {"units": ["water", "labour"]}, at=later(minutes=3))
    step(served, "A1-01", "do", at=later(days=9))
    step(served, "A1", "note", {"note": "好", "tags": ["a", "b"]}, at=later(minutes=4))
    step(served, "A1", "retitle", {"title": "新名字"}, at=later(minutes=5))
    step(served, "A1", "answer", at=later(days=20))
    step(served, "A1", "rate", {"rating": 4}, at=later(days=21))
    index_events(served, following(served, BEGINNING, 1000))
    live = rows(CaseRow), rows(Subject), rows(SearchText)
    assert live[2]
    assert CaseRow.objects.get(number="A1").rating == 4 and Subject.objects.get().fields == '{"floors":6}'
    assert NoticeRow.objects.filter(rating=True).count() == 1
    told: list[tuple[int, int]] = []
    assert rebuild(served, procedures, lambda done, total: told.append((done, total))) == 5
    assert (rows(CaseRow), rows(Subject), rows(SearchText)) == live and told == [(5, 10), (10, 10)]
    CaseRow.objects.all().delete()
    Subject.objects.all().delete()
    SearchText.objects.all().delete()
    ghost = opened(number="ghost")
    with transaction.atomic():
        served.append([Append(PROCEDURE, ghost)], MONDAY)
        ghost_row = CaseRow.objects.get()
        transaction.set_rollback(True)
    ghost_row.save(force_insert=True)
    rebuild(served, procedures)
    assert (rows(CaseRow), rows(Subject), rows(SearchText)) == live


def test_a_case_can_be_worked_on_after_its_rebuild(served):
    open_case(served, "A1")
    before = served.load(numbers=["A1"])
    rebuild(served, procedures)
    assert served.load(numbers=["A1"]) == before
    assert isinstance(step(served, "A1", "sign"), Appended)


def test_intake_stores_what_append_would_have_stored(served):
    texts = ["多行\n文字\t和\\反斜杠", "𠮷", "普通"]
    decided = [opened(number=f"A{n}", body=text, title="") for n, text in enumerate(texts)]
    assert intake(served, (Append(PROCEDURE, each) for each in decided), MONDAY) == 3
    live = rows(CaseRow)
    assert [loaded.case for loaded in served.load(numbers=["A1"])] == [decided[1].cases[0]]
    rebuild(served, procedures)
    assert rows(CaseRow) == live
    assert (
        Content.objects.filter(field="body").count() == 3
        and Identity.objects.exclude(lookup=None).count() == 3
    )
    assert isinstance(step(served, "A1", "sign"), Appended)


def test_of_rows_that_intake_brings_for_one_key_the_last_written_holds(served):
    def listed(number, floors, day):
        """A case that was opened, signed and put into the register on a day before it was stored."""
        made = [opened(later(days=day), number=number)]
        made.append(take(made[-1].cases[0], "sign", later(days=day, minutes=1)))
        answers = {"house": "三号楼", "floors": floors}
        made.append(take(made[-1].cases[0], "list", later(days=day, minutes=2), answers))
        events = tuple(event for each in made for event in each.events)
        cases = tuple(case for each in made for case in each.cases)
        return Append(PROCEDURE, Decided(events, cases))

    brought = [listed("A1", 7, 4), listed("A2", 5, 2), listed("A3", 6, 3)]
    assert intake(served, brought, later(days=9)) == 3
    assert [each.fields for each in Subject.objects.all()] == ['{"floors":7}']
    assert intake(served, [listed("A4", 4, 1)], later(days=9)) == 1
    live = rows(Subject)
    assert [each.fields for each in Subject.objects.all()] == ['{"floors":7}']
    rebuild(served, procedures)
    assert rows(Subject) == live


def test_intake_is_all_or_nothing(served):
    open_case(served, "A1500")

    def some():
        return (Append(PROCEDURE, opened(number=f"A{n}")) for n in range(2000))

    assert intake(served, some(), MONDAY) == Refused("step.conflict")
    assert CaseRow.objects.count() == EventRow.objects.count() == 1
    [loaded] = served.load(numbers=["A1500"])
    assert intake(served, [Append(PROCEDURE, opened(), loaded)], MONDAY) == Refused("intake.not_new")
    late = [Append(PROCEDURE, opened(number="B1")), Append(PROCEDURE, opened(later(days=1), number="B2"))]
    assert intake(served, late, MONDAY).code == "ledger.future"
    assert CaseRow.objects.count() == 1


def test_intake_by_all_processors_stores_the_same_and_is_all_or_nothing(served):
    def decide(number: str) -> Append | Refused:
        return Refused("form.required") if number == "bad" else Append(PROCEDURE, opened(number=number))

    numbers = [f"A{n}" for n in range(3500)]
    assert intake_all(served, [*numbers, "bad"], decide, MONDAY) == Refused("form.required")
    assert CaseRow.objects.count() == 0
    assert intake_all(served, numbers, decide, MONDAY) == 3500
    assert intake_all(served, ["A0"], decide, MONDAY) == Refused("step.conflict")
    assert CaseRow.objects.count() == EventRow.objects.count() == 3500
    live = rows(CaseRow)
    rebuild(served, procedures)
    assert rows(CaseRow) == live
    assert isinstance(step(served, "A3499", "sign"), Appended)


def test_the_sweep_reads_only_due_rows_by_its_index(served):
    intake(served, (Append(PROCEDURE, opened(number=f"A{n}")) for n in range(3000)), MONDAY)
    connection = served.connection()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE store_case")
        cursor.execute(
            """EXPLAIN (FORMAT TEXT) SELECT id::text FROM store_case
               WHERE county = %s AND wake_at IS NOT NULL AND wake_at <= %s ORDER BY wake_at, id LIMIT 100""",
            (COUNTY, MONDAY),
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "case_wake" in plan and "Seq Scan" not in plan
    assert served.due(MONDAY, 100) == ()
    assert len(served.due(later(days=30), 100)) == 100
