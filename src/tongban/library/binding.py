"""Binds a practice to one county's settings: the procedure that the kernel runs."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.clock import Limit, Unit
from tongban.kernel.expression import Expression, Kind, compile_expression
from tongban.kernel.expression.spelled import spelled
from tongban.kernel.form import Field, Form
from tongban.kernel.procedure import model
from tongban.kernel.procedure.register import names_of
from tongban.kernel.procedure.seen import ENDINGS
from tongban.kernel.procedure.sight import variables
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.conditional import conditional
from tongban.library.follows import follow_of
from tongban.library.indicators import Adding, Colours, Exclusion, Indicator
from tongban.library.limits import NO_TIME, days_of_month, longest_of
from tongban.library.practice import Practice
from tongban.library.references import reference_faults
from tongban.library.registers import names_of_rows, registers_of
from tongban.library.settings import CEL_KINDS, expression_kind, practices_of, settle_settings
from tongban.library.shape.procedure import FollowSpec, KindSpec, StageSpec, StepSpec, VisitSpec
from tongban.library.shape.rules import ClockSpec, FieldSpec, IndicatorSpec, LimitRuleSpec, RungSpec
from tongban.library.shape.written import LimitSpec, NumberSpec, read_limit


class Bound(Struct, frozen=True):
    """What binding made: the procedure and the indicators, and the faults of their expressions."""

    procedure: model.Procedure
    indicators: Mapping[str, Indicator]
    faults: tuple[Refused, ...]


def bind(practice: Practice, settings: Mapping[str, object]) -> model.Procedure | Refused:
    """The practice's procedure under these settings.

    Refuses settings that the practice does not have or allow, names that lead nowhere, and expressions
    that do not compile or could fail; all at once. Whether the loop is closed is for ``check``.
    """
    values = settle_settings(practice, settings)
    if isinstance(values, Refused):
        return values
    bound = bind_what_can_be(practice, values)
    faults = [*reference_faults(practice), *bound.faults]
    return Refused.of(faults) if faults else bound.procedure


def bind_adopted(practice: Practice, settings: Mapping[str, object]) -> model.Procedure | Refused:
    """The procedure of a practice that was adopted under these settings, and so was proved then.

    Names are not followed again and indicators are left to ``bind_indicators``: every process that serves
    pages does this before its first one. Refuses settings and expressions as ``bind`` does.
    """
    values = settle_settings(practice, settings)
    if isinstance(values, Refused):
        return values
    binder = _Binder(practice, values)
    procedure = binder.procedure(binder.forms())
    return Refused.of(binder.faults) if binder.faults else procedure


def bind_indicators(practice: Practice, settings: Mapping[str, object]) -> Mapping[str, Indicator] | Refused:
    """The indicators of an adopted practice under these settings; refuses settings and expressions."""
    values = settle_settings(practice, settings)
    if isinstance(values, Refused):
        return values
    binder = _Binder(practice, values)
    indicators = binder.indicators(binder.forms())
    return Refused.of(binder.faults) if binder.faults else indicators


def bind_what_can_be(practice: Practice, values: Facts) -> Bound:
    """Bind even where names lead nowhere, for a check that tells everything at once.

    The procedure may only be used when neither this nor ``reference_faults`` found anything.
    """
    binder = _Binder(practice, values)
    forms = binder.forms()
    procedure, indicators = binder.procedure(forms), binder.indicators(forms)
    return Bound(procedure, indicators, tuple(binder.faults))


class _Binder:
    """Holds the settings and gathers the faults of expressions."""

    def __init__(self, practice: Practice, values: Facts) -> None:
        self.practice = practice
        self.values = values
        self.faults: list[Refused] = []
        known = practice.manifest.settings
        self.settings = {n: expression_kind(s) for n, s in known.items() if s.type in CEL_KINDS}
        self.registered = {
            f"subject.{name}": column.expression_kind
            for name, (_, column) in names_of(registers_of(practice)).items()
        } | {f"{area}.{name}": Kind.flag for name in practice.registers for area in ("registered", "mine")}
        """What steps may name of registers: nothing else waits for them to be read."""

    def procedure(self, forms: Mapping[str, Form]) -> model.Procedure:
        practice = self.practice
        return model.Procedure(
            practice=practice.id,
            version=practice.version,
            digest=practice.digest,
            kinds={name: self.kind(spec, forms) for name, spec in practice.kinds.items()},
            forms=forms,
            routing=self.routing(forms),
            settings=self.values,
            hears=self.hears(),
            registers=registers_of(practice),
        )

    def hears(self) -> tuple[str, ...]:
        """The practices that are heard; never itself: what it opens would be heard again."""
        spec = self.practice.manifest.hears
        if spec is None:
            return ()
        named = spec.practices if spec.setting is None else practices_of(self.values.get(spec.setting))
        return tuple(each for each in named if each != self.practice.id)

    def limit(self, spec: LimitSpec, source: str = "") -> Limit:
        text = spec.text if spec.setting is None else self.values.get(spec.setting)
        return (read_limit(text, source) if isinstance(text, str) else None) or NO_TIME

    def number(self, spec: NumberSpec | None, otherwise: int = 0) -> int:
        if spec is None:
            return otherwise
        value = spec.number if spec.setting is None else self.values.get(spec.setting)
        return (value if isinstance(value, int) else 0) + spec.plus

    def compiled(
        self, source: str, names: Mapping[str, Kind], where: str, result: Kind = Kind.flag
    ) -> Expression | None:
        found = compile_expression(source, names, result, where=where)
        if isinstance(found, Refused):
            self.faults += [replace(fault, also=()) for fault in found.all()]
            return None
        return found

    def counts(
        self, source: str, names: Mapping[str, Kind], where: str, result: Kind = Kind.flag
    ) -> Expression | None:
        """What an indicator asks of a case: it must be one that strangers can count again."""
        found = self.compiled(source, names, where, result)
        tree = None if found is None else spelled(found)
        if isinstance(tree, Refused):
            self.faults.append(replace(tree, where=where))
        return found

    def when(self, source: str | None, names: Mapping[str, Kind], where: str) -> Expression | None:
        return None if source is None else self.compiled(source, names, where)

    # Forms

    def forms(self) -> dict[str, Form]:
        """All forms. A field's ``when`` may name what any step may name, and answers given before it."""
        plain = {
            name: Form(name, tuple(self.field(spec) for spec in fields))
            for name, fields in self.practice.forms.items()
        }
        steps = [step for kind in self.practice.kinds.values() for step in kind.steps]
        names = variables(plain.values(), steps, self.settings, self.samples(), self.practice.below())
        names |= self.registered
        outside = {name: kind for name, kind in names.items() if not name.startswith("given.")}
        return {
            name: Form(
                name,
                tuple(
                    conditional(self.practice, form, index, outside, self.settings, self.when)
                    for index in range(len(form.fields))
                ),
            )
            for name, form in plain.items()
        }

    def field(self, spec: FieldSpec) -> Field:
        return Field(
            id=spec.id,
            kind=spec.kind,
            required=spec.required,
            choices=spec.choices,
            min=None if spec.min is None else self.number(spec.min),
            max=None if spec.max is None else self.number(spec.max),
            unit=spec.unit,
            check=spec.check,
            held=spec.held,
            infer=spec.infer,
            offer=spec.offer,
            again=spec.again or "",
            asked_of=spec.asked_of,
            inner=spec.inner,
            released_by=spec.released_by,
            official=spec.official,
            recuses=spec.recuses,
            handed_up=spec.handed_up,
            says=spec.says,
            of=spec.of,
            placed=spec.placed or "",
            among=spec.among,
            like=spec.like,
            door=spec.door,
        )

    # Kinds

    def names_in(self, kind: str, forms: Mapping[str, Form]) -> dict[str, Kind]:
        """What an expression of a kind may name: only what its own steps can have asked."""
        its = self.practice
        used = [forms[name] for name in its.forms_of(kind) if name in forms]
        return variables(used, its.kinds[kind].steps, self.settings, its.samples(kind), its.below())

    def samples(self) -> tuple[str, ...]:
        """Those of every kind: forms and routing rules are shared by all."""
        return tuple(
            dict.fromkeys(each for kind in self.practice.kinds for each in self.practice.samples(kind))
        )

    def kind(self, spec: KindSpec, forms: Mapping[str, Form]) -> model.Kind:
        names = self.names_in(spec.kind, forms)
        clocks = self.practice.clocks.get(spec.kind, {})
        in_steps = names | self.practice.tallies(spec.kind) | self.registered
        return model.Kind(
            id=spec.kind,
            stages={name: _stage(name, stage) for name, stage in spec.stages.items()},
            steps={name: self.step(spec.kind, name, step, in_steps) for name, step in spec.steps.items()},
            clocks={name: self.clock(spec.kind, name, clock, names) for name, clock in clocks.items()},
            phases=spec.phases,
            apart=spec.apart,
            shared=self.when(spec.shared, names, self.practice.at(spec.kind, "shared")),
        )

    def step(self, kind: str, name: str, spec: StepSpec, names: Mapping[str, Kind]) -> model.Step:
        practice = self.practice
        here = practice.at(kind, "steps", name)
        guards = []
        for code, source in spec.needs.items():
            that = self.compiled(source, names, practice.at(kind, "steps", name, "needs", code))
            if that is not None:
                guards.append(model.Guard(code, that))
        branches = [
            model.Branch(
                to=branch.to,
                when=self.when(branch.when, names, practice.at(kind, "steps", name, "to", n, "when")),
                follows=tuple(self.follow(kind, f, names, here) for f in branch.then),
            )
            for n, branch in enumerate(spec.to)
        ]
        return model.Step(
            id=name,
            source=frozenset(spec.source),
            to=tuple(branches) or (model.Branch(""),),
            by=tuple(model.Who(who.relation, who.role) for who in spec.by),
            form=spec.form or "",
            needs=tuple(guards),
            at_most=self.number(spec.at_most),
            judges=frozenset(spec.judges),
            work=spec.work,
            follows=tuple(self.follow(kind, f, names, here) for f in spec.then),
            on=model.Trigger(spec.on or ""),
            of=spec.of or "",
            visit=self.visit(spec.visit, names, practice.at(kind, "steps", name, "visit", "when")),
            finds=tuple((sign, self.number(bound)) for sign, bound in spec.finds.items()),
        )

    def visit(self, spec: VisitSpec | None, names: Mapping[str, Kind], where: str) -> model.VisitRule | None:
        if spec is None:
            return None
        return model.VisitRule(spec.why or "", self.when(spec.when, names, where), spec.unit or "")

    def follow(self, kind: str, spec: FollowSpec, names: Mapping[str, Kind], where: str) -> model.Follow:
        """An extension that names no document rests on that of the clock it extends."""
        source = ""
        if spec.extend is not None:
            clocks = self.practice.clocks.get(kind, {})
            source = next((clocks[c].limits[-1].source for c in spec.extend.clocks if c in clocks), "")
        found = follow_of(spec, self.limit, self.number, source)
        if not isinstance(found, model.OpenSubcases) or spec.open is None or spec.open.where is None:
            return found
        known = names_of_rows(self.practice, found.register, names)
        return replace(found, where=self.compiled(spec.open.where, known, where))

    def clock(self, kind: str, name: str, spec: ClockSpec, names: Mapping[str, Kind]) -> model.ClockRule:
        rules = []
        for index in _by_date(spec.limits):
            rule = spec.limits[index]
            where = self.practice.where("deadlines.yaml", kind, name, "limits", index, "when")
            when = self.when(rule.when, names, where)
            limit = longest_of(self.practice, rule, self.limit)
            field = rule.limit.field if rule.limit is not None else None
            days = days_of_month(rule, self.values)
            if rule.limit is not None and rule.day is not None:
                if limit.unit is not Unit.CALENDAR_DAYS:
                    self.faults.append(Refused("practice.days_after", where, {"name": name}))
                limit = replace(limit, unit=Unit.NAMED_DAY)
            rules.append(
                model.LimitRule(limit, rule.since, when, rule.day or "", rule.quiet, field or "", days)
            )
        return model.ClockRule(
            id=name,
            runs_in=frozenset(spec.runs_in),
            limits=tuple(rules),
            ladder=tuple(self.rung(rung) for rung in spec.ladder),
            owner=spec.owner,
            promise=spec.promise,
            lasts=spec.lasts,
        )

    def rung(self, spec: RungSpec) -> model.Rung:
        if spec.before is not None:
            return model.Rung(spec.step, self.limit(spec.before), before=True)
        if spec.every is not None:
            return model.Rung(spec.step, self.limit(spec.every), again=True)
        return model.Rung(spec.step, self.limit(spec.after) if spec.after is not None else NO_TIME)

    def routing(self, forms: Mapping[str, Form]) -> tuple[model.RoutingRule, ...]:
        steps = [step for kind in self.practice.kinds.values() for step in kind.steps]
        names = variables(forms.values(), steps, self.settings, self.samples(), self.practice.below())
        return tuple(
            model.RoutingRule(
                rule.id,
                rule.take,
                self.when(rule.when, names, self.practice.where("routing.yaml", n, "when")),
            )
            for n, rule in enumerate(self.practice.routing)
        )

    def indicators(self, forms: Mapping[str, Form]) -> dict[str, Indicator]:
        found: dict[str, Indicator] = {}
        for name, spec in self.practice.indicators.items():
            if spec.of not in self.practice.kinds:
                continue
            names = self.names_in(spec.of, forms)
            for clock in self.practice.clocks.get(spec.of, {}):
                names |= {f"clock.{clock}.{name}": kind for name, kind in ENDINGS.items()}
            denominator = self.counts(spec.denominator, names, self.indicator_at(name, "denominator"))
            numerator = self.above(name, spec, names)
            exclusions = []
            for n, each in enumerate(spec.exclusions):
                when = self.counts(each.when, names, self.indicator_at(name, "exclusions", n, "when"))
                if when is not None:
                    exclusions.append(Exclusion(each.id, when, each.by or ""))
            if denominator is None or numerator is None:
                continue
            found[name] = Indicator(
                name,
                spec.of,
                spec.counted,
                denominator,
                numerator,
                tuple(exclusions),
                self.number(spec.smallest_sample),
                spec.better == "more",
                spec.unit or "",
                Colours(self.number(spec.colours.red), self.number(spec.colours.amber))
                if spec.colours
                else None,
                spec.sign,
                tuple(dict.fromkeys(spec.by)),
                spec.periods,
                spec.told,
            )
        return found

    def above(self, name: str, spec: IndicatorSpec, names: Mapping[str, Kind]) -> Expression | Adding | None:
        """What stands above the line: which cases are good, or what each of them adds."""
        if spec.numerator is not None:
            return self.counts(spec.numerator, names, self.indicator_at(name, "numerator"))
        adds, over = (
            None if source is None else self.counts(source, names, self.indicator_at(name, part), Kind.whole)
            for part, source in (("adds", spec.adds), ("over", spec.over))
        )
        return None if adds is None or (spec.over is not None and over is None) else Adding(adds, over)

    def indicator_at(self, name: str, *place: str | int) -> str:
        return self.practice.where("indicators.yaml", name, *place)


def _stage(name: str, spec: StageSpec) -> model.Stage:
    kind = (
        model.StageKind.END if spec.end else model.StageKind.SETTLED if spec.settled else model.StageKind.OPEN
    )
    return model.Stage(name, kind, spec.phase, spec.next, spec.sample or "", spec.dropped)


def _by_date(limits: tuple[LimitRuleSpec, ...]) -> list[int]:
    """The order in which the kernel tries limits: as written, but of one condition the newest first."""
    first = {rule.when: index for index, rule in reversed([*enumerate(limits)])}
    return sorted(range(len(limits)), key=lambda n: (first[limits[n].when], -limits[n].since.toordinal()))
