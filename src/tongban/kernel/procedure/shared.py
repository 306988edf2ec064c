"""Which open cases other requesters may be told of, and join theirs to.

The county says of which categories, the practice under what conditions; that a case is open, leads, and is about no
unit that has no part in it is asked of every one.
"""

from __future__ import annotations

from datetime import datetime

from tongban.kernel.case import Case
from tongban.kernel.commands import Scene
from tongban.kernel.county import County
from tongban.kernel.procedure.model import Procedure, StageKind
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.refusal import RefusedError


def shared(procedure: Procedure, case: Case, county: County, now: datetime) -> bool:
    """Whether requesters other than its own may know of the case. What cannot be judged is not shared."""
    kind = procedure.kinds.get(case.kind)
    if kind is None or kind.shared is None:
        return False
    if case.parent or case.joined or case.recused or kind.stages[case.stage].kind is not StageKind.OPEN:
        return False
    if case.facts.get("category") not in county.shared:
        return False
    try:
        return kind.shared.holds(Sight(procedure, case, {}, Scene(county, now)))
    except RefusedError:
        return False
