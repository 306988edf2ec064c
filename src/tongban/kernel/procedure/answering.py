"""Where a requester is answered: which texts are the reply, which tell the matter, and who passes judgement on it.

All of it follows from what a practice says already: the steps marked as work, what they ask, who judges them.
"""

from __future__ import annotations

from collections.abc import Iterable

from tongban.kernel.form import Field, FieldKind, Form, Held
from tongban.kernel.procedure.model import AskRating, Follow, Kind, Notify, Relation, Step

_WRITTEN = (FieldKind.line, FieldKind.text)
_DATED = (FieldKind.date, FieldKind.moment)
_NOT_OF_THE_OFFICE = frozenset({Relation.REQUESTER, Relation.ANYONE, Relation.SYSTEM})


def reaches_requester(kind: Kind) -> bool:
    """Whether cases of a kind are the requester's too: they take steps in them, or hear of them. Others run between offices."""
    return any(
        any(who.relation in (Relation.REQUESTER, Relation.ANYONE) for who in step.by) or tells_requester(step)
        for step in kind.steps.values()
    )


def knows_of(kind: Kind, taken: Iterable[str]) -> bool:
    """Whether the requester may know that a case is there, by the steps ``taken``. They do of what they, or anybody, could have
    brought; what an office opens about somebody is theirs from the first step that tells them something (in any of its branches)."""
    steps = tuple(kind.steps[name] for name in taken if name in kind.steps)
    opened = tuple(step for step in steps if step.opens)
    return not opened or any(_outside(step) for step in opened) or any(map(tells_requester, steps))


def tells_requester(step: Step) -> bool:
    """Whether the requester may hear of a step that somebody else took."""
    return any(isinstance(each, AskRating) or _to_requester(each) for each in step.may_follow)


def _to_requester(follow: Follow) -> bool:
    return isinstance(follow, Notify) and follow.to == "requester"


def reply_fields(form: Form) -> tuple[Field, ...]:
    """The texts of a reply: those marked with what they say; where none is, all that the requester may read."""
    marked = tuple(field for field in form.fields if field.says is not None)
    return marked or tuple(field for field in form.fields if _told(field) and not field.inner)


def matter_fields(form: Form) -> tuple[Field, ...]:
    """The texts by which a case is opened, without those that answer it already."""
    return tuple(field for field in form.fields if _told(field) and field.says is None)


def dated_fields(form: Form) -> tuple[Field, ...]:
    return tuple(field for field in form.fields if field.kind in _DATED and not field.inner)


def answers(step: Step) -> bool:
    """Whether the step answers a matter that was told before: it is the work, and opens no case."""
    return step.work and bool(step.form) and not step.opens and not _outside(step)


def judged_answers(kind: Kind, stage: str, step: Step) -> frozenset[str]:
    """The steps of work whose reply somebody checks by this step while a case stands where the work led it.

    None for a step that the stage is not there for (who withdraws a case has the reply before them, too), and for
    one that the requester may take: what is said of a reply is for whoever answers for it.
    """
    if step not in kind.next_from(stage) or _outside(step):
        return frozenset()
    return frozenset(
        name for name in step.judges if (work := kind.steps.get(name)) and work.work and _leads(work, stage)
    )


def _outside(step: Step) -> bool:
    return any(who.relation in _NOT_OF_THE_OFFICE for who in step.by)


def _leads(work: Step, stage: str) -> bool:
    return any(branch.to == stage for branch in work.to)


def _told(field: Field) -> bool:
    return field.kind in _WRITTEN and field.place is not Held.identity
