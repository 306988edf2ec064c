"""Taking a practice on: checked, packed with its digest, with the county's own settings; noted in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from django.db.models import Q
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.basis import unfounded
from tongban.apps.adoption.duties import Alike, alike, rivals, standing_back
from tongban.apps.adoption.found_sound import remember
from tongban.apps.adoption.guarding import ADOPTS, by_whom, is_guarded, not_yet
from tongban.apps.adoption.keeping import keep_registers
from tongban.apps.adoption.shelf import (
    OnShelf,
    Shown,
    check,
    check_files,
    described,
    folder_of,
    list_practices,
    show_folder,
)
from tongban.apps.adoption.succeeding import another, last, not_newer
from tongban.apps.office import Office, office
from tongban.apps.rights import may
from tongban.apps.rights.two import needed
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Actor
from tongban.kernel.county import County
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value
from tongban.library.checking import check_settings
from tongban.library.counties import receivers
from tongban.library.practice import Practice
from tongban.library.settings import settle_settings
from tongban.store import adoptions
from tongban.store.adoptions import Adoption
from tongban.store.models import PostRow

"""The role that may adopt practices and change their settings."""


class Adopted(Struct, frozen=True):
    """An adoption in force. ``again``: the very same one was in force already; nothing was written.

    ``unstaffed`` are roles of the practice that nobody in the county holds at present; ``alike`` those in force that may take on the
    same under another name.
    """

    id: str
    practice: str
    version: str
    digest: str
    homes: tuple[str, ...]
    unstaffed: tuple[str, ...] = ()
    again: bool = False
    alike: tuple[Alike, ...] = ()


def in_force(here: Office) -> dict[str, Adoption]:
    """The adoptions under which cases are opened now, by practice."""
    return {each.practice: each for each in adoptions.adoptions(here.journal) if each.until is None}


def practices(language: str, root: Path | None = None) -> tuple[OnShelf, ...]:
    """The shelf, with what the county has adopted."""
    here = office()
    held = {name: (each.id, here.practice(each.id)) for name, each in in_force(here).items()}
    return list_practices(language, held, root)


def show(practice: str, language: str, root: Path | None = None) -> Shown | Refused:
    """One practice: as adopted when it is, else as it lies on the shelf."""
    here = office()
    held = in_force(here).get(practice)
    if held is not None:
        values = here.procedure(held.id).settings
        return described(here.practice(held.id), language, values, held.id, held.since, held.homes)
    return show_folder(practice, language, root)


def adopt(
    practice: str | Path | Practice,
    settings: Mapping[str, object],
    homes: Iterable[str],
    acting: Acting,
    root: Path | None = None,
    since: datetime | None = None,
    *,
    first: str = "",
    renews: bool = False,
    even_not_newer: bool = False,
) -> Adopted | Refused:
    """Adopt a practice by its id or folder, or one that came or was written here. ``homes``: receiving units ((): all of the practice's kind). ``since``: an earlier day
    from which the county has worked by it, where its older cases are brought along. ``first``: the practice that goes first where
    others take on the same duty, itself or one of them. ``renews``: what is in force, or was last, lends the settings that the practice still has and its
    receiving units, as far as nothing else is said. ``even_not_newer``: whoever adopts knows that it is no newer version than the last.

    Refuses whoever is no administrator, every fault that the check finds, settings out of range, a
    practice that needs another one first, receiving units that do not exist, and a practice whose last
    routing rule would find nobody in this county, one that rests on a document that has ended or on none that has begun, and one that takes on a duty of another in force
    unless it is said which goes first (``adoption.same_duty``), what a guarded one lacks (``guarding.not_yet``), another practice under the name of
    one that the county has or had (``adoption.another``), and, unless ``even_not_newer``, a version that is not newer. Cases under way stay on the version they began under.
    """
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", practice.id if isinstance(practice, Practice) else str(practice))
    read = _sound(practice, root)
    if isinstance(read, Refused):
        return read
    here = office()
    misnamed = another(here, read, acting.language)
    if misnamed is not None:
        return misnamed
    held = in_force(here)
    latest, before = held.get(read.id), last(here, read.id)
    if renews and before is not None:
        settings = _still_there(before, read) | dict(settings)
        homes = tuple(homes) or tuple(each for each in before.homes if each in here.county.units)
    values = settle_settings(read, settings)
    if isinstance(values, Refused):
        return values
    mixed = check_settings(read, values)
    if mixed:
        return Refused.of(list(mixed))
    wanted = _homes(here.county, read, tuple(homes))
    if isinstance(wanted, Refused):
        return wanted
    missing = set(read.manifest.needs) - held.keys()
    if missing:
        return Refused("adoption.needs", read.id, {"needs": tuple(sorted(missing))})
    nobody = _no_fallback(here.county, read)
    if nobody is not None:
        return nobody
    given: dict[str, Value] = {name: values[name] for name in settings}
    unstaffed = _unstaffed(here, read, acting.now)
    similar = alike(here, read, acting.language, acting.now)
    if (
        latest is not None
        and (latest.digest, dict(latest.settings), latest.homes)
        == (
            read.digest,
            given,
            wanted,
        )
        and _stays_first(here, read, first, acting)
    ):
        return Adopted(latest.id, read.id, read.version, read.digest, wanted, unstaffed, True, similar)
    ended = unfounded(read, local_date(acting.now))
    if ended:
        return Refused.of(list(ended))
    unguarded = not_yet(here, read, acting)
    if unguarded is not None:
        return unguarded
    goes_first = _goes_first(here, read, latest, first, acting)
    if isinstance(goes_first, Refused):
        return goes_first
    behind = None if even_not_newer else not_newer(here, read)
    if behind is not None:
        return behind
    made = adoptions.adopt(
        here.journal, read.files, given, wanted, acting.actor.person, acting.now, since, first=goes_first,
        told=by_whom(here, read, acting),
    )  # fmt: skip
    if isinstance(made, Refused):
        return made
    keep_registers(made.since, acting.now)
    return Adopted(made.id, made.practice, made.version, made.digest, made.homes, unstaffed, alike=similar)


def _still_there(latest: Adoption, practice: Practice) -> dict[str, object]:
    """The county's own settings that the practice still has."""
    return {name: value for name, value in latest.settings.items() if name in practice.manifest.settings}


def _stays_first(here: Office, practice: Practice, first: str, acting: Acting) -> bool:
    """Whether ``first`` says nothing new of a practice in force."""
    if not first or not rivals(here, practice, acting.language, acting.now):
        return True
    return (first == practice.id) == (practice.id not in standing_back(here, acting.now))


def _goes_first(
    here: Office, practice: Practice, held: Adoption | None, first: str, acting: Acting
) -> bool | Refused:
    """Whether it goes before others of its duty. What was said of those once holds until somebody says otherwise."""
    others = rivals(here, practice, acting.language, acting.now)
    if not others:
        return False
    known = {each.practice for each in others}
    if first in (practice.id, *known):
        return first == practice.id
    before = (
        {each.practice for each in rivals(here, here.practice(held.id), acting.language, acting.now)}
        if held
        else set()
    )
    if held is not None and known <= before:
        return practice.id not in standing_back(here, acting.now)
    facts: Facts = {"titles": tuple(each.title for each in others), "ids": (practice.id, *sorted(known))}
    return Refused("adoption.same_duty", practice.id, facts)


def retire(practice: str, acting: Acting) -> Adopted | Refused:
    """Open no more cases by a practice; those that are open go on by it, and it may be adopted again.

    Refuses whoever is no administrator, a practice that is not in force, one that others in force need (``adoption.needed``), and of a
    guarded one one person alone (``two.needed``).
    """
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", practice)
    here = office()
    held = in_force(here)
    if practice not in held:
        return Refused("adoption.not_adopted", practice, {"practice": practice})
    needing = sorted(name for name, each in held.items() if practice in here.practice(each.id).manifest.needs)
    if needing:
        return Refused("adoption.needed", practice, {"by": tuple(needing)})
    own = here.practice(held[practice].id)
    alone = needed(ADOPTS, acting) if is_guarded(here, own) else None
    if alone is not None:
        return alone
    told = by_whom(here, own, acting)
    ended = adoptions.retire(here.journal, practice, acting.actor.person, acting.now, told)
    if isinstance(ended, Refused):
        return ended
    keep_registers(acting.now, acting.now)
    return Adopted(ended.id, ended.practice, ended.version, ended.digest, ended.homes)


def may_adopt(actor: Actor) -> bool:
    return may("adopt_practices", actor)


def _sound(practice: str | Path | Practice, root: Path | None) -> Practice | Refused:
    """The practice, if nothing is wrong with it."""
    if isinstance(practice, Practice):
        read, faults = check_files(practice.files)
    else:
        folder = practice if isinstance(practice, Path) else folder_of(practice, root)
        if isinstance(folder, Refused):
            return folder
        read, faults = check(folder)
    if read is None or faults:
        return Refused.of(list(faults))
    remember(read)
    return read


def _homes(county: County, practice: Practice, asked: tuple[str, ...]) -> tuple[str, ...] | Refused:
    unknown = [
        Refused("adoption.unknown_unit", practice.id, {"unit": unit})
        for unit in asked
        if unit not in county.units
    ]
    if unknown:
        return Refused.of(unknown)
    homes = asked or receivers(county, practice.manifest.receiving)
    return homes or Refused("adoption.no_home", practice.id, {"kind": practice.manifest.home})


def _no_fallback(county: County, practice: Practice) -> Refused | None:
    """The last routing rule must find somebody, whatever the matter is."""
    if not practice.routing:
        return None
    how, _, what = practice.routing[-1].take.partition(":")
    found = what in county.units if how == "unit" else bool(county.units_of_kind(what))
    if how == "duty" or found:
        return None
    return Refused("adoption.no_fallback", practice.id, {"kind": what, "rule": practice.routing[-1].id})


def _unstaffed(here: Office, practice: Practice, now: datetime) -> tuple[str, ...]:
    today = local_date(now)
    held = PostRow.objects.filter(
        Q(until=None) | Q(until__gt=today), county=here.county.code, since__lte=today
    )
    roles = set(held.values_list("role", flat=True).distinct())
    named = f"{practice.id}." if practice.manifest.guarded else ""
    return tuple(role for role in practice.manifest.roles if f"{named}{role}" not in roles)
