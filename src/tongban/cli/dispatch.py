"""``tongban dispatch``: suggestions for a file of messages, learning from one, and how good that is.

All three also work where no county was loaded: then the labels of the file are the categories.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tongban.cli.machine import django_ready, home, open_up, operator
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.form.characters import shown
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.causes import because
from tongban.library.file import content_of

if TYPE_CHECKING:
    from tongban.apps.dispatch.bulk import Line
    from tongban.apps.dispatch.scheme import Scheme
    from tongban.apps.dispatch.suggest import Registers
    from tongban.apps.dispatch.train import Example
    from tongban.apps.registry.sheets import Row

HEADER = ("number", "category", "confidence", "unit", "reason")


def suggest(voice: Voice, options: argparse.Namespace) -> int:
    """A line for each message of a file, written as the file was: with the same encoding."""
    if Path(options.out).resolve() == Path(options.file).resolve():
        return voice.refuse(Refused("dispatch.over_itself", options.out))
    if options.threshold is not None and not 0 <= options.threshold <= 1:
        return voice.refuse(Refused("dispatch.threshold", str(options.threshold)))
    read = _read(Path(options.file))
    if isinstance(read, Refused):
        return voice.refuse(read)
    rows, twice = _numbered_once(read.rows)
    _tell(voice, (*read.faults, *twice), read.more)
    encoding = read.encoding
    found = _registers(voice, options.practice or "")
    if isinstance(found, Refused):
        return voice.refuse(found)
    registers, practice = found
    from tongban.apps.dispatch.bulk import suggest_all
    from tongban.apps.dispatch.classifier import SURE_ENOUGH
    from tongban.apps.dispatch.suggest import Message
    from tongban.apps.sheets import harmless

    threshold = SURE_ENOUGH if options.threshold is None else options.threshold
    messages = [
        (row.text("id"), Message(row.text("title"), row.text("body"), row.text("place"))) for row in rows
    ]
    speak = _Telling(voice, practice)
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(HEADER)
    offered = 0
    lines = suggest_all(messages, registers, threshold)  # before the bar: its thread would stand in the way
    with progress(voice) as say:
        for done, line in enumerate(lines, 1):
            table.writerow([harmless(cell) for cell in speak.cells(line)])
            offered += line.sure
            if done % 500 == 0 or done == len(messages):
                say("dispatch.suggesting", done, len(messages))
    try:
        Path(options.out).write_bytes(out.getvalue().encode(encoding, "replace"))
    except OSError as fault:
        return voice.refuse(Refused("dispatch.not_written", options.out, because(fault)))
    voice.say("dispatch.suggested", messages=len(messages), offered=offered, file=options.out)
    return 0


def train(voice: Voice, options: argparse.Namespace) -> int:
    """Learn from a file, or from the county's own cases. What is in force stays, unless nothing was."""
    here = _county()
    from tongban.apps.dispatch.care import train_from, train_own
    from tongban.cli.dispatch_models import told_of_training

    acting = operator(voice.language)
    if options.source:
        labelled = _labelled(voice, Path(options.source), here)
        if isinstance(labelled, Refused):
            return voice.refuse(labelled)
        with progress(voice) as say:
            found = train_from(*labelled, acting.now, acting if here else None, say)
    elif not here:
        return voice.refuse(Refused("registry.no_county", "", {"home": str(home())}))
    else:
        with progress(voice) as say:
            found = train_own(acting, say)
    if isinstance(found, Refused):
        return voice.refuse(found)
    return told_of_training(voice, found, publish=options.publish)


def evaluate(voice: Voice, options: argparse.Namespace) -> int:
    """The model in force on what it has not learnt, and what this file would teach, near-duplicates kept together."""
    from tongban.cli.dispatch_table import write_scores

    labelled = _labelled(voice, Path(options.file), _county())
    if isinstance(labelled, Refused):
        return voice.refuse(labelled)
    examples, scheme = labelled
    from tongban.apps.dispatch.evaluation import evaluate as validate
    from tongban.apps.dispatch.evaluation import measure
    from tongban.apps.dispatch.labelled import grouped
    from tongban.apps.dispatch.model_file import load
    from tongban.apps.dispatch.offering import folder

    shown, told = 0, []
    model = load(folder())
    if not isinstance(model, Refused) and set(scheme.first_level) & set(model.classes):
        scores = measure(model, examples, scheme)
        if isinstance(scores, Refused):
            told.append(scores)
        else:
            write_scores(voice, scores, scheme)
            shown += 1
    if options.folds > 1:
        with progress(voice) as say:
            found = validate(
                grouped(examples), scheme, datetime.now(UTC), folds=options.folds,
                progress=lambda n, all_: say("dispatch.folds", n, all_),
            )  # fmt: skip
        if isinstance(found, Refused):
            told.append(found)
        else:
            write_scores(voice, found, scheme)
            shown += 1
    for each in told:
        voice.refuse(each)
    return 0 if shown else 1


def _county() -> bool:
    """Whether a county was loaded here; a home without a database is not given one for this."""
    from tongban.apps.registry.database import database_made

    if not database_made(home()):
        django_ready()
        return False
    open_up()
    from django.db import ProgrammingError

    from tongban.apps.office import office

    try:
        office()
    except (RefusedError, ProgrammingError):
        return False
    return True


def _registers(voice: Voice, practice: str) -> tuple[Registers, str] | Refused:
    """What suggestions are made from, and the practice whose rules choose units ("" for none)."""
    here = _county()
    from tongban.apps.dispatch import offering
    from tongban.apps.dispatch.model_file import load

    model = load(offering.folder())
    if isinstance(model, Refused):
        return model
    if not here:
        return offering.without_county(model), ""
    acting = operator(voice.language)
    chosen = practice or offering.first_routing(acting)
    found = offering.registers_of(acting, chosen)
    return found if isinstance(found, Refused) else (found, chosen)


