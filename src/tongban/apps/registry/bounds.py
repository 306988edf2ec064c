"""Between which degrees the county lies, as its folder says it."""

from __future__ import annotations

from datetime import UTC, datetime

from tongban.store.models import CountyRule

NAME = "bounds"


def bounds(county: str) -> tuple[float, ...]:
    """West, south, east and north in degrees of WGS 84; () where nobody said."""
    value = CountyRule.objects.filter(county=county, name=NAME).values_list("value", flat=True).first()
    return tuple(map(float, value)) if isinstance(value, list) and len(value) == 4 else ()


def set_bounds(county: str, said: tuple[float, ...]) -> None:
    """Keep them as they are said now. A folder or a workbook that says nothing of them changes nothing."""
    if said and bounds(county) != said:
        defaults = {"value": list(said), "at": datetime.now(UTC), "by": ""}
        CountyRule.objects.update_or_create(county=county, name=NAME, defaults=defaults)
