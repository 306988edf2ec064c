"""What the county keeps of somebody who asked, for themselves: their data as a file, and who has looked at who they are.

Personal Information Protection Law (2021), articles 44 (to know), 45 (a copy), 17 (purpose and time of keeping).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.files import open_file
from tongban.apps.casework.look import look
from tongban.apps.casework.views import CasePage
from tongban.apps.naming import Registered
from tongban.apps.notices.shown import told_requester
from tongban.apps.office import Office, office
from tongban.apps.people.looking import identity_fields
from tongban.apps.people.retention import keep_years
from tongban.apps.wording import moment
from tongban.apps.wording import say as words
from tongban.kernel.clock import LOCAL, local_date
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.store.identity import COUNTY, LOOKED, REQUESTER, TELLER
from tongban.store.identity import look as open_identity
from tongban.store.notes import chain_id

OWN = "own_copy"
"""The purpose under which somebody's own copy is noted."""


class Seen(Struct, frozen=True):
    """One look at who somebody is: when, which office, what for. ``purpose`` is a code of the closed list, or "" for a reason of the system's;
    ``times``: how often one after another, the last time ``when``."""

    at: datetime
    when: str
    who: str
    purpose: str
    times: int = 1


class OwnData(Struct, frozen=True):
    """Everything of one case for whoever brought it. ``keep_years`` by field: how long it is kept after the last thing was done."""

    number: str
    title: str
    practice: str
    identity: dict[str, Value]
    keep_years: dict[str, int]
    facts: dict[str, str]
    story: list[dict[str, object]]
    files: list[str]
    """names of what lies beside it in :func:`packed`"""
    told: list[dict[str, str]]
    seen: list[dict[str, str]]


def seen_by(number: str, acting: Acting) -> tuple[Seen, ...] | Refused:
    """Who opened the identity of one's own case, the latest first: offices, not persons. Refuses whoever may not see the case.

    What somebody wrote as the reason is not in it: it may name others.
    """
    here, page = office(), look(number, acting)
    if isinstance(page, Refused):
        return page
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return loaded
    notes = here.journal.events(chain_id(here.county.code, f"{LOOKED}/{loaded.case.id}"))
    return tuple(
        Seen(
            note.at,
            moment(note.at, acting.language, acting.now),
            _office_of(here, str(note.facts().get("person", "")), note.at, acting.language),
            str(note.facts().get("purpose", "")),
        )
        for note in reversed(notes)
    )


class _Kept(Struct, frozen=True):
    """A photo or paper by the name that it has in the copy; without ``content`` it is gone, or waits for the scanner."""

    name: str
    content: bytes | None


def _gathered(number: str, acting: Acting) -> tuple[OwnData, Sequence[_Kept]] | Refused:
    """A copy of one's own data, and its files. The look is noted like every other, and is the first line of what it shows."""
    here, page = office(), look(number, acting)
    if isinstance(page, Refused):
        return page
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return loaded
    case = loaded.case
    if not acting.actor.owns & {case.id}:
        return Refused("case.unknown", "number")
    fields = identity_fields(here.procedure(case.adoption), case)
    opened = open_identity(here.journal, case.id, fields, REQUESTER, OWN, "", acting.now) if fields else {}
    if isinstance(opened, Refused):
        return opened
    seen, told = seen_by(number, acting), told_requester(number, acting)
    files = [_file(n, digest) for n, digest in enumerate(page.photos, 1)]
    labels = {each.value: each.label for each in page.identity}
    made = OwnData(
        number=page.number,
        title=page.title,
        practice=page.practice,
        identity={labels.get(name, name): value for name, value in opened.items()},
        keep_years={
            labels.get(name, name): n for name, n in keep_years(here, case.adoption).items() if name in fields
        },
        facts={each.label: each.value for each in page.facts},
        story=_story(page),
        files=[each.name for each in files],
        told=[]
        if isinstance(told, Refused)
        else [
            {
                "when": _moment(each.at),
                "text": each.text,
                "body": each.body,
                "way": each.way,
                "state": each.state,
            }
            for each in told[0]
        ],
        seen=[] if isinstance(seen, Refused) else [_told(each, acting.language) for each in seen],
    )
    return made, files


def _story(page: CasePage) -> list[dict[str, object]]:
    """What happened, with every word of it that its requester reads on the page."""
    return [
        {
            "when": _moment(each.at),
            "what": each.what,
            "who": each.who,
            "said": {fact.label: fact.value for fact in each.facts},
            "follows": list(each.follows),
        }
        for each in page.story
    ]


def packed(number: str, acting: Acting) -> tuple[str, bytes] | Refused:
    """The copy as a file, its ending and its bytes: JSON, and where there are photos or papers a ZIP of it and of them."""
    found = _gathered(number, acting)
    if isinstance(found, Refused):
        return found
    data, files = found
    text = msgspec.json.format(msgspec.json.encode(data), indent=1)
    if not files:
        return "json", text
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as parcel:
        parcel.writestr("data.json", text)
        for each in files:
            if each.content is not None:
                parcel.writestr(each.name, each.content)
    return "zip", made.getvalue()


def _file(n: int, digest: str) -> _Kept:
    """By its number and kind."""
    opened = open_file(digest)
    if isinstance(opened, Refused):
        return _Kept(f"files/{n}.gone", None)
    return _Kept(f"files/{n}.{opened[0].rpartition('/')[2]}", opened[1])


def _moment(at: datetime | None) -> str:
    """With its day, its zone, and to the second: whoever takes the file along reads it without the page."""
    return at.astimezone(LOCAL).isoformat(timespec="seconds") if at is not None else ""


def _told(seen: Seen, language: str) -> dict[str, str]:
    return {
        "when": _moment(seen.at),
        "who": seen.who,
        "purpose": words(f"desk.purpose.{seen.purpose}", language),
    }


def _office_of(here: Office, person: str, at: datetime, language: str) -> str:
    """The offices at which somebody had a post on that day; the system, oneself, or the county to which it was handed over."""
    if person == TELLER:
        return words("story.system", language)
    if person == REQUESTER:
        return words("resident.seen.yourself", language)
    if person.startswith(COUNTY):
        return here.names.peer(person.removeprefix(COUNTY), language)
    return words("figures.and", language).join(_units(here, here.names, person, at, language)) or words(
        "resident.seen.office", language
    )


def _units(here: Office, names: Registered, person: str, at: datetime, language: str) -> list[str]:
    day = local_date(at)
    rows = here.rows(
        """SELECT DISTINCT unit FROM store_post WHERE county = %s AND person = %s AND since <= %s::date
           AND (until IS NULL OR until > %s::date) ORDER BY unit""",
        (here.county.code, person, day, day),
    )
    return [names.unit(str(unit), language) for (unit,) in rows]
