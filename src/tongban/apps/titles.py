"""What a case is called in lists: by its own title, or by that of the whole that it is a part of."""

from __future__ import annotations

from tongban.apps.wording import Wording, say
from tongban.kernel.form import FieldKind, Held
from tongban.kernel.procedure.model import Kind

TITLE = """CASE WHEN store_case.title <> '' AND (store_case.root IS NULL OR store_case.title !~ '^[0-9A-Za-z_.:/-]+$')
THEN store_case.title ELSE concat_ws(' · ', nullif(store_case.title, ''), nullif((
    SELECT whole.title FROM store_case AS whole
    WHERE whole.county = store_case.county AND whole.id = store_case.root
), '')) END"""
"""A column beside those of ``store_case``. Looks further only for a part without a title of its own, or whose title is a code alone
(``3-1-502``): that says which part, but not of what."""


def untitled(wording: Wording, stage: str, kind: str = "") -> str:
    """What a case without a title is called: by its kind, where nobody must write words when one is opened; where somebody
    must, they were erased. ``kind`` "": the one that has the stage."""
    kinds = wording.procedure.kinds.values()
    found = next((each for each in kinds if each.id == kind or (not kind and stage in each.stages)), None)
    if found is None or _needs_words(wording, found):
        return say("case.untitled", wording.language)
    return wording.of(f"kinds.{found.id}", found.id)


def _needs_words(wording: Wording, kind: Kind) -> bool:
    forms = (wording.procedure.forms.get(step.form) for step in kind.openings())
    fields = (field for form in forms if form is not None for field in form.fields)
    return any(
        field.required and field.kind in (FieldKind.line, FieldKind.text) and field.place is Held.content
        for field in fields
    )
