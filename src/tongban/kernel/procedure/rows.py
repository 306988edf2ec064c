"""Subcases from rows: a table that comes with a step, each row with the opening answers of one subcase.

The rows are read by the opening form of the subcase's kind, all of them before the first is opened, so that a table is
taken whole or not at all and every fault is told with its row. Nothing of them is kept with the case that opens: whose
name stands in a row is known to that row's subcase alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.case import Case
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Scene
from tongban.kernel.events import Opened
from tongban.kernel.form import Answers, Field, FieldKind, Form, read
from tongban.kernel.form.characters import capitals
from tongban.kernel.procedure.evolve import unborn
from tongban.kernel.procedure.model import Follow, OpenSubcases, Procedure, Step
from tongban.kernel.procedure.registered import unregistered
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts

MOST = 20_000
"""Rows of one table."""
MOST_TOLD = 100
"""Faults that are told one by one; the rest is counted."""
NO_COLUMN = (FieldKind.files, FieldKind.case)
"""Kinds of field that no cell answers."""
Key = tuple[str, ...]


class Row(Struct, frozen=True):
    """One subcase that a row asks for: its opening answers and the unit that gets it."""

    place: str
    answers: Facts
    unit: str


def takes_rows(plan: Iterable[Follow]) -> OpenSubcases | None:
    """What opens subcases from rows, if anything does."""
    return next((each for each in plan if isinstance(each, OpenSubcases) and each.rows), None)


def rows_of(step: Step) -> OpenSubcases | None:
    """The same of a step, whichever branch it takes."""
    return takes_rows(step.may_follow)


def columns(procedure: Procedure, follow: OpenSubcases) -> tuple[Field, ...]:
    """The fields that a row answers: those of the opening form that are not carried and that a cell can say."""
    form = opening_form(procedure, follow)
    fields = form.fields if form is not None else ()
    return tuple(each for each in fields if each.id not in follow.carry and each.kind not in NO_COLUMN)


def opening_form(procedure: Procedure, follow: OpenSubcases) -> Form | None:
    """What the opening step of the subcases asks; None where it asks nothing."""
    openings = procedure.kinds[follow.kind].openings()
    return procedure.forms.get(openings[0].form) if openings else None


def at_row(refused: Refused, place: str) -> Refused:
    """A refusal of one subcase, at the row that asked for it: ``rows/3/area``, rows counted from 0."""
    return Refused.of(
        [
            replace(each, where=f"{place}/{each.where}" if each.where else place, also=())
            for each in refused.all()
        ]
    )


def key_of(key: Sequence[str], answers: Facts) -> Key:
    """What tells one subcase from the others; small letters and capitals never do."""
    return tuple(capitals(str(answers.get(name, ""))) for name in key)


def keyed_of(step: Step) -> tuple[OpenSubcases, ...]:
    """What opens subcases that a key tells apart, from rows or one at a time, whichever branch the step takes."""
    return tuple(each for each in step.may_follow if isinstance(each, OpenSubcases) and each.key)


def keys_of(step: Step, subcases: Iterable[Case]) -> frozenset[Key]:
    """The keys of subcases in memory that this step could meet again."""
    follows, cases = keyed_of(step), list(subcases) if step.may_follow else []
    return frozenset(
        key_of(each.key, case.facts) for each in follows for case in cases if case.kind == each.kind
    )


class Table(Struct, frozen=True):
    """A table that somebody sends with a step. ``holder`` has the case; ``carried`` is the same in every row."""

    procedure: Procedure
    follow: OpenSubcases
    carried: Facts
    case: Case
    scene: Scene
    holder: str

    def read(self, given: Sequence[Mapping[str, object]]) -> tuple[Row, ...] | Refused:
        """Every row, or every fault: ``rows/<n>/<field>`` is its place.

        Refuses a table without rows or with too many, what the form refuses, a key that comes twice or that a subcase
        has already. At most a hundred faults are told one by one.
        """
        if not given:
            return Refused("table.none", "rows")
        if len(given) > MOST:
            return Refused("table.too_many", "rows", {"rows": len(given), "most": MOST})
        rows: list[Row] = []
        faults: list[Refused] = []
        seen: dict[Key, int] = {}
        for n, raw in enumerate(given):
            found = self._row(n, raw)
            if isinstance(found, Refused):
                faults += found.all()
                continue
            faults += self._twice(n, found.answers, seen)
            rows.append(found)
        if len(faults) > MOST_TOLD:
            more = Refused("table.more_faults", "rows", {"n": len(faults) - MOST_TOLD})
            faults = [*faults[:MOST_TOLD], more]
        return Refused.of(faults) if faults else tuple(rows)

    def fresh(self, found: Sequence[Facts]) -> tuple[Facts, ...]:
        """Of what meets in a register that which has no subcase yet, each once, with those answers alone that its form asks."""
        form = opening_form(self.procedure, self.follow)
        asked = {each.id for each in form.fields} - set(self.carried) if form is not None else set()
        said = [{name: value for name, value in each.items() if name in asked} for each in found]
        keyed = {key_of(self.follow.key, each): each for each in reversed(said)}
        return tuple(each for key, each in reversed(keyed.items()) if key not in self.scene.keyed)[:MOST]

    def _row(self, n: int, raw: Mapping[str, object]) -> Row | Refused:
        place = f"rows/{n}"
        form = opening_form(self.procedure, self.follow)
        said = [Refused("table.carried", name, {"name": name}) for name in self.carried if name in raw]
        if form is None or said:
            return at_row(Refused.of(said or [Refused("form.asks_nothing", "")]), place)
        child = self._unborn()
        found = read(
            form,
            {**raw, **self.carried},
            known=Sight(self.procedure, child, {}, self.scene, self.holder),
            today=local_date(self.scene.now),
            judge=lambda values: unregistered(form, values, child, self.scene, self.procedure.settings),
        )
        if not isinstance(found, Answers):
            return at_row(found, place)
        unit = found.values.get(self.follow.holder)
        return Row(place, found.values, unit if isinstance(unit, str) and unit else self.holder)

    def _twice(self, n: int, answers: Facts, seen: dict[Key, int]) -> Iterator[Refused]:
        if not self.follow.key:
            return
        key, where = key_of(self.follow.key, answers), f"rows/{n}/{self.follow.key[0]}"
        if key in self.scene.keyed:
            yield Refused("table.there_already", where, {"key": " ".join(key)})
        elif key in seen:
            yield Refused("table.twice", where, {"key": " ".join(key), "other": seen[key] + 1})
        else:
            seen[key] = n

    def _unborn(self) -> Case:
        """A subcase before its first event, as conditions of the form see it."""
        case = self.case
        opened = Opened(
            "", case.county, case.practice, case.adoption, self.follow.kind, case.home, case.division,
            case.channel, case.id, case.root or case.id,
        )  # fmt: skip
        return unborn("", opened, self.scene.now)
