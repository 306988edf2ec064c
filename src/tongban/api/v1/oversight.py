"""Signs and targets for programs: the same as the pages below ``/lead/``, for who may read those."""

from __future__ import annotations

from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes import oversight as shapes
from tongban.apps.signs.overview import signs
from tongban.apps.targets.page import target, targets
from tongban.kernel.refusal import Refused


def list_signs(asked: Asked, query: shapes.SignsQuery) -> Answer:
    """Units beside signs, of the units that you oversee or belong to. No sum, no rank, nobody's name."""
    found = signs(asked.acting, int(query.months))
    return found if isinstance(found, Refused) else shapes.SignsOut.model_validate(found)


def list_targets(asked: Asked) -> Answer:
    """Targets of the county and of the units that you oversee or belong to: plan, actual and forecast."""
    if not asked.acting.actor.posts:
        return Refused("figures.no_post", "")
    found = targets(asked.acting)
    return shapes.TargetList(
        running=tuple(shapes.TargetOut.model_validate(each) for each in found.running),
        over=tuple(shapes.TargetOut.model_validate(each) for each in found.over),
    )


def get_target(asked: Asked, target_id: str) -> Answer:
    """One target with everything that was said of it."""
    if not asked.acting.actor.posts:
        return Refused("figures.no_post", "")
    found = target(target_id, asked.acting)
    return found if isinstance(found, Refused) else shapes.TargetOut.model_validate(found.standing)
