"""Receipts: what a resident can hold against the office without asking it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from desk_ground import TEXT, Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.numbers import written
from tongban.apps.office import office
from tongban.apps.proof.checkpoints import latest, public_keys
from tongban.apps.proof.proving import inclusion
from tongban.apps.proof.receipt import receipt
from tongban.kernel.commands import ANYBODY, Actor, ActorKind
from tongban.kernel.ledger.receipt import Verified, verify_receipt
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


def keys() -> dict[str, bytes]:
    return {name: b64decode(key) for name, key in public_keys()}


def owner_of(number: str) -> Acting:
    loaded = office().load(number)
    assert loaded is not None
    return Acting(datetime.now(UTC), Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id})))


def given(number: str, acting: Acting) -> str:
    text = receipt(number, acting)
    assert isinstance(text, str), text
    return text


def test_a_residents_receipt_verifies_offline_and_holds_their_own_words(desk: Desk) -> None:
    number = desk.register()
    found = verify_receipt(given(written(number), owner_of(number)), keys())
    assert isinstance(found, Verified), found
    opened = found.facts["opened"]
    assert isinstance(opened, Mapping)
    assert opened["number"] == number
    assert TEXT in found.values.values()


def test_a_receipt_holds_nothing_of_who_asked(desk: Desk) -> None:
    text = given(desk.register(name="欧阳小明"), desk.acting(desk.clerk))
    assert "13812345678" not in text
    assert "欧阳" not in text


def test_a_receipt_with_one_word_changed_or_by_another_key_proves_nothing(desk: Desk) -> None:
    number = desk.register()
    text = given(number, owner_of(number))
    forged = text.replace("城东菜市场", "城西菜市场", 1)
    assert forged != text
    assert not isinstance(verify_receipt(forged, keys()), Verified)
    assert not isinstance(verify_receipt(text, {name: bytes(32) for name in keys()}), Verified)


def test_to_others_the_case_does_not_exist(desk: Desk) -> None:
    number, other = desk.register(), desk.register()
    for acting in (Acting(datetime.now(UTC), ANYBODY), owner_of(other)):
        refused = receipt(number, acting)
        assert isinstance(refused, Refused)
        assert refused.code == "case.unknown"
    mistyped = receipt(number[:-1] + str((int(number[-1]) + 1) % 10), owner_of(number))
    assert isinstance(mistyped, Refused)
    assert mistyped.code == "case.number_mistyped"


def test_staff_who_may_not_see_the_case_get_neither_receipt_nor_proof(desk: Desk) -> None:
    number = desk.dispatched()
    for ask in (receipt, lambda number, acting: inclusion(number, 1, acting)):
        refused = ask(number, desk.acting(desk.other_handler))
        assert isinstance(refused, Refused) and refused.code == "case.unknown"
        for allowed in (desk.handler, desk.clerk, desk.supervisor):
            assert not isinstance(ask(number, desk.acting(allowed)), Refused)


def test_there_is_no_head_before_the_first_checkpoint(desk: Desk) -> None:
    assert latest() is None
