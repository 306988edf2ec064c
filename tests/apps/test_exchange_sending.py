"""What is told another county: made once, sent in order, tried again with longer waits, given up where it can be seen."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from exchange_ground import COUNTY, NEAR, WHO, Talking
from scenario_ground import ground
from tongban.kernel.exchange.message import Head, Receipt, Signed, genuine, read_head
from tongban.kernel.exchange.sealing import unseal
from tongban.kernel.ledger.note import sign_note
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


class Door(HTTPServer):
    """The neighbour's door: it says what the test lets it say, and keeps what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.code = ""
        """What it refuses with; "" to sign for what comes."""
        self.wrongly = False
        self.came: list[Signed] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answering(BaseHTTPRequestHandler):
    server: Door

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        message = Signed(body["note"], body["head"], b64decode(body["sealed"]))
        self.server.came.append(message)
        if self.server.code:
            self._say(409, {"code": self.server.code})
        else:
            self._say(200, {"receipt": self._receipt(message), "repeated": False})

    def _receipt(self, message: Signed) -> str:
        from tongban.apps.exchange.pretended import signer_of

        head = read_head(message.head)
        assert isinstance(head, Head)
        digest = "0" * 64 if self.server.wrongly else head.digest
        at = Talking.begins
        said = Receipt(NEAR, COUNTY, head.conversation, head.n, digest, at, "P0001")
        note = sign_note(said.text, (signer_of(NEAR),))
        assert isinstance(note, str)
        return note

    def _say(self, status: int, said: dict[str, Any]) -> None:
        text = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written among the tests."""


@pytest.fixture
def here(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Talking]:
    for _ in ground(monkeypatch, home):
        yield Talking()


@pytest.fixture
def door(here: Talking) -> Iterator[Door]:
    from tongban.store.models import PeerRow

    server = Door()
    PeerRow.objects.filter(code=NEAR).update(address=server.address)
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


def waiting() -> list[tuple[int, int, str, bool, bool]]:
    """Number, tries, why, whether it is tried again, whether it was received."""
    from tongban.store.models import ToldRow

    rows = ToldRow.objects.order_by("n")
    return [(row.n, row.tries, row.why, row.next_at is not None, row.done is not None) for row in rows]


def send(here: Talking, **later: float) -> tuple[int, int, int]:
    """Let the worker come, so much later than when the messages were made."""
    from tongban.apps.exchange.sending import send_due
    from tongban.store.models import ToldRow

    made = ToldRow.objects.order_by("made")[0].made
    sent = send_due(made + timedelta(seconds=1) + timedelta(**later))
    return sent.received, sent.put_off, sent.given_up


def test_what_is_sent_is_signed_for_that_moment_and_carries_just_what_the_practice_names(
    here: Talking, door: Door
) -> None:
    from tongban.apps.exchange.own import signer
    from tongban.apps.exchange.pretended import _secret

    here.send_on()
    assert send(here) == (1, 0, 0)
    [message] = door.came
    head = read_head(message.head)
    assert isinstance(head, Head)
    plain = unseal(message.sealed, _secret(f"{NEAR}/opening"), head.beside)
    assert isinstance(plain, bytes)
    assert json.loads(plain) == {
        **WHO, "mode": "received_elsewhere", "item_code": "330800-001", "papers": 2, "parcel_out": "SF1",
    }  # fmt: skip
    from tongban.store.models import ToldRow

    made = ToldRow.objects.get().made
    assert not isinstance(genuine(message, head, [signer(COUNTY).verifier()], made), Refused)


def test_handing_over_who_asks_is_a_look_at_it_and_nothing_of_it_stands_in_the_ledger(here: Talking) -> None:
    from tongban.apps.casework.lookers import lookers
    from tongban.store.models import EventRow

    number = here.send_on()
    [look] = lookers(number, here.leader())  # type: ignore[misc]
    assert (look.purpose, look.who) == ("handed_over", "邻县")
    bodies = "".join(EventRow.objects.values_list("body", flat=True))
    assert not any(value in bodies for value in WHO.values())


def test_a_message_is_made_once_however_often_its_event_is_read(here: Talking) -> None:
    from tongban.apps.exchange.telling import tell_peers

    number = here.send_on()
    loaded = here.here.load(number)
    assert loaded is not None
    event = here.here.journal.events(loaded.case.id)[-1].event()
    assert tell_peers(here.here, event) == 1
    assert len(waiting()) == 1
    assert len(_notes(here, "told")) == 1


def test_a_receipt_is_sealed_and_nothing_is_sent_again(here: Talking, door: Door) -> None:
    here.send_on()
    send(here)
    [note] = _notes(here, "receipted")
    assert "tongban exchange receipt 1" in str(note["receipt"])
    assert send(here, days=3) == (0, 0, 0) and len(door.came) == 1


def test_what_cannot_be_sent_is_tried_again_with_longer_waits(here: Talking, door: Door) -> None:
    here.send_on()
    door.code = "api.away"
    assert send(here) == (0, 1, 0)
    assert send(here, seconds=28) == (0, 0, 0)
    assert send(here, seconds=30) == (0, 1, 0)
    assert send(here, seconds=80) == (0, 0, 0)
    assert send(here, seconds=91) == (0, 1, 0)
    door.code = ""
    assert send(here, hours=1) == (1, 0, 0)
    assert waiting() == [(1, 4, "", False, True)]


@pytest.mark.parametrize(
    "code", ["exchange.stranger", "exchange.no_step", "exchange.not_taken", "exchange.out_of_order"]
)
def test_a_refusal_over_there_is_said_here_and_tried_again(here: Talking, door: Door, code: str) -> None:
    here.send_on()
    door.code = code
    assert send(here) == (0, 1, 0)
    assert waiting() == [(1, 1, code, True, False)]


def test_what_another_try_cannot_change_is_given_up_and_holds_up_what_is_behind_it(
    here: Talking, door: Door
) -> None:
    here.send_on()
    assert here.sweep(here.now + timedelta(days=4)).refused is None  # the other county is asked once more
    door.code = "exchange.altered"
    assert send(here, minutes=1) == (0, 0, 1)
    door.code = ""
    assert send(here, days=1) == (0, 0, 0) and len(door.came) == 1
    assert [each[3:] for each in waiting()] == [(False, False), (True, False)]


def test_after_about_a_week_it_is_given_up_and_a_person_may_send_it_again(here: Talking, door: Door) -> None:
    from tongban.apps.exchange.waiting import send_again
    from tongban.store.models import ToldRow

    here.send_on()
    door.code = "exchange.no_practice"
    hours = 0.0
    while waiting()[0][3]:
        row = ToldRow.objects.get()
        assert row.next_at is not None
        hours = (row.next_at - row.made).total_seconds() / 3600
        send(here, hours=hours)
    assert 6 * 24 < hours < 8 * 24
    assert waiting() == [(1, 37, "exchange.no_practice", False, False)]
    row = ToldRow.objects.get()
    assert send_again(str(row.conversation), row.n, row.made) is None
    door.code = ""
    assert send(here, hours=hours) == (1, 0, 0)


def test_a_receipt_for_something_else_is_none(here: Talking, door: Door) -> None:
    here.send_on()
    door.wrongly = True
    assert send(here) == (0, 1, 0)
    assert waiting() == [(1, 1, "exchange.receipt", True, False)]


def test_messages_of_a_case_go_in_their_order_one_after_the_other(here: Talking, door: Door) -> None:
    here.send_on()
    assert here.sweep(here.now + timedelta(days=4)).refused is None
    assert send(here, minutes=1) == (2, 0, 0)
    heads = [read_head(each.head) for each in door.came]
    assert [(each.n, each.message) for each in heads if isinstance(each, Head)] == [
        (1, "application"),
        (2, "reminder"),
    ]


def test_nothing_is_sent_to_a_county_that_ended_or_over_an_open_line(here: Talking, door: Door) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.exchange.peers import end
    from tongban.kernel.commands import SYSTEM
    from tongban.store.models import PeerRow

    here.send_on()
    PeerRow.objects.filter(code=NEAR).update(address="http://neighbour.example")
    assert send(here) == (0, 1, 0)
    assert waiting()[0][2] == "exchange.not_encrypted"
    end(NEAR, "", Acting(here.now, SYSTEM))
    assert send(here, minutes=5) == (0, 0, 1)
    assert waiting()[0][2] == "exchange.peer_ended" and door.came == []


def test_erasing_a_person_erases_what_waits_to_be_sent(here: Talking, door: Door) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.exchange.waiting import send_again
    from tongban.apps.people.erasing import erase_person
    from tongban.kernel.commands import SYSTEM
    from tongban.store.models import ToldRow

    number = here.send_on()
    erased = erase_person(number, Acting(here.now, SYSTEM))
    assert not isinstance(erased, Refused)
    row = ToldRow.objects.get()
    assert (bytes(row.sealed), row.next_at, row.why) == (b"", None, "exchange.erased")
    refused = send_again(str(row.conversation), row.n, row.made)
    assert refused is not None and refused.code == "exchange.not_waiting"
    assert send(here, days=1) == (0, 0, 0) and door.came == []


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://example.org", "exchange.not_encrypted"),
        ("ftp://example.org", "exchange.not_encrypted"),
        ("https://somebody@example.org", "exchange.address"),
        ("https://example.org/?x=1", "exchange.address"),
        ("https://", "exchange.address"),
        ("example.org", "exchange.address"),
        ("https://example.org:0", "exchange.address"),
        ("https://[::1", "exchange.address"),
        ("https://例.中国", "exchange.address"),
    ],
)
def test_an_address_that_is_not_safe_is_refused(here: Talking, address: str, code: str) -> None:
    from tongban.apps.exchange.peers import unsafe

    refused = unsafe(address)
    assert refused is not None and refused.code == code


def test_another_county_is_added_by_keys_that_are_its_own(here: Talking) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.exchange.own import card
    from tongban.apps.exchange.peers import add
    from tongban.kernel.commands import SYSTEM

    own = card("330801")
    acting = Acting(here.now, SYSTEM)

    def code_of(**changed: str) -> str:
        given = {"code": "330801", "name": "某县", "name_en": "", "address": "https://example.org"}
        given |= {"key": own.key, "sealing_key": own.sealing_key, **changed}
        made = add(**given, acting=acting)
        return made.code

    assert code_of(code=COUNTY) == "exchange.code"
    assert code_of(code="33080") == "exchange.code"
    assert code_of(name="") == "exchange.name"
    assert code_of(key=own.key.replace("+", "+0")) == "exchange.key"
    assert code_of(sealing_key="AAAA") == "exchange.sealing_key"
    assert code_of(sealing_key="A" * 43 + "=") == "exchange.sealing_key"
    assert code_of() == "330801"
    assert code_of() == "exchange.key_known"


def test_keys_of_another_county_that_were_changed_in_the_database_are_found(here: Talking) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.exchange.own import card
    from tongban.apps.exchange.peers import add, end
    from tongban.kernel.commands import SYSTEM
    from tongban.store.comparing import compare
    from tongban.store.models import PeerRow

    own, acting = card("330801"), Acting(here.now, SYSTEM)
    add("330801", "某县", "", "https://example.org", own.key, own.sealing_key, acting)

    def found() -> list[str]:
        return [each.code for each in compare(here.here.journal) if "peer" in each.code]

    rows = PeerRow.objects.filter(code="330801")
    assert found() == []
    rows.update(sealing=bytes(32))
    assert found() == ["ledger.peer_differs"]
    rows.delete()
    assert found() == ["ledger.peer_differs"]
    other = card("330802")
    add("330802", "另县", "", "https://example.org", other.key, other.sealing_key, acting)
    end("330802", "", acting)
    PeerRow.objects.filter(code="330802").update(until=None)
    assert found() == ["ledger.peer_differs"] * 2


def _notes(here: Talking, kind: str) -> list[Any]:
    from tongban.store.notes import chain_id

    chain = chain_id(COUNTY, f"exchange/{NEAR}")
    return [each.facts() for each in here.here.journal.events(chain) if each.kind == kind]
