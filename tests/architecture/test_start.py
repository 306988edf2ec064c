"""A start waits for nothing that only few requests need: heavy libraries are imported where they are used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_the_pages_are_loaded_before_the_first_reader_comes(tmp_path: Path) -> None:
    code = "import sys, tongban.config.wsgi; before = set(sys.modules); import tongban.config.urls, tongban.api.urls"
    left = f"{code}; assert set(sys.modules) == before, set(sys.modules) - before"
    assert "tongban" in loaded(left, tmp_path)
