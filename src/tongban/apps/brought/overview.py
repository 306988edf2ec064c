"""All brought registers of a county at a glance: each once, at the practice that knows all its columns and so may load it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.brought.naming import Spoken, spoken
from tongban.apps.office import Office, office
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused
from tongban.store import entries


class Stands(Struct, frozen=True):
    """A register as it stands. ``since`` is when the newest of its rows came into force, ``by`` the name of who loaded it last, at
    ``loaded``; "" for the system, None where nobody did. ``readers`` are the titles of other practices that read it."""

    id: str
    title: str
    rows: int
    since: datetime | None
    by: str
    loaded: datetime | None
    readers: tuple[str, ...]


class Shelf(Struct, frozen=True):
    """The registers that are loaded through one practice. ``whole``: it has no others, so that a workbook with all its sheets
    can be loaded again."""

    practice: str
    title: str
    registers: tuple[Stands, ...]
    whole: bool


def overview(acting: Acting) -> tuple[Shelf, ...]:
    """Every practice in force through which registers are loaded. Two queries, however many there are."""
    here = office()
    known = _spoken(here, acting)
    owners = _owners(known)
    counts = entries.counted(here.journal, acting.now)
    last = entries.last_notes(here.journal, owners)
    titles = {each.practice: each.wordings[0].title() for each in known}

    def stands(said: Spoken, id: str, title: str) -> Stands:
        rows, since = counts.get(id, (0, None))
        by, loaded = last.get(id, ("", None))
        others = (each for each in known if each is not said)
        readers = tuple(titles[o.practice] for o in others if any(r.id == id for r in o.registers))
        person = here.names.person(by, acting.language) if by not in ("", ActorKind.SYSTEM.value) else ""
        return Stands(id, title, rows, since, person, loaded, readers)

    shelves = []
    for said in known:
        own = [each for each in said.registers if owners[each.id] == said.practice]
        told = tuple(stands(said, each.id, said.title(each)) for each in own)
        if told:
            shelves.append(Shelf(said.practice, titles[said.practice], told, len(own) == len(said.registers)))
    return tuple(shelves)


def _spoken(here: Office, acting: Acting) -> tuple[Spoken, ...]:
    found = (
        spoken(here, practice, adoption, acting.language)
        for practice, adoption in here.all_practices(acting.now)
    )
    return tuple(each for each in found if not isinstance(each, Refused))


def _owners(known: tuple[Spoken, ...]) -> Mapping[str, str]:
    """By register the practice that knows most of its columns; among equals the one with the most registers."""
    ranked: dict[str, tuple[tuple[int, int], str]] = {}
    for said in known:
        for register in said.registers:
            rank = (len(register.asked), len(said.registers))
            if register.id not in ranked or rank > ranked[register.id][0]:
                ranked[register.id] = (rank, said.practice)
    return {register: practice for register, (_, practice) in ranked.items()}
