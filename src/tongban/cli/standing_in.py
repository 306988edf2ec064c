"""``tongban stand-in``: who stands in for whom while they are away; given, listed, taken back."""

from __future__ import annotations

import argparse
from datetime import date

from tongban.cli.machine import open_up, operator
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused


def give(voice: Voice, options: argparse.Namespace) -> int:
    unit, sign, role = options.post.partition(":")
    if not sign or not unit or not role:
        return voice.refuse(Refused("cli.not_a_post", options.post))
    open_up()
    from tongban.apps.people.standing_in import LONGEST, StandIn, stand_in
    from tongban.kernel.clock import local_date

    acting = operator(voice.language)
    try:
        first = date.fromisoformat(options.first) if options.first else local_date(acting.now)
        last = date.fromisoformat(options.last)
    except ValueError:
        return voice.refuse(Refused("stand_in.days", "last", {"most": LONGEST.days}))
    wish = StandIn(
        options.giver, options.person, unit, role, first, last, options.reason, tuple(options.practice)
    )
    refused = stand_in(wish, acting)
    if refused is not None:
        return voice.refuse(refused)
    voice.say("stand_in.given", person=options.person, giver=options.giver, last=options.last)
    return 0


def list_all(voice: Voice, options: argparse.Namespace) -> int:
    """Those that run, are to come or ended in the last months; of one person, or of all."""
    open_up()
    from tongban.apps.people.stand_ins import stand_ins

    found = stand_ins(operator(voice.language), options.login)
    if options.json:
        voice.write_json(found)
        return 0
    for each in found:
        voice.write(
            f"{each.id}  {each.when}  {each.person} > {each.giver}  {each.unit_name} {each.role_name}"
            f"  {each.first} - {each.last}"
        )
    if not found:
        voice.say("stand_in.none")
    return 0


def end(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.people.standing_in import take_back

    refused = take_back(options.id, operator(voice.language))
    if refused is not None:
        return voice.refuse(refused)
    voice.say("stand_in.ended", id=options.id)
    return 0
