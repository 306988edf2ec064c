"""The doctor: what does not get out of the house, keys that were lost, and pages without a certificate."""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from desk_ground import Desk, county, desk
from tongban.apps import office as offices
from tongban.apps.doctor import certificates as tls
from tongban.apps.doctor import county as checks
from tongban.apps.doctor.certificates import certificates
from tongban.apps.doctor.finding import GRAVE, Finding
from tongban.apps.doctor.messages import messages
from tongban.apps.draws import seeds
from tongban.apps.exchange import own
from tongban.apps.keyring import cipher_of
from tongban.apps.notices.channels import set_channel
from tongban.apps.office import journal_of, office
from tongban.apps.proof.signing import signers
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.ledger.note import sign_note
from tongban.kernel.refusal import RefusedError
from tongban.store.heads import keep_keys, kept_keys
from tongban.store.models import CheckpointRow, MessageRow, SendingRow, ToldRow, WebhookRow
from tongban.store.notes import chain_id

__all__ = ["county", "desk"]
NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(hours=1)


def codes(found: Iterable[Finding]) -> list[str]:
    return [each.refused.code.removeprefix("doctor.") for each in found]


def to_people(made: datetime = LONG_AGO, **how: Any) -> None:
    row = {"state": "waiting", "tries": 2, "next_at": NOW, "why": "notices.unreachable", **how}
    SendingRow.objects.create(
        county=office().county.code, id=uuid4(), whom="person:zhang", kind="one", n=1, channel="sms", text="x",
        language="en", urgent=False, made=made, **row,
    )  # fmt: skip


@pytest.mark.database
@pytest.mark.django_db
def test_a_gateway_that_is_away_is_named_with_what_waits_and_since_when(desk: Desk) -> None:
    here = office()
    to_people(tries=0, why="")  # nobody tried yet: the worker has more to do
    to_people(made=NOW)  # for a moment only
    assert codes(messages(here, NOW)) == []
    to_people()
    to_people(made=LONG_AGO - timedelta(hours=1))
    [found] = messages(here, NOW)
    assert (found.level, found.refused.code) == (GRAVE, "doctor.waiting_people")
    facts = found.refused.facts
    assert (facts["n"], facts["way"], facts["why"]) == (2, "sms", "notices.unreachable")
    to_people(state="failed", next_at=None, why="notices.not_taken")
    to_people(made=NOW - timedelta(days=8), state="failed", next_at=None)  # more than a week ago
    assert sorted(codes(messages(here, NOW))) == ["given_up_people", "waiting_people"]


@pytest.mark.database
@pytest.mark.django_db
def test_a_county_and_a_system_that_do_not_answer_are_named_too(desk: Desk) -> None:
    here = office()
    code = here.county.code
    ToldRow.objects.create(
        county=code, conversation=uuid4(), n=1, peer="330802", message="asked", chain=uuid4(), seq=1, head="{}",
        sealed=b"x", made=LONG_AGO, tries=3, next_at=NOW, why="exchange.unreachable",
    )  # fmt: skip
    WebhookRow.objects.create(
        county=code, id="wh_a", owner=desk.clerk, purpose="p", address="https://hub.example/", kinds=[], practices=[],
        unit="", secret=b"", since=LONG_AGO,
    )  # fmt: skip
    for name, next_at in (("m-1", NOW), ("m-2", None)):
        MessageRow.objects.create(
            county=code, webhook="wh_a", id=name, seq=0, kind="trial", body="{}", made=LONG_AGO, tries=1,
            next_at=next_at, why="webhook.answer",
        )  # fmt: skip
    found = {
        each.refused.code.removeprefix("doctor."): each.refused.facts["way"] for each in messages(here, NOW)
    }
    assert found == {"waiting_counties": "330802", "waiting_systems": "wh_a", "given_up_systems": "wh_a"}


@pytest.mark.database
@pytest.mark.django_db
def test_channels_that_do_not_open_are_found(desk: Desk) -> None:
    assert set_channel("sms", "json://gateway.example/?to={to}") is None
    kept = settings.TONGBAN_HOME / "channels.sealed"
    try:
        kept.write_bytes(b"\0" * 60)
        assert codes(messages(office(), NOW)) == ["channels_closed"]
    finally:
        kept.unlink()


@pytest.mark.database
@pytest.mark.django_db
def test_a_signing_key_that_was_lost_or_made_anew_is_found(desk: Desk) -> None:
    code = office().county.code

    def found() -> list[str]:
        return codes(checks._signing(office(), NOW))

    def signed() -> None:
        note = sign_note("a head\n", signers(code))
        CheckpointRow.objects.create(
            county=code, size=CheckpointRow.objects.count() + 1, at=NOW, root=b"", note=note, frontier=b"", xid=1, position=1
        )  # fmt: skip

    signed()
    assert found() == []
    (settings.TONGBAN_HOME / "keys" / f"{code}.signing").unlink()
    assert found() == ["key_missing"]
    signed()
    assert found() == ["signing_other"]


def test_a_home_remembers_every_public_key_that_signed_there(tmp_path: Path) -> None:
    first, second = (Ed25519Signer("tongban.330822", bytes([n]) * 32) for n in (1, 2))
    for signer in (first, first, second):
        keep_keys(tmp_path, "330822", [(signer.key_id, b64encode(signer.public).decode())])
    assert kept_keys(tmp_path, "330822") == {each.key_id: each.public for each in (first, second)}
    assert kept_keys(tmp_path, "330823") == {}


