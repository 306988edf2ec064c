"""What the benches of the doors share: a worker that answers requests in its own process, and a real server.

    python -m benches.doors        a worker: lines of JSON in, lines of JSON out (see ``Worker``)

Everything listens on 127.0.0.1 or on a pipe and is ended by whoever started it.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter, process_time, sleep, thread_time

from msgspec import Struct

HOST = "127.0.0.1"
PATIENCE = 60.0


def environment(home: str, url: str) -> dict[str, str]:
    """What a process needs to serve this database."""
    settings = {"DJANGO_SETTINGS_MODULE": "tongban.config.settings"}
    return {**settings, **os.environ, "TONGBAN_HOME": home, "DATABASE_URL": url}


class Seen(Struct, frozen=True):
    """One answer. ``ms`` is wall time inside the server, template and compression included; ``sql`` counts
    statements and ``sql_ms`` is the time spent waiting for them; ``size`` is bytes as sent."""

    status: int
    ms: float
    cpu_ms: float
    sql: int
    sql_ms: float
    size: int
    next: str = ""


class Worker:
    """A process with the whole application and one database behind it; requests go through its WSGI handler."""

    def __init__(self, home: str, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benches.doors"],
            env=environment(home, url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **what: object) -> dict[str, object]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the worker ended")
        found: dict[str, object] = json.loads(line)
        return found

    def get(self, path: str, who: str = "") -> Seen:
        return Seen(**self.ask(get=path, who=who))  # type: ignore[arg-type]

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)


# Inside a worker


def _work() -> None:
    import psycopg

    from tongban.config.wsgi import application  # first: it sets Django up
    from tongban.store import journal, wire

    counted = [0, 0.0]

    def counting(plain):
        def act(*args, **kwargs):
            began = perf_counter()
            try:
                return plain(*args, **kwargs)
            finally:
                counted[0] += 1
                counted[1] += perf_counter() - began

        return act

    # The ways to the database: Django's cursors, and the store's own short ones.
    psycopg.Cursor.execute = counting(psycopg.Cursor.execute)  # type: ignore[method-assign]
    journal.fetch = counting(journal.fetch)  # type: ignore[assignment]
    wire.fetch_prepared = counting(wire.fetch_prepared)  # type: ignore[assignment]
    wire.fetch_kept = counting(wire.fetch_kept)  # type: ignore[assignment]

    cookies: dict[str, str] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if "get" in asked:
            who = asked["who"]
            if who and who not in cookies:
                cookies[who] = signed_in(who)
            answer = _get(application, asked["get"], cookies.get(who, ""), counted)
        else:
            answer = _ACTS[asked["act"]](*asked["with"])
        print(json.dumps(answer), flush=True)


def signed_in(login: str, backend: str = "") -> str:
    """A session of this person, as a cookie. ``backend``: by which it is known, where it is not the first."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore

    user = get_user_model().objects.get(username=login)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend or settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"sessionid={session.session_key}"


def _get(application, address: str, cookie: str, counted: list) -> dict[str, object]:
    import io

    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "HTTP_HOST": HOST,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": HOST,
        "HTTP_COOKIE": cookie,
        "HTTP_ACCEPT_ENCODING": "gzip",
        "HTTP_ACCEPT_LANGUAGE": "zh-CN",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    said: list[str] = []
    counted[0], counted[1] = 0, 0.0
    began, cpu = perf_counter(), thread_time()
    response = application(environ, lambda status, _headers, *_: said.append(status))
    body = b"".join(response)
    response.close()
    ms, cpu_ms = (perf_counter() - began) * 1e3, (thread_time() - cpu) * 1e3
    return {
        "status": int(said[0][:3]),
        "ms": ms,
        "cpu_ms": cpu_ms,
        "sql": counted[0],
        "sql_ms": counted[1] * 1e3,
        "size": len(body),
        "next": _next_page(body),
    }


def _next_page(body: bytes) -> str:
    """The address of the next page of a list, "" on the last."""
    import gzip
    import html
    import re

    text = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
    found = re.search(r'href="(\?[^"]*after=[^"]+)"', text)
    return html.unescape(found[1]) if found else ""


def _search(words: str) -> dict[str, object]:
    """The store's own search, the way a list would use it."""
    from tongban.apps.office import office
    from tongban.store.search import Question, found

    journal = office().journal
    began = perf_counter()
    hits = found(journal, Question(words))
    return {"ms": (perf_counter() - began) * 1e3, "found": len(hits)}


def _sweep(at: str) -> dict[str, object]:
    """Act on all that is due at a moment."""
    from datetime import datetime

    from tongban.apps.supervision.sweep import sweep

    moment = datetime.fromisoformat(at)
    began, cpu = perf_counter(), process_time()
    swept = sweep(moment)
    return {
        "ms": (perf_counter() - began) * 1e3,
        "cpu_ms": (process_time() - cpu) * 1e3,
        "cases": swept.cases,
        "steps": swept.steps,
        "left": swept.left,
    }


_ACTS = {"search": _search, "sweep": _sweep}


# A real server


class Served(Struct, frozen=True):
    """A server that runs: where, and which process it is."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor time that its processes have spent so far."""
        spent = 0.0
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                rest = path.read_text().rsplit(")", 1)[1].split()
                if str(self.pid) in (path.parent.name, rest[1]):
                    spent += sum(map(int, rest[11:13])) / os.sysconf("SC_CLK_TCK")
        return spent


@contextmanager
def serving(
    home: str, url: str, application: str = "tongban.config.wsgi:application", workers: int = 2
) -> Iterator[Served]:
    """Granian with this application on a free port of the loopback, until the block ends."""
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port = int(trial.getsockname()[1])
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--no-access-log", "--log-level", "error", application,
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment(home, url))
    try:
        wait_for(port, process)
        yield Served(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int, process: subprocess.Popen[bytes] | None = None, path: str = "/") -> float:
    """Ask until a page comes; seconds that it took."""
    began = perf_counter()
    while perf_counter() - began < PATIENCE:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return perf_counter() - began
        except OSError:
            sleep(0.02)
    raise RuntimeError("no page came")


def quantile(values: Sequence[float], part: float) -> float:
    """The value below which this part lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


if __name__ == "__main__":
    _work()
