"""How a month stands for the public: released as an edition, taken down, or not yet released."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.disclosure.figures import Month
from tongban.apps.office import Office, office_lately
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused
from tongban.store import editions


class Standing(Struct, frozen=True):
    """``edition`` is 0 while nothing of the month can be had. ``digest`` is that of the whole edition, ``at`` when it was released;
    ``why`` is said of a correction. ``gone`` is the reason for which it was taken down."""

    edition: int = 0
    digest: str = ""
    at: str = ""
    why: str = ""
    gone: str = ""


def standing(here: Office, period: str, language: str) -> Standing:
    """The edition of a month that was released last."""
    each = editions.standing(here.journal).get(period)
    if each is None or each.released_at is None:
        return Standing()
    if not each.readable:
        return Standing(gone=each.leaving_why)
    return Standing(each.edition, each.digest, moment(each.released_at, language), each.why)


def standing_of(month: Month | Refused, period: str, language: str) -> Standing:
    """The same, of a month that was just read."""
    if isinstance(month, Refused) or month.released is None:
        return standing(office_lately(), period, language)
    edition = month.released
    return Standing(edition.edition, edition.digest, moment(edition.at, language), edition.why)
