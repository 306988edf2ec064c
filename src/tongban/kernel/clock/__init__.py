"""The clock: limits, official calendars, lawful suspension, extension, and the derivation of it all.

Aware UTC instants go in and come out; local days (Asia/Shanghai) exist only in here.
"""

from tongban.kernel.clock.calendar import Calendar, DayOff, Holiday, Notice, Year
from tongban.kernel.clock.day import LOCAL, due_text, last_date, local_date, local_midnight_after, local_text
from tongban.kernel.clock.derivation import Line, derive
from tongban.kernel.clock.due import before, due, due_with
from tongban.kernel.clock.elapsed import elapsed, promised
from tongban.kernel.clock.limit import LONGEST, Due, Limit, Span, Stopped, Unit
from tongban.kernel.clock.permission import may_extend
from tongban.kernel.clock.quiet import awake, awake_before

__all__ = [
    "LOCAL",
    "LONGEST",
    "Calendar",
    "DayOff",
    "Due",
    "Holiday",
    "Limit",
    "Line",
    "Notice",
    "Span",
    "Stopped",
    "Unit",
    "Year",
    "awake",
    "awake_before",
    "before",
    "derive",
    "due",
    "due_text",
    "due_with",
    "elapsed",
    "last_date",
    "local_date",
    "local_midnight_after",
    "local_text",
    "may_extend",
    "promised",
]
