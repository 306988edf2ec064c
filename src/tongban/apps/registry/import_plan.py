"""How the rows of a spreadsheet become cases: a file for each practice, beside the practices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused
from tongban.library.document import read_document
from tongban.library.shape.fitting import Shaped
from tongban.library.shape.written import Id, Many

SYSTEM = "system"
PART = 5_000
"""Characters of one part of a long cell: what a text field takes."""


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)


class AnswerPlan(_Shape):
    """Where an answer comes from: exactly one of the four. A cell of fewer than ``least`` characters says nothing."""

    column: Id | None = None
    is_: str | bool | int | None = Field(None, alias="is")
    category: Id | None = None
    division: Id | None = None
    otherwise: str = ""
    part: int = Field(0, ge=0, le=2)
    least: int = Field(1, ge=1, le=80)

    @property
    def source(self) -> str:
        """The column it is taken from, "" for what stands in no sheet."""
        return self.column or self.category or self.division or ""


class DueAt(_Shape):
    due: Id


def _at(given: object) -> object:
    if isinstance(given, str):
        return given
    if isinstance(given, dict):
        return given
    raise PydanticCustomError("practice.not_text", "not a moment", {"given": str(given)[:60]})


class StepPlan(_Shape):
    step: Id
    by: Id
    at: Annotated[Id | DueAt, BeforeValidator(_at)]
    needs: Many[Id] = ()
    answers: dict[Id, AnswerPlan] = {}


class ImportPlan(_Shape):
    """``kind`` of case that each row becomes, and the steps it takes; the first opens it."""

    kind: Id
    steps: Many[StepPlan] = Field(min_length=1)


PLAN: Shaped[ImportPlan] = Shaped(ImportPlan)


def read_plan(path: Path, procedure: Procedure) -> ImportPlan | Refused:
    """A plan that fits the procedure: its kind, steps and fields exist there."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Refused("import.no_plan", str(path), {"practice": procedure.practice})
    document = read_document(path.name, text)
    plan = document if isinstance(document, Refused) else PLAN.fit(document)
    if isinstance(plan, Refused) or isinstance(document, Refused):
        return plan if isinstance(plan, Refused) else Refused("import.no_plan", str(path))
    kind = procedure.kinds.get(plan.kind)
    if kind is None:
        return Refused("import.plan_kind", document.where("kind"), {"kind": plan.kind})
    faults = []
    for n, each in enumerate(plan.steps):
        step = kind.steps.get(each.step)
        if step is None or step.opens != (n == 0):
            faults.append(
                Refused("import.plan_step", document.where("steps", n, "step"), {"step": each.step})
            )
            continue
        form = procedure.forms.get(step.form)
        known = {field.id for field in form.fields} if form is not None else set()
        faults += [
            Refused("import.plan_field", document.where("steps", n, "answers", name), {"field": name})
            for name in each.answers
            if name not in known
        ]
    return Refused.of(faults) if faults else plan
