"""Reading one answer by the kind of its field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TypeAlias

from msgspec import Struct

from tongban.kernel.expression.kind import MAX_WHOLE
from tongban.kernel.form import amounts, identity
from tongban.kernel.form.characters import clean, narrow, one_line, shown
from tongban.kernel.form.field import HUNDREDTHS, Check, Field, FieldKind
from tongban.kernel.form.masking import tells_number
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value

Plain: TypeAlias = "str | int | float | date"
"""What a door may give for one answer: bool is an int, datetime a date."""

_CODE = re.compile(r"[^\W_][\w.:/-]{0,63}")
_NUMBER = re.compile(r"(?=.{1,64}\Z)[^\W_][\w.:/-]*(?:〔[0-9]{4}〕[\w.:/-]*)?")
_YEAR = re.compile(r"[\[(【〔]([0-9]{4})[])】〕]")
"""The year in the number of an official document stands in brackets that few keyboards have (GB/T 9704-2012, 7.2.5)."""
_DIVISION = re.compile(r"[0-9]{2,18}")
_FILE = re.compile(r"[\w.-]{1,100}")
_PATTERNS = {FieldKind.files: _FILE, FieldKind.units: _CODE, FieldKind.entries: _CODE}
"""What each entry of a list of codes must look like."""
_MEASURED = frozenset({FieldKind.line, FieldKind.text, FieldKind.name, FieldKind.condition})
"""Kinds whose length the form bounds; everything else is a code."""
_LISTED = frozenset({FieldKind.choices, FieldKind.files, FieldKind.units, FieldKind.entries})
SEPARATORS = re.compile(r"[;；,，、\n|]")
_LONGEST_CODE = 200


class Found(Struct, frozen=True):
    """An answer that was read, and what a person should look at."""

    value: Value
    warnings: tuple[Refused, ...] = ()


_Reader: TypeAlias = "Callable[[Field, Plain, date], Found | Refused]"


def answer(asked: Field, given: object, today: date) -> Found | Refused:
    """The answer to one field; blank ones are the caller's business."""
    if asked.kind in _LISTED:
        return _several(asked, given)
    if not isinstance(given, str | int | float | date):
        return _wrong_kind(asked, given)
    if isinstance(given, str):
        if len(given.strip()) > _cap(asked):
            return _too_long(asked, len(given.strip()))
        cleaned = clean(given, asked.id)
        if isinstance(cleaned, Refused):
            return cleaned
        if not cleaned:
            return Found("")
        given = cleaned
    return _READERS[asked.kind](asked, given, today)


def doubts(asked: Field, given: object) -> tuple[Refused, ...]:
    """What a person should look at again in an entry, though it would be taken as it is."""
    if not isinstance(given, str) or len(given) > _cap(asked):
        return ()
    if asked.kind is FieldKind.text:
        return _told(asked, given)
    if asked.kind is not FieldKind.credit_code:
        return ()
    read = identity.read_credit_code(given, asked.id)
    return () if isinstance(read, Refused) else read[1]


def _cap(asked: Field) -> int:
    """Characters beyond which an entry is not even normalised; composing may make it a good deal shorter."""
    return 4 * asked.most if asked.kind in _MEASURED else _LONGEST_CODE


def _too_long(asked: Field, length: int) -> Refused:
    most = asked.most if asked.kind in _MEASURED else _LONGEST_CODE
    return Refused("form.too_long", asked.id, {"length": length, "max": most})


def _wrong_kind(asked: Field, given: object) -> Refused:
    facts: Facts = {"kind": asked.kind.value, "found": type(given).__name__}
    return Refused("form.wrong_kind", asked.id, facts)


def _words(asked: Field, given: Plain, today: date) -> Found | Refused:
    """Lines, texts and names: text alone. A number there is a mistake that nobody would notice later."""
    del today
    if not isinstance(given, str):
        return _wrong_kind(asked, given)
    text: str | Refused = given if asked.kind is FieldKind.text else one_line(given)
    if asked.kind is FieldKind.name:
        text = identity.read_name(given, asked.id)
    if isinstance(text, Refused):
        return text
    if len(text) > asked.most:
        return _too_long(asked, len(text))
    if len(text) < asked.least:
        return Refused("form.too_short", asked.id, {"length": len(text), "min": asked.least})
    return Found(text, _told(asked, text) if asked.kind is FieldKind.text else ())


