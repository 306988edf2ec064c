"""What is kept no longer than its practice says: names and numbers of those who asked go when their years are over.

Personal Information Protection Law (2021), article 19: no longer than the purpose needs. How long that is stands in the practice's
folder (``data``: ``keep_years``), counted from the last day on which anything was done in a case that is open no more; a county changes it there, in the open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from tongban.apps.casework.files import remove_erased
from tongban.apps.office import Office, office
from tongban.apps.people.erasing import identity_kinds
from tongban.kernel.refusal import Refused
from tongban.store.erasure import Why, erase
from tongban.store.standing import lived_through

REASON = "kept_long_enough"
SYSTEM = "system"
YEAR = timedelta(days=365, hours=6)
MOST = 200
"""Cases of one round: whatever is left is done in the next."""

ENDED = """
    SELECT c.id::text FROM store_case c
    WHERE c.county = %s AND c.adoption = %s AND c.standing <> 'open' AND c.last_at < %s
      AND EXISTS (SELECT 1 FROM store_identity i
                  WHERE i.county = c.county AND i.chain = c.id AND i.field = ANY (%s::text[]))
    ORDER BY c.last_at, c.id LIMIT %s
"""


def forget_due(now: datetime) -> int:
    """:func:`forget`, once it is sure which year it is: what a clock that leapt ahead would erase cannot be had back."""
    return forget(now) if lived_through(office().journal, now) else 0


def forget(now: datetime) -> int:
    """Erase what was kept long enough, as an erasure on request does: with a note, and every proof stays. How many cases lost something."""
    here, done = office(), 0
    for adoption, years, fields in _terms(here):
        for case in _over(here, adoption, fields, now - years * YEAR, MOST - done):
            kinds = identity_kinds(here.procedure(adoption))
            why = Why(REASON, SYSTEM, now)
            found = erase(
                here.journal, here.procedure, case, fields, why, {each: kinds[each] for each in fields}
            )
            if not isinstance(found, Refused):
                remove_erased(found.files)
                done += 1
    return done


def keep_years(here: Office, adoption: str) -> Mapping[str, int]:
    """Years for which each identity field of a practice is kept after the last thing was done."""
    held = identity_kinds(here.procedure(adoption))
    return {
        each.datum: each.keep_years for each in here.practice(adoption).manifest.data if each.datum in held
    }


def _terms(here: Office) -> Iterator[tuple[str, int, list[str]]]:
    """Every practice that was ever adopted: how long, and which fields."""
    for (adoption,) in here.rows(
        "SELECT DISTINCT adoption FROM store_case WHERE county = %s", (here.county.code,)
    ):
        terms = keep_years(here, str(adoption))
        for years in sorted(set(terms.values())):
            yield str(adoption), years, sorted(name for name, each in terms.items() if each == years)


def _over(here: Office, adoption: str, fields: list[str], before: datetime, most: int) -> list[str]:
    if most <= 0:
        return []
    return [str(case) for (case,) in here.rows(ENDED, (here.county.code, adoption, before, fields, most))]
