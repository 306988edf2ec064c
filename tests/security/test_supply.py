"""What is borrowed and what is given away: locked, licensed so that an office may use it, and no secret among it."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "requirements" / "runtime.txt"
FREE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Mozilla Public License|MPL|LGPL|Lesser General|Unlicense|Zlib|HPND|CC0|OFL|PostgreSQL",
    re.IGNORECASE,
)
"""Licences under which an office may run, change and hand on the whole; LGPL and MPL bind the library alone."""
BINDING = re.compile(r"\bA?GPL|Affero|SSPL|Business Source|Commons Clause", re.IGNORECASE)
SECRETS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\n[A-Za-z0-9+/=]{20}"),
    "cloud key": re.compile(r"\b(?:AKIA|ASIA|LTAI)[0-9A-Za-z]{16,}\b"),
    "token": re.compile(r"\b(?:ghp|gho|glpat|xox[abp])[_-][0-9A-Za-z_-]{20,}"),
    "password in an address": re.compile(r"\b[a-z][a-z0-9+]{2,20}://[^\s:/@'\"<>{}$]{1,40}:(?!PASSWORD|secret|password)[^\s@/'\"<>{}$]{6,40}@[a-z0-9]", re.IGNORECASE),
}  # fmt: skip
READ = {
    ".py",
    ".yaml",
    ".yml",
    ".toml",
    ".txt",
    ".md",
    ".sql",
    ".html",
    ".js",
    ".json",
    ".cfg",
    ".sh",
    ".conf",
    "",
}


def locked() -> dict[str, str]:
    """Name and version of everything that runs in production."""
    return dict(
        re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", RUNTIME.read_text(), re.MULTILINE)
    )


def test_what_is_borrowed_is_locked_by_hash_and_may_be_used_by_an_office() -> None:
    text = RUNTIME.read_text()
    assert text.count("--hash=sha256:") >= len(locked()) > 20
    wrong = {}
    for name in locked():
        try:
            said = metadata(name)
        except PackageNotFoundError:  # for another system than this one
            continue
        words = " ".join(
            [said.get("License-Expression") or "", (said.get("License") or "")[:200]]
            + [each for each in said.get_all("Classifier") or () if each.startswith("License")]
        )
        if not FREE.search(words) or (BINDING.search(words) and not re.search("LGPL|Lesser", words)):
            wrong[name] = words[:120]
    assert wrong == {}


def test_no_secret_is_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    found = []
    for line in listed.stdout.splitlines():
        file = ROOT / line
        if line == "tests/apps/test_notice_codes.py":  # an invented gateway with its invented password
            continue
        if file.suffix not in READ or not file.is_file() or file.stat().st_size > 2_000_000:
            continue
        text = file.read_text(encoding="utf-8", errors="ignore")
        found += [f"{line}: {kind}" for kind, pattern in SECRETS.items() if pattern.search(text)]
    assert found == []


def test_keys_and_homes_are_kept_out_of_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "var", "keys", "*.pem", "*.key", ".env"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.stdout == ""
