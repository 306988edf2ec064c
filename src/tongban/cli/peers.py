"""``tongban peer``: the counties that this one talks with."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tongban.cli.machine import open_up, operator
from tongban.cli.words import Voice
from tongban.kernel.clock import LOCAL
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from tongban.apps.exchange.peers import Peer


def card(voice: Voice, options: argparse.Namespace) -> int:
    """What another county must be told to talk with this one."""
    open_up()
    from tongban.apps.exchange.own import card_to_give

    found = card_to_give(operator(voice.language))
    if options.json:
        voice.write_json(found)
        return 0
    voice.write(f"{found.code}\n--key {found.key}\n--sealing-key {found.sealing_key}")
    return 0


def add(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.exchange.peers import add as add_peer

    made = add_peer(
        options.code,
        options.name,
        options.name_en,
        options.address,
        options.key,
        options.sealing_key,
        operator(voice.language),
    )
    if isinstance(made, Refused):
        return voice.refuse(made)
    voice.say("peer.added", code=made.code, name=made.name, id=made.key)
    return 0


def list_all(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.exchange.peers import peers

    found = peers()
    if options.json:
        voice.write_json([_plain(each) for each in found])
        return 0
    for each in found:
        key = "peer.holds" if each.until is None else "peer.ended_on"
        until = _day(each.until) if each.until is not None else ""
        words = voice.words(key, since=_day(each.since), until=until)
        voice.write(f"{each.code}  {each.name}  {words}\n    {each.address}  {each.key}")
    if not found:
        voice.say("peer.none")
    return 0


def end(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.exchange.peers import end as end_peer

    ended = end_peer(options.code, options.key, operator(voice.language))
    if isinstance(ended, Refused):
        return voice.refuse(ended)
    for key in ended:
        voice.say("peer.ended", code=options.code, id=key)
    return 0


def again(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.exchange.waiting import send_all_again

    found = send_all_again(options.code, operator(voice.language).now)
    if isinstance(found, Refused):
        return voice.refuse(found)
    voice.say("peer.again", code=options.code, n=found)
    return 0


def _plain(peer: Peer) -> dict[str, object]:
    return {
        "code": peer.code,
        "name": peer.name,
        "address": peer.address,
        "key": peer.key,
        "since": peer.since,
        "until": peer.until,
    }


def _day(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%Y-%m-%d}"
