"""Hold a running installation to Open311 GeoReport v2: every answer to the schemas, and two clients that others wrote.

``python -m benches.open311 http://127.0.0.1:8000 [KEY]``, or ``make georeport URL=… KEY=…``. Without a key nothing is sent, only read. With
one, a request is sent that says it is a trial, once for each client. One line for each thing that was asked; status 1 when one did not hold.

The clients are ``georeport`` (reads, XML and JSON) and ``three`` (sends), as their makers publish them, in an environment of their own
(``requirements/open311-clients.txt``). ``three`` was written for Python 2: two names that Python 3 has not are put in their place.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = ROOT / "var" / "open311-clients" / "bin" / "python"
SECONDS = 30
TRIAL = "试报：检查接口是否符合 Open311，请直接办结。A trial of the interface: please close it."
PHONE = "13800138000"

sys.path.insert(0, str(ROOT / "tests"))


class Answer(NamedTuple):
    status: int
    media: str
    content: bytes


class Checked(NamedTuple):
    """``wrong`` is "" where it held."""

    what: str
    found: str
    wrong: str


Ask = Callable[[str, str, dict[str, str]], Answer]
"""Method, path below ``/open311/`` with its query, form fields to an answer."""


def over_http(base: str) -> Ask:
    def ask(method: str, path: str, fields: dict[str, str]) -> Answer:
        data = urlencode(fields).encode() if method == "POST" else None
        asked = Request(urljoin(base, f"/open311/{path}"), data, {"Accept-Language": "en"}, method=method)
        try:
            with urlopen(asked, timeout=SECONDS) as answer:
                return Answer(answer.status, answer.headers["Content-Type"], answer.read())
        except HTTPError as fault:
            return Answer(fault.code, fault.headers["Content-Type"], fault.read())

    return ask


class Holding:
    """Asks in both formats, which have to say the same."""

    def __init__(self, ask: Ask, key: str) -> None:
        self.ask, self.key = ask, key
        self.checked: list[Checked] = []

    def both(self, path: str, kind: str, status: int = 200, query: str = "") -> Any:
        told = [self.one("GET", f"{path}.{form}{query}", kind, status, {}) for form in ("xml", "json")]
        from open311_judge import textual

        same = None in told or told[0] == textual(told[1])
        self.note(f"XML and JSON of {path}", "the same", "" if same else "they differ")
        return told[1]

    def one(self, method: str, path: str, kind: str, status: int, fields: dict[str, str]) -> Any:
        from open311_judge import judged

        told, wrong = None, ""
        try:
            answer = self.ask(method, path, fields)
            told = judged(answer.media, answer.status, answer.content, kind)
            if answer.status != status:
                wrong = f"status {answer.status}, not {status}: {told}"
        except Exception as fault:  # whatever a schema or a reader says of it
            wrong = f"{type(fault).__name__}: {str(fault).splitlines()[0]}"
        self.note(f"{method} {path.partition('?')[0]}", _size(told), wrong)
        return told

    def note(self, what: str, found: str, wrong: str) -> None:
        self.checked.append(Checked(what, found, wrong))


def hold(ask: Ask, key: str = "") -> tuple[Checked, ...]:
    """Every call and every kind of error of the standard."""
    held = Holding(ask, key)
    held.both("discovery", "discovery")
    listed = held.both("v2/services", "services") or []
    held.note(
        "services offered",
        str(len(listed)),
        "" if listed else "nothing is offered: tongban open311 offer hotline",
    )
    if listed:
        held.both(f"v2/services/{listed[0]['service_code']}", "service_definition")
    requests = held.both("v2/requests", "service_requests") or []
    held.both("v2/requests", "service_requests", query="?status=closed&page_size=5&extensions=true")
    if requests:
        held.both(f"v2/requests/{requests[0]['service_request_id']}", "service_requests")
    for path, query, status in (
        ("v2/services/no_such_service", "", 404),
        ("v2/requests/no_such_request", "", 404),
        ("v2/tokens/no_such_token", "", 404),
        ("v2/services", "?jurisdiction_id=elsewhere.example", 404),
        ("v2/requests", "?start_date=yesterday", 400),
        ("v2/requests", "?start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z", 400),
        ("v2/no_such_address", "", 404),
    ):
        held.both(path, "services", status, query)
    for form in ("xml", "json"):
        held.one("POST", f"v2/requests.{form}", "created", 403, {"service_code": "x"})
    if key and listed:
        _send(held, listed[0]["service_code"])
    return tuple(held.checked)


def _send(held: Holding, service: str) -> None:
    sent = {"api_key": held.key, "service_code": service, "description": TRIAL, "phone": PHONE}
    for form in ("xml", "json"):
        wrong = {
            "api_key": held.key,
            "service_code": service,
            "lat": "0",
            "long": "0",
            "media_url": "ftp://x",
        }
        told = held.one("POST", f"v2/requests.{form}", "created", 400, wrong) or []
        held.note("faults named at once", str(len(told)), "" if len(told) > 2 else "only one of several")
    made = held.one(
        "POST", "v2/requests.json", "created", 200, {**sent, "address_string": "试报，不是真地址"}
    )
    if not made:
        return
    name, shown = made[0]["service_request_id"], f"?api_key={held.key}"
    held.both(f"v2/requests/{name}", "service_requests", query=shown)
    held.both(f"v2/tokens/{name}", "token")
    told = held.both("v2/requests", "service_requests", query=f"{shown}&service_request_id={name}") or []
    held.note(
        "the sender finds what it sent",
        name,
        "" if [each["service_request_id"] for each in told] == [name] else "it does not",
    )


def clients(base: str, key: str) -> Iterator[Checked]:
    """What the two clients of others get."""
    if not CLIENTS.exists():
        yield Checked("clients of others", "not installed here: make georeport", "")
        return
    command = [
        str(CLIENTS),
        str(Path(__file__).with_name("open311_clients.py")),
        urljoin(base, "/open311/v2"),
        key,
        TRIAL,
        PHONE,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS * 10, check=False)
    for line in done.stdout.splitlines():
        yield Checked(*json.loads(line))
    if done.returncode:
        yield Checked("clients of others", "", (done.stderr.strip().splitlines() or ["they stopped"])[-1])


def _size(told: Any) -> str:
    return f"{len(told)} entries" if isinstance(told, list) else "as asked" if told else "nothing"


def main() -> int:
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    key = sys.argv[2] if len(sys.argv) > 2 else ""
    found = [*hold(over_http(base), key), *clients(base, key)]
    for each in found:
        print(f"{'WRONG' if each.wrong else 'holds'}  {each.what:44}  {each.wrong or each.found}")
    wrong = sum(bool(each.wrong) for each in found)
    print(f"{len(found) - wrong} held, {wrong} did not")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
