"""The small things that authors write: ids, days, limits, numbers, roles, expressions."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict, StringConstraints
from pydantic_core import PydanticCustomError

from tongban.kernel.clock import LONGEST, Limit, Unit
from tongban.kernel.procedure.model import Relation


class Shape(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, populate_by_name=False, defer_build=True
    )


T = TypeVar("T")
Many = Annotated[tuple[T, ...], Strict(False)]
"""A list, kept as a tuple. Not strict in itself, because strictly a list is no tuple; its entries are."""


def _some(given: object) -> object:
    return [given] if isinstance(given, str) else given


Some = Annotated[tuple[T, ...], Strict(False), BeforeValidator(_some, json_schema_input_type=str | list[str])]
"""The same, where one alone may be written without a list around it."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
UnitId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
RowNamed = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}(\.[a-z][a-z0-9_]{0,49})?$")]
"""A register, or a register and one of its columns."""
Words = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Cel = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$")]

_LIMIT = re.compile(r"([0-9]{1,7}) (minutes|hours|working_days|calendar_days)")


def read_limit(text: str, source: str = "") -> Limit | None:
    """The limit that ``5 working_days`` means; None when it means none."""
    found = _LIMIT.fullmatch(text)
    if found is None or int(found[1]) > LONGEST[Unit(found[2])]:
        return None
    return Limit(int(found[1]), Unit(found[2]), source)


def _is_limit(text: object) -> object:
    if isinstance(text, str) and read_limit(text) is None:
        raise PydanticCustomError("practice.limit", "not a limit", {"given": text[:60]})
    return text


LimitText = Annotated[str, BeforeValidator(_is_limit)]


class SettingName(Shape):
    setting: Id


class FieldName(Shape):
    field: Id


class LimitSpec(Shape):
    """A limit as written, the setting that holds it, or the field whose number it is."""

    text: LimitText = ""
    setting: Id | None = None
    field: Id | None = None


def _limit(given: object) -> object:
    match given:
        case str():
            return {"text": given}
        case dict() if set(given) == {"setting"}:
            return given
        case _:
            raise PydanticCustomError("practice.limit", "not a limit", {"given": _shown(given)})


LimitOrSetting = Annotated[LimitSpec, BeforeValidator(_limit, json_schema_input_type=str | SettingName)]


def _limit_of_case(given: object) -> object:
    return given if isinstance(given, dict) and set(given) == {"field"} else _limit(given)


LimitOfCase = Annotated[
    LimitSpec, BeforeValidator(_limit_of_case, json_schema_input_type=str | SettingName | FieldName)
]


class NumberSpec(Shape):
    """A number as written, or the setting that holds it and what is added to that."""

    number: int = 0
    setting: Id | None = None
    plus: int = 0


class SettingAndMore(Shape):
    setting: Id
    plus: int = 0


def _number(given: object) -> object:
    match given:
        case bool():
            raise PydanticCustomError("practice.whole_or_setting", "not a number", {"given": _shown(given)})
        case int():
            return {"number": given}
        case {"setting": _, **rest} if set(rest) <= {"plus"}:
            return given
        case _:
            raise PydanticCustomError("practice.whole_or_setting", "not a number", {"given": _shown(given)})


NumberOrSetting = Annotated[NumberSpec, BeforeValidator(_number, json_schema_input_type=int | SettingAndMore)]


class WhoSpec(Shape):
    relation: Relation
    role: str = ""


BARE = frozenset({Relation.REQUESTER, Relation.ANYONE, Relation.SYSTEM, Relation.MANDATE})
_WITH_ROLE = "|".join(relation.value for relation in Relation if relation not in BARE)
_WHO = re.compile(rf"([a-z][a-z0-9_]{{0,49}})@({_WITH_ROLE})")


def _who(given: object) -> object:
    if isinstance(given, str):
        if given in {relation.value for relation in BARE}:
            return {"relation": given}
        found = _WHO.fullmatch(given)
        if found is not None:
            return {"role": found[1], "relation": found[2]}
    raise PydanticCustomError("practice.who", "not a role", {"given": _shown(given)})


Who = Annotated[WhoSpec, BeforeValidator(_who, json_schema_input_type=str)]


class AnswerName(Shape):
    answer: Id


def one_of(given: object, plain: str, answered: str) -> object:
    """``text`` or ``{answer: field}`` as the fields ``plain`` and ``answered`` of one model."""
    match given:
        case str():
            return {plain: given}
        case dict() if set(given) == {"answer"}:
            return {answered: given["answer"]}
        case _:
            raise PydanticCustomError("practice.text_or_answer", "not text", {"given": _shown(given)})


def _shown(given: object) -> str:
    return str(given)[:60]


def _day(given: object) -> object:
    if type(given) is date:  # from a door that has read it already
        return given
    if isinstance(given, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise PydanticCustomError("practice.day", "not a day", {"given": _shown(given)})


Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=str)]
Recipient = Literal["requester", "holder", "previous", "home", "superior", "parent"]


def _plain(given: object) -> object:
    if isinstance(given, str | int):
        return given
    raise PydanticCustomError("practice.not_plain", "not plain", {"given": _shown(given)})


def _answer(given: object) -> object:
    match given:
        case list() if all(isinstance(each, str) for each in given):
            return tuple(given)
        case str() | int():
            return given
        case _:
            raise PydanticCustomError("practice.not_plain", "not plain", {"given": _shown(given)})


Plain = Annotated[str | int | bool, BeforeValidator(_plain, json_schema_input_type=str | int | bool)]
Answer = Annotated[
    str | int | bool | tuple[str, ...],
    BeforeValidator(_answer, json_schema_input_type=str | int | bool | list[str]),
]
