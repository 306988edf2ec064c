"""The ways in as people look for theirs: by for whom they are, by with what one comes, by field of government, or by words of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from tongban.apps.casework.views import Opening
from tongban.apps.office import Office, office_lately

WHOM = ("residents", "enterprises", "villages", "staff")
NEEDS = ("problem", "apply", "propose", "report")
ANYBODY, OTHER = "residents", "problem"
"""Where a practice says nothing of it, its ways in stand."""
OTHERS = "other"
FIELDS = (
    "demands", "services", "enterprise", "livelihood", "grassroots", "coordination", "officials", OTHERS,
)  # fmt: skip
"""In which order fields of government stand in a list; ``other`` is of practices that say none."""
LONGEST = 100
"""Characters of words that are looked for."""


class Need(Struct, frozen=True):
    """Ways in of people who come with the same."""

    need: str
    ways: tuple[Opening, ...]


class Whom(Struct, frozen=True):
    """Ways in for the same people."""

    whom: str
    needs: tuple[Need, ...]


class Field(Struct, frozen=True):
    """Ways in of practices of the same field of government."""

    field: str
    ways: tuple[Opening, ...]


def ways(
    offered: Iterable[Opening], language: str, words: str = "", without: Opening | None = None
) -> tuple[Whom, ...]:
    """The ways that are offered to somebody, in groups in a fixed order; with ``words`` those alone that have them all or, where
    there are none, at least half as much of them as the best has, the best first. ``without`` is left out: the page itself is that way."""
    here = office_lately()
    left = [way for way in offered if without is None or _name(way) != _name(without)]
    found = _looked_for(left, here, language, words)
    return tuple(
        Whom(whom, needs)
        for whom in WHOM
        if (needs := tuple(_needs([way for way in found if _whom(here, way) == whom], here)))
    )


def by_field(offered: Iterable[Opening], language: str, words: str = "") -> tuple[Field, ...]:
    """The ways that are somebody's, by field of government in a fixed order, those of one practice beside each other; ``words`` as in
    ``ways``."""
    here = office_lately()
    found = _looked_for(list(offered), here, language, words)
    first = {way.practice: n for n, way in reversed(list(enumerate(found)))}
    together = sorted(found, key=lambda way: first[way.practice])
    fields = ((field, tuple(way for way in together if _field(here, way) == field)) for field in FIELDS)
    return tuple(Field(field, same) for field, same in fields if same)


def _looked_for(offered: list[Opening], here: Office, language: str, words: str) -> list[Opening]:
    """Those in which every word stands as it is; where there are none, those that have most pieces of them in common."""
    asked = words[:LONGEST].casefold().split()
    exact = [way for way in offered if all(word in _said(here, way, language).casefold() for word in asked)]
    if exact:
        return exact
    wanted = _pieces(words[:LONGEST])
    marked = [(len(wanted & _pieces(_said(here, way, language))), way) for way in offered]
    best = max((n for n, _ in marked), default=0)
    return [way for n, way in sorted(marked, key=lambda each: -each[0]) if n and 2 * n >= best]


def _needs(found: list[Opening], here: Office) -> Iterator[Need]:
    for need in NEEDS:
        same = tuple(way for way in found if _need(here, way) == need)
        if same:
            yield Need(need, same)


def _name(way: Opening) -> tuple[str, str, str]:
    return (way.practice, way.kind, way.step)


def _whom(here: Office, way: Opening) -> str:
    serves = here.practice(way.adoption).manifest.serves
    return serves.whom[0] if serves is not None else ANYBODY


def _need(here: Office, way: Opening) -> str:
    serves = here.practice(way.adoption).manifest.serves
    return (serves.need if serves is not None else None) or OTHER


def _field(here: Office, way: Opening) -> str:
    serves = here.practice(way.adoption).manifest.serves
    return serves.field if serves is not None else OTHERS


def _said(here: Office, way: Opening, language: str) -> str:
    wording = here.wording(way.adoption, language)
    more = (wording.of(f"practice.{each}") for each in ("purpose", "looked_for"))
    return " ".join((way.title, way.help, way.practice_title, *more))


def _pieces(text: str) -> frozenset[str]:
    """What two texts can have in common: words of letters, and pairs of characters that stand beside each other."""
    return frozenset(_cut(text.casefold().split()))


def _cut(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        bare = "".join(each for each in word if each.isalnum())
        if bare.isascii() or len(bare) == 1:
            if bare:
                yield bare
        else:
            yield from (bare[n : n + 2] for n in range(len(bare) - 1))
