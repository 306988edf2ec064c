"""Hot hotspots: groups of recent cases about one problem, the hottest first.

They are found at each look among the cases of the last weeks, so that they follow what arrives, is joined or is erased,
and are kept only until the next case comes; see decision 28.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.dispatch.finding import commonness
from tongban.apps.dispatch.heat import Heat, Trend, heat_of
from tongban.apps.numbers import read_number
from tongban.apps.office import Office, office
from tongban.apps.sight import visible
from tongban.apps.supervision.efforts import Effort, efforts_of
from tongban.apps.supervision.lines import rows_of, watched
from tongban.apps.supervision.listing import measures_now
from tongban.apps.supervision.views import Watched
from tongban.apps.wording import moment, say
from tongban.kernel.clock import LOCAL, local_date
from tongban.kernel.procedure.answering import reaches_requester
from tongban.kernel.refusal import Refused
from tongban.store.identity import requesters
from tongban.store.nearby import Nearby, recent, recent_mark, these

SINCE = timedelta(days=30)
LOOKED_AT = 5_000
"""How many cases are compared, the newest: a month of a county of a million people."""
LEAST = 3
"""Cases from which a group is an hotspot."""
SHOWN = 20
FRESH = 300.0
"""Seconds for which the groups of many cases are kept though more came."""
MANY = 500
"""Fewer cases are grouped anew at every look that finds a change."""
PLACES = 3
_lock = Lock()
_kept: dict[tuple[str, str], _Kept] = {}


class _Kept(Struct, frozen=True):
    """Which cases belong together, by id; no word of them."""

    at: float
    mark: tuple[int, datetime | None]
    groups: tuple[tuple[str, ...], ...]


class Hotspot(Struct, frozen=True):
    """A group in words. ``number`` is its earliest case; ``words`` are what most of its cases say; ``efforts`` took it on already."""

    number: str
    title: str
    words: tuple[str, ...]
    heat: int
    people: int
    cases: int
    open: int
    first: str
    last: str
    days: int
    places: tuple[str, ...]
    trend: Trend
    lately: int
    before: int
    numbers: tuple[str, ...]
    ids: tuple[str, ...]
    efforts: tuple[Effort, ...]


class HotPage(Struct, frozen=True):
    """``looked`` of ``total`` cases since ``since`` were compared, the newest."""

    hotspots: tuple[Hotspot, ...]
    since: str
    now: str
    looked: int
    total: int


def hot(acting: Acting, since: datetime | None = None) -> HotPage | Refused:
    """The hotspots that the reader may see, the hottest first. Refuses a beginning that has not come yet."""
    here = office()
    begin = _begin(since or acting.now - SINCE)
    if begin > acting.now:
        return Refused("dispatch.since_later", "since", {"since": local_date(begin).isoformat()})
    total, groups = _groups(here, begin)
    total -= _guarded(here, begin)
    everybody = [case for group in groups for case in group]
    mine = visible(here, acting, everybody)
    seen = [tuple(case for case in group if case in mine) for group in groups]
    seen = [group for group in seen if len(group) >= LEAST]
    cases = {each.id: each for each in these(here.journal, [case for group in seen for case in group])}
    whose = requesters(here.journal, list(cases))
    found = []
    for group in seen:
        told = sorted((cases[each] for each in group if each in cases), key=lambda each: each.opened)
        if len(told) >= LEAST:
            found.append((heat_of([(whose[each.id], each.opened) for each in told], acting.now), told))
    found.sort(key=lambda pair: (-pair[0].heat, pair[0].first))
    shown = found[:SHOWN]
    efforts = efforts_of(here, acting, [told for _, told in shown])
    return HotPage(
        tuple(
            _hotspot(here, heat, told, above, acting)
            for (heat, told), above in zip(shown, efforts, strict=True)
        ),
        local_date(begin).isoformat(),
        moment(acting.now, acting.language, acting.now),
        min(total, LOOKED_AT),
        total,
    )


def hotspot_of(number: str, acting: Acting, since: datetime | None = None) -> Hotspot | Refused:
    """The hotspot that a case belongs to. Refuses a case that belongs to none that the reader may see."""
    read = read_number(number)
    page = hot(acting, since)
    if isinstance(page, Refused):
        return page
    if isinstance(read, Refused):
        return read
    found = next((each for each in page.hotspots if read in each.numbers), None)
    return found or Refused("dispatch.unknown_group", "number", {"number": number})


def _begin(since: datetime) -> datetime:
    """The beginning of a local day: so that looks of one day ask for the same."""
    return since.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)


def _groups(here: Office, since: datetime) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """How many cases there are since then, and which of the newest belong together."""
    key = (here.county.code, since.isoformat())
    mark = recent_mark(here.journal, since)
    with _lock:
        kept = _kept.get(key)
        lately = kept is not None and mark[0] >= MANY and monotonic() - kept.at < FRESH
        if kept is None or (kept.mark != mark and not lately):
            groups = _grouped(here, recent(here.journal, since, LOOKED_AT))
            for old in [each for each in _kept if each[0] == key[0]][8:]:
                del _kept[old]
            kept = _kept[key] = _Kept(monotonic(), mark, groups)
        return mark[0], kept.groups


def _guarded(here: Office, since: datetime) -> int:
    """How many of them are guarded, and counted by nobody."""
    if not here.county.guarded:
        return 0
    sql = """SELECT count(*) FROM store_case c JOIN store_search s ON s.county = c.county AND s.chain = c.id
             WHERE c.county = %s AND c.practice = ANY(%s::text[]) AND s.at >= %s"""
    ((n,),) = here.rows(sql, [here.county.code, sorted(here.county.guarded), since])
    return int(str(n))


def _grouped(here: Office, cases: Sequence[Nearby]) -> tuple[tuple[str, ...], ...]:
    from tongban.apps.dispatch.grouping import Message, problems
    from tongban.apps.dispatch.place_words import of_the_matter, place_names
    from tongban.apps.dispatch.shared_words import said

    cases = _brought(here, cases)
    names, messages = place_names(here), []
    for each in cases:
        whole = said(f"{each.title}\n{each.text}")
        messages.append(Message(said(each.title), whole, of_the_matter(whole, names)))
    found = problems(messages, LEAST, commonness(here))
    return tuple(tuple(cases[n].id for n in group) for group in found)


def _brought(here: Office, cases: Sequence[Nearby]) -> list[Nearby]:
    """Those of kinds that a requester has a part in: what offices open among themselves, nobody has written about; and what is
    guarded is compared with nothing."""
    cases = [each for each in cases if each.practice not in here.county.guarded]
    ways = {(each.adoption, each.kind) for each in cases}
    brought = {way for way in ways if reaches_requester(here.procedure(way[0]).kinds[way[1]])}
    return [each for each in cases if (each.adoption, each.kind) in brought]


def _hotspot(
    here: Office, heat: Heat, cases: Sequence[Nearby], efforts: tuple[Effort, ...], acting: Acting
) -> Hotspot:
    from tongban.apps.dispatch.grouping import gist

    language = acting.language
    central, words = gist([(each.title, each.text) for each in cases], commonness(here))
    places = Counter(here.names.division(each.division, language) for each in cases if each.division)
    return Hotspot(
        number=cases[0].number,
        title=cases[central].title or say("case.untitled", language),
        words=words,
        heat=heat.heat,
        people=heat.people,
        cases=len(cases),
        open=sum(each.open for each in cases),
        first=moment(heat.first, language, acting.now),
        last=moment(heat.last, language, acting.now),
        days=(heat.last - heat.first).days + 1,
        places=tuple(f"{name} {n}" for name, n in places.most_common(PLACES)),
        trend=heat.trend,
        lately=heat.lately,
        before=heat.before,
        numbers=tuple(each.number for each in cases),
        ids=tuple(each.id for each in cases),
        efforts=efforts,
    )


class ForAll(Struct, frozen=True):
    """A step of oversight and the cases of an hotspot on which the reader may take it now."""

    step: str
    title: str
    numbers: tuple[str, ...]


def cases_of(hotspot: Hotspot, acting: Acting) -> tuple[Watched, ...]:
    """The cases of an hotspot with what the reader may do about each: open ones first, then by when they came."""
    here = office()
    loaded = {each.case.id: each for each in here.journal.load(ids=hotspot.ids)}
    rows = sorted(rows_of(here, hotspot.ids), key=lambda row: (row.standing != "open", row.opened_at))
    return tuple(
        watched(
            here,
            acting,
            row,
            counts=loaded[row.id].case.counts,
            measures=measures_now(here, acting, loaded[row.id], placing=True),
        )
        for row in rows
        if row.id in loaded
    )


def for_all(cases: Sequence[Watched]) -> tuple[ForAll, ...]:
    """What can be done about several of these cases at once."""
    able: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        for each in case.measures:
            able.setdefault((each.step, each.title), []).append(case.number)
    return tuple(ForAll(step, title, tuple(numbers)) for (step, title), numbers in able.items())
