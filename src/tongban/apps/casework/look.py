"""A whole case as one reader may see it: where it stands, whose clock runs, what was done, what can be done."""

from __future__ import annotations

from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.amounts import amounts
from tongban.apps.casework.asking import register_title
from tongban.apps.casework.burden import costs
from tongban.apps.casework.ended import called_off, drawn_words, ended_by
from tongban.apps.casework.fixed import how_many
from tongban.apps.casework.hearing import is_heard, told_of
from tongban.apps.casework.letters import letters
from tongban.apps.casework.mandates import by_whose
from tongban.apps.casework.party import is_phone, of_another
from tongban.apps.casework.promises import promises
from tongban.apps.casework.scenes import around, looking
from tongban.apps.casework.shown import fields_of, is_shown, titled
from tongban.apps.casework.steps import Attempt, steps
from tongban.apps.casework.story import Contents, answers, facts_of, story
from tongban.apps.casework.take import take_loaded
from tongban.apps.casework.turns import waits_for, waits_with
from tongban.apps.casework.untaken import untaken
from tongban.apps.casework.views import (
    CasePage,
    ClockView,
    Explained,
    Fact,
    Line,
    Option,
    RelatedView,
    StepView,
    Taken,
)
from tongban.apps.casework.whole import FOLLOWER, PLACED, Whole, visible, whole
from tongban.apps.measures import source_of
from tongban.apps.numbers import written
from tongban.apps.office import Office, met, office
from tongban.apps.titles import untitled
from tongban.apps.wording import ClockWords, Wording, clock_words, dated, due_moment, moment, say
from tongban.kernel.authority import apart
from tongban.kernel.case import Case, ClockState
from tongban.kernel.clock import derive
from tongban.kernel.commands import ActorKind, Command
from tongban.kernel.events import Event
from tongban.kernel.form import FieldKind, Held
from tongban.kernel.procedure.answering import reaches_requester
from tongban.kernel.procedure.available import follows_another
from tongban.kernel.procedure.clocks import field_of
from tongban.kernel.procedure.drawing import drawing
from tongban.kernel.procedure.model import ClockRule, Kind, Trigger
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.assisted import RELATION
from tongban.store.batch import Loaded
from tongban.store.identity import fields_kept


def look(
    number: str, acting: Acting, *, entered: Attempt | None = None, here: Office | None = None
) -> CasePage | Refused:
    """The page of a case. ``entered`` is a refused attempt, kept as it was typed.

    Refuses an unknown number, and a reader who may not see the case in the same way: not even that it exists
    is told to whoever has nothing to do with it.
    """
    here = here or office()
    found = whole(number, acting, here)
    return found if isinstance(found, Refused) else page_of(found, acting, here, entered)


def opened(number: str, acting: Acting) -> tuple[Whole, Office] | Refused:
    """A whole case for somebody who opens its page, with the office as it stands; where looking is a step, it is taken first. A program
    that fetches cases for somebody has not looked at them."""
    there = met(number)
    if isinstance(there, Refused):
        return there
    here, loaded = there
    found = whole(number, acting, here, loaded)
    if not isinstance(found, Refused) and _takes_note(found.loaded, acting, here):
        found = whole(number, acting, here)
    return found if isinstance(found, Refused) else (found, here)


def _takes_note(loaded: Loaded, acting: Acting, here: Office) -> bool:
    """Whether looking at the case is a step of it: taken for whoever looks, if it is theirs to take."""
    case, procedure = loaded.case, here.procedure(loaded.case.adoption)
    steps = procedure.kinds[case.kind].steps_from(case.stage)
    step = next((each.id for each in steps if each.on is Trigger.SEEN), "")
    return bool(step) and isinstance(take_loaded(here, loaded, Command(step), acting), Taken)


