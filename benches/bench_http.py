"""Intake through HTTP: cases a second that residents can bring, through the public form and through the API.

    python -m benches.bench_http [--home DIR] [--seconds 6] [--small N --large N]

Granian with two workers on the loopback, the embedded PostgreSQL with fsync on, one client and then eight;
every answer names a case that is stored and sealed on disk. The machine's limits are measured in the same
run: what the server and these clients do with an application that answers "hello", and one-row inserts and
TPC-B of pgbench. The form's guard against scripts is answered as a person's browser would answer it; the
API's count of requests a caller is lifted (``benches.unbound``).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from urllib.parse import urlencode
from uuid import uuid4

import yaml
from benches.bench_pages import filled, sizes
from benches.county import County
from benches.doors import HOST, Served, environment, quantile, serving
from benches.limits import Bench

from tongban.demo.script import county_folder

SETTINGS = {"DJANGO_SETTINGS_MODULE": "benches.unbound", "PYTHONPATH": str(Path(__file__).parents[1])}
CLIENTS = (1, 8)
TOKEN = "b" * 32
FORMS = 8_000
"""Forms given out beforehand; each opens one case."""
PER_ADDRESS = 50
"""Reports from one address; the door takes 60 in ten minutes. All of 127.0.0.0/8 is the loopback."""
_people = count(1)

Send = Callable[[http.client.HTTPConnection], tuple[int, bytes]]


def hello(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    """The least an application can do."""
    environ["wsgi.input"].read()  # type: ignore[attr-defined]
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


PREPARE = """
import json, django
django.setup()
from datetime import UTC, datetime
from tongban.apps.acting import Acting
from tongban.apps.casework.opening import asks, openings
from tongban.web.resident import flood
door = openings(Acting(datetime.now(UTC)))[0]
fields = {f.id: f.kind for f in asks(door, Acting(datetime.now(UTC))) if f.required}
keys = [flood.new_key() for _ in range(%d)]
sums = map(flood._sum_of, keys)
print(json.dumps({"practice": door.practice, "fields": fields,
                  "forms": [(key, flood.stamped(key), each.first + each.second) for key, each in zip(keys, sums)]}))
