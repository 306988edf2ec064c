"""``tongban``: reads the command line, then loads only what that command needs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from tongban.cli.menu import Menu
from tongban.cli.menus.cases import cases
from tongban.cli.menus.dispatch import dispatch
from tongban.cli.menus.outside import outside
from tongban.cli.menus.people import people_and_registers
from tongban.cli.menus.practices import practices
from tongban.cli.menus.running import running
from tongban.cli.menus.telling import webhooks
from tongban.cli.words import Voice, voice

Run = Callable[[Voice, argparse.Namespace], int]

INTERRUPTED = 130
"""What shells expect of a command that was stopped with Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status: 0 only when all is well."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    speaker = voice(_language(given))
    options = parser(speaker).parse_args(given)
    try:
        return run_of(options.run)(speaker, options)
    except KeyboardInterrupt:
        speaker.warn("cli.interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as fault:  # what is no refusal is told and goes on as it is
        return _refused(speaker, fault)


def _refused(speaker: Voice, fault: Exception) -> int:
    """Refusals and a database that is gone, in words; everything else is a fault of the program."""
    from tongban.kernel.refusal import Refused, RefusedError

    if isinstance(fault, RefusedError):
        return speaker.refuse(fault.refusal)
    from tongban.apps.registry.database import full_disk
    from tongban.cli.machine import home

    full = full_disk(fault, home())
    if full is not None:
        return speaker.refuse(full)
    names = {each.__name__ for each in type(fault).__mro__}
    said = (str(fault).strip().splitlines() or [type(fault).__name__])[0]
    if "ProgrammingError" in names and "does not exist" in said:
        return speaker.refuse(Refused("cli.not_migrated"))
    if names & {"OperationalError", "InterfaceError"}:
        return speaker.refuse(Refused("cli.database_gone", "", {"said": said}))
    raise fault


def run_of(name: str) -> Run:
    """The function behind ``module:function`` of this package."""
    module, _, function = name.partition(":")
    return cast(Run, getattr(import_module(f"tongban.cli.{module}"), function))


def _language(given: Sequence[str]) -> str:
    for n, each in enumerate(given):
        if each.startswith("--language="):
            return each.partition("=")[2]
        if each == "--language" and n + 1 < len(given):
            return given[n + 1]
    return ""


def parser(speaker: Voice) -> argparse.ArgumentParser:
    """The whole command line."""
    menu = Menu(speaker)
    running(menu)
    practices(menu)
    cases(menu)
    dispatch(menu)
    people_and_registers(menu)
    outside(menu)
    webhooks(menu)
    return menu.top


if __name__ == "__main__":
    sys.exit(main())