def page_of(found: Whole, acting: Acting, here: Office, entered: Attempt | None = None) -> CasePage:
    """The page of a case that was read. ``entered`` is a refused attempt, kept as it was typed."""
    case, events, contents, language = found.case, found.events, found.contents, acting.language
    wording = here.wording(case.adoption, language)
    kind = wording.procedure.kinds[case.kind]
    resident = acting.actor.kind is ActorKind.REQUESTER
    inside = any(post.unit == case.home for post in acting.actor.posts)
    clocks = _clocks(case, kind, wording, here, acting)
    related = [
        (
            relation,
            RelatedView(
                written(number),
                title,
                here.names.unit(holder, language),
                here.wording(adoption, language).stage(stage, outcome),
                settled,
            ),
        )
        for _, relation, number, title, stage, outcome, settled, adoption, holder in found.relatives
        if relation != "self"
    ]
    beside = dict(related)
    running_promise = next((c for c in reversed(clocks) if c.promise), None)
    travelled = tuple((event.to, event.at) for event in events)
    said = {name: value for (_, name), value in contents.items()}
    offered = steps(here, found.loaded, acting, wording, kind, entered, said)
    another = resident and of_another(case, events[0], wording, kind)
    title = "" if another else titled(found.title, events[0], wording, kind) if resident else found.title
    ended = ended_by(events, case, kind, wording, resident=resident)
    identity = _identity(case, wording, here)
    kept = _kept(case, identity, here)
    nobody = None if resident else untaken(here, case, around(here, found.loaded, acting.now))
    return CasePage(
        id=case.id,
        number=written(case.number),
        title=title or untitled(wording, case.stage, case.kind),
        practice=wording.title(),
        kind=wording.of(f"kinds.{case.kind}", case.kind),
        stage=wording.stage(case.stage, case.outcome),
        plain=wording.plain(case.stage, case.outcome),
        holder=_held_by(case, kind, beside.get("joined"), here, acting),
        waits_on=waits_with(found.loaded, kind, wording, here, resident=resident),
        waits_for=waits_for(case, kind, wording, here, resident=resident),
        nobody=wording.refusal(nobody) if nobody is not None else None,
        sample=_sample(case, kind, language) if inside else "",
        opened=moment(case.opened_at, language, acting.now),
        opened_at=case.opened_at,
        outcome=wording.outcome(case.outcome) if case.outcome else "",
        ending=ended,
        settled=case.settled_at is not None,
        promise=running_promise,
        promises=promises(case, kind, clocks, wording, acting.now),
        clocks=clocks,
        drawing=drawing(kind, case, acting.now, here.county.calendar, travelled, resident=resident),
        facts=(
            *_facts(case, events, contents, wording, kind, resident=resident),
            *(() if resident else amounts(case, kind, wording)),
        ),
        part_of=_part_of(found, acting, here),
        lent=len(case.mandates),
        visits=len(case.visits),
        fixed=0 if resident else how_many(case, wording.procedure),
        story=story(
            events,
            contents,
            wording,
            kind,
            acting.now,
            resident=resident,
            person=acting.actor.person,
            inside=inside,
            lent={} if resident else by_whose(here, found.loaded, events, acting),
            recorded=found.recorded,
        ),
        steps=offered,
        costs=_costs(found.loaded, offered, acting, here, wording) if inside else (),
        subcases=tuple(view for relation, view in related if relation == "subcase"),
        parent=None if another else beside.get("parent"),
        joined=beside.get("joined"),
        followers=() if resident else tuple(view for relation, view in related if relation == FOLLOWER),
        under=None if resident else beside.get("under"),
        placed=() if resident else tuple(view for relation, view in related if relation == PLACED),
        photos=_files(contents, wording, kind, events, resident=resident),
        titles=drawn_words(case, kind, wording, ended),
        identity=tuple(each for each in identity if each.value in kept),
        erased=tuple(each.label for each in identity if each.value not in kept),
        provable=any(is_phone(name, wording) for name in case.given),
        category=str(case.facts.get("category") or ""),
        division=case.division,
        practice_id=case.practice,
        adoption=case.adoption,
        received=inside,
        called=(own := wording.requester(case.kind))[:1].upper() + own[1:],
        open_below=0 if resident else found.loaded.subcases.open,
        heard=is_heard(here, case, acting.now),
        told=_told(events, contents, wording, kind, resident=resident),
        helped=RELATION in case.facts,
        letters=letters(case, events, here, wording),
    )


def _costs(
    loaded: Loaded, offered: tuple[StepView, ...], acting: Acting, here: Office, wording: Wording
) -> tuple[str, ...]:
    """What the next step would cost; who takes it themselves reads that beside its button."""
    if loaded.case.settled_at is not None or any(step.main for step in offered):
        return ()
    return costs(loaded.case, looking(here, loaded, acting.now), wording, acting)


