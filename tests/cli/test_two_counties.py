"""Two counties, each a home, a database, a server and a worker of its own, talking over HTTP; one of them goes away and comes back."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from server_ground import server_url
from tongban.store.vault import Place as Row
from tongban.store.vault import Vault

pytestmark = pytest.mark.database

SRC = Path(__file__).parents[2] / "src"
PRACTICE = "cross_region_service"
PASSWORD = "not to be guessed"
WHO = {"name": "𠮷野小明", "phone": "13800138000", "id_card": "11010519491231002X"}
POSTS = {"clerk": ("hall:receiver", "health:handler"), "chief": ("health:leader",)}


class Place:
    """One county: its commands, its server, its API."""

    def __init__(self, home: Path, code: str) -> None:
        self.home, self.code = home, code
        self.database = f"tongban_{code}"
        with psycopg.connect(server_url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.database}"')  # type: ignore[call-overload]
            connection.execute(f'CREATE DATABASE "{self.database}"')  # type: ignore[call-overload]
        self.port = _free_port()
        self.server: subprocess.Popen[bytes] | None = None
        self.tokens: dict[str, str] = {}
        self.environ = {
            **os.environ,
            "TONGBAN_HOME": str(home),
            "DATABASE_URL": server_url().replace("/postgres?", f"/{self.database}?"),
            "TONGBAN_PASSWORD": PASSWORD,
            "PYTHONPATH": str(SRC),
            "PYTHONUTF8": "1",
            "LANG": "en_GB.UTF-8",
        }

    def _done(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tongban.cli.main", "--language", "en", *arguments]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=300)

    def run(self, *arguments: str) -> str:
        done = self._done(*arguments)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def refusal(self, *arguments: str) -> str:
        done = self._done(*arguments)
        assert done.returncode == 1, (arguments, done.stdout, done.stderr)
        return done.stderr

    def found(self) -> None:
        self.run("migrate")
        self.run("county", "load", str(_county(self.home, self.code)))
        self.run("calendar", "import")
        self.run("practice", "adopt", PRACTICE, "--home", "hall")
        for login, posts in POSTS.items():
            held = [word for post in posts for word in ("--post", post)]
            self.run("user", "add", login, "--name", login, *held)
            issued = self.run("token", "issue", login, "--for", "tests", "--scope", "read", "--scope", "act")
            self.tokens[login] = issued.strip().splitlines()[-1]

    def meet(self, other: Place) -> None:
        card = json.loads(other.run("peer", "card", "--json"))
        self.run(
            "peer", "add", card["code"], "--name", f"县{card['code']}", "--address", f"http://127.0.0.1:{other.port}",
            "--key", card["key"], "--sealing-key", card["sealing_key"],
        )  # fmt: skip

    def start(self) -> None:
        command = [sys.executable, "-m", "tongban.cli.main", "serve", "--port", str(self.port)]
        self.server = subprocess.Popen(command, env=self.environ, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/health", timeout=5):
                    return
            except OSError:
                assert time.monotonic() < until and self.server.poll() is None
                time.sleep(0.2)

    def stop(self) -> None:
        if self.server is not None:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait(60)
            self.server = None

    def work(self) -> str:
        return self.run("work", "--once")

    def call(self, method: str, path: str, login: str = "", body: Any = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        if login:
            request.add_header("Authorization", f"Bearer {self.tokens[login]}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as fault:
            raise AssertionError(fault.read().decode()) from fault

    def open(self, login: str, kind: str, step: str, **answers: object) -> str:
        body = {"practice": PRACTICE, "kind": kind, "step": step, "home": "hall", "answers": answers}
        return str(self.call("POST", "/cases", login, body)["number"])

    def step(self, number: str, login: str, step: str, **answers: object) -> None:
        self.call("POST", f"/cases/{number}/steps", login, {"step": step, "answers": answers})

    def case(self, number: str, login: str = "clerk") -> Any:
        return self.call("GET", f"/cases/{number}", login)

    def newest(self, kind: str) -> str:
        sql = "SELECT number FROM store_case WHERE kind = %s ORDER BY opened_at DESC LIMIT 1"
        return str(self.rows(sql, kind)[0][0])

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.environ["DATABASE_URL"]) as connection:
            return list(connection.execute(sql, values))  # type: ignore[call-overload]

    def notes(self, kind: str) -> list[Any]:
        rows = self.rows("SELECT body FROM store_event WHERE kind = %s ORDER BY recorded", kind)
        return [json.loads(body)["facts"] for (body,) in rows]

    def decided(self, number: str, issued: str) -> None:
        """From the window to a licence, by two people."""
        self.step(number, "clerk", "assign", unit="health")
        self.step(number, "clerk", "accept", promised_day="2099-12-31")
        self.granted(number, issued)

    def granted(self, number: str, issued: str) -> None:
        self.step(
            number,
            "clerk",
            "draft_decision",
            decision="granted",
            decision_reason="符合条件。",
            decision_basis="条例",
        )
        self.step(number, "chief", "decide", issued=issued, issued_sort="practice", valid_until="2099-01-01")


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _county(home: Path, code: str) -> Path:
    """The smallest county that can work: a hall and a bureau."""
    folder = home / "county"
    folder.mkdir(parents=True)
    files = {
        "divisions.csv": "code,name,level,parent,valid_from,valid_to,name_en,short_name\n"
        f"33,省,province,,2020-01-01,,Province,省\n{code[:4]},市,city,33,2020-01-01,,City,市\n"
        f"{code},县,county,{code[:4]},2020-01-01,,County,县\n",
        "units.yaml": "units:\n"
        f'  - {{id: hall, zh: 大厅, en: Hall, level: county, division: "{code}", parent: "", kind: desk}}\n'
        f'  - {{id: health, zh: 卫健局, en: Health, level: county, division: "{code}", parent: hall, kind: department}}\n',
        "categories.yaml": 'categories:\n  - {code: "01", title: {zh: 其他, en: other}}\n',
        "duties.yaml": 'fallback: {unit: hall, categories: ["01"]}\n',
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    here, there = Place(tmp_path / "here", "330891"), Place(tmp_path / "there", "330892")
    try:
        with ThreadPoolExecutor(2) as both:
            list(both.map(Place.found, (here, there)))
        here.meet(there)
        there.meet(here)
        here.start()
        yield here, there
    finally:
        for place in (here, there):
            place.stop()
            with psycopg.connect(server_url(), autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{place.database}" WITH (FORCE)')  # type: ignore[call-overload]


def test_a_case_goes_there_and_back_and_each_county_recognises_the_others_licence(
    two: tuple[Place, Place],
) -> None:
    here, there = two
    ours = here.open("clerk", "matter", "apply_online", item_code="I-1", **WHO)
    here.decided(ours, "HERE-1")

    # Received here for the county over there, whose server does not run yet: the message waits, and says why.
    number = here.open(
        "clerk", "reception", "receive", mode="received_elsewhere", peer="330892", item_code="I-2", papers=2,
        licence_sort="practice", licence="HERE-1", licence_peer="330891", form_complete=True, identity_seen=True, **WHO,
    )  # fmt: skip
    here.step(number, "clerk", "send_on", consent=True, parcel_out="SF1")
    assert "0 received there, 1 to be tried again" in here.work()
    assert here.rows("SELECT why, done IS NULL FROM store_told") == [("exchange.unreachable", True)]
    assert "received there" not in here.work(), "it is not tried again before its time"

    there.start()
    here.run("peer", "again", "330892")
    assert "1 received there" in here.work()
    arrived = there.newest("matter")
    assert there.case(arrived)["values"]["told_number"] == number.replace(" ", "")
    [[chain, seq, kept]] = there.rows(
        "SELECT chain::text, seq, value FROM store_identity WHERE field = 'name'"
    )
    assert Vault(there.home / "keys", there.code).text(kept, Row(chain, seq, "name")) == '"𠮷野小明"'
    assert "𠮷" not in kept
    assert [each["purpose"] for each in here.notes("looked")] == ["handed_over"]

    # Over there the licence that was granted here is asked about here.
    there.step(arrived, "clerk", "assign", unit="health")
    there.step(arrived, "clerk", "accept", promised_day="2099-12-31")
    there.step(arrived, "clerk", "check_licence")
    there.work()
    here.work()
    there.work()
    assert there.case(arrived, "clerk")["values"]["outcome"] == "valid"
    assert here.case(number)["stage"]["id"] == "accepted_there"
    there.granted(arrived, "THERE-1")
    there.work()
    back = here.case(number)
    assert (back["stage"]["id"], back["values"]["issued"]) == ("deliverable", "THERE-1")

    # While the other county is away, the result is handed over here; it is told when it comes back.
    there.stop()
    here.step(number, "clerk", "deliver", delivery="window")
    assert "0 received there, 1 to be tried again" in here.work()
    there.start()
    here.run("peer", "again", "330892")
    here.work()
    assert there.case(arrived)["outcome"]["id"] == "granted"

    # And the licence that was granted there is recognised here; one that nobody granted is not.
    for licence, finding in (("THERE-1", "valid"), ("THERE-2", "unknown")):
        asked = here.open(
            "clerk", "matter", "apply_online", item_code="I-3", licence_sort="practice", licence=licence,
            licence_peer="330892", **WHO,
        )  # fmt: skip
        here.step(asked, "clerk", "assign", unit="health")
        here.step(asked, "clerk", "check_licence")
        here.work()
        there.work()
        here.work()
        assert here.case(asked, "clerk")["values"]["outcome"] == finding

    for place, other in ((here, there), (there, here)):
        assert place.rows("SELECT count(*) FROM store_told WHERE done IS NULL") == [(0,)]
        receipts = {each["digest"]: each["receipt"] for each in place.notes("receipted")}
        assert receipts == {each["digest"]: each["receipt"] for each in other.notes("heard")}
        assert receipts.keys() == {each["digest"] for each in place.notes("told")}
        bodies = "".join(body for (body,) in place.rows("SELECT body FROM store_event"))
        assert not any(value in bodies for value in WHO.values())
        place.run("ledger", "verify")


def test_a_practice_is_carried_home_changed_and_adopted_and_a_forged_one_is_not(
    two: tuple[Place, Place], tmp_path: Path
) -> None:
    here, there = two
    parcel, folder = tmp_path / "practice.parcel", tmp_path / "at home"
    here.run("practice", "pack", PRACTICE, "--out", str(parcel))
    assert PRACTICE in there.run("practice", "receive", str(parcel))

    key = json.loads(here.run("peer", "card", "--json"))["key"]
    there.run("practice", "unpack", "--key", key, "--into", str(folder), str(parcel))
    manifest = folder / "practice.yaml"
    text = manifest.read_text("utf-8")
    version = next(line for line in text.splitlines() if line.startswith("version:"))
    manifest.write_text(text.replace(version, "version: 9.0.0", 1), "utf-8")
    there.run("practice", "check", str(folder))
    there.run("practice", "adopt", str(folder), "--home", "hall")
    assert "9.0.0" in there.run("practice", "list")
    assert "9.0.0" not in here.run("practice", "list")

    forged = tmp_path / "forged.parcel"
    forged.write_text(parcel.read_text("utf-8").replace("receiver", "deceiver", 1), "utf-8")
    assert "[parcel.changed]" in there.refusal("practice", "receive", str(forged))
    there.run("peer", "end", here.code)
    assert "[parcel.unknown_signer]" in there.refusal("practice", "receive", str(parcel))
