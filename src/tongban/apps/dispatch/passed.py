"""Past dispatches: of each case what was known when it was first sent to a unit, and which unit did the work.

Read in sets, so that of a hundred thousand cases no more than their ids are held at once. What people
said in confidence is not looked at: routing sees only what the ledger keeps in plain, and whether the rest was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal, TypeAlias, cast

from msgspec import Struct, field

from tongban.apps.office import Office
from tongban.apps.registry.progress import Say
from tongban.kernel import shapes
from tongban.kernel.case import Case
from tongban.kernel.events import Held, Recused
from tongban.kernel.procedure.model import Hold, Kind, Relation, Step
from tongban.kernel.record import NAMES
from tongban.store.retold import LAST, Body, Retold, steps_of

SET = 500
"""Cases whose steps are read at once."""
FIRST = 8
"""Steps of a case that are read at first: nearly every case is sent within them."""
HELD, RECUSED = NAMES[Held], NAMES[Recused]

Left: TypeAlias = Literal["not_sent", "no_category", "category_gone", "kind_gone", "unknowable"]
"""Why a case is not compared."""

_IDS = """
    SELECT id::text, opened_at, count(*) OVER () FROM store_case
    WHERE county = %s AND practice = %s AND opened_at >= %s AND kind = ANY (%s) ORDER BY opened_at DESC LIMIT %s
"""
_CASES = "SELECT state FROM store_case WHERE county = %s AND id = ANY (%s::uuid[])"


class Sent(Struct, frozen=True):
    """A case as it stood when it was first sent to a unit, with the answers of that step.

    ``by_hand``: whoever sent it named the unit. ``now`` is the case as it stands; ``settled`` the unit whose work settled
    it, "" while none has.
    """

    then: Case
    category: str
    division: str
    at: datetime
    by_hand: bool
    now: Case
    settled: str


class Way(Struct, frozen=True):
    """How cases of a kind get to a unit: the steps that send them, and those that are the work itself."""

    sends: Mapping[str, str]
    works: frozenset[str]


_state = shapes.reader(Case)


class Past(Struct, frozen=True):
    """The cases of a practice that are asked about, the newest first: ``since`` is when the first of them was opened.

    ``newest_only``: older ones of the time that was asked for are left out.
    """

    here: Office
    ids: tuple[str, ...]
    since: datetime
    newest_only: bool = False
    _ways: dict[tuple[str, str], Way] = field(default_factory=dict)

    @staticmethod
    def of(here: Office, practice: str, since: datetime, most: int = 0) -> Past:
        """Cases that are sent to units, opened since then: at most so many, the newest; 0 for all."""
        adopted = [here.procedure(term.adoption) for term in here.terms if term.practice == practice]
        kinds = sorted({kind.id for each in adopted for kind in each.kinds.values() if sending(kind)})
        rows = cast(
            "list[tuple[str, datetime, int]]",
            here.rows(_IDS, [here.county.code, practice, since, kinds, most or None])
            if practice not in here.county.guarded
            else [],
        )
        left_out = bool(rows) and rows[0][2] > len(rows)
        begin = rows[-1][1] if rows else since
        return Past(here, tuple(case for case, _, _ in rows), begin, newest_only=left_out)

    def sent(self, say: Say) -> Iterator[Sent | None]:
        """Each case as it was first sent; None for one that never was."""
        for start in range(0, len(self.ids), SET):
            some = list(self.ids[start : start + SET])
            rows = self.here.rows(_CASES, [self.here.county.code, some])
            yield from self._set([_state(cast(str, state)) for [state] in rows])
            say("dispatch.rerouting", min(start + SET, len(self.ids)), len(self.ids))

    def _set(self, some: list[Case]) -> Iterator[Sent | None]:
        left = {case.id: case for case in some}
        for upto in (FIRST, LAST):
            asked = [case.id for case in left.values() if upto == FIRST or case.seq > FIRST]
            for chain, steps in steps_of(self.here.journal, asked, upto):
                case = left[chain]
                found = _sent(case, self._way(case), steps)
                if found is not None:
                    del left[case.id]
                    yield found
        yield from (None for _ in left)

    def _way(self, case: Case) -> Way:
        key = (case.adoption, case.kind)
        found = self._ways.get(key)
        if found is None:
            kind = self.here.procedure(case.adoption).kinds[case.kind]
            works = frozenset(step.id for step in kind.steps.values() if step.work)
            found = self._ways[key] = Way(sending(kind), works)
        return found


def sending(kind: Kind) -> Mapping[str, str]:
    """The steps by which people send a case of a kind to a unit: by the rules (``route``) or by naming it (``answer``)."""
    return {step.id: to for step in kind.steps.values() if (to := _sends(step))}


def _sends(step: Step) -> str:
    if all(who.relation is Relation.SYSTEM for who in step.by):
        return ""
    ways = [each.to for each in step.may_follow if isinstance(each, Hold)]
    return next((way for way in ("route", "answer") if way in ways), "")


def _sent(case: Case, way: Way, steps: Iterable[Body]) -> Sent | None:
    """The case when it was first sent, from its steps in their order; None when none of these sent it."""
    told, recused = Retold(case), dict[str, None]()
    for body in steps:
        deed = told.meet(body)
        for follow in deed.follows:
            if follow.what == RECUSED:
                recused.update(dict.fromkeys(follow.units))
        if deed.step in way.sends and any(follow.what == HELD for follow in deed.follows):
            then = told.at(deed, case.home, tuple(recused))
            where = str(told.known.get("division") or told.division)
            by_hand = way.sends[deed.step] == "answer"
            category = str(told.known.get("category") or "")
            return Sent(then, category, where, body.entry.at, by_hand, case, _settled(case, way))
        told.pass_by(body)
    return None


def _settled(case: Case, way: Way) -> str:
    """The unit whose work settled the case: not one that was declined, withdrawn or joined before anybody answered."""
    worked = not way.works.isdisjoint(case.counts)
    return case.worker if worked and case.settled_at is not None and case.worker != case.home else ""
