"""A page behind granian, the very server of the product, that writes down each request that reaches it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nginx_ground import free, listens

FILE = "SEEN_FILE"


def application(environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
    """Answers with its own path, so that whoever got another's answer would see it."""
    body = environ["wsgi.input"].read()
    line = [environ["REQUEST_METHOD"], environ["PATH_INFO"], len(body)]
    with Path(os.environ[FILE]).open("a") as file:
        file.write(json.dumps(line) + "\n")
    answer = environ["PATH_INFO"].encode("latin-1")
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    return [answer]


class Seen:
    def __init__(self, port: int, file: Path) -> None:
        self.port, self.file = port, file

    def taken(self) -> list[list[object]]:
        """What came since the last look: method, path, bytes of the body."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        self.file.write_text("")
        return [json.loads(line) for line in lines]


@contextmanager
def seeing(folder: Path) -> Iterator[Seen]:
    """granian before the page, until the block ends."""
    made = Seen(free(), folder / "seen")
    script = (
        "from granian.server import Server\nfrom granian.constants import Interfaces\n"
        f"Server('seen_ground:application', address='127.0.0.1', port={made.port}, interface=Interfaces.WSGI, workers=1, blocking_threads=4).serve()"
    )
    path = os.pathsep.join((str(Path(__file__).parent), *sys.path))
    environ = {**os.environ, FILE: str(made.file), "PYTHONPATH": path}
    server = subprocess.Popen([sys.executable, "-c", script], env=environ, stdout=subprocess.DEVNULL)
    try:
        for _ in range(400):
            assert server.poll() is None
            if listens(made.port):
                break
            time.sleep(0.05)
        yield made
    finally:
        server.terminate()
        server.wait(timeout=20)
