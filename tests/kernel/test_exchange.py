"""Messages between counties: what is signed cannot be changed, what is sealed opens for one, what is numbered keeps its order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tongban.kernel.case import Talk
from tongban.kernel.events import Heard, Told
from tongban.kernel.exchange.message import (
    Head,
    Receipt,
    Signed,
    genuine,
    read_head,
    receipted,
    sign,
)
from tongban.kernel.exchange.sealing import public_of, seal, unseal
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.ledger.note import sign_note
from tongban.kernel.procedure.telling import talked
from tongban.kernel.refusal import Refused

NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
HERE = Ed25519Signer("tongban.330822.exchange", b"h" * 32)
THERE = Ed25519Signer("tongban.330825.exchange", b"t" * 32)
READER = b"r" * 32
CONVERSATION = "8f1b1f4e-6f1f-5a1e-9b57-1f0c5b0f9d11"
SEALED = b"sealed"


def head_of(sealed: bytes = SEALED, **changed: object) -> Head:
    made = Head(
        "330825",
        "330822",
        CONVERSATION,
        1,
        "across",
        "application",
        "2026000017",
        "2026-11-29T02:00:00.000000Z",
        sha256(sealed).hexdigest(),
    )
    return replace(made, **changed)


def signed_now(head: Head, at: datetime = NOW, by: Ed25519Signer = THERE) -> Signed:
    made = sign(head, SEALED, at, (by,))
    assert not isinstance(made, Refused)
    return made


def judged(signed: Signed, head: Head, now: datetime = NOW) -> str:
    found = genuine(signed, head, [THERE.verifier()], now)
    return found.code if isinstance(found, Refused) else "believed"


def test_a_message_that_its_county_just_signed_is_believed() -> None:
    assert judged(signed_now(head_of()), head_of()) == "believed"


@pytest.mark.parametrize(
    "changed",
    [{"n": 2}, {"message": "withdrawn"}, {"to": "330802"}, {"number": "2026000018"}, {"practice": "other"}],
)
def test_not_one_word_of_the_head_can_be_changed(changed: dict[str, object]) -> None:
    assert judged(signed_now(head_of()), head_of(**changed)) == "exchange.forged"


def test_what_is_carried_cannot_be_exchanged() -> None:
    signed = signed_now(head_of())
    assert judged(Signed(signed.note, signed.head, b"other"), head_of()) == "exchange.forged"


def test_a_message_signed_by_another_county_or_as_another_note_is_not_believed() -> None:
    assert judged(signed_now(head_of(), by=HERE), head_of()) == "exchange.forged"
    receipt = sign_note(
        Receipt("330825", "330822", CONVERSATION, 1, head_of().digest, NOW, "1").text, (THERE,)
    )
    assert isinstance(receipt, str)
    assert judged(Signed(receipt, head_of().text, SEALED), head_of()) == "exchange.forged"


@pytest.mark.parametrize(
    ("minutes", "found"), [(10, "believed"), (11, "exchange.stale"), (-11, "exchange.stale")]
)
def test_an_old_copy_is_not_believed_again(minutes: int, found: str) -> None:
    assert judged(signed_now(head_of()), head_of(), NOW + timedelta(minutes=minutes)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        head_of().text.replace(":1,", ":1.0,"),
        head_of().text + " ",
        head_of(n=0).text,
        head_of(conversation="x").text,
        head_of(message="two words").text,
        head_of(number="1\n2").text,
        "[" * 3_000,
    ],
)
def test_a_head_is_written_in_one_way(text: str) -> None:
    found = read_head(text)
    assert isinstance(found, Refused) and found.code == "exchange.shape"


def test_a_head_that_is_read_is_the_one_that_was_written_and_a_long_one_is_not_read() -> None:
    assert read_head(head_of().text) == head_of()
    long = read_head(" " * 5_000)
    assert isinstance(long, Refused) and long.code == "exchange.too_large"


def test_a_receipt_holds_for_its_message_alone() -> None:
    said = Receipt("330822", "330825", CONVERSATION, 1, head_of().digest, NOW, "2026000099")
    text = sign_note(said.text, (HERE,))
    assert isinstance(text, str)
    assert receipted(text, head_of(), [HERE.verifier()]) == "2026000099"
    for receipt, head, verifier in (
        (text, head_of(n=2), HERE),
        (text, head_of(), THERE),
        (text.replace("2026000099", "2026000098"), head_of(), HERE),
        ("", head_of(), HERE),
    ):
        found = receipted(receipt, head, [verifier.verifier()])
        assert isinstance(found, Refused) and found.code == "exchange.receipt"


@given(st.binary(max_size=300), st.binary(min_size=32, max_size=32), st.binary(max_size=40))
def test_what_is_sealed_opens_for_its_reader_beside_its_head(
    plain: bytes, once: bytes, beside: bytes
) -> None:
    sealed = seal(plain, public_of(READER), once, beside)
    assert not isinstance(sealed, Refused)
    assert unseal(sealed, READER, beside) == plain
    assert plain == b"" or plain not in sealed or len(plain) < 4
    for secret, at, text in (
        (b"x" * 32, beside, sealed),
        (READER, beside + b"!", sealed),
        (READER, beside, sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (READER, beside, sealed[:31]),
    ):
        found = unseal(text, secret, at)
        assert isinstance(found, Refused) and found.code == "exchange.unreadable"


@pytest.mark.parametrize("key", [b"", b"k" * 31, bytes(32)])
def test_a_key_that_would_hide_nothing_is_refused(key: bytes) -> None:
    found = seal(b"", key, b"o" * 32, b"")
    assert isinstance(found, Refused) and found.code == "exchange.sealing_key"


def test_each_county_of_a_case_has_its_own_numbers() -> None:
    talks: tuple[Talk, ...] = ()
    for what in (
        Told("330825", "a", 1, "application"),
        Told("330802", "b", 1, "licence_asked"),
        Heard("330825", "a", 1, "accepted", "", "2026000099"),
        Told("330825", "a", 2, "reminder"),
    ):
        talks = talked(talks, what)
    assert {each.peer: (each.id, each.sent, each.heard, each.number) for each in talks} == {
        "330825": ("a", 2, 1, "2026000099"),
        "330802": ("b", 1, 0, ""),
    }