def _labelled(voice: Voice, file: Path, county: bool) -> tuple[Sequence[Example], Scheme] | Refused:
    """The sound rows of a labelled file and the scheme that they name; faulty rows are told and left out."""
    read = _read(file)
    if isinstance(read, Refused):
        return read
    rows = read.rows
    from tongban.apps.dispatch.labelled import examples_of
    from tongban.apps.dispatch.offering import county_scheme
    from tongban.apps.dispatch.scheme import Scheme, scheme_of_labels

    labels = {row.text("category") for row in rows if row.text("category").strip()}
    own = county_scheme() if county else Scheme({})
    scheme: Scheme | Refused = own if any(own.named(label) for label in labels) else scheme_of_labels(labels)
    if isinstance(scheme, Refused):
        return Refused("dispatch.no_labels", str(file))
    numbered = ((row.number, {name: row.text(name) for name in row.values}) for row in rows)
    examples, faults = examples_of(numbered, scheme)
    _tell(voice, (*read.faults, *faults), read.more)
    return examples, scheme


class _Sheet(Struct, frozen=True):
    """The sound rows of a file and its encoding; ``faults`` of the others, ``more`` of which are not among them."""

    rows: Sequence[Row]
    encoding: str
    faults: tuple[Refused, ...]
    more: int


def _read(file: Path) -> _Sheet | Refused:
    """Refuses a file without a sound row."""
    from tongban.apps.registry.columns import LABELLED_COLUMNS
    from tongban.apps.registry.sheets import encoding_of, read_sheet

    content = content_of(file)
    if isinstance(content, Refused):
        return content
    sheet = read_sheet(content, LABELLED_COLUMNS, file.name)
    if not sheet.rows and sheet.faults:
        return Refused.of(list(sheet.faults))
    if not sheet.rows:
        return Refused("sheet.no_rows", file.name)
    return _Sheet(sheet.rows, encoding_of(content), sheet.faults, sheet.more_faults)


def _numbered_once(rows: Sequence[Row]) -> tuple[tuple[Row, ...], tuple[Refused, ...]]:
    """The first row of each number, by which its answer is known, and the faults of those that repeat one."""
    from tongban.apps.registry.sheets import at_row

    first: dict[str, Row] = {}
    faults = []
    for row in rows:
        number = row.text("id").strip()
        if first.setdefault(number, row) is not row:
            where, repeated = at_row(row.number), first[number].number
            faults.append(Refused("sheet.number_twice", where, {"id": shown(number), "first": repeated}))
    return tuple(first.values()), tuple(faults)


MOST_TOLD = 20
"""Faulty rows that are told one by one."""


def _tell(voice: Voice, faults: Sequence[Refused], more: int = 0) -> None:
    """In the order of their rows."""
    for each in sorted(faults, key=_row_of)[:MOST_TOLD]:
        voice.refuse(each)
    left = len(faults) - MOST_TOLD + more
    if left > 0:
        voice.warn("dispatch.more_faults", count=left)


def _row_of(fault: Refused) -> int:
    found = re.search(r"[0-9]+", fault.where)
    return int(found[0]) if found is not None else 0


class _Telling:
    """The cells of a line, in the words of a language."""

    def __init__(self, voice: Voice, practice: str) -> None:
        self.voice = voice
        self.acting = operator(voice.language)
        self.practice = practice
        self.known: dict[tuple[str, str], tuple[str, str]] = {}

    def cells(self, line: Line) -> Iterable[str]:
        found = line.option
        unit, why = self._unit(line)
        return (
            line.number,
            found.title if found else "",
            f"{found.confidence:.3f}" if found else "0.000",
            unit,
            self.voice.words("dispatch.and").join(filter(None, (*self._category(line), why))),
        )

    def _category(self, line: Line) -> tuple[str, ...]:
        if line.option is None:
            return (self.voice.words("dispatch.says_nothing"),)
        words = self.voice.words("dispatch.list").join(line.option.because)
        return (
            "" if line.sure else self.voice.words("dispatch.abstains"),
            self.voice.words("dispatch.two", first=line.matters[0], second=line.matters[1])
            if line.matters
            else "",
            self.voice.words(f"dispatch.{line.kind}", title=line.doubted) if line.doubted else "",
            self.voice.words("dispatch.words", words=words) if words else "",
            self.voice.words("dispatch.place", words=line.division_because) if line.division_because else "",
            self._elsewhere(line),
        )

    def _elsewhere(self, line: Line) -> str:
        if not line.elsewhere:
            return ""
        return self.voice.words("dispatch.elsewhere", words=line.elsewhere_because, county=line.elsewhere)

    def _unit(self, line: Line) -> tuple[str, str]:
        """Who would take it and why, for what the model is sure of; the same matter is asked for once."""
        if not self.practice or not line.sure or line.option is None or line.elsewhere:
            return "", ""
        key = (line.option.category, line.division)
        if key not in self.known:
            self.known[key] = self._destination(*key)
        return self.known[key]

    def _destination(self, category: str, division: str) -> tuple[str, str]:
        from tongban.apps.casework.destination import would_take

        found = would_take(self.practice, category, division, self.acting)
        if found is None:
            return "", self.voice.words("dispatch.nobody")
        wide = self.voice.words("dispatch.wide") if found.wide else ""
        said = self.voice.words("dispatch.rule", reason=found.reason) if found.reason else ""
        return found.unit, self.voice.words("dispatch.and").join(filter(None, (said, wide)))
