"""Three colours for the clocks of open cases: how each unit stands now, by a rule that leaders set and everybody may read.

A case is red when it is late, amber when it is due within a day, green while its clock runs with more time than that, and has no colour while nobody
in an office can be late with it. A unit is red or amber by what share of its open cases is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal, cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import Office, office
from tongban.apps.rights import may
from tongban.apps.supervision.scope import procedures, scope_of
from tongban.apps.supervision.watching import Watch, bounds
from tongban.apps.wording import SOON, moment
from tongban.kernel.refusal import Refused
from tongban.store.lights import Rule, rule_in_force, set_rule

Colour = Literal["red", "amber", "green", "none"]
_COUNTS = """
    SELECT holder, count(*), count(*) FILTER (WHERE waiting <> '' AND next_due <= %s),
           count(*) FILTER (WHERE waiting <> '' AND next_due > %s AND next_due <= %s),
           count(*) FILTER (WHERE waiting <> '' AND next_due > %s)
    FROM store_case WHERE {where} GROUP BY 1
"""


class Lit(Struct, frozen=True):
    """The open cases of a unit with all below it, or of that unit ``itself``. Those without a colour wait for the requester or stand still by right."""

    unit: str
    name: str
    red: int
    amber: int
    green: int
    open: int
    colour: Colour
    itself: bool = False
    below: bool = False

    @property
    def colourless(self) -> int:
        return self.open - self.red - self.amber - self.green


class Lights(Struct, frozen=True):
    """``units`` red first, then amber; those without an open case are left out and counted in ``idle``."""

    now: str
    rule: Rule
    set_by: str
    may_set: bool
    focus: str
    focus_name: str
    up: str
    whole: Lit
    units: tuple[Lit, ...]
    idle: int


def lights(acting: Acting, unit: str = "", practice: str = "") -> Lights:
    """How the reader's units stand, narrowed to one and those below it, or to a practice."""
    here = office()
    scope = scope_of(here, acting, [procedure for _, procedure in procedures(here, acting.now).values()])
    focus = unit if unit in scope.units else scope.tops[0] if len(scope.tops) == 1 else ""
    rule = rule_in_force(here.journal)
    where, values = bounds(
        here, scope, Watch(unit=unit if unit in scope.units else "", practice=practice), acting.now
    )
    soon = acting.now + SOON
    rows = here.rows(_COUNTS.format(where=where), [acting.now, acting.now, soon, soon, *values])
    counts = {
        holder: (n, red, amber, green)
        for holder, n, red, amber, green in cast("list[tuple[str, int, int, int, int]]", rows)
    }
    heads = [each.id for each in here.county.directed.get(focus, ())] if focus else list(scope.tops)
    sums = _sums(here, counts, heads, focus)
    parents = {each.parent for each in here.county.units.values()}
    lit = [
        _lit(
            here,
            head,
            sums[head],
            rule,
            acting.language,
            itself=head == focus,
            below=head != focus and head in parents,
        )
        for head in ([focus] if focus else []) + heads
        if head in sums
    ]
    order = {"red": 0, "amber": 1, "green": 2, "none": 3}
    lit.sort(key=lambda each: (order[each.colour], -each.red, -each.amber, -each.open, each.unit))
    total = cast(
        "tuple[int, int, int, int]", tuple(map(sum, zip((0, 0, 0, 0), *counts.values(), strict=True)))
    )
    parent = here.county.units[focus].parent if focus else ""
    return Lights(
        now=moment(acting.now, acting.language),
        rule=rule,
        set_by=here.names.person(rule.by, acting.language) if rule.by else "",
        may_set=may_set(here, acting),
        focus=focus,
        focus_name=here.names.unit(focus, acting.language) if focus else "",
        up=parent if parent in scope.units else "",
        whole=_lit(here, focus, total, rule, acting.language),
        units=tuple(lit),
        idle=len([head for head in heads if head not in sums]),
    )


def _sums(
    here: Office, counts: Mapping[str, tuple[int, int, int, int]], heads: Iterable[str], focus: str
) -> Mapping[str, tuple[int, int, int, int]]:
    """By the unit under which each holder stands; the one in focus stands for itself."""
    heads = frozenset(heads)
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for holder, numbers in counts.items():
        above = here.county.above.get(holder, frozenset())
        head = (
            holder
            if holder == focus or holder in heads
            else next((each for each in heads if each in above), "")
        )
        if head:
            sums[head] = [a + b for a, b in zip(sums[head], numbers, strict=True)]
    return {head: (n, red, amber, green) for head, (n, red, amber, green) in sums.items()}


def _lit(
    here: Office,
    unit: str,
    numbers: tuple[int, int, int, int],
    rule: Rule,
    language: str,
    *,
    itself: bool = False,
    below: bool = False,
) -> Lit:
    n, red, amber, green = numbers
    name = here.names.unit(unit, language) if unit else ""
    return Lit(unit, name, red, amber, green, n, colour_of(red, amber, green, rule), itself, below)


def colour_of(red: int, amber: int, green: int, rule: Rule) -> Colour:
    """By what share of the cases that can be late at all is late, or nearly. No such case, no colour."""
    able = red + amber + green
    if not able:
        return "none"
    if red * 1000 >= rule.red * able:
        return "red"
    return "amber" if red or (red + amber) * 1000 >= rule.amber * able else "green"


def may_set(here: Office, acting: Acting) -> bool:
    """Whether the reader may set the rule: a leader of the county, or whoever administers its registers."""
    return may("set_colours", acting.actor, here.county)


def set_lights(red: int, amber: int, acting: Acting) -> Refused | None:
    """Set the rule from now on; who did it stands in the ledger. Refuses others (``figures.not_yours``) and what is no share."""
    here = office()
    if not may_set(here, acting):
        return Refused("figures.not_yours", "", {})
    return set_rule(here.journal, red, amber, acting.actor.person, acting.now)
