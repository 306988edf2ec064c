"""``tongban channel``: the ways by which messages leave. An address is never given on the command line: it holds a password."""

from __future__ import annotations

import argparse
import sys
from getpass import getpass

from tongban.cli.machine import open_up
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused

NOTHING = "-"
"""What stands for an address that was left empty: it is none, and ends nothing."""


def set_one(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.notices.channels import new_secret, set_channel

    url = getpass(voice.words("channel.ask")) if sys.stdin.isatty() else sys.stdin.readline()
    secret = new_secret() if options.receipts else ""
    refused = set_channel(options.name, url.strip() or NOTHING, options.unit, secret)
    if refused is not None:
        return voice.refuse(refused)
    voice.say("channel.kept", channel=_named(options))
    if secret:
        voice.say("channel.receipts", secret=secret)
    return 0


def end_one(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.notices.channels import set_channel

    refused = set_channel(options.name, "", options.unit)
    if refused is not None:
        return voice.refuse(refused)
    voice.say("channel.ended", channel=_named(options))
    return 0


def try_one(voice: Voice, options: argparse.Namespace) -> int:
    """Hand one message over, as a real one would be."""
    open_up()
    from uuid import uuid4

    from tongban.apps.notices.carrying import carry
    from tongban.apps.notices.channels import NAMES, channels
    from tongban.apps.notices.words import signed
    from tongban.apps.office import office

    here = office()
    way = channels(here).get(_named(options))
    if way is None:
        return voice.refuse(
            Refused("notices.unknown_channel", "name", {"given": _named(options)[:40], "known": NAMES})
        )
    text = signed(here, voice.words("channel.test"), voice.language)
    refused = carry(way, options.to, "", text, str(uuid4()))
    if refused is not None:
        return voice.refuse(refused)
    voice.say("channel.tried")
    return 0


def list_all(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.notices.channels import channels
    from tongban.apps.office import office

    found = channels(office()).values()
    if options.json:
        voice.write_json(
            [{"name": each.name, "personal": each.personal, "receipts": bool(each.secret)} for each in found]
        )
        return 0
    for each in found:
        reach = "pretended" if each.pretended else "people" if each.personal else "group"
        words = [
            voice.words(f"channel.{reach}"),
            *([voice.words("channel.receipted")] if each.secret else []),
        ]
        voice.write(f"{each.name}  {'  '.join(words)}")
    if not found:
        voice.say("channel.none")
    return 0


def _named(options: argparse.Namespace) -> str:
    return f"{options.name}/{options.unit}" if options.unit else str(options.name)
