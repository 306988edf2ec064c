"""Receipts: verified offline, alone, against published keys."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tongban.kernel.ledger.canonical import canonical, parse
from tongban.kernel.ledger.checkpoint import Checkpoint, Promise, sign_checkpoint, sign_promise
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.ledger.merkle import inclusion_proof, root, subtree_of
from tongban.kernel.ledger.receipt import (
    Disclosed,
    Included,
    Pending,
    Verified,
    check_receipt,
    verify_receipt,
    write_receipt,
)
from tongban.kernel.ledger.seal import START, commit, link, next_entry
from tongban.kernel.refusal import Refused

AT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
SIGNER = Ed25519Signer("tongban.330824", bytes(range(32)))
OTHER = Ed25519Signer("tongban.330824", bytes(32))
KEYS = {SIGNER.key_id: SIGNER.public}
SALTS = {"name": bytes(range(16)), "text": bytes(range(16, 32)), "phone": bytes(16)}
VALUES = {"name": "𠮷田 三", "text": "路灯不亮 💡", "phone": ("13800000000", 1)}
DISCLOSED = {name: Disclosed(VALUES[name], SALTS[name]) for name in ("name", "text")}
ENTRY = next_entry(
    START,
    "330824-1",
    "case.opened",
    AT,
    AT,
    {"category": "lighting"},
    {name: commit(value, SALTS[name]) for name, value in VALUES.items()},
)
LEAF = 6
SEALS = [bytes([n]) * 32 for n in range(11)]
SEALS[LEAF] = ENTRY.seal
CHECKPOINT = Checkpoint("330824", 11, root(SEALS), AT + timedelta(minutes=9), 3)
PROMISE = Promise("330824", ENTRY.seal, AT, AT + timedelta(hours=1))


def included(signer=SIGNER, checkpoint=CHECKPOINT):
    path = inclusion_proof(LEAF, len(SEALS), subtree_of(SEALS))
    return Included(sign_checkpoint(checkpoint, (signer,)), LEAF, path)


def pending(signer=SIGNER, promise=PROMISE):
    return Pending(sign_promise(promise, (signer,)))


RECEIPT = write_receipt(ENTRY, included(), DISCLOSED)
WAITING = write_receipt(ENTRY, pending(), DISCLOSED)


def codes(text, keys=KEYS):
    result = verify_receipt(text, keys)
    return [] if isinstance(result, Verified) else [each.code.removeprefix("ledger.") for each in result]


def edited(text, *path, to):
    def put(value, path):
        if not path:
            return to
        return {**value, path[0]: put(value.get(path[0]), path[1:])}

    return canonical(put(parse(text), path))


@pytest.mark.parametrize(
    ("text", "waits", "covered_by"), [(RECEIPT, False, CHECKPOINT), (WAITING, True, PROMISE)]
)
def test_a_receipt_proves_the_entry_and_the_disclosed_values(text, waits, covered_by):
    assert verify_receipt(text, KEYS) == Verified(
        "330824-1", 1, "case.opened", AT, AT, {"category": "lighting"},
        {"name": "𠮷田 三", "text": "路灯不亮 💡"}, covered_by,
    )  # fmt: skip
    assert verify_receipt(text, KEYS).pending == waits
    assert "13800000000" not in text


def test_a_receipt_may_disclose_nothing():
    assert verify_receipt(write_receipt(ENTRY, included(), {}), KEYS).values == {}


@pytest.mark.parametrize("text", [RECEIPT, WAITING], ids=["included", "pending"])
class TestAReceipt:
    def test_proves_nothing_to_whoever_trusts_other_keys(self, text):
        assert codes(text, {}) == codes(text, {OTHER.key_id: OTHER.public}) == ["signature_unknown"]
        assert codes(text, {SIGNER.key_id: OTHER.public}) == ["signature_wrong"]

    def test_with_an_edited_body_is_found_changed(self, text):
        body = ENTRY.body.replace("lighting", "lightinG")
        assert codes(edited(text, "entry", "body", to=body)) == ["changed"]

    def test_with_body_and_seal_made_to_fit_is_not_in_the_ledger(self, text):
        body = ENTRY.body.replace("lighting", "lightinG")
        forged = edited(text, "entry", "body", to=body)
        forged = edited(forged, "entry", "seal", to=link(ENTRY.prev, body).hex())
        assert codes(forged) == ["not_included" if text is RECEIPT else "other_seal"]

    def test_with_an_edited_value_is_told_which(self, text):
        assert codes(edited(text, "values", "text", "value", to="路灯亮 💡")) == ["value_differs"]
        assert codes(edited(text, "values", "text", "salt", to=bytes(16).hex())) == ["value_differs"]

    def test_with_a_value_the_entry_never_sealed_is_told_which(self, text):
        value = {"salt": bytes(16).hex(), "value": 1}
        assert codes(edited(text, "values", "promise", to=value)) == ["value_unknown"]

    def test_tells_everything_that_is_wrong_with_it(self, text):
        forged = edited(text, "entry", "prev", to="11" * 32)
        forged = edited(forged, "values", "text", "value", to="")
        assert codes(forged, {}) == ["changed", "signature_unknown", "value_differs"]

    @given(data=st.data())
    def test_with_one_character_changed_proves_nothing_else(self, text, data):
        at = data.draw(st.integers(0, len(text) - 1))
        other = data.draw(st.characters().filter(lambda character: character != text[at]))
        assert codes(text[:at] + other + text[at + 1 :]) != []

    @given(data=st.data())
    def test_with_any_member_of_another_shape_is_refused(self, text, data):
        path = data.draw(
            st.sampled_from(
                [(), ("entry",), ("entry", "body"), ("entry", "prev"), ("entry", "seal"), ("entry", "more"),
                 ("format",), ("keys",), ("note",), ("proof",), ("more",), ("values",), ("values", "text"),
                 ("values", "text", "salt"), ("values", "text", "more")]
            )
        )  # fmt: skip
        other = data.draw(st.sampled_from([0, True, "", "zz" * 32, "AB" * 32, (), (1,), {}, {"a": 1}, -1]))
        if path == ("values",) and other == {}:  # discloses less, which is allowed
            return
        assert codes(edited(text, *path, to=other)) != []


def test_the_proof_of_another_leaf_proves_nothing():
    for leaf in (-1, LEAF - 1, LEAF + 1, 11, 2**53 - 1):
        assert codes(edited(RECEIPT, "proof", "leaf", to=leaf)) == ["not_included"]
    assert codes(edited(RECEIPT, "proof", "leaf", to=True)) == ["receipt"]
    path = parse(RECEIPT)["proof"]["path"]
    assert codes(edited(RECEIPT, "proof", "path", to=path[:-1])) == ["not_included"]
    assert codes(edited(RECEIPT, "proof", "path", to=(*path[:-1], path[0]))) == ["not_included"]
    assert codes(edited(RECEIPT, "proof", "path", to=(*path[:-1], path[0].upper()))) == ["receipt"]


def test_a_promise_does_not_pass_for_inclusion_nor_a_checkpoint_for_a_promise():
    assert codes(edited(RECEIPT, "proof", to=None)) == ["promise"]
    assert codes(edited(WAITING, "proof", to=parse(RECEIPT)["proof"])) == ["checkpoint"]


def test_a_promise_for_another_entry_proves_nothing():
    text = write_receipt(ENTRY, pending(promise=replace(PROMISE, seal=bytes(32))), {})
    assert codes(text) == ["other_seal"]


def test_a_checkpoint_forged_with_another_key_of_the_same_name_proves_nothing():
    assert codes(write_receipt(ENTRY, included(OTHER), DISCLOSED)) == ["signature_unknown"]


def test_an_entry_recorded_after_the_checkpoint_that_covers_it_is_told():
    early = replace(CHECKPOINT, at=AT - timedelta(minutes=6))
    assert codes(write_receipt(ENTRY, included(checkpoint=early), {})) == ["future"]


@pytest.mark.parametrize(
    ("entry", "proof", "values", "code"),
    [
        (ENTRY, included(), {"text": Disclosed("other", SALTS["text"])}, "ledger.value_differs"),
        (ENTRY, included(), {"more": Disclosed("other", SALTS["text"])}, "ledger.value_unknown"),
        (ENTRY, included(), {"text": Disclosed(VALUES["text"], b"")}, "ledger.salt"),
        (ENTRY, Pending("no note"), {}, "ledger.note"),
        (replace(ENTRY, body="{"), included(), {}, "ledger.json"),
    ],
)
def test_a_receipt_that_would_not_verify_is_not_written(entry, proof, values, code):
    refusal = write_receipt(entry, proof, values)
    assert isinstance(refusal, Refused)
    assert refusal.code == code


@pytest.mark.parametrize(
    "body", ["", "{}", "[1]", '{"entry":{},"facts":{},"kind":"k","sealed":{}}', '{"a": 1}']
)
def test_a_receipt_of_something_that_is_no_entry_is_refused(body):
    forged = edited(
        edited(RECEIPT, "entry", "body", to=body), "entry", "seal", to=link(ENTRY.prev, body).hex()
    )
    assert "unreadable" in codes(forged)


@pytest.mark.parametrize(
    "text", ["", "null", "{}", "[]", "\0", "\ud800", "[" * 99999, RECEIPT + "\n\n", " " + RECEIPT]
)
def test_what_is_no_receipt_is_refused_and_nothing_breaks(text):
    assert codes(text) == ["receipt"]


def test_another_algorithm_needs_only_a_signer_and_a_verifier():
    class Sealing:
        """Stands for a national algorithm: same shape, other mathematics."""

        algorithm = "reversed"
        key_id = "tongban.330824+0a0b0c0d"

        def sign(self, message):
            return message[::-1]

        def verify(self, message, signature):
            return signature == message[::-1]

    text = write_receipt(ENTRY, included(Sealing()), DISCLOSED)
    assert isinstance(check_receipt(text, (Sealing(),)), Verified)
    assert codes(text) == ["signature_unknown"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_end_as_a_shell_writes_it_does_no_harm(end):
    assert codes(RECEIPT + end) == codes(RECEIPT) == []
