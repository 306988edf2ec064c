"""Reading the counts that a large county keeps (``keeping`` says when and how)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from hashlib import sha256
from threading import Lock

import msgspec
from msgspec import Struct, field

from tongban.analytics.columns import looks_at_registers
from tongban.apps.disclosure.defined import definitions_of
from tongban.apps.office import Office
from tongban.kernel import shapes
from tongban.kernel.clock import LOCAL
from tongban.kernel.indicator import Tally
from tongban.kernel.indicator.parts import PREFIX
from tongban.store import counted as store

MOST = 256
"""Digests that a process remembers."""
_lock = Lock()
_digests: dict[tuple[str, str, int], str] = {}


class Counts(Struct):
    """What a practice's cases of a period add up to: by indicator and unit, visits by unit, reason and whose word it is, and tallies by
    indicator, by what else it is broken down by, and part."""

    tallies: dict[str, dict[str, Tally]]
    visits: list[tuple[str, str, bool, int]]
    parts: dict[str, dict[str, dict[str, Tally]]] = field(default_factory=dict)


def digest(here: Office, practice: str, adoption: str) -> str:
    """Equal where the same cases give the same counts: the definitions, and the registers where a name looks at them."""
    made = definitions_of(here, practice, adoption)
    looks = (
        here.stamp
        if any(looks_at_registers([*each.names, *(PREFIX + by for by in each.by)]) for each in made.values())
        else 0
    )
    said = "\n".join([str(looks), *(made[name].hash for name in sorted(made))])
    return sha256(said.encode()).hexdigest()


def written(counts: Counts) -> str:
    """As they are kept; sums of squares may have more than 64 bits, which only the writer of the standard library writes."""
    return json.dumps(msgspec.to_builtins(counts), ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Counts:
    return shapes.read(text, Counts)


def kept(here: Office, practice: str, adoption: str, start: datetime, end: datetime) -> list[Counts]:
    """What is kept of a period, in the parts that it is made of; none where not all of it is."""
    periods = _parts(start.astimezone(LOCAL).date(), end.astimezone(LOCAL).date())
    if not periods:
        return []
    texts = store.counts(here.journal, practice, digest_kept(here, practice, adoption), periods)
    return [read(texts[period]) for period in periods] if len(texts) == len(periods) else []


def digest_kept(here: Office, practice: str, adoption: str) -> str:
    """The digest, remembered by this process."""
    key = (here.county.code, adoption, here.stamp)
    with _lock:
        known = _digests.get(key)
    if known is None:
        known = digest(here, practice, adoption)
        with _lock:
            if len(_digests) >= MOST:
                _digests.clear()
            _digests[key] = known
    return known


def _parts(first: date, after: date) -> list[str]:
    """The months, or the one week, that make up the days from ``first`` up to but without ``after``; none where nothing does."""
    if after - first == timedelta(days=7) and first.isocalendar().weekday == 1:
        year, week, _ = first.isocalendar()
        return [f"{year}-W{week:02d}"]
    found = []
    while first < after and first.day == 1:
        found.append(f"{first:%Y-%m}")
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return found if first == after else []
