"""The boards that a case fixed, for whoever may see the case."""

from __future__ import annotations

from tongban.apps.acting import Acting
from tongban.apps.casework.whole import visible
from tongban.apps.disclosure.board_lines import TableLine
from tongban.apps.disclosure.boards import kept_tables
from tongban.apps.office import office
from tongban.kernel.refusal import Refused


def fixed(number: str, acting: Acting) -> tuple[tuple[str, str, tuple[TableLine, ...]], ...] | Refused:
    """Title with its days, the moment, the tables; the first count first. Refuses a case that the reader may not see."""
    seen = visible(number, acting, office())
    return seen if isinstance(seen, Refused) else kept_tables(seen[0].case, acting.language)
