"""``tongban webhook``: other systems that are told what happens."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tongban.cli.machine import open_up, operator
from tongban.cli.moments import moment_of
from tongban.cli.people import signed_in
from tongban.cli.words import Voice
from tongban.kernel.clock import LOCAL
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


def add(voice: Voice, options: argparse.Namespace) -> int:
    """The secret alone on standard output; what it is of beside it."""
    open_up()
    from tongban.apps.webhooks.subscribing import Wish, subscribe
    from tongban.apps.webhooks.telling import KINDS

    acting = signed_in(voice, options.login)
    if isinstance(acting, Refused):
        return voice.refuse(acting)
    kinds, practices = tuple(options.kind or KINDS), tuple(options.practice)
    made = subscribe(Wish(options.address, options.purpose, kinds, practices, options.unit), acting)
    if isinstance(made, Refused):
        return voice.refuse(made)
    voice.warn("webhook.made", id=made.webhook.id)
    voice.write(made.secret)
    return 0


def list_all(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.webhooks.subscribing import webhooks

    found = webhooks(operator(voice.language))
    if options.json:
        voice.write_json(found)
        return 0
    for each in found:
        stands = voice.words(f"webhook.{each.standing}")
        counts = voice.words(
            "webhook.counts", received=each.received, waiting=each.waiting, given_up=each.given_up
        )
        voice.write(f"{each.id}  {each.owner}  {stands}  {counts}\n    {each.purpose}  {each.address}")
    if not found:
        voice.say("webhook.none")
    return 0


def deliveries(voice: Voice, options: argparse.Namespace) -> int:
    """The newest fifty."""
    open_up()
    from tongban.apps.webhooks.looking import deliveries as messages_of

    found = messages_of(options.id, operator(voice.language), options.state)
    if isinstance(found, Refused):
        return voice.refuse(found)
    for each in found.rows:
        last = f"HTTP {each.status}" if each.status else each.why
        voice.write(
            f"{each.id}  {each.kind}  {each.state}  {_time(each.made)}  {each.tries}  {last}".rstrip()
        )
    if not found.rows:
        voice.say("webhook.no_messages")
    return 0


def replay(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.webhooks import looking

    acting = operator(voice.language)
    if [bool(options.since), bool(options.number), bool(options.delivery)].count(True) != 1:
        return voice.refuse(Refused("webhook.which"))
    if options.since:
        since = moment_of(options.since, "--since")
        if isinstance(since, Refused):
            return voice.refuse(since)
        done = looking.replay_since(options.id, since, acting)
    elif options.number:
        done = looking.replay_entry(options.id, options.number, options.entry, acting)
    else:
        done = looking.send_again(options.id, options.delivery, acting)
    if isinstance(done, Refused):
        return voice.refuse(done)
    voice.say("webhook.again", n=done.n)
    if done.more:
        voice.warn("webhook.more", number=done.number, entry=done.entry)
    return 0


def pause(voice: Voice, options: argparse.Namespace) -> int:
    return _stand(voice, options, "pause")


def resume(voice: Voice, options: argparse.Namespace) -> int:
    return _stand(voice, options, "resume")


def end(voice: Voice, options: argparse.Namespace) -> int:
    return _stand(voice, options, "end")


def _stand(voice: Voice, options: argparse.Namespace, act: str) -> int:
    open_up()
    from tongban.apps.webhooks import subscribing

    change: Callable[..., object] = getattr(subscribing, act)
    done = change(options.id, operator(voice.language))
    if isinstance(done, Refused):
        return voice.refuse(done)
    voice.say(f"webhook.did_{act}", id=options.id)
    return 0


def secret(voice: Voice, options: argparse.Namespace) -> int:
    """A new one, alone on standard output."""
    open_up()
    from tongban.apps.webhooks.subscribing import change_secret

    made = change_secret(options.id, operator(voice.language))
    if isinstance(made, Refused):
        return voice.refuse(made)
    voice.warn("webhook.secret", id=options.id)
    voice.write(made.secret)
    return 0


def _time(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"
