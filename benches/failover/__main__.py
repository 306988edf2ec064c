"""See ``benches.failover``."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from string import Template

import psycopg
from benches.failover.hosts import Host, install, lay_bridge, patroni, postgres_bin, take_bridge

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "deploy" / "high-availability"
PRACTICE = "hotline"
PORT = 8000
PATIENCE = 120.0


class Ground:
    """Three hosts: two for the database, one for the pages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.first, self.second, self.web = (
            Host("db1", 11, folder),
            Host("db2", 12, folder),
            Host("web", 10, folder),
        )
        self.hosts = (self.first, self.second, self.web)
        self.passwords = {
            f"{name}_password": secrets.token_urlsafe(12)
            for name in ("superuser", "replication", "rewind", "tongban")
        }
        self.patroni_program = patroni(folder / "patroni")
        self.home = folder / "home"
        self.sound = False
        """all was found that was acknowledged: nobody need read what the programs said"""
        self.url = f"postgresql://tongban:{self.passwords['tongban_password']}@127.0.0.1:5000/tongban"

    def etcd(self, host: Host) -> None:
        data = host.folder / "etcd"
        members = ",".join(f"{each.name}=http://{each.address}:2380" for each in self.hosts)
        there = "existing" if data.exists() else "new"
        host.start([
            "etcd", "--name", host.name, "--data-dir", data, "--listen-peer-urls", f"http://{host.address}:2380",
            "--listen-client-urls", f"http://{host.address}:2379", "--advertise-client-urls", f"http://{host.address}:2379",
            "--initial-advertise-peer-urls", f"http://{host.address}:2380", "--initial-cluster", members,
            "--initial-cluster-state", there, "--heartbeat-interval", "200", "--election-timeout", "2000", "--enable-v2=false",
        ])  # fmt: skip

    def patroni(self, host: Host) -> None:
        """The file of ``deploy`` with this host's values, started as the user postgres."""
        for name in ("data", "sockets"):
            (host.folder / name).mkdir(exist_ok=True, mode=0o700)
            shutil.chown(host.folder / name, "postgres", "postgres")
        values = {
            "name": host.name, "address": host.address, "data": host.folder / "data" / "15", "bin": postgres_bin(),
            "sockets": host.folder / "sockets", "etcd": ",".join(f"{each.address}:2379" for each in self.hosts), **self.passwords,
        }  # fmt: skip
        written = host.folder / "patroni.yml"
        written.write_text(
            Template((FILES / "patroni.yml").read_text("utf-8")).substitute(values), encoding="utf-8"
        )
        shutil.chown(written, "postgres", "postgres")
        written.chmod(0o600)
        host.start([self.patroni_program, written], user="postgres")

    def haproxy(self) -> None:
        written = self.web.folder / "haproxy.cfg"
        values = {"first": self.first.address, "second": self.second.address}
        written.write_text(
            Template((FILES / "haproxy.cfg").read_text("utf-8")).substitute(values), encoding="utf-8"
        )
        self.web.start(["haproxy", "-db", "-f", written])

    def environment(self) -> dict[str, str]:
        return {
            **os.environ, "DATABASE_URL": self.url, "TONGBAN_HOME": str(self.home), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "benches.unbound", "LANG": "en_GB.UTF-8", "PYTHONUTF8": "1",
        }  # fmt: skip

    def tongban(self, *words: str) -> str:
        return self.web.run([sys.executable, "-m", "tongban.cli.main", *words], self.environment())

    def reached(self) -> bool:
        """Whether the web host reaches the database by its one address."""
        ask = [
            sys.executable,
            "-c",
            "import sys, psycopg; psycopg.connect(sys.argv[1], connect_timeout=3)",
            self.url,
        ]
        return not subprocess.run(
            ["ip", "netns", "exec", self.web.space, *ask], capture_output=True, check=False
        ).returncode

    def members(self) -> dict[str, dict[str, object]]:
        """What Patroni says of the two, asked of whichever answers."""
        for host in (self.first, self.second):
            try:
                with urllib.request.urlopen(f"http://{host.address}:8008/cluster", timeout=2) as answer:
                    return {each["name"]: each for each in json.load(answer)["members"]}
            except OSError:
                continue
        return {}

    def primary(self) -> Host | None:
        for host in (self.first, self.second):
            try:
                with urllib.request.urlopen(f"http://{host.address}:8008/primary", timeout=2):
                    return host
            except OSError:
                continue
        return None

    def whole(self) -> bool:
        """A primary, and a standby that has every step before it is acknowledged."""
        roles = {str(each["role"]): each for each in self.members().values()}
        return "leader" in roles and roles.get("sync_standby", {}).get("state") in ("running", "streaming")

    def query(self, host: Host, sql: str, *values: object) -> list[tuple[object, ...]]:
        password = self.passwords["superuser_password"]
        with psycopg.connect(f"postgresql://postgres:{password}@{host.address}/tongban") as connection:
            return connection.execute(sql, values).fetchall()  # type: ignore[call-overload]


