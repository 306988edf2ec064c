"""Rows of brought registers in the store: loaded whole, sealed, with their history, read beside what steps wrote."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from small_practice import COUNTY, MONDAY

from tongban.kernel.procedure.brought import Entry
from tongban.kernel.refusal import Refused
from tongban.store import entries
from tongban.store.comparing import compare
from tongban.store.journal import Journal
from tongban.store.keys import Lookup
from tongban.store.models import EntryRow, Stamp, Subject
from tongban.store.notes import chain_id
from tongban.store.subjects import rows_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]
SHOP = Entry("shop", "开店𠮷", {"title": "开店𠮷", "papers": ("id",), "days": 3})
STALL = Entry("stall", "摆摊", {"title": "摆摊"})
QUICKER = Entry("shop", "开店𠮷", {"title": "开店𠮷", "papers": ("id",), "days": 2})
LATER = MONDAY + timedelta(days=30)


@pytest.fixture
def ledger() -> Journal:
    return Journal(COUNTY, Lookup(b"k" * 32))


def load(ledger: Journal, *rows: Entry, since=MONDAY):
    return entries.load(ledger, "item", rows, "hu", since, since)


def test_a_load_is_noted_by_the_digest_of_its_rows_and_nothing_of_them(ledger):
    done = load(ledger, SHOP, STALL)
    assert not isinstance(done, Refused) and done.added == (SHOP, STALL)
    [note] = ledger.events(chain_id(COUNTY, "register/item"))
    assert note.kind == entries.LOADED
    assert note.facts()["digest"] == entries.digest_of([STALL, SHOP]) and note.facts()["rows"] == 2
    assert "摆摊" not in note.body
    row = EntryRow.objects.get(key="shop")
    assert (str(row.chain), row.seq, row.title) == (note.chain, note.seq, "开店𠮷")


def test_the_same_rows_again_change_nothing_and_are_not_noted(ledger):
    load(ledger, SHOP, STALL)
    stamp = Stamp.objects.get(county=COUNTY).n
    again = load(ledger, STALL, SHOP, since=LATER)
    assert not isinstance(again, Refused) and again.nothing and again.same == 2
    assert len(ledger.events(chain_id(COUNTY, "register/item"))) == 1
    assert Stamp.objects.get(county=COUNTY).n == stamp


def test_every_row_says_what_it_said_at_the_time(ledger):
    load(ledger, SHOP, STALL)
    changed = load(ledger, QUICKER, since=LATER)
    assert not isinstance(changed, Refused)
    assert changed.changed == ((SHOP, QUICKER),) and changed.ended == (STALL,)
    before, after = LATER - timedelta(seconds=1), LATER
    keys = [("item", "shop")]
    assert rows_of(ledger, keys, before)["item", "shop"] == (SHOP.fields, MONDAY)
    assert rows_of(ledger, keys, after)["item", "shop"] == (QUICKER.fields, LATER)
    assert rows_of(ledger, keys, MONDAY - timedelta(seconds=1)) == {}
    assert rows_of(ledger, [("item", "stall")], after) == {}
    assert [each.entry.key for each in entries.at(ledger, "item", before)] == ["shop", "stall"]
    assert [each.until for each in entries.history(ledger, "item", "shop")] == [None, LATER]


def test_what_was_corrected_at_the_very_moment_was_never_in_force(ledger):
    load(ledger, SHOP)
    load(ledger, QUICKER)
    assert [each.entry for each in entries.history(ledger, "item", "shop")] == [QUICKER]


def test_a_load_cannot_hold_from_before_the_latest(ledger):
    load(ledger, SHOP, since=LATER)
    assert load(ledger, QUICKER) == Refused("register.before_the_last", "item", {"last": "2026-04-01 09:00"})
    assert [each.entry for each in entries.latest(ledger, "item")] == [SHOP]


def test_codes_that_are_held_are_told_from_those_that_are_not(ledger):
    load(ledger, SHOP, STALL)
    load(ledger, SHOP, since=LATER)
    named = {"item": {"shop", "stall", "bar"}, "paper": {"id"}}
    assert set(entries.named_rows(ledger, named, LATER)) == {("item", "shop")}
    assert set(entries.named_rows(ledger, named, MONDAY)) == {("item", "shop"), ("item", "stall")}
    assert entries.named_rows(ledger, named, LATER)["item", "shop"] == SHOP.fields
    assert entries.named_rows(ledger, {}, LATER) == {}


def wrote(at, **fields):
    Subject.objects.create(
        county=COUNTY, register="item", key="shop", fields=json.dumps(fields), chain=chain_id(COUNTY, "x"), seq=1, at=at
    )  # fmt: skip


def test_what_a_step_wrote_since_the_load_says_its_part_anew(ledger):
    load(ledger, SHOP)
    wrote(MONDAY + timedelta(days=1), days=1)
    assert rows_of(ledger, [("item", "shop")], LATER)["item", "shop"][0] == {**SHOP.fields, "days": 1}


def test_a_load_says_all_of_a_row_whatever_was_written_before(ledger):
    wrote(MONDAY - timedelta(days=1), days=1, colour="red")
    load(ledger, SHOP)
    assert rows_of(ledger, [("item", "shop")], LATER)["item", "shop"] == (SHOP.fields, MONDAY)


def test_a_row_that_ended_takes_with_it_what_was_written_while_it_stood(ledger):
    load(ledger, SHOP)
    wrote(MONDAY + timedelta(days=1), days=1)
    load(ledger, STALL, since=LATER)
    assert rows_of(ledger, [("item", "shop")], LATER + timedelta(days=1)) == {}


def test_verification_tells_rows_that_were_changed_now_or_in_the_past(ledger):
    load(ledger, SHOP, STALL)
    load(ledger, QUICKER, since=LATER)
    assert list(compare(ledger)) == []
    EntryRow.objects.filter(key="stall").update(title="擺攤")
    assert [each.code for each in compare(ledger)] == ["ledger.register_differs"]


def test_rows_that_nobody_loaded_are_told(ledger):
    EntryRow.objects.create(
        county=COUNTY, register="paper", key="id", title="证", fields="{}", since=MONDAY, chain=chain_id(COUNTY, "x"), seq=1
    )  # fmt: skip
    assert [each.code for each in compare(ledger)] == ["ledger.register_unknown"]


def test_a_register_whose_rows_all_went_is_told(ledger):
    load(ledger, SHOP, STALL)
    EntryRow.objects.all().delete()
    assert [each.code for each in compare(ledger)] == ["ledger.register_differs"]


def test_a_row_that_holds_between_two_loads_is_told(ledger):
    load(ledger, SHOP)
    load(ledger, QUICKER, since=LATER)
    EntryRow.objects.create(
        county=COUNTY, register="item", key="stall", title="摆摊", fields="{}", since=MONDAY + timedelta(days=3),
        until=MONDAY + timedelta(days=5), chain=chain_id(COUNTY, "x"), seq=1,
    )  # fmt: skip
    assert {each.code for each in compare(ledger)} == {"ledger.register_between"}


def test_a_code_that_a_load_dropped_is_held_no_more_though_a_step_once_wrote_it(ledger):
    load(ledger, SHOP)
    wrote(MONDAY + timedelta(days=1), days=1)
    load(ledger, STALL, since=LATER)
    named = {"item": ["shop", "stall", "never"]}
    assert set(entries.named_rows(ledger, named, MONDAY + timedelta(days=2))) == {("item", "shop")}
    assert set(entries.named_rows(ledger, named, LATER)) == {("item", "stall")}
