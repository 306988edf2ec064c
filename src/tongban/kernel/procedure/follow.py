"""What follows from a step: the closed list, each turned into consequences or refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import assert_never
from uuid import NAMESPACE_OID, uuid5

from msgspec import Struct

from tongban.kernel.case import Case
from tongban.kernel.clock import Due, awake, due_with, local_midnight_after
from tongban.kernel.commands import Command, Opening, Scene
from tongban.kernel.draws import mark_of
from tongban.kernel.events import (
    Consequence,
    Doer,
    Drawn,
    Fixed,
    Held,
    Joined,
    Mandated,
    MandateEnded,
    Noticed,
    Picked,
    Placed,
    Published,
    RatingAsked,
    SubcaseOpened,
    TakenDown,
    Written,
)
from tongban.kernel.procedure import clocks, precedents
from tongban.kernel.procedure.evolve import Draft
from tongban.kernel.procedure.handing import codes_that_fit, passed_over
from tongban.kernel.procedure.keyed import passed_on, row_key
from tongban.kernel.procedure.model import (
    AskRating,
    Draw,
    EndMandates,
    EndPrecedent,
    Extend,
    Fix,
    Follow,
    GiveMandate,
    Hold,
    Join,
    Kind,
    Notify,
    OpenSubcases,
    Place,
    Procedure,
    Publish,
    Resume,
    SetPrecedent,
    Settle,
    Suspend,
    TakeDown,
    Tell,
    Write,
)
from tongban.kernel.procedure.rows import Table, key_of
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.procedure.telling import tell
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import may_hold, route
from tongban.kernel.routing.route import Part
from tongban.kernel.value import Facts, Value

Outcome = Iterator[Consequence | Refused | Command]


class Context(Struct, frozen=True):
    """All that one decision is made of, while its consequences are worked out."""

    procedure: Procedure
    kind: Kind
    plan: tuple[Follow, ...]
    case: Case
    answers: Facts
    scene: Scene
    sight: Sight
    draft: Draft
    doer: Doer = Doer()
    rows: tuple[Mapping[str, object], ...] = ()

    def known(self, name: str) -> Value:
        """The latest answer to a field, this step's first; None when it was never given."""
        return self.answers.get(name, self.case.facts.get(name))

    def handed(self, name: str) -> Value:
        """The same for what is carried into subcases: also what the case keeps beside the ledger."""
        found = self.known(name)
        return self.scene.kept.get(name) if found is None else found

    def text(self, name: str) -> str:
        value = self.known(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.known(name)
        if isinstance(value, str):
            return (value,)
        return tuple(each for each in value if isinstance(each, str)) if isinstance(value, tuple) else ()

    def hold_unit(
        self, unit: str, rule: str, part: Part = "lead", duty: str = ""
    ) -> Iterator[Consequence | Refused]:
        """Give the case to a unit, if the hard rules of the duty lists let it have it."""
        unit = self.scene.county.present(unit)
        refused = may_hold(self.scene.county, unit, self.text("category"), part, self.draft.recused)
        yield refused if refused is not None else Held(unit, rule, duty)


def follow_all(context: Context) -> Outcome:
    for follow in context.plan:
        yield from _follow(context, follow)


def _follow(context: Context, follow: Follow) -> Outcome:
    scene, draft, calendar = context.scene, context.draft, context.scene.county.calendar
    match follow:
        case Hold():
            yield from _hold(context, follow)
        case OpenSubcases():
            yield from _subcases(context, follow)
        case Suspend():
            yield from clocks.suspend(follow, draft, context.text(follow.field))
        case Resume():
            yield from clocks.resume(follow.clocks, context.kind, draft, calendar)
        case Extend():
            yield from clocks.extend(follow, context.kind, draft, calendar)
        case Notify():
            when = awake(calendar, scene.now) if follow.quiet else scene.now
            waits = when if when > scene.now else None
            yield Noticed(follow.notice, follow.to, waits, follow.urgent, follow.served)
        case AskRating():
            yield RatingAsked(follow.notice)
        case Draw():
            yield _drawn(context, follow)
        case Fix():
            yield _fixed(context, follow)
        case GiveMandate():
            yield _mandate(context, follow)
        case EndMandates():
            for given in draft.mandates:
                if given.ended is None and given.in_force(scene.now):
                    yield MandateEnded(given.id)
        case Write():
            yield Written(
                follow.register,
                row_key(context.procedure, follow, draft, context.text, scene.spelled),
                follow.fields,
            )
        case SetPrecedent():
            yield from precedents.set_one(_asked(context, follow))
        case EndPrecedent():
            yield precedents.end_one(scene.county, context.case.number)
        case Publish():
            yield Published(follow.what, _until(follow, scene))
        case TakeDown():
            if follow.what in draft.public:
                yield TakenDown(follow.what)
        case Join():
            yield _join(context, follow)
        case Place():
            yield _place(context, follow)
        case Tell():
            yield tell(follow, context.case, draft.talks, context.text(follow.peer), scene.county)
        case Settle():
            pass  # read when the stage settles the case
        case _:
            assert_never(follow)


def _drawn(context: Context, follow: Draw) -> Consequence:
    draws, case = context.scene.draws, context.case
    lot = draws.lot(mark_of(case.id, case.seq + 1))
    drawn = lot < follow.of_hundred
    return (
        Drawn(follow.sample, drawn, lot, follow.of_hundred, draws.by)
        if draws.by
        else Drawn(follow.sample, drawn)
    )


def _fixed(context: Context, follow: Fix) -> Consequence | Refused:
    """The board as it was counted. Days that are not over are refused: their figures would still change."""
    since, until = context.text(follow.since), context.text(follow.until)
    if not since or not until or since > until or local_midnight_after(until) > context.scene.now:
        return Refused("step.days_not_over", follow.until, {"since": since, "until": until})
    return Fixed(context.scene.count(follow.board, since, until, context.draft.holder))


def _mandate(context: Context, follow: GiveMandate) -> Consequence | Refused:
    """Lend authority. What the system gives, whoever holds the case gives."""
    unit, given = context.text(follow.field), context.draft.mandates
    if unit not in context.scene.county.units:
        return Refused("routing.unknown_unit", follow.field, {"unit": unit})
    until = _end_of_day(context.text(follow.until)) if follow.until else None
    name = f"{context.case.id}/{context.case.seq + 1}/mandate/{len(given)}"
    giver = context.doer.unit or context.draft.holder
    return Mandated(str(uuid5(NAMESPACE_OID, name)), unit, follow.powers, until, giver)


def _asked(context: Context, follow: SetPrecedent) -> precedents.Asked:
    """The precedent that is wanted, as far as the answers say it; the rest is the case's own."""
    case, category = context.case, context.text("category")
    replaces = context.answers.get(follow.replaces)
    return precedents.Asked(
        follow=follow,
        county=context.scene.county,
        now=context.scene.now,
        case=case.number,
        holder=case.holder,
        own_category=category,
        own_division=context.text("division") or case.division,
        unit=context.text(follow.unit),
        duty=context.text(follow.duty),
        category=context.text(follow.category) or category,
        division=context.text(follow.division),
        until=_end_of_day(context.text(follow.until)),
        replaces=replaces if isinstance(replaces, str) else "",
    )


def _until(follow: Publish, scene: Scene) -> datetime | None:
    """When a publication ends; nothing can suspend its term."""
    ends = due_with(scene.county.calendar, follow.term, scene.now) if follow.term is not None else None
    return ends.at if isinstance(ends, Due) else None


def _end_of_day(day: str) -> datetime | None:
    return local_midnight_after(day) if day else None


def _hold(context: Context, follow: Hold) -> Iterator[Consequence | Refused]:
    county, draft = context.scene.county, context.draft
    match follow.to:
        case "route":
            division = context.text("division") or context.case.division
            found = route(
                context.procedure.routing,
                county,
                context.text("category"),
                division,
                context.sight,
                context.scene.now,
                draft.recused,
            )
            if isinstance(found, Refused):
                yield found
            else:
                yield Held(found.unit, found.rule, found.duty, "", found.precedent, found.lacking)
        case "home":
            yield Held(context.case.home, "home")
        case "superior":
            above = _leader(context, (unit.id for unit in county.superiors(draft.holder)))
            if above:
                yield Held(above, "superior")
            elif (
                context.doer.via == "system"
            ):  # a clock that ran out must lead somewhere: to who received the case
                yield Held(context.case.home, "superior")
            else:
                yield Refused("routing.no_superior", "", {"unit": draft.holder})
        case "previous":
            back = county.present(draft.previous_holder or draft.holder)
            above = _leader(context, (back, *(unit.id for unit in county.superiors(back))))
            yield Held(above or context.case.home, "previous")
        case _:
            yield from context.hold_unit(context.text(follow.field), "chosen")


def _leader(context: Context, units: Iterable[str]) -> str:
    """The first of ``units`` that may lead the matter; "" when none may."""
    county, category, recused = context.scene.county, context.text("category"), context.draft.recused
    return next((u for u in units if may_hold(county, u, category, "lead", recused) is None), "")


def _subcases(context: Context, follow: OpenSubcases) -> Outcome:
    """One subcase a unit, or a row. The same unit twice, or the holder itself, is refused."""
    kind = context.procedure.kinds[follow.kind]
    opening_step = kind.openings()[0]
    case, scene = context.case, context.scene
    handed = {name: context.handed(name) for name in follow.carry}
    carried = {name: value for name, value in handed.items() if value is not None} | dict(follow.says)
    wanted = _wanted(context, follow, carried)
    if isinstance(wanted, Refused):
        yield wanted
        return
    if follow.drawn and scene.draws.by and not isinstance(among := _for_whom(context, follow), Refused):
        yield Picked(among, tuple(unit for unit, _, _ in wanted), scene.draws.by)
    yield from passed_over(context.procedure, follow, scene, context.sight)
    for n, (unit, answers, place) in enumerate(wanted, start=context.draft.opened + 1):
        number = f"{case.number}-{scene.subcases.total + n:02d}"
        child = str(uuid5(NAMESPACE_OID, f"{case.id}/{case.seq + 1}/{n}"))
        opening = Opening(
            id=child,
            number=number,
            adoption=case.adoption,
            kind=kind.id,
            home=case.home,
            division=context.text("division") or case.division,
            channel=case.channel,
            parent=case.id,
            root=case.root or case.id,
            holder=unit,
            place=place,
            sealed=passed_on(context.procedure, follow, context.draft),
        )
        yield SubcaseOpened(child, kind.id, unit)
        yield Command(opening_step.id, answers, opening)


def _wanted(
    context: Context, follow: OpenSubcases, carried: Facts
) -> tuple[tuple[str, Facts, str], ...] | Refused:
    """Of each subcase that is to be opened the unit, the answers, and the place of the row that asks for it."""
    if follow.rows or follow.meets:
        table = Table(context.procedure, follow, carried, context.case, context.scene, context.draft.holder)
        given = context.rows if follow.rows else table.fresh(context.scene.met)
        rows = table.read(given) if given or follow.rows else ()
        if isinstance(rows, Refused):
            return rows
        return tuple((row.unit, row.answers, row.place) for row in rows)
    if follow.codes or follow.register:
        fit = codes_that_fit(context.procedure, follow, context.scene, context.sight)
        if isinstance(fit, Refused):
            return fit
        codes = dict.fromkeys(context.texts(follow.codes) if follow.codes else fit)
        return tuple((context.draft.holder, {**carried, follow.named: code}, "") for code in codes)
    units = _for_whom(context, follow)
    if isinstance(units, Refused):
        return units
    units = _picked(context, follow, units)
    key = key_of(follow.key, carried)
    if follow.key and key in context.scene.keyed:
        return Refused("step.subcase_there", follow.key[0], {"key": " ".join(key)})
    return tuple((unit, carried, "") for unit in units)


def _picked(context: Context, follow: OpenSubcases, units: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the units that chance picks, in the order in which they were named; all where none are to be drawn."""
    if not follow.drawn:
        return units
    picked = context.scene.draws.picked(mark_of(context.case.id, context.case.seq + 1), units, follow.drawn)
    return tuple(unit for unit in units if unit in picked)


def _for_whom(context: Context, follow: OpenSubcases) -> tuple[str, ...] | Refused:
    """The units that get a subcase each. Who stands below the holder was named by nobody: whom the matter is about is
    left out there, and refused where somebody named it."""
    county, holder, recused = context.scene.county, context.draft.holder, context.draft.recused
    if not follow.field and not follow.below:
        return (holder,)
    if not follow.field:
        below = county.directed.get(holder, ())
        units = tuple(u.id for u in below if u.kind in follow.below and not county.within(u.id, recused))
        if not units and context.doer.via != "system":
            return Refused("step.nobody_below", "", {"unit": holder})
        return units
    units = tuple(county.present(unit) for unit in context.texts(follow.field))
    if len(set(units)) != len(units) or holder in units:
        return Refused("step.subcase_unit", follow.field, {"units": units})
    about = next((unit for unit in units if county.within(unit, recused)), "")
    return Refused("routing.recused", follow.field, {"unit": about}) if about else units


def _join(context: Context, follow: Join) -> Consequence | Refused:
    """Follow another case: it must exist, be open, be of the same practice, and not follow this one."""
    number = context.text(follow.field)
    other = context.scene.related.get(number)
    if other is None or other.practice != context.case.practice:
        return Refused("step.join_unknown", follow.field, {"number": number})
    if other.id == context.case.id or other.joined:
        return Refused("step.join_loop", follow.field, {"number": number})
    if other.settled:
        return Refused("step.join_settled", follow.field, {"number": number})
    if context.scene.county.within(other.holder, context.draft.recused):
        return Refused("routing.recused", follow.field, {"unit": other.holder})
    return Joined(other.id)


def _place(context: Context, follow: Place) -> Consequence | Refused:
    """Stand under another case: it must exist, be open, and not stand under this one already."""
    number = context.text(follow.field)
    other = context.scene.related.get(number)
    if other is None:
        return Refused("step.place_unknown", follow.field, {"number": number})
    if context.case.id in (other.id, *other.above):
        return Refused("step.place_loop", follow.field, {"number": number})
    if context.case.parent:
        return Refused("step.place_subcase", follow.field)
    if other.settled:
        return Refused("step.place_settled", follow.field, {"number": number})
    if context.scene.county.within(other.holder, context.draft.recused):
        return Refused("routing.recused", follow.field, {"unit": other.holder})
    return Placed(other.id)
