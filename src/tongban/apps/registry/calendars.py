"""Official calendars: one file a year, taken over with a note of their digest.

Due dates that count over a year that was imported move with it: ``tongban.apps.supervision.sweep.recompute``
does that, and whoever imports a calendar calls it afterwards.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.refusal import Refused
from tongban.library.calendars import read_calendars
from tongban.store.models import CalendarYear
from tongban.store.registers import import_year


class CalendarsImported(Struct, frozen=True):
    """``years`` were read, ``changed`` of them are new or differ from what was held."""

    years: tuple[int, ...]
    changed: tuple[int, ...]


def import_calendars(path: Path, acting: Acting, say: Say = silent) -> CalendarsImported | Refused:
    """Take over the calendars of a folder, or one file. All of the folder is read first: one fault, none taken."""
    folder = path if path.is_dir() else path.parent
    read = read_calendars(folder)
    if isinstance(read, Refused):
        return read
    files = sorted(folder.glob("*.yaml")) if path.is_dir() else [path]
    journal = office().journal
    held = dict(CalendarYear.objects.filter(county=journal.county).values_list("year", "text"))
    years, changed = [], []
    for n, file in enumerate(files, 1):
        text = file.read_text(encoding="utf-8")
        years.append(int(file.stem))
        if held.get(int(file.stem)) != text:
            year = import_year(journal, text, file.name, acting.actor.person, acting.now)
            if isinstance(year, Refused):
                return year
            changed.append(year.number)
        say("registry.calendars", n, len(files))
    return CalendarsImported(tuple(years), tuple(changed))
