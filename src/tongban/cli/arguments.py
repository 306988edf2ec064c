"""The command line as it is read and explained: in the speaker's language, and refused like everything else."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import NoReturn

from tongban.cli.words import Voice

USAGE = 2
"""The exit status that shells expect of what was not written rightly."""


class Help(argparse.HelpFormatter):
    """The help of a command in the speaker's language, also where argparse has words of its own."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        said = Parser.speaker.words("usage") if prefix is None else prefix
        super().add_usage(usage, actions, groups, said)


class Parser(argparse.ArgumentParser):
    """What does not fit the command line is refused like everything else: words, code, remedy."""

    speaker: Voice
    """Whose language all parsers have: subcommands are made by argparse itself."""

    def __init__(self, *, prog: str | None = None, description: str | None = None) -> None:
        super().__init__(prog=prog, description=description, formatter_class=Help, add_help=False)
        self._positionals.title = self.speaker.words("arguments")
        self._optionals.title = self.speaker.words("options")
        help = self.speaker.words("option.help")
        self.add_argument("-h", "--help", action="help", default=argparse.SUPPRESS, help=help)

    def error(self, message: str) -> NoReturn:
        from tongban.kernel.refusal import Refused

        self.print_usage(sys.stderr)
        self.speaker.refuse(Refused("cli.usage", "", {"said": message, "command": self.prog}))
        self.exit(USAGE)
