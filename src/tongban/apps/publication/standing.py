"""How a month stands for the public: released as an edition, taken down, or not yet released."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.disclosure.figures import Month
from tongban.apps.office import Office, office_lately
from tongban.apps.wording import day, moment
from tongban.kernel.refusal import Refused
from tongban.store import editions


class Standing(Struct, frozen=True):
    """``edition`` is 0 while nothing of the month can be had. ``digest`` is that of the whole edition, ``at`` when it was released;
    ``why`` is said of a correction. ``gone`` is the reason for which it was taken down, ``archived`` the day from which it is offered as current no
    longer."""

    edition: int = 0
    digest: str = ""
    at: str = ""
    why: str = ""
    gone: str = ""
    archived: str = ""


def standing(here: Office, period: str, language: str) -> Standing:
    """The edition of a month that was released last."""
    each = editions.standing(here.journal).get(period)
    if each is None or each.released_at is None:
        return Standing()
    if not each.readable:
        return Standing(gone=each.leaving_why)
    archived = day(each.until, language) if each.archived_at is not None and each.until is not None else ""
    return Standing(
        each.edition, each.digest, moment(each.released_at, language), each.why, archived=archived
    )


def standing_of(month: Month | Refused, period: str, language: str) -> Standing:
    """The same, of a month that was just read."""
    if isinstance(month, Refused) or month.released is None:
        return standing(office_lately(), period, language)
    edition = month.released
    archived = day(edition.archived, language) if edition.archived else ""
    return Standing(
        edition.edition, edition.digest, moment(edition.at, language), edition.why, archived=archived
    )
