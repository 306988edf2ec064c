"""What speaks for another unit than the one that somebody names by hand. It is told and stops nothing."""

from __future__ import annotations

from tongban.apps.casework.scenes import form_of
from tongban.apps.wording import Wording, say
from tongban.kernel.case import Case
from tongban.kernel.commands import Command, Scene
from tongban.kernel.events import Held
from tongban.kernel.form.field import FieldKind
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import route


def otherwise(held: Held, case: Case, command: Command, scene: Scene, wording: Wording) -> tuple[str, ...]:
    """The unit that the duty list or a precedent names for the matter, and the one proposed for the field (by whom returned
    it), each where it is another. Nothing for what was not chosen by hand."""
    if held.rule != "chosen":
        return ()
    language, names = wording.language, wording.names
    told = []
    category = str(command.answers.get("category") or case.facts.get("category") or "")
    division = str(command.answers.get("division") or case.division)
    sight = Sight(wording.procedure, case, {"category": category, "division": division}, scene)
    found = route(wording.procedure.routing, scene.county, category, division, sight, scene.now)
    if not isinstance(found, Refused) and found.duty and found.unit != held.unit:
        duty = names.duty(found.duty, language)
        told.append(say("foresee.list_names", language, unit=names.unit(found.unit, language), duty=duty))
    proposed = _proposed(case, command, wording)
    if proposed not in ("", held.unit):
        told.append(say("foresee.proposed", language, unit=names.unit(proposed, language)))
    return tuple(told)


def _proposed(case: Case, command: Command, wording: Wording) -> str:
    """The unit that the step's form offers to begin with, out of what was said before; "" for none."""
    step = wording.procedure.kinds[case.kind].steps[command.step]
    form = form_of(wording.procedure, step)
    fields = form.fields if form is not None else ()
    offers = (
        each.offer for each in fields if each.kind is FieldKind.unit and each.offer.startswith("facts.")
    )
    return next((str(case.facts.get(offer.removeprefix("facts.")) or "") for offer in offers), "")
