"""Charts: a table that always stands there, and on top of it a picture where scripts run.

A page makes ``Chart`` values, answers ``files(request, charts)`` first and shows each with ``{% chart one %}`` (tags ``charts``);
its head includes ``charts/head.html``.
"""

from tongban.web.charts.chart import Cell, Chart, Column, Kind, Linked, Place, Rule, Series, Table
from tongban.web.charts.sheets import files

__all__ = ["Cell", "Chart", "Column", "Kind", "Linked", "Place", "Rule", "Series", "Table", "files"]
