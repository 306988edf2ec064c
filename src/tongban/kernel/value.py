"""The only values that may stand in a case, a command or a ledger entry.

No floats: money and measures are integers with a unit, because a float does not survive every
JSON implementation unchanged and one changed digit would break a seal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

Value: TypeAlias = "str | int | bool | tuple[Value, ...] | Mapping[str, Value] | None"
if TYPE_CHECKING:
    Facts: TypeAlias = Mapping[str, Value]
else:
    Facts = dict[str, object]  # what the reader of records takes: it knows no type that speaks of itself


class Record(Struct, frozen=True, omit_defaults=True):
    """A frozen value that is written down: into the ledger, or as the state of a case.

    Its fields are the written shape. One at its default is left out, so that a field added later with an
    empty default changes no seal.
    """

    def loose(self) -> tuple[Facts, ...]:
        """The parts whose shape no field describes; whoever seals the record looks into them."""
        return ()
