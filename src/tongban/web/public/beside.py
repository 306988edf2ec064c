"""One practice in this county and in the others that run it, side by side; and this county's side as a signed file."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from msgspec import Struct

from tongban.apps.adoption.shelf import said
from tongban.apps.beside.sharing import listed
from tongban.apps.beside.sheets import Beside, own_sheet, sides
from tongban.apps.wording import day
from tongban.kernel.ledger.instant import instant_read
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.difference import Change, diff
from tongban.library.loosened import loosened
from tongban.library.practice import Practice
from tongban.library.sheet import Told
from tongban.web.frame.errors import refused
from tongban.web.studio.changed import COUNTED, ChangeLine, change_line
from tongban.web.studio.drawn import drawn
from tongban.web.studio.saying import Saying
from tongban.web.studio.telling import ClockLine, clocks
from tongban.web.words import language_of, say, says

TEXT = "text/plain; charset=utf-8"
TOLD_ABOVE = {("manifest", "version"), ("manifest", "origin")}
"""What the page says in its first lines is no change to list."""


class Source(Struct, frozen=True):
    """Where a county says that its way comes from, as it wrote it. ``url`` is "" for none that may be opened."""

    title: str
    document: str
    url: str


class Column(Struct, frozen=True):
    """One county's side in words. ``own`` are settings that it chose itself; ``changed`` what it made otherwise than the county it came from,
    ``counted`` how many words and scenarios besides."""

    name: str
    title: str
    version: str
    since: str
    origin: str
    homes: str
    cases: int
    roles: str
    drawing: object
    own: tuple[tuple[str, str, str], ...]
    limits: tuple[ClockLine, ...]
    changed: tuple[ChangeLine, ...]
    counted: tuple[tuple[str, int], ...]
    effect: tuple[str, ...]
    about: str
    rows: tuple[tuple[str, str, int, str, int], ...]
    address: str = ""
    why: str = ""
    told: tuple[Source, ...] = ()
    loosened: tuple[str, ...] = ()


@require_safe
def practices(request: HttpRequest) -> HttpResponse:
    """Every practice that this county lets others read."""
    language = language_of(request)
    rows = [(each, day(each.since, language)) for each in listed(language)]
    return render(request, "public/practices.html", {"rows": rows})


@require_safe
def side_by_side(request: HttpRequest, practice: str) -> HttpResponse:
    """What the practice is here and elsewhere, what was changed on the way, and whether it helped."""
    language = language_of(request)
    found = sides(practice, datetime.now(UTC))
    if isinstance(found, Refused):
        return refused(request, found, 404)
    columns = [column(each, found, language) for each in found]
    context = {
        "columns": [each for each in columns if not each.why],
        "silent": [each for each in columns if each.why],
        "title": columns[0].title,
        "practice": practice,
    }
    return render(request, "public/side_by_side.html", context)


@require_safe
def sheet_file(request: HttpRequest, practice: str) -> HttpResponse:
    """This county's side, for programs of other counties."""
    text = own_sheet(practice, datetime.now(UTC))
    return refused(request, text, 404) if isinstance(text, Refused) else HttpResponse(text, content_type=TEXT)


def column(side: Beside, all_sides: tuple[Beside, ...], language: str) -> Column:
    """One side in words."""
    name = side.name.get(language) or side.county
    sheet, practice = side.sheet, side.practice
    if sheet is None or practice is None:
        why = _why(side.why, language)
        empty: tuple[()] = ()
        return Column(
            name,
            "",
            "",
            "",
            "",
            "",
            0,
            "",
            "",
            empty,
            empty,
            empty,
            empty,
            empty,
            "",
            empty,
            side.address,
            why,
        )
    bound = bind(practice, sheet.settings)
    values = {} if isinstance(bound, Refused) else bound.settings
    saying = Saying(practice, language, values)
    kind = practice.opens or next(iter(practice.kinds))
    changes = _changes(side, all_sides)
    counted = Counter(each.area for each in changes if each.area in COUNTED)
    manifest = practice.manifest
    own = tuple(
        (saying.setting(each), saying.value(rule.type, rule.default), saying.value(rule.type, value))
        for each, value in sheet.settings.items()
        if (rule := manifest.settings.get(each)) is not None and rule.default != value
    )
    return Column(
        name=name,
        title=said(practice, "practice.title", language),
        version=practice.version,
        since=day(instant_read(sheet.since), language),
        origin=_origin(side, language),
        homes=saying.joined(list(sheet.homes.get(language, ()))),
        cases=sheet.cases,
        roles=saying.joined([saying.of(f"roles.{role}") for role in manifest.roles]),
        drawing="" if isinstance(bound, Refused) else drawn(practice, bound, kind, language),
        own=own,
        limits=tuple(clocks(saying, kind)),
        changed=tuple(change_line(saying, each) for each in changes if each.area not in COUNTED),
        counted=tuple((say(f"studio.area.{area}", language), n) for area, n in counted.items()),
        effect=_effect(sheet.effect, language),
        about=sheet.effect.about.get(language, "") if sheet.effect is not None else "",
        rows=_rows(sheet.effect, language),
        address=side.address,
        loosened=_loosened(side, all_sides, saying),
        told=tuple(
            Source(each.called(language), each.found_in(language), _opens(each.url, side.address))
            for each in manifest.origin
        ),
    )


