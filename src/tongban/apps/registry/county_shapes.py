"""What may stand in a county's folder: units, duty lists and categories as they are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tongban.library.shape.fitting import Shaped
from tongban.library.shape.written import Many


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


_Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]
_Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}(\.[0-9]{2}){0,3}$")]
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
_Degrees = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}\.[0-9]{1,6}$")]
_Level = Literal["province", "city", "county", "township", "village", "grid"]


class TitleSpec(_Shape):
    zh: _Text
    en: _Text


class UnitSpec(_Shape):
    id: _Id
    zh: _Text
    en: _Text
    level: _Level
    division: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,12}$")]
    parent: str
    kind: _Id
    phone: str = ""


class VillageUnitsSpec(_Shape):
    id: _Text
    level: _Level
    kind: _Id
    parent: _Text
    zh: _Text
    en: _Text


class EndedSpec(_Shape):
    unit: _Id
    succeeded_by: _Id
    because: _Text


class BoundsSpec(_Shape):
    """Degrees of WGS 84 between which the county lies."""

    west: _Degrees
    south: _Degrees
    east: _Degrees
    north: _Degrees


class UnitsSpec(_Shape):
    bounds: BoundsSpec | None = None
    village: VillageUnitsSpec | None = None
    units: Many[UnitSpec] = Field(min_length=1)
    ended: Many[EndedSpec] = ()


class DutySpec(_Shape):
    code: _Id
    kind: Literal["own", "assist", "taken_back"]
    categories: Many[_Code] = Field(min_length=1)
    title: TitleSpec
    basis: str = ""


class FallbackSpec(_Shape):
    unit: _Id
    categories: Many[_Code] = Field(min_length=1)
    basis: str = ""


class TemplateSpec(_Shape):
    units: Many[_Id] = Field(min_length=1)
    duties: Many[DutySpec] = Field(min_length=1)


class DutiesSpec(_Shape):
    fallback: FallbackSpec | None = None
    township_template: TemplateSpec | None = None
    units: dict[_Id, Many[DutySpec]] = {}


class CategorySpec(_Shape):
    code: _Code
    title: TitleSpec
    about: TitleSpec | None = None
    words: Many[str] = ()
    shared: bool | None = None
    """whether many meet such matters alike; unsaid: as what it lies within"""


class CategoriesSpec(_Shape):
    categories: Many[CategorySpec] = Field(min_length=1)


UNITS: Shaped[UnitsSpec] = Shaped(UnitsSpec)
DUTIES: Shaped[DutiesSpec] = Shaped(DutiesSpec)
CATEGORIES: Shaped[CategoriesSpec] = Shaped(CategoriesSpec)
