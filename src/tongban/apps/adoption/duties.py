"""Practices that take on the same: seen before one of them is adopted, and offered to people as one way in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from tongban.apps.office import Office
from tongban.kernel.procedure.model import Relation
from tongban.library.practice import Practice
from tongban.store.registers import Term


class Rival(Struct, frozen=True):
    """A practice in force that takes on what another one does. ``first``: it goes before that one."""

    practice: str
    title: str
    first: bool


def claims(practice: Practice) -> frozenset[str]:
    """What a practice takes on: its duties. One that says none takes on what its title and its ways in say, at its kind of unit."""
    said = practice.manifest.serves
    if said is not None and said.duties:
        return frozenset(f"duty/{each}" for each in said.duties)
    found: set[str] = set()
    for language, words in practice.words.items():
        found |= _titled("title", language, words, "practice.title")
        for kind in practice.kinds.values():
            for name, step in kind.steps.items():
                if not step.source and any(who.relation is Relation.ANYONE for who in step.by):
                    place = f"way/{practice.manifest.home}"
                    found |= _titled(place, language, words, f"steps.{name}.title")
    return frozenset(found)


def _titled(place: str, language: str, words: Mapping[str, str], key: str) -> set[str]:
    return {f"{place}/{language}/{words[key].casefold()}"} if words.get(key) else set()


def rivals(here: Office, practice: Practice, language: str, now: datetime) -> tuple[Rival, ...]:
    """The practices in force that take on what this one does, whether or not it is in force itself."""
    own = claims(practice)
    behind = standing_back(here, now)
    return tuple(
        Rival(name, here.wording(adoption, language).title(), name not in behind)
        for name, adoption in here.practices(now)
        if name != practice.id and own & _claims(here, adoption)
    )


def standing_back(here: Office, now: datetime) -> frozenset[str]:
    """The practices in force before which another of the same duty goes: people outside are not offered them."""
    terms = {each.adoption: each for each in here.terms}
    by_claim: dict[str, list[Term]] = {}
    for _, adoption in here.practices(now):
        for claim in _claims(here, adoption):
            by_claim.setdefault(claim, []).append(terms[adoption])
    behind: set[str] = set()
    for several in by_claim.values():
        foremost = _foremost(several)
        behind |= {each.practice for each in several if each.practice != foremost}
    return frozenset(behind)


def _foremost(several: list[Term]) -> str:
    """Whoever was last said to go first; where nobody was, whoever was there first."""
    said = [each for each in several if each.first]
    found = (
        max(said, key=lambda each: each.since)
        if said
        else min(several, key=lambda each: (each.since, each.practice))
    )
    return found.practice


def _claims(here: Office, adoption: str) -> frozenset[str]:
    """An adoption never changes, so it is asked once a process."""
    key = (here.county.code, adoption)
    if key not in _KEPT:
        _KEPT[key] = claims(here.practice(adoption))
    return _KEPT[key]


_KEPT: dict[tuple[str, str], frozenset[str]] = {}
