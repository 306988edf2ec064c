"""Keeps the registers that say what the county has adopted, after each adoption and each retirement; nothing where no practice in force names one."""

from __future__ import annotations

from datetime import datetime

from tongban.apps.office import office
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.kept import kept_rows
from tongban.store import entries


def keep_registers(since: datetime, now: datetime) -> None:
    """Rows of the practices in force at ``now``, from ``since`` on or from their latest change, whichever is later.

    Raises ``RefusedError`` where the store refuses them; the next adoption brings them up to date.
    """
    here = office()
    held = [adoption for _, adoption in here.all_practices(now)]
    registers = {each.id: each for one in held for each in here.procedure(one).registers if each.kept}
    if not registers:
        return
    practices = [here.practice(each) for each in held]
    for register, rows in kept_rows(registers.values(), practices).items():
        last = entries.last_change(here.journal, register)
        holds = since if last is None else max(since, last)
        done = entries.load(here.journal, register, rows, ActorKind.SYSTEM.value, holds, now)
        if isinstance(done, Refused):
            raise RefusedError(done)
