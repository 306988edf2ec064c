"""The place a text speaks of, in this county: its gazetteer, made once for each state of the registers."""

from __future__ import annotations

from tongban.apps.dispatch.place import FoundDivision, Gazetteer, NamedDivision
from tongban.apps.naming import Registered
from tongban.apps.office import Office, office

_kept: list[tuple[Registered, Gazetteer]] = []


def division_named(*texts: str) -> FoundDivision | None:
    """The smallest division of the county that the texts name without doubt; None when they name none."""
    return gazetteer_of(office()).find(*texts)


def gazetteer_of(here: Office) -> Gazetteer:
    """The names of the county's divisions, ready to be found."""
    for names, made in _kept:
        if names is here.names:
            return made
    made = Gazetteer.of(
        NamedDivision(code, here.names.divisions.get(code, (code, ""))[0], each.level, each.parent)
        for code, each in here.county.divisions.items()
    )
    _kept[:] = [(here.names, made)]
    return made
