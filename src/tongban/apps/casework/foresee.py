"""What would follow from a step, before it is taken: the same decision, thrown away."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.brought.naming_still import ends_named
from tongban.apps.casework.burden import burden
from tongban.apps.casework.choices import meant, pointed
from tongban.apps.casework.destination import held_by, too_wide
from tongban.apps.casework.otherwise import otherwise
from tongban.apps.casework.scenes import form_of, scene_of
from tongban.apps.casework.story import story
from tongban.apps.casework.untaken import untaken_after
from tongban.apps.casework.views import Foreseen
from tongban.apps.office import Office, office
from tongban.apps.sight import seen
from tongban.apps.wording import Wording
from tongban.kernel.case import Case
from tongban.kernel.commands import ActorKind, Command, Scene
from tongban.kernel.events import Held
from tongban.kernel.procedure.decide import decide
from tongban.kernel.refusal import Refused


def foresee(number: str, step: str, answers: Mapping[str, object], acting: Acting) -> Foreseen | Refused:
    """Where the step would lead, who would hold the case and by which reason, which dates would move.

    Refuses exactly what ``take`` would refuse, and a case that is not the actor's to see; nothing is stored either way.
    """
    here = office()
    loaded = seen(number, acting, here)
    if isinstance(loaded, Refused):
        return loaded
    wording = here.wording(loaded.case.adoption, acting.language)
    rule = wording.procedure.kinds[loaded.case.kind].steps.get(step)
    form = form_of(wording.procedure, rule)
    command = Command(step, meant(form, answers, here, by_hand=acting.by_hand))
    scene = scene_of(here, wording.procedure, rule, command, acting, loaded)
    found = foreseen(here, loaded.case, command, scene, acting, wording)
    return pointed(found, form, here, acting.language) if isinstance(found, Refused) else found


DOUBTED = "form.doubted_row"


def doubted_rows(number: str, step: str, answers: Mapping[str, object], acting: Acting) -> dict[str, Refused]:
    """What would be pointed out of the rows that are chosen in a step, each under a mark that says which rows and why: whoever takes the
    step looks at it before. Nothing for a step that would be refused."""
    here = office()
    if step not in here.once("doubting", lambda: _doubting(here)):
        return {}
    loaded = seen(number, acting, here)
    if isinstance(loaded, Refused):
        return {}
    procedure = here.wording(loaded.case.adoption, acting.language).procedure
    rule = procedure.kinds[loaded.case.kind].steps.get(step)
    form = form_of(procedure, rule)
    if form is None or not any(each.doubts for each in form.fields):
        return {}
    command = Command(step, meant(form, answers, here, by_hand=acting.by_hand))
    scene = scene_of(here, procedure, rule, command, acting, loaded)
    decided = decide(procedure, loaded.case, command, acting.actor, scene)
    doubts = () if isinstance(decided, Refused) else decided.warnings
    return {mark_of(each): each for each in doubts if each.code == DOUBTED}


def _doubting(here: Office) -> frozenset[str]:
    """What steps are called in whose form something may be doubtful: most steps are taken without another look at the case."""
    found: set[str] = set()
    for adoption in here.adoptions():
        procedure = here.procedure(adoption)
        forms = {form.id for form in procedure.forms.values() if any(each.doubts for each in form.fields)}
        for kind in procedure.kinds.values():
            found |= {step.id for step in kind.steps.values() if step.form in forms}
    return frozenset(found)


def mark_of(doubt: Refused) -> str:
    """A doubt told apart from others: where, why and of which rows."""
    rows = doubt.facts.get("rows")
    named = " ".join(map(str, rows)) if isinstance(rows, tuple) else ""
    return f"{doubt.where} {doubt.facts.get('condition', '')} {named}"


def foreseen(
    here: Office, case: Case, command: Command, scene: Scene, acting: Acting, wording: Wording
) -> Foreseen | Refused:
    """The same for a case that was loaded already. Who gets it comes first."""
    decided = decide(wording.procedure, case, command, acting.actor, scene)
    if isinstance(decided, Refused):
        return decided
    kind, event = wording.procedure.kinds[case.kind], decided.events[0]
    held, category = held_by(event), str(decided.cases[0].facts.get("category") or "")
    follows = tuple(sorted(event.follows, key=lambda follow: not isinstance(follow, Held)))
    event = replace(event, follows=follows)
    (line,) = story([event], {}, wording, kind, acting.now, resident=False, person=acting.actor.person)
    wide = held is not None and too_wide(held, category, wording.procedure, scene.county)
    told = otherwise(held, case, command, scene, wording) if held is not None else ()
    inside = acting.actor.kind is ActorKind.PERSON
    untaken = (*untaken_after(here, decided, scene), *ends_named(here, decided, scene.now)) if inside else ()
    return Foreseen(
        wording.stage(event.to),
        (*line.follows, *burden(decided, scene, wording, acting)),
        wide,
        told,
        tuple(wording.refusal(each) for each in (*decided.warnings, *untaken)),
    )
