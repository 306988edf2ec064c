"""``tongban practice bpmn``, ``forms`` and ``from-digit``: practices in formats of others."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tongban.cli.machine import django_ready
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from tongban.library.practice import Practice


def bpmn(voice: Voice, options: argparse.Namespace) -> int:
    django_ready()
    from tongban.apps.formats.bpmn import bpmn as made

    return _written(voice, options, made)


def forms(voice: Voice, options: argparse.Namespace) -> int:
    django_ready()
    from tongban.apps.formats.form_schema import schemas

    return _written(voice, options, schemas)


def from_digit(voice: Voice, options: argparse.Namespace) -> int:
    """The draft is written whatever is wrong with it; what is wrong is told, and the exit status says that something is."""
    django_ready()
    from tongban.apps.formats.taking import folder_from_digit

    path = Path(options.file)
    try:
        content = path.read_bytes()
    except OSError as fault:
        return voice.refuse(Refused("cli.cannot_read", str(path), {"said": fault.strerror or ""}))
    now, into = datetime.now(UTC), Path(options.into)
    made = folder_from_digit(content, path.name, options.service, options.id, into, now)
    if isinstance(made, Refused):
        return voice.refuse(made)
    folder, faults = made
    if faults:
        voice.refuse(Refused.of(list(faults)))
    voice.say("formats.drafted", path=str(folder), faults=len(faults))
    return 1 if faults else 0


def _written(
    voice: Voice, options: argparse.Namespace, write: Callable[[Practice, str], bytes | Refused]
) -> int:
    """Read and check the folder, then write the file. Never over one that is there."""
    from tongban.apps.adoption.shelf import check as check_folder

    practice, faults = check_folder(Path(options.path))
    if practice is None or faults:
        return voice.refuse(Refused.of(list(faults)))
    made = write(practice, voice.language)
    if isinstance(made, Refused):
        return voice.refuse(made)
    try:
        with Path(options.out).open("xb") as file:
            file.write(made)
    except FileExistsError:
        return voice.refuse(Refused("register.file_there", options.out))
    except OSError as fault:
        return voice.refuse(Refused("import.unreadable", options.out, {"reason": fault.strerror or ""}))
    voice.say("formats.written", path=options.out)
    return 0
