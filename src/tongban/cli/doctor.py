"""``tongban doctor``: what is wrong with this installation and how to mend it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from tongban.cli.machine import django_ready, home, no_office
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value


def doctor(voice: Voice, options: argparse.Namespace) -> int:
    """Every finding with its words; status 1 when one of them is grave; advice is no fault. Changes nothing, except that an embedded database is started."""
    from tongban.apps.registry.database import database_made, start_database

    if not database_made(home()):
        return voice.refuse(no_office())
    django_ready()
    away: Refused | None = None
    try:
        start_database(home(), make=False)
    except RefusedError as fault:
        away = fault.refusal
    from tongban.apps.doctor.finding import ADVICE, DOUBT, GRAVE
    from tongban.apps.doctor.looking import look
    from tongban.apps.office import office
    from tongban.apps.people.posts import role_words
    from tongban.library.texts import fill, product_texts, refusal_words

    def naming(name: str, value: Value) -> str:
        """Acts by what the table of rights calls them, units by their names, and a cause in a few words."""
        if name == "why" and isinstance(value, str):
            key = f"cli.doctor.why.{value.rpartition('.')[2]}"
            return (
                product_texts().say(key, voice.language)
                if product_texts().has(key, voice.language)
                else value
            )
        if name == "units" and isinstance(value, tuple):
            names = tuple(office().names.unit(str(each), voice.language) for each in value)
            return fill("{units}", voice.language, {"units": names})
        if name == "roles" and isinstance(value, tuple):
            here, now = office(), datetime.now(UTC)
            titles = tuple(role_words(here, str(each), voice.language, now) for each in value)
            return fill("{roles}", voice.language, {"roles": titles})
        if name != "acts" or not isinstance(value, tuple):
            return ""
        acts = tuple(product_texts().say(f"rights.act.{each}", voice.language) for each in value)
        return fill("{acts}", voice.language, {"acts": acts})

    order = (GRAVE, DOUBT, ADVICE)
    found = sorted(look(home(), datetime.now(UTC), away=away), key=lambda each: order.index(each.level))
    grave, doubts = (sum(each.level == level for each in found) for level in (GRAVE, DOUBT))
    if options.json:
        said = [(each, refusal_words(each.refused, voice.language, naming)) for each in found]
        voice.write_json(
            {
                "sound": not grave + doubts,
                "findings": [
                    {"code": words.code, "level": each.level, "says": words.says, "fix": words.fix, "facts": each.refused.facts}
                    for each, words in said
                ],
            }
        )  # fmt: skip
        return 1 if grave else 0
    for each in found:
        voice.write(voice.words(f"doctor.{each.level}"))
        voice.find(each.refused, naming)
    voice.say("doctor.found" if grave + doubts else "doctor.sound", grave=grave, doubts=doubts)
    return 1 if grave else 0
