"""Who takes a step in the demo: somebody with the role, at the right unit, who may judge it, and rather the same as before."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tongban.kernel.case import Case
from tongban.kernel.commands import Actor, ActorKind, Post
from tongban.kernel.county import County
from tongban.kernel.procedure.model import Relation, Step, Who

SAME = 0.86
"""How often whoever had the case in hand goes on with it."""


class Staff:
    """People of the county by unit and role."""

    def __init__(self, posts: Iterable[tuple[str, str, str]]) -> None:
        """``posts`` are person, unit and role, as they are written down."""
        held: dict[str, list[Post]] = defaultdict(list)
        self._at: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._with: dict[str, list[str]] = defaultdict(list)
        for person, unit, role in sorted(posts):
            held[person].append(Post.written(unit, role))
            self._at[unit, role].append(person)
            self._with[role].append(person)
        self._actors = {person: Actor(ActorKind.PERSON, person, tuple(each)) for person, each in held.items()}

    def has(self, unit: str, role: str) -> bool:
        return bool(self._at.get((unit, role)))

    def somebody(
        self, step: Step, case: Case, county: County, parent: str, only: str, chance: random.Random
    ) -> Actor | None:
        """Somebody who may take the step; None when nobody can. ``only`` narrows it to a role.

        ``parent`` is the unit that holds the parent case.
        """
        barred = {person for judged in step.judges for person in case.doers.get(judged, ())}
        known = {person for done in case.doers.values() for person in done}
        for who in step.by:
            if only and who.role != only:
                continue
            able = [each for each in self._who(who, case, county, parent) if each not in barred]
            if able:
                same = [each for each in able if each in known]
                chosen = same if same and chance.random() < SAME else able
                return self._actors[chance.choice(chosen)]
        return None

    def at(self, unit: str, role: str, chance: random.Random) -> Actor | None:
        """Somebody with the role at a unit; anywhere when ``unit`` is ""."""
        able = self._at.get((unit, role), []) if unit else self._with.get(role, [])
        return self._actors[chance.choice(able)] if able else None

    def nth(self, unit: str, role: str, n: int) -> Actor | None:
        """The first, second … with the role at a unit."""
        able = self._at.get((unit, role), ())
        return self._actors[able[n - 1]] if n <= len(able) else None

    def _who(self, who: Who, case: Case, county: County, parent: str) -> Iterator[str]:
        role = f"{case.practice}.{who.role}" if case.practice in county.guarded else who.role
        match who.relation:
            case Relation.HOLDER:
                yield from self._at.get((case.holder, role), ())
            case Relation.HOME:
                yield from self._at.get((case.home, role), ())
            case Relation.PARENT:
                yield from self._at.get((parent, role), ())
            case Relation.SUPERIOR:
                for unit in county.superiors(case.holder):
                    yield from self._at.get((unit.id, role), ())
            case Relation.ANYWHERE:
                yield from self._with.get(role, ())
            case Relation.MANDATE | Relation.REQUESTER | Relation.ANYONE | Relation.SYSTEM:
                return
