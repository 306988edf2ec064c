"""What reading takes of a processor: case pages, worklists and the pages beside them, of the server and of PostgreSQL.

    python -m benches.bench_reads --home DIR [--before SRC] [--cases 40] [--rounds 4] [--texts FILE]

Over a county that is there (a demo's home); nothing in it is changed but for sessions and a token. Each request goes through the
application's WSGI handler in a process that holds nothing else; its processor time is that of the thread, and that of PostgreSQL the
growth of its backend's in ``/proc``. ``--before`` is another ``src`` to measure beside, in turn, request by request. ``--texts`` writes
where the two say something else, once what differs at each look (secrets, keys) is taken out.

The last lines say how many processors an hour of the city's day would need (``load/day.py``: 2 million views in 3,600 s).
"""

from __future__ import annotations

import argparse
import base64
import difflib
import io
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from statistics import mean, median
from time import thread_time, time
from typing import Any

import psycopg
from benches.doors import HOST, environment, signed_in

from tongban.store.postgres import resolve

VIEWS = 2_000_000
SECONDS = 3_600
"""The day of a city of ten million, pressed into an hour."""
SHARES = {"case, as in a day": 13, "worklist": 10, "follow (API)": 14, "lead": 1}
"""Of a hundred views, as ``load/day.py`` has them; public pages are kept and not measured here."""
LATEST = """
SELECT c.number, c.standing, u.username FROM (
    SELECT DISTINCT ON (e.chain) e.chain, e.seq, e.body::jsonb #>> '{facts,by,person}' AS person FROM store_event e
    WHERE e.kind = 'step' ORDER BY e.chain, e.seq DESC) AS last
JOIN store_case c ON c.id = last.chain JOIN store_person p ON p.county = c.county AND p.id = last.person
JOIN auth_user u ON u.id = p.user_id WHERE u.is_active ORDER BY c.last_at DESC, c.number LIMIT %s
"""
"""Cases that somebody has just worked on, with whoever did: those that are opened in a day."""
OF_UNIT = """
SELECT DISTINCT ON (c.number) c.number, u.username FROM store_case c JOIN store_post o ON o.county = c.county AND o.unit = {unit} AND o.until IS NULL
JOIN store_person p ON p.county = o.county AND p.id = o.person JOIN auth_user u ON u.id = p.user_id
WHERE c.standing = %s AND u.is_active AND c.practice = 'hotline' ORDER BY c.number, o.role <> 'handler' LIMIT %s
"""
MADE_ANEW = re.compile(
    r'(name="(?:csrfmiddlewaretoken|_?key)" value="|"X-CSRFToken": "|name="_began" value=")[^"]*'
)
CODED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


# Inside a worker


def _work() -> None:
    from tongban.config import wsgi

    wsgi.afterwards.waiting = None
    wsgi._make_ready()
    from django.db import connection

    for line in sys.stdin:
        asked = json.loads(line)
        connection.ensure_connection()
        connection.close_at = None  # one backend, whose time can be read
        backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        before = int(backend.read_text().split()[0])
        status, cpu, body = _get(wsgi.application, asked)
        after = int(backend.read_text().split()[0])
        said: dict[str, object] = {
            "status": status,
            "cpu": cpu * 1e3,
            "db": (after - before) / 1e6,
            "size": len(body),
        }
        if asked.get("text"):
            said["text"] = base64.b64encode(body).decode()
        print(json.dumps(said), flush=True)


def _get(application: Any, asked: dict[str, Any]) -> tuple[int, float, bytes]:
    path, _, query = str(asked["path"]).partition("?")
    packed = {} if asked.get("text") else {"HTTP_ACCEPT_ENCODING": "gzip"}
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": HOST, "SERVER_PORT": "80",
        "HTTP_HOST": HOST, "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": HOST, "HTTP_ACCEPT_LANGUAGE": "zh-CN",
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.version": (1, 0),
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False, **packed, **asked["with"],
    }  # fmt: skip
    said: list[str] = []
    began = thread_time()
    response = application(environ, lambda status, _headers, *_: said.append(status))
    body = b"".join(response)
    getattr(response, "close", lambda: None)()
    return int(said[0][:3]), thread_time() - began, body


