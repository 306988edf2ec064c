"""Every notice of every practice on the shelf is told whole somewhere in its scenarios: no sentence of it waits for a fact that never comes."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from scenario_ground import ROOT, calendar, practice_in
from tongban.apps.notices.bodies import Moment, body
from tongban.apps.notices.words import REQUESTER
from tongban.apps.wording import Wording
from tongban.kernel.case import Case
from tongban.kernel.events import Event, Noticed, RatingAsked
from tongban.kernel.ledger.receipt import Disclosed
from tongban.kernel.procedure.evolve import evolve
from tongban.library.counties import scenario_county
from tongban.library.folder import LANGUAGES
from tongban.library.story.rehearsal import Rehearsal
from tongban.library.story.runner import Ground
from tongban.library.story.telling import run_scenarios
from tongban.library.texts import PLACEHOLDER

FOLDERS = sorted(path.parent for path in (ROOT / "practices").glob("*/practice.yaml"))
MATTER = "MATTER"


class Ids:
    """Registers that call everything by its id."""

    def __getattr__(self, what: str) -> Any:
        return lambda *given: None if what == "precedent" else given[1 if what == "entry" else 0]


def sentences(text: str) -> int:
    """How many ends of sentences a template has outside of its places."""
    bare = PLACEHOLDER.sub("", text)
    return sum(bare.count(mark) for mark in "。！？") or bare.count(". ") + bare.endswith(".")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_notice_is_told_whole(folder: Path) -> None:
    practice, told = practice_in(folder), list[tuple[Ground, Rehearsal]]()

    def listening(ground: Ground) -> Rehearsal:
        told.append((ground, Rehearsal(ground)))
        return told[-1][1]

    run_scenarios(practice, listening, scenario_county(calendar()))
    lacking: dict[tuple[str, str], str] = {}
    whole: set[tuple[str, str]] = set()
    for ground, rehearsal in told:
        wordings = [Wording(practice, ground.procedure, Ids(), language) for language in LANGUAGES]
        for then in moments(rehearsal.events):
            for follow in then.event.follows:
                if not isinstance(follow, Noticed | RatingAsked):
                    continue
                to = follow.to if isinstance(follow, Noticed) else REQUESTER
                kind = ground.procedure.kinds[then.case.kind]
                for wording in wordings:
                    said = body(then, follow.notice, to, wording, kind, then.event.at)
                    key = (follow.notice, wording.language)
                    template = wording.of(f"notices.{follow.notice}.body")
                    assert not PLACEHOLDER.search(said)
                    if sentences(said) >= sentences(template):
                        whole.add(key)
                    else:
                        lacking[key] = said
    assert not {key: said for key, said in lacking.items() if key not in whole}


def moments(events: list[Event]) -> list[Moment]:
    """How each case stood after each of its events."""
    cases: dict[str, Case] = {}
    before: dict[str, list[Event]] = defaultdict(list)
    given: dict[str, dict[int, dict[str, Disclosed]]] = defaultdict(dict)
    found = []
    for event in events:
        cases[event.case] = evolve(cases.get(event.case), event)
        before[event.case].append(event)
        given[event.case][event.seq] = {name: Disclosed(value, b"") for name, value in event.content.items()}
        found.append(Moment(cases[event.case], tuple(before[event.case]), given[event.case], MATTER))
    return found
