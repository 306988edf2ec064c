"""The guide page of an entry, made from its row and from the rows that it names: nobody writes a guide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from tongban.apps.catalogue.popularity import popularity
from tongban.apps.catalogue.rows import Catalogue, Row, catalogue_of
from tongban.apps.office import Office, office
from tongban.apps.wording import Wording, counted
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused

SOURCES = ("own", "shared", "waived")


class Named(Struct, frozen=True):
    """A code with what it is called."""

    code: str
    title: str


class Paper(Struct, frozen=True):
    """One paper. ``source`` is own, shared or waived; ``taken_from`` where offices get it. ``later``: it may come later;
    ``promised``: a promise may stand for it."""

    code: str
    title: str
    source: str
    taken_from: str
    later: bool
    promised: bool


class Asked(Struct, frozen=True):
    """One question before setting out: what answer is expected, and what there is otherwise."""

    code: str
    title: str
    expects: bool
    otherwise: str


class WayTo(Struct, frozen=True):
    """A step that opens a case about an entry: ``name`` is apply, remark or change; ``field`` takes the entry's code."""

    name: str
    practice: str
    kind: str
    step: str
    field: str


class Guide(Struct, frozen=True):
    """All that a guide page says. What the row does not say is "" or None and is not shown as if it were nought.

    ``popular`` counts the cases opened for it in the last three whole months. ``withdrawn`` is the day since which it is offered no
    longer, "" while it is. ``since`` is the day from which the row says this.
    """

    code: str
    title: str
    plain: str
    groups: tuple[Named, ...]
    level: Named
    unit: Named
    who: str
    papers: tuple[Paper, ...]
    days_by_law: int | None
    days: int | None
    days_by_law_words: str
    days_words: str
    at_once: bool
    silence: str
    visits: int | None
    exception: str
    online: str
    delivery: tuple[str, ...]
    place: str
    fee: str
    basis: str
    asks: tuple[Asked, ...]
    withdrawn: str
    instead: str
    popular: int
    since: str
    ways: tuple[WayTo, ...] = ()

    def papers_from(self, source: str) -> tuple[Paper, ...]:
        return tuple(each for each in self.papers if each.source == source)

    @property
    def own(self) -> tuple[Paper, ...]:
        """What somebody must bring."""
        return self.papers_from("own")

    @property
    def shared(self) -> tuple[Paper, ...]:
        """What offices fetch themselves."""
        return self.papers_from("shared")

    @property
    def waived(self) -> tuple[Paper, ...]:
        """What nobody needs any more."""
        return self.papers_from("waived")


def guide(code: str, language: str, now: datetime) -> Guide | Refused:
    """The guide of one entry. Refuses where there is no catalogue, and a code that it does not know (``catalogue.unknown``)."""
    catalogue = catalogue_of(now)
    if isinstance(catalogue, Refused):
        return catalogue
    row = catalogue.rows.get(code)
    if row is None:
        return Refused("catalogue.unknown", "code", {"code": code})
    return guide_of(row, catalogue, office(), language, now)


def guide_of(row: Row, catalogue: Catalogue, here: Office, language: str, now: datetime) -> Guide:
    spec, wording = catalogue.spec, catalogue.wording(here, language)
    unit = row.words(spec.unit, "")
    today = local_date(now).isoformat()
    ended = row.words(spec.withdrawn, "")
    return Guide(
        code=row.code,
        title=row.words(spec.title, language) or row.code,
        plain=row.words(spec.plain, language),
        groups=tuple(named(catalogue, "groups", row.codes(spec.groups), language)),
        level=Named(row.words(spec.level, ""), _choice(wording, spec.level, row)),
        unit=Named(unit, here.names.unit(unit, language) if unit else ""),
        who=row.words(spec.who, language),
        papers=tuple(_papers(row, catalogue, language)),
        days_by_law=row.whole(spec.days_by_law),
        days=row.whole(spec.days),
        days_by_law_words=_days(row.whole(spec.days_by_law), language),
        days_words=_days(row.whole(spec.days), language),
        at_once=row.flag(spec.at_once),
        silence=_choice(wording, spec.silence, row),
        visits=row.whole(spec.visits),
        exception=_exception(row, catalogue, language),
        online=_choice(wording, spec.online, row),
        delivery=tuple(wording.choice(spec.delivery or "", each) for each in row.codes(spec.delivery)),
        place=row.words(spec.place, language),
        fee=row.words(spec.fee, language),
        basis=row.words(spec.basis, language),
        asks=tuple(_asks(row, catalogue, language)),
        withdrawn=ended if ended and ended <= today else "",
        instead=row.words(spec.instead, language),
        popular=popularity(here, catalogue, now).get(row.code, 0),
        since=local_date(row.since).isoformat(),
        ways=tuple(_ways(catalogue, offered=not catalogue.withdrawn(row, today))),
    )


def named(catalogue: Catalogue, key: str, codes: tuple[str, ...], language: str) -> Iterator[Named]:
    """What entries of a column are called; one that is there no longer is called by its code."""
    behind: Mapping[str, Row] = catalogue.behind.get(key, {})
    for code in codes:
        row = behind.get(code)
        yield Named(code, row.words(catalogue.spec.title, language) if row is not None else code)


def _papers(row: Row, catalogue: Catalogue, language: str) -> Iterator[Paper]:
    spec, behind = catalogue.spec, catalogue.behind.get("papers", {})
    later, promised = row.codes(spec.later), row.codes(spec.promised)
    for code in row.codes(spec.papers):
        paper = behind.get(code)
        if paper is None:
            continue
        yield Paper(
            code=code,
            title=paper.words(spec.title, language) or code,
            source=paper.words(spec.source, "") or SOURCES[0],
            taken_from=paper.words(spec.taken_from, language),
            later=code in later,
            promised=code in promised,
        )


def _asks(row: Row, catalogue: Catalogue, language: str) -> Iterator[Asked]:
    spec, behind = catalogue.spec, catalogue.behind.get("asks", {})
    for code in row.codes(spec.asks):
        asked = behind.get(code)
        if asked is not None:
            otherwise = asked.words(spec.otherwise, language)
            yield Asked(code, asked.words(spec.title, language), asked.flag(spec.expects), otherwise)


def _ways(catalogue: Catalogue, *, offered: bool) -> Iterator[WayTo]:
    """For what is offered no longer nobody applies, and nobody need say that its guide is wrong."""
    spec = catalogue.spec
    if offered:
        for each in spec.applies:
            yield WayTo("apply", each.practice, each.kind, each.step, each.field)
    for name, way in (("remark", spec.remarks if offered else None), ("change", spec.changes)):
        if way is not None:
            yield WayTo(name, catalogue.practice, way.kind, way.step, way.field)


def _exception(row: Row, catalogue: Catalogue, language: str) -> str:
    """Why one visit is not enough, where the published list says so."""
    listed = catalogue.exceptions.get(row.code)
    return listed.words(catalogue.reason, language) if listed is not None else ""


def _choice(wording: Wording, column: str | None, row: Row) -> str:
    chosen = row.words(column, "")
    return wording.choice(column or "", chosen) if chosen else ""


def _days(days: int | None, language: str) -> str:
    return "" if days is None else counted("limit.working_days", days, language)