@pytest.mark.database
@pytest.mark.django_db
def test_a_county_at_work_makes_no_other_key_to_look_people_up(desk: Desk) -> None:
    here = office()
    desk.register()
    kept = settings.TONGBAN_HOME / "keys" / f"{here.county.code}.lookup"
    secret = kept.read_bytes()
    kept.unlink()
    offices._journal.cache_clear()
    try:
        with pytest.raises(RefusedError) as refused:
            journal_of(here.county.code)
        assert refused.value.refusal.code == "vault.lookup_missing" and not kept.exists()
    finally:
        kept.write_bytes(secret)
        kept.chmod(0o600)
        offices._journal.cache_clear()


@pytest.mark.database
@pytest.mark.django_db
def test_lost_keys_are_named_and_what_needs_them_waits(desk: Desk) -> None:
    here = office()
    code, keys = here.county.code, settings.TONGBAN_HOME / "keys"
    assert codes(checks.lost_keys(code)) == []
    assert set_channel("sms", "json://gateway.example/?to={to}") is None
    seeds.commit_ahead(here, NOW)
    own.card(code)
    ToldRow.objects.create(
        county=code, conversation=uuid4(), n=1, peer="330802", message="asked", chain=uuid4(), seq=1, head="{}",
        sealed=b"x", made=NOW, done=NOW,
    )  # fmt: skip
    kept = {
        kind: (keys / f"{code}.{kind}").read_bytes() for kind in ("secrets", "draws", "exchange", "opening")
    }
    needing = (
        lambda: cipher_of(code),
        lambda: seeds.seed_of(here, "2026-12"),
        lambda: own.signer(code),
        lambda: own.card(code),
    )
    try:
        for kind in kept:
            (keys / f"{code}.{kind}").unlink()
        found = list(checks.lost_keys(code))
        assert sorted(each.refused.facts["key"] for each in found) == sorted(
            f"{code}.{kind}" for kind in kept
        )
        assert {each.level for each in found} == {GRAVE} and "channels_closed" in codes(messages(here, NOW))
        for need in needing:
            with pytest.raises(RefusedError) as refused:
                need()
            assert refused.value.refusal.code == "vault.key_lost"
        assert not any((keys / f"{code}.{kind}").exists() for kind in kept)
    finally:
        for kind, secret in kept.items():
            (keys / f"{code}.{kind}").write_bytes(secret)
            (keys / f"{code}.{kind}").chmod(0o600)
        (settings.TONGBAN_HOME / "channels.sealed").unlink()
    assert codes(checks.lost_keys(code)) == []
    for need in needing:  # without a restart
        need()


@pytest.mark.database
@pytest.mark.django_db
def test_keys_of_a_card_that_was_given_out_are_missed_before_the_first_message(desk: Desk) -> None:
    code, keys = office().county.code, settings.TONGBAN_HOME / "keys"
    given = own.card_to_give(desk.acting(desk.clerk))
    assert own.card_to_give(desk.acting(desk.clerk)) == given
    notes = office().journal.events(chain_id(code, f"exchange/{code}"))
    assert [each.kind for each in notes] == ["card_given"], "once for the same keys"
    kept = {kind: (keys / f"{code}.{kind}").read_bytes() for kind in ("exchange", "opening")}
    try:
        for kind in kept:
            (keys / f"{code}.{kind}").unlink()
        missed = sorted(str(each.refused.facts["key"]) for each in checks.lost_keys(code))
        assert missed == [f"{code}.exchange", f"{code}.opening"]
        with pytest.raises(RefusedError):
            own.card_to_give(desk.acting(desk.clerk))
        assert not any((keys / f"{code}.{kind}").exists() for kind in kept)
        for kind in kept:
            (keys / f"{code}.{kind}").write_bytes(bytes(reversed(range(32))))
        assert own.card_to_give(desk.acting(desk.clerk)) != given
        notes = office().journal.events(chain_id(code, f"exchange/{code}"))
        assert len(notes) == 2, "another card is noted beside the first"
    finally:
        for kind, secret in kept.items():
            (keys / f"{code}.{kind}").write_bytes(secret)
            (keys / f"{code}.{kind}").chmod(0o600)


def test_pages_that_nobody_serves_over_tls_are_found_and_names_of_many_are_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert codes(certificates(["localhost", ".example.cn", "*"], NOW, port)) == []
        assert codes(certificates(["127.0.0.2"], NOW, port)) == ["tls_away"]


def test_a_certificate_that_is_not_believed_or_soon_over_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(ends: datetime | Exception) -> list[str]:
        def asked(*_: object) -> datetime:
            if isinstance(ends, Exception):
                raise ends
            return ends

        monkeypatch.setattr(tls, "_ends", asked)
        return codes(certificates(["12345.example.cn"], NOW))

    assert shown(NOW + timedelta(days=60)) == []
    assert shown(NOW + timedelta(days=9)) == ["tls_ends"]
    assert shown(ssl.SSLCertVerificationError(1, "certificate has expired")) == ["tls_wrong"]
