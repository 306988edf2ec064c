"""Taking a practice on: checked, packed with its digest, with the county's own settings; noted in the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from tongban.apps.acting import Acting
from tongban.apps.adoption.shelf import OnShelf, Shown, check, described, folder_of, list_practices
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice
from tongban.library.reading import read_practice
from tongban.library.settings import settle_settings
from tongban.store import registers
from tongban.store.models import AdoptionRow, PostRow, UnitRow

ADMINISTRATOR = "administrator"
"""The role that may adopt practices and change their settings."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """An adoption in force. ``again``: the very same one was in force already; nothing was written.

    ``unstaffed`` are roles of the practice that nobody in the county holds at present.
    """

    id: str
    practice: str
    version: str
    digest: str
    homes: tuple[str, ...]
    unstaffed: tuple[str, ...] = ()
    again: bool = False


def practices(county: str, language: str, now: datetime, root: Path | None = None) -> tuple[OnShelf, ...]:
    """The shelf, with what the county has adopted."""
    held = {
        practice: (adoption, registers.adopted(county, adoption).practice)
        for practice, adoption in registers.in_force(county, now)
    }
    return list_practices(language, held, root)


def show(
    county: str, practice: str, language: str, now: datetime, root: Path | None = None
) -> Shown | Refused:
    """One practice: as adopted when it is, else as it lies on the shelf."""
    adoption = dict(registers.in_force(county, now)).get(practice)
    if adoption is not None:
        held = registers.adopted(county, adoption)
        return described(held.practice, language, held.procedure.settings, adoption, held.since, held.homes)
    folder = folder_of(practice, root)
    read = folder if isinstance(folder, Refused) else read_practice(folder)
    return read if isinstance(read, Refused) else described(read, language, {})


def adopt(
    county: str,
    practice: str | Path,
    settings: Mapping[str, object],
    homes: Iterable[str],
    acting: Acting,
    *,
    since: datetime | None = None,
    root: Path | None = None,
) -> Adopted | Refused:
    """Adopt a practice by its id or folder. ``homes``: receiving units ((): all of the practice's kind).

    Refuses whoever is no administrator, every fault that the check finds, settings out of range, a
    practice that needs another one first, and receiving units that do not exist. Cases that are under
    way stay on the version they began under.
    """
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", str(practice))
    folder = practice if isinstance(practice, Path) else folder_of(practice, root)
    if isinstance(folder, Refused):
        return folder
    read, faults = check(folder)
    if read is None or faults:
        return Refused.of(list(faults))
    values = settle_settings(read, settings)
    if isinstance(values, Refused):
        return values
    wanted = _homes(county, read, tuple(homes))
    if isinstance(wanted, Refused):
        return wanted
    missing = set(read.manifest.needs) - {name for name, _ in registers.in_force(county, acting.now)}
    if missing:
        return Refused("adoption.needs", read.id, {"needs": tuple(sorted(missing))})
    given = {name: values[name] for name in settings}
    with transaction.atomic():
        return _adopt(county, read, given, wanted, acting, since or acting.now)


def may_adopt(actor: Actor) -> bool:
    return actor.kind is ActorKind.SYSTEM or any(post.role == ADMINISTRATOR for post in actor.posts)


def _homes(county: str, practice: Practice, asked: tuple[str, ...]) -> tuple[str, ...] | Refused:
    units = dict(UnitRow.objects.filter(county=county).order_by("id").values_list("id", "kind"))
    unknown = [
        Refused("adoption.unknown_unit", practice.id, {"unit": unit}) for unit in asked if unit not in units
    ]
    if unknown:
        return Refused.of(unknown)
    homes = asked or tuple(unit for unit, kind in units.items() if kind == practice.manifest.home)
    return homes or Refused("adoption.no_home", practice.id, {"kind": practice.manifest.home})


def _adopt(
    county: str,
    practice: Practice,
    settings: Mapping[str, object],
    homes: tuple[str, ...],
    acting: Acting,
    since: datetime,
) -> Adopted:
    # Two administrators at once: the second waits here and then finds the first one's row.
    rows = AdoptionRow.objects.select_for_update().filter(county=county, practice=practice.id)
    held = list(rows.order_by("since"))
    unstaffed = _unstaffed(county, practice, acting.now)
    latest = next((row for row in reversed(held) if row.until is None), None)
    same = (practice.digest, dict(settings), list(homes))
    if latest is not None and (latest.digest, latest.settings, latest.homes) == same:
        return Adopted(
            latest.id, practice.id, practice.version, practice.digest, homes, unstaffed, again=True
        )
    adoption = f"{practice.id}.{len(held) + 1}"
    rows.filter(until=None).update(until=since)
    AdoptionRow.objects.create(
        county=county,
        id=adoption,
        practice=practice.id,
        version=practice.version,
        digest=practice.digest,
        packed=json.dumps(dict(practice.files), ensure_ascii=False),
        settings=dict(settings),
        homes=list(homes),
        since=since,
        by=acting.actor.person,
    )
    return Adopted(adoption, practice.id, practice.version, practice.digest, homes, unstaffed)


def _unstaffed(county: str, practice: Practice, now: datetime) -> tuple[str, ...]:
    held = PostRow.objects.filter(Q(until=None) | Q(until__gt=now), county=county, since__lte=now)
    roles = set(held.values_list("role", flat=True).distinct())
    return tuple(role for role in practice.manifest.roles if role not in roles)
