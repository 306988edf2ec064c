"""A code to a number goes out at once, and nobody can read afterwards to whom, nor what it was."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from gateway_ground import SILENT, Gateway, gateway
from tongban.kernel.refusal import Refused

pytestmark = pytest.mark.database

NUMBER, CODE = "13912345678", "482913"
NOW = datetime(2026, 11, 29, 15, 0, tzinfo=UTC)


@pytest.fixture
def sms(desk: Desk, settings: object) -> object:
    with gateway() as found:
        settings.TONGBAN_CHANNELS = {"sms": found.sms}  # type: ignore[attr-defined]
        yield found


def send(number: str = NUMBER) -> Refused | None:
    from tongban.apps.notices.codes import send_code

    return send_code(number, CODE, 10, "zh-Hans", NOW)


def test_a_code_reaches_the_number_under_the_countys_name_in_one_part(sms: Gateway) -> None:
    from tongban.apps.notices.words import parts
    from tongban.store.models import SendingRow

    assert send() is None
    (came,) = sms.came
    assert came["phone"] == NUMBER and CODE in came["content"] and came["content"].startswith("【常山县】")
    assert parts(came["content"]) == 1
    row = SendingRow.objects.get()
    assert (row.state, row.sealed, row.text, str(row.id)) == ("accepted", None, "", came["key"])


def test_while_it_waits_number_and_code_are_sealed_and_the_table_has_neither(sms: Gateway) -> None:
    from tongban.store.models import SendingRow

    sms.answer = 503
    assert send() is None
    (row,) = SendingRow.objects.values()
    assert row["state"] == "waiting" and row["next_at"] is not None and row["why"] == "notices.not_taken"
    everything = "".join(
        bytes(each).decode("latin1") if isinstance(each, (bytes, memoryview)) else str(each)
        for each in row.values()
    )
    assert NUMBER not in everything and CODE not in everything


def test_a_gateway_that_hangs_keeps_nobody_waiting_for_ever(
    sms: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.notices import codes
    from tongban.store.models import SendingRow

    monkeypatch.setattr(codes, "AT_ONCE", 0.2)
    sms.answer = SILENT
    assert send() is None
    assert SendingRow.objects.get().why == "notices.slow"


def test_an_answer_that_leads_elsewhere_is_not_followed(sms: Gateway) -> None:
    sms.answer = 302
    assert send() is None
    assert [each["path"] for each in sms.came] == ["/send"]


def test_nobodys_telephone_can_be_made_to_ring_all_night(sms: Gateway) -> None:
    assert [send() for _ in range(5)] == [None] * 5
    refused = send()
    assert refused is not None and refused.code == "notices.often"
    assert len(sms.came) == 5


def test_without_a_channel_it_is_refused(desk: Desk, settings: object) -> None:
    settings.TONGBAN_CHANNELS = {}  # type: ignore[attr-defined]
    refused = send()
    assert refused is not None and refused.code == "notices.no_channel"


def test_what_is_set_at_the_shell_lies_sealed_and_works(desk: Desk, settings: object, tmp_path: Path) -> None:
    from tongban.apps.notices.channels import channels, set_channel
    from tongban.apps.office import office

    settings.TONGBAN_CHANNELS = {}  # type: ignore[attr-defined]
    url = "mailtos://clerk:very-secret@mail.example.invalid?to={to}&+X-Key={key}"
    assert set_channel("mail", url) is None
    file = Path(settings.TONGBAN_HOME) / "channels.sealed"  # type: ignore[attr-defined]
    assert b"very-secret" not in file.read_bytes() and file.stat().st_mode & 0o77 == 0
    made = channels(office())["mail"]
    assert made.personal and made.keyed and "secret" not in repr(made)
    assert set_channel("mail", "") is None and "mail" not in channels(office())


def test_a_file_of_channels_that_cannot_be_opened_is_not_written_over(
    desk: Desk, settings: object, tmp_path: Path
) -> None:
    from tongban.apps.notices.channels import channels, set_channel
    from tongban.apps.notices.sending import send_due
    from tongban.apps.office import office
    from tongban.kernel.refusal import RefusedError

    settings.TONGBAN_CHANNELS = {}  # type: ignore[attr-defined]
    file = Path(settings.TONGBAN_HOME) / "channels.sealed"  # type: ignore[attr-defined]
    other = b"sealed with a key that is not here any more" * 3
    file.write_bytes(other)
    try:
        refused = set_channel("sms", "json://127.0.0.1/?:to={to}")
        assert refused is not None and refused.code == "notices.channels_closed"
        assert file.read_bytes() == other and channels(office()) == {}
        with pytest.raises(RefusedError):
            send_due(datetime.now(UTC))
    finally:
        file.unlink()


def test_two_channels_that_are_set_at_once_are_both_kept(
    desk: Desk, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.notices import channels as module
    from tongban.apps.office import office

    settings.TONGBAN_CHANNELS = {}  # type: ignore[attr-defined]
    here, keep = office(), module._keep
    monkeypatch.setattr(module, "office", lambda: here)

    def slowly(*given: Any) -> None:
        """Time for the other one to read what was there before."""
        time.sleep(0.2)
        keep(*given)

    monkeypatch.setattr(module, "_keep", slowly)
    ways = {"sms": "json://127.0.0.1/?:to={to}", "mail": "mailtos://a:b@mail.example.invalid?to={to}"}
    with ThreadPoolExecutor(2) as pool:
        assert [*pool.map(lambda each: module.set_channel(*each), ways.items())] == [None, None]
    assert {*module.channels(here)} == {*ways}
    for name in ways:
        assert module.set_channel(name, "") is None


@pytest.mark.parametrize(
    ("name", "url", "unit", "code"),
    [
        ("pigeon", "json://x/?:to={to}", "", "notices.unknown_channel"),
        ("sms", "nothing that is an address {to}", "", "notices.address"),
        ("sms", "pretended", "", "notices.address"),
        ("dingtalk", "json://127.0.0.1/robot", "", "notices.for_whom"),
        ("sms", "json://127.0.0.1/?:to={to}", "urban-enforcement", "notices.for_whom"),
        ("sms", "json://127.0.0.1/?:to={to}", "nowhere", "people.unknown_unit"),
    ],
)
def test_what_cannot_be_a_channel_is_not_kept(desk: Desk, name: str, url: str, unit: str, code: str) -> None:
    from tongban.apps.notices.channels import set_channel

    refused = set_channel(name, url, unit)
    assert isinstance(refused, Refused) and refused.code == code


def test_the_second_hour_has_codes_of_its_own(sms: Gateway) -> None:
    from tongban.apps.notices.codes import send_code

    for _ in range(6):
        send()
    assert send_code(NUMBER, CODE, 10, "en", NOW + timedelta(hours=1, minutes=1)) is None
    assert "Your code is" in sms.came[-1]["content"]
