"""What stands around every page of one practice: its name, its state, its pages, the kind that is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import TypedDict
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import may_adopt
from tongban.apps.adoption.at_hand import Opened, opened
from tongban.apps.adoption.basis import expired, not_begun
from tongban.apps.adoption.duties import rivals, standing_back
from tongban.apps.office import office
from tongban.apps.supervision.adoptions import Held
from tongban.apps.wording import dated, moment
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.parcel import Parcel
from tongban.library.practice import Practice
from tongban.library.texts import Words
from tongban.web.frame import errors
from tongban.web.studio.saying import Saying
from tongban.web.studio.telling import Burden
from tongban.web.words import say, says

TABS = (
    "studio_practice",
    "studio_deadlines",
    "studio_forms",
    "studio_scenarios",
    "studio_settings",
    "studio_history",
)


class Frame(TypedDict, total=False):
    """The context of a template; each page adds what it tells of."""

    opened: Opened
    name: str
    title: str
    since: str
    retired: str
    stands: str
    came: str
    ended_basis: tuple[str, ...]
    shares: str
    purpose: str
    preconditions: str
    roles: str
    data: list[str]
    origin: list[tuple[str, str]]
    basis: list[tuple[str, str]]
    kind_title: str
    tabs: list[tuple[str, str, bool]]
    kinds: list[tuple[str, str, bool]]
    kind: str
    query: str
    of: str
    saying: Saying
    faults: list[Words]
    may_adopt: bool
    drawing: object
    steps: object
    shared: tuple[str, str]
    readme: object
    clocks: object
    routes: object
    forms: object
    burden: Burden
    asks: str
    told: object
    failed: int
    lines: object
    unwritten: object
    shared_on: str | None
    others: bool
    tellable: list[tuple[str, list[tuple[str, str]]]]


def opened_for(request: HttpRequest, practice: str) -> Opened | Refused:
    """The practice of an address, as it lies on the shelf or as ``?of=`` says (``kept.opened``)."""
    return opened(practice, request.GET.get("of", ""))


def of_practice(
    view: Callable[[HttpRequest, Acting, Opened], HttpResponse],
) -> Callable[[HttpRequest, Acting, str], HttpResponse]:
    """A page of the practice in its address, which is handed to the view opened; 404 where there is none."""

    @wraps(view)
    def inside(request: HttpRequest, acting: Acting, practice: str) -> HttpResponse:
        found = opened_for(request, practice)
        if isinstance(found, Refused):
            return errors.refused(request, found, 404)
        return view(request, acting, found)

    return inside


def shown_to_adopt(request: HttpRequest, acting: Acting, practice: str) -> Practice | HttpResponse:
    """The practice of an address, for whoever may adopt; else the page that says why not."""
    if not may_adopt(acting.actor):
        return errors.forbidden(request)
    found = opened_for(request, practice)
    if isinstance(found, Refused):
        return errors.refused(request, found, 404)
    return found.practice or errors.refused(request, found.unreadable, 409)


def context_of(request: HttpRequest, acting: Acting, found: Opened, here: str) -> Frame:
    """The frame of a page."""
    of = request.GET.get("of", "")
    query = f"?of={quote(of)}" if of else ""
    frame: Frame = {
        "opened": found,
        "name": found.id,
        "title": found.id,
        "tabs": [(f"studio.tab.{tab}", reverse(tab, args=[found.id]) + query, tab == here) for tab in TABS],
        "query": query,
        "of": of,
        "faults": [says(each, acting.language) for each in found.faults],
        "may_adopt": may_adopt(acting.actor),
    }
    if found.held is not None:
        frame["since"] = moment(found.held.since, acting.language)
        frame["stands"] = stands_to(found, acting.language)
    if found.retired is not None:
        frame["retired"] = retired_day(found.retired, acting.language)
    if found.came is not None:
        frame["came"] = _packed_by(found.came, acting.language)
    if found.practice is None:
        return frame
    frame["ended_basis"] = ended_basis(found.practice, acting.language, acting.now)
    frame["shares"] = shared_duty(found.practice, acting.language, acting.now)
    saying = Saying(found.practice, acting.language, _values(found))
    kind = request.GET.get("kind", "")
    kind = kind if kind in found.practice.kinds else found.practice.opens or next(iter(found.practice.kinds))
    frame["saying"] = saying
    frame["title"] = saying.of("practice.title")
    order = sorted(found.practice.kinds, key=lambda each: each != saying.practice.opens)  # the main one first
    frame["purpose"] = saying.of("practice.purpose")
    frame["kind"] = kind
    frame["kind_title"] = saying.of(f"kinds.{kind}")
    frame["kinds"] = [(each, saying.of(f"kinds.{each}"), each == kind) for each in order]
    return frame


def stands_to(found: Opened, language: str) -> str:
    """How what lies on the shelf stands to what is in force, in words; "" where it is the same or not in force."""
    if not found.stands or found.folder is None or found.held is None:
        return ""
    versions = {"shelf": found.folder.version, "adopted": found.held.practice.version}
    return say(f"studio.stands.{found.stands}", language, **versions)


def _packed_by(came: Parcel, language: str) -> str:
    """Whose signed file it is: it is the county's own where somebody packed it here and took it again."""
    if came.county == office().county.code:
        return say("studio.as_parcel_own", language, version=came.version)
    name = came.name.get(language) or came.name.get("zh-Hans") or came.county
    return say("studio.as_parcel", language, county=name, version=came.version)


