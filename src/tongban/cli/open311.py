"""``tongban open311``: what is offered to programs of others, and their keys."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tongban.cli.machine import open_up, operator
from tongban.cli.words import Voice
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from tongban.apps.open311.keys import Known


def show(voice: Voice, options: argparse.Namespace) -> int:
    """What is offered, which field takes what, and the keys."""
    open_up()
    from tongban.apps.office import office
    from tongban.apps.open311.keys import known
    from tongban.apps.open311.offers import offers

    now = operator(voice.language).now
    offered, keys = offers(office(), now), known(now)
    if options.json:
        told = [
            {"practice": each.practice, "fields": {name: field.id for name, field in each.fields.items()}}
            for each in offered
        ]
        voice.write_json({"offers": told, "keys": keys})
        return 0
    for offer in offered:
        voice.write(f"{offer.practice}  " + ", ".join(f"{a}={f.id}" for a, f in offer.fields.items()))
    for key in keys:
        voice.write(f"{key.id}  {key.name}  {_standing(voice, key)}")
    if not offered:
        voice.say("open311.none")
    return 0


def offer(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.open311.offers import offer as offer_practice

    fields = dict(each.partition("=")[::2] for each in options.field)
    made = offer_practice(options.practice, fields, operator(voice.language))
    if isinstance(made, Refused):
        return voice.refuse(made)
    fitted = ", ".join(f"{argument}={field.id}" for argument, field in made.fields.items())
    voice.say("open311.offered", practice=made.practice, fields=fitted)
    return 0


def withdraw(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.open311.offers import withdraw as withdraw_practice

    refused = withdraw_practice(options.practice, operator(voice.language))
    if refused is not None:
        return voice.refuse(refused)
    voice.say("open311.withdrawn", practice=options.practice)
    return 0


def issue(voice: Voice, options: argparse.Namespace) -> int:
    """The key alone on standard output, so that a script can keep it."""
    open_up()
    from tongban.apps.open311.keys import issue as issue_key

    made = issue_key(options.name, options.days, options.most, operator(voice.language))
    if isinstance(made, Refused):
        return voice.refuse(made)
    key, secret = made
    voice.warn("open311.issued", id=key.id, name=key.name, until=local_date(key.until))
    voice.write(secret)
    return 0


def revoke(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.open311.keys import revoke as revoke_key

    ended = revoke_key(options.id, operator(voice.language))
    if isinstance(ended, Refused):
        return voice.refuse(ended)
    voice.say("open311.revoked", id=ended.id, name=ended.name)
    return 0


def _standing(voice: Voice, key: Known) -> str:
    until = key.ended or key.until
    said = "token.holds" if key.ended is None else "token.ran_out" if until == key.until else "token.ended"
    return voice.words(said, since=local_date(key.since), until=local_date(until))
