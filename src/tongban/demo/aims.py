"""Targets of the demo county, set when it is made, and one of which it is said that it will be missed."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongban.apps.acting import Acting
from tongban.apps.disclosure.periods import period_of
from tongban.apps.targets.aims import Aim, early_until, period_days
from tongban.apps.targets.setting import declare_miss, set_target
from tongban.demo.script import Script
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Actor, ActorKind, Post
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.models import PostRow


def set_targets(told: Script, county: str, now: datetime) -> None:
    """Set them, unless they are set: in time, on whatever day of the year the demo is made. Raises ``RefusedError`` with what stands in the way."""
    plan = told.read("targets.yaml")
    today = local_date(now)
    for each in sorted(plan["targets"], key=lambda each: _in_time(each["time"], now)):
        at = _in_time(each["time"], now)
        leader, teller = (_acting(county, str(plan[name]), at) for name in ("by", "told_by"))
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


def _in_time(kind: str, now: datetime) -> datetime:
    """Now, or the last moment at which a target for the present period may be set."""
    days = period_days(period_of(kind, local_date(now)))
    return now if isinstance(days, Refused) else min(now, early_until(days))


def _acting(county: str, login: str, now: datetime) -> Acting:
    posts = PostRow.objects.filter(county=county, person=login).values_list("unit", "role")
    return Acting(now, Actor(ActorKind.PERSON, login, tuple(Post.written(*each) for each in posts)))
