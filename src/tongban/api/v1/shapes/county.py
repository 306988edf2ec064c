"""Practices, registers, people, and what everybody may read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, JsonValue, StringConstraints

from tongban.api.v1.shapes import In, Out, Page, Query, Scope, Word, Words
from tongban.api.v1.shapes.cases import Named


class PracticeShort(Out):
    id: str
    version: str
    title: str
    purpose: str
    adoption: str


class PracticeList(Page):
    practices: tuple[PracticeShort, ...]


class StageOut(Out):
    id: str
    title: str
    plain: str
    phase: str
    kind: str


class PracticeStep(Out):
    """``leaves`` is empty for a step that opens a case; ``leads`` holds "" where the case stays."""

    id: str
    title: str
    leaves: tuple[str, ...]
    leads: tuple[str, ...]
    by: tuple[str, ...]
    form: str


class ClockOut(Out):
    id: str
    title: str
    owner: str
    promise: bool
    runs_in: tuple[str, ...]


class KindOut(Out):
    id: str
    title: str
    opens: tuple[str, ...]
    stages: tuple[StageOut, ...]
    steps: tuple[PracticeStep, ...]
    clocks: tuple[ClockOut, ...]


class PracticeOut(Out):
    id: str
    version: str
    digest: str
    title: str
    purpose: str
    adoption: str
    homes: tuple[Named, ...]
    kinds: tuple[KindOut, ...]
    forms: dict[str, dict[str, JsonValue]] = Field(
        description="JSON Schema of each form; `anyOf` where at least one field is needed"
    )


class UnitOut(Out):
    id: str
    name: str
    kind: str
    level: str
    division: str
    parent: str
    phone: str


class UnitList(Page):
    units: tuple[UnitOut, ...]


class DivisionOut(Out):
    code: str
    name: str
    short: str
    level: str
    parent: str


class DivisionList(Page):
    divisions: tuple[DivisionOut, ...]


class CategoryOut(Out):
    code: str
    name: str
    path: str
    leaf: bool


class CategoryList(Page):
    categories: tuple[CategoryOut, ...]


class SignIn(In):
    login: Word
    password: Annotated[str, StringConstraints(max_length=1000)]
    second: Annotated[str, StringConstraints(max_length=40)] = ""
    scopes: tuple[Scope, ...] | list[Scope] = Field(default=("read", "act"), max_length=5)
    hours: int = Field(12, ge=1, le=12)


class TokenOut(Out):
    token: str
    expires: datetime
    scopes: tuple[str, ...]


class PostOut(Out):
    unit: Named
    role: str


class Me(Out):
    """Whom the token stands for. ``kind`` is person, requester or nobody."""

    kind: str
    person: str
    name: str
    posts: tuple[PostOut, ...]
    cases: int = Field(description="how many cases a resident's token opens")
    scopes: tuple[str, ...]


class SimilarQuery(In):
    words: Words
    division: Word = ""


class PartOut(Out):
    label: str
    words: str


class PublicCase(Out):
    id: str
    title: str
    category: str
    place: str
    unit: str
    outcome: str
    opened: str
    settled: str
    days: int
    parts: tuple[PartOut, ...]


class OpenQuery(SimilarQuery):
    practice: Word


class OpenMatter(Out):
    """An open case as far as others are told of it."""

    ref: str = Field(description="names it to whoever opens a case that is the same; leads nowhere else")
    category: str
    place: str = Field(description="the township")
    unit: str
    opened: str = Field(description="the day")
    people: int = Field(description="how many have told of it")
    stands: str
    due: str = Field(description='the day until which an answer is promised; "" while the clock is stopped')


class OpenMatters(Out):
    matters: tuple[OpenMatter, ...]


class PublicCases(Out):
    cases: tuple[PublicCase, ...]
    next: str = Field(description='cursor of the next page, "" at the end')


class PublicQuery(Query):
    words: Word = ""
    category: Word = ""
    place: Word = ""
    limit: int = Field(20, ge=1, le=100, description="how many rows at most")
    after: Word = ""


class MessageIn(In):
    title: Word = ""
    body: Words = ""
    place: Word = ""
    division: Word = ""
    practice: Word = Field("", description="whose routing rules say the unit; without one no unit is offered")


class OptionOut(Out):
    category: str
    title: str
    confidence: float
    because: tuple[str, ...]


class EarlierOut(Out):
    """A settled case like the message; ``words`` are passages that both have."""

    number: str
    title: str
    category: str = Field(description="what it was taken for, in words")
    unit: str = Field(description="who did it, in words")
    outcome: str = Field(description="how it ended, in words")
    words: tuple[str, ...]


class SuggestionOut(Out):
    """An offer, never a decision; ``category`` is "" where nothing is sure enough."""

    category: str
    title: str
    confidence: float
    because: tuple[str, ...]
    alternatives: tuple[OptionOut, ...]
    matters: tuple[str, ...] = Field(
        description="the two categories where the message may be two matters, both offered above; else empty"
    )
    doubted: str = Field(
        description="the category that the words alone would be, of another kind of place than where it is; else empty"
    )
    place: str = Field(description="the name of that place, as the register has it")
    kind: str = Field(description="its kind: rural or urban")
    division: str
    division_because: str
    elsewhere: str = Field(
        description="another county of which a place is named, and none of ours: then no unit is named"
    )
    elsewhere_because: str = Field(description="the words that named it")
    unit: str
    rule: str
    duty: str
    precedent: str = Field(description="number of the adjudicated case that the unit rests on")
    reason: str = Field(description="why this unit, in words")
    earlier: tuple[EarlierOut, ...] = Field(
        description="at most three settled cases of the practice like it that you may see, the likest first"
    )


class PrecedentOut(Out):
    """``state`` is in_force, lapsed (its duty-list entry changed), over, replaced or revoked."""

    number: str = Field(description="the adjudicated case, which names the precedent")
    state: str
    category: str
    division: str
    unit: str
    duty: str
    listed: str = Field(description="the unit in whose duty list the entry stands")
    by: str
    since: str
    until: str
    why: str
    ended: str
    ended_why: str
    replaced_by: str
    sent: int
    back: int = Field(description="of the cases sent, those that the unit lost again")
    revoke: str = Field(description='the step by which you may end it, "" for none')


class PrecedentList(Page):
    precedents: tuple[PrecedentOut, ...]


class KeyOut(Out):
    id: str
    public: str = Field(description="Ed25519 public key, base64")


class CheckpointOut(Out):
    """A signed head of the county's RFC 9162 tree. ``size`` 0 and an empty ``note`` before the first."""

    size: int
    root: str
    at: datetime | None
    note: str
    keys: tuple[KeyOut, ...]


class ConsistencyQuery(Query):
    first: int = Field(ge=0, le=2**53)
    size: int = Field(ge=0, le=2**53)


class ConsistencyOut(Out):
    first: int
    size: int
    path: tuple[str, ...]


class ProofQuery(Query):
    seq: int = Field(1, ge=1, le=2**31)


class InclusionOut(Out):
    """``leaf`` is -1 while no checkpoint covers the entry."""

    seq: int
    seal: str
    leaf: int
    path: tuple[str, ...]
    note: str


class ProblemKind(Out):
    """What a kind of problem is: where its ``type`` leads to."""

    code: str
    says: str
    fix: str


class Health(Out):
    county: str
    version: str
    now: datetime


class FaultOut(Out):
    code: str
    pointer: str = Field(description="JSON pointer into the body, or the name of what is wrong")
    says: str
    fix: str


class Problem(Out):
    """RFC 9457 problem details. ``title`` says what is wrong; ``detail`` says it together with what to do."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    where: str
    faults: tuple[FaultOut, ...]
