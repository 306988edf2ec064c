"""New cases and steps through HTTP, beside the quickest of the other systems: the same driver, server, database and run.

    python -m benches.bench_peer [--seconds 6] [--cases 2000] [--rounds 2]

django-helpdesk 2.6.1 (the best of ``peers.md``) is installed from the package registry into an environment of its own that is
removed at the end, and served like this product: granian, two processes of four threads, PostgreSQL of the same server with fsync
on. Measured in turn, so that a busy machine slows both alike:

* intake: a resident's message is stored and numbered (its public form; here the API that anybody may use),
* handling: one case from assigning to done by four requests of the staff (assign, comment, resolve, close; here dispatch, sign,
  contact, reply), each sealed into the ledger here.

Then this product at half of the highest rate, open loop: what 95 of a hundred wait at most.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from benches.doors import HOST, Served, environment, quantile, serving, wait_for
from benches.limits import Bench

from tongban.load.crew import Lines, signed_in
from tongban.load.filling import filled
from tongban.load.line import Line
from tongban.load.setting import setting_of
from tongban.store.postgres import Server

CLIENTS = (1, 4, 8)
VERSION = "django-helpdesk==2.6.1"
HERE = Path(__file__).parent
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TEXT = "城东菜市场后门的下水道堵了一个星期，污水流到路上，臭得开不了窗。"
DRAINS, DIVISION = "01.05.04", "330822001"
STAFF = {"clerk": "xuqiuju", "dispatcher": "yujiantu", "handler": "zhengjinhua"}

Unit = Callable[[Line, int], int]
"""Do one unit of work; how many requests it took. Raises where one is refused."""


class RefusedError(Exception):
    pass


def measured(
    name: str, base: str, unit: Unit, seconds: float, spent: Callable[[], float], clients: int
) -> dict[str, float]:
    """Units a second of so many clients, each with one line that stays open."""
    numbers = count(1)

    def ask(until: float) -> list[float]:
        line, taken = Line(base), []
        while perf_counter() < until:
            began = perf_counter()
            unit(line, next(numbers))
            taken.append((perf_counter() - began) * 1e3)
        line.close()
        return taken

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(ask, [perf_counter() + 1.0] * clients))
        before, began = spent(), perf_counter()
        taken = sorted(ms for each in pool.map(ask, [began + seconds] * clients) for ms in each)
        took = perf_counter() - began
    figures = {
        "rate": len(taken) / took,
        "p50": median(taken),
        "p95": quantile(taken, 0.95),
        "cpu_ms": (spent() - before) / len(taken) * 1e3,
    }
    said = "{rate:8.1f}/s{p50:8.1f} ms{p95:8.1f} ms p95{cpu_ms:8.2f} ms CPU".format(**figures)
    print(f"  {name:34}{clients:3} client{'s' if clients > 1 else ' '}{said}", flush=True)
    return figures


# This product


def settled(home: Path) -> str:
    """A county with its registers, people and the practice; the address of its database."""
    server = Server(home)
    server.start()
    url = server.url("tongban")
    script = "import django; django.setup(); from desk_ground import settle_county; settle_county()"
    made = {
        **environment(str(home), url),
        "PYTHONPATH": os.pathsep.join((str(HERE.parent / "tests"), str(HERE.parent / "src"))),
    }
    subprocess.run(
        [sys.executable, "-m", "tongban.cli.main", "migrate"], env=made, check=True, capture_output=True
    )
    subprocess.run([sys.executable, "-c", script], env=made, check=True, cwd=HERE.parent / "tests")
    return url


class Ours:
    def __init__(self, base: str) -> None:
        lines = Lines(base, here=True, pretend=False)
        crew = {each.login: each for each in signed_in(base, STAFF.values(), "tongban-demo")}
        self.crew = {role: {**crew[login].headers} for role, login in STAFF.items()}
        setting = setting_of(lines, list(crew.values()), [TEXT], ["hotline"])
        self.world, [self.way] = setting.world, setting.residents
        lines.close()

    def intake(self, line: Line, n: int) -> int:
        answers = filled(self.way.form, self.world, random.Random(n), resident=True)
        self._post(line, "/api/v1/cases", {"practice": "hotline", "answers": answers}, {}, 201)
        return 1

    def register(self, line: Line) -> str:
        answers = {
            "body": TEXT,
            "phone": "15412345678",
            "sort": "help",
            "category": DRAINS,
            "division": DIVISION,
        }
        said = {"practice": "hotline", "answers": answers}
        number: str = self._post(line, "/api/v1/cases", said, self.crew["clerk"], 201)["number"]
        return number

    def handle(self, line: Line, number: str) -> int:
        reply = {"outcome": "resolved", "result": "已经疏通，污水清运完毕。", "basis": "现场查看"}
        for role, step, answers in (
            ("dispatcher", "dispatch", {}),
            ("handler", "sign", {}),
            ("handler", "contact", {"contact_way": "phone"}),
            ("handler", "reply", reply),
        ):
            self._post(
                line,
                f"/api/v1/cases/{number}/steps",
                {"step": step, "answers": answers},
                self.crew[role],
                200,
            )
        return 4

    def _post(self, line: Line, path: str, body: object, headers: Any, expected: int) -> Any:
        sent = {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex, **headers}
        answer = line.ask("POST", path, json.dumps(body).encode(), sent)
        if answer.status != expected:
            raise RefusedError(f"{answer.status} {answer.body.decode()[:400]}")
        return answer.json()


# The other


@contextmanager
def other(home: Path, url: str) -> Iterator[tuple[Served, Any]]:
    """django-helpdesk, installed, filled with nothing, served."""
    said = parse_qs(urlsplit(url).query)
    folder = home / "peer"
    folder.mkdir(exist_ok=True)
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        wanted = [VERSION, "granian", "psycopg[binary]", "django<6", "setuptools"]
        subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=True, capture_output=True)
    made = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(HERE / "peers"),
        "DJANGO_SETTINGS_MODULE": "helpdesk_settings",
        "PEER_HOST": said["host"][0],
        "PEER_PORT": said["port"][0],
        "PEER_USER": said["user"][0],
        "PEER_MEDIA": str(folder / "media"),
    }
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE helpdesk")
    django = [str(python), "-m", "django"]
    subprocess.run([*django, "migrate", "-v0"], env=made, check=True)
    script = (
        "from django.contrib.auth.models import User; from helpdesk.models import Queue;"
        "User.objects.create_superuser('staff', 'staff@example.org', 'staff');"
        "print(Queue.objects.create(title='q', slug='q', allow_public_submission=True).pk, User.objects.get().pk)"
    )
    out = subprocess.run(
        [*django, "shell", "-v0", "-c", script], env=made, check=True, capture_output=True, text=True
    )
    queue, owner = out.stdout.split()[-2:]
    port = free_port()
    command = [
        str(python), "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "2",
        "--blocking-threads", "4", "--no-access-log", "--log-level", "error", "django.core.wsgi:get_wsgi_application", "--factory",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=made, cwd=folder)
    try:
        wait_for(port, process, "/login/")
        yield Served(port, process.pid), Theirs(f"http://{HOST}:{port}", queue, owner)
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    import socket

    with socket.socket() as trial:
        trial.bind((HOST, 0))
        return int(trial.getsockname()[1])


class Theirs:
    def __init__(self, base: str, queue: str, owner: str) -> None:
        self.queue, self.owner = queue, owner
        line = Line(base)
        shown = line.ask("GET", "/login/")
        self.csrf = shown.cookies["csrftoken"]
        form = {"username": "staff", "password": "staff", "csrfmiddlewaretoken": self.csrf}
        answer = line.ask(
            "POST", "/login/", urlencode(form).encode(), {**FORM, "Cookie": f"csrftoken={self.csrf}"}
        )
        if answer.status != 302:
            raise RefusedError(f"sign-in: {answer.status}")
        self.csrf = answer.cookies.get("csrftoken", self.csrf)
        self.staff = {**FORM, "Cookie": f"csrftoken={self.csrf}; sessionid={answer.cookies['sessionid']}"}
        self.anybody = {**FORM, "Cookie": f"csrftoken={self.csrf}"}
        self.numbers = count(1)
        line.close()

    def intake(self, line: Line, _n: int) -> int:
        self._submit(line)
        return 1

    def register(self, line: Line) -> str:
        self._submit(line)
        return str(next(self.numbers))

    def handle(self, line: Line, number: str) -> int:
        """Tickets have numbers one after the other, so the n-th of this run is known by counting."""
        same = {
            "title": TEXT[:60],
            "queue": self.queue,
            "priority": "3",
            "submitter_email": "a@example.org",
            "body": TEXT,
        }
        for change in (
            {"owner": self.owner, "comment": "", "new_status": "1"},
            {"owner": self.owner, "comment": "已经疏通。", "new_status": "1", "public": "1"},
            {"owner": self.owner, "comment": "已经疏通，污水清运完毕。", "new_status": "3", "public": "1"},
            {"owner": self.owner, "comment": "完毕", "new_status": "4"},
        ):
            form = {**same, **change, "csrfmiddlewaretoken": self.csrf}
            answer = line.ask("POST", f"/tickets/{number}/update/", urlencode(form).encode(), self.staff)
            if answer.status != 302:
                raise RefusedError(f"update: {answer.status} {answer.body.decode()[:200]}")
        return 4

    def _submit(self, line: Line) -> None:
        form = {
            "queue": self.queue,
            "title": TEXT[:60],
            "body": TEXT,
            "priority": "3",
            "submitter_email": "a@example.org",
        }
        sent = urlencode({**form, "csrfmiddlewaretoken": self.csrf}).encode()
        answer = line.ask("POST", "/tickets/submit/", sent, self.anybody)
        if answer.status != 302:
            raise RefusedError(f"submit: {answer.status}")


# Both


def both(
    name: str, base: str, made: Any, spent: Callable[[], float], seconds: float, ready: int
) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for clients in CLIENTS:
        figures[f"intake_{clients}"] = measured(
            f"{name}: new cases", base, made.intake, seconds, spent, clients
        )
    line = Line(base)
    if isinstance(made, Theirs):
        made.numbers = count(1)  # all that were submitted stand there to be handled
        numbers = iter([str(n) for n in range(1, 1_000_000)])
    else:
        numbers = iter([made.register(line) for _ in range(ready)])
    line.close()
    for clients in CLIENTS:
        handle = lambda line, _n: made.handle(line, next(numbers))  # noqa: E731
        figures[f"handle_{clients}"] = measured(
            f"{name}: four steps of a case", base, handle, seconds, spent, clients
        )
    return figures


def at_half(base: str, made: Ours, rate: float, seconds: float) -> dict[str, float]:
    """New cases at a steady rate, each timed from the moment it was due; 16 hands."""
    total, numbers = int(rate * seconds), count()
    waits: list[float] = []
    began = perf_counter()

    def hand() -> None:
        line = Line(base)
        while (n := next(numbers)) < total:
            due = began + n / rate
            sleep(max(0.0, due - perf_counter()))
            made.intake(line, n)
            waits.append((perf_counter() - due) * 1e3)
        line.close()

    with ThreadPoolExecutor(16) as pool:
        for each in [pool.submit(hand) for _ in range(16)]:
            each.result()
    ordered = sorted(waits)
    return {
        "rate": rate,
        "p50": quantile(ordered, 0.5),
        "p95": quantile(ordered, 0.95),
        "p99": quantile(ordered, 0.99),
    }


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=6)
    options.add_argument("--ready", type=int, default=5_000)
    options.add_argument("--rounds", type=int, default=1)
    chosen = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    home.chmod(0o755)
    try:
        url = settled(home)
        bench = Bench(home)
        limits = {"insert_8": bench.insert(8, 3).a_second, "tpcb_8": bench.tpcb(8, 3).a_second}
        print(
            "limits of the machine, same run: one-row insert {insert_8:,.0f}/s, TPC-B-like {tpcb_8:,.0f}/s with 8 clients".format(
                **limits
            )
        )
        os.environ["TONGBAN_API_LIMITS"] = "0"
        found: list[dict[str, Any]] = []
        with other(home, url) as (theirs, peer), serving(str(home), url) as ours:
            made, base = Ours(f"http://{HOST}:{ours.port}"), f"http://{HOST}:{ours.port}"
            for _ in range(chosen.rounds):
                for name, served, one in (("helpdesk", theirs, peer), ("tongban", ours, made)):
                    spent = lambda served=served: served.cpu() + bench.server_cpu()  # noqa: E731
                    where = f"http://{HOST}:{served.port}"
                    found.append(
                        {"name": name, **both(name, where, one, spent, chosen.seconds, chosen.ready)}
                    )
            best = max(
                each[f"intake_{n}"]["rate"] for each in found if each["name"] == "tongban" for n in CLIENTS
            )
            half = at_half(base, made, best / 2, chosen.seconds * 2)
            print(
                "  tongban at half of its most: {rate:.0f} new cases/s, p50 {p50:.0f}, p95 {p95:.0f}, p99 {p99:.0f} ms".format(
                    **half
                )
            )
        for what in ("intake", "handle"):
            rates = {
                name: max(
                    each[f"{what}_{n}"]["rate"] for each in found if each["name"] == name for n in CLIENTS
                )
                for name in ("helpdesk", "tongban")
            }
            print(f"  {what}: {rates['tongban'] / rates['helpdesk']:.1f} times the other's best (goal 10)")
        print(json.dumps({"found": found, "half": half, "limits": limits}))
    finally:
        Server(home).stop()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