def _told(asked: Field, text: str) -> tuple[Refused, ...]:
    """Whoever handles a matter reads its words, so a number that only its identity field protects is pointed out."""
    return (Refused("form.number_in_words", asked.id),) if tells_number(text) else ()


def _code_text(given: Plain) -> str | None:
    """The characters of a code; spreadsheets and JSON may give codes of digits as whole numbers."""
    match given:
        case bool():
            return None
        case int() if 0 <= given < 10**18:
            return str(given)
        case float() if given.is_integer() and 0 <= given < 2**53:
            return str(int(given))
        case str():
            return given
        case _:
            return None


def _identity(asked: Field, given: Plain, today: date) -> Found | Refused:
    text = _code_text(given)
    if text is None:
        return _wrong_kind(asked, given)
    match asked.kind:
        case FieldKind.phone:
            found: str | Refused = identity.read_phone(text, asked.id)
        case FieldKind.id_card:
            found = identity.read_id_card(text, asked.id, today)
        case _:
            code = identity.read_credit_code(text, asked.id)
            return code if isinstance(code, Refused) else Found(code[0], code[1])
    return found if isinstance(found, Refused) else Found(found)


_AS_TYPED = str.maketrans("（），；＜＞＝！＆｜［］＂“”‘’", '(),;<>=!&|[]"""\'\'')
"""What a Chinese keyboard puts in the place of the signs of an expression."""


def _condition(asked: Field, given: Plain, today: date) -> Found | Refused:
    """The expression as it was typed; whether it can be read, whoever knows the register says."""
    del today
    if not isinstance(given, str):
        return _wrong_kind(asked, given)
    text = given.translate(_AS_TYPED).strip()
    return Found(text) if len(text) <= asked.most else _too_long(asked, len(text))


def _code(asked: Field, given: Plain, today: date) -> Found | Refused:
    """Codes of units, divisions, categories, duties and cases; whether they exist is for the registers to say. A code that no register
    knows may be the number of an official document, such as 发〔2026〕12号."""
    del today
    text = _code_text(given)
    if text is None:
        return _wrong_kind(asked, given)
    code, pattern = narrow(text), _DIVISION if asked.kind is FieldKind.division else _CODE
    if asked.kind is FieldKind.code:
        code, pattern = _YEAR.sub(r"〔\1〕", code), _NUMBER
    return Found(code) if pattern.fullmatch(code) else Refused("form.code", asked.id, {"given": shown(text)})


def _choice(asked: Field, given: Plain, today: date) -> Found | Refused:
    del today
    text = _code_text(given)
    if text is None:
        return _wrong_kind(asked, given)
    return Found(text) if text in asked.choices else _not_a_choice(asked, text)


def _not_a_choice(asked: Field, text: str) -> Refused:
    near = difflib.get_close_matches(text, asked.choices, n=1, cutoff=0.0)
    facts: Facts = {
        "given": shown(text),
        "nearest": near[0] if near else "",
        "choices": asked.choices[:20],
    }
    return Refused("form.not_a_choice", asked.id, facts)


def _several(asked: Field, given: object) -> Found | Refused:
    """Choices, attachments or units: a list, or one text with its entries set off by commas and the like."""
    entries = given
    if isinstance(given, str):
        entries = [given] if len(given) > 64 * _LONGEST_CODE else SEPARATORS.split(given)
    if not isinstance(entries, list | tuple):
        return _wrong_kind(asked, given)
    if len(entries) > max(asked.most, len(asked.choices)) * 2 + 100:
        return Refused("form.too_many", asked.id, {"count": len(entries), "max": asked.most})
    chosen: dict[str, None] = {}
    for entry in entries:
        if not isinstance(entry, str):
            return _wrong_kind(asked, entry)
        text = clean(entry, asked.id) if len(entry) <= _LONGEST_CODE else _too_long(asked, len(entry))
        if isinstance(text, Refused):
            return text
        if not text:
            continue
        if asked.kind is FieldKind.choices and text not in asked.choices:
            return _not_a_choice(asked, text)
        pattern = _PATTERNS.get(asked.kind)
        if pattern is not None:
            text = narrow(text)
            if not pattern.fullmatch(text):
                return Refused("form.code", asked.id, {"given": shown(entry)})
        chosen[text] = None
    if len(chosen) > asked.most:
        return Refused("form.too_many", asked.id, {"count": len(chosen), "max": asked.most})
    if chosen and len(chosen) < asked.least:
        return Refused("form.too_few", asked.id, {"count": len(chosen), "min": asked.least})
    if asked.kind is FieldKind.choices:
        return Found(tuple(choice for choice in asked.choices if choice in chosen))
    return Found(tuple(chosen))