# Outside


class Worker:
    def __init__(self, src: Path, home: str, url: str) -> None:
        around = {**environment(home, url), "PYTHONPATH": str(src), "TONGBAN_API_LIMITS": "0"}
        here = ["-c", "import sys; sys.path.insert(0, '.'); from benches.bench_reads import _work; _work()"]
        self.process = subprocess.Popen(
            [sys.executable, *here], env=around, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, path: str, headers: dict[str, str], *, text: bool = False) -> dict[str, object]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"path": path, "with": headers, "text": text}) + "\n")
        self.process.stdin.flush()
        found: dict[str, object] = json.loads(self.process.stdout.readline())
        return found

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)


OLDER: dict[str, str] = {}
"""By the session of this tree, one by which releases before Remembered know the same person."""
Asked = dict[str, list[tuple[str, dict[str, str]]]]


def asked(url: str, most: int) -> Asked:
    """What is looked at, and with which headers: each a different case or reader."""
    import django

    django.setup()
    with psycopg.connect(url) as connection:
        latest = connection.execute(LATEST, (most * 3,)).fetchall()
        of = {
            standing: connection.execute(OF_UNIT.format(unit=unit), (standing, most)).fetchall()
            for standing, unit in (("open", "c.holder"), ("settled", "c.home"), ("end", "c.home"))
        }
        leaders = connection.execute(
            """SELECT DISTINCT u.username FROM store_post o JOIN store_person p ON p.id = o.person JOIN auth_user u
               ON u.id = p.user_id WHERE o.role IN ('supervisor', 'leader') AND o.until IS NULL ORDER BY 1 LIMIT 5"""
        ).fetchall()
    cookies: dict[str, str] = {}

    def as_(login: str) -> dict[str, str]:
        if login not in cookies:
            cookies[login] = signed_in(login)
            OLDER[cookies[login]] = signed_in(login, "django.contrib.auth.backends.ModelBackend")
        return {"HTTP_COOKIE": cookies[login]}

    logins = sorted({who for *_, who in latest})[:most]
    found: Asked = defaultdict(list)
    found["case, as in a day"] = [(f"/desk/{number}/", as_(who)) for number, _, who in latest]
    for standing, rows in of.items():
        found[f"case, {standing}"] = [(f"/desk/{number}/", as_(who)) for number, who in rows]
    found["worklist"] = [("/desk/", as_(who)) for who in logins]
    found["worklist, settled lately"] = [("/desk/?view=settled", as_(who)) for who in logins]
    found["lead"] = [
        (path, as_(who)) for [who] in leaders for path in ("/lead/", "/lead/figures/", "/lead/cases/")
    ]
    for number, _, _ in latest[:most]:
        session, token = _of_resident(str(number))
        found["follow (page)"].append((f"/follow/{number}/", {"HTTP_COOKIE": session}))
        bearer = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_ACCEPT_LANGUAGE": "en"}
        found["follow (API)"].append((f"/api/v1/cases/{number}", bearer))
    for who in logins[:20]:
        held = {"HTTP_AUTHORIZATION": f"Bearer {_token(who)}", "HTTP_ACCEPT_LANGUAGE": "en"}
        found["list (API)"].append(("/api/v1/cases?view=waiting", held))
        found["case of staff (API)"] += [
            (f"/api/v1/cases/{number}", held) for number, _, his in latest if his == who
        ][:3]
        found["steps (API)"] += [
            (f"/api/v1/cases/{number}/steps", held) for number, _, his in latest if his == who
        ][:3]
    return found


def _of_resident(number: str) -> tuple[str, str]:
    """A session of the browser that opened a case, and the token that came with it."""
    from django.contrib.sessions.backends.db import SessionStore

    from tongban.apps.office import office
    from tongban.apps.people.tokens import resident_token

    here = office()
    loaded = here.load(number)
    assert loaded is not None
    session = SessionStore()
    session["owns"], session["began"], session["seen"] = [loaded.case.id], time(), time()
    session.create()
    return f"sessionid={session.session_key}", resident_token([loaded.case.id], here).text


