"""What practices declare comparable: the kinds of before, the kind of after, and the field by which cases belong to one journey."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from tongban.apps.office import Office
from tongban.kernel.case import Case
from tongban.kernel.refusal import Refused


class OfKind(Struct, frozen=True):
    """A kind of case of an adopted practice."""

    practice: str
    adoption: str
    kind: str


class Comparison(Struct, frozen=True):
    """``key`` names it in addresses: the practice and the kind of after. ``smallest`` journeys are needed to publish a side."""

    key: str
    before: tuple[OfKind, ...]
    after: OfKind
    about: str
    papers: frozenset[str]
    smallest: int
    field: str = ""
    among: tuple[str, ...] = ()
    """Of before, only cases whose ``field`` is an entry of one of these lists of the cases of after; all where it is ""."""

    def side_of(self, case: Case) -> tuple[OfKind, ...]:
        """The kinds of the side that a case belongs to; none where it belongs to neither."""
        for side in (self.before, (self.after,)):
            if any((each.practice, each.kind) == (case.practice, case.kind) for each in side):
                return side
        return ()


def comparisons(here: Office, now: datetime) -> tuple[Comparison, ...]:
    """All of the practices in force. One whose before is not adopted here has nothing to be compared with and is left out."""
    adopted = dict(here.practices(now))
    return tuple(
        found
        for practice, adoption in adopted.items()
        for kind, view in here.practice(adoption).views.items()
        if view.compare is not None
        for found in _bound(here, adopted, practice, kind)
    )


def _bound(here: Office, adopted: dict[str, str], practice: str, kind: str) -> Iterator[Comparison]:
    spec = here.practice(adopted[practice]).views[kind].compare
    if spec is None:
        return
    before = tuple(_kinds(here, adopted, practice, spec.before))
    if before:
        after = OfKind(practice, adopted[practice], kind)
        yield Comparison(
            key=f"{practice}.{kind}",
            before=before,
            after=after,
            about=spec.about,
            papers=frozenset(spec.papers),
            smallest=spec.smallest_sample,
            field=spec.matching.field if spec.matching is not None else "",
            among=spec.matching.among if spec.matching is not None else (),
        )


def _kinds(here: Office, adopted: dict[str, str], own: str, names: Iterable[str]) -> Iterator[OfKind]:
    for name in names:
        of, _, kind = name.rpartition(".")
        adoption = adopted.get(of or own)
        if adoption is not None and kind in here.practice(adoption).kinds:
            yield OfKind(of or own, adoption, kind)


def comparison(here: Office, key: str, now: datetime) -> Comparison | Refused:
    """The one of that name. Refuses one that there is not (``journey.no_comparison``)."""
    found = next((each for each in comparisons(here, now) if each.key == key), None)
    return found or Refused("journey.no_comparison", "key", {"key": key[:110]})
