"""``tongban figure``: figures by their definitions, at a shell."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tongban.cli.machine import open_up, operator
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from tongban.apps.disclosure.computing import Computation, Computed


def compute(voice: Voice, options: argparse.Namespace) -> int:
    """Results go to standard output, progress beside it."""
    open_up()
    from tongban.apps.disclosure.computing import compute as counted

    acting = operator(voice.language)
    if options.period == "":  # given, and empty: a variable of a script that was never set
        return voice.refuse(Refused("disclosure.period_form", "period", {"period": ""}))
    with progress(voice) as say:
        found = counted(options.period or "", options.engine, voice.language, acting.now, say)
    if isinstance(found, Refused):
        return voice.refuse(found)
    if options.json:
        voice.write_json(found)
    else:
        _tell(voice, found)
    return 0


def _tell(voice: Voice, found: Computation) -> None:
    voice.say(
        "figure.head",
        since=found.since,
        until=found.until,
        engine=found.engine,
        xid=found.xid,
        position=found.position,
    )
    if not found.complete:
        voice.say("figure.open")
    practice = ""
    for each in found.figures:
        if each.key.partition("/")[0] != practice:
            practice = each.key.partition("/")[0]
            voice.write(f"\n{practice}")
        voice.write(f"  {each.title}")
        voice.write(f"      {_line(voice, each)}")


def _line(voice: Voice, each: Computed) -> str:
    whole = each.whole
    if not whole.denominator:
        return voice.words("figure.none")

    def written(value: float) -> str:
        return f"{value:.2f}" if each.kind == "average" else f"{value * 100:.1f} %"

    line = voice.words(
        "figure.line",
        value=written(whole.numerator / whole.denominator),
        low=written(whole.low),
        high=written(whole.high),
        numerator=whole.numerator,
        denominator=whole.denominator,
        sample=whole.sample,
        excluded=sum(whole.excluded.values()),
    )
    if whole.sample < each.smallest_sample:
        line += "  " + voice.words("figure.few", smallest=each.smallest_sample)
    return line
