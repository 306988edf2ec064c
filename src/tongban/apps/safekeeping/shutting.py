"""After going back: what was taken from people since is taken from them again, by the list that lies outside the database.

Who left is out, a post that ended has ended, and whoever signs in otherwise since then gets a first password from an administrator:
the old password, the lost telephone and the link that was cut would open the door again. Where no list vouches for all of
the time since, the restore says so, and the doctor until somebody says that the accounts were gone through.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import Office
from tongban.apps.people import posting, standing_in, withdrawn
from tongban.apps.people.own import account, note
from tongban.apps.people.withdrawn import LEFT, POST, STAND_IN, WAYS_IN, Withdrawn
from tongban.kernel.clock import local_date
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.models import FactorRow, LinkRow
from tongban.store.notes import append_note, chain_id, readable

CHAIN, RESTORED, CHECKED = "restored", "restored", "accounts_checked"
SLACK = timedelta(minutes=5)
"""What was done just before the moment may have been stored just after it: it is taken away once more."""


class Shut(Struct, frozen=True):
    """``people``: from whom something was taken again. ``left_over``: from whom it could not be, as nobody else looks after the county.
    ``whole``: whether the list tells of all the time since the moment."""

    people: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    whole: bool = True


def shut_again(here: Office, home: Path, copies: Path, moment: datetime, now: datetime) -> Shut:
    """Take away again whatever a list of the home, or the one beside the copies, says was taken after the moment."""
    county = here.county.code
    own = withdrawn.listed(withdrawn.place(home, county), county)
    beside = withdrawn.listed(withdrawn.place(copies, county), county)
    taken = withdrawn.after((own, beside), moment - SLACK)
    acting, people, left_over = Acting(now, SYSTEM), dict[str, None](), dict[str, None]()
    with transaction.atomic():
        for each in taken:
            found = account(each.person)
            if isinstance(found, Refused):
                continue  # their account came after the moment, and went with it
            people[each.person] = None
            if isinstance(_take(each, acting), Refused):
                left_over[each.person] = None
    whole = own.since is not None and own.since <= moment
    return Shut(tuple(people), tuple(left_over), whole)


def _take(each: Withdrawn, acting: Acting) -> Refused | None:
    match each.kind:
        case kind if kind == LEFT:
            found = posting.leave(each.person, acting)
            return found if isinstance(found, Refused) else None
        case kind if kind == POST:
            until = date.fromisoformat(each.facts["until"])
            return posting.end_again(each.person, each.facts["unit"], each.facts["role"], until, acting)
        case kind if kind == STAND_IN:
            standing_in.end_again(each.facts["id"], acting)
        case kind if kind in WAYS_IN:
            _shut(each.person, acting.now)
    return None


def _shut(person: str, now: datetime) -> None:
    """No way in that there was opens any more; posts stay, and an administrator gives a first password."""
    found = account(person)
    if isinstance(found, Refused):
        return
    who, user = found
    user.set_unusable_password()
    user.save(update_fields=["password"])
    FactorRow.objects.filter(county=who.county, person=who.person).delete()
    LinkRow.objects.filter(county=who.county, person=who.person).delete()
    note(person, "shut_by_restore", {}, now)


def unlisted(here: Office, now: datetime) -> int:
    """Days since a restore after which nobody could vouch for the accounts and nobody has gone through them yet, counted from one; 0 for none."""
    for entry in reversed(here.journal.events(chain_id(here.county.code, CHAIN))):
        if entry.kind == CHECKED:
            return 0
        if entry.kind == RESTORED:
            whole = readable(entry).get("listed", True) is not False
            return 0 if whole else 1 + (local_date(now) - local_date(entry.at)).days
    return 0


def checked(here: Office, by: str, now: datetime) -> None:
    """Somebody has gone through posts and accounts after a restore; it stands in the ledger who said so."""
    noted = append_note(here.journal, CHAIN, CHECKED, {"by": by}, now, now)
    if isinstance(noted, Refused):
        raise RefusedError(noted)