def _token(login: str) -> str:
    from django.contrib.auth import get_user_model

    from tongban.apps.people.tokens import staff_token

    return staff_token(get_user_model().objects.get(username=login), ["read", "act"], timedelta(hours=1)).text


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--home", required=True)
    options.add_argument("--before", default="")
    options.add_argument("--cases", type=int, default=40)
    options.add_argument("--rounds", type=int, default=4)
    options.add_argument("--texts", default="")
    options.add_argument("--only", default="")
    chosen = options.parse_args()
    url = resolve(Path(chosen.home).absolute(), os.environ).url
    os.environ |= environment(str(Path(chosen.home).absolute()), url)
    made = {name: each for name, each in asked(url, chosen.cases).items() if chosen.only in name}
    trees = {"now": Path(__file__).parents[1] / "src"}
    if chosen.before:
        trees = {"before": Path(chosen.before), **trees}
    workers = {name: Worker(src, str(Path(chosen.home).absolute()), url) for name, src in trees.items()}
    try:
        figures = {name: measured(workers, each, chosen.rounds) for name, each in made.items()}
        if chosen.texts and chosen.before:
            Path(chosen.texts).write_text("".join(told(workers, each) for each in made.values()))
    finally:
        for worker in workers.values():
            worker.end()
    print(
        f"load {os.getloadavg()[0]:.1f}; ms of a processor, server + PostgreSQL, mean of all; [median of the server's]"
    )
    for name, each in figures.items():
        row = "  ".join(
            f"{tree}: {mean(c for c, _ in seen):6.2f} + {mean(d for _, d in seen):5.2f} [{median(c for c, _ in seen):6.2f}]"
            for tree, seen in each.items()
            if seen
        )
        print(f"{name:26}{row}  ({len(made[name])})")
    for tree in trees:
        needed = {
            name: VIEWS * share / 100 * mean(c + d for c, d in figures[name][tree]) / 1e3 / SECONDS
            for name, share in SHARES.items()
            if figures.get(name, {}).get(tree)
        }
        print(
            tree,
            {name: round(each, 2) for name, each in needed.items()},
            f"{sum(needed.values()):.2f} processors",
        )


def measured(
    workers: dict[str, Worker], pages: list[tuple[str, dict[str, str]]], rounds: int
) -> dict[str, list[tuple[float, float]]]:
    """Milliseconds of the server and of PostgreSQL for each request of each tree; the first round warms up."""
    seen: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for n in range(rounds):
        for path, headers in pages:
            for tree, worker in workers.items():
                answer = worker.ask(path, _of(tree, headers))
                if answer["status"] != 200:
                    if not n:
                        print("not shown:", tree, path, answer["status"], file=sys.stderr)
                elif n:
                    seen[tree].append((float(str(answer["cpu"])), float(str(answer["db"]))))
    return seen


def told(workers: dict[str, Worker], pages: list[tuple[str, dict[str, str]]]) -> str:
    """Where the trees say something else."""
    found = []
    for path, headers in pages:
        before, now = (
            _plain(base64.b64decode(str(worker.ask(path, _of(tree, headers), text=True)["text"])).decode())
            for tree, worker in workers.items()
        )
        if before != now:
            found += [
                f"== {path}\n",
                *difflib.unified_diff(before.splitlines(True), now.splitlines(True), n=0),
                "\n",
            ]
    return "".join(found)


def _of(tree: str, headers: dict[str, str]) -> dict[str, str]:
    cookie = headers.get("HTTP_COOKIE", "")
    return {**headers, "HTTP_COOKIE": OLDER.get(cookie, cookie)} if tree == "before" and cookie else headers


def _plain(text: str) -> str:
    return CODED.sub("…", MADE_ANEW.sub(r"\1…", text))


if __name__ == "__main__":
    main()
