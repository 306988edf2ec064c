"""What a resident has entered so far. It travels with the pages: nothing is stored before it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.choices import fitting
from tongban.apps.casework.files import Upload, keep_good, shown_types
from tongban.apps.casework.views import FieldView
from tongban.kernel.refusal import Refused
from tongban.web.resident import flood

_PAGES_OWN = frozenset(
    {"csrfmiddlewaretoken", "key", "stamp", "answer", "website", "at", "go", "with", "join", "code"}
)
WAS = "was."
"""What the name of an answer begins with that its form asks no longer: it travels along and is not sent."""
NAMED = ("entry", "code")
"""Kinds of fields that an address may fill in; everything else is typed by people."""
LONGEST_CODE = 64
NEAR = "~near"
"""What a field's name ends in where one of the choices nearest to what was typed is picked."""
_SHOWN = signing.Signer(salt="tongban.draft")


class Draft(Struct, frozen=True):
    """``answers`` as they were typed; ``at`` the page they come from, ``go`` what was pressed there.

    ``refused`` is what is wrong with files; the other answers are kept as they came either way. ``files_lost``: some
    of the chosen files were not taken, for whatever reason. ``code`` is what the form came back under, "" for none; ``was``
    are answers that a newer version of the form asks no longer.
    """

    answers: Mapping[str, object]
    at: str
    go: str
    refused: Refused | None = None
    files_lost: bool = False
    code: str = ""
    was: Mapping[str, object] = {}

    def files(self, fields: Iterable[FieldView]) -> tuple[str, ...]:
        """The ids of the files that were added."""
        names = [each.id for each in fields if each.kind == "files"]
        return tuple(each for name in names for each in _several(self.answers.get(name, ())))


def draft_of(request: HttpRequest, fields: Iterable[FieldView], acting: Acting) -> Draft:
    """Read a posted page. Its files are kept at once, so that nothing that goes wrong later loses them."""
    asked = tuple(fields)
    names = [field.id for field in asked if field.kind == "files"]
    answers = entered(request.POST)
    for each in asked:
        given = answers.get(each.id)
        code = _chosen(each, given) or _picked(each, given, request.POST.get(f"{each.id}{NEAR}", ""))
        if code:
            answers[each.id] = code
    faults: list[Refused] = []
    files_lost = False
    for name in names:
        named = tuple(dict.fromkeys(_several(answers.pop(name, ()))))
        before = shown_types(named)
        kept, wrong = _kept(request, name, acting)
        faults += wrong
        gone = len(before) < len(named) or len(kept) < len(request.FILES.getlist(name))
        files_lost = files_lost or gone
        ids = [*before, *kept]
        if ids:
            answers[name] = list(dict.fromkeys(ids))
    refused = Refused.of(faults) if faults else None
    return Draft(
        answers,
        request.POST.get("at", ""),
        request.POST.get("go", "next"),
        refused,
        files_lost,
        request.POST.get("code", "")[:40],
        {name.removeprefix(WAS): given for name, given in filled(request.POST) if name.startswith(WAS)},
    )


def _chosen(field: FieldView, given: object) -> str:
    """The choice that is called as somebody typed, or the one that alone fits the words; "" when none does."""
    if not isinstance(given, str) or any(given == each.value for each in field.options):
        return ""
    named = [each for each in field.options if each.label == given] or fitting(given, field.options)
    return named[0].value if len(named) == 1 else ""


def _picked(field: FieldView, given: object, near: str) -> str:
    """The choice that was picked among those nearest to what was typed, unless that is a choice itself by now; "" for none."""
    if (
        field.kind == "entry" and not field.options
    ):  # a long register: what was typed named none of its entries
        return near
    known = {each.value for each in field.options}
    return near if near in known and given not in known else ""


def named_in(
    request: HttpRequest, fields: Iterable[FieldView], kinds: tuple[str, ...] = NAMED
) -> dict[str, object]:
    """What an address names: the code of what the matter is about, as a guide page links to its form."""
    return {
        each.id: code[:LONGEST_CODE]
        for each in fields
        if each.kind in kinds and (code := request.GET.get(each.id, ""))
    }


def entered(posted: QueryDict) -> dict[str, object]:
    """Everything that was typed: one text for each field, a list where several were sent."""
    return {
        name: given
        for name, given in filled(posted)
        if name not in _PAGES_OWN and not name.endswith(NEAR) and not name.startswith(WAS)
    }


def filled(posted: QueryDict) -> Iterator[tuple[str, str | list[str]]]:
    """Every name that came with something in it, also the pages' own."""
    for name, values in posted.lists():
        filled = [value for value in values if value.strip()]
        if filled:
            yield name, filled if len(filled) > 1 else filled[0]


def _kept(request: HttpRequest, name: str, acting: Acting) -> tuple[tuple[str, ...], tuple[Refused, ...]]:
    """Ids of the files that were taken, and what is wrong with the others."""
    uploads = cast("list[Upload]", request.FILES.getlist(name))
    if not uploads:
        return (), ()
    held_up = flood.held_up(request, sending=False) or flood.too_many_files(request, len(uploads))
    if held_up is not None:
        return (), held_up.all()
    kept, wrong = keep_good(uploads, acting, name, loose=True)
    return tuple(each.id for each in kept), wrong


def _several(given: object) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(str(each) for each in cast("Iterable[str]", given))


class Added(Struct, frozen=True):
    """A file that was added and not sent yet. ``url`` shows it to whoever has just added it."""

    id: str
    url: str
    image: bool


def photos_of(fields: Iterable[FieldView]) -> list[tuple[str, list[Added]]]:
    """The files that were added so far, by field."""
    return [
        (field.id, [_added(each, kind) for each, kind in shown_types(field.values).items()])
        for field in fields
        if field.kind == "files" and field.values
    ]


def _added(digest: str, media_type: str) -> Added:
    return Added(digest, reverse("draft_photo", args=[_SHOWN.sign(digest)]), media_type.startswith("image/"))


def unsigned(text: str) -> str:
    """The photo that an address part names, "" for one that was not given out."""
    try:
        return _SHOWN.unsign(text)
    except signing.BadSignature:
        return ""
