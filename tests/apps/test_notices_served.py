"""A notice with legal weight is proved: by a gateway's signed word where the requester agreed to it, else by who handed it over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway_ground import Gateway, gateway
from scenario_ground import FOLDERS, ground, told

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
PRACTICE, STORY, NOTICE = "service_item", "03-decided-on-the-spot.yaml", "refused"


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


@pytest.fixture
def sms(settings: Any) -> Iterator[Gateway]:
    with gateway() as found:
        settings.TONGBAN_CHANNELS = {"sms": found.sms, "sms.receipts": SECRET}
        yield found


class Decided:
    """A case in which an application was refused; that decision is to be served."""

    def __init__(self, folder: Path | None = None) -> None:
        from tongban.apps.office import office
        from tongban.apps.rungs import Apps
        from tongban.store.models import NoticeRow

        own = next(each for each in FOLDERS if each.name == PRACTICE)
        assert told(folder or own, STORY, Apps) == []
        row = NoticeRow.objects.get(notice=NOTICE)
        self.chain, self.seq, self.at = str(row.chain), row.seq, row.at
        (loaded,) = office().journal.load(ids=[self.chain])
        self.number = loaded.case.number

    def agree(self) -> None:
        from tongban.apps.acting import Acting
        from tongban.apps.notices.choices import say_how
        from tongban.kernel.commands import Actor, ActorKind

        mine = Actor(ActorKind.REQUESTER, owns=frozenset({self.chain}))
        assert say_how(self.number, True, True, Acting(self.at, mine)) is None

    def send(self, after: timedelta = timedelta(0)) -> datetime:
        from tongban.apps.notices.sending import send_due
        from tongban.apps.office import office
        from tongban.kernel.clock.quiet import awake

        now = awake(office().county.calendar, self.at) + timedelta(minutes=1) + after
        send_due(now)
        return now

    def row(self) -> Any:
        from tongban.store.models import DeliveryRow

        return DeliveryRow.objects.get(chain=self.chain, seq=self.seq, served=True)

    def proofs(self) -> list[Any]:
        from tongban.apps.notices.proving import proofs
        from tongban.apps.office import office

        return [each.facts() for each in proofs(office(), self.chain)]

    def on_paper(
        self, way: str = "in_person", day: str = "", person: str = "", after: timedelta = timedelta(hours=1)
    ) -> Any:
        from tongban.apps.acting import Acting
        from tongban.apps.notices.serving import serve_on_paper
        from tongban.apps.office import office
        from tongban.kernel.clock import local_date
        from tongban.kernel.commands import Actor, ActorKind, Post

        (loaded,) = office().journal.load(ids=[self.chain])
        kind = office().procedure(loaded.case.adoption).kinds[loaded.case.kind]
        role = next(
            who.role for step in kind.steps.values() for who in step.by if who.relation.value == "home"
        )
        posts = () if person == "stranger" else (Post(loaded.case.home, role),)
        actor = Actor(ActorKind.PERSON, person or "somebody", posts)
        now = self.at + after
        given = day or local_date(now).isoformat()
        row = self.row()
        return serve_on_paper(self.number, row.seq, row.n, way, given, Acting(now, actor))


def report(key: str, state: str, now: datetime) -> Any:
    import json

    from tongban.apps.notices.receipts import hear_receipt, signature_of

    body = json.dumps({"key": key, "state": state, "receipt": "g-7"}).encode()
    at = str(int(now.timestamp()))
    return hear_receipt("sms", "m", at, signature_of(SECRET, "m", at, body), body, now)


def test_without_consent_it_waits_for_paper_and_who_hands_it_over_is_in_the_ledger(sms: Gateway) -> None:
    case = Decided()
    case.send()
    assert case.row().dropped == "paper" and case.row().sending is None
    assert case.on_paper() is None
    (proof,) = case.proofs()
    assert (proof["way"], proof["by"], proof["notice"]) == ("in_person", "somebody", NOTICE)
    assert len(str(proof["text"])) == 64 and case.row().dropped == "served"
    again = case.on_paper()
    assert again is not None and again.code == "notices.not_waiting" and len(case.proofs()) == 1


def test_with_consent_only_what_is_delivered_counts_and_it_counts_once(sms: Gateway) -> None:
    case = Decided()
    case.agree()
    now = case.send()
    key = str(case.row().sending)
    assert case.proofs() == [] and case.row().dropped == ""
    assert report(key, "delivered", now) is None and report(key, "delivered", now) is None
    (proof,) = case.proofs()
    assert (proof["way"], proof["message"], proof["receipt"]) == ("sms", key, "g-7")


def test_the_message_by_which_a_decision_is_served_says_that_a_letter_is_there(sms: Gateway) -> None:
    from tongban.store.models import SendingRow

    case = Decided()
    case.agree()
    case.send()
    said = SendingRow.objects.get(id=case.row().sending).text
    assert "有文书送达给您" in said and "没有批准" not in said, "and not what it decides"


def test_on_the_demos_telephone_what_was_sent_arrives_a_round_later_and_is_proved(settings: Any) -> None:
    settings.DEBUG, settings.TONGBAN_CHANNELS = True, {}
    case = Decided()
    case.agree()
    case.send()
    assert case.proofs() == []
    case.send(timedelta(minutes=1))
    (proof,) = case.proofs()
    assert (proof["way"], proof["message"]) == ("sms", str(case.row().sending))


def remedied(tmp_path: Path) -> Path:
    """The practice with a step that begins when the refusal was served."""
    import shutil

    own = next(each for each in FOLDERS if each.name == PRACTICE)
    folder = Path(shutil.copytree(own, tmp_path / PRACTICE))
    procedure = folder / "procedure" / "application.yaml"
    text = procedure.read_text("utf-8")
    stage, step = "  refused: {phase: done, settled: true}\n", "\n  revoke:\n"
    assert stage in text and step in text
    text = text.replace(stage, stage + "  refusal_served: {phase: done, settled: true}\n")
    begins = "\n  begin_remedy:\n    from: [refused]\n    to: refusal_served\n    by: [system]\n    on: served\n    of: refused\n"
    procedure.write_text(text.replace(step, begins + step), "utf-8")
    return folder


def test_a_step_that_waits_for_the_service_follows_from_it_once(sms: Gateway, tmp_path: Path) -> None:
    """So a limit may begin on the day on which the decision reached them, and not on that on which it was made."""
    from tongban.apps.office import office

    case = Decided(remedied(tmp_path))
    case.send()
    assert case.on_paper() is None
    (loaded,) = office().journal.load(ids=[case.chain])
    assert (loaded.case.stage, loaded.case.counts["begin_remedy"]) == ("refusal_served", 1)


def test_a_limit_begins_with_the_day_of_service_and_not_with_that_on_which_it_was_put_down(
    sms: Gateway, tmp_path: Path
) -> None:
    from tongban.apps.office import office
    from tongban.kernel.clock import local_date

    case = Decided(remedied(tmp_path))
    case.send()
    served = local_date(case.at + timedelta(days=2))
    assert case.on_paper(day=served.isoformat(), after=timedelta(days=6)) is None
    (loaded,) = office().journal.load(ids=[case.chain])
    assert loaded.case.stage == "refusal_served"
    assert loaded.case.stage_since is not None and local_date(loaded.case.stage_since) == served


def test_nothing_was_served_before_it_was_there(sms: Gateway, tmp_path: Path) -> None:
    from tongban.apps.office import office
    from tongban.kernel.clock import local_date

    case = Decided(remedied(tmp_path))
    case.send()
    assert case.on_paper(day=local_date(case.at).isoformat(), after=timedelta(days=6)) is None
    (loaded,) = office().journal.load(ids=[case.chain])
    assert loaded.case.stage_since is not None and loaded.case.stage_since >= case.at


def test_that_it_was_served_is_not_written_while_others_are_at_the_case_so_that_it_is_said_again(
    sms: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.notices import serving
    from tongban.apps.office import office
    from tongban.kernel.refusal import Refused, RefusedError

    case = Decided(remedied(tmp_path))
    case.send()
    with monkeypatch.context() as others:
        others.setattr(serving, "take_loaded", lambda *_: Refused("step.conflict"))
        with pytest.raises(RefusedError):
            case.on_paper()
    assert case.proofs() == [] and case.row().dropped == "paper"
    assert case.on_paper() is None
    (loaded,) = office().journal.load(ids=[case.chain])
    assert loaded.case.stage == "refusal_served" and len(case.proofs()) == 1


def test_it_was_served_also_where_the_practice_lets_nothing_follow_from_it(
    sms: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.notices import serving
    from tongban.kernel.refusal import Refused

    case = Decided(remedied(tmp_path))
    case.send()
    monkeypatch.setattr(serving, "take_loaded", lambda *_: Refused("step.guard"))
    assert case.on_paper() is None
    assert len(case.proofs()) == 1 and case.row().dropped == "served"


def test_what_did_not_arrive_goes_on_paper(sms: Gateway) -> None:
    case = Decided()
    case.agree()
    now = case.send()
    assert report(str(case.row().sending), "failed", now) is None
    assert case.row().dropped == "paper" and case.proofs() == []


def test_what_nobody_reports_for_three_days_goes_on_paper(sms: Gateway) -> None:
    from tongban.apps.notices.serving import paper_due

    case = Decided()
    case.agree()
    case.send()
    paper_due(case.send(timedelta(days=2)))
    assert case.row().dropped == ""
    paper_due(case.send(timedelta(days=3, minutes=1)))
    assert case.row().dropped == "paper"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"way": "by_pigeon"}, "notices.service"),
        ({"day": "2019-01-01"}, "notices.service"),
        ({"day": "2199-01-01"}, "notices.service"),
        ({"day": "soon"}, "notices.service"),
        ({"person": "stranger"}, "people.not_your_case"),
    ],
)
def test_service_that_cannot_have_been_is_not_put_down(
    sms: Gateway, given: dict[str, str], code: str
) -> None:
    case = Decided()
    case.send()
    refused = case.on_paper(**given)
    assert refused is not None and refused.code == code and case.proofs() == []
