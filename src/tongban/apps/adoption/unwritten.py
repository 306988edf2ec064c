"""What an upgrade leaves to be entered: registers that steps write now, and that cases under way went past before they did.

A case stays on the version under which it began. Where the present version writes a register in a step that a case took under
an earlier one, its row is missing: whatever looks it up there, the routing above all, finds nothing. Whoever may take the step now
enters it, by a case under the present version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import msgspec
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import in_force
from tongban.apps.office import Office, office
from tongban.kernel.case import Case
from tongban.kernel.procedure.model import Procedure, Step, Write
from tongban.kernel.value import Value

MOST = 500
"""Open cases of earlier versions that are looked at, the newest first."""
NAMED = 20
"""Cases that are named one by one; the rest is counted."""

Row = Mapping[str, Value]


class Unwritten(Struct, frozen=True):
    """One register with the cases whose row it lacks. ``step`` is what they went through, ``way`` the step by which the row is entered
    now, ``by`` who takes it, in words; each case by its number with the unit at which those are. ``more`` are not named."""

    register: str
    step: str
    way: str
    by: tuple[str, ...]
    cases: tuple[tuple[str, str], ...]
    more: int


class _Lack(Struct, frozen=True):
    """A step of the present version that writes one of these rows, and that did not write them in an earlier one."""

    kind: str
    step: str
    writes: tuple[Write, ...]


def unwritten(practice: str, acting: Acting) -> tuple[Unwritten, ...]:
    """What the open cases of earlier versions of a practice in force did not write. Of a guarded practice nothing: its cases are for few."""
    here = office()
    held = in_force(here).get(practice)
    if held is None or practice in here.county.guarded:
        return ()
    now = here.procedure(held.id)
    lacks: dict[str, tuple[_Lack, ...]] = {}
    found: dict[_Lack, list[Case]] = {}
    known: dict[str, list[Row]] = {}
    for number, adoption in _open_before(here, practice, held.id):
        if adoption not in lacks:
            lacks[adoption] = tuple(_lacks(here.procedure(adoption), now))
        loaded = here.load(number) if lacks[adoption] else None
        if loaded is None:
            continue
        case = loaded.case
        for lack in lacks[adoption]:
            took = case.kind == lack.kind and case.counts.get(lack.step, 0) > 0
            if took and not any(_stands(here, each, case, known) for each in lack.writes):
                found.setdefault(lack, []).append(case)
    wording = here.wording(held.id, acting.language)
    ways = {lack: _way(now, lack) for lack in found}
    return tuple(
        Unwritten(
            wording.of(f"registers.{lack.writes[0].register}.title", lack.writes[0].register),
            wording.of(f"steps.{lack.step}.title", lack.step),
            wording.of(f"steps.{ways[lack].id}.title", ways[lack].id),
            tuple(wording.role(role) for role in _roles(ways[lack])),
            tuple((each.number, here.names.unit(each.home, acting.language)) for each in cases[:NAMED]),
            max(0, len(cases) - NAMED),
        )
        for lack, cases in found.items()
    )


def _open_before(here: Office, practice: str, adoption: str) -> list[tuple[str, str]]:
    rows = here.rows(
        """SELECT number, adoption FROM store_case
           WHERE county = %s AND standing = 'open' AND practice = %s AND adoption <> %s ORDER BY number DESC LIMIT %s""",
        [here.county.code, practice, adoption, MOST],
    )
    return cast("list[tuple[str, str]]", rows)


def _lacks(before: Procedure, now: Procedure) -> Iterator[_Lack]:
    """Rows written alike in several branches of a step are one: a case goes through one branch."""
    for name, kind in now.kinds.items():
        was = before.kinds.get(name)
        for step in kind.steps.values() if was is not None else ():
            old = was.steps.get(step.id) if was is not None else None
            if old is None:
                continue
            written = {each.register for each in old.may_follow if isinstance(each, Write)}
            for follows in (step.follows, tuple(f for branch in step.to for f in branch.follows)):
                new = tuple(f for f in follows if isinstance(f, Write) and f.register not in written)
                if new:
                    yield _Lack(name, step.id, new)


def _stands(here: Office, write: Write, case: Case, known: dict[str, list[Row]]) -> bool:
    """Whether a row says what the case would have written, as far as the case knows it."""
    if write.register not in known:
        rows = here.rows(
            "SELECT fields FROM store_subject WHERE county = %s AND register = %s",
            [here.county.code, write.register],
        )
        known[write.register] = [msgspec.json.decode(cast("str", fields)) for (fields,) in rows]
    return any(_same(write.fields, case.facts, row) for row in known[write.register])


def _same(fields: Iterable[str], facts: Mapping[str, object], row: Row) -> bool:
    both = [name for name in fields if name in facts and name in row]
    return bool(both) and all(facts[name] == row[name] for name in both)


def _way(now: Procedure, lack: _Lack) -> Step:
    """The step that begins to enter the row: that of a kind of its own, where the practice has one for it, else of the kind that lacks it."""
    wanted = {each.register for each in lack.writes}
    kinds = [
        kind
        for kind in now.kinds.values()
        if any(
            isinstance(f, Write) and f.register in wanted for s in kind.steps.values() for f in s.may_follow
        )
    ]
    kinds.sort(key=lambda kind: kind.id == lack.kind)
    return next(
        (step for kind in kinds for step in kind.steps.values() if step.opens),
        now.kinds[lack.kind].steps[lack.step],
    )


def _roles(step: Step) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.role for each in step.by if each.role))
