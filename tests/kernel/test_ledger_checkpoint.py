"""Signed notes, checkpoints and promises; and the ledger held against its checkpoints."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tongban.kernel.ledger.audit import Leaf, verify_leaves
from tongban.kernel.ledger.checkpoint import (
    Checkpoint,
    Promise,
    read_checkpoint,
    sign_checkpoint,
    sign_promise,
    verify_checkpoint,
    verify_promise,
)
from tongban.kernel.ledger.ed25519 import Ed25519Signer, Ed25519Verifier, key_id
from tongban.kernel.ledger.merkle import root
from tongban.kernel.ledger.note import read_note, sign_note, verify_note
from tongban.kernel.refusal import Refused

AT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
SIGNER = Ed25519Signer("tongban.330824", bytes(range(32)))
OTHER = Ed25519Signer("witness.3308", bytes(32))
TRUSTED = (SIGNER.verifier(),)
SEALS = [sha256(bytes([n])).digest() for n in range(30)]
CHECKPOINT = Checkpoint("330824", 12, root(SEALS[:12]), AT, 5)
PROMISE = Promise("330824", SEALS[0], AT, AT + timedelta(hours=1))
NOTE = sign_checkpoint(CHECKPOINT, (SIGNER,))


class Spoofed:
    """Signs under somebody else's name."""

    algorithm = "ed25519"
    key_id = SIGNER.key_id

    def sign(self, message):
        return OTHER.sign(message)


def codes(findings):
    return [finding.code.removeprefix("ledger.") for finding in findings]


def test_a_checkpoint_is_the_text_written_down_for_ever():
    head = b64encode(CHECKPOINT.root).decode()
    text = f"tongban.ledger/330824\n12\n{head}\nat 2026-11-22T01:02:03.000000Z\nprevious 5\n"
    signature = b64encode(bytes.fromhex(SIGNER.key_id[-8:]) + SIGNER.sign(text.encode())).decode()
    assert f"{text}\n— tongban.330824 {signature}\n" == NOTE
    assert read_checkpoint(NOTE) == verify_checkpoint(NOTE, TRUSTED) == CHECKPOINT


def test_a_key_is_named_as_the_signed_note_standard_says():
    # The key of the Go checksum database.
    public = bytes.fromhex("ce3372d75ad1ee5ecdaf8727293d4b111d87eb37531d7c86d4d3003f0eb809fc")
    assert key_id("sum.golang.org", public) == "sum.golang.org+033de0ae"


def test_ed25519_signs_as_rfc_8032_says():
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    signer = Ed25519Signer("test", secret)
    assert signer.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signer.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )
    assert "9d61" not in repr(signer)
    assert secret.hex() not in repr(signer)


@given(st.data())
def test_one_character_changed_in_a_signed_checkpoint_is_refused(data):
    at = data.draw(st.integers(0, len(NOTE) - 1))
    other = data.draw(st.characters().filter(lambda character: character != NOTE[at]))
    assert isinstance(verify_checkpoint(NOTE[:at] + other + NOTE[at + 1 :], TRUSTED), Refused)


def test_a_checkpoint_signed_by_an_unknown_key_is_refused():
    note = sign_checkpoint(CHECKPOINT, (OTHER,))
    assert verify_checkpoint(note, TRUSTED).code == "ledger.signature_unknown"
    assert verify_checkpoint(NOTE, ()).code == "ledger.signature_unknown"


def test_a_checkpoint_signed_in_the_name_of_a_known_key_is_refused():
    for signers in [(Spoofed(),), (Spoofed(), SIGNER), (SIGNER, Spoofed())]:
        note = sign_checkpoint(CHECKPOINT, signers)
        assert verify_checkpoint(note, TRUSTED).code == "ledger.signature_wrong"


def test_a_trusted_key_does_not_lend_its_name_to_another():
    note = sign_checkpoint(CHECKPOINT, (Spoofed(),))
    mistyped = Ed25519Verifier(SIGNER.key_id, OTHER.public)
    assert verify_checkpoint(note, (mistyped,)).code == "ledger.signature_wrong"
    assert (
        verify_checkpoint(NOTE, (Ed25519Verifier(SIGNER.key_id, b"short"),)).code == "ledger.signature_wrong"
    )


