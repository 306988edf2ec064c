"""Deadlines, routing, forms, indicators and registers."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from tongban.kernel.form import AskedOf, Check, FieldKind, Held, Says, Told
from tongban.kernel.indicator.parts import COUNTY, PARTS, PERIODS
from tongban.library.shape.written import (
    Cel,
    Day,
    FieldName,
    Id,
    LimitOfCase,
    LimitOrSetting,
    Many,
    NumberOrSetting,
    NumberSpec,
    Shape,
    Some,
    Words,
)


class LimitRuleSpec(Shape):
    """How long: ``limit`` (an amount of time, or the field that says it), ``day`` (the field whose day is the last one), both (so
    long after it), or ``month_days`` (settings with days of the month: to the next of them)."""

    since: Day
    source: Words
    source_en: str = ""
    limit: LimitOfCase | None = None
    day: Id | None = None
    month_days: Many[Id] = ()
    when: Cel | None = None
    quiet: bool = False

    @model_validator(mode="after")
    def _one(self) -> Self:
        said = self.limit is not None and self.limit.field is not None
        named = self.limit is not None or self.day is not None
        if named == bool(self.month_days) or (said and self.day is not None):
            raise PydanticCustomError(
                "practice.one_key", "one key wanted", {"keys": "limit, day, month_days"}
            )
        return self


class RungSpec(Shape):
    """One rung of a ladder; exactly one of ``at``, ``before``, ``after`` and ``every``."""

    step: Id
    at: Literal["due"] | None = None
    before: LimitOrSetting | None = None
    after: LimitOrSetting | None = None
    every: LimitOrSetting | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.at, self.before, self.after, self.every)) != 1:
            raise PydanticCustomError(
                "practice.one_key", "one key wanted", {"keys": "at, before, after, every"}
            )
        return self


class ClockSpec(Shape):
    runs_in: Many[Id] = Field(min_length=1)
    owner: Literal["holder", "home", "parent", "requester"]
    promise: bool = False
    lasts: bool = False
    limits: Many[LimitRuleSpec] = Field(min_length=1)
    ladder: Many[RungSpec] = ()


Deadlines = dict[Id, dict[Id, ClockSpec]]


def _take(given: object) -> object:
    """``{field: unit}`` as ``field:unit``."""
    match given:
        case {"field": str() as field, **rest} if not rest:
            return f"field:{field}"
        case _:
            return given


_TAKES = (
    r"^(precedent|duty|kind:[a-z][a-z0-9_]{0,49}|unit:[a-z0-9][a-z0-9_.-]{0,63}|field:[a-z][a-z0-9_]{0,49})$"
)
Take = Annotated[
    str,
    StringConstraints(pattern=_TAKES),
    BeforeValidator(_take, json_schema_input_type=str | FieldName),
]


class RoutingSpec(Shape):
    id: Id
    take: Take
    when: Cel | None = None


Routing = Many[RoutingSpec]


class FieldSpec(Shape):
    """One field of a form. ``again`` is the reason why a datum that is known already is asked again.

    ``asked_of: office`` keeps a field from residents: they neither see nor answer it. ``inner: true``
    keeps its answer among colleagues: the requester is not shown it, and it is never published. ``released_by`` does so until one of these
    steps was taken. ``says`` marks the parts of a reply, for those who write and check it.
    """

    id: Id
    kind: FieldKind
    required: bool = False
    choices: Many[Id] = ()
    held: Held | None = None
    min: NumberOrSetting | None = None
    max: NumberOrSetting | None = None
    unit: str = ""
    check: Check = Check.none
    infer: str = ""
    offer: str = ""
    when: Cel | None = None
    again: Id | None = None
    asked_of: AskedOf = AskedOf.everybody
    inner: bool = False
    released_by: Many[Id] = ()
    official: bool = False
    recuses: bool = False
    handed_up: bool = False
    says: Says | None = None
    of: Some[Id] = ()
    placed: Id | None = None
    among: str = ""
    where: Cel | None = None
    like: Many[Id] = ()
    doubts: dict[Id, Cel] = Field(default_factory=dict)
    door: Told | None = None


Forms = dict[Id, Annotated[Many[FieldSpec], Field(min_length=1)]]


class ExclusionSpec(Shape):
    """``by`` is the step whose taker approved that such a case is left out."""

    id: Id
    when: Cel
    by: Id | None = None


Counted = Annotated[str, StringConstraints(pattern=r"^(settled|rated|opened|due:[a-z][a-z0-9_]{0,49})$")]


class ColoursSpec(Shape):
    """From what share on a unit is red or amber, of a hundred; where more is better, below what share."""

    red: NumberOrSetting
    amber: NumberOrSetting


class IndicatorSpec(Shape):
    """A share of cases (``numerator``), or what cases add up to: ``adds`` over the number of cases, or over what ``over`` adds up to.

    ``by`` is what it is broken down by, ``period`` what it is made for, ``disclosure`` what the public is told."""

    of: Id
    counted: Counted
    denominator: Cel
    numerator: Cel | None = None
    adds: Cel | None = None
    over: Cel | None = None
    exclusions: Many[ExclusionSpec] = ()
    smallest_sample: NumberOrSetting = NumberSpec(number=30)
    better: Literal["more", "less"] = "more"
    unit: Id | None = None
    sign: bool = False
    colours: ColoursSpec | None = None
    by: Annotated[Many[Id], Field(min_length=1, max_length=6)] = ("unit",)
    period: Annotated[Many[Literal["week", "month", "quarter", "year"]], Field(min_length=1)] = (
        "week",
        "month",
        "quarter",
        "year",
    )
    disclosure: Literal["parts", "county", "office"] | None = None

    @property
    def periods(self) -> tuple[str, ...]:
        return tuple(each for each in PERIODS if each in self.period)

    @property
    def told(self) -> str:
        """What the public is told; of a sign the county alone without saying so."""
        return self.disclosure or (COUNTY if self.sign else PARTS)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.numerator is None) == (self.adds is None):
            raise PydanticCustomError("practice.one_key", "one key wanted", {"keys": "numerator, adds"})
        if self.over is not None and self.adds is None:
            raise PydanticCustomError("practice.one_key", "one key wanted", {"keys": "adds"})
        return self


Indicators = dict[Id, IndicatorSpec]


class RegisterField(Shape):
    """A column. Beside its kind it takes what a field of a form takes of the same name."""

    id: Id
    kind: FieldKind
    required: bool = False
    choices: Many[Id] = ()
    min: int | None = None
    max: int | None = None
    unit: str = ""
    of: Some[Id] = ()


class MeetingSpec(Shape):
    """Rows that share the part ``same`` of their key, held against the brought register ``pairs``: what its relations mean here."""

    same: Id
    what: Id
    since: Id
    until: Id
    pairs: Id
    amount: Id | None = None
    excludes: Many[Id] = ()
    caps: Many[Id] = ()
    calls: Many[Id] = ()
    bundles: Id | None = None


class RegisterSpec(Shape):
    """Things known by ``key``. The rows of a ``brought`` one come with a sheet; everybody may read them.

    ``rows`` is what must hold of each, by the code whose words whoever brings the sheet reads. A ``kept`` one is read like a
    brought one, but the system itself writes it.
    """

    key: Some[Id] = Field(min_length=1, max_length=4)
    fields: Many[RegisterField] = Field(min_length=1)
    brought: bool = False
    kept: bool = False
    public: bool = False
    rows: dict[Id, Cel] = Field(default_factory=dict)
    meets: dict[Id, MeetingSpec] = Field(default_factory=dict)

    @property
    def read_only(self) -> bool:
        """Whether its rows are known before anybody is asked: a sheet brings them, or the system keeps them."""
        return self.brought or self.kept


Registers = dict[Id, RegisterSpec]
