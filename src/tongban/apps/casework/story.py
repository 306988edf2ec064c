"""The story of a case: its events in words, as much of them as the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import assert_never

from tongban.apps.casework.called import requester
from tongban.apps.casework.lasting import left_early
from tongban.apps.casework.leads import case_of, practice_of
from tongban.apps.casework.left_out import left_out
from tongban.apps.casework.lending import lent_words
from tongban.apps.casework.shown import is_shown, told_to_requester
from tongban.apps.casework.told_clocks import of_clock, taken_back
from tongban.apps.casework.views import Fact, StoryLine
from tongban.apps.numbers import written
from tongban.apps.visits import visit_words
from tongban.apps.wording import Wording, day, due_moment, moment, say
from tongban.kernel.events import (
    CameBack,
    ClockEnded,
    ClockExtended,
    ClockMoved,
    ClockResumed,
    ClockRung,
    ClockStarted,
    ClockSuspended,
    Consequence,
    Doer,
    Drawn,
    Event,
    Fixed,
    Heard,
    Held,
    Joined,
    KeySealed,
    Mandated,
    MandateEnded,
    Noticed,
    PassedOver,
    Picked,
    Placed,
    PrecedentEnded,
    PrecedentSet,
    Published,
    RatingAsked,
    Recused,
    Resettled,
    Settled,
    SubcaseOpened,
    Succeeded,
    TakenDown,
    Told,
    Visited,
    Written,
)
from tongban.kernel.form import Field, FieldKind, mask_text
from tongban.kernel.procedure.evolve import HANDED_UP
from tongban.kernel.procedure.model import ClockRule, Kind
from tongban.kernel.record import NAMES
from tongban.kernel.value import Facts, Value

Contents = Mapping[tuple[int, str], Value]
"""Erasable answers that still exist, by event and field."""
LENT = "mandate:"
"""How the right of a step begins that was taken by borrowed authority; the mandate's id follows."""


def story(
    events: Iterable[Event],
    contents: Contents,
    wording: Wording,
    kind: Kind,
    now: datetime,
    *,
    resident: bool,
    person: str,
    inside: bool = False,
    lent: Mapping[str, str] = MappingProxyType({}),
    recorded: Mapping[int, datetime] = MappingProxyType({}),
) -> tuple[StoryLine, ...]:
    """Events as lines, latest first. A resident sees only what :func:`told_to_requester` gives.

    ``inside``: the reader works where the case was received. Whoever else did the work is not told whom
    chance chose to be called (domain rules 1.5). ``lent`` says by mandate on which case somebody acted, where the reader may know.
    ``recorded`` is when each event came into the ledger: what was put down long after it happened says so.
    """
    events, rules = tuple(events), kind.clocks
    early = {id(each) for each in left_early(events, rules)}
    lines = []
    for event in told_to_requester(events, kind, wording) if resident else events:
        judged, off = _judged_by(event, kind, wording), taken_back(event, kind)
        opened = [follow for follow in event.follows if isinstance(follow, SubcaseOpened)]
        many = () if len(opened) <= FEW else (_opened(opened, wording),)
        follows = (
            *many,
            *(
                text
                for follow in event.follows
                if id(follow) not in early
                and (inside or not isinstance(follow, Drawn))
                and not (many and isinstance(follow, SubcaseOpened))
                and (text := _follow(follow, wording, now, rules, judged, resident=resident, off=off))
            ),
        )
        lines.append(
            StoryLine(
                when=moment(event.at, wording.language, now),
                what=wording.past(event.step, resident=resident),
                who=who_did(event, wording, kind.id, resident=resident, lent=lent),
                facts=tuple(answers(event, contents, wording, kind, resident=resident, events=events)),
                follows=follows,
                same=() if resident else tuple(written(each) for each in event.left_out()),
                mine=event.by.via == "requester"
                if resident
                else bool(person) and person in event.by.people(),
                system=event.by.via == "system",
                put_down=_put_down(event, recorded, wording, now),
                at=event.at,
            )
        )
    return tuple(reversed(lines))


LONG_AFTER = timedelta(hours=1)


def _put_down(event: Event, recorded: Mapping[int, datetime], wording: Wording, now: datetime) -> str:
    """When a step was put down, if that was long after it happened: a deadline may have been kept by it. What came into
    the ledger together with its whole case, from an old list, was put down late as a whole, and the case says so by its channel."""
    at = recorded.get(event.seq)
    if at is None or at - event.at <= LONG_AFTER or at - min(recorded.values()) <= LONG_AFTER:
        return ""
    return say("desk.put_down", wording.language, when=moment(at, wording.language, now))


