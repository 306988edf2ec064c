"""``tongban doctor``: what is wrong with this installation and how to mend it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from tongban.cli.machine import django_ready, home, no_office
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value


def doctor(voice: Voice, options: argparse.Namespace) -> int:
    """Every finding with its words; status 1 when one of them is grave. Changes nothing, except that an embedded database is started."""
    from tongban.apps.registry.database import database_made, start_database

    if not database_made(home()):
        return voice.refuse(no_office())
    django_ready()
    away: Refused | None = None
    try:
        start_database(home())
    except RefusedError as fault:
        away = fault.refusal
    from tongban.apps.doctor.finding import GRAVE
    from tongban.apps.doctor.looking import look
    from tongban.library.texts import fill, product_texts, refusal_words

    def naming(name: str, value: Value) -> str:
        """Acts by what the table of rights calls them."""
        if name != "acts" or not isinstance(value, tuple):
            return ""
        acts = tuple(product_texts().say(f"rights.act.{each}", voice.language) for each in value)
        return fill("{acts}", voice.language, {"acts": acts})

    found = sorted(look(home(), datetime.now(UTC)), key=lambda each: each.level != GRAVE)
    grave = sum(each.level == GRAVE for each in found)
    if options.json:
        said = [(each, refusal_words(each.refused, voice.language, naming)) for each in found]
        voice.write_json(
            {
                "sound": not found,
                "findings": [
                    {"code": words.code, "level": each.level, "says": words.says, "fix": words.fix, "facts": each.refused.facts}
                    for each, words in said
                ],
            }
        )  # fmt: skip
        return 1 if grave else 0
    if away is not None:
        voice.find(away)
    for each in found:
        voice.write(voice.words(f"doctor.{each.level}"))
        voice.find(each.refused, naming)
    voice.say("doctor.sound" if not found else "doctor.found", grave=grave, doubts=len(found) - grave)
    return 1 if grave else 0