def test_a_witness_may_sign_beside_the_county():
    note = sign_checkpoint(CHECKPOINT, (SIGNER, OTHER))
    assert verify_checkpoint(note, TRUSTED) == verify_checkpoint(note, (OTHER.verifier(),)) == CHECKPOINT
    assert verify_note(read_note(note), (OTHER.verifier(), *TRUSTED)) == (SIGNER.key_id, OTHER.key_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"county": ""}, {"county": "a b"}, {"county": "a\n1"}, {"size": -1}, {"size": 4},
        {"previous_size": -1}, {"root": bytes(31)},
        {"at": AT.replace(tzinfo=None)}, {"size": 2**60}, {"county": "衢州"},
    ],
)  # fmt: skip
def test_a_checkpoint_that_could_not_be_read_back_is_not_signed(changes):
    assert isinstance(sign_checkpoint(replace(CHECKPOINT, **changes), (SIGNER,)), Refused)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n12\n", "\n012\n"), ("\n12\n", "\n+12\n"), ("\n12\n", "\n١٢\n"), ("\nat ", "\nAt "),
        ("previous 5", "previous 13"), ("previous 5\n", "previous 5\nmore\n"), ("03.000000Z", "03Z"),
        ("tongban.ledger/", "tongban.promise/"), ("=\n", "\n"),
    ],
)  # fmt: skip
def test_a_checkpoint_spelt_otherwise_is_refused_even_when_signed(old, new):
    text = read_note(NOTE).text
    assert old in text
    note = sign_note(text.replace(old, new), (SIGNER,))
    assert verify_checkpoint(note, TRUSTED).code == "ledger.checkpoint"


@pytest.mark.parametrize(
    "note",
    [
        "", "\n", "\n\n", "text", "text\n", "text\n\n", "text\n\n— name\n", "text\n\n— name AAAA\n",
        "a\n\nb\n\n— n AAAAAAA=\n",
        "text\n\n— name AAAAAAA\n", "text\n\n- name AAAAAAA=\n", "text\n\n— name AAAAAAA=",
        "te\0xt\n\n— name AAAAAAA=\n",
        "text\n\n— name AAAAAAB=\n", "te\rxt\n\n— name AAAAAAA=\n", "\ud800\n\n— name AAAAAAA=\n",
    ],
)  # fmt: skip
def test_what_is_not_a_signed_note_is_refused(note):
    assert read_note(note).code == "ledger.note"
    assert isinstance(verify_checkpoint(note, TRUSTED), Refused)


@pytest.mark.parametrize("text", ["", "no newline", "a\n\nb\n", "\n", "tab\t\n"])
def test_a_text_that_cannot_stand_in_a_note_is_not_signed(text):
    assert sign_note(text, (SIGNER,)).code == "ledger.note"


def test_a_note_needs_a_signer_with_a_proper_name():
    assert sign_note("text\n", ()).code == "ledger.note"
    assert sign_note("text\n", (Ed25519Signer("two words", bytes(32)),)).code == "ledger.key_id"


def test_a_promise_is_read_back_when_a_trusted_key_signed_it():
    note = sign_promise(PROMISE, (SIGNER,))
    assert verify_promise(note, TRUSTED) == PROMISE
    assert verify_promise(note, (OTHER.verifier(),)).code == "ledger.signature_unknown"
    assert verify_promise(note + "x", TRUSTED).code == "ledger.note"


def test_a_promise_does_not_pass_for_a_checkpoint_nor_the_other_way_round():
    assert verify_checkpoint(sign_promise(PROMISE, (SIGNER,)), TRUSTED).code == "ledger.checkpoint"
    assert verify_promise(NOTE, TRUSTED).code == "ledger.promise"


@pytest.mark.parametrize(
    "changes", [{"due": AT - timedelta(1)}, {"seal": b""}, {"county": "/"}, {"at": AT.replace(tzinfo=None)}]
)
def test_a_promise_that_could_not_be_read_back_is_not_signed(changes):
    assert isinstance(sign_promise(replace(PROMISE, **changes), (SIGNER,)), Refused)


