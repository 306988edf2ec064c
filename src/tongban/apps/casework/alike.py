"""Open cases that may be the same matter: for whoever is about to join one to another.

Titles are compared by their pairs of characters (Chinese has no spaces to count words by), among the cases
of the same unit from the last weeks that share the place or the field of the matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from tongban.apps.acting import Acting
from tongban.apps.casework.views import Similar
from tongban.apps.numbers import read_number, written
from tongban.apps.office import Office, office
from tongban.apps.wording import moment, say
from tongban.kernel.refusal import Refused

LOOKED_AT = 400
SHOWN = 8
MOST_PAIRS = 40
RECENT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class _Near:
    id: str
    number: str
    title: str
    stage: str
    division: str
    category: str
    adoption: str
    opened: str


def alike(number: str, acting: Acting, words: str = "") -> tuple[Similar, ...] | Refused:
    """Open cases like this one, the likest first; ``words`` look for others than its own title.

    Only cases that the reader's own units received or hold. Refuses an unknown number.
    """
    read = read_number(number)
    if isinstance(read, Refused):
        return read
    here = office()
    loaded = here.load(read)
    if loaded is None:
        return Refused("case.unknown", "number", {"number": number})
    rows = _rows(here, acting, loaded.case.id, loaded.case.practice, words)
    own = next((row for row in rows if row.id == loaded.case.id), None)
    others = [row for row in rows if row.id != loaded.case.id]
    wanted = _pairs(words or (own.title if own is not None else ""))
    category, division = str(loaded.case.facts.get("category") or ""), loaded.case.division
    likest = sorted(others, key=lambda row: -_likeness(row, wanted, category, division))
    return tuple(
        _similar(here, row, acting) for row in likest[:SHOWN] if not words or wanted & _pairs(row.title)
    )


def _rows(here: Office, acting: Acting, own: str, practice: str, words: str) -> list[_Near]:
    units = sorted({post.unit for post in acting.actor.posts})
    found = here.rows(
        """SELECT id::text, number, title, stage, division, category, adoption, opened_at FROM store_case
           WHERE county = %s AND practice = %s AND parent IS NULL AND (id = %s::uuid OR
                 (standing = 'open' AND opened_at > %s AND (home = ANY(%s) OR holder = ANY(%s))
                  AND title LIKE ANY(%s)))
           ORDER BY id = %s::uuid DESC, opened_at DESC LIMIT %s""",
        [
            here.county.code,
            practice,
            own,
            acting.now - RECENT,
            units,
            units,
            [f"%{pair}%" for pair in sorted(_pairs(words))[:MOST_PAIRS]] or ["%"],
            own,
            LOOKED_AT,
        ],
    )
    rows = cast("list[tuple[str, str, str, str, str, str, str, object]]", found)
    return [
        _Near(*row[:7], moment(row[7], acting.language, acting.now))  # type: ignore[arg-type]
        for row in rows
    ]


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(char for char in text.lower() if char.isalnum())
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def _likeness(row: _Near, wanted: frozenset[str], category: str, division: str) -> float:
    """Share of common pairs, with something added for the same place and the same field."""
    pairs = _pairs(row.title)
    union = len(wanted | pairs)
    shared = len(wanted & pairs) / union if union else 0.0
    township = bool(division) and row.division[:9] == division[:9]
    return shared + 0.15 * township + 0.1 * (bool(category) and row.category == category)


def _similar(here: Office, row: _Near, acting: Acting) -> Similar:
    return Similar(
        number=written(row.number),
        title=row.title or say("case.untitled", acting.language),
        place=here.names.division(row.division, acting.language),
        stage=here.wording(row.adoption, acting.language).stage(row.stage),
        opened=row.opened,
        settled=False,
    )
