"""What a step that fixes a board needs: the board, counted over the days that the case names, for the units below its holder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from tongban.apps.disclosure.counting import Tallies, indicators_of, tallies
from tongban.apps.disclosure.standing import Sources, counted
from tongban.apps.office import Office
from tongban.kernel.board import Counting, Standing
from tongban.kernel.case import Case
from tongban.kernel.county import County
from tongban.library.boards import Board, boards_of
from tongban.library.indicators import Indicator
from tongban.library.practice import Practice


class Adopted(Struct, frozen=True):
    """The practices in force at a moment, as sources of a board."""

    here: Office
    adoptions: Mapping[str, str]

    @staticmethod
    def at(here: Office, now: datetime) -> Adopted:
        return Adopted(here, dict(here.practices(now)))

    def practice(self, name: str) -> Practice | None:
        adoption = self.adoptions.get(name)
        return self.here.practice(adoption) if adoption is not None else None

    def indicators(self, name: str) -> Mapping[str, Indicator]:
        return indicators_of(self.here, self.adoptions[name])

    def tallies(self, name: str, start: datetime, end: datetime) -> Tallies:
        return tallies(self.here, name, self.adoptions[name], start, end)


def counting_for(here: Office, case: Case, now: datetime) -> Counting:
    """Counts the boards of the practice that a case follows; costs nothing until a step asks for it."""

    def count(board: str, since: str, until: str, above: str) -> Standing:
        procedure = here.procedure(case.adoption)
        boards = boards_of(here.practice(case.adoption), procedure.settings)
        return counting(boards, here.county, Adopted.at(here, now))(board, since, until, above)

    return count


def counting(boards: Mapping[str, Board], county: County, sources: Sources) -> Counting:
    def count(board: str, since: str, until: str, above: str) -> Standing:
        units = compared(boards[board], above, county)
        return counted(boards[board], date.fromisoformat(since), date.fromisoformat(until), units, sources)

    return count


def compared(board: Board, above: str, county: County) -> Mapping[str, str]:
    """The units of the board's kinds directly below a unit, with their kinds; "" for all of the county."""
    units = county.units.values() if not above else county.directed.get(above, ())
    return {each.id: each.kind for kind in board.compares for each in units if each.kind == kind}
