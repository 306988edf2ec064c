"""When a step means that the requester came in person, and what it then says of that."""

from __future__ import annotations

from msgspec import Struct

from tongban.kernel.expression import Expression


class VisitRule(Struct, frozen=True):
    """A step that is, or may be, a visit: ``when`` says whether this time it was (None: always).

    ``why`` names the choice that says why they had to come again; every visit but the first must answer it, so only a step that
    opens a case does without (""). ``unit`` names
    the field with the unit where they came; without it (or an answer) it is that of whoever took the step, for the requester's word
    the holder."""

    why: str = ""
    when: Expression | None = None
    unit: str = ""
