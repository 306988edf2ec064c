"""Codes that people take for one another: a letter O for a nought, an I or L for a one, a dash, a blank or neither, a nought in front.

They are two codes, and may well name two things; so nothing is refused by it and nothing made one. Whoever writes a code that no register
holds, beside one that looks like it, is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from tongban.kernel.case import Case
from tongban.kernel.form import FieldKind, Form
from tongban.kernel.form.answers import answer
from tongban.kernel.form.characters import capitals
from tongban.kernel.procedure.model import Procedure, Step, Write
from tongban.kernel.procedure.register import parts_of
from tongban.kernel.refusal import Refused

_FOLDED = str.maketrans("OIL", "011")
_RUN = re.compile(r"[0-9]+|[^\W\d_]+")


def outline(code: str) -> tuple[str, ...]:
    """What is left of a code: its runs of letters and of figures, without what is mistaken for one another."""
    return tuple(
        run.lstrip("0") if run.isdigit() else run for run in _RUN.findall(capitals(code).translate(_FOLDED))
    )


def known_by(procedure: Procedure, name: str) -> Iterator[tuple[str, int]]:
    """The registers of whose key a field is a part that stands there in plain, with its place in the key (-1: it is the whole key)."""
    for each in procedure.registers:
        if name in each.key and name not in each.sealed:
            yield each.id, each.key.index(name) if len(each.key) > 1 else -1


def codes_asked(
    procedure: Procedure, form: Form | None, answers: Mapping[str, object], today: date
) -> dict[str, str]:
    """The codes among answers by which a register knows things, by field, as the form reads them."""
    found: dict[str, str] = {}
    for asked in form.fields if form is not None else ():
        if asked.kind is FieldKind.code and asked.id in answers and any(known_by(procedure, asked.id)):
            read = answer(asked, answers[asked.id], today)
            if not isinstance(read, Refused) and isinstance(read.value, str) and read.value:
                found[asked.id] = read.value
    return found


def codes_written(procedure: Procedure, step: Step | None, case: Case | None) -> dict[str, str]:
    """The codes, by field, that were answered in earlier steps and by which this step writes a row: whoever confirms what another entered
    is told as well, also of what was not there yet when it was entered."""
    keyed = {each.id: set(each.key) & each.codes - each.sealed for each in procedure.registers}
    follows = step.may_follow if step is not None and case is not None else ()
    names = {name for each in follows if isinstance(each, Write) for name in keyed.get(each.register, ())}
    said = case.facts if case is not None else {}
    return {name: code for name in sorted(names) if isinstance(code := said.get(name), str) and code}


def like(code: str, known: Iterable[str]) -> str:
    """The code among those known that looks like this one; "" where this one is known itself, or none does."""
    own, wanted, found = capitals(code), outline(code), ""
    for each in sorted(known):
        if capitals(each) == own:
            return ""
        if not found and outline(each) == wanted:
            found = each
    return found


def alike_among(
    procedure: Procedure,
    step: Step | None,
    case: Case | None,
    answers: Mapping[str, object],
    today: date,
    places: Iterable[tuple[str, str]],
) -> dict[str, str]:
    """By field the code of a row in memory that looks like the one that was answered, or by which the step writes."""
    form = procedure.forms.get(step.form) if step is not None else None
    asked = codes_written(procedure, step, case) | codes_asked(procedure, form, answers, today)
    places = tuple(places) if asked else ()
    found = {name: like(code, _parts(procedure, name, places)) for name, code in asked.items()}
    return {name: code for name, code in found.items() if code}


def _parts(procedure: Procedure, name: str, places: Iterable[tuple[str, str]]) -> set[str]:
    where = dict(known_by(procedure, name))
    return {parts_of(key)[where[of]] if where[of] >= 0 else key for of, key in places if of in where}
