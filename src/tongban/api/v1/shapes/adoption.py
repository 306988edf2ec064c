"""Practices on the shelf, what adopting one would change, adoptions, drafts, parcels."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints

from tongban.api.v1.shapes import In, Out, Page, Query, Word
from tongban.api.v1.shapes.county import FaultOut

Setting = bool | Annotated[int, Field(ge=-(2**53), le=2**53)] | Word
Settings = dict[Word, Setting]
OF = (
    'which content: "" as it lies on the shelf, `adopted` as the county has it, `draft` as it is being written, the id of '
    "an earlier adoption, else what a parcel is called by"
)


class OfQuery(Query):
    of: Word = Field("", description=OF)


class Shelved(Out):
    """``adopted`` is the version in force, "" without one; ``newer``: the shelf has another content than the county adopted."""

    id: str
    title: str
    version: str
    purpose: str
    adopted: str
    newer: bool
    faults: int = Field(description="what keeps it from being adopted")


class ShelvedList(Page):
    practices: tuple[Shelved, ...]


class SettingOut(Out):
    """``least`` and ``most`` are null where there is no range; ``value`` is the county's, else the default."""

    id: str
    type: str
    title: str
    why: str
    default: JsonValue
    value: JsonValue
    least: JsonValue
    most: JsonValue
    choices: tuple[str, ...]


class ShelvedOut(Out):
    """One practice at hand. What cannot be read has ``faults`` and little else."""

    id: str
    version: str
    digest: str
    title: str
    purpose: str
    preconditions: str
    adoption: str = Field(description='the adoption in force, "" without one')
    since: datetime | None
    homes: tuple[str, ...] = Field(description="units that receive cases by it")
    retired: datetime | None
    newer: bool
    needs: tuple[str, ...] = Field(description="practices that have to be adopted first")
    roles: tuple[str, ...]
    settings: tuple[SettingOut, ...]
    scenarios: tuple[str, ...]
    faults: tuple[FaultOut, ...]


class Wished(In):
    """``settings`` and ``homes``: null leaves them as they are in force or were last, or as the practice has them where it is not adopted."""

    of: Word = Field("", description=OF)
    settings: Settings | None = Field(
        None, max_length=200, description="those that differ from the defaults, all of them"
    )
    homes: tuple[Word, ...] | None = Field(
        None,
        max_length=500,
        strict=False,
        description="receiving units; an empty list is all of the practice's kind",
    )


class Adopt(Wished):
    since: AwareDatetime | None = Field(
        None, strict=False, description="an earlier day from which the county has worked by it"
    )
    first: Word = Field(
        "",
        description="where others take on the same duty (`adoption.same_duty`): the practice that goes first",
    )
    even_not_newer: bool = Field(
        False,
        description="adopt it although it is no newer version than the last (`adoption.older`, `adoption.same_version`)",
    )


class AdoptedOut(Out):
    """``again``: exactly this was in force already, and nothing was written."""

    id: str
    practice: str
    version: str
    digest: str
    homes: tuple[str, ...]
    unstaffed: tuple[str, ...] = Field(description="roles of the practice that nobody in the county holds")
    again: bool


class SettingChange(Out):
    name: str
    before: JsonValue
    after: JsonValue


class ContentChange(Out):
    act: str = Field(description="added, removed or changed")
    area: str
    name: str
    part: str
    before: str
    after: str
    where: str


class UnitPreview(Out):
    unit: str
    laps: int
    late_before: int
    late_after: int


class MoveOut(Out):
    """Cases that would go from one unit to another; a unit of "" is nobody."""

    before: str
    after: str
    cases: int


class ReroutedOut(Out):
    """``same``: rules and registers send every case alike; none was looked at."""

    same: bool
    cases: int
    compared: int
    moved: int
    better: int = Field(description="moved cases that the unit settled which the draft finds")
    worse: int = Field(description="moved cases that the unit settled from which the draft takes them")
    moves: tuple[MoveOut, ...]


class PreviewOut(Out):
    """What adopting would change. ``first``: the county has not adopted it yet, so there is no past to ask. Numbers are promises of the
    last twelve months."""

    first: bool
    settings: tuple[SettingChange, ...]
    changes: tuple[ContentChange, ...]
    since: datetime | None
    cases: int
    left_out: int = Field(description="cases that the draft cannot read")
    laps: int
    late_before: int
    late_after: int
    newly_late: int
    newly_kept: int
    units: tuple[UnitPreview, ...]
    routing: ReroutedOut | None


class StoryTold(Out):
    path: str
    title: str
    failures: tuple[FaultOut, ...]


class StoryList(Page):
    failed: int
    stories: tuple[StoryTold, ...]


class AdoptionOut(Out):
    """``until`` is "" for the one in force; moments are in words."""

    id: str
    version: str
    digest: str
    settings: dict[str, JsonValue]
    homes: tuple[str, ...]
    since: str
    until: str
    by: str
    running: int = Field(description="open cases that go by it")


class AdoptionList(Page):
    adoptions: tuple[AdoptionOut, ...]


class DraftShort(Out):
    practice: str
    mark: str = Field(description="names this state of the draft")
    at: datetime


class DraftList(Page):
    drafts: tuple[DraftShort, ...]


class DraftOut(DraftShort):
    files: dict[str, str]
    faults: tuple[FaultOut, ...] = Field(description="everything that is wrong with it so far")


class Begin(In):
    base: Word = Field(description="the practice that it begins as")
    of: Word = Field("", description=OF)
    name: Word = Field("", description='the id of the new practice; "" for a next version of the same')


class WriteFile(In):
    """``seen`` is the ``mark`` of the draft that was read: who changed it meanwhile loses nothing."""

    seen: Word
    path: Word
    text: Annotated[str, StringConstraints(max_length=1_000_000)] | None = Field(
        description="null takes the file out"
    )


class Discard(In):
    seen: Word


class ParcelOut(Out):
    """A practice that came as a file. ``wrong`` says why it can no longer be believed."""

    practice: str
    call: str = Field(description="what it is called by in `of`")
    version: str
    county: str
    at: datetime
    packed: datetime | None
    adopted: bool
    wrong: FaultOut | None


class ParcelList(Page):
    parcels: tuple[ParcelOut, ...]


class DigitQuery(Query):
    name: Word = Field("", description='the id of the practice; "" for the one that the workflow has')


class Gone(Out):
    """It is done; there is nothing to show."""

    done: bool = True