def _judged_by(event: Event, kind: Kind, wording: Wording) -> str:
    """What a step that passes judgement on others is called; "" for any other step."""
    rule = kind.steps.get(event.step)
    return wording.step(event.step) if rule is not None and rule.judges else ""


def who_did(
    event: Event, wording: Wording, kind: str, *, resident: bool, lent: Mapping[str, str] | None = None
) -> str:
    language = wording.language
    match event.by.via:
        case "system":
            return say("story.system", language)
        case "requester":
            return say("story.you", language) if resident else requester(wording, kind)
        case via:
            unit = wording.names.unit(event.by.unit, language)
            who = unit if resident else _named(unit, _people(event.by, wording), language)
            if not via.startswith(LENT):
                return who
            of = "" if resident else (lent or {}).get(via, "")
            key = "story.by_mandate_of" if of else "story.by_mandate"
            return say(key, language, who=who, of=of)


def _people(doer: Doer, wording: Wording) -> str:
    """Who it was; with the colleague in whose place they stood."""
    person = wording.names.person(doer.person, wording.language)
    if not doer.behalf:
        return person
    behalf = wording.names.person(doer.behalf, wording.language) or doer.behalf
    return say("story.in_place_of", wording.language, person=person or doer.person, behalf=behalf)


def _named(unit: str, person: str, language: str) -> str:
    return say("story.person", language, unit=unit, person=person) if person else unit


def answers(
    event: Event,
    contents: Contents,
    wording: Wording,
    kind: Kind,
    *,
    resident: bool,
    events: Sequence[Event] = (),
) -> Iterable[Fact]:
    """The answers of a step in the order of its form; identity values are never among them. ``events`` are those of the case."""
    form = wording.form_of(kind, event.step)
    asked = wording.procedure.forms.get(form)
    if asked is None:
        return
    for field in asked.fields:
        if resident and not is_shown(field, event, events, wording, kind):
            continue
        value: Value = event.facts.get(field.id)
        if value is None:
            value = contents.get((event.seq, field.id))
        if value is None or field.kind is FieldKind.files:
            continue
        words = wording.value(field.id, value)
        if resident and field.kind in (FieldKind.text, FieldKind.line) and event.by.via != "requester":
            words = mask_text(words)
        label = wording.label(form, field.id, resident=resident)
        yield _fact(field, value, label, words, wording)


def _fact(field: Field, value: Value, label: str, words: str, wording: Wording) -> Fact:
    case = case_of(field, value, wording.procedure.forms.values())
    long = field.kind is FieldKind.text
    return Fact(label, written(case) if case else words, long, practice_of(field, value), case)


FEW = 4
"""So many subcases of one step are named one by one."""


def _opened(opened: Sequence[SubcaseOpened], wording: Wording) -> str:
    """Many subcases of one step in one line."""
    distinct = tuple(dict.fromkeys(each.unit for each in opened))
    told = distinct if len(distinct) < FEW else distinct[: FEW - 1]
    units = tuple(wording.names.unit(each, wording.language) for each in told)
    if len(distinct) == len(opened):
        return say("follow.subcases", wording.language, units=units, n=len(opened))
    key = "follow.subcases_of_few" if told == distinct else "follow.subcases_of_many"
    return say(key, wording.language, units=units, n=len(distinct), cases=len(opened))


