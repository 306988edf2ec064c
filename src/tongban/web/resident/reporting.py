"""Saying what is wrong, one question a page: the matter, what helps, how to reach you, check, send.

Every page carries what was entered before it, so that the way works without any script or session, and
nothing is stored before it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.cards.library import like
from tongban.apps.casework.closed import no_door
from tongban.apps.casework.files import fasten, loosen
from tongban.apps.casework.keeping import Unfinished, forget, keep
from tongban.apps.casework.look import look
from tongban.apps.casework.opening import asks, beyond, openings
from tongban.apps.casework.take import open_case
from tongban.apps.casework.views import FieldView, Opening, Taken
from tongban.apps.casework.ways import LONGEST, Whom, ways
from tongban.apps.disclosure.reading import similar
from tongban.apps.dispatch.own import own_earlier
from tongban.apps.notices.shown import no_message
from tongban.apps.observing.parts import say_refused
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.web.acting import address_of, forget_case, leave_guarded, remember, resident
from tongban.web.frame.errors import refused as refused_page
from tongban.web.frame.holes import KEY, STAMP, is_holed
from tongban.web.frame.photos import photo
from tongban.web.resident import begun, flood, together
from tongban.web.resident.begun import Begun
from tongban.web.resident.codes import qr_svg
from tongban.web.resident.draft import Draft, draft_of, named_in, photos_of, unsigned
from tongban.web.resident.opening import (
    CHECK,
    SAY,
    Page,
    beside,
    files_page,
    may_spare,
    page_of,
    pages_of,
    stopped_at,
)
from tongban.web.resident.place import Inferred, inferred
from tongban.web.words import language_of, say

LOOKED_AT = 400
"""Characters of a text that are looked at for similar cases while somebody is still typing."""
ENOUGH = 8
"""Characters from which on a text says something."""


class Door(Struct, frozen=True):
    """A way to open a case, what it is called in addresses, and all that are offered, the one of the front page first."""

    way: Opening
    name: str
    offered: tuple[Opening, ...]

    @property
    def main(self) -> bool:
        return self.way == self.offered[0]

    @property
    def others(self) -> bool:
        return len(self.offered) > 1

    def fields(
        self, acting: Acting, answers: Mapping[str, object], refused: Refused | None = None
    ) -> tuple[FieldView, ...]:
        return asks(self.way, acting, entered=answers, refused=refused)

    def enter(
        self, acting: Acting, answers: Mapping[str, object], *, rehearse: bool = False
    ) -> Taken | Refused:
        """Open the case, or only try whether it could be opened."""
        way = self.way
        return open_case(way.practice, answers, acting, step=way.step, kind=way.kind, rehearse=rehearse)


def door_of(name: str, acting: Acting) -> Door | None:
    """The door of a practice that is open to anybody; "" is the first there is. Further doors of a practice are called after it and
    their kind of case: ``<practice>-<kind>``."""
    found = openings(acting)
    way = next((each for each in found if name in ("", each.practice, further(each))), None)
    if way is None:
        return None
    first = next(each for each in found if each.practice == way.practice)
    return Door(way, way.practice if way == first else further(way), found)


def further(way: Opening) -> str:
    return f"{way.practice}-{way.kind}"


def addressed(
    found: Iterable[Whom], offered: Iterable[Opening]
) -> list[tuple[str, list[tuple[str, list[tuple[str, Opening]]]]]]:
    """Groups of ways with the address of each."""
    first: dict[str, Opening] = {}
    for way in offered:
        first.setdefault(way.practice, way)

    def address(way: Opening) -> str:
        return reverse("report_to", args=[way.practice if way == first[way.practice] else further(way)])

    return [
        (group.whom, [(each.need, [(address(way), way) for way in each.ways]) for each in group.needs])
        for group in found
    ]


@require_safe
def ways_page(request: HttpRequest) -> HttpResponse:
    """All ways in, or those that words lead to."""
    acting, words = resident(request), request.GET.get("find", "")
    offered = openings(acting)
    groups = addressed(ways(offered, acting.language, words), offered)
    return render(request, "resident/ways.html", {"groups": groups, "find": words.strip()[:LONGEST]})


def _no_door(request: HttpRequest, name: str, acting: Acting) -> HttpResponse:
    """That nothing can be reported at this address, since when, and where instead."""
    why = no_door(name, acting, office())
    return refused_page(request, why, 410 if why.code == "case.no_longer" else 404, back=reverse("report"))


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, practice: str = "") -> HttpResponse:
    """The first page (GET), or the one after what was posted."""
    if request.method == "POST":
        leave_guarded(request)
    acting = resident(request)
    door = door_of(practice, acting)
    if door is None:
        return _no_door(request, practice, acting)
    if request.method != "POST":
        return show(request, door, SAY, named_in(request, door.fields(acting, {})))
    fields = door.fields(acting, {})
    draft = draft_of(request, fields, acting)
    if may_spare(fields):
        fields = door.fields(acting, draft.answers)
    pages = pages_of(fields)
    here = page_of(pages, draft.at)
    if draft.go == "keep" and draft.refused is None:
        return _keep(request, door, draft, here)
    sending = here.id == CHECK and together.sends(request, draft.go)
    if draft.files_lost and draft.refused is None:
        return show(request, door, files_page(pages, here).id, draft.answers, files_lost=True)
    held_up = draft.refused or flood.held_up(request, sending=sending)
    if held_up is not None:
        say_refused(held_up)
        return show(request, door, here.id, draft.answers, held_up, files_lost=draft.files_lost)
    return _send(request, door, draft, pages) if sending else _onward(request, door, draft, pages)


def _keep(request: HttpRequest, door: Door, draft: Draft, here: Page) -> HttpResponse:
    """Keep what is filled in under a code, and show the code: this once, for it is stored nowhere."""
    way = door.way
    answers = begun.typed({**draft.was, **draft.answers})
    what = Unfinished(answers, practice=door.name, adoption=way.adoption, at=here.id)
    held_up = flood.held_up(request, sending=False)
    kept = held_up or keep(what, address_of(request), resident(request).now, draft.code)
    if isinstance(kept, Refused):
        return show(request, door, here.id, draft.answers, kept)
    return begun.kept_page(request, kept, way.practice_title, f"report-{door.name}")


def _onward(request: HttpRequest, door: Door, draft: Draft, pages: tuple[Page, ...]) -> HttpResponse:
    """The page that was chosen, or the next one when nothing up to here is wrong."""
    here = page_of(pages, draft.at)
    if draft.go == "back":
        return show(request, door, beside(pages, here, -1).id, draft.answers)
    if draft.go in {page.id for page in pages}:
        return show(request, door, draft.go, draft.answers)
    checked = door.enter(resident(request), draft.answers, rehearse=True)
    if isinstance(checked, Refused):
        stopped = stopped_at(pages, here, [each.where for each in checked.all()])
        if stopped is not None:
            return show(request, door, stopped.id, draft.answers, checked)
    place = inferred(door.fields(resident(request), {}), draft.answers) if here.id == SAY else None
    answers = {**draft.answers, place.field: place.code} if place is not None else draft.answers
    return show(request, door, beside(pages, here, 1).id, answers, place=place)


def _send(request: HttpRequest, door: Door, draft: Draft, pages: tuple[Page, ...]) -> HttpResponse:
    loose = fasten(draft.files(field for page in pages for field in page.fields))
    taken = door.enter(resident(request), draft.answers)
    if isinstance(taken, Refused) or taken.again:
        flood.given_back(request)
    if isinstance(taken, Refused):
        loosen(loose, resident(request).now)
        stopped = stopped_at(pages, pages[-1], [each.where for each in taken.all()]) or pages[-1]
        return show(request, door, stopped.id, draft.answers, taken)
    forget(draft.code)
    remember(request, taken.case_id)
    if together.chosen(request) and not taken.again:
        acting = resident(request)
        words, _ = _told(door.fields(acting, draft.answers))
        together.join_chosen(request, taken, words, acting)
    return redirect("sent", number=taken.number)


def show(
    request: HttpRequest,
    door: Door,
    wanted: str,
    answers: Mapping[str, object],
    refused: Refused | None = None,
    place: Inferred | None = None,
    *,
    files_lost: bool = False,
    along: Begun | None = None,
) -> HttpResponse:
    """One page of the way, with everything that was entered. ``place`` was read out of it just now, and says so;
    ``files_lost`` tells that files have to be chosen again; ``along`` is what came back under a code just now."""
    fields = door.fields(resident(request), answers, refused)
    pages = pages_of(fields)
    page = page_of(pages, wanted)
    key, stamp = _stamp(request)
    values = {
        "door": door,
        "page": page,
        "asked": [_drawn(field, place, language_of(request)) for field in page.asked],
        "folded": page.folded,
        "parts": pages[:-1],
        "kept": photos_of(fields),
        "refusals": beyond(refused, fields, door.way, resident(request)),
        "files_lost": files_lost,
        "files_again": files_lost and refused is None,
        "key": key,
        "stamp": stamp,
        "question": flood.question(request, key) if page.id == CHECK else None,
        "chosen": together.chosen(request),
        "begun": along or begun.travelling(request),
        "action": _address(door),
        "groups": addressed(ways(door.offered, language_of(request), without=door.way), door.offered)
        if door.main and page.id == SAY
        else (),
        **(_alike(request, door.way.practice, *_told(fields)) if page.id == CHECK else {}),
    }
    return render(request, page.layout, values, status=422 if refused else 200)


def _address(door: Door) -> str:
    """Where the pages of a door are sent to."""
    return reverse("report") if door.main else reverse("report_to", args=[door.name])


def _drawn(field: FieldView, place: Inferred | None, language: str) -> FieldView:
    """A field as the page asks it: added files are shown apart, an inferred place says what it was read from."""
    if field.kind == "files":
        return replace(field, values=())
    if place is not None and field.id == place.field:
        return replace(field, help=say("resident.place.read", language, words=place.words))
    return field


def _stamp(request: HttpRequest) -> tuple[str, str]:
    """The key and stamp that came along while they serve, else new ones; of a page for many, where each reader's belong."""
    if is_holed(request):
        return KEY, STAMP
    age = flood.age_of(request) if request.method == "POST" else None
    if age is not None and age <= flood.LATEST:
        return request.POST["key"], request.POST["stamp"]
    key = flood.new_key()
    return key, flood.stamped(key)


