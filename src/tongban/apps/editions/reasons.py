"""Why figures are corrected or taken down, looked through before it stands in a file and in feeds for good."""

from __future__ import annotations

from tongban.apps.acting import Acting
from tongban.apps.disclosure.names import named
from tongban.apps.disclosure.releasing import pieces, villages
from tongban.apps.office import Office
from tongban.kernel.form import mask_text
from tongban.kernel.refusal import Refused

LONGEST = 500


def reason(here: Office, why: str, acting: Acting) -> str | Refused:
    """A reason as it may be published: with numbers of people masked, and with names only once they were shown to whoever wrote it and
    are let stand (``edition.why_names``). Refuses to have none (``edition.why``)."""
    why = " ".join(why.split())[:LONGEST]
    if not why:
        return Refused("edition.why", "why")
    names = pointed_out(here, why)
    if not set(pieces(acting.names_seen)).issuperset(pieces(names)):
        return Refused("edition.why_names", "why", {"names": " ".join(names)})
    return mask_text(why)


def pointed_out(here: Office, *reasons: str) -> tuple[str, ...]:
    """What in reasons looks like a name, a place, somebody's number or an illness."""
    given = [each for each in reasons if each]
    return named(given, villages(here)) if given else ()
