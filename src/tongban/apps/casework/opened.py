"""How many cases one step opened, at all depths."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from tongban.apps.office import Office

_SQL = """WITH RECURSIVE opened AS (
    SELECT id FROM store_case WHERE county = %s AND parent = %s::uuid AND opened_at = %s
    UNION ALL
    SELECT c.id FROM opened o JOIN store_case c ON c.county = %s AND c.parent = o.id AND c.opened_at = %s
) SELECT count(*) FROM opened"""


def opened_at(here: Office, case: str, at: datetime) -> int:
    """The cases below ``case`` that were opened at this very moment: by one decision, since all of it happens at one."""
    ((n,),) = here.rows(_SQL, [here.county.code, case, at, here.county.code, at])
    return cast(int, n)