def _follow(
    follow: Consequence,
    wording: Wording,
    now: datetime,
    rules: Mapping[str, ClockRule],
    judged: str,
    *,
    resident: bool,
    off: bool,
) -> str:
    """One consequence in words; "" for what this reader need not be told. ``judged``: the judgement it came by; ``off``: whether
    the step took the case back for whoever brought it."""
    language = wording.language
    match follow:
        case Held():
            unit = wording.names.unit(follow.unit, language)
            if resident:
                return say("follow.held", language, unit=unit)
            reason = reason_of(follow, wording, judged)
            return say("follow.held_by" if reason else "follow.held", language, unit=unit, reason=reason)
        case (
            ClockStarted() | ClockEnded() | ClockSuspended() | ClockResumed() | ClockExtended() | ClockMoved()
        ):
            return of_clock(follow, wording, now, rules, resident=resident, off=off)
        case SubcaseOpened():
            return say("follow.subcase", language, unit=wording.names.unit(follow.unit, language))
        case RatingAsked():
            return "" if resident else say("follow.rating_asked", language)
        case Recused():
            units = tuple(wording.names.unit(unit, language) for unit in follow.units)
            return "" if resident else say("follow.recused", language, units=units)
        case Picked():
            names = tuple(wording.names.unit(unit, language) for unit in follow.picked)
            return "" if resident else say("follow.picked", language, n=len(follow.among), units=names)
        case PassedOver():
            return "" if resident else left_out(follow, wording)
        case Drawn():
            return say("follow.drawn" if follow.drawn else "follow.not_drawn", language)
        case Fixed():
            board = wording.of(f"boards.{follow.standing.board}.title", follow.standing.board)
            return say("follow.fixed", language, board=board)
        case Mandated():
            return lent_words(follow, wording, now)
        case Published():
            return _public(follow, wording, now)
        case MandateEnded() | TakenDown() | Joined() | Resettled():
            return say(f"follow.{NAMES[type(follow)]}", language)
        case Succeeded():
            unit, to = (wording.names.unit(each, language) for each in (follow.unit, follow.to))
            key = "follow.succeeded_because" if follow.because and not resident else "follow.succeeded"
            return say(key, language, unit=unit, to=to, because=follow.because)
        case Visited():
            return visit_words(follow, wording, resident=resident)
        case Placed():
            return "" if resident else say("follow.placed", language)
        case Told() | Heard():
            key = "follow.told" if isinstance(follow, Told) else "follow.heard"
            words = wording.of(f"messages.{follow.message}", follow.message)
            return say(key, language, peer=wording.names.peer(follow.peer, language), message=words)
        case Settled():
            return say("follow.settled", language, outcome=wording.outcome(follow.outcome))
        case PrecedentSet() | PrecedentEnded() | CameBack():
            return "" if resident else _of_precedent(follow, wording)
        case ClockRung() | Noticed() | Written() | KeySealed():
            return ""
        case _:
            assert_never(follow)


def _public(follow: Published, wording: Wording, now: datetime) -> str:
    """Until when it is shown, where that is limited."""
    if follow.until is None:
        return say("follow.published", wording.language)
    return say(
        "follow.published_until", wording.language, until=due_moment(follow.until, wording.language, now)
    )


def reason_of(held: Held, wording: Wording, judged: str = "") -> str:
    """Why this unit: the words of the rule, with the duty-list entry it rests on; of a unit that somebody named, the
    judgement by which they did; of one that a later rule found, what an earlier one did not."""
    if held.rule in ("chosen", HANDED_UP):
        return judged or say(f"follow.{held.rule}", wording.language)
    if held.precedent:
        return precedent_words(held.precedent, held.duty, wording)
    reason = wording.of(f"routing.{held.rule}.reason")
    if held.duty:
        duty = say("follow.duty", wording.language, duty=wording.names.duty(held.duty, wording.language))
        reason = f"{duty} · {reason}" if reason else duty
    if held.lacking:
        return say("follow.lacking", wording.language, field=wording.label("", held.lacking), reason=reason)
    return reason


def precedent_words(number: str, duty: str, wording: Wording) -> str:
    """A precedent as a reason: the case it rests on, when and by whom that was adjudicated, and the entry it rests on."""
    language, known = wording.language, wording.names.precedent(number)
    facts = {"number": written(number), "duty": wording.names.duty(duty, language)}
    if known is None:
        return say("follow.precedent_alone", language, **facts)
    since, by = known
    unit = wording.names.unit(by, language)
    return say("follow.precedent", language, day=day(since, language), by=unit, **facts)


def _of_precedent(follow: PrecedentSet | PrecedentEnded | CameBack, wording: Wording) -> str:
    language, names = wording.language, wording.names
    match follow:
        case PrecedentSet():
            return say(
                "follow.precedent_set",
                language,
                category=names.category(follow.category, language),
                division=names.division(follow.division, language),
                unit=names.unit(follow.unit, language),
                duty=names.duty(follow.duty, language),
            )
        case PrecedentEnded():
            return say("follow.precedent_ended", language, number=written(follow.precedent))
        case CameBack():
            return say("follow.came_back", language, number=written(follow.precedent))


def facts_of(
    facts: Facts, wording: Wording, names: Iterable[tuple[str, str]], *, resident: bool = False
) -> tuple[Fact, ...]:
    """Chosen facts of a case as label and value; ``names`` are (form, field) in the order to show."""
    found = []
    for form, field in names:
        value = facts.get(field)
        asked = wording.field(field)
        if asked is not None and value is not None and value not in ("", ()):
            label = wording.label(form, field, resident=resident)
            found.append(_fact(asked, value, label, wording.value(field, value), wording))
    return tuple(found)
