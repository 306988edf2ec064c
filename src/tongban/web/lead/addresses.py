"""Every view of the lead pages in an address, so that it can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from tongban.apps.supervision.views import Measure, Watched
from tongban.apps.supervision.watching import SETTLED, STATES, Watch

NAMES = Watch.__struct_fields__
LONGEST = 100
"""Characters of one part of a filter."""


def watch_of(asked: QueryDict) -> Watch:
    """The filter that an address asks for; what it does not know is left out."""
    said = {name: asked.get(name, "").strip()[:LONGEST] for name in NAMES}
    if said["state"] not in (*STATES, SETTLED):
        said["state"] = ""
    return Watch(**{name: value.replace("\0", "") for name, value in said.items()})


def query(wanted: Watch, **changed: str) -> str:
    """The query of an address that shows exactly this, with some of it changed and without what is not set."""
    said = {name: value for name in NAMES if (value := changed.get(name, getattr(wanted, name)))}
    return f"?{urlencode(said)}" if said else ""


def cases(wanted: Watch, **changed: str) -> str:
    """The list of cases behind a number."""
    return reverse("lead_cases") + query(wanted, after="", **changed)


def cases_by_state(wanted: Watch, units: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """For each unit (with "1" for itself alone) the lists behind its numbers, by state."""
    found = []
    for unit, itself in units:
        every = cases(wanted, unit=unit, itself=itself, state="")
        mark = "&" if "?" in every else "?"
        found.append({state: f"{every}{mark}state={state}" for state in STATES})
    return found


def over(wanted: Watch, **changed: str) -> str:
    """The overview of a unit and those below it."""
    return reverse("lead") + query(wanted, after="", **changed)


def measure(case: Watched, taken: Measure) -> str:
    """Where a measure on a case is taken."""
    return reverse("lead_measure", args=[case.number.replace(" ", ""), taken.step])
