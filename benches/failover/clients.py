"""Residents who do not give up: each request is sent again under its key until it is acknowledged.

Runs on the web host: ``python -m benches.failover.clients PORT CLIENTS PRACTICE``. Writes one line for each acknowledged case,
as it comes: the moment it was first sent, the moment of the acknowledgement (seconds of the system's clock), its key, its
number, and how often it was sent. Ends when its standard input does.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from uuid import uuid4

PATIENCE = 5.0
"""Seconds for which an answer is waited for."""
_writing = threading.Lock()
_ended = threading.Event()


def resident(port: int, practice: str) -> None:
    while not _ended.is_set():
        key, first, sent = str(uuid4()), time.time(), 0
        body = json.dumps(
            {"practice": practice, "answers": {"body": f"Request {key}", "phone": "13800138000"}}
        )
        while True:
            sent += 1
            number = ask(port, key, body)
            if number:
                with _writing:
                    print(first, time.time(), key, number, sent, flush=True)
                break
            if _ended.is_set() and sent > 200:
                return
            time.sleep(0.05)


def ask(port: int, key: str, body: str) -> str:
    """The number of the case; "" when nobody can say whether there is one."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        connection.request("POST", "/api/v1/cases", body, headers)
        response = connection.getresponse()
        said = response.read()
        if response.status in (200, 201):
            return str(json.loads(said)["number"])
        if response.status < 500 and response.status != 429:
            print("REFUSED", response.status, said[:300], file=sys.stderr, flush=True)
        return ""
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()


def main() -> None:
    port, clients, practice = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    threads = [threading.Thread(target=resident, args=(port, practice)) for _ in range(clients)]
    for each in threads:
        each.start()
    sys.stdin.read()
    _ended.set()
    for each in threads:
        each.join()


if __name__ == "__main__":
    main()
