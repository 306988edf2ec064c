"""A practice's folder as plain texts: read from disk without trust, listed and named by its content.

What is kept is text with ``\\n`` at the end of lines and without a byte order mark, so that the same folder
has the same digest on every machine. Names that begin with a dot are not part of a practice.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

from tongban.kernel.refusal import Refused
from tongban.library.causes import because

LARGEST = 1_000_000
"""Bytes in the largest file that is read."""
MOST_FILES = 500
LANGUAGES = ("zh-Hans", "en")

REQUIRED = (
    "practice.yaml",
    "deadlines.yaml",
    "forms.yaml",
    "routing.yaml",
    *(f"texts/{language}.yaml" for language in LANGUAGES),
    "README.md",
)
OPTIONAL = (
    "indicators.yaml",
    "boards.yaml",
    "registers.yaml",
    "views.yaml",
    "catalogue.yaml",
    "letters.yaml",
)
FOLDERS = ("procedure", "texts", "scenarios")

_MANY = re.compile(
    r"(procedure/[a-z][a-z0-9_]*\.yaml|scenarios/[A-Za-z0-9][A-Za-z0-9_-]*\.yaml|README(\.[A-Za-z-]+)?\.md)"
)


def pack(folder: Path) -> Mapping[str, str] | Refused:
    """All files of a practice's folder: path inside it to text.

    Refuses, all at once: a folder that is not there, links, what is no plain file, a file over 1 MB, what
    is not UTF-8 text, a file that no practice has, and a required file that is missing.
    """
    files, faults = gather(folder)
    return Refused.of(faults) if faults else files


def gather(folder: Path) -> tuple[Mapping[str, str], list[Refused]]:
    """What can be read of the folder, sorted by path, and every fault of what cannot."""
    files: dict[str, str] = {}
    faults: list[Refused] = []
    try:
        if not folder.is_dir():
            return {}, [Refused("practice.folder_missing", str(folder))]
        _gather(folder, "", files, faults)
    except OSError as error:
        faults.append(Refused("practice.unreadable", str(folder), because(error)))
    faults += names_of(files, frozenset(fault.where for fault in faults))
    return dict(sorted(files.items())), faults


def digest(files: Mapping[str, str]) -> str:
    """SHA-256 over a sorted listing of paths and the SHA-256 of each text: the name of this content."""
    listing = "".join(
        f"{path}\0{sha256(text.encode()).hexdigest()}\n" for path, text in sorted(files.items())
    )
    return sha256(b"tongban.practice.1\n" + listing.encode()).hexdigest()


def names_of(files: Mapping[str, str], refused: frozenset[str] = frozenset()) -> list[Refused]:
    """Faults of the file names alone: missing ones and strangers. ``refused`` were found but not readable."""
    faults = []
    for path in REQUIRED:
        if path not in files and path not in refused:
            faults.append(Refused("practice.file_missing", path))
    procedures = [path for path in (*files, *refused) if path.startswith("procedure/")]
    if not procedures:
        faults.append(Refused("practice.file_missing", "procedure/<kind>.yaml"))
    known = (*REQUIRED, *OPTIONAL)
    for path in files:
        if path not in known and not _MANY.fullmatch(path):
            near = get_close_matches(path, known, 1, 0.5)
            faults.append(
                Refused("practice.unknown_file", path, {"nearest": near[0] if near else "README.md"})
            )
    return faults


def _gather(folder: Path, inside: str, files: dict[str, str], faults: list[Refused]) -> None:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        path = f"{inside}{entry.name}"
        if entry.name.startswith("."):
            continue
        if len(files) + len(faults) >= MOST_FILES:
            faults.append(Refused("practice.too_many_files", str(folder), {"most": MOST_FILES}))
            return
        if entry.is_symlink():
            faults.append(Refused("practice.link", path))
        elif entry.is_dir(follow_symlinks=False):
            if path in FOLDERS:
                _gather(Path(entry.path), f"{path}/", files, faults)
            else:
                near = get_close_matches(path, FOLDERS, 1, 0.0)
                faults.append(Refused("practice.unknown_file", path, {"nearest": f"{near[0]}/"}))
        else:
            text = _text(Path(entry.path), path)
            if isinstance(text, Refused):
                faults.append(text)
            else:
                files[path] = text


def _text(file: Path, path: str) -> str | Refused:
    """The text of one file. Opened without following links or waiting for a pipe."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as stream:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                return Refused("practice.not_a_file", path)
            content = stream.read(LARGEST + 1)
    except OSError as error:
        return Refused("practice.unreadable", path, because(error))
    if len(content) > LARGEST:
        return Refused("practice.file_too_large", path, {"most": LARGEST})
    if b"\0" in content:
        return Refused("practice.binary", path)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return Refused("practice.encoding", path, {"line": content.count(b"\n", 0, error.start) + 1})
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
