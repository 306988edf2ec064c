"""A county in which social aid is adopted and its list of aids is loaded."""

from __future__ import annotations

from datetime import datetime

from scenario_ground import ROOT, calendar, practice_in
from tongban.apps.acting import Acting
from tongban.kernel.refusal import Refused


def with_aids(items: str, now: datetime) -> Acting:
    """Adopt, load the rows of ``aid_item`` (as CSV); who did it, in Chinese."""
    from tongban.apps.brought.loading import carry_out, plan
    from tongban.apps.rungs import settle
    from tongban.kernel.commands import SYSTEM
    from tongban.library.binding import bind
    from tongban.library.counties import scenario_county
    from tongban.library.story.runner import Ground

    practice = practice_in(ROOT / "practices" / "social_aid")
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    settle(Ground(practice, {}, procedure, scenario_county(calendar()), now))
    acting = Acting(now, SYSTEM, language="zh-Hans")
    found = plan(items.encode(), "aid_item.csv", "social_aid", acting, register="aid_item")
    assert not isinstance(found, Refused), found.all()
    carry_out(found, acting)
    return acting
