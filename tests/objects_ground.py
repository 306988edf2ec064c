"""A server that speaks S3, run by the test where ``moto_server`` is found (CI: requirements/objects-server.txt, in a place of its own)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import sleep

from nginx_ground import free, listens

WHERE = "MOTO_SERVER"
"""The program, where it is not on the path."""


def server() -> str:
    """The program, "" where it or the library of the product is missing."""
    found = os.environ.get(WHERE) or shutil.which("moto_server") or ""
    return found if found and Path(found).exists() and find_spec("minio") is not None else ""


@contextmanager
def objects() -> Iterator[str]:
    """An address for ``TONGBAN_OBJECTS`` with an empty bucket, until the block ends."""
    from minio import Minio

    port = free()
    running = subprocess.Popen(
        [server(), "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(1200):
            assert running.poll() is None
            if listens(port):
                break
            sleep(0.05)
        host = f"127.0.0.1:{port}"
        Minio(host, access_key="county", secret_key="secret", secure=False, region="us-east-1").make_bucket(
            "papers"
        )
        yield f"http://county:secret@{host}/papers/of-330824"
    finally:
        running.terminate()
        running.wait(timeout=20)
