"""Where a case would go: the unit that would get it, why, and whether its category says enough to be routed by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.choices import meant
from tongban.apps.casework.scenes import form_of, scene_of
from tongban.apps.casework.story import reason_of
from tongban.apps.office import Office, office
from tongban.apps.wording import Wording
from tongban.kernel.case import Case
from tongban.kernel.commands import Command, Scene
from tongban.kernel.county import County
from tongban.kernel.events import Event, Held
from tongban.kernel.procedure.decide import decide
from tongban.kernel.procedure.model import Hold, Procedure, Step
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import Routed, route
from tongban.store.batch import Loaded


class Destination(Struct, frozen=True):
    """A unit with the reason for it. ``wide``: nobody's list names so wide a category, though lists name its
    parts; the unit is the one that takes what nobody else does."""

    unit: str
    reason: str
    wide: bool = False


def destinations(
    number: str, step: str, variants: Sequence[Mapping[str, object]], acting: Acting
) -> tuple[Destination | None, ...] | Refused:
    """For each set of answers the unit that the step would give the case to: the decision itself, thrown away.

    While a form lacks something else, where routing would send it. None where the step gives it to nobody.
    Refuses an unknown number.
    """
    here = office()
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return loaded
    return tuple(_destination(here, loaded, step, answers, acting) for answers in variants)


def _destination(
    here: Office, loaded: Loaded, step: str, answers: Mapping[str, object], acting: Acting
) -> Destination | None:
    wording = here.wording(loaded.case.adoption, acting.language)
    procedure = wording.procedure
    rule = procedure.kinds[loaded.case.kind].steps.get(step)
    command = Command(step, meant(form_of(procedure, rule), answers, here, by_hand=acting.by_hand))
    scene = scene_of(here, procedure, rule, command, acting, loaded)
    decided = decide(procedure, loaded.case, command, acting.actor, scene)
    category = str(command.answers.get("category") or loaded.case.facts.get("category") or "")
    if isinstance(decided, Refused):
        held = _routed(procedure, rule, loaded.case, command, scene, category)
    else:
        held = held_by(decided.events[0])
    judged = wording.step(step) if rule is not None and rule.judges else ""
    return _said(held, category, wording, here.county, judged) if held is not None else None


def _routed(
    procedure: Procedure, rule: Step | None, case: Case, command: Command, scene: Scene, category: str
) -> Held | None:
    """Where routing alone would send the case, while the form is not filled in yet."""
    plans = (rule.follows, *(branch.follows for branch in rule.to)) if rule is not None else ()
    if not any(isinstance(follow, Hold) and follow.to == "route" for plan in plans for follow in plan):
        return None
    division = str(command.answers.get("division") or case.division)
    sight = Sight(procedure, case, {"category": category, "division": division}, scene)
    found = route(procedure.routing, scene.county, category, division, sight, scene.now)
    return None if isinstance(found, Refused) else _held(found)


def would_take(practice: str, category: str, division: str, acting: Acting) -> Destination | None:
    """The unit that a practice's rules find for a matter that is not a case yet; None when they find nobody."""
    here = office()
    adoption = here.opened_under(practice, acting.now)
    if adoption is None:
        return None
    wording = here.wording(adoption, acting.language)
    values = {"facts.category": category, "facts.division": division, "case.division": division}
    found = route(wording.procedure.routing, here.county, category, division, values, acting.now)
    if isinstance(found, Refused):
        return None
    return _said(_held(found), category, wording, here.county)


def _held(found: Routed) -> Held:
    return Held(found.unit, found.rule, found.duty, precedent=found.precedent, lacking=found.lacking)


def held_by(event: Event) -> Held | None:
    """Who gets the case by an event; None when it stays where it is."""
    return next((follow for follow in event.follows if isinstance(follow, Held)), None)


def too_wide(held: Held, category: str, procedure: Procedure, county: County) -> bool:
    """Whether no duty list chose the unit although lists name what lies within the category."""
    rules = {rule.id for rule in procedure.routing}
    if held.duty or held.rule not in rules or not any(rule.take == "duty" for rule in procedure.routing):
        return False
    within = f"{category}." if category else ""
    return any(code != category and code.startswith(within) for code in county.owners_by_category)


def _said(held: Held, category: str, wording: Wording, county: County, judged: str = "") -> Destination:
    return Destination(
        unit=wording.names.unit(held.unit, wording.language),
        reason=reason_of(held, wording, judged),
        wide=too_wide(held, category, wording.procedure, county),
    )
