"""The demo's two counties, set up at once: a home, a database, keys and a ledger each, and one practice that went from one to the other."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from server_ground import server_url
from tongban.cli.serving import port_taken
from tongban.kernel.ledger.ed25519 import read_key, trusted
from tongban.kernel.refusal import Refused
from tongban.library.sheet import unwrap_sheet

pytestmark = pytest.mark.database

ROOT = Path(__file__).parents[2]
NAME = "tongban_two"
VOLUME = "20"
"""Per cent: so many that the few units with the practice have cases on both sides of its beginning, whatever day it is."""
CARRIED = yaml.safe_load((ROOT / "demo" / "neighbour" / "carried.yaml").read_text("utf-8"))


class Pair:
    """The demo county and its neighbour."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.database = {"": NAME, "neighbour": f"{NAME}_neighbour"}

    def url(self, county: str = "") -> str:
        return server_url().replace("/postgres?", f"/{self.database[county]}?")

    def environ(self, of: str = "") -> dict[str, str]:
        return {
            **os.environ,
            "TONGBAN_HOME": str(self.home / of),
            "DATABASE_URL": self.url(of),
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONUTF8": "1",
        }

    def ask(self, *arguments: str, of: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tongban.cli.main", "--language", "en", *arguments]
        return subprocess.run(command, env=self.environ(of), capture_output=True, text=True, timeout=600)

    def run(self, *arguments: str, of: str = "") -> str:
        done = self.ask(*arguments, of=of)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def rows(self, sql: str, of: str = "") -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url(of)) as connection:
            return list(connection.execute(sql))  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    pair = Pair(tmp_path_factory.mktemp("two"))

    def drop() -> None:
        with psycopg.connect(server_url(), autocommit=True) as connection:
            for name in pair.database.values():
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[call-overload]

    drop()
    said = pair.run("demo", "--no-serve", "--volume", VOLUME)
    assert "The demo county is ready" in said and "The neighbouring county" in said
    yield pair
    drop()


def test_each_county_has_a_sound_ledger_and_a_key_that_the_other_one_knows(pair: Pair) -> None:
    cards = {of: json.loads(pair.run("peer", "card", "--json", of=of)) for of in ("", "neighbour")}
    assert cards[""]["code"] != cards["neighbour"]["code"] and cards[""]["key"] != cards["neighbour"]["key"]
    for of, other in (("", "neighbour"), ("neighbour", "")):
        assert "The ledger is sound" in pair.run("ledger", "verify", of=of)
        known = {each["code"]: each["key"] for each in json.loads(pair.run("peer", "list", "--json", of=of))}
        assert cards[other]["key"].startswith(known[cards[other]["code"]])


def test_the_practice_came_signed_was_changed_and_runs_beside_the_original(pair: Pair) -> None:
    name = CARRIED["practice"]
    adopted = f"SELECT version, digest, since FROM store_adoption WHERE practice = '{name}'"
    ((theirs, digest, _),) = pair.rows(adopted)
    ((ours, changed, since),) = pair.rows(adopted, "neighbour")
    assert ours != theirs and changed != digest
    ((came, packed),) = pair.rows("SELECT at, digest FROM store_parcel", "neighbour")
    assert packed == digest and came < since
    assert pair.rows(f"SELECT count(*) FROM store_case WHERE practice = '{name}'", "neighbour") > [(5,)]


def test_the_stay_ends_with_what_the_figures_say(pair: Pair) -> None:
    told = CARRIED["look_back"]
    sql = "SELECT stage, outcome FROM store_case WHERE practice = '{}' AND kind = 'way'".format(
        told["practice"]
    )
    ended = dict(pair.rows(sql, "neighbour"))
    assert ended["known"] in told["verdicts"].values()


def test_nobody_in_the_stay_was_late(pair: Pair) -> None:
    told = CARRIED["look_back"]["practice"]
    ((late,),) = pair.rows(f"SELECT sum(missed) FROM store_case WHERE practice = '{told}'", "neighbour")
    assert late == 0


def test_what_came_of_it_is_told_in_both_languages() -> None:
    said = next(each["now"] for each in CARRIED["changes"] if each["now"].startswith("origin:"))
    for origin in yaml.safe_load(said)["origin"]:
        assert origin["title_en"].isascii() and origin["document_en"].isascii()


def test_a_changed_file_is_refused_next_door(pair: Pair) -> None:
    signed = (pair.home / "letters" / "practice.parcel").read_text("utf-8")
    forged = pair.home / "forged.parcel"
    forged.write_text(signed.replace("at_most: 3", "at_most: 9", 1), "utf-8")
    said = pair.ask("practice", "receive", str(forged), of="neighbour")
    assert said.returncode == 1 and "[parcel.changed]" in said.stderr


def test_both_are_served_and_either_sets_the_practice_beside_the_others(pair: Pair) -> None:
    port = two_ports()
    command = [sys.executable, "-m", "tongban.cli.main", "demo", "--port", str(port), "--volume", VOLUME]
    server = subprocess.Popen(
        command, env=pair.environ(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    # The neighbour knows the demo county by the port that it was set up with; the other way round the page says who is silent.
    try:
        for at, own, other in ((port, "常山县", "望溪县"), (port + 1, "望溪县", "常山县")):
            page = fetched(f"http://127.0.0.1:{at}/open/practices/{CARRIED['practice']}/", server)
            assert own in page and other in page
            assert "{title" not in page and "outgoing." not in page, (
                "told in words, not as its author writes it"
            )
        sheet = fetched(f"http://127.0.0.1:{port + 1}/open/practices/{CARRIED['practice']}/sheet.txt", server)
        key = read_key(json.loads(pair.run("peer", "card", "--json", of="neighbour"))["key"])
        assert not isinstance(key, Refused)
        read = unwrap_sheet(sheet, trusted(dict([key])))
        assert not isinstance(read, Refused), read
        assert read[0].origin is not None and read[0].effect is not None
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)
    for _ in range(100):
        if port_taken("127.0.0.1", port + 1) is None:
            break
        time.sleep(0.2)
    assert port_taken("127.0.0.1", port + 1) is None, "the neighbour ended with it"


def two_ports() -> int:
    """A free port whose next one is free, too."""
    while True:
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            port = int(trial.getsockname()[1])
        if (
            port < 65_000
            and port_taken("127.0.0.1", port) is None
            and port_taken("127.0.0.1", port + 1) is None
        ):
            return port


def fetched(address: str, server: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + 180
    while True:
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return str(answer.read().decode())
        except OSError:
            assert time.monotonic() < until and server.poll() is None
            time.sleep(0.5)


def test_a_second_start_finds_both(pair: Pair) -> None:
    events = [pair.rows("SELECT count(*) FROM store_event", of) for of in ("", "neighbour")]
    said = pair.run("demo", "--no-serve", "--volume", VOLUME)
    assert "as you left it" in said
    assert [pair.rows("SELECT count(*) FROM store_event", of) for of in ("", "neighbour")] == events