def _flag(asked: Field, given: Plain, today: date) -> Found | Refused:
    del today
    if isinstance(given, date):
        return _wrong_kind(asked, given)
    flag = amounts.read_flag(given, asked.id)
    return flag if isinstance(flag, Refused) else Found(flag)


def _number(asked: Field, given: Plain, today: date) -> Found | Refused:
    """Whole numbers, ratings, decimals and money, within the field's limits."""
    del today
    if isinstance(given, bool | date):
        return _wrong_kind(asked, given)
    if asked.kind in HUNDREDTHS:
        # Yuan or fen? Nobody can tell 12.3 and 12 apart by their meaning, so a float is not guessed at.
        if isinstance(given, float):
            return Refused(f"form.{asked.kind.value}_float", asked.id, {"given": shown(given)})
        read = amounts.read_money if asked.kind is FieldKind.money else amounts.read_decimal
        number = read(given, asked.id)
    else:
        number = amounts.read_whole(given, asked.id)
    if isinstance(number, Refused):
        return number
    return Found(number) if asked.least <= number <= asked.most else _out_of_range(asked)


def _out_of_range(asked: Field) -> Refused:
    """A bound that the form does not set is not told: it is the machine's, and no help. Money is fen, a decimal hundredths."""
    if asked.most == MAX_WHOLE:
        return Refused("form.too_small", asked.id, {"min": asked.least})
    if asked.least == -MAX_WHOLE:
        return Refused("form.too_large", asked.id, {"max": asked.most})
    return Refused("form.out_of_range", asked.id, {"min": asked.least, "max": asked.most})


def _day(asked: Field, given: Plain, today: date) -> Found | Refused:
    """Days and moments, before or after today when the field says so."""
    if not isinstance(given, str | date):
        return _wrong_kind(asked, given)
    if asked.kind is FieldKind.date:
        day = amounts.read_date(given, asked.id)
        if isinstance(day, Refused):
            return day
        value = day.isoformat()
    else:
        if not isinstance(given, str | datetime):
            return _wrong_kind(asked, given)
        moment = amounts.read_moment(given, asked.id)
        if isinstance(moment, Refused):
            return moment
        day, value = amounts.local_day(moment), amounts.written(moment)
    facts: Facts = {"day": day.isoformat(), "today": today.isoformat()}
    if asked.check is Check.past and day > today:
        return Refused("form.in_the_future", asked.id, facts)
    if asked.check is Check.future and day < today:
        return Refused("form.in_the_past", asked.id, facts)
    if asked.max is not None and abs((day - today).days) > asked.max:
        end = today + timedelta(asked.max if day > today else -asked.max)
        code = "form.too_far_ahead" if day > today else "form.too_long_ago"
        return Refused(code, asked.id, {**facts, "end": end.isoformat()})
    return Found(value)


_READERS: Mapping[FieldKind, _Reader] = {
    FieldKind.line: _words,
    FieldKind.text: _words,
    FieldKind.name: _words,
    FieldKind.choice: _choice,
    FieldKind.flag: _flag,
    FieldKind.whole: _number,
    FieldKind.money: _number,
    FieldKind.decimal: _number,
    FieldKind.rating: _number,
    FieldKind.date: _day,
    FieldKind.moment: _day,
    FieldKind.phone: _identity,
    FieldKind.id_card: _identity,
    FieldKind.credit_code: _identity,
    FieldKind.unit: _code,
    FieldKind.division: _code,
    FieldKind.category: _code,
    FieldKind.duty: _code,
    FieldKind.case: _code,
    FieldKind.code: _code,
    FieldKind.entry: _code,
    FieldKind.peer: _code,
    FieldKind.condition: _condition,
}
