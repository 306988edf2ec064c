"""A definition of a figure as data: whoever has it and the rows can count the figure without this program.

Its text is canonical JSON; its hash is over that text, so one changed condition is another definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from msgspec.structs import replace

from tongban.kernel.indicator.parts import PARTS, PERIODS, PREFIX, UNIT
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.value import Record, Value

TAG = "tongban.definition.1\n"
"""Before the text that is hashed: no text of another kind has the same hash."""


class Part(Record, frozen=True):
    """One expression: as its author wrote it, and spelled (``kernel/expression/spelled.py``)."""

    source: str
    tree: Mapping[str, Value]

    def loose(self) -> tuple[Mapping[str, Value], ...]:
        return (self.tree,)


class LeftOut(Record, frozen=True):
    """An exclusion: cases of the population that count neither for nor against, and why. The first that holds is the reason.
    ``by`` is the step whose taker approved it; "" where it follows from the case itself."""

    id: str
    source: str
    tree: Mapping[str, Value]
    by: str = ""

    def loose(self) -> tuple[Mapping[str, Value], ...]:
        return (self.tree,)


class Definition(Record, frozen=True):
    """An indicator bound to a county's settings.

    ``key`` is ``practice/indicator``, ``version`` that of the practice. Cases of the kind ``of`` are counted at the moment that
    ``counted`` names (``settled``, ``rated``, ``opened``, ``due:<clock>``). ``unit`` is the field that names the unit, "" for the unit that did
    the work. A rate has a ``numerator``; an average ``adds``; a ratio ``adds`` and ``over``. ``names`` are the names that the parts
    name, each with its kind: ``flag``, ``whole``, ``text``, ``texts``, ``moment`` (a whole number: microseconds since 1970).
    ``better`` is ``more`` or ``less``; ``kind`` is ``rate``, ``average`` or ``ratio``. It is broken down ``by`` units and what else is said there
    (``kernel.indicator.parts``), made for the ``periods``, and ``disclosure`` says what of it the public is told.
    """

    key: str
    version: str
    of: str
    counted: str
    unit: str
    kind: str
    names: Mapping[str, str]
    denominator: Part
    numerator: Part | None
    adds: Part | None
    over: Part | None
    exclusions: tuple[LeftOut, ...]
    smallest_sample: int
    better: str
    by: tuple[str, ...] = (UNIT,)
    periods: tuple[str, ...] = PERIODS
    disclosure: str = PARTS

    @property
    def text(self) -> str:
        """The canonical text."""
        return canonical(self.written())

    @property
    def hash(self) -> str:
        """SHA-256 over the tag and the text, in hexadecimal."""
        return sha256((TAG + self.text).encode()).hexdigest()

    def split(self, by: str) -> Definition:
        """The same figure with the parts of ``by`` in the place of units, as an edition has it beside the one by units."""
        return replace(self, key=f"{self.key}/{by}", unit=PREFIX + by, by=(UNIT,))

    def written(self) -> Mapping[str, Value]:
        """As it is published: a part that the kind does not have is left out, and so is what is as for every figure (by units alone, for
        all periods, every part told that has enough cases); everything else is there."""
        parts = {
            "denominator": self.denominator,
            "numerator": self.numerator,
            "adds": self.adds,
            "over": self.over,
        }
        return {
            "key": self.key,
            "version": self.version,
            "of": self.of,
            "counted": self.counted,
            "unit": self.unit,
            "kind": self.kind,
            "names": dict(self.names),
            **{name: {"source": p.source, "tree": p.tree} for name, p in parts.items() if p is not None},
            "exclusions": tuple(
                {"id": e.id, "source": e.source, "tree": e.tree, **({"by": e.by} if e.by else {})}
                for e in self.exclusions
            ),
            "smallest_sample": self.smallest_sample,
            "better": self.better,
            **({"by": self.by} if self.by != (UNIT,) else {}),
            **({"periods": self.periods} if self.periods != PERIODS else {}),
            **({"disclosure": self.disclosure} if self.disclosure != PARTS else {}),
        }
