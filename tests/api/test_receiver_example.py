"""The receiver that the manual shows takes what is signed, once, and nothing else."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tongban.apps.outgoing import Answer, send
from tongban.apps.webhooks.signing import headers, new_secret

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "receive-webhooks.md"


def test_the_receiver_of_the_manual_takes_a_signed_message_once(tmp_path: Path) -> None:
    [code] = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(code.strip().splitlines()) <= 24
    (tmp_path / "receiver.py").write_text(code)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    secret, body, now = new_secret(), b'{"type":"case.opened"}', datetime.now(UTC)
    running = subprocess.Popen(
        [sys.executable, "-W", "ignore", "receiver.py"],
        cwd=tmp_path,
        env={**os.environ, "SECRET": secret, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}/"
        for _ in range(600):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        for keys, expected in (
            ([secret], 204),
            ([secret], 204),
            ([new_secret()], 400),
            ([new_secret(), secret], 204),
        ):
            came = send(address, body, headers(keys, "msg_1", now, body), known=True)
            assert isinstance(came, Answer) and came.status == expected
    finally:
        running.terminate()
        said, _ = running.communicate(timeout=30)
    assert said.splitlines() == [body]
