"""Processes that end together: nothing of a server stays behind, however it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PARENT = """
import os, time
from tongban.cli.together import tie_children
tie_children()
child = os.fork()
if child == 0:
    grandchild = os.fork()
    if grandchild:
        print(os.getpid(), grandchild, flush=True)
    time.sleep(60)
time.sleep(60)
"""


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks at processes as Linux shows them")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_children_end_with_a_parent_that_was_killed(how: signal.Signals) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    children = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(children) == 2 and all(lives(pid) for pid in children)
    parent.send_signal(how)
    parent.wait(10)
    until = time.monotonic() + 10
    while any(lives(pid) for pid in children) and time.monotonic() < until:
        time.sleep(0.05)
    parent.stdout.close()
    assert [pid for pid in children if lives(pid)] == []


def test_what_a_terminal_sends_reaches_the_first_process_alone() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert parent.stdout is not None
    children = [int(pid) for pid in parent.stdout.readline().split()]
    try:
        assert all(os.getpgid(child) != os.getpgid(parent.pid) for child in children)
    finally:
        parent.kill()
        parent.wait(10)
        parent.stdout.close()
