"""Does a card still hold? What has changed since behind it, told by names: nothing is judged, somebody is to look.

``basis``: the legal basis that its practice names; ``limits``: a limit under which its case ran; ``routing``: a rule by which it was sent; ``ended``: the practice
is not in force any more; ``unit``: the unit that did it has ended; ``below``: of something that its case led to (a rule that was asked to be changed, and was) the result has
been published since. A card with a doubt is offered to nobody until somebody who keeps cards has confirmed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from tongban.apps.office import Office
from tongban.kernel.events import Held
from tongban.kernel.procedure.model import Kind
from tongban.library.practice import Practice
from tongban.store import cards
from tongban.store.batch import STEP
from tongban.store.models import PublicText

_behind: dict[tuple[str, str], tuple[str, ...]] = {}
"""By case and the adoption in force now, what of the rules behind it changed: neither ever says anything else."""


def doubts(here: Office, rows: Sequence[PublicText], now: datetime) -> Mapping[str, tuple[str, ...]]:
    """Of published cards, by case, those that have any."""
    chains = [str(row.chain) for row in rows]
    if not chains:
        return {}
    confirmed = cards.confirmations(here.journal, chains)
    below = _below(here, chains)
    found = {}
    for row in rows:
        chain = str(row.chain)
        said = confirmed.get(chain)
        adoption, unit = str(row.text["adoption"]), str(row.text.get("unit", ""))
        practice = here.practice(adoption).manifest.id
        current = here.adopted(practice, now)
        names = ["ended"] if current is None else list(_changed(here, chain, adoption, current))
        if unit and here.county.present(unit) != unit:
            names.append("unit")
        if said is not None and said.adoption == (current or ""):
            names = [each for each in names if each not in said.doubts]
        if any(
            at > max(row.since, said.at if said is not None else row.since) for at in below.get(chain, ())
        ):
            names.append("below")
        if names:
            found[chain] = tuple(names)
    return found


def _below(here: Office, chains: Sequence[str]) -> Mapping[str, tuple[datetime, ...]]:
    """When the results of what was opened below these cases were published."""
    sql = """SELECT c.parent::text, p.since FROM store_case c JOIN store_public p ON p.county = c.county AND p.chain = c.id
             WHERE c.county = %s AND c.parent = ANY (%s::uuid[])"""
    found: dict[str, tuple[datetime, ...]] = {}
    for parent, at in cast("list[tuple[str, datetime]]", here.rows(sql, [here.county.code, list(chains)])):
        found[parent] = (*found.get(parent, ()), at)
    return found


def _changed(here: Office, chain: str, adoption: str, current: str) -> tuple[str, ...]:
    """What of the rules behind a case is another one under the adoption in force."""
    if adoption == current:
        return ()
    key = (chain, current)
    if key not in _behind:
        _behind[key] = tuple(_differs(here, chain, here.practice(adoption), here.practice(current), current))
    return _behind[key]


def _limits(kind: Kind | None, clock: str) -> object:
    rule = kind.clocks.get(clock) if kind is not None else None
    return rule.limits if rule is not None else None


def _differs(here: Office, chain: str, before: Practice, after: Practice, current: str) -> list[str]:
    names = []
    if _rests_on(before) != _rests_on(after):
        names.append("basis")
    (loaded,) = here.journal.load(ids=[chain])
    case = loaded.case
    old, new = (
        here.procedure(case.adoption).kinds.get(case.kind),
        here.procedure(current).kinds.get(case.kind),
    )
    clocks = {state.clock for state in case.clocks}
    if any(_limits(old, each) != _limits(new, each) for each in clocks):
        names.append("limits")
    events = (each.event() for each in here.journal.events(chain) if each.kind == STEP)
    rules = {follow.rule for event in events for follow in event.follows if isinstance(follow, Held)}
    was, now = ({rule.id: rule for rule in each.routing} for each in (before, after))
    if any(was.get(rule) != now.get(rule) for rule in rules if rule in was or rule in now):
        names.append("routing")
    return names


def _rests_on(practice: Practice) -> list[tuple[object, ...]]:
    """What a practice rests on, whatever it is called in another language."""
    return [(each.title, each.document, each.since, each.until) for each in practice.manifest.legal_basis]
