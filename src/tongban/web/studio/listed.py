"""The shelf in rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from tongban.apps.adoption.at_hand import Opened
from tongban.apps.casework.ways import FIELDS, OTHERS
from tongban.apps.figures.effects import Known
from tongban.apps.wording import moment
from tongban.web.lead.findings import in_short
from tongban.web.studio.frame import ended_basis, retired_day, shared_duty, stands_to
from tongban.web.studio.saying import Saying
from tongban.web.studio.telling import Burden, asks, burden

LONGEST = 100
"""Characters of words that are looked for."""


class ShelfRow(Struct, frozen=True):
    """A practice on the shelf. ``since`` and ``settings`` tell of the county's adoption, "" and 0 without one."""

    id: str
    title: str
    faults: int
    purpose: str = ""
    origin: tuple[tuple[str, str], ...] = ()
    """Each as what it is called and where it is found."""
    basis: tuple[str, ...] = ()
    version: str = ""
    adopted: str = ""
    since: str = ""
    retired: str = ""
    """The day on which the last adoption ended, in words; ``was`` is its version."""
    was: str = ""
    ended_basis: tuple[str, ...] = ()
    shares: str = ""
    stands: str = ""
    """How what lies on the shelf stands to what is in force, in words; "" for the same."""
    settings: int = 0
    of_settings: int = 0
    scenarios: int = 0
    kinds: int = 0
    burden: Burden | None = None
    asks: str = ""
    """What whoever asks fills in, in words."""
    field: str = OTHERS
    whom: str = ""
    looked_for: str = ""
    effect: EffectLine | None = None


class EffectLine(Struct, frozen=True):
    """What a practice in force changed, in short: ``title`` of the figure, ``on`` its key, and what was found."""

    title: str
    on: str
    says: str


def shelf_rows(
    found: Iterable[Opened], language: str, now: datetime, effects: Mapping[str, Known]
) -> tuple[ShelfRow, ...]:
    return tuple(_row(each, language, now, effects.get(each.id)) for each in found)


def _row(found: Opened, language: str, now: datetime, known: Known | None) -> ShelfRow:
    practice, held = found.practice, found.held
    if practice is None:
        return ShelfRow(found.id, found.id, len(found.faults))
    saying = Saying(practice, language, {})
    manifest, asked = practice.manifest, burden(practice)
    return ShelfRow(
        id=found.id,
        title=saying.of("practice.title"),
        faults=len(found.faults),
        purpose=saying.of("practice.purpose"),
        origin=tuple((each.called(language), each.found_in(language)) for each in manifest.origin),
        basis=tuple(each.called(language) for each in manifest.legal_basis),
        version=practice.version,
        adopted=held.practice.version if held is not None else "",
        since=moment(held.since, language) if held is not None else "",
        retired=retired_day(found.retired, language) if found.retired is not None else "",
        was=found.retired.practice.version if found.retired is not None else "",
        ended_basis=ended_basis(practice, language, now),
        shares=shared_duty(practice, language, now),
        stands=stands_to(found, language),
        settings=len(held.own) if held is not None else 0,
        of_settings=len(manifest.settings),
        scenarios=len(practice.stories),
        kinds=len(practice.kinds),
        burden=asked,
        asks=asks(asked, saying),
        field=manifest.serves.field if manifest.serves is not None else OTHERS,
        whom=saying.joined(
            [saying.own(f"studio.whom.{each}") for each in (manifest.serves.whom if manifest.serves else ())]
        ),
        looked_for=saying.of_or("practice.looked_for", ""),
        effect=_effect(known, language) if known is not None and held is not None else None,
    )


def _effect(known: Known, language: str) -> EffectLine:
    return EffectLine(known.title, known.on, in_short(known.found, language))


def grouped(rows: Iterable[ShelfRow], words: str) -> list[tuple[str, list[ShelfRow]]]:
    """The rows by field of government, in a fixed order; with ``words`` those alone in which each of the words stands somewhere."""
    wanted = words.casefold().split()
    found = [each for each in rows if all(word in _said(each) for word in wanted)]
    groups = [(group, [each for each in found if each.field == group]) for group in FIELDS]
    return [(group, several) for group, several in groups if several]


def _said(row: ShelfRow) -> str:
    origin = (part for each in row.origin for part in each)
    parts = (row.id, row.title, row.purpose, row.whom, row.looked_for, *origin, *row.basis)
    return " ".join(parts).casefold()
