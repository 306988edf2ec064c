"""Targets of the demo county, set when it is made, and one of which it is said that it will be missed."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongban.apps.acting import Acting
from tongban.apps.disclosure.periods import period_of
from tongban.apps.targets.aims import Aim
from tongban.apps.targets.setting import declare_miss, set_target
from tongban.demo.script import Script
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Actor, ActorKind, Post
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.models import PostRow


def set_targets(told: Script, county: str, now: datetime) -> None:
    """Set them, unless they are set. Raises ``RefusedError`` with what stands in the way."""
    plan = told.read("targets.yaml")
    leader, teller = (_acting(county, str(plan[name]), now) for name in ("by", "told_by"))
    today = local_date(now)
    for each in plan["targets"]:
        period, unit = period_of(each["time"], today), str(each.get("unit", ""))
        found = set_target(
            each["practice"], each["indicator"], unit, period, each["value"], each["why"], leader
        )
        miss = each.get("miss")
        if isinstance(found, Aim) and miss is not None:
            until = (today + timedelta(days=miss["days"])).isoformat()
            said = declare_miss(found.id, miss["expected"], until, miss["why"], teller)
            found = said if isinstance(said, Refused) else found
        if isinstance(found, Refused) and found.code != "targets.there":
            raise RefusedError(found)


def _acting(county: str, login: str, now: datetime) -> Acting:
    posts = PostRow.objects.filter(county=county, person=login).values_list("unit", "role")
    return Acting(now, Actor(ActorKind.PERSON, login, tuple(Post(*each) for each in posts)))
