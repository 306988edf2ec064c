"""Everything is copied while work goes on, the database is destroyed, and had back: as it was last, and as it was between two steps."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import LiteralString

import pytest

from safekeeping_ground import ROOT, Office, office
from tongban.apps.safekeeping import sealed
from tongban.cli.main import main
from tongban.kernel.refusal import RefusedError
from tongban.store.postgres import Server

__all__ = ["office"]
pytestmark = pytest.mark.database

GENERATION: LiteralString = "SELECT value::text FROM store_county_rule WHERE name = 'signing_generation'"


def test_a_destroyed_database_is_had_back_as_it_was_last_and_as_it_was_between_two_steps(
    office: Office,
) -> None:
    keys = office.home.parent / "safe" / "keys.sealed"
    before = [office.open(f"before-{n}") for n in range(3)]
    office.run("ledger", "checkpoint")

    # While it is copied somebody goes on working, and nothing of that is refused or lost.
    during: list[str] = []
    ended = threading.Event()

    def at_work() -> None:
        while not ended.is_set():
            during.append(office.open(f"during-{len(during)}"))

    busy = threading.Thread(target=at_work)
    busy.start()
    told = office.run("backup", str(office.copies), "--keys", str(keys)).stdout
    ended.set()
    busy.join()
    assert "keys are sealed" in told and len(during) > 0
    assert b"13800138000" not in keys.read_bytes() and keys.stat().st_mode & 0o077 == 0

    after = [office.open(f"after-{n}") for n in range(3)]
    moment = datetime.now(UTC).isoformat()
    late = [office.open(f"late-{n}") for n in range(3)]
    office.run("ledger", "checkpoint")
    office.finish_segment()
    office.run("backup", str(office.copies), "--attachments-only")

    # Destroyed: server killed, data, attachments and keys gone. All of it comes back, each step once.
    office.destroy()
    assert "cli.only_keys" in office.run("doctor", status=1).stderr, (
        "no empty one is to be begun in its place"
    )
    shutil.rmtree(office.home / "keys")
    assert "backup.keys_missing" in office.run("restore", str(office.copies), status=1).stderr
    said = office.run("restore", str(office.copies), "--keys", str(keys))
    assert "no longer hold" not in said.stderr
    [first] = office.rows(GENERATION)
    assert sorted(office.chains()) == sorted([*before, *during, *after, *late])
    found = json.loads(office.run("doctor", "--json", status=1).stdout)["findings"]
    assert not [each["code"] for each in found if "backup" in each["code"]], (
        "copied, with its keys, and had back"
    )

    # What follows from events goes on where it stood, and a request that is sent again does what it did before.
    office.run("work", "--once")
    events = office.count()
    assert office.open("late-2") == late[2]
    assert office.count() == events
    assert (office.home / "attachments" / sha256(before[0].encode()).hexdigest()[:2]).is_dir()

    # Back to a moment between two steps: all before it is there, nothing after it, and the ledger says so.
    office.rest()
    refused = office.run("restore", str(office.copies), "--until", moment, status=1)
    assert "database.runs" in refused.stderr
    Server(office.home).stop()
    said = office.run("restore", str(office.copies), "--until", moment)
    assert sorted(office.chains()) == sorted([*before, *during, *after])
    [second] = office.rows(GENERATION)
    assert first != second, "what residents hold ends at every restore"
    assert "are kept in" in said.stdout and "no longer hold" in said.stderr
    [*_, [note]] = office.rows("SELECT body FROM store_event WHERE kind = 'restored' ORDER BY seq")
    assert len(json.loads(str(note))["facts"]["given_up"]) >= 1
    assert office.open("late-2") != late[2], "whoever sends it again is served anew"
    office.run("ledger", "checkpoint")
    office.run("ledger", "verify")

    # A moment that nothing reaches leaves everything as it was.
    office.rest()
    Server(office.home).stop()
    told = office.run("restore", str(office.copies), "--until", "2099-01-01", status=1).stderr
    assert "moment_not_reached" in told
    assert re.search(r"as far as 20[0-9-]{8} [0-9:]{8}\.", told), "it says how far one can go"
    assert len(office.chains()) == len([*before, *during, *after]) + 1


def test_a_copy_whose_log_was_lost_gives_up_what_came_after_it_and_says_so(office: Office) -> None:
    office.rows(
        "INSERT INTO store_token (county, id, person, scopes, purpose, since, until) VALUES "
        "('330822', 'abcd1234', 'clerk', '[]', 'p', now(), now() + interval '9 days') RETURNING id"
    )
    office.rows(
        "INSERT INTO store_signed_in (county, id, person, session, device, since, until) VALUES "
        "('330822', 'left', 'clerk', 'token/left', '', now(), now() + interval '1 day') RETURNING id"
    )
    office.run("backup", str(office.copies))
    late = office.open("after-the-last-copy")
    office.run("ledger", "checkpoint")
    office.rest()
    before = len(office.rows("SELECT 1 FROM store_event WHERE kind = 'restored'"))
    office.rows(
        "INSERT INTO django_session VALUES ('left-open', '', now() + interval '1 day') RETURNING session_key"
    )
    office.destroy()
    shutil.rmtree(office.copies / "wal")
    said = office.run("restore", str(office.copies))
    assert "no longer hold" in said.stderr and late not in office.chains()
    assert len(office.rows("SELECT 1 FROM store_event WHERE kind = 'restored'")) == before + 1
    assert office.rows("SELECT 1 FROM django_session UNION ALL SELECT 1 FROM store_signed_in") == []
    assert "Ended 1 token of a program" in said.stderr
    assert office.rows("SELECT 1 FROM store_token WHERE revoked IS NULL") == []
    office.run("ledger", "verify")


TAKES = """
import sys
from datetime import UTC, datetime
from tongban.cli.machine import django_ready
django_ready()
from tongban.apps.people import passwords
from tongban.apps.people.own import account
who, user = account(sys.argv[1])
passwords.reset(user, who, {"by": "operator"}, datetime.now(UTC))
"""
"""Somebody gets a first password."""


def test_what_was_taken_from_people_stays_taken_when_the_database_goes_back(office: Office) -> None:
    office.environ["TONGBAN_PASSWORD"] = "seventeen grey herons"
    for login, post in (("keeper", "administrator"), ("goer", "handler"), ("changer", "clerk")):
        office.run("user", "add", login, "--name", login, "--post", f"hotline-centre:{post}")
    office.run("backup", str(office.copies))
    [[moment]] = office.rows("SELECT clock_timestamp()")
    office.run("user", "leave", "goer")
    subprocess.run([sys.executable, "-c", TAKES, "changer"], env=office.environ, cwd=ROOT, check=True)
    office.open("after-they-left")
    office.finish_segment()
    office.run("backup", str(office.copies), "--attachments-only")
    office.rest()
    Server(office.home).stop()
    sign_in: LiteralString = (
        "SELECT username::text, is_active AND password NOT LIKE '!%' FROM auth_user "
        "WHERE username IN ('keeper', 'goer', 'changer') ORDER BY 1"
    )
    shut = [("changer", False), ("goer", False), ("keeper", True)]
    said = office.run("restore", str(office.copies), "--until", str(moment))
    assert office.rows(sign_in) == shut
    assert "goer" in said.stderr and "changer" in said.stderr and "no whole list" not in said.stderr

    # Where the list went with the disk, the one beside the copies is used, and somebody has to look.
    Server(office.home).stop()
    shutil.rmtree(office.home / "withdrawn")
    said = office.run("restore", str(office.copies), "--until", str(moment))
    assert office.rows(sign_in) == shut
    assert "goer" in said.stderr and "no whole list" in said.stderr
    found = json.loads(office.run("doctor", "--json", status=1).stdout)["findings"]
    assert "doctor.restored_unlisted" in {each["code"] for each in found}
    office.run("user", "checked")
    found = json.loads(office.run("doctor", "--json", status=1).stdout)["findings"]
    assert "doctor.restored_unlisted" not in {each["code"] for each in found}


def test_a_damaged_copy_and_keys_of_another_office_are_refused_before_anything_is_changed(
    office: Office,
) -> None:
    office.run("backup", str(office.copies), "--keep", "1")
    [copy] = office.copies.glob("2*Z")
    office.rest()
    Server(office.home).stop()
    assert (
        "backup.other_keys"
        in office.run("restore", str(copy), "--keys", str(_sealed(office)), status=1).stderr
    )
    (copy / "base" / "PG_VERSION").write_text("17\n")
    assert "copy_damaged" in office.run("restore", str(copy), status=1).stderr
    (copy / "attachments.txt").write_text("x")
    assert "backup.damaged" in office.run("restore", str(copy), status=1).stderr
    office.run("ledger", "verify")


def _sealed(office: Office) -> Path:
    """Keys of somebody else, by the same names."""
    other = office.home.parent / "other"
    other.mkdir()
    for path in (office.home / "keys").iterdir():
        (other / path.name).write_bytes(b"x" * 32)
    into = office.home.parent / "other.sealed"
    sealed.seal(other, into, office.environ[sealed.PASSPHRASE])
    return into


def test_sealed_keys_open_with_their_passphrase_alone(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "330899.signing").write_bytes(b"s" * 32)
    sealed.seal(keys, tmp_path / "sealed", "a long passphrase")
    assert sealed.unseal(tmp_path / "sealed", "a long passphrase") == {"330899.signing": b"s" * 32}
    data = (tmp_path / "sealed").read_bytes()
    (tmp_path / "changed").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    for path, words in (("sealed", "another passphrase"), ("changed", "a long passphrase"), ("none", "x")):
        with pytest.raises(RefusedError, match=r"backup\.keys_unreadable"):
            sealed.unseal(tmp_path / path, words)
    with pytest.raises(RefusedError, match=r"backup\.passphrase"):
        sealed.passphrase({sealed.PASSPHRASE: "short"})


def test_lost_keys_are_put_back_alone_and_none_is_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys, file = tmp_path / "keys", str(tmp_path / "sealed")
    keys.mkdir()
    for name in ("signing", "lookup"):
        (keys / f"330899.{name}").write_bytes(name.encode() * 4)
    monkeypatch.setenv("TONGBAN_HOME", str(tmp_path))
    monkeypatch.setenv(sealed.PASSPHRASE, "a long passphrase")
    sealed.seal(keys, tmp_path / "sealed", "a long passphrase")

    def restored() -> int:
        return main(["--language", "en", "keys", "restore", file])

    assert restored() == 0 and "lies here already" in capsys.readouterr().out
    (keys / "330899.lookup").unlink()
    assert restored() == 0 and "330899.lookup" in capsys.readouterr().out
    assert (keys / "330899.lookup").read_bytes() == b"lookup" * 4
    assert (keys / "330899.lookup").stat().st_mode & 0o077 == 0
    (keys / "330899.signing").write_bytes(b"another")
    (keys / "330899.lookup").unlink()
    assert restored() != 0 and "backup.other_keys" in capsys.readouterr().err
    assert (keys / "330899.signing").read_bytes() == b"another" and not (keys / "330899.lookup").exists()
