"""What somebody entered, as people read it: for whoever gets a form back that is there no more.

A form sends codes for what was chosen. Whoever gets them back must be able to read them, also where the step, the
practice's version or the session behind the form has gone; so the words are looked for by the names of the fields, in
the practices that are in force. No case is asked, and nothing is told that the form did not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from tongban.apps.casework.choices import shown
from tongban.apps.numbers import read_number, written
from tongban.apps.office import Office
from tongban.apps.wording import Wording, dated, say
from tongban.kernel.form import Field, FieldKind
from tongban.kernel.refusal import Refused

_IN_OWN_WORDS = frozenset(
    {
        FieldKind.line,
        FieldKind.text,
        FieldKind.name,
        FieldKind.phone,
        FieldKind.id_card,
        FieldKind.credit_code,
        FieldKind.code,
    }
)
"""Kinds that a person writes, letter by letter; the others are chosen or counted."""


class Given(Struct, frozen=True):
    """One answer. ``shown`` is how it reads; ``written`` says that a person wrote it, so that it may be copied."""

    name: str
    label: str
    shown: str
    written: bool


def given(
    answers: Mapping[str, object], here: Office, adoptions: Iterable[str], language: str, step: str = ""
) -> tuple[Given, ...]:
    """The answers that some field of these adoptions asks, in the order in which they came.

    ``step`` is the one they were meant for: its own form's words come before those of other forms.
    """
    wordings = [here.wording(adoption, language) for adoption in adoptions]
    found = (_given(name, _texts(value), wordings, step, here) for name, value in answers.items())
    return tuple(each for each in found if each is not None)


def _given(
    name: str, values: tuple[str, ...], wordings: list[Wording], step: str, here: Office
) -> Given | None:
    asked = _asked(name, values, wordings, step)
    if asked is None or not any(values):
        return None
    wording, form, field = asked
    label, read = wording.label(form, name), _read(field, values, wording, here)
    return Given(name, label, read, field.kind in _IN_OWN_WORDS)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else (str(value),)


def _asked(
    name: str, values: tuple[str, ...], wordings: list[Wording], step: str
) -> tuple[Wording, str, Field] | None:
    """The field that was answered: the one of the step's form, then one that has these choices, then any."""
    every = [(wording, form, field) for wording in wordings for form, field in _bearing(name, wording)]

    def fitness(candidate: tuple[Wording, str, Field]) -> tuple[bool, bool]:
        wording, form, field = candidate
        kinds = wording.procedure.kinds.values()
        own = any(kind.steps[step].form == form for kind in kinds if step in kind.steps)
        return own, not field.choices or all(value in field.choices for value in values)

    return max(every, key=fitness, default=None)


def _bearing(name: str, wording: Wording) -> Iterator[tuple[str, Field]]:
    for form in wording.procedure.forms.values():
        for field in form.fields:
            if field.id == name:
                yield form.id, field


def _read(field: Field, values: tuple[str, ...], wording: Wording, here: Office) -> str:
    language = wording.language
    if field.kind is FieldKind.files:
        return say("value.files", language, n=len(values))
    between = "、" if language == "zh-Hans" else ", "
    return between.join(_one(field, value, wording, here) for value in values)


def _one(field: Field, value: str, wording: Wording, here: Office) -> str:
    """One value; what was mistyped stays as it was typed."""
    language = wording.language
    match field.kind:
        case FieldKind.choice | FieldKind.choices:
            return wording.choice(field.id, value)
        case FieldKind.units:
            return shown(FieldKind.unit, value, here, language)
        case FieldKind.entry | FieldKind.entries:
            return here.names.entry(field.of[0], value, language)
        case FieldKind.unit | FieldKind.division | FieldKind.category | FieldKind.duty | FieldKind.peer:
            return shown(field.kind, value, here, language)
        case FieldKind.flag:
            return say("value.yes" if value == "true" else "value.no", language)
        case FieldKind.rating if value in "12345":
            return say(f"rating.{value}", language)
        case FieldKind.date | FieldKind.moment:
            return dated(value.replace("T", " "), language)
        case FieldKind.money:
            return say("value.yuan", language, yuan=value)
        case FieldKind.whole | FieldKind.decimal:
            return f"{value} {field.unit}".strip()
        case FieldKind.case:
            number = read_number(value)
            return value if isinstance(number, Refused) else written(number)
        case _:
            return value
