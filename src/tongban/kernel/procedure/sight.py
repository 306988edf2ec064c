"""What an expression may see: dotted names, each with a kind, resolved only when an expression names them.

========================  ===========================================================
``facts.<field>``         an answer that the ledger keeps in plain, the latest one given
``sum.<field>``           a number: all answers ever given to it added up, those just given among them
``given.<field>``         whether a field was ever answered, wherever it is kept
``count.<step>``          how often the case has seen a step
``took.<step>``           who took a step last: requester, person, system; "" when nobody did
``drawn.<sample>``        whether chance put the case into a sample
``settings.<setting>``    the adopting county's choice
``subject.<field>``       what a register says of the thing the case is about
``registered.<register>`` whether a register knows it
``mine.<register>``       whether this case wrote its row last: another one may have since
``case.<...>``            stage, kind, outcome, division, channel, holder, holder_level, superior (the unit above the
                          holder, "" where there is none), home_level, opened_on, late, public (whether something of it is published), precedent (whether the precedent
                          that rests on it is neither revoked nor replaced), visits (how often the requester came in
                          person), visits_told (how many of them are the requester's own word)
``subcases.<...>``        total, open
``subcases.of.<kind>``    how many direct subcases are of a kind
``subcases.took.<step>``  in how many of them the step was taken, ever
``subcases.said.<flag>``  in how many of them the latest answer to a yes or no is yes
``subcases.holders``      the units that hold those of them which are not settled
``below.<unit kind>``     how many units of a kind stand below the holder, however far
``now``                   the moment of the decision
========================  ===========================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from tongban.kernel.case import Case
from tongban.kernel.clock import local_date
from tongban.kernel.commands import ActorKind, Scene
from tongban.kernel.expression import Kind as ValueKind
from tongban.kernel.form import NUMBERS, Form, Held
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.value import Facts, Value

SUPERIOR = "case.superior"
"""The unit above the one that holds the case: expressions name it, and a field may be filled in with it."""
CASE_NUMBER = "case.number"
"""What a field may be filled in with beside facts: so a row of a register leads back to the case that wrote it. No expression names it."""
CASE_NAMES: Mapping[str, ValueKind] = {
    "case.stage": ValueKind.text,
    "case.kind": ValueKind.text,
    "case.outcome": ValueKind.text,
    "case.division": ValueKind.text,
    "case.channel": ValueKind.text,
    "case.holder": ValueKind.text,
    "case.holder_level": ValueKind.text,
    SUPERIOR: ValueKind.text,
    "case.home_level": ValueKind.text,
    "case.opened_on": ValueKind.text,
    "case.late": ValueKind.flag,
    "case.public": ValueKind.flag,
    "case.precedent": ValueKind.flag,
    "case.visits": ValueKind.count,
    "case.visits_told": ValueKind.count,
    "subcases.total": ValueKind.whole,
    "subcases.open": ValueKind.whole,
    "now": ValueKind.moment,
}


def variables(
    forms: Iterable[Form],
    steps: Iterable[str],
    settings: Mapping[str, ValueKind],
    samples: Iterable[str] = (),
    below: Iterable[str] = (),
) -> dict[str, ValueKind]:
    """All names that every expression of a practice may use, with their kinds; those of steps may name registers and
    tallies besides."""
    names = dict(CASE_NAMES)
    for form in forms:
        for each in form.fields:
            names[f"given.{each.id}"] = ValueKind.flag
            if each.place is Held.ledger:
                known = names.get(f"facts.{each.id}", each.expression_kind)
                both = {
                    known,
                    each.expression_kind,
                }  # a number is only as narrow as the widest form that asks it
                wide = both == {ValueKind.count, ValueKind.whole}
                names[f"facts.{each.id}"] = ValueKind.whole if wide else each.expression_kind
                if each.kind in NUMBERS:
                    names[f"sum.{each.id}"] = ValueKind.whole
    for step in steps:
        names |= {f"count.{step}": ValueKind.whole, f"took.{step}": ValueKind.text}
    names |= {f"drawn.{sample}": ValueKind.flag for sample in samples}
    names |= {f"below.{kind}": ValueKind.count for kind in below}
    names |= {f"settings.{name}": kind for name, kind in settings.items()}
    return names


class Sight(Mapping[str, "Value | datetime"]):
    """The values behind the names, for one case, the answers just given and one scene.

    ``holder`` is the unit that a subcase is opened for: it has the case before its first step.
    """

    def __init__(
        self, procedure: Procedure, case: Case, answers: Facts, scene: Scene, holder: str = ""
    ) -> None:
        self._procedure = procedure
        self._case = case
        self._answers = answers
        self._scene = scene
        self._holder = holder or case.holder

    def __getitem__(self, name: str) -> Value | datetime:
        area, _, rest = name.partition(".")
        match area:
            case "facts":
                return self._fact(rest)
            case "sum":
                return self._sum(rest)
            case "given":
                return rest in self._answers or rest in self._case.facts or rest in self._case.given
            case "count":
                return self._case.counts.get(rest, 0)
            case "took":
                return self._taker(rest)
            case "drawn":
                return rest in self._case.drawn
            case "settings":
                return self._procedure.settings[rest]
            case "subject":
                return self._scene.subject[rest]
            case "registered":
                return rest in self._scene.registered
            case "mine":
                return rest in self._scene.mine
            case "subcases":
                return self._subcases(rest)
            case "below":
                return self._scene.county.beneath.get((self._holder, rest), 0)
            case "now":
                return self._scene.now
            case _:
                return self._of_case(rest)

    def _fact(self, name: str) -> Value:
        return self._answers[name] if name in self._answers else self._case.facts[name]

    def _sum(self, name: str) -> int:
        answers = (self._case.facts.get(name), self._answers.get(name))
        return self._case.replaced.get(name, 0) + sum(each for each in answers if isinstance(each, int))

    def _subcases(self, name: str) -> Value:
        subcases = self._scene.subcases
        match name:
            case "total":
                return subcases.total
            case "open":
                return subcases.open
            case "holders":
                return subcases.held_by()
            case _:
                return subcases.tally(name)

    def _taker(self, step: str) -> str:
        person = ActorKind.PERSON.value if self._case.counts.get(step, 0) else ""
        return self._case.took.get(step, person)

    def _of_case(self, name: str) -> Value | datetime:
        case, county = self._case, self._scene.county
        match name:
            case "holder_level":
                return county.units[county.present(self._holder)].level.value
            case "holder":
                return self._holder
            case "superior":
                above = county.superiors(county.present(self._holder))
                return next((unit.id for unit in above), "")
            case "home_level":
                return county.units[county.present(case.home)].level.value
            case "opened_on":
                return local_date(case.opened_at).isoformat()
            case "public":
                return bool(case.public)
            case "visits":
                return len(case.visits)
            case "visits_told":
                return sum(each.told for each in case.visits)
            case "precedent":
                return any(each.case == case.number for each in self._scene.county.precedents)
            case "late":
                return is_late(case, self._scene.now)
            case "stage" | "kind" | "number" | "outcome" | "division" | "channel":
                return str(getattr(case, name))
            case _:
                raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def is_late(case: Case, now: datetime) -> bool:
    """Whether any running clock of the case has run out (the due moment itself is too late)."""
    return any(state.due is not None and state.due <= now for state in case.running())
