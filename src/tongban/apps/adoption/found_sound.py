"""Which contents of practices this program found sound before: each is checked once on a machine, not once in every process.

It only spares whoever looks at the shelf the wait: a practice that is adopted is checked anew (``adopting``), which is remembered, too. What had a fault is not
remembered, since its faults are told. Another program has other checks and remembers for itself.
"""

from __future__ import annotations

import shutil
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

import tongban
from tongban.kernel.refusal import Refused
from tongban.library.checking import check
from tongban.library.practice import Practice

FOLDER = "checked"
"""Below the home. It may be deleted at any time."""
_JUDGES = ("kernel", "library")
"""The packages by which a practice is judged."""


def faults_of(practice: Practice) -> tuple[Refused, ...]:
    """All that is wrong with a practice that could be read."""
    if (_folder() / practice.digest).is_file():
        return ()
    faults = check(practice)
    if not faults:
        remember(practice)
    return faults


def remember(practice: Practice) -> None:
    """That nothing is wrong with it: whoever looks at the shelf need not wait for what an adoption has checked. A home that cannot
    be written to is no reason not to answer."""
    folder = _folder()
    try:
        if not folder.is_dir():
            shutil.rmtree(folder.parent, ignore_errors=True)  # what another program found
            folder.mkdir(parents=True, exist_ok=True)
        (folder / practice.digest).touch()
    except OSError:
        return


def take_over(home: Path) -> None:
    """What this same program found sound in another home of the machine holds here, too."""
    found = home / FOLDER / _program()
    if found.is_dir():
        shutil.copytree(found, _folder(), dirs_exist_ok=True)


def _folder() -> Path:
    return Path(settings.TONGBAN_HOME) / FOLDER / _program()


@lru_cache(maxsize=1)
def _program() -> str:
    """A digest of everything by which a practice is judged."""
    found = sha256()
    root = Path(tongban.__file__).parent
    for path in sorted(
        path for name in _JUDGES for path in (root / name).rglob("*.*") if path.suffix in (".py", ".yaml")
    ):
        found.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()
