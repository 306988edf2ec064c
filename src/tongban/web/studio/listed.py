"""The shelf in rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from tongban.apps.wording import moment
from tongban.web.studio.frame import ended_basis, retired_day, shared_duty
from tongban.web.studio.kept import Opened
from tongban.web.studio.saying import Saying
from tongban.web.studio.telling import Burden, burden


class ShelfRow(Struct, frozen=True):
    """A practice on the shelf. ``since`` and ``settings`` tell of the county's adoption, "" and 0 without one."""

    id: str
    title: str
    faults: int
    purpose: str = ""
    origin: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    version: str = ""
    adopted: str = ""
    since: str = ""
    retired: str = ""
    """The day on which the last adoption ended, in words; ``was`` is its version."""
    was: str = ""
    ended_basis: tuple[str, ...] = ()
    shares: str = ""
    newer: bool = False
    settings: int = 0
    of_settings: int = 0
    scenarios: int = 0
    kinds: int = 0
    burden: Burden | None = None


def shelf_rows(found: Iterable[Opened], language: str, now: datetime) -> tuple[ShelfRow, ...]:
    return tuple(_row(each, language, now) for each in found)


def _row(found: Opened, language: str, now: datetime) -> ShelfRow:
    practice, held = found.practice, found.held
    if practice is None:
        return ShelfRow(found.id, found.id, len(found.faults))
    saying = Saying(practice, language, {})
    manifest = practice.manifest
    return ShelfRow(
        id=found.id,
        title=saying.of("practice.title"),
        faults=len(found.faults),
        purpose=saying.of("practice.purpose"),
        origin=tuple(each.title for each in manifest.origin),
        basis=tuple(each.title for each in manifest.legal_basis),
        version=practice.version,
        adopted=held.practice.version if held is not None else "",
        since=moment(held.since, language) if held is not None else "",
        retired=retired_day(found.retired, language) if found.retired is not None else "",
        was=found.retired.practice.version if found.retired is not None else "",
        ended_basis=ended_basis(practice, language, now),
        shares=shared_duty(practice, language, now),
        newer=found.newer,
        settings=len(held.own) if held is not None else 0,
        of_settings=len(manifest.settings),
        scenarios=len(practice.stories),
        kinds=len(practice.kinds),
        burden=burden(practice),
    )
