"""The indicators of adopted practices, and their definitions as data."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from tongban.apps.office import Office
from tongban.kernel.indicator import Definition
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind_indicators
from tongban.library.indicators import Indicator, definition_of

_lock = Lock()
_bound: dict[tuple[str, str, str], Mapping[str, Indicator]] = {}


def indicators_of(here: Office, adoption: str) -> Mapping[str, Indicator]:
    """The indicators of an adopted practice, bound to the county's settings; none where they do not bind."""
    procedure = here.procedure(adoption)
    key = (adoption, procedure.digest, repr(sorted(procedure.settings.items())))
    with _lock:
        known = _bound.get(key)
    if known is None:
        found = bind_indicators(here.practice(adoption), procedure.settings)
        known = {} if isinstance(found, Refused) else found
        with _lock:
            _bound[key] = known
    return known


def definitions_of(here: Office, practice: str, adoption: str) -> dict[str, Definition]:
    """The definitions of an adopted practice's indicators; those that cannot be written down are not there."""
    version = here.practice(adoption).version
    made = {
        name: definition_of(each, practice, version) for name, each in indicators_of(here, adoption).items()
    }
    return {name: each for name, each in made.items() if isinstance(each, Definition)}
