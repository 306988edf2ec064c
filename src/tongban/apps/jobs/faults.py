"""What went wrong with a job: in words that hold no data, and whether it will be gone by itself."""

from __future__ import annotations

from traceback import walk_tb

import psycopg
from django.db import connection

from tongban.kernel.refusal import RefusedError

RESOURCES, CONNECTION, SHUT_DOWN = "53", "08", "57P"
"""Of PostgreSQL's classes of faults: too little of something, no line, and a server that is ended or begins."""


READ_ONLY = "25006"


def read_only(fault: BaseException) -> bool:
    """Whether the database could only be read: it is not the primary, or not yet. Nothing was done, and the same is asked of the
    primary when it is sent again: so the connection is given up, which would lead to the same host for minutes."""
    seen: BaseException | None = fault
    while seen is not None and getattr(seen, "sqlstate", None) != READ_ONLY:
        seen = seen.__cause__
    if seen is not None:
        connection.close()
    return seen is not None


class OutOfTime(Exception):  # noqa: N818 - what happened, not what is wrong
    """A job took longer than it may."""


def passing(fault: BaseException) -> bool:
    """Whether the database is away for a moment, or is short of something that will be there again. Anything else must be seen."""
    seen: BaseException | None = fault
    while seen is not None:
        if isinstance(seen, (psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)):
            return True
        if isinstance(seen, psycopg.OperationalError):
            state = seen.sqlstate
            return state is None or state.startswith((RESOURCES, CONNECTION, SHUT_DOWN))
        seen = seen.__cause__ or seen.__context__
    return type(fault).__name__ == "InterfaceError"


def words_of(fault: BaseException) -> str:
    """A refusal's code, or what kind of fault it was and where: never what it says, which may hold what somebody wrote."""
    if isinstance(fault, RefusedError):
        return fault.refusal.code
    kind = (
        type(fault).__name__
        if type(fault).__module__ == "builtins"
        else f"{type(fault).__module__}.{type(fault).__name__}"
    )
    places = [
        f"{frame.f_globals.get('__name__', '')}:{line}"
        for frame, line in walk_tb(fault.__traceback__)
        if str(frame.f_globals.get("__name__", "")).startswith("tongban.")
    ]
    return f"{kind} {places[-1]}" if places else kind


def event_words(fault: Exception) -> str:
    """The same for the fault of one event; "" where it is none of the event's."""
    return "" if passing(fault) or isinstance(fault, OutOfTime) else words_of(fault)
