"""Cases, their steps, deadlines, files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from tongban.api.v1.shapes import In, Out, Query, Word

Answers = dict[Annotated[str, Field(max_length=100)], JsonValue]
"""One value for each field of the step's form, as its JSON Schema says."""


class Named(Out):
    id: str
    title: str = Field(description="in the language of the answer")


class OpenCase(In):
    practice: Word
    answers: Answers
    kind: Word = Field("", description='which kind of case; "" for the one that the practice opens')
    step: Word = Field("", description='which way of opening; "" for the one that residents use')
    home: Word = Field("", description='the receiving unit; "" for the nearest')
    division: Word = Field("", description='where it is; "" for what is answered, else the county')
    channel: Word = Field("", description="how it came in; taken from staff only")
    rehearse: bool = Field(False, description="check everything, store nothing")
    together: Word = Field(
        "", description="the `ref` of an open matter that this is the same as; taken from residents only"
    )


class TakeStep(In):
    step: Word
    answers: Answers = Field(default_factory=dict)
    rows: tuple[Answers, ...] = Field(
        (),
        max_length=20_000,
        strict=False,
        description="the table of a step that opens a subcase for each row: its answers. A body holds 1 MB, some 4,000 rows; more tables may follow",
    )
    names_seen: tuple[str, ...] = Field(
        (),
        max_length=200,
        strict=False,
        description="names in a text for the public that were shown and may stand (disclosure.names)",
    )


class StepOfRow(In):
    """One step of one case. The case is named by ``case``, or by ``key``: facts that it alone has below ``under``."""

    step: Word
    case: Word = ""
    key: dict[Word, Word] = Field(default_factory=dict, max_length=10)
    at: AwareDatetime | None = Field(
        None, strict=False, description="when it really happened; without it, now"
    )
    answers: Answers = Field(default_factory=dict)


class TakeSteps(In):
    rows: tuple[StepOfRow, ...] = Field(min_length=1, max_length=2000, strict=False)
    under: Word = Field("", description="the number of the case below which rows may name theirs by facts")
    all_or_none: bool = Field(False, description="write nothing where one row is refused")


class RowFault(Out):
    code: str
    where: str
    says: str
    fix: str


class RowOut(Out):
    """What became of a row, by its place in the list from 1 on."""

    row: int
    came: Literal["taken", "known", "refused"]
    case: str
    faults: tuple[RowFault, ...]


class StepsOut(Out):
    """``kept`` is false where all or none was asked and something was refused: then nothing was written."""

    taken: int
    known: int = Field(description="rows that had been taken before and did nothing now")
    refused: int
    kept: bool
    rows: tuple[RowOut, ...]


class Doubt(Out):
    """Something to look at that did not stop the step."""

    code: str
    pointer: str
    says: str
    fix: str


class Taken(Out):
    """What became of a request. ``again``: the same request had been acted on before, nothing happened now; ``says`` tells what
    happened then, ``stage`` and ``due`` how the case stands by now."""

    number: str
    stage: str
    due: datetime | None
    again: bool
    says: str
    warnings: tuple[Doubt, ...]
    joined: bool = Field(description="whether it is handled together with the matter that was named")
    token: str = Field(description='for residents who opened a case: follows it for two hours; "" for others')


class Fact(Out):
    label: str
    value: str
    long: bool = False


class Lap(Out):
    clock: Named
    lap: int
    stands: Literal["running", "suspended", "kept", "missed"]
    started: datetime
    due: datetime | None
    ended: datetime | None
    limit: str
    source: str
    promise: bool
    provisional: bool


class Followed(Out):
    name: str
    what: str


class Happened(Out):
    seq: int
    at: datetime
    step: Named
    to: str
    what: str
    who: str
    facts: tuple[Fact, ...]
    says: tuple[str, ...]
    follows: tuple[Followed, ...]
    mine: bool
    system: bool


class Related(Out):
    number: str
    title: str
    unit: str
    stage: str
    settled: bool


class Subcases(Out):
    total: int
    open: int
    cases: tuple[Related, ...]


