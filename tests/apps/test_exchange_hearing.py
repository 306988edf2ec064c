"""What another county tells: acted on once, or refused with one fixed code, and then nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from exchange_ground import APPLICATION, AT, COUNTY, FAR, NEAR, TALK, Talking
from scenario_ground import ground
from tongban.kernel.exchange.message import Head, Signed, read_head, receipted, sign
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def here(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Talking]:
    for _ in ground(monkeypatch, home):
        yield Talking()


@dataclass
class Changed:
    """A message as the neighbour might have signed it, one thing otherwise."""

    here: Talking

    def head(self, sealed: bytes | None = None, **changed: Any) -> Signed:
        from tongban.apps.exchange.pretended import signer_of

        whole = self.here.message("application", APPLICATION)
        head = read_head(whole.head)
        assert isinstance(head, Head)
        sealed = whole.sealed if sealed is None else sealed
        head = replace(head, sealed=sha256(sealed).hexdigest(), **changed)
        made = sign(head, sealed, self.here.now, (signer_of(head.peer),))
        assert not isinstance(made, Refused)
        return made


def left_behind() -> tuple[int, int, int]:
    from tongban.store.models import CaseRow, EventRow, HeardRow

    return CaseRow.objects.count(), EventRow.objects.count(), HeardRow.objects.count()


def test_a_message_opens_a_case_and_is_receipted(here: Talking) -> None:
    from tongban.apps.exchange.own import signer

    message = here.message("application", APPLICATION)
    answered = here.hears(message)
    head = read_head(message.head)
    assert isinstance(head, Head)
    number = receipted(answered.receipt, head, [signer(COUNTY).verifier()])
    assert isinstance(number, str)
    loaded = here.here.load(number)
    assert loaded is not None and loaded.case.facts["peer"] == NEAR
    assert {"name", "phone", "id_card"} <= loaded.case.given


def test_a_message_that_comes_twice_is_answered_with_the_same_receipt_and_nothing_happens(
    here: Talking,
) -> None:
    first = here.hears(here.message("application", APPLICATION))
    before = left_behind()
    here.later(minutes=5)
    again = here.hears(_same_again(here))
    assert (again.receipt, again.repeated) == (first.receipt, True)
    assert left_behind() == before


def _same_again(here: Talking) -> Signed:
    """The message of the beginning, sent once more now."""
    from tongban.apps.exchange.pretended import signer_of

    then, now = here.now, AT
    here.now = now
    whole = here.message("application", APPLICATION)
    here.now = then
    head = read_head(whole.head)
    assert isinstance(head, Head)
    made = sign(head, whole.sealed, then, (signer_of(NEAR),))
    assert not isinstance(made, Refused)
    return made


def test_a_copy_that_somebody_kept_is_not_taken_later(here: Talking) -> None:
    kept = here.message("application", APPLICATION)
    here.later(minutes=11)
    assert here.refuses(kept) == "exchange.stale"


def test_other_words_under_the_same_number_are_refused(here: Talking) -> None:
    here.hears(here.message("application", APPLICATION))
    other = here.message("application", {**APPLICATION, "item_code": "330800-999"})
    assert here.refuses(other) == "exchange.altered"


def test_what_was_changed_on_its_way_is_refused(here: Talking) -> None:
    whole = here.message("application", APPLICATION)
    before = left_behind()
    for forged in (
        replace(whole, head=whole.head.replace("330800", "330801").replace('"n":1', '"n":2')),
        replace(whole, sealed=whole.sealed[:-1] + b"x"),
        replace(whole, note=here.message("withdrawn", {}).note),
        replace(whole, note="no note"),
    ):
        assert here.refuses(forged) == "exchange.forged"
    assert left_behind() == before


def test_what_another_county_signed_in_the_neighbours_name_is_refused(here: Talking) -> None:
    far = here.message("application", APPLICATION, peer=FAR)
    in_its_name = replace(far, head=far.head.replace(FAR, NEAR))
    assert here.refuses(in_its_name) == "exchange.forged"


def test_a_county_that_is_not_known_or_no_more_is_refused(here: Talking) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.exchange.peers import end
    from tongban.kernel.commands import SYSTEM

    assert here.refuses(Changed(here).head(peer="330801")) == "exchange.stranger"
    assert not isinstance(end(NEAR, "", Acting(AT, SYSTEM)), Refused)
    assert here.refuses(here.message("application", APPLICATION)) == "exchange.stranger"


def test_a_message_for_another_county_is_refused(here: Talking) -> None:
    assert here.refuses(Changed(here).head(to="330801")) == "exchange.not_for_us"


def test_what_was_sealed_for_somebody_else_or_beside_another_head_is_not_read(here: Talking) -> None:
    assert here.refuses(Changed(here).head(sealed=b"x" * 80)) == "exchange.unreadable"
    assert here.refuses(Changed(here).head(n=2)) == "exchange.unreadable"


def test_what_is_too_large_is_not_even_looked_at(here: Talking) -> None:
    whole = here.message("application", APPLICATION)
    assert here.refuses(replace(whole, sealed=bytes(400_001))) == "exchange.too_large"


def test_a_message_of_no_case_is_refused(here: Talking) -> None:
    assert here.refuses(here.message("withdrawn", {})) == "exchange.unknown_conversation"


def test_one_county_cannot_speak_in_the_conversation_of_another(here: Talking) -> None:
    number = here.send_on()
    talk = here.conversation(number)
    far = here.message("accepted", {"promised_day": "2026-03-20"}, talk=talk, peer=FAR)
    assert here.refuses(far) == "exchange.unknown_conversation"
    here.hears(here.message("accepted", {"promised_day": "2026-03-20"}, talk=talk))


def test_a_practice_that_is_not_adopted_here_is_refused(here: Talking) -> None:
    assert here.refuses(Changed(here).head(practice="hotline")) == "exchange.no_practice"


def test_what_overtakes_is_refused_until_the_one_before_has_come(here: Talking) -> None:
    talk = here.conversation(here.send_on())
    second = here.message("decided", {"decision": "refused", "decision_reason": "不符合"}, n=2, talk=talk)
    assert here.refuses(second) == "exchange.out_of_order"
    here.hears(here.message("accepted", {"promised_day": "2026-03-20"}, talk=talk))
    here.hears(second)


def test_a_message_that_no_step_waits_for_is_refused_and_may_come_again_later(here: Talking) -> None:
    talk = here.conversation(here.send_on())
    decided = here.message("decided", {"decision": "refused", "decision_reason": "不符合"}, talk=talk)
    assert here.refuses(decided) == "exchange.no_step"


@pytest.mark.parametrize(
    "fields",
    [
        {"promised_day": "soon"},
        {},
        {"promised_day": "2026-03-20", "extra": "1"},
        {"promised_day": ["2026-03-20"]},
        {"promised_day": {"a": 1}},
    ],
)
def test_what_the_rules_here_do_not_take_is_refused_whole(here: Talking, fields: dict[str, Any]) -> None:
    talk = here.conversation(here.send_on())
    before = left_behind()
    assert here.refuses(here.message("accepted", fields, talk=talk)) == "exchange.not_taken"
    assert left_behind() == before


def test_a_name_beyond_the_basic_plane_comes_as_it_was_sent(here: Talking) -> None:
    from tongban.apps.office import office
    from vault_ground import held

    here.hears(here.message("application", {**APPLICATION, "name": "𠮷野小明"}))
    assert ("name", '"𠮷野小明"') in held(office().journal)


def test_who_signed_what_stands_in_the_ledger_and_nothing_of_the_person(here: Talking) -> None:
    from tongban.store.models import EventRow
    from tongban.store.notes import chain_id

    message = here.message("application", APPLICATION)
    answered = here.hears(message)
    notes = here.here.journal.events(chain_id(COUNTY, f"exchange/{NEAR}"))
    facts = next(each.facts() for each in notes if each.kind == "heard")
    assert (facts["signed"], facts["head"], facts["receipt"]) == (
        message.note,
        message.head,
        answered.receipt,
    )
    bodies = "\n".join(EventRow.objects.values_list("body", flat=True))
    assert "13800138000" not in bodies and "王小明" not in bodies and "11010519491231002X" not in bodies


def test_the_conversation_is_the_one_that_was_begun(here: Talking) -> None:
    here.hears(here.message("application", APPLICATION))
    here.hears(here.message("reminder", {}, n=2))
    assert here.refuses(here.message("reminder", {}, n=2, talk=TALK.replace("8f", "9f"))) == (
        "exchange.unknown_conversation"
    )
