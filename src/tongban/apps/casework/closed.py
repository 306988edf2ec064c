"""Why nothing is opened by a practice: the county retired it on a day, or it has none of that name."""

from __future__ import annotations

from datetime import datetime

from tongban.apps.acting import Acting
from tongban.apps.office import Office
from tongban.apps.wording import dated
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused


def not_in_force(practice: str, acting: Acting, here: Office) -> Refused:
    """``case.no_longer`` with the title that it had and the local day, in words, since when nothing is received by it; else ``case.no_practice``."""
    ends: list[tuple[datetime, str]] = []
    for term in here.terms:
        if term.practice == practice and term.until is not None and term.until <= acting.now:
            ends.append((term.until, term.adoption))
    if not ends or here.opened_under(practice, acting.now) is not None:
        return Refused("case.no_practice", practice, {"practice": practice})
    until, adoption = max(ends)
    title = here.wording(adoption, acting.language).title()
    return Refused(
        "case.no_longer",
        practice,
        {"title": title, "day": dated(local_date(until).isoformat(), acting.language)},
    )


def no_door(name: str, acting: Acting, here: Office) -> Refused:
    """The same for people outside, by the name in an address: what is not open to them is told without a word of who adopts."""
    found = not_in_force(name.partition("-")[0], acting, here)
    return found if found.code == "case.no_longer" else Refused("case.no_door", name)
