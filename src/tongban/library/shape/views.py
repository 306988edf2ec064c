"""How the cases below a case are shown beside its tree: along days, as the table of the monthly meeting, as a map."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from tongban.library.shape.written import Id, Many, Shape

DUE = "due:"
DayOf = Annotated[str, StringConstraints(pattern=r"^(due:)?[a-z][a-z0-9_]{0,49}$")]
"""A field whose answer is a day, or ``due:<clock>``: the day on which that clock runs out."""


class PlanSpec(Shape):
    """The days of the cases of one kind: those that were planned, and what says that they came true.

    ``began`` is the step by which the work is known to have begun, ``reached`` are the outcomes that count as reached
    (none named: every one), ``said`` the steps by which a miss is declared before the day.
    """

    end: DayOf
    start: DayOf | None = None
    began: Id | None = None
    reached: Many[Id] = ()
    said: Many[Id] = ()


class TableSpec(Shape):
    """The table of the monthly meeting: a row for each case of kind ``of``.

    ``counts`` are the kinds of cases that are to be reached in it; without any, those of ``of`` themselves. ``sum`` are
    whole numbers that are added up, ``weight`` is what a row weighs in the index of progress (1 without it). ``spent`` says
    for each kind which field holds what was spent, the first of them that is answered.
    """

    of: Id
    columns: Many[Id] = ()
    sum: Many[Id] = ()
    counts: Many[Id] = ()
    weight: Id | None = None
    spent: dict[Id, Annotated[Many[Id], Field(min_length=1)]] = Field(default_factory=dict)


class GridSpec(Shape):
    """The map of a work: a block for each answer to ``row``, in it a cell for each case of kind ``of``, called by what ``cell`` names."""

    of: Id
    row: Id
    cell: Annotated[Many[Id], Field(min_length=1, max_length=3)]


KindRef = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]{0,49}\.)?[a-z][a-z0-9_]{0,49}$")]
"""A kind of this practice, or ``practice.kind`` of another one."""


class MatchingSpec(Shape):
    """Of before, only cases whose ``field`` is an entry of one of the lists ``among`` of the cases of after."""

    field: Id
    among: Annotated[Many[Id], Field(min_length=1)]


class CompareSpec(Shape):
    """What cases of this kind took, beside what it took before: cases of ``before`` kinds that share the answer to ``about`` make one journey.

    ``papers`` are the fields in which papers are handed in: a number, or a list whose entries are counted. ``smallest_sample`` journeys are needed before
    a side is published.
    """

    before: Annotated[Many[KindRef], Field(min_length=1)]
    about: Id
    papers: Many[Id] = ()
    matching: MatchingSpec | None = None
    smallest_sample: Annotated[int, Field(ge=5, le=1000)] = 5


class ViewSpec(Shape):
    """What is shown of all that lies below a case of one kind."""

    plan: dict[Id, PlanSpec] = Field(default_factory=dict)
    table: TableSpec | None = None
    grid: GridSpec | None = None
    compare: CompareSpec | None = None


Views = dict[Id, ViewSpec]
