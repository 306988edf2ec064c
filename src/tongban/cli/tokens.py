"""``tongban token``: what programs show to act through the API; issued, listed, revoked."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tongban.cli.machine import open_up, operator
from tongban.cli.words import Voice
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from tongban.apps.people.issuing import Issued


def issue(voice: Voice, options: argparse.Namespace) -> int:
    """The token alone on standard output, so that a script can keep it; what it is beside it."""
    open_up()
    from tongban.apps.people.issuing import issue as issue_token

    scopes = options.scope or ["read"]
    made = issue_token(options.login, scopes, options.purpose, options.days, operator(voice.language))
    if isinstance(made, Refused):
        return voice.refuse(made)
    known, token = made
    allowed = ", ".join(known.scopes)
    voice.warn("token.issued", id=known.id, login=known.login, scopes=allowed, until=local_date(known.until))
    voice.write(token.text)
    return 0


def list_all(voice: Voice, options: argparse.Namespace) -> int:
    """Those that hold; with ``--all`` the others too."""
    open_up()
    from tongban.apps.people.issuing import issued

    found = [each for each in issued(operator(voice.language).now) if options.all or each.ended is None]
    if options.json:
        voice.write_json(found)
        return 0
    for each in found:
        voice.write(
            f"{each.id}  {each.login}  {', '.join(each.scopes)}  {_standing(voice, each)}\n    {each.purpose}"
        )
    if not found:
        voice.say("token.none")
    return 0


def revoke(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.people.issuing import revoke as revoke_tokens

    ended = revoke_tokens(options.id, operator(voice.language))
    if isinstance(ended, Refused):
        return voice.refuse(ended)
    for each in ended:
        voice.say("token.revoked", id=each.id, login=each.login)
    return 0


def _standing(voice: Voice, token: Issued) -> str:
    until = token.ended or token.until
    key = "token.holds" if token.ended is None else "token.ran_out" if until == token.until else "token.ended"
    return voice.words(key, since=local_date(token.since), until=local_date(until))
