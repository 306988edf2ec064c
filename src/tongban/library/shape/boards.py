"""``boards.yaml``: figures of units side by side. Nothing in it can be filled in: every item is an indicator."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tongban.library.shape.written import Id, Many, NumberOrSetting, Shape

IndicatorName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}(\.[a-z][a-z0-9_]{0,49})?$")]


class BoardItemSpec(Shape):
    """``indicator`` of this practice, or ``practice.indicator`` of another one that the county adopted.

    ``sampled: true`` promises that only whom chance drew is counted.
    """

    indicator: IndicatorName
    weight: NumberOrSetting
    sampled: bool = False


class BoardSpec(Shape):
    """``compares``: kinds of units, each compared with its like. The weights add up to 100."""

    compares: Many[Id] = Field(min_length=1)
    period: Literal["week", "month", "quarter", "year"] = "month"
    items: dict[Id, BoardItemSpec] = Field(min_length=1)


Boards = dict[Id, BoardSpec]
