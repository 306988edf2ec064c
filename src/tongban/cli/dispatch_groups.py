"""``tongban dispatch twins``: which open cases may be the same matter as one, and why."""

from __future__ import annotations

import argparse
import dataclasses
import json

from tongban.cli.machine import open_up, operator
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused


def twins(voice: Voice, options: argparse.Namespace) -> int:
    """The surest first; those taken for the same matter are marked. None at all is an answer too."""
    open_up()
    from tongban.apps.dispatch.finding import twins as found_for

    found = found_for(options.number, operator(voice.language))
    if isinstance(found, Refused):
        return voice.refuse(found)
    if options.json:
        voice.write(json.dumps([dataclasses.asdict(each) for each in found], ensure_ascii=False, indent=2))
        return 0
    for each in found:
        voice.say("dispatch.twin", number=each.number, sure=each.sure, title=each.title)
        taken = voice.words("dispatch.twin_taken") if each.taken else ""
        voice.write("  " + " · ".join(filter(None, (taken, each.place, each.stage, each.opened))))
        voice.write(f"  {each.why}")
    if not found:
        voice.say("dispatch.no_twins")
    return 0
