"""What is said of a message that a gateway does not take: what is true of it, and no more."""

from __future__ import annotations

import socket

import pytest

from gateway_ground import SILENT, gateway
from tongban.apps.notices import carrying
from tongban.apps.notices.carrying import SECONDS, Handing, carry, plugin
from tongban.apps.notices.channels import Channel
from tongban.kernel.refusal import Refused

TO = "13800138000"


def sms(port: int) -> Channel:
    return Channel("sms", f"json://127.0.0.1:{port}/send?:phone={{to}}&:message=content")


def why(refused: Refused | None) -> str:
    return refused.code if refused is not None else ""


def test_a_port_at_which_nobody_listens_is_said_to_be_out_of_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = int(closed.getsockname()[1])
    assert why(carry(sms(port), TO, "", "words", "key")) == "notices.unreachable"
    mail = Channel("mail", f"mailto://127.0.0.1:{port}?from=a@example.invalid&to={{to}}&mode=insecure")
    assert why(carry(mail, "b@example.invalid", "title", "words", "key")) == "notices.unreachable"


def test_a_gateway_that_says_no_is_not_said_to_be_out_of_reach() -> None:
    with gateway() as there:
        there.answer = 403
        assert why(carry(sms(there.port), TO, "", "words", "key")) == "notices.not_taken"


def test_a_gateways_seconds_begin_when_it_is_asked_not_while_this_machine_makes_ready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from time import monotonic

    late = [0.0]
    monkeypatch.setattr(carrying, "monotonic", lambda: monotonic() + late[0])
    load = carrying._load

    def slowly() -> None:
        load()
        late[0] = 2 * SECONDS

    monkeypatch.setattr(carrying, "_load", slowly)
    with gateway() as there:
        assert carry(sms(there.port), TO, "", "words", "key") is None


def test_silence_is_never_taken_for_a_no() -> None:
    with gateway() as there:
        there.answer = SILENT
        way = Handing(sms(there.port), TO, "", "words", "key")
        assert why(way.answer(0.3)) == "notices.slow"
        made = plugin(sms(there.port), TO, "key")
    assert made is not None and made.socket_read_timeout > SECONDS, "Apprise would say no before we give up"
