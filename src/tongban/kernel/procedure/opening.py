"""Opening subcases: for which units, rows or codes, and what each is told."""

from __future__ import annotations

from msgspec import Struct

from tongban.kernel.expression import Expression


class OpenSubcases(Struct, frozen=True):
    """One subcase of ``kind`` for each unit in ``field``, or of a kind in ``below`` directly below the holder; else for it.

    ``rows``: one for each row of a table, for the unit in its field ``holder``, else for the holder; ``key`` tells them apart;
    ``says`` are choices that each gets by field beside what is carried; ``drawn``: only for so many, whom chance picks (0: for all).
    ``codes``: one for each code answered in that field, told to it as its field ``named``; the holder has it until its own opening step gives it away.
    ``register``: the same for each row of that register for which ``where`` holds, and the condition that the case keeps as its fact
    ``fits``, and which has no such subcase yet; a row that steps wrote is called what its own column ``named`` says.
    ``unless``: nor for a row of whose code, together with what the case says of the other parts of its key, one of these registers has a row,
    where a flag is named beside it one in which that is yes.
    ``meets``: one for each finding among the rows of that register, for the holder; ``key`` tells them apart, and none is opened twice.
    ``unless_settled``: nor is one that says the same as another case of ``kind``, wherever opened, that settled with one of these outcomes
    or is in somebody's hands yet; none: whatever other cases say.
    """

    kind: str
    field: str = ""
    carry: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    rows: bool = False
    holder: str = ""
    key: tuple[str, ...] = ()
    says: tuple[tuple[str, str], ...] = ()
    drawn: int = 0
    codes: str = ""
    named: str = ""
    register: str = ""
    where: Expression | None = None
    meets: str = ""
    fits: str = ""
    unless_settled: tuple[str, ...] = ()
    unless: tuple[tuple[str, str], ...] = ()

    @property
    def told(self) -> frozenset[str]:
        """The fields of the opening form that are answered without anybody being asked."""
        return frozenset((*self.carry, *dict(self.says), *((self.named,) if self.named else ())))
