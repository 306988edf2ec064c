"""That a notice was served can be put before a court: what the ledger says of it, for print, and an entry that verifies offline."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import pytest
from test_notices_served import Decided, report
from test_notices_served import _ground as _ground
from test_notices_served import sms as sms

from gateway_ground import Gateway

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

ADDRESS = "https://county.test/open/letters/1/2/"


@pytest.fixture
def set_apart(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    """What is handed to the layout, document by document."""
    from tongban.apps.notices import proof_paper

    said: list[Mapping[str, Any]] = []
    real = proof_paper.typeset

    def typeset(layout: str, values: Mapping[str, object]) -> bytes:
        said.append(values)
        return real(layout, values)

    monkeypatch.setattr(proof_paper, "typeset", typeset)
    return said


def at_the_office(case: Decided) -> Any:
    from datetime import timedelta

    from tongban.apps.acting import Acting
    from tongban.apps.office import office
    from tongban.kernel.commands import Actor, ActorKind, Post

    (loaded,) = office().journal.load(ids=[case.chain])
    actor = Actor(ActorKind.PERSON, "somebody", (Post(loaded.case.home, "clerk"),))
    return Acting(case.at + timedelta(days=7), actor)


def asked(case: Decided) -> Any:
    from tongban.apps.notices.proof_paper import service

    return service(case.number, case.seq, case.row().n, at_the_office(case))


def paper(found: Any, acting: Any) -> bytes:
    from tongban.apps.notices.proof_paper import service_paper
    from tongban.web.resident.codes import qr_svg

    return service_paper(found, ADDRESS, qr_svg(ADDRESS), acting)


def rows(values: Mapping[str, Any]) -> dict[str, str]:
    return dict(values["rows"])


def test_what_a_gateway_proved_is_printed_with_consent_receipt_and_seal_and_verifies_offline(
    sms: Gateway, set_apart: list[Mapping[str, Any]]
) -> None:
    from tongban.apps.notices.proof_paper import service_receipt
    from tongban.apps.proof.checkpoints import public_keys
    from tongban.kernel.ledger.receipt import Verified, verify_receipt

    case = Decided()
    case.agree()
    now = case.send()
    key = str(case.row().sending)
    assert asked(case).code == "notices.no_proof", "nobody has said yet that it arrived"
    assert report(key, "delivered", now) is None
    found = asked(case)
    assert paper(found, at_the_office(case)).startswith(b"%PDF")
    told = rows(set_apart[0])
    assert told["送达的告知"] == case.row().text and "UTC+08:00" in told["送达时间"]
    assert "g-7" in told["根据"] and key in told["根据"]
    assert told["同意电子送达"].endswith("UTC+08:00"), "since when, by the ledger"
    assert (
        found.proof.seal.hex() == told["封印"].replace("\n", "")
        and "就是这个指纹" in told["文字的指纹（SHA-256）"]
    )
    assert set_apart[0]["signs"] == []
    receipt = service_receipt(found, at_the_office(case))
    judged = verify_receipt(receipt, {name: b64decode(key) for name, key in public_keys()})
    assert isinstance(judged, Verified) and judged.facts["message"] == key
    assert json.loads(receipt)["entry"]["seal"] == found.proof.seal.hex()


def test_what_waits_for_paper_has_a_sheet_to_be_signed_and_what_was_handed_over_says_who_and_when(
    sms: Gateway, set_apart: list[Mapping[str, Any]]
) -> None:
    from tongban.apps.notices.proof_paper import service_receipt

    case = Decided()
    case.send()
    waiting = asked(case)
    assert paper(waiting, at_the_office(case)).startswith(b"%PDF")
    assert len(set_apart[0]["signs"]) == 4 and len(set_apart[0]["ways"]) == 4
    assert service_receipt(waiting, at_the_office(case)).code == "notices.no_proof"
    assert case.on_paper() is None
    paper(asked(case), at_the_office(case))
    told = rows(set_apart[1])
    assert told["送达方式"] == "直接送达" and "somebody" in told["根据"] and "同意电子送达" not in told


def test_the_decision_that_was_served_lies_behind_its_proof_whole_and_is_sealed_with_it(
    sms: Gateway, set_apart: list[Mapping[str, Any]]
) -> None:
    from hashlib import sha256

    from tongban.apps.notices.proof_paper import letter_receipt
    from tongban.apps.proof.checkpoints import public_keys
    from tongban.kernel.ledger.receipt import Verified, verify_receipt
    from tongban.store.models import SendingRow

    case = Decided()
    case.agree()
    now = case.send()
    key = str(case.row().sending)
    assert report(key, "delivered", now) is None
    found = asked(case)
    paper(found, at_the_office(case))
    (behind,) = set_apart[0]["letters"]
    assert behind["title"] == "办理决定书" and "居住不满半年。" in str(behind["shows"])
    told, sent = rows(set_apart[0]), SendingRow.objects.get(id=key).text
    assert "办理决定书" in told["送达的文书"] and "一致" in told["文书的指纹（加盐的 SHA-256）"]
    assert told["发出的短信全文"] == sent
    assert told["短信的指纹（SHA-256）"].replace("\n", "").startswith(sha256(sent.encode()).hexdigest())
    (proof,) = case.proofs()
    assert (proof["letter"], proof["letter_digest"]) == ("decided", found.letter.digest)
    keys = {name: b64decode(key) for name, key in public_keys()}
    judged = verify_receipt(letter_receipt(found, at_the_office(case)), keys)
    assert isinstance(judged, Verified) and "居住不满半年。" in str(judged.values["text"])


def test_the_sheet_to_be_signed_carries_the_letter_that_is_handed_over_and_the_proof_names_the_same(
    sms: Gateway, set_apart: list[Mapping[str, Any]]
) -> None:
    case = Decided()
    case.send()
    paper(asked(case), at_the_office(case))
    (handed,) = set_apart[0]["letters"]
    assert case.on_paper() is None
    paper(asked(case), at_the_office(case))
    (proved,) = set_apart[1]["letters"]
    assert handed == proved and "发出的短信全文" not in rows(set_apart[1])


def test_a_letter_whose_text_was_erased_by_law_leaves_its_digest_on_the_proof(
    sms: Gateway, set_apart: list[Mapping[str, Any]]
) -> None:
    from tongban.apps.notices.proof_paper import letter_receipt
    from tongban.store.models import Content

    case = Decided()
    case.send()
    assert case.on_paper() is None
    Content.objects.filter(field="text").delete()
    paper(asked(case), at_the_office(case))
    told = rows(set_apart[0])
    assert set_apart[0]["letters"] == [] and "已依法删除" in told["送达的文书"]
    assert told["文书的指纹（加盐的 SHA-256）"].replace("\n", "") == case.proofs()[0]["letter_digest"]
    assert letter_receipt(asked(case), at_the_office(case)).code == "notices.no_letter"


def test_that_somebody_agrees_or_does_so_no_more_stands_in_the_ledger_once(sms: Gateway) -> None:
    from datetime import timedelta

    from tongban.apps.acting import Acting
    from tongban.apps.notices.choices import say_how
    from tongban.apps.notices.proving import AGREED, agreed_at, noted
    from tongban.apps.office import office
    from tongban.kernel.commands import Actor, ActorKind

    case = Decided()
    case.agree()
    case.agree()
    later = case.at + timedelta(days=1)
    mine = Actor(ActorKind.REQUESTER, owns=frozenset({case.chain}))
    assert say_how(case.number, True, False, Acting(later, mine)) is None
    said = [each.facts()["agreed"] for each in noted(office(), case.chain) if each.kind == AGREED]
    assert said == [True, False]
    assert agreed_at(office(), case.chain, case.at) == case.at
    assert agreed_at(office(), case.chain, later) is None


def test_a_stranger_gets_no_proof(sms: Gateway) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.notices.proof_paper import service
    from tongban.kernel.commands import Actor, ActorKind

    case = Decided()
    case.send()
    stranger = Acting(case.at, Actor(ActorKind.PERSON, "stranger", ()))
    refused: Any = service(case.number, case.seq, case.row().n, stranger)
    assert refused.code == "case.unknown"
