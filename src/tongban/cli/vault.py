"""``tongban vault``: by which keys who asks is sealed, and taking a new one."""

from __future__ import annotations

import argparse

from tongban.cli.machine import open_up
from tongban.cli.progress import progress
from tongban.cli.words import Voice


def show(voice: Voice, options: argparse.Namespace) -> int:
    """Every key with how many rows it seals; status 1 where rows cannot be opened."""
    open_up()
    from tongban.apps.office import office
    from tongban.apps.safekeeping.vault import standing

    found = standing(office())
    if options.json:
        voice.write_json(found.keys)
        return 1 if found.closed else 0
    for key in found.keys:
        state = "seals" if key.seals else "missing" if key.id and not key.lies_here else "retired"
        if key.id:
            voice.say(f"vault.{state}", id=key.id, rows=key.rows)
    if found.clear:
        voice.say("vault.clear", rows=found.clear)
    return 1 if found.closed else 0


def rotate(voice: Voice, _options: argparse.Namespace) -> int:
    """Take a new key and move all rows under it; status 1 where some do not open."""
    open_up()
    from tongban.apps.safekeeping import vault

    with progress(voice) as say:
        done = vault.rotate(lambda moved, total: say("vault.moving", moved, total))
    voice.say("vault.made" if done.made else "vault.went_on", id=done.key)
    voice.say("vault.moved", rows=done.moved)
    if done.made:
        voice.say("vault.back_up")
    if done.closed:
        voice.warn("vault.closed", rows=done.closed)
    return 1 if done.closed else 0
