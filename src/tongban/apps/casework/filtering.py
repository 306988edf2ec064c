"""What a worklist can be filtered by: the practices in force, their stages, categories and places."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.choices import choices
from tongban.apps.casework.views import Option
from tongban.apps.casework.worklist import Filter
from tongban.apps.office import Office, office
from tongban.kernel.county import Level
from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.model import StageKind

NAMED = 4
"""Categories that are offered for words."""


class Filters(Struct, frozen=True):
    """Choices for each part of a filter. Stages are those of the practice that is chosen, or the only one: stages of forty practices under one
    another help nobody, and the same id means another thing in each. Without one, the stage of the address alone, so that it can be undone."""

    practices: tuple[Option, ...]
    stages: tuple[Option, ...]
    categories: tuple[Option, ...]
    divisions: tuple[Option, ...]


def filters(acting: Acting, wanted: Filter, here: Office | None = None) -> Filters:
    """What can be chosen beside ``wanted``; categories of the first two levels, places down to townships."""
    here = here or office()
    practices = here.practices(acting.now)
    deep = wanted.category if wanted.category.count(".") >= 2 else ""
    alone = "" if wanted.practice else wanted.stage
    key = ("filters", acting.language, practices, wanted.practice, alone, deep)
    return here.once(key, lambda: _filters(here, acting.language, practices, wanted.practice, alone, deep))


def fitting(acting: Acting, wanted: Filter, here: Office) -> Filter:
    """The same without a stage that the chosen practice does not have: whoever changes the practice means its stages."""
    if not (wanted.practice and wanted.stage):
        return wanted
    adoption = dict(here.practices(acting.now)).get(wanted.practice)
    if adoption is None or any(
        wanted.stage in kind.stages for kind in here.procedure(adoption).kinds.values()
    ):
        return wanted
    return replace(wanted, stage="")


def _filters(
    here: Office, language: str, practices: tuple[tuple[str, str], ...], wanted: str, alone: str, deep: str
) -> Filters:
    wordings = [(practice, here.wording(adoption, language)) for practice, adoption in practices]
    stages = {
        stage.id: Option(stage.id, wording.stage(stage.id))
        for practice, wording in wordings
        if practice == wanted or len(wordings) == 1 or alone
        for kind in wording.procedure.kinds.values()
        for stage in kind.stages.values()
        if stage.kind is not StageKind.END and (len(wordings) == 1 or alone in ("", stage.id))
    }
    categories = choices(FieldKind.category, here, language).options
    divisions = choices(FieldKind.division, here, language).options
    townships = {code for code, each in here.county.divisions.items() if each.level is Level.TOWNSHIP}
    return Filters(
        practices=tuple(Option(practice, wording.title()) for practice, wording in wordings),
        stages=tuple(stages.values()),
        categories=tuple(each for each in categories if each.value.count(".") < 2 or each.value == deep),
        divisions=tuple(each for each in divisions if each.value in townships),
    )


def categories_named(acting: Acting, wanted: Filter, here: Office) -> tuple[Option, ...]:
    """The categories whose own titles hold the words that are looked for, the widest first: words find cases, not these."""
    words = wanted.words.strip().casefold()
    if len(words) < 2 or wanted.category:
        return ()
    options = choices(FieldKind.category, here, acting.language).options
    found = [each for each in options if words in each.label.rpartition(" / ")[2].casefold()]
    return tuple(sorted(found, key=lambda each: each.value.count("."))[:NAMED])
