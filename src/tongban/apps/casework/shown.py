"""What of the answers of a case its requester is shown, and from when on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tongban.apps.wording import Wording
from tongban.kernel.events import Event, Noticed, RatingAsked, Resettled, Settled, Visited
from tongban.kernel.form import Field, FieldKind, Held
from tongban.kernel.procedure.answering import answers as replies
from tongban.kernel.procedure.model import Kind


def fields_of(event: Event, wording: Wording, kind: Kind) -> tuple[Field, ...]:
    """What a step asked."""
    form = wording.procedure.forms.get(wording.form_of(kind, event.step))
    return form.fields if form is not None else ()


def is_shown(field: Field, event: Event, events: Sequence[Event], wording: Wording, kind: Kind) -> bool:
    """Whether the requester is shown what was answered by ``event``: no word among colleagues; of what a step must release, what stood
    there when it was. ``events`` are those of the case up to the moment of the look, the oldest first."""
    if field.inner:
        return False
    if not field.released_by or event.by.via == "requester":
        return True
    for later in (each for each in events if each.seq > event.seq):
        if later.step in field.released_by:
            return True
        if any(each.id == field.id for each in fields_of(later, wording, kind)):
            return False
    return False


def released(event: Event, events: Sequence[Event], wording: Wording, kind: Kind) -> bool:
    """Whether a later step has released something that was answered by this one."""
    return any(
        field.released_by and is_shown(field, event, events, wording, kind)
        for field in fields_of(event, wording, kind)
    )


def told_to_requester(events: Iterable[Event], kind: Kind, wording: Wording) -> tuple[Event, ...]:
    """What a requester reads: what they did or were told of, what was released to them, and the reply on which their word was asked. Nobody
    can say whether it is solved without knowing what was done; until a colleague has checked the reply it stays among colleagues."""
    every = tuple(events)
    rated: set[int] = set()
    reply: Event | None = None
    for event in every:
        rule = kind.steps.get(event.step)
        reply = event if rule is not None and replies(rule) else reply
        if reply is not None and any(isinstance(follow, RatingAsked) for follow in event.follows):
            rated.add(reply.seq)
    return tuple(
        event
        for event in every
        if event.seq in rated or _told(event) or released(event, every, wording, kind)
    )


def _told(event: Event) -> bool:
    """Whether the requester took this step, was told of it, or came in person for it."""
    if event.opened is not None or event.by.via == "requester":
        return True
    return any(
        isinstance(follow, RatingAsked | Settled | Resettled | Visited)
        or (isinstance(follow, Noticed) and follow.to == "requester")
        for follow in event.follows
    )


def titled(title: str, first: Event, wording: Wording, kind: Kind) -> str:
    """What a case is called to its requester: by its kind, where the words that it is called by otherwise (the first that were asked
    when ``first`` opened it) are not theirs to read."""
    words = (
        field
        for field in fields_of(first, wording, kind)
        if field.kind in (FieldKind.line, FieldKind.text) and field.place is Held.content
    )
    called = next(words, None)
    kept = called is not None and (called.inner or bool(called.released_by))
    return wording.of(f"kinds.{kind.id}", kind.id) if kept else title
