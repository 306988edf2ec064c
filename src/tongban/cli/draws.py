"""``tongban draws verify``: every lot of a month, drawn again from its seed."""

from __future__ import annotations

import argparse
from pathlib import Path

from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused
from tongban.library.causes import because


def verify(voice: Voice, options: argparse.Namespace) -> int:
    """Needs no database and no home: whoever has a sheet and the county's public key can run it."""
    from tongban.kernel.clock import local_text
    from tongban.kernel.ledger.draw_sheet import Checked, verify_sheet
    from tongban.kernel.ledger.ed25519 import read_key

    keys: dict[str, bytes] = {}
    for given in options.key:
        key = read_key(given)
        if isinstance(key, Refused):
            return voice.refuse(key)
        keys[key[0]] = key[1]
    try:
        text = Path(options.file).read_bytes().decode()
    except (OSError, UnicodeDecodeError) as fault:
        return voice.refuse(Refused("cli.cannot_read", options.file, because(fault, "said")))
    found = verify_sheet(text, keys)
    if not isinstance(found, Checked):
        for each in found:
            voice.refuse(each.refusal())
        return 1
    voice.say("draws.sound", county=found.county, month=found.month, rows=found.rows)
    for (sample, of_hundred), (drawn, lots) in sorted(found.shares.items()):
        voice.say("draws.share", sample=sample, of_hundred=of_hundred, drawn=drawn, lots=lots)
    voice.say("draws.ahead" if found.ahead else "draws.late", covered=local_text(found.covered))
    if found.others:
        voice.say("draws.others", n=found.others)
    return 0
