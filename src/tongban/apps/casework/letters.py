"""Which letters there are to a case: one for each time that a step was taken which a letter follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from tongban.apps.casework.views import LetterView
from tongban.apps.office import Office
from tongban.apps.wording import Wording, day
from tongban.kernel.case import Case
from tongban.kernel.events import Event
from tongban.library.shape.letters import LetterSpec


class Due(Struct, frozen=True):
    """A letter that a practice makes due: its id, what it is made of, and the event that it follows."""

    id: str
    spec: LetterSpec
    event: Event


def due_letters(case: Case, events: Iterable[Event], here: Office) -> Iterator[Due]:
    """The letters to a case in the order of its events."""
    specs = here.practice(case.adoption).letters.get(case.kind, {})
    for event in events if specs else ():
        for name, spec in specs.items():
            if event.step in spec.after:
                yield Due(name, spec, event)


def letters(case: Case, events: Iterable[Event], here: Office, wording: Wording) -> tuple[LetterView, ...]:
    """The same, ready to be listed, the latest first."""
    found = [
        LetterView(each.id, each.event.seq, title_of(each.id, wording), day(each.event.at, wording.language))
        for each in due_letters(case, events, here)
    ]
    return tuple(reversed(found))


def title_of(letter: str, wording: Wording) -> str:
    return wording.of(f"letters.{letter}.title", letter)