def wait(what: str, until: Callable[[], object], patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not until():
        if time.monotonic() > end:
            raise SystemExit(f"waited in vain: {what}")
        time.sleep(0.2)


@contextmanager
def ground() -> Iterator[Ground]:
    folder = Path(tempfile.mkdtemp(prefix="tongban-failover-", dir="/var/tmp"))
    folder.chmod(0o755)
    made = Ground(folder)
    try:
        lay_bridge()
        for host in made.hosts:
            host.raise_up()
        for host in made.hosts:
            made.etcd(host)
        made.patroni(made.first)
        wait("a first primary", lambda: made.primary() is not None)
        made.patroni(made.second)
        made.haproxy()
        wait("a synchronous standby", made.whole)
        yield made
    finally:
        for host in made.hosts:
            host.tear_down()
        take_bridge()
        if made.sound:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"what the programs said is kept in {folder}", file=sys.stderr)


def set_up(made: Ground) -> None:
    """The role, the database, the county and one practice; then the pages."""
    primary = made.primary()
    assert primary is not None
    password = made.passwords["superuser_password"]
    with psycopg.connect(
        f"postgresql://postgres:{password}@{primary.address}/postgres", autocommit=True
    ) as connection:
        connection.execute(f"CREATE ROLE tongban LOGIN PASSWORD '{made.passwords['tongban_password']}'")  # type: ignore[call-overload]
        connection.execute("CREATE DATABASE tongban OWNER tongban ENCODING 'UTF8' TEMPLATE template0")
    wait("haproxy leads to the primary", made.reached)
    made.tongban("migrate")
    made.tongban("county", "load", str(ROOT / "demo" / "county"))
    made.tongban("calendar", "import")
    made.tongban("practice", "adopt", PRACTICE, "--home", "hotline-centre")
    made.web.start(
        [sys.executable, "-m", "tongban.cli.main", "serve", "--port", str(PORT), "--workers", "2"],
        environment=made.environment(),
    )


class Residents:
    """The clients on the web host, and every acknowledgement they got."""

    def __init__(self, made: Ground, clients: int) -> None:
        self.acknowledged: list[tuple[float, float, str, str, int]] = []
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", made.web.space, sys.executable, "-m", "benches.failover.clients", str(PORT), str(clients), PRACTICE],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=made.environment(),
        )  # fmt: skip
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            first, done, key, number, sent = line.split()
            self.acknowledged.append((float(first), float(done), key, number, int(sent)))

    def since(self, moment: float) -> list[float]:
        """Moments of the acknowledgements of requests that were first sent, or sent again, after ``moment`` came."""
        return sorted(done for _, done, _, _, _ in list(self.acknowledged) if done > moment)

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.reader.join()


