"""How a public case went, for everybody: its loop, and each promise against what was taken. Days, no hours: in a
small county the hour at which somebody came could tell who it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.casework.called import requester
from tongban.apps.casework.ended import called_off, drawn_words, ending, for_them
from tongban.apps.disclosure.publishing import unit_of
from tongban.apps.office import Office, office
from tongban.apps.wording import ISO, Tone, Wording, dated, day, due_day, ended, limit_words, say
from tongban.kernel.case import Case, ClockState
from tongban.kernel.clock import derive
from tongban.kernel.events import Event
from tongban.kernel.procedure.drawing import Drawing, drawing
from tongban.kernel.procedure.model import Kind
from tongban.kernel.value import Value
from tongban.store.batch import STEP


class KeptPromise(Struct, frozen=True):
    """One promise that was made, and what became of it. ``lines`` say how its date came about."""

    what: str
    lap: int
    limit: str
    due: str
    done: str
    tone: Tone
    words: str
    lines: tuple[str, ...]


class Course(Struct, frozen=True):
    """``drawing``, ``titles`` and ``holder`` are what the loop is drawn from."""

    drawing: Drawing
    titles: Mapping[str, str]
    holder: str
    ending: str
    promises: tuple[KeptPromise, ...]


def course(chain: str, language: str) -> Course | None:
    """How the case behind a published text went; None where the ledger has no such case.

    For texts that are public now: whoever asks must have found that out.
    """
    here = office()
    loaded = next(iter(here.journal.load(ids=[chain])), None)
    if loaded is None:
        return None
    case = loaded.case
    wording = here.wording(case.adoption, language)
    kind = wording.procedure.kinds[case.kind]
    events = tuple(each.event() for each in here.journal.events(case.id) if each.kind == STEP)
    now = datetime.now(UTC)
    travelled = tuple((event.to, event.at) for event in events)
    how = _ended(events, case, kind, wording, here)
    drawn = drawing(kind, case, now, here.county.calendar, travelled)
    return Course(
        drawing=replace(drawn, clock=None),
        titles=drawn_words(case, kind, wording, how),
        holder=here.names.unit(unit_of(here, case), language),
        ending=how,
        promises=tuple(_promises(case, kind, wording, here)),
    )


def _ended(events: Sequence[Event], case: Case, kind: Kind, wording: Wording, here: Office) -> str:
    """Who ended it, without a name: the requester, the receiving unit for them, or that unit by itself."""
    last = ending(events, case, wording)
    if last is None:
        return ""
    called = requester(wording, case.kind)
    if last.by.via == "requester":
        return say("case.ended.requester", wording.language, requester=called)
    unit = here.names.unit(unit_of(here, case), wording.language)
    if not for_them(case, kind):
        return unit
    return say("case.ended.for_requester", wording.language, who=unit, requester=called)


def _promises(case: Case, kind: Kind, wording: Wording, here: Office) -> Iterator[KeptPromise]:
    """Every lap of a promised clock that has ended, in order."""
    off = called_off(case, kind)
    for state in case.clocks:
        rule = None if (state.clock, state.lap) in off else kind.clocks.get(state.clock)
        if rule is not None and rule.promise and state.ended is not None and state.due is not None:
            yield _kept(state, state.ended, state.due, wording, here)


def _kept(state: ClockState, done: datetime, due: datetime, wording: Wording, here: Office) -> KeptPromise:
    language = wording.language
    tone, words = ended(language, late=state.kept is False)
    return KeptPromise(
        what=wording.clock(state.clock),
        lap=state.lap,
        limit=" + ".join(limit_words(each, language) for each in (state.limit, *state.extensions)),
        due=due_day(due, language),
        done=day(done, language),
        tone=tone,
        words=words,
        lines=tuple(
            say(line.code, language, **_by_day(dict(line.facts), wording))
            for line in derive(
                here.county.calendar, state.limit, state.started, state.spans, state.extensions
            )
        ),
    )


def _by_day(facts: Mapping[str, Value], wording: Wording) -> dict[str, Value]:
    """The facts of a line with days in words, hours left out, and a lawful reason by its name."""
    told = {name: _without_hour(value, wording.language) for name, value in facts.items()}
    reason = facts.get("reason")
    return {**told, "reason": wording.choice("lawful_reason", reason)} if isinstance(reason, str) else told


def _without_hour(value: Value, language: str) -> Value:
    if not isinstance(value, str):
        return value
    moment = ISO.fullmatch(value)
    return dated(f"{moment[1]}-{moment[2]}-{moment[3]}" if moment else value, language)
