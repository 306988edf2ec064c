"""What a practice's pages tell: its clocks, its routing, its forms with their burden, as plain rows of words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.measures import source_words
from tongban.kernel.form import Field, Held
from tongban.kernel.form.field import AskedOf
from tongban.kernel.procedure.model import Relation
from tongban.library.kept import minutes_of
from tongban.library.practice import Practice
from tongban.library.shape.procedure import StepSpec
from tongban.library.shape.rules import ClockSpec, FieldSpec, LimitRuleSpec
from tongban.web.studio.known import known_from
from tongban.web.studio.phrases import unsaid
from tongban.web.studio.saying import Saying


class LimitLine(Struct, frozen=True):
    """``when`` in words with the expression as written; ``setting`` is the title of the one it comes from."""

    limit: str
    when: str
    source: str
    expression: str
    since: str
    setting: str


class ClockLine(Struct, frozen=True):
    title: str
    owner: str
    promise: bool
    stages: str
    limits: tuple[LimitLine, ...]
    ladder: tuple[str, ...]


class StepLine(Struct, frozen=True):
    """A step in words. ``needs`` are its conditions, each with what is said without it, or as it is written where it says what has no words ("" for words); ``never`` whoever may not take it, ``bound`` how often."""

    title: str
    source: str
    to: str
    who: str
    needs: tuple[tuple[str, str, str], ...]
    never: str
    bound: str


class RouteLine(Struct, frozen=True):
    reason: str
    take: str
    when: str
    expression: str


class FieldLine(Struct, frozen=True):
    label: str
    kind: str
    required: bool
    why: str
    held: str
    again: str
    when: str
    choices: str
    office: str
    """who alone answers it, or that nobody does; "" where everybody may"""
    known: str = ""
    """where the system fills it in from; "" for what somebody is asked"""


class FormLine(Struct, frozen=True):
    """``asked`` and ``required`` count what people fill in, ``known`` what the system does. ``outside``: residents fill it in."""

    id: str
    title: str
    who: str
    fields: tuple[FieldLine, ...]
    asked: int
    required: int
    outside: bool
    known: int = 0
    minutes: int = 0


class Burden(Struct, frozen=True):
    """Fields asked, of these required, and minutes that they take: of residents to open a case, and of everybody in all forms."""

    asked: int
    required: int
    all_asked: int
    all_required: int
    forms: int
    minutes: int
    all_minutes: int


def shared(saying: Saying, kind: str) -> tuple[str, str]:
    """Of which open cases others are told, in words and as it is written; ("", "") for a kind that shares none."""
    source = saying.practice.kinds[kind].shared
    return (saying.condition(source), source) if source is not None else ("", "")


def steps(saying: Saying, kind: str) -> tuple[StepLine, ...]:
    """The steps of a kind in the order of its file."""
    return tuple(_step(saying, kind, name, spec) for name, spec in saying.practice.kinds[kind].steps.items())


def _step(saying: Saying, kind: str, name: str, spec: StepSpec) -> StepLine:
    to = dict.fromkeys(saying.of(f"stages.{branch.to}.title") for branch in spec.to)
    most = spec.at_most
    number = 0
    if most is not None:
        value = saying.values.get(most.setting or "") if most.setting is not None else most.number
        number = (value if isinstance(value, int) else 0) + most.plus
    judged = [saying.of(f"steps.{step}.title") for step in spec.judges]
    return StepLine(
        title=saying.of(f"steps.{name}.title"),
        source=saying.joined([saying.of(f"stages.{stage}.title") for stage in spec.source]),
        to=saying.joined(list(to)),
        who=saying.joined([saying.who(each, kind) for each in spec.by]),
        needs=tuple(_need(saying, code, source) for code, source in spec.needs.items()),
        never=saying.own("studio.never", steps=saying.joined(judged)) if judged else "",
        bound=saying.own("studio.at_most", n=number) if number else "",
    )


def _need(saying: Saying, code: str, source: str) -> tuple[str, str, str]:
    words, otherwise = saying.condition(source), saying.of(f"conditions.{code}")
    if unsaid(words):
        return saying.own("studio.needs_counted"), otherwise, source
    return saying.own("studio.needs", when=words), otherwise, ""


def clocks(saying: Saying, kind: str) -> tuple[ClockLine, ...]:
    """The clocks of a kind in the order of its file."""
    return tuple(
        _clock(saying, kind, name, spec) for name, spec in saying.practice.clocks.get(kind, {}).items()
    )


def _limit(saying: Saying, rule: LimitRuleSpec) -> str:
    if rule.month_days:
        return saying.own(
            "studio.next_of_month", days=saying.joined([saying.setting(each) for each in rule.month_days])
        )
    if rule.limit is not None and rule.day is None:
        return saying.limit_of(rule.limit)
    return saying.until(rule.day or "", rule.limit)


def _clock(saying: Saying, kind: str, name: str, spec: ClockSpec) -> ClockLine:
    return ClockLine(
        title=saying.of(f"clocks.{name}.title"),
        owner=(saying.requester(kind) if spec.owner == "requester" else "")
        or saying.own(f"studio.owner.{spec.owner}"),
        promise=spec.promise,
        stages=saying.joined([saying.of(f"stages.{stage}.title") for stage in spec.runs_in]),
        limits=tuple(
            LimitLine(
                limit=_limit(saying, rule),
                when=saying.condition(rule.when),
                source=source_words(rule.source, saying.language, rule.source_en),
                expression=rule.when or "",
                since=saying.day(rule.since),
                setting=saying.setting(rule.limit.setting)
                if rule.limit is not None and rule.limit.setting
                else "",
            )
            for rule in spec.limits
        ),
        ladder=tuple(saying.rung(rung) for rung in spec.ladder),
    )


def routes(
    saying: Saying, units: Mapping[str, str], kinds: Mapping[str, tuple[str, ...]]
) -> tuple[RouteLine, ...]:
    """The routing rules in their order; ``units`` are the names of units by id, ``kinds`` their ids by kind."""
    lines = []
    for rule in saying.practice.routing:
        how, _, what = rule.take.partition(":")
        if how == "field":
            named = [saying.label(what)]
        else:
            named = (
                [units[unit] for unit in kinds.get(what, ())] if how == "kind" else [units.get(what, what)]
            )
        take = saying.own(f"studio.take.{how}", what=saying.some(named) or saying.own("studio.no_such_unit"))
        lines.append(
            RouteLine(
                saying.of(f"routing.{rule.id}.reason"), take, saying.condition(rule.when), rule.when or ""
            )
        )
    return tuple(lines)


def forms(saying: Saying, kind: str) -> tuple[FormLine, ...]:
    """The forms that steps of a kind ask, in the order of the steps; one form for several steps once."""
    steps: dict[str, list[tuple[str, StepSpec]]] = {}
    for name, step in saying.practice.kinds[kind].steps.items():
        if step.form is not None:
            steps.setdefault(step.form, []).append((name, step))
    return tuple(_form(saying, kind, form, users) for form, users in steps.items())


def _form(saying: Saying, kind: str, form: str, users: list[tuple[str, StepSpec]]) -> FormLine:
    specs = saying.practice.forms.get(form, ())
    fields = tuple(replace(_field(saying, form, s), known=known_from(saying, kind, form, s)) for s in specs)
    who = dict.fromkeys(saying.who(each, kind) for _, step in users for each in step.by)
    return FormLine(
        id=form,
        title=saying.joined([saying.of(f"steps.{name}.title") for name, _ in users]),
        who=saying.joined(list(who)),
        fields=fields,
        asked=sum(not each.known for each in fields),
        required=sum(each.required and not each.known for each in fields),
        known=sum(bool(each.known) for each in fields),
        outside=any(_outside(step) for _, step in users),
        minutes=minutes_of(spec for spec, each in zip(specs, fields, strict=True) if not each.known),
    )


def _field(saying: Saying, form: str, spec: FieldSpec) -> FieldLine:
    place = Field(spec.id, spec.kind, held=spec.held).place
    return FieldLine(
        label=saying.label(spec.id, form),
        kind=saying.own(f"studio.field.{spec.kind.value}"),
        required=spec.required,
        why=saying.help(spec.id, form),
        held=saying.own(f"studio.held.{place.value}") if place is not Held.ledger else "",
        again=saying.of_or(f"again.{spec.again}", "") if spec.again is not None else "",
        when=saying.condition(spec.when),
        choices=saying.joined([saying.of(f"choices.{spec.id}.{choice}") for choice in spec.choices]),
        office=_kept_from(saying, spec),
    )


def _kept_from(saying: Saying, spec: FieldSpec) -> str:
    """Who alone answers a field that not everybody is asked, in words."""
    if spec.asked_of is AskedOf.everybody:
        return ""
    return saying.own("studio.office_only" if spec.asked_of is AskedOf.office else "studio.filled_in_only")


def _outside(step: StepSpec) -> bool:
    return any(who.relation in (Relation.REQUESTER, Relation.ANYONE) for who in step.by)


def burden(practice: Practice) -> Burden:
    """What a practice asks of people. Carried answers and system steps ask nobody."""
    opening = practice.kinds.get(practice.opens)
    outside = {
        step.form
        for step in (opening.steps.values() if opening is not None else ())
        if step.form is not None and not step.source and _outside(step)
    }
    asked = [
        tuple(each for each in practice.forms[form] if each.asked_of is not AskedOf.nobody)
        for form in dict.fromkeys(
            step.form
            for kind in practice.kinds.values()
            for step in kind.steps.values()
            if step.form is not None and any(who.relation is not Relation.SYSTEM for who in step.by)
        )
        if form in practice.forms
    ]
    people = [
        tuple(each for each in practice.forms[form] if each.asked_of is AskedOf.everybody)
        for form in outside
        if form in practice.forms
    ]
    return Burden(
        _count(people),
        _count(people, required=True),
        _count(asked),
        _count(asked, required=True),
        len(asked),
        sum(map(minutes_of, people)),
        sum(map(minutes_of, asked)),
    )


def asks(burden: Burden, saying: Saying) -> str:
    """What whoever opens a case fills in, in words."""
    if not burden.asked:
        return saying.own("studio.asks_nobody")
    return saying.own("studio.asks", asked=burden.asked, required=burden.required, minutes=burden.minutes)


def _count(forms: Iterable[tuple[FieldSpec, ...]], *, required: bool = False) -> int:
    return sum(1 for fields in forms for each in fields if each.required or not required)