def _held_by(case: Case, kind: Kind, lead: RelatedView | None, here: Office, acting: Acting) -> str:
    """Who has the case: who did it once it is settled, the holder of the case that it follows, the holder.

    Residents are not given the number of somebody else's case.
    """
    language = acting.language
    if lead is not None and follows_another(kind, case.stage):
        key = "case.with_lead_told" if acting.actor.kind is ActorKind.REQUESTER else "case.with_lead"
        return say(key, language, number=lead.number, unit=lead.unit)
    return here.names.unit(case.worker if case.settled_at is not None else case.holder, language)


def _sample(case: Case, kind: Kind, language: str) -> str:
    """Whether the office is to call, where chance says so; "" at other stages."""
    sample = kind.stages[case.stage].sample
    if not sample:
        return ""
    return say("case.drawn" if sample in case.drawn else "case.not_drawn", language)


def _clocks(case: Case, kind: Kind, wording: Wording, here: Office, acting: Acting) -> tuple[ClockView, ...]:
    """Every lap of every clock; residents get those promised to them and those that wait for them."""
    shown = []
    resident = acting.actor.kind is ActorKind.REQUESTER
    off = called_off(case, kind)
    for state in case.clocks:
        rule = kind.clocks.get(state.clock)
        if rule is None:
            continue
        if resident and not rule.theirs:
            continue
        words = clock_words(state, here.county.calendar, acting.now, acting.language)
        words = _lasted(rule, state, words, acting, off=(state.clock, state.lap) in off)
        shown.append(
            ClockView(
                id=state.clock,
                title=wording.clock_plain(state.clock) if resident else wording.clock(state.clock),
                tone=words.tone,
                words=words.words,
                due=words.due,
                share=words.share,
                promise=rule.promise,
                to_requester=rule.promise and reaches_requester(kind),
                running=state.running,
                own=rule.owner == "requester",
                provisional=state.provisional,
                source=source_of(state.limit.source, wording.practice, acting.language),
                limit=words.limit,
                due_at=state.due,
            )
        )
    return tuple(shown)


def _lasted(
    rule: ClockRule, state: ClockState, words: ClockWords, acting: Acting, *, off: bool
) -> ClockWords:
    """What only says how long something lasts is over or ended before, and what was called off (``off``) ended before; nobody kept
    or missed it."""
    if not (rule.lasts or off) or state.ended is None or state.due is None:
        return words
    key = "clock.lasted" if state.ended >= state.due else "clock.cut_short"
    return replace(words, tone="rest", words=say(key, acting.language))


def _facts(
    case: Case, events: tuple[Event, ...], contents: Contents, wording: Wording, kind: Kind, *, resident: bool
) -> tuple[Fact, ...]:
    """What the case is about: the opening form's answers and what is known of them by now."""
    first = events[0]
    form, asked = wording.form_of(kind, first.step), fields_of(first, wording, kind)
    opened = answers(first, contents, wording, kind, resident=resident, events=events)
    told = {field.label: field for field in opened}
    names = [(form, each.id) for each in asked if not resident or not (each.inner or each.released_by)]
    latest = facts_of(case.facts, wording, names, resident=resident)
    return tuple({**told, **{fact.label: fact for fact in latest}}.values())


def _part_of(found: Whole, acting: Acting, here: Office) -> tuple[Fact, ...]:
    """What the whole says that the case is a part of: entered once there, read by every office below that it is not about."""
    top = found.top
    if top is None or not apart(acting.actor.posts, top.case, here.county):
        return ()
    wording = here.wording(top.case.adoption, acting.language)
    kind = wording.procedure.kinds[top.case.kind]
    return _facts(top.case, top.events, top.contents, wording, kind, resident=False)


def _told(
    events: tuple[Event, ...], contents: Contents, wording: Wording, kind: Kind, *, resident: bool
) -> str:
    """The written answers of the opening step, one a line: what the matter is, in the requester's words."""
    first = events[0]
    written_ones = [
        first.facts.get(field.id) or contents.get((first.seq, field.id))
        for field in fields_of(first, wording, kind)
        if field.kind in (FieldKind.text, FieldKind.line)
        and field.place is not Held.identity
        and (not resident or is_shown(field, first, events, wording, kind))
    ]
    return "\n".join(str(value) for value in written_ones if value)


