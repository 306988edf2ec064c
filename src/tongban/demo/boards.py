"""Boards counted while the demo county's life is told: from the cases in memory, as they stand at that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct

from tongban.apps.disclosure.counting import Tallies, tallied
from tongban.apps.disclosure.fixing import counting
from tongban.apps.registry.history import History
from tongban.kernel.board import Counting
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind_indicators
from tongban.library.boards import boards_of
from tongban.library.indicators import Indicator
from tongban.library.practice import Practice


class Lived(Struct, frozen=True):
    """What has happened so far, as the source of a board; folder and procedure by practice."""

    history: History
    adopted: Mapping[str, tuple[Practice, Procedure]]

    def practice(self, name: str) -> Practice | None:
        found = self.adopted.get(name)
        return found[0] if found is not None else None

    def indicators(self, name: str) -> Mapping[str, Indicator]:
        folder, procedure = self.adopted[name]
        found = bind_indicators(folder, procedure.settings)
        return {} if isinstance(found, Refused) else found

    def tallies(self, name: str, start: datetime, end: datetime) -> Tallies:
        cases = (case for case in self.history.cases.values() if case.practice == name)
        county, procedures = self.history.county, self.history.procedures
        return tallied(cases, procedures.__getitem__, county, self.indicators(name), start, end)


def counting_of(
    history: History, adopted: Mapping[str, tuple[Practice, Procedure]]
) -> Callable[[str, datetime], Counting]:
    """Counts the boards of an adoption from what a history holds at that moment."""
    sources = Lived(history, adopted)

    def at(adoption: str, now: datetime) -> Counting:
        del now
        procedure = history.procedures[adoption]
        folder, _ = adopted[procedure.practice]
        return counting(boards_of(folder, procedure.settings), history.county, sources)

    return at
