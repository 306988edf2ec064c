"""Worklists: what waits for a reader's units, the clock first. Reads columns of the projection, nothing else.

Pages follow a cursor (the due moment and id of the last row), so that the thousandth page costs what the
first one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.bounds import ALL as ALL
from tongban.apps.casework.bounds import VIEWS as VIEWS
from tongban.apps.casework.bounds import Bounds, bounds, first
from tongban.apps.casework.bounds import Filter as Filter
from tongban.apps.casework.searching import searched
from tongban.apps.casework.views import Row, Tally, Worklist
from tongban.apps.holding import HOLDING, held_by
from tongban.apps.numbers import read_number, written
from tongban.apps.office import Office, office
from tongban.apps.sight import oversees, visible
from tongban.apps.titles import TITLE, untitled
from tongban.apps.wording import SOON, Tone, due_moment, ended, moment, remaining, say
from tongban.kernel.refusal import Refused
from tongban.store.wire import Plain

PAGE = 25
COUNTED = 1000
"""Counts stop here: "1,000+" says enough, and an exact count of a million rows is never free."""

_LATE = "count(*) FILTER (WHERE moment <= %s)"
_SOON = "count(*) FILTER (WHERE moment > %s AND moment <= %s)"
_COLUMNS = f"""id::text, number, {TITLE}, next_due, due_at, stage, {HOLDING}, division, category, opened_at,
              adoption, standing, missed, outcome, settled_at"""


def worklist(acting: Acting, wanted: Filter, here: Office | None = None, most: int = PAGE) -> Worklist:
    """One page of a list, of ``most`` rows, with how many are late or due within a day. ``here`` saves asking for it again."""
    here = here or office()
    if wanted.view == ALL:
        return _searched(here, acting, wanted, most)
    found = bounds(here, acting, wanted)
    counted = None if wanted.words else _tallies(here, [found], acting.now)[0]
    return _page(here, acting, wanted, found, counted, most)


def worklists(acting: Acting, wanted: Filter, here: Office) -> tuple[Worklist, tuple[Tally, ...]]:
    """One page of a list and, counted by the same query, how many cases each list holds unfiltered."""
    whole = [bounds(here, acting, Filter(view=view)) for view in VIEWS]
    if wanted.view == ALL:
        return _searched(here, acting, wanted), tuple(_tallies(here, whole, acting.now))
    if wanted.view in VIEWS and replace(wanted, after="") == Filter(view=wanted.view):
        place = VIEWS.index(wanted.view)
        counted = _tallies(here, whole, acting.now)
        return _page(here, acting, wanted, whole[place], counted[place]), tuple(counted)
    found = bounds(here, acting, wanted)
    if (
        wanted.words
    ):  # to count what holds a word is to read every title; the first of them are found on the way
        counted = _tallies(here, whole, acting.now)
        return _page(here, acting, wanted, found, None), tuple(counted)
    *counted, own = _tallies(here, [*whole, found], acting.now)
    return _page(here, acting, wanted, found, own), tuple(counted)


def _searched(here: Office, acting: Acting, wanted: Filter, most: int = PAGE) -> Worklist:
    """Cases with these words, the newest first. They are not counted: that would read them all."""
    rows = searched(here, acting, wanted, _COLUMNS, most + 1)
    shown = tuple(_row(here, acting, row) for _, row in rows[:most])
    return Worklist(shown, None, None, None, older=rows[most - 1][0] if len(rows) > most else "")


def _page(
    here: Office, acting: Acting, wanted: Filter, found: Bounds, counted: Tally | None, most: int = PAGE
) -> Worklist:
    rows = _rows(here, found, most + 1, after=wanted.after)
    shown = rows[:most]
    return Worklist(
        rows=tuple(_row(here, acting, row) for row in _readable(here, acting, shown)),
        late=counted.late if counted else None,
        soon=counted.soon if counted else None,
        total=counted.total if counted else None,
        older=_cursor(shown[-1], settled=found.settled) if len(rows) > most else "",
    )


def _readable(
    here: Office, acting: Acting, rows: Sequence[tuple[object, ...]]
) -> Sequence[tuple[object, ...]]:
    """The rows of one unit's list are its people's to read; whoever has posts at several, or oversees the county, may work
    at a unit that a case is about; whoever stands in for a colleague may be kept from what that one is; a post that names its
    practices says nothing of the others."""
    posts = acting.actor.posts
    alone = len({post.unit for post in posts}) < 2 and not any(post.giver or post.practices for post in posts)
    if not rows or (alone and not any(oversees(post, here.county) for post in posts)):
        return rows
    seen = visible(here, acting, [str(row[0]) for row in rows])
    return [row for row in rows if row[0] in seen]


def _tallies(here: Office, lists: Sequence[Bounds], now: datetime) -> list[Tally]:
    """Counts of lists, each bounded: of the most urgent thousand, how many are late, soon due, there at all. Who oversees nobody watches
    what they hold: lists that hold the same are counted once."""
    counts = [_count(found, now) for found in lists]
    asked = [each for n, each in enumerate(counts) if each not in counts[:n]]
    sql = " UNION ALL ".join(f"SELECT {n}, {count}" for n, (count, _) in enumerate(asked))
    values = [value for _, bound in asked for value in bound]
    rows = cast("list[tuple[int, int, int, int]]", here.journal.often(sql, cast("list[Plain]", values)))
    said = {n: counted for n, *counted in rows}
    return [Tally(found.view, *said[asked.index(count)]) for found, count in zip(lists, counts, strict=True)]


def _count(found: Bounds, now: datetime) -> tuple[str, list[object]]:
    """SQL for how many of a list are late, soon due, there, and its values."""
    sql, bound = first(found, COUNTED)
    late, soon, moments = ("0", "0", []) if found.settled else (_LATE, _SOON, [now, now, now + SOON])
    return f"{late}, {soon}, count(*) FROM ({sql}) AS bounded", [*moments, *bound]


def _rows(
    here: Office, found: Bounds, most: int, *, after: str = "", but: str = ""
) -> list[tuple[object, ...]]:
    """The first rows of a list: found by their index, then read."""
    top, values = first(found, most, after, but)
    sql = f"""SELECT {_COLUMNS} FROM ({top}) AS top(moment, key)
              JOIN store_case ON county = %s AND id = key ORDER BY {found.order.replace("id", "key")}"""  # noqa: S608
    return here.journal.often(sql, [*cast("list[Plain]", values), here.county.code])


def most_urgent(acting: Acting, here: Office, most: int) -> tuple[Row, ...]:
    """The first ``most`` cases that wait for a reader's posts, uncounted."""
    rows = _rows(here, bounds(here, acting, Filter()), most)
    return tuple(_row(here, acting, row) for row in _readable(here, acting, rows))


