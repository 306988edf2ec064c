"""How long cases took, unit by unit: where a tenth, a quarter, half, three quarters and nine tenths of them were done, and no average alone.

Calendar days from registration to the end, as whoever brought the case lived them; the limits of the law are in the clocks' own indicators. A case
counts for the unit that did the work and for the month in which it ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.disclosure.figures import month_bounds
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sight import visible
from tongban.apps.supervision.lines import Seen, rows_of
from tongban.apps.wording import moment, say
from tongban.kernel.refusal import Refused

CUTS = (0.1, 0.25, 0.5, 0.75, 0.9)
LEAST = 10
"""Cases below which no tenth can be told: such a unit has its middle only."""
MOST_CASES = 500
WORKER = """CASE WHEN holder = home THEN coalesce(nullif(state::json ->> 'previous_holder', ''), holder) ELSE holder END"""
"""The unit that did the work, as ``Case.worker`` says it."""
_STRIPS = f"""
    SELECT unit, count(*), percentile_disc(ARRAY[0.1, 0.25, 0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY took)::bigint[], max(took)::bigint
    FROM (
        SELECT {WORKER} AS unit, floor(extract(epoch FROM settled_at - opened_at))::bigint AS took FROM store_case
        WHERE county = %s AND practice = %s AND kind = %s AND settled_at >= %s AND settled_at < %s
    ) AS ended GROUP BY GROUPING SETS ((unit), ())
"""  # noqa: S608 - constants only
_BEHIND = f"""
    SELECT id::text FROM store_case
    WHERE county = %s AND practice = %s AND kind = %s AND settled_at >= %s AND settled_at < %s AND (%s = '' OR {WORKER} = %s)
    ORDER BY settled_at - opened_at DESC, id LIMIT {MOST_CASES}
"""  # noqa: S608 - constants only
DAY = 86_400


class Strip(Struct, frozen=True):
    """One unit (``""``: all): seconds by which each share of ``CUTS`` of its ``n`` cases was done, and the longest."""

    unit: str
    name: str
    n: int
    cuts: tuple[int, ...]
    longest: int

    @property
    def few(self) -> bool:
        return self.n < LEAST

    def days(self, nth: int) -> float:
        """Days by which the ``nth`` share of ``CUTS`` was done."""
        return self.cuts[nth] / DAY


class Durations(Struct, frozen=True):
    """``strips`` by their middle, the shortest first; those with few cases last. ``whole`` is None where no case ended."""

    practice: str
    kind: str
    period: str
    kinds: tuple[tuple[str, str, str], ...]
    whole: Strip | None
    strips: tuple[Strip, ...]


class LongCase(Struct, frozen=True):
    number: str
    title: str
    took: str
    opened: str
    ended: str


class LongCases(Struct, frozen=True):
    """The cases behind a strip, the longest first. ``unseen`` are those that the reader may not look at."""

    unit: str
    title: str
    cases: tuple[LongCase, ...]
    unseen: int
    more: bool


def durations(practice: str, kind: str, period: str, acting: Acting) -> Durations | Refused:
    """The strips of one kind of cases that ended in a month; "" for what is reported most. Refuses what is not there."""
    here = office()
    bounds = month_bounds(period)
    if isinstance(bounds, Refused):
        return bounds
    kinds = _kinds(here, acting)
    if not kinds and not practice:
        return Durations(practice, kind, period, (), None, ())
    if not practice:
        practice, kind, _ = kinds[0]
    kind = kind or next((name for of, name, _ in kinds if of == practice), "")
    if (practice, kind) not in {each[:2] for each in kinds}:
        return Refused("figures.no_kind", "kind", {"kind": f"{practice}.{kind}"[:110]})
    found = _strips(here, practice, kind, bounds, acting.language)
    whole = next((each for each in found if not each.unit), None)
    strips = sorted(
        (each for each in found if each.unit),
        key=lambda each: (each.few, 0 if each.few else each.cuts[2], each.unit),
    )
    return Durations(practice, kind, period, kinds, whole, tuple(strips))


def _kinds(here: Office, acting: Acting) -> tuple[tuple[str, str, str], ...]:
    """Practice, kind and title of all that ended in the last two years, the most frequent first."""
    rows = here.rows(
        "SELECT practice, kind, count(*) FROM store_case WHERE county = %s AND settled_at >= %s GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        [here.county.code, acting.now - timedelta(days=731)],
    )
    adopted = dict(here.practices(acting.now))
    return tuple(
        (practice, kind, f"{wording.title()} · {wording.of(f'kinds.{kind}', kind)}")
        for practice, kind, _ in cast("list[tuple[str, str, int]]", rows)
        if practice in adopted
        for wording in [here.wording(adopted[practice], acting.language)]
    )


def _strips(
    here: Office, practice: str, kind: str, bounds: tuple[datetime, datetime], language: str
) -> list[Strip]:
    rows = here.rows(_STRIPS, [here.county.code, practice, kind, *bounds])
    return [
        Strip(
            unit or "",
            here.names.unit(unit, language) if unit else say("figures.whole", language),
            n,
            tuple(int(each) for each in cuts),
            longest,
        )
        for unit, n, cuts, longest in cast("list[tuple[str | None, int, Sequence[int], int]]", rows)
        if n
    ]


def behind(practice: str, kind: str, period: str, unit: str, acting: Acting) -> LongCases | Refused:
    """The cases of a strip, the longest first, as far as the reader may see them."""
    here = office()
    bounds = month_bounds(period)
    if isinstance(bounds, Refused):
        return bounds
    adopted = dict(here.practices(acting.now)).get(practice)
    if adopted is None or kind not in here.procedure(adopted).kinds:
        return Refused("figures.no_kind", "kind", {"kind": f"{practice}.{kind}"[:110]})
    rows = here.rows(_BEHIND, [here.county.code, practice, kind, *bounds, unit, unit])
    ids = [str(row[0]) for row in rows]
    by_id: Mapping[str, Seen] = {row.id: row for row in rows_of(here, ids)}
    may = visible(here, acting, ids)
    return LongCases(
        unit=here.names.unit(unit, acting.language) if unit else say("figures.whole", acting.language),
        title=here.wording(adopted, acting.language).of(f"kinds.{kind}", kind),
        cases=tuple(_long(by_id[each], acting.language) for each in ids if each in may and each in by_id),
        unseen=len([each for each in ids if each not in may]),
        more=len(ids) == MOST_CASES,
    )


def _long(row: Seen, language: str) -> LongCase:
    assert row.settled_at is not None
    return LongCase(
        written(row.number),
        row.title or say("case.untitled", language),
        days_said((row.settled_at - row.opened_at).total_seconds() / DAY, language),
        moment(row.opened_at, language),
        moment(row.settled_at, language),
    )


def days_said(days: float, language: str) -> str:
    """Days with one digit behind the point."""
    return say("figures.days", language, n=f"{days:.1f}")
