"""Reading one filled-in form: every answer, or every fault at once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TypeAlias

from msgspec import Struct

from tongban.kernel.form.answers import Found, answer
from tongban.kernel.form.characters import shown
from tongban.kernel.form.field import Field, Form
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts, Value

_MOST_UNKNOWN = 10
Known: TypeAlias = "Mapping[str, Value | datetime]"
Judge: TypeAlias = "Callable[[Facts], Iterable[Refused]]"
"""What is wrong with answers beyond their form: whether what they name exists."""


def nothing_wrong(values: Facts) -> Iterable[Refused]:
    del values
    return ()


class Answers(Struct, frozen=True):
    """What was answered, by field id; what was not asked or not answered is not there."""

    values: Facts
    warnings: tuple[Refused, ...] = ()
    """What a person should look at and may leave as it is."""


def read(
    form: Form,
    raw: Mapping[str, object],
    *,
    known: Known,
    today: date,
    judge: Judge = nothing_wrong,
) -> Answers | Refused:
    """Read what came in, whatever it is.

    ``raw`` holds text, numbers, truth values, days and lists as web forms, JSON and spreadsheets give
    them. ``known`` are the facts of the case and what else conditions and ``infer`` may name.
    ``today`` is the local day; ``judge`` looks at the answers that were read. Reading its own values again changes nothing. Refuses, each with the
    field as its place: what is missing, unknown, of the wrong kind, too long, or fails its check.
    """
    values: dict[str, Value] = {}
    faults = _unknown(form, raw)
    warnings: list[Refused] = []
    for asked in form.fields:
        given = raw.get(asked.id)
        try:
            wanted = asked.when is None or asked.when.holds(_context(asked, known, values))
        except RefusedError as error:
            faults.append(Refused(error.refusal.code, asked.id, error.refusal.facts))
            continue
        if not wanted:
            if not _is_blank(given):
                warnings.append(Refused("form.not_asked", asked.id, {"name": asked.id}))
            continue
        found = _found(asked, given, known, today)
        if isinstance(found, Refused):
            faults.append(found)
        elif found is not None:
            values[asked.id] = found.value
            warnings += found.warnings
    faults += judge(values)
    return Refused.of(faults) if faults else Answers(values, tuple(warnings))


def _found(asked: Field, given: object, known: Known, today: date) -> Found | Refused | None:
    """The answer, else what the case already knows, else a refusal if it is required."""
    if not _is_blank(given):
        found = answer(asked, given, today)
        if isinstance(found, Refused) or not _is_blank(found.value):
            return found
    if asked.infer and not _is_blank(known.get(asked.infer)):
        inferred = answer(asked, known[asked.infer], today)
        # A known fact that does not fit this field answers nothing; the person is asked instead.
        if not isinstance(inferred, Refused):
            return inferred
    return Refused("form.required", asked.id) if asked.required else None


def _context(asked: Field, known: Known, values: Mapping[str, Value]) -> Known:
    """What the condition of a field names: facts of the case, and answers given before it."""
    names = asked.when.names if asked.when else frozenset()
    return {
        name: values.get(name.removeprefix("given.")) if name.startswith("given.") else known.get(name)
        for name in names
    }


def _is_blank(given: object) -> bool:
    match given:
        case None:
            return True
        case str():
            return not given or given.isspace()
        case list() | tuple():
            return not given
        case _:
            return False


def _unknown(form: Form, raw: Mapping[str, object]) -> list[Refused]:
    """A refusal for each field the form does not have, with the nearest it has; ten at most."""
    ids = [asked.id for asked in form.fields]
    strangers = [name for name in raw if name not in ids]
    faults = []
    for name in strangers[:_MOST_UNKNOWN]:
        label = shown(name) if isinstance(name, str) else type(name).__name__
        nearest = difflib.get_close_matches(label, ids, n=1, cutoff=0.0)
        facts: Facts = {"name": label, "nearest": nearest[0] if nearest else ""}
        faults.append(Refused("form.unknown_field", label, facts))
    return faults
