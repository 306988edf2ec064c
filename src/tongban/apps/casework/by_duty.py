"""The unit that duty lists name for a matter, offered where a form asks for one: an offer, taken by whoever answers."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.choices import choices, meant
from tongban.apps.casework.scenes import form_of
from tongban.apps.casework.views import Opening
from tongban.apps.office import Office, office
from tongban.kernel.form import OFFERS_OWNER, Field, FieldKind, Form
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import owner_of

CATEGORY, DIVISION = "category", "division"


class ByDuty(Struct, frozen=True):
    """``field`` may take ``unit`` (``label`` in the reader's language); ``entry`` is the title of the duty list's entry."""

    field: str
    unit: str
    label: str
    entry: str


def by_duty(field: Field, answered: Mapping[str, object], here: Office, language: str) -> ByDuty | None:
    """What a field offers for the category and the place that are answered, by code or by what they are called in the reader's language;
    None where no list names the category, or only a unit that the field does not take."""
    category = _code(FieldKind.category, answered.get(CATEGORY), here, language)
    if field.offer != OFFERS_OWNER or not category:
        return None
    place = _code(FieldKind.division, answered.get(DIVISION), here, language) or here.county.code
    found = owner_of(here.county, category, place)
    if found is None or (field.of and here.county.units[found.unit].kind not in field.of):
        return None
    label = choices(FieldKind.unit, here, language).labels.get(found.unit, found.unit)
    return ByDuty(field.id, found.unit, label, here.names.duty(found.code, language))


def _code(kind: FieldKind, given: object, here: Office, language: str) -> str:
    return choices(kind, here, language).ids.get(str(given), str(given)) if given else ""


def for_opening(opening: Opening, answers: Mapping[str, object], acting: Acting) -> tuple[ByDuty, ...]:
    """The same for a form that is being written and opens a case."""
    here = office()
    procedure = here.wording(opening.adoption, acting.language).procedure
    form = procedure.forms.get(procedure.kinds[opening.kind].steps[opening.step].form)
    return _offered(form, meant(form, answers, here, by_hand=acting.by_hand), here, acting.language)


def asks_for_owner(opening: Opening, acting: Acting) -> bool:
    """Whether whoever opens a case names the unit themselves, and is offered whom the duty lists name: nothing is routed then."""
    procedure = office().wording(opening.adoption, acting.language).procedure
    form = procedure.forms.get(procedure.kinds[opening.kind].steps[opening.step].form)
    return any(field.offer == OFFERS_OWNER for field in (form.fields if form is not None else ()))


def for_step(
    number: str, step: str, answers: Mapping[str, object], acting: Acting
) -> tuple[ByDuty, ...] | Refused:
    """The same for the form of a step on a case, which may say its category and place already. Refuses an unknown number."""
    here = office()
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return loaded
    procedure = here.wording(loaded.case.adoption, acting.language).procedure
    form = form_of(procedure, procedure.kinds[loaded.case.kind].steps.get(step))
    given = {
        name: value for name, value in meant(form, answers, here, by_hand=acting.by_hand).items() if value
    }
    known = {DIVISION: loaded.case.division, **loaded.case.facts}
    return _offered(form, {**known, **given}, here, acting.language)


def _offered(
    form: Form | None, answered: Mapping[str, object], here: Office, language: str
) -> tuple[ByDuty, ...]:
    found = (by_duty(field, answered, here, language) for field in (form.fields if form is not None else ()))
    return tuple(each for each in found if each is not None)
