"""The menu of the shell: commands, groups of them and their words, read without loading any."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tongban.cli.arguments import Parser
from tongban.cli.words import LANGUAGES, Voice


class Menu:
    """Commands with their words."""

    def __init__(self, speaker: Voice) -> None:
        self.speaker = speaker
        Parser.speaker = speaker
        self.top = Parser(prog="tongban", description=speaker.words("cli.about"))
        self.top.add_argument("--language", choices=LANGUAGES, help=speaker.words("cli.language"))
        version = speaker.words("option.version")
        self.top.add_argument("--version", action="version", version=f"tongban {_version()}", help=version)
        self.commands = self.top.add_subparsers(required=True, metavar=speaker.words("cli.command"))
        self.groups: dict[str, argparse._SubParsersAction[Parser]] = {}
        self.made: dict[str, Parser] = {}

    def add(self, name: str, run: str) -> argparse.ArgumentParser:
        """A command (``sweep``), one of a group (``case show``), or one about what another lists."""
        group, _, last = name.rpartition(" ")
        text = self.speaker.words(f"help.{name.replace(' ', '_').replace('-', '_')}")
        into = self.commands if not group else self._group(group)
        made = into.add_parser(last, help=text, description=text)
        made.add_argument("--language", choices=LANGUAGES, help=argparse.SUPPRESS)
        made.set_defaults(run=run)
        self.made[name] = made
        return made

    def _group(self, name: str) -> argparse._SubParsersAction[Parser]:
        if name in self.made and name not in self.groups:
            self.groups[name] = self.made[name].add_subparsers(metavar=self.speaker.words("cli.command"))
        if name not in self.groups:
            text = self.speaker.words(f"help.{name.replace('-', '_')}")
            made = self.commands.add_parser(name, help=text, description=text)
            self.groups[name] = made.add_subparsers(required=True, metavar=self.speaker.words("cli.command"))
        return self.groups[name]

    def words(self, key: str) -> str:
        return self.speaker.words(key)

    def whole(self, least: int, most: int) -> Callable[[str], int]:
        """A whole number within bounds; argparse tells the words beside the option's name."""

        def read(text: str) -> int:
            if text.isascii() and text.isdecimal() and least <= int(text[:12]) <= most:
                return int(text)
            raise argparse.ArgumentTypeError(
                self.speaker.words("cli.whole", least=least, most=most, given=text[:40])
            )

        return read


def _version() -> str:
    from tongban import __version__

    return __version__
