"""Every view of the lead pages in an address, so that it can be sent to a colleague."""

from __future__ import annotations

from dataclasses import fields, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from tongban.apps.supervision.watching import SETTLED, STATES, Watch

LONGEST = 100
"""Characters of one part of a filter."""


def watch_of(asked: QueryDict) -> Watch:
    """The filter that an address asks for; what it does not know is left out."""
    said = {each.name: asked.get(each.name, "").strip()[:LONGEST] for each in fields(Watch)}
    if said["state"] not in (*STATES, SETTLED):
        said["state"] = ""
    return Watch(**{name: value.replace("\0", "") for name, value in said.items()})


def query(wanted: Watch) -> str:
    """The query of an address that shows exactly this, without what is not set."""
    said = {each.name: value for each in fields(Watch) if (value := getattr(wanted, each.name))}
    return f"?{urlencode(said)}" if said else ""


def cases(wanted: Watch, **changed: str) -> str:
    """The list of cases behind a number."""
    return reverse("lead_cases") + query(replace(wanted, after="", **changed))


def over(wanted: Watch, **changed: str) -> str:
    """The overview of a unit and those below it."""
    return reverse("lead") + query(replace(wanted, after="", **changed))
