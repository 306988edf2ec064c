"""From the plain values of use cases to shapes, where names differ or words are put beside ids."""

from __future__ import annotations

from pydantic import JsonValue

from tongban.api.v1.forms import form_schema
from tongban.api.v1.shapes import cases as shapes
from tongban.apps.casework.standing import Happened, Lap, Standing
from tongban.apps.casework.standing import Named as Both
from tongban.apps.casework.views import Explained, StepView
from tongban.apps.wording import Wording
from tongban.kernel.procedure.decide import must_say
from tongban.kernel.procedure.model import Step
from tongban.kernel.value import Facts, Value


def named(both: Both) -> shapes.Named:
    return shapes.Named(id=both[0], title=both[1])


def _named_or_none(both: Both | None) -> shapes.Named | None:
    return named(both) if both is not None else None


def case_out(found: Standing) -> shapes.CaseOut:
    """A case for the outside."""
    page = found.page
    return shapes.CaseOut(
        id=page.id,
        number=page.number,
        title=page.title,
        practice=named(found.practice),
        adoption=found.adoption,
        kind=named(found.kind),
        stage=named(found.stage),
        plain=page.plain,
        phase=found.phase,
        holder=named(found.holder),
        home=named(found.home),
        division=named(found.division),
        category=_named_or_none(found.category),
        waits_on=page.waits_on,
        sample=page.sample,
        outcome=_named_or_none(found.outcome),
        channel=found.channel,
        opened=found.opened,
        settled=found.settled,
        clocks=tuple(_lap(each) for each in found.laps),
        facts=tuple(shapes.Fact.model_validate(each) for each in page.facts),
        identity=tuple(shapes.Named(id=each.value, title=each.label) for each in page.identity),
        files=page.photos,
        story=tuple(_happened(each) for each in found.story),
        subcases=shapes.Subcases(
            total=found.subcases_total,
            open=found.subcases_open,
            cases=tuple(shapes.Related.model_validate(each) for each in page.subcases),
        ),
        parent=shapes.Related.model_validate(page.parent) if page.parent is not None else None,
        joined=shapes.Related.model_validate(page.joined) if page.joined is not None else None,
        under=shapes.Related.model_validate(page.under) if page.under is not None else None,
        placed=tuple(shapes.Related.model_validate(each) for each in page.placed),
        values=plain(found.values),
        counts=dict(found.counts),
        visits=found.visits,
    )


def plain(values: Facts) -> dict[str, JsonValue]:
    """Values as JSON has them: lists where the ledger has tuples."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Value) -> JsonValue:
    match value:
        case None | str() | int():
            return value
        case tuple():
            return [_plain(each) for each in value]
        case _:
            return plain(value)


def _lap(lap: Lap) -> shapes.Lap:
    return shapes.Lap.model_validate(
        {**{name: getattr(lap, name) for name in _LAP}, "clock": named(lap.clock)}
    )


_LAP = ("lap", "stands", "started", "due", "ended", "limit", "source", "promise", "provisional")


def _happened(event: Happened) -> shapes.Happened:
    line = event.line
    return shapes.Happened(
        seq=event.seq,
        at=event.at,
        step=named(event.step),
        to=event.to,
        what=line.what,
        who=line.who,
        facts=tuple(shapes.Fact.model_validate(each) for each in line.facts),
        says=line.follows,
        follows=tuple(shapes.Followed.model_validate(each) for each in event.follows),
        mine=line.mine,
        system=line.system,
    )


def step_out(step: StepView, wording: Wording, *, resident: bool) -> shapes.StepOut:
    """A step with the schema of its form and what stands in its fields already."""
    known: dict[str, JsonValue] = {
        field.id: list(field.values) if field.values else field.value
        for field in step.fields
        if field.values or field.value
    }
    rule = _rule(wording, step.id)
    form = wording.procedure.forms.get(rule.form) if rule is not None else None
    offered = {field.id: field.options for field in step.fields}
    return shapes.StepOut(
        id=step.id,
        title=step.title,
        help=step.help,
        main=step.main,
        blocked=step.blocked,
        fix=step.fix,
        form=form_schema(
            form,
            wording,
            resident=resident,
            must_say=rule is not None and must_say(rule),
            offered=offered,
        ),
        known=known,
    )


def _rule(wording: Wording, step: str) -> Step | None:
    kinds = wording.procedure.kinds.values()
    return next((kind.steps[step] for kind in kinds if step in kind.steps), None)


def explained_out(found: Explained) -> shapes.Explained:
    return shapes.Explained(
        clock=shapes.Named(id=found.clock, title=found.title),
        lap=found.lap,
        due=found.due,
        due_at=found.due_at,
        lines=tuple(shapes.Line.model_validate(each) for each in found.lines),
    )