class CaseOut(Out):
    """A case as this reader may see it. ``values`` and ``counts`` are for staff only."""

    id: str
    number: str
    title: str
    practice: Named
    adoption: str
    kind: Named
    stage: Named
    plain: str = Field(description="where it stands, in a resident's words")
    phase: str
    holder: Named
    home: Named
    division: Named
    category: Named | None
    waits_on: str
    sample: str = Field(
        description="whether chance chose the case to be called, for those who call; empty for others"
    )
    outcome: Named | None
    channel: str
    opened: datetime
    settled: datetime | None
    clocks: tuple[Lap, ...]
    facts: tuple[Fact, ...]
    identity: tuple[Named, ...] = Field(description="what is known of the requester, without the values")
    files: tuple[str, ...]
    story: tuple[Happened, ...]
    subcases: Subcases
    parent: Related | None
    joined: Related | None
    under: Related | None
    placed: tuple[Related, ...]
    values: dict[str, JsonValue]
    counts: dict[str, int]
    visits: int = Field(description="how often the requester came in person")


class Row(Out):
    """A line of a worklist. ``tone`` is late, soon, rest or kept."""

    number: str
    title: str
    tone: str
    clock: str
    due: str
    stage: str
    holder: str
    place: str
    category: str
    opened: str
    due_at: datetime | None = Field(description="for programs; ``due`` and ``opened`` are words for people")
    opened_at: datetime


class Worklist(Out):
    rows: tuple[Row, ...]
    late: int | None = Field(description="of the first thousand; null where it was not counted, as for all")
    soon: int | None = Field(description="due within a day; null likewise")
    total: int | None = Field(
        description="counted up to a thousand; null where it was not counted: the list all, and what words are looked for in"
    )
    next: str = Field(description='cursor of the next page, to be sent as ``after``; "" at the end')


class WorklistQuery(Query):
    view: Literal["waiting", "held", "home", "watched", "settled", "all"] = "waiting"
    late: bool = False
    practice: Word = ""
    stage: Word = ""
    category: Word = ""
    division: Word = ""
    words: Word = ""
    limit: int = Field(25, ge=1, le=100, description="how many rows at most")
    after: Word = ""


class AlikeQuery(Query):
    words: Word = ""


class Similar(Out):
    """``sure``: how sure it is that both are one matter, in hundredths; ``taken``: they are taken for one; ``why`` in words."""

    number: str
    title: str
    place: str
    stage: str
    opened: str
    settled: bool
    sure: int
    taken: bool
    why: str


class SimilarList(Out):
    cases: tuple[Similar, ...]


class StepOut(Out):
    """A step that the caller could take now. ``blocked`` says what is in the way, "" for nothing."""

    id: str
    title: str
    help: str
    main: bool
    blocked: str
    fix: str
    form: dict[str, JsonValue] = Field(
        description="JSON Schema of the answers; `anyOf` where at least one field is needed"
    )
    known: dict[str, JsonValue] = Field(description="what stands in its fields already")


class StepList(Out):
    steps: tuple[StepOut, ...]


class Remark(Out):
    """Something to look at again in a reply. ``flag``: it may not answer the matter at all."""

    code: str
    weight: Literal["flag", "hint", "note"]
    says: str


class Foreseen(Out):
    stage: str
    says: tuple[str, ...]
    doubts: tuple[str, ...] = Field(description="what to look at again before it is taken; it stops nothing")
    remarks: tuple[Remark, ...] = Field(
        description="what seems missing or beside the point in the reply that the step sends or judges; it stops nothing"
    )


class Line(Out):
    code: str
    words: str


class Explained(Out):
    clock: Named
    lap: int
    due: str
    due_at: datetime | None
    lines: tuple[Line, ...]


class Deadlines(Out):
    deadlines: tuple[Explained, ...]


class KeptFile(Out):
    id: str = Field(description="SHA-256 of what is kept, in hexadecimal")
    media_type: str
    size: int


class FileList(Out):
    files: tuple[KeptFile, ...]


class Look(In):
    purpose: Word
    why: Word


class IdentityOut(Out):
    number: str
    values: dict[str, JsonValue]


class Prove(In):
    phone: Word
