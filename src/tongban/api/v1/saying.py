"""What leaders say and set: editions published by two people, targets, colours. What came together from one place."""

from __future__ import annotations

from msgspec.structs import replace

from tongban.api.v1 import leading
from tongban.api.v1.route import Answer, Asked, Given
from tongban.api.v1.shapes import saying as shapes
from tongban.api.v1.shapes.adoption import Gone
from tongban.api.v1.shapes.leading import LightsQuery
from tongban.apps.acting import Acting
from tongban.apps.editions.expiry import current_for, set_current_for
from tongban.apps.editions.publishing import Done, drop, keep_up, propose, release, take_down
from tongban.apps.editions.reading import Shown
from tongban.apps.editions.reviewing import Month, publishing, review
from tongban.apps.figures.lights import set_lights
from tongban.apps.supervision.clusters import clusters
from tongban.apps.targets import setting
from tongban.apps.targets.aims import Aim
from tongban.apps.targets.page import asked as choices
from tongban.kernel.refusal import Refused


def list_months(asked: Asked) -> Answer:
    """The months of two years for who publishes: which are out, what waits, what somebody wants taken down."""
    found = publishing(asked.acting)
    if isinstance(found, Refused):
        return found
    return shapes.MonthList(current_for=current_for(), months=tuple(_month(each) for each in found))


def get_review(asked: Asked, month: str) -> Answer:
    """What waits to be released, each figure beside the one in force. Look at it before you release it."""
    found = review(month, asked.acting)
    if isinstance(found, Refused):
        return found
    changes = (
        shapes.FigureChange(key=each.term.key, before=each.before, now=each.now, redefined=each.redefined)
        for each in found.changes
    )
    return shapes.ReviewOut(month=_month(found.month), changes=tuple(changes))


def propose_edition(asked: Asked, month: str, body: shapes.Propose) -> Answer:
    """Count the figures of a month as they stand and put them before another person, who releases them: 202 until then."""
    return _published(propose(month, body.why, _seen(asked, body.names_seen)))


def release_edition(asked: Asked, month: str, body: shapes.Release) -> Answer:
    """Release what somebody else proposed, as it was looked at (``digest``)."""
    return _published(release(month, body.digest, asked.acting))


def drop_edition(asked: Asked, month: str) -> Answer:
    """Give what waits up."""
    return drop(month, asked.acting) or Gone()


def take_edition_down(asked: Asked, month: str, body: shapes.TakeDown) -> Answer:
    """Ask that an edition be taken down (202), or do it, where another person asked for it with this reason."""
    return _published(take_down(month, body.edition, body.why, _seen(asked, body.names_seen)))


def keep_edition(asked: Asked, month: str, body: shapes.KeepUp) -> Answer:
    """Take the wish to take it down back."""
    return keep_up(month, body.edition, asked.acting) or Gone()


def set_current(asked: Asked, body: shapes.CurrentFor) -> Answer:
    """For how many months what is released from now on is offered as current."""
    return set_current_for(str(body.months), asked.acting) or Gone()


def target_choices(asked: Asked) -> Answer:
    """What a new target may be set for."""
    found = choices(asked.acting)
    if isinstance(found, Refused):
        return found
    indicators = tuple(
        shapes.ChoiceOut.model_validate(each) for _, offered in found.indicators for each in offered
    )
    units = tuple(shapes.ChoiceOut.model_validate(each) for each in found.units)
    return shapes.TargetChoices(indicators=indicators, units=units, periods=found.periods)


def set_target(asked: Asked, body: shapes.SetTarget) -> Answer:
    """Set a target for an indicator, or the day by which all below a case is done. It stands in the ledger, by your post."""
    if not body.why.strip():
        return Refused("targets.no_reason", "why")
    if body.number:
        return _aim(setting.set_campaign(body.number, body.day, body.why, asked.acting))
    said = (body.practice, body.indicator, body.unit, body.period, body.value)
    return _aim(setting.set_target(*said, body.why, asked.acting))


def declare_miss(asked: Asked, target_id: str, body: shapes.SayMiss) -> Answer:
    """Say in time that it will be missed: what is to be expected instead, why, and by when it is made good."""
    return _aim(setting.declare_miss(target_id, body.expected, body.until, body.why, asked.acting))


def move_target(asked: Asked, target_id: str, body: shapes.MoveTarget) -> Answer:
    """Put another value in its place, while three quarters of its time are not over. The first stays beside it."""
    return _aim(setting.move_target(target_id, body.value, body.why, asked.acting))


def give_target_up(asked: Asked, target_id: str, body: shapes.GiveUp) -> Answer:
    """End it before its time. It stays listed as given up."""
    return _aim(setting.give_up(target_id, body.why, asked.acting))


def set_colours(asked: Asked, body: shapes.SetColours) -> Answer:
    """The rule by which units have a colour, from now on."""
    return set_lights(body.red, body.amber, asked.acting) or leading.get_lights(asked, LightsQuery())


def list_clusters(asked: Asked) -> Answer:
    """Ratings of thirty days that came together from one place within seconds, the largest first."""
    found = clusters(asked.acting)
    if isinstance(found, Refused):
        return found
    lines = (
        shapes.TogetherOut(
            began=each.began,
            seconds=each.seconds,
            count=each.count,
            units=tuple(shapes.NamedCount(unit=unit, n=n) for unit, n in each.units),
            levels=tuple(shapes.LevelCount(level=level, n=n) for level, n in each.levels),
            numbers=each.numbers,
        )
        for each in found
    )
    return shapes.TogetherList(clusters=tuple(lines))


def _seen(asked: Asked, names: tuple[str, ...]) -> Acting:
    return replace(asked.acting, names_seen=frozenset(names))


def _published(done: Done | Refused) -> Answer:
    """What is asked for waits for another person."""
    if isinstance(done, Refused):
        return done
    waits = done.what in ("proposed", "asked_down")
    return Given(shapes.PublishedOut.model_validate(done), 202 if waits else 200)


def _aim(done: Aim | Refused) -> Answer:
    return done if isinstance(done, Refused) else shapes.TargetRef(id=done.id)


def _month(each: Month) -> shapes.MonthOut:
    return shapes.MonthOut(
        period=each.period,
        newest=_edition(each.newest),
        proposal=_edition(each.proposal),
        proposal_mine=each.proposal_mine,
        leaving=each.leaving,
        leaving_mine=each.leaving_mine,
        named=each.named,
    )


def _edition(shown: Shown | None) -> shapes.EditionShort | None:
    return shapes.EditionShort.model_validate(shown) if shown is not None else None
