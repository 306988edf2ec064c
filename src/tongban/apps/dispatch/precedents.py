"""The precedents of the county as an office reads them: what each sends where and why, what it did, who may revoke it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.numbers import read_number, written
from tongban.apps.office import Office, office
from tongban.apps.rights import may
from tongban.apps.sight import visible
from tongban.apps.wording import day, due_day
from tongban.kernel.commands import ActorKind, Scene
from tongban.kernel.procedure.available import available
from tongban.kernel.procedure.model import EndPrecedent, Procedure, SetPrecedent
from tongban.kernel.refusal import Refused
from tongban.store.batch import Loaded
from tongban.store.precedents import Kept, all_precedents, cases_sent, counts
from tongban.store.values import Given, contents

State: TypeAlias = Literal["in_force", "lapsed", "over", "revoked", "replaced"]
ORDER: tuple[State, ...] = ("in_force", "lapsed", "over", "replaced", "revoked")
MOST_SENT = 50
"""Cases that a precedent sent which are shown, the latest."""


class PrecedentView(Struct, frozen=True):
    """A precedent in words. ``lapsed``: the duty-list entry it rests on reads otherwise now, or is gone; ``over``: its day
    has passed. ``sent`` counts the cases that it sent, ``back`` those that the unit lost again.

    ``revoke`` is the step by which this reader may end it ("" for none); ``seen`` whether they may see the case.
    """

    number: str
    state: State
    category: str
    division: str
    unit: str
    duty: str
    listed: str
    by: str
    since: str
    until: str
    why: str
    ended: str
    ended_why: str
    replaced_by: str
    sent: int
    back: int
    seen: bool = False
    revoke: str = ""

    @property
    def percent_back(self) -> int:
        return round(100 * self.back / self.sent) if self.sent else 0


class SentCase(Struct, frozen=True):
    """A case that a precedent sent."""

    number: str
    came_back: bool
    seen: bool


def precedents(acting: Acting) -> tuple[PrecedentView, ...] | Refused:
    """Every precedent that was ever set: those in force first, of each state the latest first.

    Refuses ``dispatch.precedents_not_yours`` for whoever neither works where matters are dispatched, nor oversees the
    county, nor adopts practices.
    """
    here = office()
    if not may_read(here, acting):
        return Refused("dispatch.precedents_not_yours")
    kept = all_precedents(here.county.code)
    found = _Reading(here, acting, kept)
    views = [found.view(each) for each in kept]
    return tuple(sorted(views, key=lambda each: ORDER.index(each.state)))


def precedent(number: str, acting: Acting) -> tuple[PrecedentView, tuple[SentCase, ...]] | Refused:
    """One precedent with the latest cases that it sent. Refuses a number that no precedent has."""
    read = read_number(number)
    listed = precedents(acting)
    if isinstance(listed, Refused):
        return listed
    found = next(
        (each for each in listed if not isinstance(read, Refused) and each.number == written(read)), None
    )
    if found is None or isinstance(read, Refused):
        return Refused("routing.no_precedent", "number", {"number": number[:40]})
    here = office()
    sent = cases_sent(here.county.code, read)[:MOST_SENT]
    ids = {each.case.number: each.case.id for each in here.journal.load(numbers=[case for case, _ in sent])}
    shown = visible(here, acting, list(ids.values()))
    return found, tuple(SentCase(written(case), back, ids.get(case, "") in shown) for case, back in sent)


def may_read(here: Office, acting: Acting) -> bool:
    """Whether somebody has to do with precedents: at a unit that dispatches by them, above all, or adopting practices."""
    actor = acting.actor
    if actor.kind is not ActorKind.PERSON:
        return may("read_precedents", actor)
    practices = here.practices(acting.now)
    homes = here.once(("homes_by_precedents", practices), lambda: _homes(here, practices))
    return may("read_precedents", actor, here.county, dispatching=homes)


def _homes(here: Office, practices: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """The units that receive cases of practices which set precedents or go by them."""
    return frozenset(
        unit
        for _, adoption in practices
        if uses_precedents(here.procedure(adoption))
        for unit in here.homes(adoption)
    )


def uses_precedents(procedure: Procedure) -> bool:
    """Whether a practice sets precedents or routes by them."""
    steps = (step for kind in procedure.kinds.values() for step in kind.steps.values())
    sets = any(isinstance(each, SetPrecedent) for step in steps for each in step.may_follow)
    return sets or any(rule.take == "precedent" for rule in procedure.routing)


class _Reading:
    """All precedents read at once: their cases, their texts and their counts, a query each."""

    def __init__(self, here: Office, acting: Acting, kept: Iterable[Kept]) -> None:
        self.here = here
        self.acting = acting
        chains = {chain for each in kept for chain, _ in (each.entry, each.end) if chain}
        self.cases = {each.case.id: each for each in here.journal.load(ids=sorted(chains))}
        self.given: Mapping[str, Given] = contents(here.journal, sorted(chains))
        self.counts = counts(here.county.code)
        self.seen = visible(here, acting, sorted(self.cases))
        self.standing = {each.case for each in here.county.standing}

    def view(self, kept: Kept) -> PrecedentView:
        it, names, language = kept.precedent, self.here.names, self.acting.language
        sent, back = self.counts.get(it.case, (0, 0))
        state = self._state(kept)
        loaded = self.cases.get(kept.entry[0])
        return PrecedentView(
            number=written(it.case),
            state=state,
            category=names.category(it.category, language),
            division=names.division(it.division, language),
            unit=names.unit(it.unit, language),
            duty=names.duty(it.duty, language),
            listed=names.unit(it.listed, language),
            by=names.unit(it.by, language),
            since=day(it.since, language),
            until=due_day(it.until, language) if it.until is not None else "",
            why=self._said(kept.entry),
            ended=day(kept.ended, language) if kept.ended is not None else "",
            ended_why=self._said(kept.end) if state == "revoked" else "",
            replaced_by=written(kept.ended_by) if state == "replaced" else "",
            sent=sent,
            back=back,
            seen=kept.entry[0] in self.seen,
            revoke=self._revokes(loaded) if loaded is not None and kept.ended is None else "",
        )

    def _state(self, kept: Kept) -> State:
        if kept.ended is not None:
            return "revoked" if kept.ended_by == kept.precedent.case else "replaced"
        if kept.precedent.over(self.acting.now):
            return "over"
        return "in_force" if kept.precedent.case in self.standing else "lapsed"

    def _said(self, entry: tuple[str, int]) -> str:
        """What was written at a step: its texts that have not been erased."""
        chain, seq = entry
        texts = (each.value for each in self.given.get(chain, {}).get(seq, {}).values())
        return "\n".join(each for each in texts if isinstance(each, str))

    def _revokes(self, loaded: Loaded) -> str:
        """The step by which this reader may end the precedent of the case now."""
        procedure = self.here.procedure(loaded.case.adoption)
        steps = procedure.kinds[loaded.case.kind].steps
        ending = {
            name for name, step in steps.items() if any(isinstance(f, EndPrecedent) for f in step.may_follow)
        }
        scene = Scene(self.here.county, self.acting.now)
        offered = available(procedure, loaded.case, self.acting.actor, scene)
        return next((each.step_id for each in offered if each.step_id in ending and each.refusal is None), "")
