"""What a journal promises, held against the store in memory and the one in PostgreSQL."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from small_practice import HANDLER, MONDAY, PROCEDURE, later, opened, scene, take

from tongban.kernel.commands import Command, Subcases
from tongban.kernel.ledger.seal import START
from tongban.kernel.ledger.verify import verify_chain
from tongban.kernel.procedure.decide import Decided, decide, decide_apart
from tongban.kernel.refusal import Refused
from tongban.store.batch import Append, Appended, Request, entries
from tongban.store.projection import case_row

TEXTS = ("𠮷" * 50, "\N{PILE OF POO}" * 20, 'a "quote" \\ and \\u0000 \ttab', "ﬀ\u202e")


def store(journal, decided: Decided, loaded=None, request=None, at=MONDAY):
    [result] = journal.append([Append(PROCEDURE, decided, loaded, request)], at)
    return result


def load(journal, number: str):
    [loaded] = journal.load(numbers=[number])
    return loaded


def test_a_case_is_loaded_as_it_was_stored(journal):
    decided = opened(number="A1")
    assert store(journal, decided) == Appended(decided.cases[0].id, 1)
    loaded = load(journal, "A1")
    assert loaded.case == decided.cases[0]
    assert loaded.tip.seq == 1
    assert journal.load(ids=[loaded.case.id]) == (loaded,)


def test_an_unknown_number_and_a_text_that_is_no_id_load_nothing(journal):
    assert journal.load(numbers=["nobody"], ids=["no id"]) == ()
    assert journal.load(numbers=["\0"]) == ()
    assert journal.load() == ()


def test_each_step_is_sealed_on_the_one_before(journal):
    store(journal, opened(number="A1"))
    for minutes in range(1, 4):
        loaded = load(journal, "A1")
        decided = take(loaded.case, "note", later(minutes=minutes), {"note": "看过了"})
        assert isinstance(store(journal, decided, loaded, at=later(minutes=minutes)), Appended)
    loaded = load(journal, "A1")
    chain = journal.events(loaded.case.id)
    assert [each.seq for each in chain] == [1, 2, 3, 4]
    assert list(verify_chain(entries(chain), until=loaded.tip, thorough=True)) == []


def test_an_event_read_back_is_the_one_that_was_decided(journal):
    decided = opened(number="A1", name="王小明")
    store(journal, decided)
    [stored] = journal.events(decided.cases[0].id)
    read, wrote = stored.event(), decided.events[0]
    assert (read.facts, read.follows, read.opened, read.by) == (
        wrote.facts,
        wrote.follows,
        wrote.opened,
        wrote.by,
    )
    assert set(read.content) == {"body", "phone", "name"}
    assert "路灯" not in stored.body and "13800001234" not in stored.body


def test_of_two_steps_from_one_reading_the_second_is_told(journal):
    store(journal, opened(number="A1"))
    loaded = load(journal, "A1")
    first, second = (take(loaded.case, "note", answers={"note": text}) for text in ("甲", "乙"))
    assert store(journal, first, loaded) == Appended(loaded.case.id, 2)
    assert store(journal, second, loaded) == Refused("step.conflict")
    assert len(journal.events(loaded.case.id)) == 2


def test_a_number_or_an_id_is_given_once(journal):
    first = opened(number="A1")
    store(journal, first)
    assert store(journal, opened(number="A1")) == Refused("step.conflict")
    assert store(journal, opened(number="A2", id=first.cases[0].id)) == Refused("step.conflict")
    assert load(journal, "A1").case == first.cases[0]
    assert journal.load(numbers=["A2"]) == ()


def test_a_decision_that_opens_subcases_stores_all_of_them(journal):
    store(journal, opened(number="A1"))
    for step, answers in (("sign", None), ("ask", {"units": ["water", "labour"]})):
        loaded = load(journal, "A1")
        decided = take(loaded.case, step, answers=answers)
        assert isinstance(store(journal, decided, loaded), Appended)
    loaded = load(journal, "A1")
    assert (loaded.subcases.total, loaded.subcases.open) == (2, 2)
    [part] = journal.load(numbers=["A1-01"])
    assert part.parent == loaded.related()
    assert part.case.parent == part.case.root == loaded.case.id
    done = take(part.case, "do")
    assert isinstance(store(journal, done, part), Appended)
    assert load(journal, "A1").subcases.open == 1


def test_a_case_is_loaded_with_what_was_lent_on_all_that_it_stands_under(journal):
    for number in ("A1", "A2", "A3"):
        store(journal, opened(number=number))
    first = load(journal, "A1")
    store(journal, take(first.case, "lend", answers={"unit": "water"}), first)
    for number, under in (("A2", "A1"), ("A3", "A2")):
        loaded, other = load(journal, number), load(journal, under)
        placing = Command("place", {"under": under})
        placed = decide(
            PROCEDURE, loaded.case, placing, HANDLER, scene(MONDAY, related={under: other.related()})
        )
        assert isinstance(store(journal, placed, loaded), Appended)
    third = load(journal, "A3")
    assert third.case.under == load(journal, "A2").case.id
    assert third.above == (load(journal, "A2").case.id, first.case.id)
    assert [(each.unit, each.powers) for each in third.mandates] == [("water", ("note",))]
    assert (third.parent, first.mandates, first.above) == (None, (), ())


def test_very_many_subcases_go_another_way_with_the_same_meaning(journal, monkeypatch):
    monkeypatch.setattr("tongban.store.journal.WIDE", 1)
    test_a_decision_that_opens_subcases_stores_all_of_them(journal)


def test_of_very_many_subcases_none_is_stored_when_their_parent_moved_on(journal, monkeypatch):
    monkeypatch.setattr("tongban.store.journal.WIDE", 1)
    test_a_parent_that_moved_on_opens_no_subcase(journal)


def test_very_many_subcases_are_opened_once_however_often_it_is_asked(journal, monkeypatch):
    monkeypatch.setattr("tongban.store.journal.WIDE", 1)
    store(journal, opened(number="A1"))
    loaded = load(journal, "A1")
    store(journal, take(loaded.case, "sign"), loaded)
    loaded, request = load(journal, "A1"), Request.of("ask-1", {"step": "ask"})
    asked = take(loaded.case, "ask", answers={"units": ["water", "labour"]})
    first = store(journal, asked, loaded, request=request)
    assert first == Appended(loaded.case.id, 3)
    assert store(journal, asked, loaded, request=request) == Appended(loaded.case.id, 3, repeated=True)
    assert load(journal, "A1").subcases.total == 2


def test_nothing_of_very_many_subcases_is_stored_when_one_of_them_exists_already(journal, monkeypatch):
    monkeypatch.setattr("tongban.store.journal.WIDE", 1)
    store(journal, opened(number="A1"))
    store(journal, opened(number="A1-02"))
    loaded = load(journal, "A1")
    store(journal, take(loaded.case, "sign"), loaded)
    loaded = load(journal, "A1")
    asked = take(loaded.case, "ask", answers={"units": ["water", "labour"]})
    assert store(journal, asked, loaded) == Refused("step.conflict")
    assert (load(journal, "A1").case.seq, journal.load(numbers=["A1-01"])) == (2, ())


def left_open(journal, number: str, request: Request | None = None):
    """A decision whose two subcases are still to be decided."""
    store(journal, opened(number=number))
    loaded = load(journal, number)
    store(journal, take(loaded.case, "sign"), loaded)
    loaded = load(journal, number)
    asking = Command("ask", {"units": ["water", "labour"]})
    first, below = decide_apart(PROCEDURE, loaded.case, asking, HANDLER, scene(MONDAY))
    assert (len(first.cases), len(below)) == (1, 2)
    return Append(PROCEDURE, first, loaded, request, later=below)


def test_subcases_that_are_decided_while_they_are_written_are_the_same_subcases(journal):
    append = left_open(journal, "A1", Request.of("ask-1", {"step": "ask"}))
    chain = append.decided.cases[0].id
    assert journal.append([append], MONDAY) == (Appended(chain, 3, later=2),)
    assert load(journal, "A1").subcases == Subcases(2, 2)
    at_once = take(append.loaded.case, "ask", answers={"units": ["water", "labour"]})
    assert [load(journal, case.number).case for case in at_once.cases[1:]] == list(at_once.cases[1:])
    assert journal.append([append], MONDAY) == (Appended(chain, 3, repeated=True),)
    assert load(journal, "A1").subcases.total == 2


def test_of_a_decision_nothing_is_stored_when_one_of_its_subcases_is_refused_later(journal):
    append = left_open(journal, "A1")
    water, labour = append.later
    nowhere = replace(
        labour, command=replace(labour.command, opening=replace(labour.command.opening, home="moon"))
    )
    [result] = journal.append([replace(append, later=(water, nowhere))], MONDAY)
    assert result.code == "routing.unknown_unit"
    assert (load(journal, "A1").case.seq, journal.load(numbers=["A1-01"])) == (2, ())


def test_of_a_decision_nothing_is_stored_later_when_its_case_moved_on(journal):
    append = left_open(journal, "A1")
    loaded = load(journal, "A1")
    store(journal, take(loaded.case, "note", answers={"note": "快一步"}), loaded)
    assert journal.append([append], MONDAY) == (Refused("step.conflict"),)
    assert journal.load(numbers=["A1-01"]) == ()


def test_what_is_copied_in_and_what_is_opened_are_the_columns_that_a_case_has():
    from tongban.store.copying import CASES
    from tongban.store.journal import OPENED

    assert set(CASES) == set(OPENED) == set(case_row(PROCEDURE, opened().cases[0], START, None))


def test_a_parent_that_moved_on_opens_no_subcase(journal):
    store(journal, opened(number="A1"))
    loaded = load(journal, "A1")
    store(journal, take(loaded.case, "sign"), loaded)
    loaded = load(journal, "A1")
    store(journal, take(loaded.case, "note", answers={"note": "快一步"}), loaded)
    asked = take(loaded.case, "ask", answers={"units": ["water"]})
    assert store(journal, asked, loaded) == Refused("step.conflict")
    assert journal.load(numbers=["A1-01"]) == ()


def test_a_repeated_request_acts_once_and_gets_the_first_result(journal):
    request = Request.of("key-1", {"step": "register"})
    first = opened(number="A1")
    assert store(journal, first, request=request) == Appended(first.cases[0].id, 1)
    again = store(journal, opened(number="A2"), request=request)
    assert again == Appended(first.cases[0].id, 1, repeated=True)
    assert journal.answered(request) == again
    assert journal.load(numbers=["A2"]) == ()


def test_a_request_key_with_other_content_is_refused(journal):
    store(journal, opened(number="A1"), request=Request.of("key-1", "this"))
    other = Request.of("key-1", "that")
    assert store(journal, opened(number="A2"), request=other) == Refused("request.key_reused")
    assert journal.answered(other) == Refused("request.key_reused")
    assert journal.answered(Request.of("key-2", "this")) is None
    assert journal.load(numbers=["A2"]) == ()


def test_a_request_that_lost_a_race_may_be_sent_again(journal):
    store(journal, opened(number="A1"))
    loaded = load(journal, "A1")
    store(journal, take(loaded.case, "note", answers={"note": "甲"}), loaded)
    request = Request.of("key-1", "乙")
    slow = take(loaded.case, "note", answers={"note": "乙"})
    assert store(journal, slow, loaded, request) == Refused("step.conflict")
    loaded = load(journal, "A1")
    slow = take(loaded.case, "note", answers={"note": "乙"})
    assert store(journal, slow, loaded, request) == Appended(loaded.case.id, 3)


def test_in_a_batch_each_decision_wins_or_loses_for_itself(journal):
    journal.append([Append(PROCEDURE, opened(number=f"A{n}")) for n in range(5)], MONDAY)
    loaded = [load(journal, f"A{n}") for n in range(5)]
    store(journal, take(loaded[2].case, "note", answers={"note": "先"}), loaded[2])
    batch = [Append(PROCEDURE, take(each.case, "sign"), each) for each in loaded]
    results = journal.append(batch, MONDAY)
    assert [isinstance(result, Appended) for result in results] == [True, True, False, True, True]
    assert [load(journal, f"A{n}").case.stage for n in range(5)] == ["handling"] * 2 + ["registered"] + [
        "handling"
    ] * 2


def test_a_batch_with_an_existing_number_stores_the_others(journal):
    store(journal, opened(number="A1"))
    results = journal.append([Append(PROCEDURE, opened(number=f"A{n}")) for n in range(3)], MONDAY)
    assert [isinstance(result, Appended) for result in results] == [True, False, True]


def test_a_case_or_a_request_named_twice_in_a_batch_is_refused_the_second_time(journal):
    store(journal, opened(number="A1"))
    loaded = load(journal, "A1")
    step = Append(PROCEDURE, take(loaded.case, "note", answers={"note": "甲"}), loaded)
    assert journal.append([step, step], MONDAY) == (Appended(loaded.case.id, 2), Refused("step.conflict"))
    request = Request.of("key", "x")
    twice = [Append(PROCEDURE, opened(number=number), request=request) for number in ("B1", "B2")]
    assert [type(result) for result in journal.append(twice, MONDAY)] == [Appended, Refused]


def test_several_decisions_on_one_case_may_be_stored_as_one(journal):
    store(journal, opened(number="A1"))
    loaded = load(journal, "A1")
    one = take(loaded.case, "sign")
    two = take(one.cases[0], "note", later(hours=1), {"note": "马上办"})
    joined = Decided(one.events + two.events, one.cases + two.cases)
    assert store(journal, joined, loaded, at=later(hours=1)) == Appended(loaded.case.id, 2)
    assert load(journal, "A1").case == two.cases[0]


def test_what_cannot_be_sealed_is_refused_and_leaves_nothing(journal):
    future = opened(later(days=1), number="A1")
    assert store(journal, future, at=MONDAY).code == "ledger.future"
    assert journal.load(numbers=["A1"]) == ()


def test_a_clock_set_back_never_back_dates_an_entry(journal):
    store(journal, opened(number="A1"), at=later(hours=1))
    loaded = load(journal, "A1")
    store(journal, take(loaded.case, "note", answers={"note": "慢钟"}), loaded, at=MONDAY)
    first, second = journal.events(loaded.case.id)
    assert second.recorded == first.recorded == later(hours=1)


def test_only_cases_at_which_a_clock_rings_are_due(journal):
    for hours in (30, 10, 20):
        store(journal, opened(later(hours=hours), number=f"A{hours}"), at=later(hours=hours))
    ids = [load(journal, f"A{hours}").case for hours in (10, 20, 30)]
    first = min(case.wake() for case in ids)
    assert journal.due(later(hours=30), 10) == ()
    assert set(journal.due(first, 10)) == {case.id for case in ids if case.wake() == first}
    assert (
        journal.due(later(days=30), 2)
        == tuple(case.id for case in sorted(ids, key=lambda case: (case.wake(), case.id)))[:2]
    )


@pytest.mark.parametrize(
    "text", ["𠮷" * 50, "\N{PILE OF POO}" * 20, 'a "quote" \\ and \n newline', "ﬀ\u202e"]
)
def test_every_text_comes_back_as_it_was_given(journal, text):
    decided = opened(number="A1", title=text)
    store(journal, decided)
    loaded = load(journal, "A1")
    assert loaded.case.given == {"title", "body", "phone"}
    assert list(verify_chain(entries(journal.events(loaded.case.id)))) == []
