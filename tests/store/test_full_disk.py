"""A full disk is told as a full disk, whoever met it first."""

from __future__ import annotations

import errno
from pathlib import Path

import psycopg
import pytest

from tongban.store.postgres import faults
from tongban.store.postgres.faults import full_disk

GONE = psycopg.OperationalError("server closed the connection unexpectedly")


def test_a_file_without_room_and_a_database_that_says_so_are_told(tmp_path: Path) -> None:
    file = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "keys"))
    said = psycopg.errors.DiskFull("could not extend file: No space left on device")
    for fault in (file, said):
        refused = full_disk(fault, tmp_path)
        assert refused is not None and refused.code == "database.disk_full"
    told = full_disk(file, tmp_path)
    assert told is not None and told.where == str(tmp_path / "keys")


@pytest.mark.parametrize(("free", "full"), [(3, True), (5_000, False)])
def test_a_database_that_has_gone_is_believed_to_be_full_only_where_the_disk_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, full: bool
) -> None:
    monkeypatch.setattr(faults, "free_megabytes", lambda _: free)
    assert (full_disk(GONE, tmp_path) is not None) is full


def test_other_faults_are_not_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "free_megabytes", lambda _: 3)
    for fault in (ValueError("x"), OSError(errno.ENOENT, "No such file"), KeyError("y")):
        assert full_disk(fault, tmp_path) is None
