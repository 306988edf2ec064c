"""What follows from an adjudication: its result becomes a rule of the county, or such a rule ends."""

from __future__ import annotations

from msgspec import Struct


class SetPrecedent(Struct, frozen=True):
    """What this step decides holds for matters like it: a routing rule of the county from now on.

    Each is the name of a field. ``unit`` is who takes them, ``duty`` the entry of a duty list that it rests on;
    ``category`` and ``division`` say how far it goes (unanswered or "": as far as the case itself, in all of the unit's
    own division), ``until`` the day after which it ends, ``replaces`` the case whose precedent ends by it.
    """

    unit: str
    duty: str
    category: str = ""
    division: str = ""
    until: str = ""
    replaces: str = ""


class EndPrecedent(Struct, frozen=True):
    """The precedent that rests on this case is revoked."""
