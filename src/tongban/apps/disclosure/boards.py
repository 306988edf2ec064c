"""Boards as pages and programs show them: every point with what it follows from.

The public reads what the editions of its months add up to, and an item's counts only where the sample is large enough to rank; who works here
reads what is counted now and opens it to its cases, as far as each reader may see those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.disclosure.board_lines import PartLine, PlaceLine, TableLine, Teller
from tongban.apps.disclosure.counting import cases_counted
from tongban.apps.disclosure.fixing import Adopted, compared
from tongban.apps.disclosure.periods import Days, any_days, days_of, named, offered, period_name, whole_months
from tongban.apps.disclosure.released import untold
from tongban.apps.disclosure.standing import Sources, counted
from tongban.apps.disclosure.summing import Editions, widened
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sight import may_see
from tongban.apps.wording import day, moment
from tongban.kernel.board import KeptStanding, Standing
from tongban.kernel.case import Case
from tongban.kernel.clock import LOCAL
from tongban.kernel.record import case_from
from tongban.kernel.refusal import Refused
from tongban.library.boards import Board, boards_of

MOST_CASES = 500
"""Cases that are listed behind one item of one unit."""
KEPT = 24
"""Cases that fixed a board, the newest, among which one for a period is looked for."""


class BoardName(Struct, frozen=True):
    """``key`` names it in addresses: practice and board."""

    key: str
    title: str
    says: str
    practice: str
    period: str


class Kept(Struct, frozen=True):
    """The same board and days as a case fixed them; ``same`` where counting now gives the same. Without tables for the public: what was counted
    on another day than the editions differs from them by few cases."""

    number: str
    at: str
    same: bool
    tables: tuple[TableLine, ...]


class BoardPage(Struct, frozen=True):
    """A board of one period as counted at ``as_of``, and the counts that cases fixed of it, the first of them first."""

    name: BoardName
    period: str
    period_name: str
    since: str
    until: str
    complete: bool
    as_of: datetime
    tables: tuple[TableLine, ...]
    kept: tuple[Kept, ...]


class CountedCase(Struct, frozen=True):
    """A case behind a point. ``counts`` is ``good``, ``other`` or the words of why it was left out. "" without the right to see it."""

    number: str
    title: str
    opened: str
    counts: str
    excluded: str


class PointCases(Struct, frozen=True):
    """The cases behind one item of one unit; ``unseen`` are those that the reader may not look at."""

    board: BoardPage
    place: PlaceLine
    part: PartLine
    says: str
    cases: tuple[CountedCase, ...]
    unseen: int
    more: bool


def boards(language: str, now: datetime) -> tuple[BoardName, ...]:
    """All boards of the practices in force."""
    here = office()
    return tuple(
        _name(here, practice, adoption, board, language)
        for practice, adoption in here.practices(now)
        for board in _boards(here, adoption)
    )


def _boards(here: Office, adoption: str) -> tuple[Board, ...]:
    return tuple(boards_of(here.practice(adoption), here.procedure(adoption).settings).values())


def _name(here: Office, practice: str, adoption: str, board: Board, language: str) -> BoardName:
    wording = here.wording(adoption, language)
    title, says = (wording.of(f"boards.{board.id}.{part}", board.id) for part in ("title", "says"))
    return BoardName(f"{practice}.{board.id}", title, says, wording.title(), board.period)


def board_page(
    key: str, period: str, language: str, now: datetime, *, public: bool = True
) -> BoardPage | Refused:
    """One board of one period: for the public from the editions of its months, for who works here as it would be counted now. Refuses a board
    that is not there, what is no period of it, and to the public one of which not every month is released (``disclosure.not_released``,
    ``disclosure.taken_down``)."""
    here = office()
    found = _find(here, key, now)
    if isinstance(found, Refused):
        return found
    adoption, board = found
    days = (days_of if public else any_days)(board.period, period)
    if isinstance(days, Refused):
        return days
    start, end = days.bounds
    if start > now:
        return Refused("disclosure.not_begun", "period", {"period": period})
    adopted = Adopted.at(here, now)
    editions = Editions.of(adopted, days) if public else None
    if public and editions is None:
        return untold(here, period, whole_months(days))
    units = compared(board, "", here.county)
    told: Mapping[str, frozenset[str]] = {}
    if editions is not None:
        units, told = widened(here, units), _told(editions, board, days)
    sources: Sources = editions or adopted
    standing = counted(board, days.since, days.until, units, sources)
    teller = Teller(here, here.wording(adoption, language), board, language, public=public, told=told)
    return BoardPage(
        name=_name(here, key.partition(".")[0], adoption, board, language),
        period=period,
        period_name=period_name(board.period, period, language),
        since=_said(days.since, language),
        until=_said(days.until, language),
        complete=end <= now,
        as_of=now,
        tables=teller.tables(standing),
        kept=tuple(_kept(here, key, days, standing, teller)),
    )


def _told(editions: Editions, board: Board, days: Days) -> Mapping[str, frozenset[str]]:
    """By item, the units whose counts follow from the editions of these days."""
    return {
        item.id: frozenset(editions.tallies(item.practice, *days.bounds).get(item.indicator, {}))
        for item in board.items
        if editions.practice(item.practice) is not None
    }


def newest(key: str, now: datetime) -> tuple[str, ...] | Refused:
    """The periods of a board that are offered, the newest first."""
    found = _find(office(), key, now)
    return found if isinstance(found, Refused) else offered(found[1].period, now)


def _find(here: Office, key: str, now: datetime) -> tuple[str, Board] | Refused:
    practice, _, name = key.partition(".")
    adoption = here.adopted(practice, now)
    board = next((each for each in _boards(here, adoption) if each.id == name), None) if adoption else None
    if adoption is None or board is None:
        return Refused("disclosure.no_board", "board", {"board": key[:110]})
    return adoption, board


def _said(at: date, language: str) -> str:
    return day(datetime(at.year, at.month, at.day, tzinfo=LOCAL), language)


def _kept(here: Office, key: str, days: Days, now: Standing, teller: Teller) -> Iterator[Kept]:
    """What cases fixed of this board and these days, the first count first; none of it is ever replaced."""
    practice, _, board = key.partition(".")
    rows = here.rows(
        """SELECT state FROM store_case WHERE county = %s AND practice = %s AND parent IS NULL
           AND last_at >= %s ORDER BY last_at DESC LIMIT %s""",
        [here.county.code, practice, days.bounds[1], KEPT],
    )
    wanted = (board, days.since.isoformat(), days.until.isoformat())
    found: list[tuple[Case, KeptStanding]] = []
    for (state,) in rows:
        case = case_from(str(state))
        found += [(case, each) for each in case.fixed if _of(each.standing) == wanted]
    for case, each in sorted(found, key=lambda pair: pair[1].at):
        same = _within(now, each.standing) == each.standing
        tables = () if teller.public else teller.tables(each.standing)
        yield Kept(written(case.number), moment(each.at, teller.language), same, tables)


def _of(standing: Standing) -> tuple[str, str, str]:
    return standing.board, standing.since, standing.until


def _within(standing: Standing, other: Standing) -> Standing:
    """A standing as far as it is about the units of another."""
    return Standing(
        standing.board,
        standing.since,
        standing.until,
        standing.items,
        {unit: kind for unit, kind in standing.units.items() if unit in other.units},
        tuple(each for each in standing.counts if each.unit in other.units),
    )


class FixedBoard(Struct, frozen=True):
    """A board that a case fixed: title with its days, the moment, the tables. ``key`` and ``period`` are those of the board's page
    for who works here."""

    title: str
    at: str
    tables: tuple[TableLine, ...]
    key: str
    period: str


def kept_tables(case: Case, language: str, unit: str = "") -> tuple[FixedBoard, ...]:
    """The boards that a case fixed, with the counts of every unit or of one; for whoever may see that."""
    here, found = office(), []
    for each in case.fixed:
        wording = here.wording(case.adoption, language)
        boards = boards_of(here.practice(case.adoption), here.procedure(case.adoption).settings)
        teller = Teller(here, wording, boards[each.standing.board], language, public=False)
        days = Days(*(date.fromisoformat(text) for text in (each.standing.since, each.standing.until)))
        title = wording.of(f"boards.{each.standing.board}.title", each.standing.board)
        tables = (table.only(unit) if unit else table for table in teller.tables(each.standing))
        found.append(
            FixedBoard(
                f"{title} · {_said(days.since, language)} – {_said(days.until, language)}",
                moment(each.at, language),
                tuple(table for table in tables if table.places),
                f"{case.practice}.{each.standing.board}",
                named(boards[each.standing.board].period, days),
            )
        )
    return tuple(found)


def point_cases(key: str, period: str, unit: str, item: str, acting: Acting) -> PointCases | Refused:
    """The cases behind one item of one unit. Refuses what is not on the board."""
    here = office()
    page = board_page(key, period, acting.language, acting.now, public=False)
    if isinstance(page, Refused):
        return page
    found = _find(here, key, acting.now)
    if isinstance(found, Refused):
        return found
    board = found[1]
    place = next((p for table in page.tables for p in table.places if p.unit == unit), None)
    part = next((p for p in place.counted if p.id == item), None) if place is not None else None
    wanted = next((each for each in board.items if each.id == item), None)
    adoption = here.adopted(wanted.practice, acting.now) if wanted is not None else None
    if place is None or part is None or wanted is None or adoption is None:
        return Refused("disclosure.no_point", "item", {"item": item, "unit": unit})
    days = any_days(board.period, period)
    assert isinstance(days, Days)
    wording = here.wording(adoption, acting.language)
    cases: list[CountedCase] = []
    unseen = 0
    for case, tally in cases_counted(
        here, wanted.practice, adoption, wanted.indicator, (unit,), *days.bounds
    ):
        if not may_see(case, acting.actor, here.county):
            unseen += 1
            continue
        excluded = next(iter(tally.excluded), "")
        cases.append(
            CountedCase(
                written(case.number),
                wording.of(f"kinds.{case.kind}", case.kind),
                day(case.opened_at, acting.language),
                "good" if tally.numerator else "excluded" if excluded else "other",
                wording.of(f"exclusions.{excluded}", excluded) if excluded else "",
            )
        )
    order = {"other": 0, "excluded": 1, "good": 2}
    cases.sort(key=lambda each: (order[each.counts], each.number))
    says = wording.of(f"indicators.{wanted.indicator}.says")
    return PointCases(page, place, part, says, tuple(cases[:MOST_CASES]), unseen, len(cases) > MOST_CASES)
