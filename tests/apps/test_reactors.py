"""What follows from events: once, in order, and again without harm."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

import pytest

from desk_ground import Desk
from desk_ground import committed_desk as desk
from resident_ground import asked_back
from tongban.apps import reactors
from tongban.apps.acting import Acting
from tongban.apps.casework import following
from tongban.apps.casework.take import take
from tongban.apps.casework.views import Taken
from tongban.apps.office import office
from tongban.apps.proof.checkpoints import Published, checkpoint, latest, public_keys
from tongban.apps.proof.receipt import receipt
from tongban.apps.reactors import run_once
from tongban.apps.signs.looking import look
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.ledger.receipt import Verified, verify_receipt
from tongban.store.models import PostRow, PublicText

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]


def owner(number: str) -> Acting:
    loaded = office().load(number)
    assert loaded is not None
    return Acting(datetime.now(UTC), Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id})))


def test_a_case_is_published_found_and_provable_after_the_reactors_ran_and_only_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = asked_back(desk, public_consent=True)
    taken = take(number, "answer_callback", {"solved": "yes", "rating": 4, "prompted": False}, owner(number))
    assert isinstance(taken, Taken), taken
    login = PostRow.objects.filter(role="publisher", unit=Desk.home).values_list("person", flat=True)[0]
    desk.step(number, "draft_text", login, public_text="下水道已疏通。")
    desk.step(number, "publish_case", desk.reviewer)

    # A reactor that fails leaves its bookmark where it was; nothing is lost and nothing half done.
    def fails(*_: Any) -> int:
        raise OSError("the disk is away")

    with monkeypatch.context() as broken:
        broken.setattr(reactors, "REACTORS", {**reactors.REACTORS, "publish": fails})
        with pytest.raises(OSError, match="away"):
            run_once()
    assert PublicText.objects.count() == 0

    assert run_once() > 0
    assert PublicText.objects.get().title == "下水道已疏通"
    assert run_once() == 0
    assert PublicText.objects.count() == 1

    # What a receipt proves once the head of the tree is signed needs no promise any more.
    keys = {name: b64decode(key) for name, key in public_keys()}
    before = receipt(number, owner(number))
    assert isinstance(before, str)
    promised = verify_receipt(before, keys)
    assert isinstance(promised, Verified)
    assert promised.pending
    head = checkpoint(datetime.now(UTC))
    assert isinstance(head, Published)
    assert latest() == head
    after = receipt(number, owner(number))
    assert isinstance(after, str)
    proved = verify_receipt(after, keys)
    assert isinstance(proved, Verified)
    assert not proved.pending


def test_who_followed_another_case_is_told_its_outcome_by_a_reactor(desk: Desk) -> None:
    leading, other = desk.dispatched(), desk.register()
    desk.step(other, "merge", desk.clerk, into=leading)
    desk.step(leading, "sign", desk.handler)
    desk.step(leading, "contact", desk.handler, contact_way="phone")
    desk.step(
        leading, "reply", desk.handler, outcome="explained", result="管网改造在排期。", basis="会议纪要"
    )
    desk.step(leading, "approve", desk.reviewer)
    taken = take(
        leading, "answer_callback", {"solved": "yes", "rating": 2, "prompted": False}, owner(leading)
    )
    assert isinstance(taken, Taken), taken
    run_once()
    here = office()
    first, second = here.load(leading), here.load(other)
    assert first is not None
    assert second is not None
    assert first.case.settled_at is not None
    assert second.case.stage == "callback"
    assert second.case.facts["outcome"] == first.case.outcome == "explained"
    assert run_once() == 0


def test_who_followed_another_case_is_told_its_outcome_also_when_somebody_is_quicker_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading the case and storing the step somebody else stores one: the reactor comes again, for no later event would
    bring it back."""
    leading, other = desk.dispatched(), desk.register()
    desk.step(other, "merge", desk.clerk, into=leading)
    desk.step(leading, "sign", desk.handler)
    desk.step(leading, "contact", desk.handler, contact_way="phone")
    desk.step(leading, "reply", desk.handler, outcome="explained", result="在排期。", basis="会议纪要")
    desk.step(leading, "approve", desk.reviewer)
    answers = {"solved": "yes", "rating": 2, "prompted": False}
    assert isinstance(take(leading, "answer_callback", answers, owner(leading)), Taken)
    really, quicker = following.take_loaded, []

    def slow(here: Any, loaded: Any, *rest: Any) -> Any:
        if not quicker and loaded.case.number == other:
            quicker.append(take(other, "remind", {}, desk.acting(desk.supervisor)))
        return really(here, loaded, *rest)

    monkeypatch.setattr(following, "take_loaded", slow)
    run_once()
    assert isinstance(quicker[0], Taken), quicker
    second = office().load(other)
    assert second is not None and second.case.stage == "callback"


def test_the_job_that_looks_for_signs_reads_what_happened_since_and_nothing_twice(desk: Desk) -> None:
    def back(text: str) -> str:
        number = desk.step(desk.dispatched(text), "sign", desk.handler)
        desk.step(number, "contact", desk.handler, contact_way="phone")
        desk.step(number, "reply", desk.handler, outcome="resolved", result=text * 2, basis="现场查看")
        desk.step(number, "approve", desk.reviewer)
        return desk.step(number, "answer_callback", "wangsuzhen", solved="yes", rating=5)

    first = back("菜市场后门的井堵了。")
    now = datetime.now(UTC)
    assert look(now) == 0
    back("过了两天后门的井又堵了。")
    assert look(now) == 2
    assert look(now) == 0
    found = office().load(first)
    assert found is not None
    assert found.case.facts["again"] is True