def _told(fields: tuple[FieldView, ...]) -> tuple[str, str]:
    """The matter as it was told, as far as it is looked at, and the code of the place that was chosen."""
    say = pages_of(fields)[0].fields[0]
    place = next((field.value for field in fields if field.kind == "division"), "")
    return say.value[:LOOKED_AT], place


def _alike(request: HttpRequest, practice: str, words: str, place: str) -> dict[str, object]:
    """The visitor's own earlier cases like it, open matters of its kind and place, and public cases like it."""
    return {
        "own": own_earlier(words, place, resident(request)),
        "open": together.offered(request, practice, words, place),
        "similar": similar(words, place, language_of(request)),
        "cards": like(words, place, language_of(request), datetime.now(UTC)),
    }


@require_GET
def blank(request: HttpRequest, practice: str) -> HttpResponse:
    """The form of a practice as a sheet to be printed and written on: what the pages ask, in their order."""
    acting = resident(request)
    door = door_of(practice, acting)
    if door is None:
        return _no_door(request, practice, acting)
    pages = pages_of(door.fields(acting, {}))
    fields = [field for page in pages for field in page.fields]
    values = {"way": door.way, "fields": fields, "action": _address(door)}
    return render(request, "resident/blank.html", values)


@require_GET
def sent(request: HttpRequest, number: str) -> HttpResponse:
    """The number, a code to photograph, the promised date and who is responsible. Printable."""
    acting = resident(request)
    page = look(number, acting)
    if isinstance(page, Refused):
        return redirect("own_case", number=number)
    address = request.build_absolute_uri(reverse("follow")) + f"?number={number}"
    values = {
        "page": page, "number": number, "qr": qr_svg(address), "no_message": no_message(number, acting),
        "away_after": 0,  # it stays until its number is written down
    }  # fmt: skip
    return render(request, "resident/sent.html", values)


@require_POST
def handed_over(request: HttpRequest, number: str) -> HttpResponse:
    """Whoever helped has handed the number over: this browser no longer passes for the requester."""
    page = look(number, resident(request))
    if not isinstance(page, Refused):
        forget_case(request, page.id)
        messages.success(request, say("resident.helped.left", language_of(request)))
    return redirect("follow")


@require_GET
def alike(request: HttpRequest) -> HttpResponse:
    """What is like the words typed so far: a part of the page, swapped in while typing."""
    typed = (str(value) for name, value in request.GET.items() if name not in ("lang", "practice"))
    words = max(typed, key=len, default="")
    practice = request.GET.get("practice", "")[:64]
    found = _alike(request, practice, words[:LOOKED_AT], "") if len(words) >= ENOUGH else {}
    return render(request, "resident/alike.html", found)


@require_GET
def draft_photo(request: HttpRequest, name: str) -> HttpResponse:
    """A photo that has been added and not sent yet, for whoever has its signed address."""
    return photo(request, unsigned(name))
