"""May this clock be extended? The questions that need nothing but the clock itself."""

from __future__ import annotations

from datetime import datetime

from tongban.kernel.clock.day import due_text
from tongban.kernel.clock.limit import Limit
from tongban.kernel.refusal import Refused


def may_extend(
    due: datetime | None, now: datetime, extensions: tuple[Limit, ...], most: int = 1
) -> Refused | None:
    """None when an extension may be asked: before the due instant, and fewer than ``most`` so far.

    ``due`` is None for a stopped clock, which cannot be late. Both refusals are given when both apply.
    """
    faults: list[Refused] = []
    if due is not None and now >= due:
        faults.append(Refused("clock.extension_late", facts={"due": due_text(due)}))
    if len(extensions) >= most:
        faults.append(Refused("clock.extension_used", facts={"used": len(extensions), "most": most}))
    return Refused.of(faults) if faults else None
