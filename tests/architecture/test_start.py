"""A start waits for nothing that only few requests need: heavy libraries are imported where they are used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from tongban.config import afterwards
from tongban.config.afterwards import Afterwards

HEAVY = (
    "numpy",
    "scipy",
    "sklearn",
    "openpyxl",
    "PIL",
    "cryptography",
    "segno",
    "stdnum",
    "filetype",
    "rich",
    "fido2",
    "jwt",
    "allauth",
    "procrastinate",
    "prometheus_client",
    "opentelemetry",
)


def loaded(code: str, home: Path) -> set[str]:
    """The top-level names that a fresh interpreter has imported after running some code."""
    asked = f"{code}\nimport sys; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    environ = {**os.environ, "TONGBAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tongban.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environ, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import tongban.config.wsgi",
        "import tongban.cli.demo, tongban.cli.serving",
        "from tongban.cli.machine import django_ready; django_ready(); import tongban.apps.casework.look",
    ],
    ids=["pages", "shell", "one case"],
)
def test_heavy_libraries_are_imported_where_they_are_used(code: str, tmp_path: Path) -> None:
    assert loaded(code, tmp_path) & set(HEAVY) == set()


def test_a_suggestion_does_not_wait_for_what_only_learning_needs(tmp_path: Path) -> None:
    code = (
        "from tongban.cli.machine import django_ready; django_ready(); import tongban.apps.dispatch.offering"
    )
    readers = "from tongban.apps.dispatch import model_file, twins, unit_file"
    names = loaded(f"{code}; {readers}", tmp_path)
    assert "scipy" in names and "sklearn" not in names


def test_what_comes_after_the_first_answer_begins_once_and_after_it() -> None:
    done = Event()
    began: list[str] = []

    def deed() -> None:
        began.append("deed")
        done.set()

    def application(environ: object, start_response: object) -> list[bytes]:
        began.append("answer")
        return [b""]

    served = Afterwards(application, deed, wait=0.01)
    assert not done.wait(0.03), "a process that nobody asks anything reads no model"
    served({}, lambda *_: lambda _: None)
    assert done.wait(5) and began == ["answer", "deed"]
    served({}, lambda *_: lambda _: None)
    assert began == ["answer", "deed", "answer"]


def test_a_process_that_was_just_forked_makes_itself_ready_though_nobody_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(afterwards, "UNASKED", 0.01)
    done = Event()
    served = Afterwards(lambda *_: [], done.set)
    served.unasked()
    assert done.wait(5)
    done.clear()
    served({}, lambda *_: lambda _: None)
    assert served.waiting is None, "and does it once"


def test_the_pages_are_loaded_before_the_first_reader_comes(tmp_path: Path) -> None:
    code = "import sys, tongban.config.wsgi; before = set(sys.modules); import tongban.config.urls, tongban.api.urls"
    left = f"{code}; assert set(sys.modules) == before, set(sys.modules) - before"
    assert "tongban" in loaded(left, tmp_path)