def retired_day(retired: Held, language: str) -> str:
    """The local day on which an adoption ended."""
    return dated(local_date(retired.until).isoformat(), language) if retired.until is not None else ""


def ended_basis(practice: Practice, language: str, now: datetime) -> tuple[str, ...]:
    """Which of the documents that a practice rests on have ended or begin later, in words."""
    today = local_date(now)
    found = [("ended", each) for each in expired(practice, today)]
    found += [("begins", each) for each in not_begun(practice, today)]
    return tuple(
        say(
            f"studio.basis_{how}",
            language,
            title=each.facts["title_en" if language == "en" else "title"],
            day=dated(str(each.facts["day"]), language),
        )
        for how, each in found
    )


def shared_duty(practice: Practice, language: str, now: datetime) -> str:
    """With which practices in force this one has a duty in common, and which of them goes first, in words; "" for none."""
    here = office()
    others = rivals(here, practice, language, now)
    if not others:
        return ""
    own = here.opened_under(practice.id, now)
    foremost = [each.title for each in others if each.first]
    if own is not None and practice.id not in standing_back(here, now):
        foremost = [here.wording(own, language).title()]
    titles = tuple(each.title for each in others)
    return say("studio.shares", language, titles=titles, first=tuple(foremost[:1]))


def about(saying: Saying) -> Frame:
    """What must be there first, who takes part, and which personal data are collected, in words."""
    manifest = saying.practice.manifest
    return {
        "preconditions": saying.of("practice.preconditions"),
        "origin": [
            (each.called(saying.language), each.found_in(saying.language)) for each in manifest.origin
        ],
        "roles": saying.joined([saying.of(f"roles.{role}") for role in manifest.roles]),
        "data": [
            saying.own(
                "studio.datum",
                datum=saying.label(each.datum),
                purpose=saying.of(f"purposes.{each.purpose}"),
                basis=each.allowed_by(saying.language),
                years=each.keep_years,
            )
            for each in manifest.data
        ],
        "basis": [
            (
                each.called(saying.language),
                saying.own(
                    "studio.basis_since",
                    document=each.found_in(saying.language),
                    since=saying.day(each.since),
                ),
            )
            for each in manifest.legal_basis
        ],
    }


def _values(found: Opened) -> Mapping[str, Value]:
    """The settings that the pages speak with: those in force, or the defaults."""
    if found.procedure is not None:
        return found.procedure.settings
    settings = found.practice.manifest.settings if found.practice is not None else {}
    return {name: setting.default for name, setting in settings.items()}
