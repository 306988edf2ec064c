"""What every county of the demo begins with: its offices, its calendars, its people, and a mark in its ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.shelf import share
from tongban.apps.office import office
from tongban.apps.people.accounts import load_people
from tongban.apps.people.entering import RULE, set_rule
from tongban.apps.registry.calendars import import_calendars
from tongban.apps.registry.loading import load_county
from tongban.apps.registry.progress import Say
from tongban.demo.found import PASSWORD
from tongban.demo.marker import begin, marks
from tongban.demo.script import Script, script
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value
from tongban.store.journal import Journal

T = TypeVar("T")


class Founded(Struct, frozen=True):
    """``marked`` are the notes of the demo that stood in the ledger before; ``end`` is the moment at which what is told ends."""

    code: str
    acting: Acting
    journal: Journal
    marked: Mapping[str, Mapping[str, Value]]
    end: datetime
    told: Script


def founded(folder: Path, now: datetime, say: Say) -> Founded:
    """Found the county that ``folder`` tells of, or find it founded. Raises ``RefusedError`` with what stands in the way."""
    code = must(load_county(folder, say)).county
    acting = Acting(now, SYSTEM)
    must(import_calendars(share("calendars") / "cn", acting, say))
    journal = office().journal
    marked = marks(journal)
    end = begin(journal, now)
    told = script(end.date(), folder)
    must(load_people(code, folder / "people.yaml", PASSWORD, told.begin))
    set_rule(code, RULE, [], acting)  # the printed password of an account must be enough to try it
    return Founded(code, acting, journal, marked, end, told)


def must(found: T | Refused) -> T:
    """What was found; raises ``RefusedError`` with what stands in the way."""
    if isinstance(found, Refused):
        raise RefusedError(found)
    return found