"""


def prepared(made: County, size: str) -> dict[str, object]:
    """What a resident's form asks, whatever the practice is, with the signed moment it was given out."""
    done = subprocess.run(
        [sys.executable, "-c", PREPARE % FORMS],
        env={**environment(made.home, made.urls[size]), **SETTINGS},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def messages() -> list[str]:
    """Texts of the demo county's residents."""
    folder = county_folder() / "messages"
    return [
        each["body"]
        for file in sorted(folder.glob("*.yaml"))
        for each in yaml.safe_load(file.read_text("utf-8"))["messages"]
    ]


def answers(fields: dict[str, str], texts: list[str]) -> dict[str, str]:
    """One resident's answers to the required fields."""
    n = next(_people)
    made = {
        "text": texts[n % len(texts)] + f"（{n}）",
        "phone": f"154{n % 10**8:08d}",
        "line": "道路",
        "name": "陈先生",
    }
    return {name: made[kind] for name, kind in fields.items()}


def form(asked: dict[str, object], texts: list[str]) -> Send:
    fields, forms = asked["fields"], iter(asked["forms"])  # type: ignore[call-overload]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={TOKEN}"}

    def send(connection: http.client.HTTPConnection) -> tuple[int, bytes]:
        key, stamp, total = next(forms)
        said = {**answers(fields, texts), "csrfmiddlewaretoken": TOKEN, "at": "check", "go": "send"}  # type: ignore[arg-type]
        said |= {"key": key, "stamp": stamp, "answer": str(total)}
        connection.request("POST", "/", urlencode(said), headers)
        response = connection.getresponse()
        return response.status, response.read()

    return send


def api(asked: dict[str, object], texts: list[str]) -> Send:
    def send(connection: http.client.HTTPConnection) -> tuple[int, bytes]:
        said = {"practice": asked["practice"], "answers": answers(asked["fields"], texts)}  # type: ignore[arg-type]
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        connection.request("POST", "/api/v1/cases", json.dumps(said), headers)
        response = connection.getresponse()
        return response.status, response.read()

    return send


def plain(connection: http.client.HTTPConnection) -> tuple[int, bytes]:
    connection.request("POST", "/", b"x" * 1000)
    response = connection.getresponse()
    return response.status, response.read()


def load(port: int, send: Send, expected: int, clients: int, seconds: float) -> tuple[float, list[float]]:
    """Requests a second, and the milliseconds of each."""

    def ask(until: float) -> list[float]:
        taken: list[float] = []
        while perf_counter() < until:
            if len(taken) % PER_ADDRESS == 0:
                n = next(_people)
                own = f"127.{n // 65536 % 256}.{n // 256 % 256}.{n % 254 + 1}"
                connection = http.client.HTTPConnection(HOST, port, timeout=60, source_address=(own, 0))
            began = perf_counter()
            status, said = send(connection)
            if status != expected:
                words = " ".join(re.sub(r"<[^>]*>", " ", said.decode()).split())
                raise RuntimeError(f"{status}: {words[:600]}")
            taken.append((perf_counter() - began) * 1e3)
        return taken

    began = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        taken = [ms for each in pool.map(ask, [began + seconds] * clients) for ms in each]
    return len(taken) / (perf_counter() - began), taken


def measure(
    name: str, served: Served, bench: Bench, send: Send, expected: int, seconds: float
) -> dict[str, float]:
    """With one client, then with eight; processor time is the server's and the database's together."""
    load(served.port, send, expected, 2, 1.5)
    figures: dict[str, float] = {}
    for clients in CLIENTS:
        before = served.cpu() + bench.server_cpu()
        rate, taken = load(served.port, send, expected, clients, seconds)
        cpu = (served.cpu() + bench.server_cpu() - before) / len(taken) * 1e3
        figures |= {
            f"rate_{clients}": rate,
            f"p50_{clients}": median(taken),
            f"p95_{clients}": quantile(taken, 0.95),
            f"cpu_ms_{clients}": cpu,
        }
        print(
            f"  {name:30}{clients:3} client{'s' if clients > 1 else ' '}{rate:8.0f}/s{median(taken):8.1f} ms"
            f"{quantile(taken, 0.95):8.1f} ms p95{cpu:8.2f} ms CPU"
        )
    return figures


def run(made: County, seconds: float) -> dict[str, object]:
    figures: dict[str, object] = {}
    print("limits of the machine, same run:")
    bench = Bench(Path(made.home))
    limits = {
        "insert_1": bench.insert(1, 3).a_second,
        "insert_8": bench.insert(8, 3).a_second,
        "tpcb_8": bench.tpcb(8, 3).a_second,
    }
    print(
        "  one-row insert {insert_1:,.0f}/s with 1 client, {insert_8:,.0f}/s with 8; TPC-B-like with 8 {tpcb_8:,.0f}/s".format(
            **limits
        )
    )
    os.environ.update(SETTINGS)
    with serving(made.home, made.urls["small"], "benches.bench_http:hello") as served:
        figures["hello"] = measure("granian and clients, hello", served, bench, plain, 200, 3)
    texts = messages()
    print("intake:")
    for size in ("small", "large"):
        asked = prepared(made, size)
        sleep(2.5)
        with serving(made.home, made.urls[size]) as served:
            for name, send, expected in (("form", form(asked, texts), 302), ("API", api(asked, texts), 201)):
                cases = f"{made.cases[size]:,}"
                figures[f"{name}_{size}"] = measure(
                    f"{name}, {cases} cases there", served, bench, send, expected, seconds
                )
    return {**figures, "limits": limits}


def main() -> None:
    options = argparse.ArgumentParser()
    sizes(options)
    options.add_argument("--seconds", type=float, default=6)
    chosen = options.parse_args()
    with filled(chosen) as made:
        print(json.dumps(run(made, chosen.seconds)))


if __name__ == "__main__":
    main()
