"""Open cases that may be the same matter: for whoever is about to join one to another.

Titles are compared by their pairs of characters (Chinese has no spaces to count words by), among the cases
of the same unit from the last weeks that share the place or the field of the matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from tongban.apps.acting import Acting
from tongban.apps.casework.views import Similar
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.wording import moment, say
from tongban.kernel.refusal import Refused

LOOKED_AT = 400
SHOWN = 8
LONGEST = 60
"""Characters of a text that are compared: a title is not longer."""
NEAR = 0.12
"""Likeness below which nothing is shown without being asked for."""
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
    here = office()
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return loaded
    case = loaded.case
    rows = _rows(here, acting, case.practice, words, case.id)
    title = next((row.title for row in rows if row.id == case.id), "")
    others = [row for row in rows if row.id != case.id]
    place = (str(case.facts.get("category") or ""), case.division)
    return _likest(here, others, words or title, place, acting, least=NEAR if words else NEAR / 2)


def alike_to(practice: str, words: str, category: str, division: str, acting: Acting) -> tuple[Similar, ...]:
    """Open cases of a practice like a matter that is being told; none when nothing is near."""
    here = office()
    rows = _rows(here, acting, practice, words)
    return _likest(here, rows, words[:LONGEST], (category, division), acting, least=NEAR)


def _rows(here: Office, acting: Acting, practice: str, words: str, own: str = "") -> list[_Near]:
    units = sorted({post.unit for post in acting.actor.posts})
    found = here.rows(
        """SELECT id::text, number, title, stage, division, category, adoption, opened_at FROM store_case
           WHERE county = %s AND practice = %s AND parent IS NULL AND (id::text = %s OR
                 (standing = 'open' AND opened_at > %s AND (home = ANY(%s) OR holder = ANY(%s))
                  AND title LIKE ANY(%s)))
           ORDER BY id::text = %s DESC, opened_at DESC LIMIT %s""",
        [
            here.county.code,
            practice,
            own,
            acting.now - RECENT,
            units,
            units,
            [f"%{pair}%" for pair in sorted(_pairs(words[:LONGEST]))] or ["%"],
            own,
            LOOKED_AT,
        ],
    )
    rows = cast("list[tuple[str, str, str, str, str, str, str, datetime]]", found)
    return [_Near(*row[:7], moment(row[7], acting.language, acting.now)) for row in rows]


def _likest(
    here: Office, rows: list[_Near], words: str, place: tuple[str, str], acting: Acting, least: float
) -> tuple[Similar, ...]:
    wanted = _pairs(words)
    ranked = sorted(((_likeness(row, wanted, *place), row) for row in rows), key=lambda each: -each[0])
    return tuple(_similar(here, row, acting) for likeness, row in ranked[:SHOWN] if likeness >= least)


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(char for char in text.lower() if char.isalnum())
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def _likeness(row: _Near, wanted: frozenset[str], category: str, division: str) -> float:
    """Share of common pairs, with something added for the same place and the same field."""
    pairs = _pairs(row.title)
    union = len(wanted | pairs)
    shared = len(wanted & pairs) / union if union else 0.0
    township = bool(division) and row.division[:9] == division[:9]
    same = bool(category) and row.category == category
    return shared + 0.15 * township + 0.1 * same if shared or same else 0.0


def _similar(here: Office, row: _Near, acting: Acting) -> Similar:
    return Similar(
        number=written(row.number),
        title=row.title or say("case.untitled", acting.language),
        place=here.names.division(row.division, acting.language),
        stage=here.wording(row.adoption, acting.language).stage(row.stage),
        opened=row.opened,
        settled=False,
    )
