"""What is said to clamd and what is taken from it, over real sockets; with a real clamd where the machine has one."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clamd_ground import EICAR, SILENT, Daemon, listening
from tongban.apps.casework.clamd import MOST, PIECE, Clean, Found, Unanswered, ask
from tongban.config.settings import _scanner


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with listening() as found:
        yield found


def test_what_it_knows_nothing_against_is_clean(daemon: Daemon) -> None:
    assert ask(daemon.address, b"a photo") == Clean()


def test_what_it_finds_is_told_with_its_name(daemon: Daemon) -> None:
    assert ask(daemon.address, EICAR) == Found("Eicar-Test-Signature")


def test_a_file_of_many_pieces_arrives_whole(daemon: Daemon) -> None:
    data = bytes(range(256)) * (PIECE // 64) + b"the end"
    assert ask(daemon.address, data) == Clean()
    assert daemon.came == [data]


def test_a_socket_s_path_is_an_address_too(tmp_path: Path) -> None:
    with listening(tmp_path / "clamd") as daemon:
        assert ask(daemon.address, EICAR) == Found("Eicar-Test-Signature")


def test_where_nobody_listens_nobody_knows(tmp_path: Path) -> None:
    with listening() as daemon:
        gone = daemon.address
    assert ask(gone, b"a photo") == Unanswered(away=True)
    assert ask(str(tmp_path / "none"), b"a photo") == Unanswered(away=True)


def test_who_does_not_answer_in_time_has_not_answered(daemon: Daemon) -> None:
    daemon.answer = SILENT
    assert ask(daemon.address, b"a photo", seconds=0.2) == Unanswered(away=False)


@pytest.mark.parametrize(
    "answer",
    [
        b"stream: OK",
        b"stream: OK\n",
        b"stream: OK\0stream: OK\0",
        b"OK\0",
        b"\0",
        b"stream: FOUND\0",
        b"stream: \xff\xfe FOUND\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"x" * 9000,
    ],
)
def test_anything_but_its_two_answers_is_no_answer(daemon: Daemon, answer: bytes) -> None:
    daemon.answer = answer
    assert ask(daemon.address, b"a photo") == Unanswered(away=False)


def test_what_is_larger_than_it_takes_is_not_sent(daemon: Daemon) -> None:
    assert ask(daemon.address, bytes(MOST + 1)) == Unanswered(away=False)
    assert daemon.came == []


@pytest.mark.parametrize(
    "text", ["", "/run/clamav/clamd.ctl", "127.0.0.1:3310", "scanner.county:3310", "[::1]:3310"]
)
def test_the_setting_is_a_host_with_its_port_or_a_path(text: str) -> None:
    assert _scanner(text) == text


@pytest.mark.parametrize(
    "text", ["clamd", "localhost:", ":3310", "localhost:0", "localhost:99999", "run/clamd.ctl"]
)
def test_a_setting_that_is_neither_stops_the_start(text: str) -> None:
    with pytest.raises(ValueError, match="TONGBAN_CLAMAV"):
        _scanner(text)


@pytest.mark.skipif(shutil.which("clamd") is None, reason="no clamd on this machine")
def test_a_real_clamd_finds_what_it_knows_and_passes_the_rest(tmp_path: Path) -> None:
    known = tmp_path / "known"
    known.mkdir()
    (known / "own.ndb").write_text(f"Own.Test:0:*:{EICAR.hex()}\n")
    socket, settings = tmp_path / "clamd.ctl", tmp_path / "clamd.conf"
    settings.write_text(f"LocalSocket {socket}\nDatabaseDirectory {known}\nForeground yes\n")
    with subprocess.Popen(
        [shutil.which("clamd") or "", "-c", str(settings)], stdout=subprocess.DEVNULL
    ) as clamd:
        try:
            while not socket.exists() and clamd.poll() is None:
                time.sleep(0.1)
            assert ask(str(socket), b"a photo", seconds=60) == Clean()
            assert ask(str(socket), EICAR, seconds=60) == Found("Own.Test.UNOFFICIAL")
        finally:
            clamd.terminate()
