"""What everybody may know of the lots: what was committed to and when, and the sheets of the months that are over."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from tongban.apps.draws.publishing import due, starts
from tongban.apps.draws.seeds import month_of
from tongban.apps.office import Office, office
from tongban.kernel.refusal import Refused
from tongban.store import draws


class Month(Struct, frozen=True):
    """One commitment. ``state`` is ``ahead`` (the month has not begun), ``running``, ``waiting`` (until ``due``), ``lost`` (its key is gone)
    or ``published``. ``in_time``: it was in the ledger before the month began. ``rows`` and ``digest`` are those of its sheet."""

    month: str
    commitment: str
    committed: datetime
    in_time: bool
    state: str
    due: datetime
    rows: int = 0
    digest: str = ""


LATE = 1
"""Days after which a sheet that should be there is missing for good."""


def months(now: datetime) -> tuple[Month, ...]:
    """Every commitment, the newest month first."""
    here = office()
    sheets = {each.commitment: each for each in draws.sheets(here.journal)}
    found = []
    for each in draws.commitments(here.journal):
        sheet = sheets.get(each.commitment)
        state = "published" if sheet is not None else _state(each.month, now)
        rows, digest = (sheet.rows, sheet.digest) if sheet is not None else (0, "")
        in_time = each.recorded <= starts(each.month)
        found.append(
            Month(each.month, each.commitment, each.recorded, in_time, state, due(each.month), rows, digest)
        )
    return tuple(sorted(found, key=lambda each: (each.month, each.committed), reverse=True))


def seed_secret(here: Office, month: str, now: datetime) -> bool:
    """Whether a seed of the month is still to be published: until then nobody but the machine knows whom it chose."""
    kept = {each.commitment for each in draws.sheets(here.journal)}
    return any(
        each.month == month and each.commitment not in kept and _state(month, now) != "lost"
        for each in draws.commitments(here.journal)
    )


def sheet(commitment: str) -> str | Refused:
    """The text of a sheet. Refuses one that is not published (``draws.no_sheet``)."""
    found = draws.sheet(office().journal, commitment)
    return found.text if found is not None else Refused("draws.no_sheet", "", {"commitment": commitment[:64]})


def _state(month: str, now: datetime) -> str:
    if now < starts(month):
        return "ahead"
    from_when = due(month)
    if now < from_when:
        return "waiting" if month < month_of(now) else "running"
    return "lost" if (now - from_when).days >= LATE else "waiting"
