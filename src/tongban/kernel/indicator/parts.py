"""What a figure is broken down by: units always, and whatever else its definition says.

A part is the value that a case has there: its township, how it came, an option of a field, of a code with levels the first. Every case has one, so
parts add up to the whole.
"""

from __future__ import annotations

from tongban.kernel.case import Case
from tongban.kernel.county import County

UNIT, TOWNSHIP, CHANNEL = "unit", "township", "channel"
GIVEN = (UNIT, TOWNSHIP, CHANNEL)
"""What every case has; the others are fields."""
NONE = "-"
"""The part of cases that say nothing there."""
PREFIX = "by."
"""Before the name under which rows hold a part."""
PERIODS = ("week", "month", "quarter", "year")
"""The periods that a figure may be made for."""
PARTS, COUNTY, OFFICE = "parts", "county", "office"
"""What the public is told: the county and each part with enough cases, the county alone, or nothing."""


def part_of(case: Case, by: str, county: County) -> str:
    """The part of a case; ``by`` is anything but ``unit``."""
    match by:
        case "township":
            found = county.township(case.division, case.worker)
        case "channel":
            found = case.channel
        case _:
            given = case.facts.get(by)
            found = given.partition(".")[0] if isinstance(given, str) else ""
    return found or NONE
