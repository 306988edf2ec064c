"""What lies below a case, and what was lent over it."""

from __future__ import annotations

from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes import trees as shapes
from tongban.apps.casework.mandates import mandates
from tongban.apps.casework.tree import tree
from tongban.kernel.refusal import Refused


def get_tree(asked: Asked, number: str, query: shapes.TreeQuery) -> Answer:
    """How everything below a case stands, phase by phase; what is stuck; and the cases directly below, a hundred at a time."""
    found = tree(number, asked.acting, query.page)
    return found if isinstance(found, Refused) else shapes.TreeOut.model_validate(found)


def list_mandates(asked: Asked, number: str) -> Answer:
    """The mandates given on a case, the latest first, each with the steps that were taken by it."""
    found = mandates(number, asked.acting)
    if isinstance(found, Refused):
        return found
    return shapes.MandateList(mandates=tuple(shapes.Lent.model_validate(each) for each in found))
