"""``tongban practice bpmn``, ``forms`` and ``from-digit``, ``county export`` and ``export cases``: formats of others."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tongban.cli.machine import django_ready, open_up, operator
from tongban.cli.moments import bounds_of
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused
from tongban.library.causes import because
from tongban.library.file import write_new

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
        return voice.refuse(Refused("cli.cannot_read", str(path), because(fault, "said")))
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
    return _kept(voice, options.out, made)


def _kept(voice: Voice, path: str, made: bytes) -> int:
    refused = write_new(Path(path), made)
    if refused is not None:
        return voice.refuse(refused)
    voice.say("formats.written", path=path)
    return 0


def county_export(voice: Voice, options: argparse.Namespace) -> int:
    """The registers as a workbook, to be changed and loaded again."""
    open_up()
    from tongban.apps.formats.county_book import county_book

    return _kept(voice, options.file, county_book(operator(voice.language)))


def cases_export(voice: Voice, options: argparse.Namespace) -> int:
    """Where cases stand, as a sheet."""
    bounds = bounds_of(options)
    if isinstance(bounds, Refused):
        return voice.refuse(bounds)
    open_up()
    from tongban.apps.formats.cases_sheet import export_cases

    found = export_cases(Path(options.out), operator(voice.language), options.practice, **bounds)
    if isinstance(found, Refused):
        return voice.refuse(found)
    voice.say("formats.cases", n=found, path=options.out)
    return 0
