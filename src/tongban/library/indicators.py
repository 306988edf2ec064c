"""Indicators bound to a county's settings: what is counted, over what, and what is left out."""

from __future__ import annotations

from msgspec import Struct

from tongban.kernel.expression import Expression


class Exclusion(Struct, frozen=True):
    id: str
    when: Expression


class Indicator(Struct, frozen=True):
    """A figure's definition. ``counted`` is ``settled``, ``rated``, ``opened`` or ``due:<clock>``.

    ``denominator``, ``numerator`` and exclusions are flags over one case; besides what every expression
    may name they know ``clock.<id>.ended``, ``clock.<id>.kept`` and ``clock.<id>.laps``. Below
    ``smallest_sample`` cases no rank is given.
    """

    id: str
    of: str
    counted: str
    denominator: Expression
    numerator: Expression
    exclusions: tuple[Exclusion, ...]
    smallest_sample: int
    more_is_better: bool
