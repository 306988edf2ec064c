"""Seals, salted digests, and the verification of one chain."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tongban.kernel.ledger.canonical import canonical, parse
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.ledger.seal import (
    START,
    TOLERANCE,
    Entry,
    Tip,
    commit,
    compose,
    link,
    next_entry,
)
from tongban.kernel.ledger.verify import verify_chain, verify_chains
from tongban.kernel.refusal import Refused, RefusedError

BEGAN = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
SALT = bytes(range(16))
LENGTH = 8


def written(length=LENGTH, chain="case-1", began=BEGAN, tip=START):
    """A sound chain: one entry a minute."""
    entries = []
    for n in range(length):
        at = began + timedelta(minutes=n)
        sealed = {"text": commit(f"第 {n} 次诉求", SALT)}
        entry = next_entry(tip, chain, "case.replied", at, at, {"n": n, "stage": "handling"}, sealed)
        assert isinstance(entry, Entry)
        entries.append(entry)
        tip = entry.tip()
    return entries


def resealed(entries, prev=START.seal):
    """The same bodies, sealed anew one on the other."""
    anew = []
    for entry in entries:
        anew.append(replace(entry, prev=prev, seal=link(prev, entry.body)))
        prev = anew[-1].seal
    return anew


def rewritten(entry, **changes):
    """The entry with other content in body and columns, sealed on the same entry before."""
    head = {name: changes.get(name, getattr(entry, name)) for name in ("chain", "seq", "at", "recorded")}
    body = compose(kind="case.replied", facts=changes.get("facts", {}), sealed={}, **head)
    return replace(entry, **head, body=body, seal=link(entry.prev, body))


def found(entries, **options):
    return [
        (finding.code.removeprefix("ledger."), finding.seq) for finding in verify_chain(entries, **options)
    ]


def test_the_seal_is_the_one_written_down_for_ever():
    entry = next_entry(
        START, "330824-1", "case.opened", BEGAN, BEGAN, {"by": "p-1"}, {"name": commit("张三", SALT)}
    )
    assert entry.body == (
        '{"entry":{"at":"2026-11-22T01:02:03.000000Z","chain":"330824-1",'
        '"recorded":"2026-11-22T01:02:03.000000Z","seq":1},"facts":{"by":"p-1"},"kind":"case.opened",'
        '"sealed":{"name":"17056aeefe3bc74d40ef623451c043c4f1340b4547b06e1cf3195853d4197dec"}}'
    )
    assert entry.seal.hex() == "54950a1e0fdd6173a0ea8caa679e68427b0dc2f27f832c3c0b5c3d5068c5a77e"
    assert entry.seal == sha256(b"tongban.entry.1\n" + bytes(32) + entry.body.encode()).digest()


def test_the_digest_of_a_value_is_the_one_written_down_for_ever():
    assert commit("张三", SALT) == "17056aeefe3bc74d40ef623451c043c4f1340b4547b06e1cf3195853d4197dec"
    assert commit("张三", SALT) == sha256(b"tongban.value.1\n" + SALT + '"张三"'.encode()).hexdigest()


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_without_its_salt_a_digest_does_not_tell_whether_the_value_is_the_same(one, other):
    assert (commit("张三", one) == commit("张三", other)) == (one == other)


@pytest.mark.parametrize("salt", [b"", bytes(15), bytes(17)])
def test_a_salt_of_another_length_is_refused(salt):
    with pytest.raises(RefusedError) as caught:
        commit("张三", salt)
    assert caught.value.refusal.code == "ledger.salt"


@pytest.mark.parametrize("prev", [b"", bytes(31), bytes(33)])
def test_a_link_to_a_seal_of_another_length_is_refused(prev):
    with pytest.raises(RefusedError) as caught:
        link(prev, "{}")
    assert caught.value.refusal.code == "ledger.prev"


@pytest.mark.parametrize(
    ("at", "recorded", "facts", "code"),
    [
        (BEGAN, BEGAN - timedelta(microseconds=1), {}, "ledger.backdated"),
        (BEGAN + TOLERANCE + timedelta(microseconds=1), BEGAN, {}, "ledger.future"),
        (BEGAN, BEGAN, {"share": 0.5}, "ledger.float"),
    ],
)
def test_an_entry_that_would_not_verify_is_not_written(at, recorded, facts, code):
    tip = Tip(1, bytes(32), BEGAN)
    refusal = next_entry(tip, "case-1", "case.replied", at, recorded, facts, {})
    assert isinstance(refusal, Refused)
    assert refusal.code == code


def test_what_happened_long_ago_may_be_recorded_now():
    long_ago = BEGAN - timedelta(days=700)
    entry = next_entry(START, "case-1", "case.opened", long_ago, BEGAN, {}, {})
    assert found([entry]) == []


@pytest.mark.parametrize("options", [{}, {"thorough": True}, {"columns_agree": True}])
def test_a_sound_chain_has_no_findings(options):
    assert found(written(), **options) == []
    assert found([], **options) == []
    assert found(written(length=1030), **options) == []


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_chain_may_have_any_name(chain):
    entries = written(3, chain)
    assert found(entries) == found(entries, thorough=True) == []


def test_chains_one_after_another_are_verified_each_by_itself():
    first, second, third = (written(3, chain) for chain in ("a", "b", "c"))
    assert list(verify_chains([*first, *second, *third])) == []
    findings = list(verify_chains([*first, *second[1:], *third]))
    assert [(each.code, each.chain, each.seq) for each in findings] == [("ledger.missing", "b", 1)]


def test_a_part_of_a_chain_is_verified_from_a_known_entry():
    entries = written()
    assert found(entries[3:], after=entries[2].tip()) == []
    assert found(entries[3:], after=Tip(3, bytes(32), BEGAN)) == [("unlinked", 4)]
    assert found(entries[:5], until=entries[4].tip()) == []


def test_erasing_the_values_leaves_the_seals_valid():
    entries = written()  # the values and salts were never in them
    assert all("诉求" not in entry.body for entry in entries)
    assert found(entries, thorough=True) == []


@pytest.mark.parametrize("place", range(LENGTH))
class TestOneEntryOfAChain:
    def test_with_its_text_edited_is_named_changed(self, place):
        entries = written()
        entries[place] = replace(entries[place], body=entries[place].body.replace("handling", "handline"))
        assert found(entries) == [("changed", place + 1)]

    def test_with_its_seal_edited_is_named_changed(self, place):
        entries = written()
        entries[place] = replace(entries[place], seal=bytes(32))
        assert found(entries) == [("changed", place + 1)]

    def test_with_its_link_edited_is_named_changed(self, place):
        entries = written()
        entries[place] = replace(entries[place], prev=b"\1" * 32)
        assert found(entries) == [("changed", place + 1)]

    def test_replaced_and_sealed_anew_is_named_replaced(self, place):
        entries = written()
        entries[place] = rewritten(entries[place], facts={"n": 99})
        last = place == LENGTH - 1  # nothing follows it: only a known tip or a checkpoint shows it
        assert found(entries) == ([] if last else [("replaced", place + 1)])
        assert ("other_tip" in dict(found(entries, until=written()[-1].tip()))) == last

    def test_left_out_is_named_missing(self, place):
        entries = written()
        tip = entries[-1].tip()
        del entries[place]
        assert found(entries, until=tip) == [("missing", place + 1)]

    def test_given_twice_is_named_duplicated(self, place):
        entries = written()
        entries.insert(place, entries[place])
        assert found(entries) == [("duplicated", place + 1)]

    def test_moved_to_the_end_is_named_reordered(self, place):
        entries = written()
        entries.append(entries.pop(place))
        assert found(entries) == ([] if place == LENGTH - 1 else [("reordered", place + 1)])

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("at", BEGAN - timedelta(days=1)),
            ("recorded", BEGAN + timedelta(hours=1)),
            ("seq", 77),
            ("chain", "x"),
        ],
    )
    def test_with_a_column_edited_is_found(self, place, column, value):
        entries = written()
        entries[place] = replace(entries[place], **{column: value})
        codes = {code for code, _ in found(entries)}
        assert codes & {"disagrees", "foreign"}

    def test_of_another_chain_is_named_foreign(self, place):
        entries = written()
        entries.insert(place + 1, written(1, "case-2")[0])
        assert found(entries) == [("foreign", 1)]

    def test_without_a_zone_is_named(self, place):
        entries = written()
        entries[place] = replace(entries[place], at=entries[place].at.replace(tzinfo=None))
        assert found(entries) == [("instant", place + 1)]


@pytest.mark.parametrize("place", range(1, LENGTH))
def test_an_entry_recorded_before_the_one_before_it_is_named_even_when_all_is_sealed_anew(place):
    entries = written()
    entries[place] = rewritten(
        entries[place], at=BEGAN - timedelta(days=9), recorded=BEGAN - timedelta(days=9)
    )
    assert found(resealed(entries)) == [("backdated", place + 1)]


def test_an_entry_recorded_before_a_checkpoint_that_does_not_cover_it_is_named():
    entries = written()
    after, noon = entries[3].tip(), BEGAN + timedelta(minutes=5)
    assert found(entries[4:], after=after, not_before=entries[4].recorded) == []
    assert found(entries[4:], after=after, not_before=noon) == [("backdated", 5)]


def test_an_entry_dated_after_it_was_recorded_is_named():
    entries = written()
    ahead = entries[5].recorded + TOLERANCE
    entries[5] = rewritten(entries[5], at=ahead)
    assert found(resealed(entries)) == []
    entries[5] = rewritten(entries[5], at=ahead + timedelta(microseconds=1))
    assert found(resealed(entries)) == [("future", 6)]


def test_two_entries_that_changed_places_are_found():
    entries = written()
    entries[2], entries[3] = replace(entries[3], seq=3), replace(entries[2], seq=4)
    assert {seq for _, seq in found(entries)} >= {3, 4}


def test_a_cut_off_end_is_named_when_the_newest_entry_is_known():
    entries = written()
    assert found(entries[:5]) == []
    missing = list(verify_chain(entries[:5], until=entries[-1].tip()))
    assert [(each.code, each.facts) for each in missing] == [("ledger.missing", {"from": 6, "to": 8})]


def test_a_stretch_of_missing_entries_is_one_finding():
    entries = written()
    missing = list(verify_chain([*entries[:2], *entries[6:]]))
    assert [each.facts for each in missing] == [{"from": 3, "to": 6}]


def test_a_sealed_body_that_is_not_canonical_is_found_when_all_is_parsed():
    entry = written(1)[0]
    twice = entry.body.removesuffix("}") + ',"kind":"case.closed"}'
    forged = replace(entry, body=twice, seal=link(entry.prev, twice))
    assert found([forged]) == []
    assert found([forged], thorough=True) == [("unreadable", 1)]


@pytest.mark.parametrize(
    "body",
    [
        "", "{}", "null", "[]", "\ud800", '{"entry":7,"facts":{},"kind":"k","sealed":{}}',
        '{"entry":{"at":"', '{"entry":{"at":"2026-11-22T01:02:03.000000Z","chain":"case-1","recorded":"',
    ],
)  # fmt: skip
def test_a_body_of_another_shape_is_found_and_nothing_breaks(body):
    entries = written()
    entries[1] = replace(entries[1], body=body)
    assert ("unreadable", 2) in found(entries)


def test_a_sealed_body_whose_head_has_another_name_is_found():
    entry = written(1)[0]
    body = entry.body.replace('{"entry":', '{"Entry":')
    assert found([replace(entry, body=body, seal=link(entry.prev, body))]) == [("unreadable", 1)]


def test_a_body_that_says_true_where_the_column_says_one_disagrees():
    entry = written(1)[0]
    body = parse(entry.body)
    forged = canonical({**body, "entry": {**body["entry"], "seq": True}})
    assert found([replace(entry, body=forged, seal=link(entry.prev, forged))]) == [("disagrees", 1)]


@pytest.mark.parametrize("name", ["at", "recorded", "chain", "seq"])
def test_a_body_sealed_with_another_head_than_its_columns_disagrees(name):
    other = {"at": BEGAN - timedelta(1), "recorded": BEGAN + timedelta(1), "chain": "case-2", "seq": 2}
    entry = written(1)[0]
    forged = rewritten(entry, **{name: other[name]})
    columns = replace(forged, chain=entry.chain, seq=1, at=entry.at, recorded=entry.recorded)
    finding = next(verify_chain([columns]))
    shown = instant_text(other[name]) if name in ("at", "recorded") else other[name]
    assert (finding.code, finding.facts["member"], finding.facts["body"]) == ("ledger.disagrees", name, shown)


@given(st.data())
def test_one_character_changed_anywhere_in_a_chain_is_found(data):
    entries = written(4)
    place = data.draw(st.integers(0, 3))
    body = entries[place].body
    at = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.characters().filter(lambda character: character != body[at]))
    entries[place] = replace(entries[place], body=body[:at] + other + body[at + 1 :])
    assert ("changed", place + 1) in found(entries)
