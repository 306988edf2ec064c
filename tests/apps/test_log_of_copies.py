"""The database's log goes to one folder: a copy made elsewhere stands by itself, and one that is tried out writes nothing into it."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from safekeeping_ground import Office, office
from tongban.apps.safekeeping import noted
from tongban.store.postgres import Server

__all__ = ["office"]
pytestmark = pytest.mark.database


def goes_to(office: Office) -> Path:
    [[folder]] = office.rows(
        "SELECT setting FROM pg_file_settings WHERE name LIKE 'basic_archive.%' AND applied"
    )
    return Path(str(folder))


def files(folder: Path) -> set[str]:
    return {str(each.relative_to(folder)) for each in folder.rglob("*")}


def test_a_copy_for_evidence_leaves_the_log_where_it_goes_and_changes_no_more(office: Office) -> None:
    evidence = office.copies.parent / "evidence"
    before = office.open("before")
    told = office.run("backup", str(office.copies))
    assert "stands by itself" not in told.stderr
    known = (office.home / noted.NAME).read_bytes()
    kept = office.open("kept")

    told = office.run("backup", str(evidence))
    assert "stands by itself" in told.stderr and str(office.copies / "wal") in told.stderr
    assert goes_to(office) == office.copies / "wal"
    assert (office.home / noted.NAME).read_bytes() == known, "the doctor watches the office's own copies"
    there = files(evidence)
    late = office.open("late")
    office.finish_segment()
    office.run("backup", str(office.copies), "--attachments-only")
    assert files(evidence) == there, "evidence does not change"

    # The office's own folder leads to the end, the evidence to its own moment, and says so.
    office.destroy()
    said = office.run("restore", str(office.copies))
    assert [office.chains().count(each) for each in (before, kept, late)] == [1, 1, 1]
    assert "No log of the database" not in said.stderr
    office.rest()
    Server(office.home).stop()
    shutil.rmtree(office.data())
    said = office.run("restore", str(evidence))
    assert [office.chains().count(each) for each in (before, kept, late)] == [1, 1, 0]
    assert "No log of the database" in said.stderr


def test_a_log_moves_when_that_is_asked_for(office: Office) -> None:
    office.run("backup", str(office.copies))
    other = office.copies.parent / "other"
    said = office.run("backup", str(other), "--follow")
    assert "stands by itself" not in said.stderr
    assert goes_to(office) == other / "wal"
    assert json.loads((office.home / noted.NAME).read_text())["copy"].startswith(str(other))
    office.run("backup", str(office.copies), "--follow")
    assert goes_to(office) == office.copies / "wal"


def test_a_rehearsal_writes_nothing_into_the_log_of_the_office(office: Office) -> None:
    office.open("first")  # with it the keys are made that are copied
    office.run("backup", str(office.copies), "--keys", str(office.home.parent / "safe" / "keys.sealed"))
    office.open("before-the-rehearsal")
    office.finish_segment()
    office.run("backup", str(office.copies), "--attachments-only")
    there = files(office.copies / "wal")
    tried = Office(office.home.parent / "rehearsal")
    try:
        said = tried.run(
            "restore", str(office.copies), "--keys", str(office.home.parent / "safe" / "keys.sealed")
        )
        assert "lies on this disk alone" in said.stderr
        tried.open("only-in-the-rehearsal")
        tried.rows("SELECT pg_switch_wal()::text")
    finally:
        tried.rest()
        Server(tried.home).stop()
    assert files(office.copies / "wal") == there, "a later restore would follow the rehearsal"
    late = office.open("after-the-rehearsal")
    office.finish_segment()
    office.run("backup", str(office.copies), "--attachments-only")
    office.destroy()
    office.run("restore", str(office.copies))
    assert late in office.chains()


def test_what_a_restored_server_wrote_before_its_first_copy_is_in_the_log_after_it(office: Office) -> None:
    office.run("backup", str(office.copies))
    office.rest()
    Server(office.home).stop()
    office.run("restore", str(office.copies))
    early = office.open("before-the-first-copy")
    office.rest()
    Server(office.home).stop()
    office.run("restore", str(office.copies))
    assert early in office.chains(), "its own disk is still there"
    office.run("backup", str(office.copies))
    late = office.open("after-it")
    office.finish_segment()
    office.run("backup", str(office.copies), "--attachments-only")
    office.destroy()
    office.run("restore", str(office.copies))
    assert {early, late} <= set(office.chains())


def test_the_doctor_says_when_the_log_cannot_be_kept_and_when_it_waits(office: Office) -> None:
    office.run("backup", str(office.copies))
    assert "log_" not in " ".join(findings(office))
    (office.copies / "wal").rename(office.copies / "elsewhere")
    office.open("nobody-keeps-it")
    office.rows("SELECT pg_switch_wal()::text")
    until = time.monotonic() + 60
    while "doctor.log_failing" not in findings(office):
        assert time.monotonic() < until
    (office.copies / "elsewhere").rename(office.copies / "wal")
    office.open("kept-again")
    office.finish_segment()
    assert "doctor.log_failing" not in findings(office)
    office.rest()
    Server(office.home).stop()
    office.run("restore", str(office.copies))
    assert "doctor.log_waits" in findings(office)
    office.run("backup", str(office.copies))
    assert "doctor.log_waits" not in findings(office)


def findings(office: Office) -> list[str]:
    return [each["code"] for each in json.loads(office.run("doctor", "--json", status=1).stdout)["findings"]]