def lose(made: Ground, residents: Residents, how: str, seconds: int) -> dict[str, object]:
    """Take the primary away in one way; when steps were accepted again, and how the old one came back."""
    wait("both in step", made.whole)
    time.sleep(seconds)
    old = made.primary()
    assert old is not None
    before = len(residents.acknowledged)
    moment = time.time()
    if how == "server process killed":
        data = old.folder / "data" / "15" / "postmaster.pid"
        os.kill(int(data.read_text().split()[0]), 9)
    elif how == "host killed":
        old.kill()
    else:
        old.cut()
    # The last answers to what was stored before the loss may still be on their way: a gap is what counts.
    wait("steps accepted again", lambda: made.primary() and len(residents.since(moment + 1)) > 20)
    time.sleep(seconds)
    moments = [moment, *residents.since(moment)]
    gaps = [(later - earlier, later) for earlier, later in pairwise(moments)]
    longest, ended = max(gaps)
    now = made.primary()
    assert now is not None
    if how == "host killed":
        made.etcd(old)
        made.patroni(old)
    elif how == "network cut":
        old.mend()
    began = time.monotonic()
    wait("the old one back as standby", made.whole, 300)
    return {
        "lost": how,
        "at": _clock(moment),
        "another host took over": now.name != old.name,
        "seconds to the first accepted step": round(ended - moment, 1),
        "longest time without one": round(longest, 1),
        "accepted before": before,
        "seconds until in step again": round(time.monotonic() - began, 1),
    }


def count(made: Ground, residents: Residents) -> dict[str, object]:
    """Every acknowledged case against the ledger of whoever is primary now. What is missing there is looked for on the other host, too."""
    primary = made.primary()
    assert primary is not None
    said = {key: number for _, _, key, number, _ in residents.acknowledged}
    rows = made.query(
        primary,
        "SELECT c.number, count(*) FROM store_case c JOIN store_event e ON e.county = c.county AND e.chain = c.id AND e.seq = 1 "
        "WHERE c.practice = %s GROUP BY c.number", PRACTICE,
    )  # fmt: skip
    there = {str(number): int(str(n)) for number, n in rows}
    texts = made.query(
        primary, "SELECT value, count(*) FROM store_content WHERE field = 'body' GROUP BY value"
    )
    twice = [text for text, n in texts if int(str(n)) > 1] + [each for each, n in there.items() if n != 1]
    plain = {number.replace(" ", ""): key for key, number in said.items()}
    lost = {number for number in plain if number not in there}
    made.sound = not lost and not twice
    told = {
        "acknowledged": len(said),
        "sent more than once": sum(1 for each in residents.acknowledged if each[4] > 1),
        "in the ledger": len(there),
        "acknowledged and lost": len(lost),
        "twice": len(twice),
        "ledger": made.tongban("ledger", "verify").strip().splitlines()[0],
    }
    if lost:
        (other,) = {made.first, made.second} - {primary}
        when = sorted(
            done for _, done, _, number, _ in residents.acknowledged if number.replace(" ", "") in lost
        )
        beside = made.query(other, "SELECT c.number FROM store_case c WHERE c.practice = %s", PRACTICE)
        told |= {
            "counted at": primary.name,
            "the first and the last of them, acknowledged at": [_clock(when[0]), _clock(when[-1])],
            "of them on the other host": len(lost & {str(number) for (number,) in beside}),
        }
    return told


def _clock(moment: float) -> str:
    return time.strftime("%H:%M:%S", time.gmtime(moment))


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=15, help="of work before and after each loss")
    arguments.add_argument("--clients", type=int, default=4)
    arguments.add_argument("--rounds", type=int, default=1)
    options = arguments.parse_args()
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        print("skipped: hosts are network namespaces, which only root on Linux may make")
        return 0
    install()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    with ground() as made:
        set_up(made)
        residents = Residents(made, options.clients)
        try:
            wait("the pages", lambda: len(residents.acknowledged) > 20)
            for _ in range(options.rounds):
                for how in ("server process killed", "host killed", "network cut"):
                    print(json.dumps(lose(made, residents, how, options.seconds)), flush=True)
            wait("both in step", made.whole)
        finally:
            residents.end()
        print(json.dumps(count(made, residents)), flush=True)
        print(f"load of the machine after: {os.getloadavg()[0]:.1f}", flush=True)
    return 0 if made.sound else 1


if __name__ == "__main__":
    sys.exit(main())
