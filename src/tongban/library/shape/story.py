"""``scenarios/*.yaml``: one story a file, told by what people do and what an official expects."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from tongban.library.shape.written import Answer, Id, Many, Plain, Shape, UnitId, Words

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]|[0-9]{4}-[0-9]{2}-[0-9]{2} 24:00"
)
_LATER = re.compile(r"\+[0-9]{1,5} (minutes|hours|working_days|calendar_days)")
_BY = re.compile(r"anyone|requester|system|[a-z][a-z0-9_]{0,49}@[a-z0-9][a-z0-9_.-]{0,63}(#[1-9][0-9]?)?")
_FIGURE = re.compile(r"-?[0-9]{1,9}/[0-9]{1,9}")
_CASE = re.compile(r"[a-z][a-z0-9_]{0,49}(/[1-9][0-9]?)*")


def _moment(given: object) -> object:
    if isinstance(given, str) and _MOMENT.fullmatch(given):
        return given
    raise PydanticCustomError("practice.story_moment", "not a moment", {"given": str(given)[:60]})


def _later(given: object) -> object:
    if isinstance(given, str) and (_MOMENT.fullmatch(given) or _LATER.fullmatch(given)):
        return given
    raise PydanticCustomError("practice.story_moment", "not a moment", {"given": str(given)[:60]})


def _by(given: object) -> object:
    if isinstance(given, str) and _BY.fullmatch(given):
        return given
    raise PydanticCustomError("practice.story_by", "nobody", {"given": str(given)[:60]})


def _case(given: object) -> object:
    if isinstance(given, str) and _CASE.fullmatch(given):
        return given
    raise PydanticCustomError("practice.story_case", "no case name", {"given": str(given)[:60]})


LocalMoment = Annotated[str, BeforeValidator(_moment)]
Later = Annotated[str, BeforeValidator(_later)]
By = Annotated[str, BeforeValidator(_by)]
CaseName = Annotated[str, BeforeValidator(_case)]


class Title(Shape):
    zh: Words = Field(alias="zh-Hans")
    en: Words


class SubcasesSpec(Shape):
    total: int | None = None
    open: int | None = None


class FollowedSpec(Shape):
    """One thing that followed; ``what`` is the notice, unit, clock or outcome it is about ("" for any)."""

    name: Id
    what: str = ""


def _followed(given: object) -> object:
    match given:
        case str():
            return {"name": given}
        case dict() if len(given) == 1 and all(isinstance(each, str) for each in given.values()):
            name, what = next(iter(given.items()))
            return {"name": name, "what": what}
        case _:
            raise PydanticCustomError("practice.story_follows", "nothing", {"given": str(given)[:60]})


Followed = Annotated[FollowedSpec, BeforeValidator(_followed, json_schema_input_type=str | dict[str, str])]


class ExpectSpec(Shape):
    """What must be so after an entry; what is not written is not looked at.

    ``due`` and ``clock`` are by clock, ``count`` by step. ``follows`` are things that followed from the
    entry, in any order: ``noticed`` or ``noticed: accepted``. ``warned`` are codes of doubts that stopped nothing.
    """

    stage: Id | None = None
    holder: UnitId | None = None
    home: UnitId | None = None
    outcome: str | None = None
    due: dict[Id, LocalMoment] = Field(default_factory=dict)
    clock: dict[Id, Literal["running", "suspended", "kept", "missed", "never"]] = Field(default_factory=dict)
    count: dict[Id, int] = Field(default_factory=dict)
    facts: dict[Id, Answer] = Field(default_factory=dict)
    follows: Many[Followed] = ()
    warned: Many[str] = ()
    subcases: SubcasesSpec | None = None
    visits: int | None = None


class ElsewhereSpec(Shape):
    """A case that settles at another practice: who did the work, who had a part in it, how it ended.

    ``unheard``: nothing comes of it here.
    """

    unit: UnitId
    by: Many[By] = ()
    kind: Literal["matter", "inner_matter"] = "matter"
    outcome: Literal["resolved", "refused", "withdrawn"] = "resolved"
    channel: Id = "web"
    category: Words | None = None
    division: Words | None = None
    unheard: bool = False


class EntrySpec(Shape):
    """One thing that happens: a step, a case that settles elsewhere, a message that another county tells, or a sweep of all
    deadlines up to a moment; or only a look."""

    step: Id | None = None
    by: By | None = None
    general: bool = False
    """whether somebody acts by a post that names no practice: in a guarded one such a post opens nothing"""
    told: Id | None = None
    peer: Words | None = None
    n: int | None = Field(None, ge=1)
    at: Later | None = None
    case: CaseName = "case"
    opens: Id | None = None
    name: CaseName | None = Field(None, alias="as")
    home: UnitId | None = None
    channel: Id | None = None
    answers: dict[Id, Answer] = Field(default_factory=dict)
    rows: Many[dict[Id, Answer]] = ()
    refused: str | None = None
    sweep: Later | None = None
    settled_elsewhere: ElsewhereSpec | None = None
    expect: ExpectSpec | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        happens = (self.step, self.told, self.sweep, self.settled_elsewhere)
        if sum(each is not None for each in happens) > 1:
            keys = {"keys": "step, told, sweep, settled_elsewhere"}
            raise PydanticCustomError("practice.one_key", "one key wanted", keys)
        if not any(each is not None for each in (*happens, self.expect)):
            keys = {"keys": "step, told, sweep, expect"}
            raise PydanticCustomError("practice.one_key", "one key wanted", keys)
        if self.told is None and (self.peer is not None or self.n is not None):
            raise PydanticCustomError("practice.only_when_told", "only with told", {})
        if (self.step is None) != (self.by is None):
            raise PydanticCustomError("practice.story_step_by", "step and by", {})
        return self


class FigureSpec(Shape):
    """What an indicator counts: ``3/4``, and by exclusion how many cases were left out."""

    value: str = Field(alias="is")
    excluded: dict[Id, int] = Field(default_factory=dict)


def _figure(given: object) -> object:
    value = {"is": given} if isinstance(given, str) else given
    if isinstance(value, dict) and isinstance(text := value.get("is"), str) and _FIGURE.fullmatch(text):
        return value
    raise PydanticCustomError("practice.story_counts", "no figure", {"given": str(given)[:60]})


Figure = Annotated[FigureSpec, BeforeValidator(_figure, json_schema_input_type=str | FigureSpec)]


class StorySpec(Shape):
    title: Title
    at: LocalMoment
    settings: dict[Id, Plain] = Field(default_factory=dict)
    entries: dict[Id, Many[dict[Id, Answer]]] = Field(default_factory=dict)
    story: Many[EntrySpec] = Field(min_length=1)
    figures: dict[Id, Figure] = Field(default_factory=dict)