def leaf(n):
    return Leaf(SEALS[n], AT + timedelta(minutes=10 * n), f"case-{n % 3}", n // 3 + 1)


def gathered(size, previous):
    """The checkpoint made right after leaf ``size - 1`` was recorded."""
    at = leaf(size - 1).recorded + timedelta(seconds=1)
    return Checkpoint("330824", size, root(SEALS[:size]), at, previous)


HISTORY = [gathered(8, 0), gathered(9, 8), gathered(20, 9)]
ALL = [leaf(n) for n in range(30)]


def test_a_ledger_fits_its_own_checkpoints():
    assert codes(verify_leaves(ALL, HISTORY)) == []
    assert codes(verify_leaves(ALL, [])) == []
    assert codes(verify_leaves(ALL, HISTORY[1:])) == []
    again = replace(HISTORY[2], at=HISTORY[2].at + timedelta(minutes=1), previous_size=20)
    assert codes(verify_leaves(ALL, [*HISTORY, again])) == []


@pytest.mark.parametrize("place", range(20))
@pytest.mark.parametrize(
    "attack",
    [
        lambda leaves, n: leaves[:n] + leaves[n + 1 :],
        lambda leaves, n: [*leaves[:n], leaves[n + 1], leaves[n], *leaves[n + 2 :]],
        lambda leaves, n: [*leaves[:n], leaves[29], *leaves[n:]],
        lambda leaves, n: [*leaves[:n], leaves[n]._replace(seal=bytes(32)), *leaves[n + 1 :]],
    ],
    ids=["dropped", "swapped", "slipped in", "resealed"],
)
def test_a_leaf_tampered_with_is_told_by_the_first_checkpoint_after_it(place, attack):
    findings = list(verify_leaves(attack(ALL, place), HISTORY, lag=timedelta(days=1)))
    covering = next(checkpoint for checkpoint in HISTORY if place < checkpoint.size)
    assert codes(findings) == ["checkpoint_differs"]
    assert findings[0].facts == {
        "size": covering.size, "from": covering.previous_size, "to": covering.size - 1,
    }  # fmt: skip


def test_leaves_after_the_last_checkpoint_are_bound_by_no_head():
    assert codes(verify_leaves([*ALL[:20], *reversed(ALL[20:])], HISTORY)) == []


@pytest.mark.parametrize("left", [0, 1, 8, 19])
def test_a_ledger_cut_short_is_told(left):
    findings = list(verify_leaves(ALL[:left], HISTORY))
    assert codes(findings) == ["short"]
    assert findings[0].facts["found"] == left


def test_a_leaf_recorded_before_a_checkpoint_that_does_not_cover_it_is_named():
    early = HISTORY[1].at - timedelta(minutes=5)
    for recorded, expected in [(early, []), (early - timedelta(microseconds=1), ["backdated"])]:
        leaves = [*ALL[:12], ALL[12]._replace(recorded=recorded), *ALL[13:]]
        findings = list(verify_leaves(leaves, HISTORY))
        assert codes(findings) == expected
        assert all((each.chain, each.seq) == ("case-0", 5) for each in findings)


def test_a_leaf_recorded_after_a_checkpoint_that_covers_it_is_named():
    late = HISTORY[0].at + timedelta(minutes=6)
    findings = list(verify_leaves([*ALL[:3], ALL[3]._replace(recorded=late), *ALL[4:]], HISTORY))
    assert [(each.code, each.chain, each.seq) for each in findings] == [("ledger.future", "case-0", 2)]


def test_a_leaf_back_dated_behind_the_last_checkpoint_is_named():
    leaves = [*ALL[:25], ALL[25]._replace(recorded=AT), *ALL[26:]]
    assert codes(verify_leaves(leaves, HISTORY)) == ["backdated"]


@pytest.mark.parametrize(
    "changes",
    [{"previous_size": 8}, {"county": "330825"}, {"at": AT}, {"size": 9, "previous_size": 9}, {"size": 2}],
)
def test_checkpoints_that_do_not_follow_one_another_are_told(changes):
    wrong = replace(HISTORY[2], **changes)
    assert "checkpoint_order" in codes(verify_leaves(ALL, [*HISTORY[:2], wrong]))


def test_dates_at_the_edge_of_the_calendar_break_nothing():
    edge = replace(HISTORY[0], at=datetime.min.replace(tzinfo=UTC))
    assert codes(verify_leaves(ALL[:8], [edge])) == ["future"] * 8
    edge = replace(HISTORY[0], at=datetime.max.replace(tzinfo=UTC))
    assert codes(verify_leaves(ALL[:8], [edge])) == []
