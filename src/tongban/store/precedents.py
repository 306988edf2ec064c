"""Precedents as they stand in the ledger's events: rows for their registers, and the registers read back.

Four registers, none of which a practice can name: what was set, what ended, which cases were sent, which came back.
Each row is set by one entry of the ledger and proved by it like every other row of a register.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.kernel.case import Case
from tongban.kernel.events import CameBack, Consequence, Event, Held, PrecedentEnded, PrecedentSet, Written
from tongban.kernel.ledger.instant import instant_read, instant_text
from tongban.kernel.precedent import Precedent
from tongban.kernel.value import Facts
from tongban.store.models import Subject

SET, ENDED, SENT, BACK = "precedent:set", "precedent:ended", "precedent:sent", "precedent:back"


class Mark(Struct, frozen=True):
    """A row of a register: its register, its key, its fields."""

    register: str
    key: str
    fields: Facts


def marks_of(event: Event, case: Case, follow: Consequence) -> Mark | None:
    """The row of a register that a consequence sets; None for one that sets none."""
    match follow:
        case Written():
            return Mark(follow.register, follow.key, {name: case.facts.get(name) for name in follow.fields})
        case PrecedentSet():
            until = instant_text(follow.until) if follow.until is not None else None
            return Mark(
                SET,
                case.number,
                {
                    "category": follow.category,
                    "division": follow.division,
                    "unit": follow.unit,
                    "listed": follow.listed,
                    "duty": follow.duty,
                    "entry": follow.entry,
                    "by": event.by.unit,
                    "until": until,
                },
            )
        case PrecedentEnded():
            return Mark(ENDED, follow.precedent, {"case": case.number, "by": event.by.unit})
        case Held(precedent=precedent) if precedent:
            return Mark(SENT, f"{precedent}/{case.number}", {})
        case CameBack():
            return Mark(BACK, f"{follow.precedent}/{case.number}", {})
        case _:
            return None


class Kept(Struct, frozen=True):
    """A precedent with what became of it. ``entry`` and ``end`` are the case and entry of the ledger that set it and
    that ended it, ``ended_by`` the number of the case by which it ended: its own when it was revoked.
    """

    precedent: Precedent
    entry: tuple[str, int]
    ended: datetime | None = None
    ended_by: str = ""
    end: tuple[str, int] = ("", 0)


def all_precedents(county: str) -> tuple[Kept, ...]:
    """Every precedent that was ever set, the latest first."""
    rows = Subject.objects.filter(county=county, register__in=(SET, ENDED))
    found: dict[str, dict[str, Subject]] = {SET: {}, ENDED: {}}
    for row in rows:
        found[row.register][row.key] = row
    kept = (_kept(row, found[ENDED].get(number)) for number, row in found[SET].items())
    return tuple(sorted(kept, key=lambda each: (each.precedent.since, each.precedent.case), reverse=True))


def _kept(row: Subject, end: Subject | None) -> Kept:
    fields: Mapping[str, str] = json.loads(row.fields)
    precedent = Precedent(
        case=row.key,
        category=fields["category"],
        division=fields["division"],
        unit=fields["unit"],
        listed=fields["listed"],
        duty=fields["duty"],
        entry=fields["entry"],
        by=fields.get("by", ""),
        since=row.at,
        until=instant_read(fields["until"]) if fields.get("until") else None,
    )
    entry = (str(row.chain), row.seq)
    if end is None or end.at < row.at:  # set anew after it had ended
        return Kept(precedent, entry)
    return Kept(precedent, entry, end.at, json.loads(end.fields)["case"], (str(end.chain), end.seq))


def counts(county: str) -> Mapping[str, tuple[int, int]]:
    """For each precedent how many cases it sent, and how many of these came back."""
    found: dict[str, list[int]] = {}
    keys = Subject.objects.filter(county=county, register__in=(SENT, BACK)).values_list("register", "key")
    for register, key in keys.iterator(chunk_size=5_000):
        sent_and_back = found.setdefault(key.partition("/")[0], [0, 0])
        sent_and_back[register == BACK] += 1
    return {number: (sent, back) for number, (sent, back) in found.items()}


def cases_sent(county: str, precedent: str) -> tuple[tuple[str, bool], ...]:
    """The numbers of the cases that a precedent sent, the latest first, and whether each came back."""
    begins = f"{precedent}/"
    rows = Subject.objects.filter(county=county, register__in=(SENT, BACK), key__startswith=begins)
    sent: dict[str, datetime] = {}
    back: set[str] = set()
    for register, key, at in cast(
        "list[tuple[str, str, datetime]]", rows.values_list("register", "key", "at")
    ):
        number = key.removeprefix(begins)
        if register == BACK:
            back.add(number)
        else:
            sent[number] = at
    return tuple((number, number in back) for number in sorted(sent, key=lambda n: sent[n], reverse=True))