def next_up(acting: Acting, beside: str, here: Office | None = None) -> Row | None:
    """The most urgent case that waits for this reader, other than the one with the number ``beside``."""
    here = here or office()
    number = read_number(beside)
    rows = _rows(here, bounds(here, acting, Filter()), 1, but="" if isinstance(number, Refused) else number)
    rows = list(_readable(here, acting, rows))
    return _row(here, acting, rows[0]) if rows else None


def _cursor(row: tuple[object, ...], *, settled: bool) -> str:
    at = cast("datetime | None", row[-1] if settled else row[3])
    return f"{at.isoformat() if at is not None else ''}~{row[0]}"


def _row(here: Office, acting: Acting, row: tuple[object, ...]) -> Row:
    (
        _,
        number,
        title,
        next_due,
        due_at,
        stage,
        holder,
        lead,
        division,
        category,
        opened_at,
        adoption,
        standing,
        missed,
        outcome,
        _,
    ) = cast(
        tuple[
            str,
            str,
            str,
            datetime | None,
            datetime | None,
            str,
            str,
            str,
            str,
            str,
            datetime,
            str,
            str,
            int,
            str,
            object,
        ],
        row,
    )
    language = acting.language
    wording = here.wording(adoption, language)
    tone: Tone
    if lead:
        tone, clock = "rest", say("clock.with_lead", language)
    elif standing == "open":
        tone, clock = remaining(next_due, acting.now, language)
    else:
        tone, clock = ended(language, late=missed > 0)
    due = next_due if standing == "open" and next_due is not None else due_at
    return Row(
        number=written(number),
        title=title or untitled(wording, stage),
        tone=tone,
        clock=clock,
        due=due_moment(due, language, acting.now) if due is not None else "",
        stage=wording.stage(stage, outcome),
        holder=held_by(here.names, holder, lead, language),
        place=here.names.division(division, language) if division != here.county.code else "",
        category=here.names.category(category, language) if category else "",
        opened=moment(opened_at, language, acting.now),
        due_at=due,
        opened_at=opened_at,
    )