def _files(
    contents: Contents, wording: Wording, kind: Kind, events: tuple[Event, ...], *, resident: bool
) -> tuple[str, ...]:
    """Attachments; a resident gets those of the steps they took themselves, of the one that opened the case and what was released to them."""
    found: list[str] = []
    for event in events:
        for field in fields_of(event, wording, kind):
            value = contents.get((event.seq, field.id))
            if field.kind is not FieldKind.files or not isinstance(value, tuple):
                continue
            own = event.by.via == "requester" or event.seq == 1 or bool(field.released_by)
            if not resident or (own and is_shown(field, event, events, wording, kind)):
                found += [str(each) for each in value]
    return tuple(dict.fromkeys(found))


def _identity(case: Case, wording: Wording, here: Office) -> tuple[Option, ...]:
    """What is known of the requester, by name: the values lie in the identity store, those of what the case is about there."""
    known = [field for name in sorted(case.given) if (field := wording.field(name)) is not None]
    own = {
        field.id: wording.label("", field.id)
        for field in known
        if field.place is Held.identity and field.door is None
    }
    told = told_of(here, case)
    if told is not None:
        other = here.wording(told.case.adoption, wording.language)
        own = {**{each.value: each.label for each in _identity(told.case, other, here)}, **own}
    return tuple(Option(name, label) for name, label in own.items())


def _kept(case: Case, identity: tuple[Option, ...], here: Office) -> frozenset[str]:
    """What of it was not erased: asked of a settled case alone, as an open one keeps what it needs."""
    names = frozenset(each.value for each in identity)
    told = told_of(here, case) if names and case.settled_at is not None else None
    if not names or case.settled_at is None:
        return names
    return fields_kept(here.journal, [case.id, *([told.case.id] if told is not None else [])])


def explain(number: str, acting: Acting) -> tuple[Explained, ...] | Refused:
    """How every due date of a case came about, line by line, with the documents it rests on."""
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    loaded, _ = seen
    wording = here.wording(loaded.case.adoption, acting.language)
    return tuple(_explained(state, loaded.case, wording, here, acting) for state in loaded.case.clocks)


def _explained(state: ClockState, case: Case, wording: Wording, here: Office, acting: Acting) -> Explained:
    language, resident = acting.language, acting.actor.kind is ActorKind.REQUESTER
    title = wording.clock_plain(state.clock) if resident else wording.clock(state.clock)
    lines = derive(here.county.calendar, state.limit, state.started, state.spans, state.extensions)
    due = (
        due_moment(state.due, language, acting.now)
        if state.due is not None
        else say("clock.stopped", language)
    )
    worded = tuple(
        Line(line.code, say(line.code, language, **named(dict(line.facts), wording, language)))
        for line in lines
    )
    worded = (*worded[:2], *_amount_said(state, case, wording), *worded[2:])
    return Explained(state.clock, title, state.lap, due, worded, state.due)


def _amount_said(state: ClockState, case: Case, wording: Wording) -> tuple[Line, ...]:
    """Where the amount comes from that the case itself says; nothing for a limit that the practice fixes."""
    said = field_of(wording.procedure.kinds[case.kind].clocks[state.clock], state.limit)
    if not said:
        return ()
    own = {step.form for step in wording.procedure.kinds[case.kind].steps.values()}
    forms = [form for name, form in wording.procedure.forms.items() if name in own]
    named = (register_title(each, wording) for form in forms for each in form.fields if each.id == said)
    register = next((each for each in named if each), "")
    code = "clock.line.said_by_register" if register else "clock.line.said_in"
    words = say(code, wording.language, field=wording.label("", said), register=register)
    return (Line(code, words),)


def named(facts: dict[str, Value], wording: Wording, language: str) -> dict[str, Value]:
    """The facts of a line as they are read: dates in words, a lawful reason by its name."""
    told = {
        name: dated(value, language) if isinstance(value, str) else value for name, value in facts.items()
    }
    reason = facts.get("reason")
    if isinstance(source := facts.get("source"), str):
        told = {**told, "source": source_of(source, wording.practice, language)}
    return {**told, "reason": wording.choice("lawful_reason", reason)} if isinstance(reason, str) else told
