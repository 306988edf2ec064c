"""``tongban steps``: many steps from a sheet, in the name of whoever signs in."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from tongban.cli.machine import open_up
from tongban.cli.people import signed_in
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused
from tongban.library.file import content_of

MOST_TOLD = 100
"""Refused rows that are told one by one; the file with all of them has the rest."""


def take(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.casework.many.reading import read_steps
    from tongban.apps.casework.many.results import faults_table, told
    from tongban.apps.casework.many.taking import take_rows
    from tongban.apps.marking import lines_with, mark
    from tongban.apps.office import office

    path = Path(options.file)
    content = content_of(path)
    if isinstance(content, Refused):
        return voice.refuse(content)
    acting = signed_in(voice, options.login)
    if isinstance(acting, Refused):
        return voice.refuse(acting)
    here = office()
    with progress(voice) as say:
        say("steps.reading")
        book = read_steps(content, acting, here, options.under, path.name)
        say("steps.reading", len(book.rows), len(book.rows))
        done = None
        if not book.faults:
            done = take_rows(
                book.rows,
                acting,
                under=options.under,
                all_or_none=options.all_or_none,
                processors=os.cpu_count() or 1,
                say=say,
            )
    if done is None or isinstance(done, Refused):
        return voice.refuse(done if done is not None else Refused.of(list(book.faults)))
    refused = [each for each in told(here, done, acting) if each.wrong]
    for row in refused[:MOST_TOLD]:
        for words in row.wrong:
            voice.warn(
                "steps.refused", row=row.row, case=row.case, step=row.step, says=words.says, code=words.code
            )
            voice.warn("cli.fix", fix=words.fix)
    if refused[MOST_TOLD:]:
        voice.warn("steps.more", count=len(refused) - MOST_TOLD)
    if options.refused:
        Path(options.refused).write_text(
            lines_with(
                faults_table(refused, voice.language), mark("faults", options.file, acting), voice.language
            ),
            encoding="utf-8-sig",
            newline="",
        )
    if book.ignored:
        voice.say("import.ignored", headers=", ".join(book.ignored))
    voice.say(
        "steps.done" if done.kept else "steps.none_kept",
        taken=done.taken,
        known=done.known,
        refused=done.refused,
    )
    return 1 if refused else 0