def _opens(url: str, address: str) -> str:
    """A link that another county wrote is followed only where it leads to a page; one that begins with / is of its own site."""
    if url.startswith("/") and not url.startswith("//"):
        return f"{address}{url}"
    return url if url.startswith(("https://", "http://")) else ""


def _why(why: Refused | None, language: str) -> str:
    """Why there is no page, for whoever reads: what the network said is for those who mend it."""
    if why is None:
        return ""
    return (
        say("beside.unreached", language) if why.code == "exchange.unreachable" else says(why, language).says
    )


def _origin(side: Beside, language: str) -> str:
    origin = side.sheet.origin if side.sheet is not None else None
    if origin is None:
        return ""
    county = origin.name.get(language) or origin.county
    came = day(instant_read(origin.came), language)
    return say("beside.came", language, county=county, version=origin.version, day=came)


def _changes(side: Beside, all_sides: tuple[Beside, ...]) -> tuple[Change, ...]:
    """What was changed since it came, where the county it came from is here with the very content that came."""
    theirs = _as_it_came(side, all_sides)
    changes = diff(theirs, side.practice) if theirs is not None and side.practice is not None else ()
    return tuple(each for each in changes if (each.area, each.name) not in TOLD_ABOVE)


def _as_it_came(side: Beside, all_sides: tuple[Beside, ...]) -> Practice | None:
    origin = side.sheet.origin if side.sheet is not None else None
    if origin is None:
        return None
    theirs = (each.practice for each in all_sides if each.county == origin.county)
    return next((each for each in theirs if each is not None and each.digest == origin.digest), None)


def _loosened(side: Beside, all_sides: tuple[Beside, ...], saying: Saying) -> tuple[str, ...]:
    """The limits that are longer than those of the practice as it came, or as it comes; nothing where no figure is told by them."""
    if side.sheet is None or side.practice is None or side.sheet.effect is None:
        return ()
    old = _as_it_came(side, all_sides) or side.practice
    return tuple(
        say(
            "beside.loosened",
            saying.language,
            limit=saying.of(f"{each.area}s.{each.name}.title"),
            before=saying.limit(each.before),
            after=saying.limit(each.after),
        )
        for each in loosened(old, side.practice, side.sheet.settings)
    )


def _points(number: int, language: str) -> str:
    return f"{number / 100:+.1f} {say('figures.points', language)}"


def _per_cent(number: int) -> str:
    return f"{number / 100:.1f} %"


def _effect(told: Told | None, language: str) -> tuple[str, ...]:
    """The finding in the words of the page that asks whether a practice helped, and what it rests on."""
    if told is None:
        return ()
    rests = say(
        "figures.effect.rests", language, before=told.months[0], after=told.months[1], left_out=told.left_out
    )
    if told.verdict == "too_short":
        return (say("figures.effect.too_short", language, before=told.months[0], after=told.months[1]),)
    facts = {name: _points(getattr(told, name), language) for name in ("size", "low", "high", "drift")}
    facts["visible"] = f"{(told.high - told.low) / 200:.1f} {say('figures.points', language)}"
    changes = say("beside.changes" if told.changed else "beside.no_changes", language, n=told.changed)
    return (say(f"figures.effect.{told.verdict}", language, **facts), rests, changes)


def _rows(told: Told | None, language: str) -> tuple[tuple[str, str, int, str, int], ...]:
    """With the practice and without it: share before and how many cases, share after and how many."""
    if told is None or told.verdict == "too_short":
        return ()
    return tuple(
        (
            say(f"figures.effect.{side}", language),
            _per_cent(told.before[n]),
            told.cases[n],
            _per_cent(told.after[n]),
            told.cases[n + 2],
        )
        for n, side in enumerate(("own", "others"))
    )
