"""``procedure/<kind>.yaml``: the stages and steps of one case type."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from tongban.library.shape.written import (
    AnswerName,
    Cel,
    Id,
    LimitOrSetting,
    Many,
    NumberOrSetting,
    NumberSpec,
    Recipient,
    RowNamed,
    Shape,
    Some,
    Who,
    one_of,
)

What = Literal["case", "card", "refusal"]


class StageSpec(Shape):
    phase: Id
    settled: bool = False
    end: bool = False
    next: Many[Id] = ()
    sample: Id | None = None
    dropped: bool = False


class HoldSpec(Shape):
    to: Literal["route", "home", "superior", "previous"] | None = None
    answer: Id | None = None


class SettleSpec(Shape):
    outcome: Id | None = None
    answer: Id | None = None


class OpenSpec(Shape):
    """One subcase for each unit, row or code: exactly one of ``for_each``, ``for_entry``, ``for_row``, ``below``, ``own``, ``rows`` and
    ``meets`` says which.

    ``holder`` is a field of a row, ``key`` are fields of a row or, with ``own``, of what is carried; ``as`` is what the
    subcase calls its code.
    """

    kind: Id
    for_each: Id | None = None
    for_entry: Id | None = None
    for_row: Id | None = None
    where: Cel | None = None
    fits: Id | None = None
    as_: Id | None = Field(None, alias="as")
    below: Many[Id] = ()
    own: Literal[True] | None = None
    rows: Literal[True] | None = None
    meets: Id | None = None
    unless_settled: Many[Id] = ()
    unless: Some[RowNamed] = ()
    holder: Id | None = None
    key: Many[Id] = ()
    carry: Many[Id] = ()
    says: dict[Id, Id] = Field(default_factory=dict)
    drawn: NumberOrSetting | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        ways = (self.for_each, self.for_entry, self.for_row, self.below, self.own, self.rows, self.meets)
        called = self.for_entry or self.for_row
        if (
            sum(map(bool, ways)) != 1
            or (not called) != (self.as_ is None)
            or ((self.where or self.fits or self.unless) and not self.for_row)
            or (self.unless_settled and not self.meets)
        ):
            keys = {
                "keys": "for_each, for_entry + as, for_row + as (+ where, fits, unless), below, own, rows, meets (+ unless_settled)"
            }
            raise PydanticCustomError("practice.one_key", "one key wanted", keys)
        if not self.rows and (self.holder is not None or (self.key and not (self.own or self.meets))):
            raise PydanticCustomError("practice.only_with_rows", "only with rows", {})
        return self

    @property
    def left_out(self) -> tuple[tuple[str, str], ...]:
        """The registers that keep rows away, each with the flag of it that must be yes; "" for any row of it."""
        return tuple((each.partition(".")[0], each.partition(".")[2]) for each in self.unless)


class SuspendSpec(Shape):
    clocks: Many[Id] = Field(min_length=1)
    field: Id
    lawful: Many[Id] = Field(min_length=1)


class ExtendSpec(Shape):
    clocks: Many[Id] = Field(min_length=1)
    limit: LimitOrSetting
    times: NumberOrSetting = NumberSpec(number=1)
    asked: Id | None = None
    source: str = ""
    source_en: str = ""


class NotifySpec(Shape):
    notice: Id
    to: Recipient
    quiet: bool = False
    urgent: bool = False
    served: bool = False


class PublishSpec(Shape):
    what: What
    term: LimitOrSetting | None = None


class DrawSpec(Shape):
    sample: Id
    of_hundred: NumberOrSetting


class FixSpec(Shape):
    board: Id
    since: Id
    until: Id


class MandateSpec(Shape):
    to: Id
    powers: Many[Id] = Field(min_length=1)
    until: Id | None = None


class WriteSpec(Shape):
    register_: Id = Field(alias="register")
    key: Some[Id] = Field(min_length=1)
    fields: Many[Id] = Field(min_length=1)


class TellSpec(Shape):
    """``peer`` is the field with the county that is told; ``fields`` go along, ``says`` beside them."""

    peer: Id
    message: Id
    fields: Many[Id] = ()
    says: dict[Id, Id] = Field(default_factory=dict)
    named: dict[Id, Id] = Field(default_factory=dict)


class PrecedentSpec(Shape):
    """Each names the field that is answered with it."""

    unit: Id
    duty: Id
    category: Id | None = None
    division: Id | None = None
    until: Id | None = None
    replaces: Id | None = None


def _hold(given: object) -> object:
    return one_of(given, "to", "answer")


def _settle(given: object) -> object:
    return one_of(given, "outcome", "answer")


def _publish(given: object) -> object:
    return {"what": given} if isinstance(given, str) else given


_HoldWays = Literal["route", "home", "superior", "previous"]


class FollowSpec(Shape):
    """One thing that follows from a step: exactly one key."""

    hold: (
        Annotated[HoldSpec, BeforeValidator(_hold, json_schema_input_type=_HoldWays | AnswerName)] | None
    ) = None
    open: OpenSpec | None = None
    suspend: SuspendSpec | None = None
    resume: Annotated[Many[Id], Field(min_length=1)] | None = None
    extend: ExtendSpec | None = None
    notify: NotifySpec | None = None
    ask_rating: Id | None = None
    draw: DrawSpec | None = None
    fix: FixSpec | None = None
    give_mandate: MandateSpec | None = None
    end_mandates: Literal[True] | None = None
    write: WriteSpec | None = None
    set_precedent: PrecedentSpec | None = None
    end_precedent: Literal[True] | None = None
    publish: (
        Annotated[PublishSpec, BeforeValidator(_publish, json_schema_input_type=What | PublishSpec)] | None
    ) = None
    take_down: What | None = None
    join: Id | None = None
    place: Id | None = None
    tell: TellSpec | None = None
    settle: (
        Annotated[SettleSpec, BeforeValidator(_settle, json_schema_input_type=str | AnswerName)] | None
    ) = None

    @property
    def name(self) -> str:
        return next(iter(self.model_fields_set))

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1 or getattr(self, self.name) is None:
            names = ", ".join(type(self).model_fields)
            raise PydanticCustomError("practice.one_key", "one key wanted", {"keys": names})
        return self


class BranchSpec(Shape):
    to: Id
    when: Cel | None = None
    then: Many[FollowSpec] = ()


def _branches(given: object) -> object:
    return [{"to": given}] if isinstance(given, str) else given


class VisitSpec(Shape):
    """The step means that the requester came in person, where ``when`` holds; ``why`` is the field with the reason for a
    second visit, ``unit`` that with the unit where they came."""

    why: Id | None = None
    when: Cel | None = None
    unit: Id | None = None


class StepSpec(Shape):
    by: Many[Who] = Field(min_length=1)
    source: Many[Id] = Field((), alias="from")
    to: Annotated[
        Many[BranchSpec], BeforeValidator(_branches, json_schema_input_type=Id | Many[BranchSpec])
    ] = ()
    form: Id | None = None
    needs: dict[Id, Cel] = Field(default_factory=dict)
    at_most: NumberOrSetting | None = None
    judges: Many[Id] = ()
    work: bool = False
    on: (
        Literal[
            "subcase_settled",
            "subcases_settled",
            "joined_settled",
            "parent_settled",
            "settled_elsewhere",
            "told",
            "sign_found",
            "served",
            "row_written",
            "seen",
        ]
        | None
    ) = None
    of: Id | None = None
    finds: dict[Id, NumberOrSetting] = Field(default_factory=dict)
    visit: VisitSpec | None = None
    then: Many[FollowSpec] = ()


class KindSpec(Shape):
    kind: Id
    phases: Many[Id] = Field(min_length=1)
    apart: bool = False
    shared: Cel | None = None
    stages: dict[Id, StageSpec] = Field(min_length=1)
    steps: dict[Id, StepSpec] = Field(min_length=1)
