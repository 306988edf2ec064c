"""The catalogue as a spreadsheet: a sheet for each register that it shows, which can be loaded again as it is."""

from __future__ import annotations

from tongban.apps.acting import Acting
from tongban.apps.brought.giving import workbook
from tongban.apps.catalogue.rows import catalogue_of
from tongban.kernel.refusal import Refused


def catalogue_sheet(acting: Acting) -> bytes | Refused:
    """An ``.xlsx`` file of all rows. Refuses where there is no catalogue."""
    catalogue = catalogue_of(acting.now)
    if isinstance(catalogue, Refused):
        return catalogue
    return workbook(catalogue.practice, acting, catalogue.registers, public=True)
