"""Who has a case, as lists and pages say it: its holder, whom the case it follows is with, or who did it."""

from __future__ import annotations

from tongban.apps.naming import Registered
from tongban.apps.numbers import written
from tongban.apps.wording import say
from tongban.store.projection import PARENT

_LEAD = """FROM (SELECT county AS its_county, joined AS its_lead) AS own
                     JOIN store_case AS lead ON lead.county = its_county AND lead.id = its_lead"""
HOLDING = f"""CASE WHEN joined IS NOT NULL THEN (SELECT lead.holder {_LEAD})
                   WHEN standing <> 'open' AND holder = home
                   THEN coalesce(nullif(state::jsonb ->> 'previous_holder', ''), holder) ELSE holder END,
              coalesce((SELECT lead.number {_LEAD}), '')"""
"""Two columns beside those of ``store_case``: the unit, and the number of the case that this one follows."""

GIVER = """(SELECT above.holder FROM store_case AS above
                   WHERE above.county = store_case.county AND above.id = store_case.parent)"""
"""The unit that holds the parent case."""
WAITING = f"CASE WHEN waiting = '{PARENT}' THEN coalesce({GIVER}, holder) ELSE waiting END"
"""The unit that must act now; "" while it is the requester's turn."""


def held_by(names: Registered, unit: str, lead: str, language: str) -> str:
    """The two columns in words."""
    name = names.unit(unit, language)
    return say("case.with_lead", language, number=written(lead), unit=name) if lead else name
