"""Practices that take on the same: seen before one of them is adopted, and offered to people as one way in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
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


class Alike(Struct, frozen=True):
    """A practice in force that may take on what another one does under another name: ``own`` is what that one calls it, ``theirs`` what
    this one does."""

    practice: str
    title: str
    own: str
    theirs: str


def claims(practice: Practice) -> frozenset[str]:
    """What a practice takes on: its duties. One that says none takes on what its title and its ways in say, at its kind of unit."""
    said = practice.manifest.serves
    if said is not None and said.duties:
        return frozenset(f"duty/{each}" for each in said.duties)
    found: set[str] = set()
    for language, words in practice.words.items():
        found |= _titled("title", language, words, "practice.title")
        for name in _ways_in(practice):
            found |= _titled(f"way/{practice.manifest.home}", language, words, f"steps.{name}.title")
    return frozenset(found)


def _ways_in(practice: Practice) -> Iterator[str]:
    """The steps by which anybody begins a case."""
    for kind in practice.kinds.values():
        for name, step in kind.steps.items():
            if not step.source and any(who.relation is Relation.ANYONE for who in step.by):
                yield name


def _titled(place: str, language: str, words: Mapping[str, str], key: str) -> set[str]:
    return {f"{place}/{language}/{words[key].casefold()}"} if words.get(key) else set()


def rivals(here: Office, practice: Practice, language: str, now: datetime) -> tuple[Rival, ...]:
    """The practices in force that take on what this one does, whether or not it is in force itself."""
    own = claims(practice)
    behind = standing_back(here, now)
    return tuple(
        Rival(name, here.wording(adoption, language).title(), name not in behind)
        for name, adoption in here.all_practices(now)
        if name != practice.id and own & _claims(here, adoption)
    )


def alike(here: Office, practice: Practice, language: str, now: datetime) -> tuple[Alike, ...]:
    """The practices in force that may take on the same as this one under another name or another spelling: a warning, for only people
    know whether they do. Those that certainly do are its rivals."""
    own = claims(practice)
    found = []
    for name, adoption in here.all_practices(now):
        if name == practice.id or own & _claims(here, adoption):
            continue
        names = read_alike(practice, here.practice(adoption), language)
        if names is not None:
            found.append(Alike(name, here.wording(adoption, language).title(), *names))
    return tuple(found)


def read_alike(one: Practice, other: Practice, language: str) -> tuple[str, str] | None:
    """What each calls a duty, itself or a way in, where that reads alike but for letters, widths, blanks and signs, and both are for the
    same people with the same need; None for nothing. Names in ``language`` are looked at first."""
    serves, also = one.manifest.serves, other.manifest.serves
    if serves is None or also is None or serves.need != also.need or not {*serves.whom} & {*also.whom}:
        return None
    own, theirs = _names(one, language), _names(other, language)
    return next(((own[each], theirs[each]) for each in own if each in theirs), None)


def _names(practice: Practice, language: str) -> dict[str, str]:
    """By how they read what a practice calls its duties, itself and its ways in."""
    serves = practice.manifest.serves
    said = [*serves.duties] if serves is not None else []
    keys = ["practice.title", *(f"steps.{name}.title" for name in _ways_in(practice))]
    for _, words in sorted(practice.words.items(), key=lambda item: item[0] != language):
        said += [words[key] for key in keys if words.get(key)]
    found: dict[str, str] = {}
    for each in said:
        found.setdefault(_read(each), each)
    return found


def _read(name: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def standing_back(here: Office, now: datetime) -> frozenset[str]:
    """The practices in force before which another of the same duty goes: people outside are not offered them."""
    terms = {each.adoption: each for each in here.terms}
    by_claim: dict[str, list[Term]] = {}
    for _, adoption in here.all_practices(now):
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
