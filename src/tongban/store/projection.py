"""The columns of a case's row, derived from its state: one pure function, used live and when rebuilding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from tongban.kernel.case import Case, ClockState
from tongban.kernel.events import Event
from tongban.kernel.form import FieldKind, Form, Held, mask_text
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.ledger.seal import Tip
from tongban.kernel.procedure.available import follows_another, waits_on
from tongban.kernel.procedure.model import Kind, Procedure, StageKind
from tongban.kernel.procedure.rows import key_of, keyed_of
from tongban.kernel.record import state_of
from tongban.kernel.value import Facts, Value

Row: TypeAlias = dict[str, str | int | bool | None]
"""Columns by name, in types that JSON, COPY and parameters share; bytes are written as ``bytea`` writes them."""

PROJECTED = 14
"""The version of what rows keep of the ledger. Whoever changes what a case's state or its row holds raises it:
``tongban migrate`` then makes all rows anew."""
PARENT = "@parent"
"""What ``waiting`` says where the unit that holds the parent case must act: that case may pass to another unit, this row stays."""
TITLE = "title"
"""The field that names a case; without it the first line or text that the opening form asks for does."""
APART = "-"
"""Between the parts of a key that names a subcase: ``3-1-502``."""
TITLE_LENGTH = 80
_WRITTEN = (FieldKind.line, FieldKind.text)


def case_row(procedure: Procedure, case: Case, tip: Tip, title: str | None) -> Row:
    """All columns of ``store_case`` but the county. ``title`` None leaves the title as it was.

    A case that follows another one has no clock of its own in any list: it is late when its lead is.
    """
    kind = procedure.kinds[case.kind]
    stage = kind.stages[case.stage]
    running = [clock for clock in case.clocks if clock.ended is None]
    category = case.facts.get("category")
    following = follows_another(kind, case.stage)
    return {
        "id": case.id,
        "number": case.number,
        "practice": case.practice,
        "adoption": case.adoption,
        "kind": case.kind,
        "stage": case.stage,
        "standing": stage.kind.value,
        "phase": stage.place,
        "holder": case.holder,
        "home": case.home,
        "waiting": waiting(kind, case),
        "division": case.division,
        "category": category if isinstance(category, str) else "",
        "channel": case.channel,
        "outcome": case.outcome,
        "title": title,
        "parent": case.parent or None,
        "root": case.root or None,
        "joined": case.joined or None if following else None,
        "under": case.under or None,
        "opened_at": instant_text(case.opened_at),
        "stage_since": instant_text(case.stage_since or case.opened_at),
        "last_at": instant_text(case.last_at or case.opened_at),
        "due_at": _text(promised(kind, case.clocks)),
        "next_due": None if following else _text(min((c.due for c in running if c.due), default=None)),
        "wake_at": _text(min((clock.wake for clock in running if clock.wake), default=None)),
        "settled_at": _text(case.settled_at),
        "missed": sum(1 for clock in case.clocks if clock.kept is False),
        "rating": _rating(procedure, case.facts),
        "seq": case.seq,
        "head": bytea(tip.seal),
        "recorded": instant_text(tip.recorded),
        "state": state_of(case),
    }


def bytea(value: bytes) -> str:
    """Bytes as PostgreSQL writes them."""
    return "\\x" + value.hex()


def _text(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def waiting(kind: Kind, case: Case) -> str:
    """The unit that must act now, ``PARENT`` for the one that holds the parent case; "" while it is the requester's turn and chance did not put the case into
    the sample that the office calls, while the case follows another one
    and when nobody need act any more.

    The clock that belongs most closely to the stage says whose turn it is. A stage without a clock waits for its holder.
    """
    if not case.running() and kind.stages[case.stage].kind is not StageKind.OPEN:
        return ""
    match waits_on(kind, case.stage, case):
        case "joined":
            return ""
        case "requester":
            return case.home if kind.stages[case.stage].sample in case.drawn else ""
        case "home":
            return case.home
        case "parent" if case.parent:
            return PARENT
        case _:
            return case.holder


def promised(kind: Kind, clocks: Sequence[ClockState]) -> datetime | None:
    """The moment promised to the requester: of the latest lap of a promising clock, also once it ended."""
    for clock in reversed(clocks):
        rule = kind.clocks.get(clock.clock)
        if rule is not None and rule.promise:
            return clock.due
    return None


_ratings: dict[tuple[str, str, str], tuple[str, ...]] = {}


def _rating(procedure: Procedure, facts: Facts) -> int | None:
    """The requester's rating, 1 to 5: the answer to a field of that kind."""
    key = (procedure.practice, procedure.version, procedure.digest)
    names = _ratings.get(key)
    if names is None:
        names = tuple(
            each.id
            for form in procedure.forms.values()
            for each in form.fields
            if each.kind is FieldKind.rating and each.place is Held.ledger
        )
        _ratings[key] = names
    for name in names:
        value = facts.get(name)
        if isinstance(value, int):
            return value
    return None


def form_of(procedure: Procedure, event: Event, kind: str) -> Form | None:
    """The form that the event's step asked; None for a step without one."""
    step = procedure.kinds[kind].steps.get(event.step)
    return procedure.forms.get(step.form) if step is not None and step.form else None


_keys: dict[tuple[str, str, str], dict[str, tuple[str, ...]]] = {}


def _key(procedure: Procedure, kind: str) -> tuple[str, ...]:
    """The fields that tell subcases of a kind apart where a table or a holder opens them; none for other kinds."""
    place = (procedure.practice, procedure.version, procedure.digest)
    known = _keys.get(place)
    if known is None:
        steps = (step for each in procedure.kinds.values() for step in each.steps.values())
        keyed = [follow for step in steps for follow in keyed_of(step)]
        written = {each.id for each in procedure.registers if not each.brought}  # known by numbers of cases
        nameless = [each for each in keyed if each.meets or each.register in written]
        known = {each.kind: () for each in nameless} | {
            each.kind: each.key for each in keyed if each not in nameless
        }
        _keys[place] = known
    return known.get(kind, ())


def title_of(procedure: Procedure, kind: str, event: Event, content: Facts) -> str | None:
    """What a case of this kind is called after this entry, without personal numbers; None when it does not say.

    At most 80 characters on one line. A later step renames the case only by answering ``title`` itself. A subcase that a key tells from
    the others is called by that key where its opening says nothing else; what rows say together is not: numbers of cases are no name.
    """
    found = content.get(TITLE) or event.facts.get(TITLE)
    if not found and event.seq == 1:
        found = _first_words(form_of(procedure, event, kind), content)
        found = found or APART.join(each for each in key_of(_key(procedure, kind), event.facts) if each)
    if not isinstance(found, str) or not found.strip():
        return None
    line = " ".join(mask_text(found[: TITLE_LENGTH * 4]).split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"


def _first_words(form: Form | None, content: Facts) -> Value | None:
    """The first line or text that the opening form asks for and that was answered."""
    fields = form.fields if form is not None else ()
    texts = (each.id for each in fields if each.kind in _WRITTEN and each.place is Held.content)
    return next((content[name] for name in texts if content.get(name)), None)
