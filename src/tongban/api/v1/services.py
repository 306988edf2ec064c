"""What the county offers, for everybody: search in plain words, and the guide of each entry."""

from __future__ import annotations

from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes import services as shapes
from tongban.apps.catalogue.finding import LONGEST, Question
from tongban.apps.catalogue.guide import guide
from tongban.apps.catalogue.listing import listing
from tongban.kernel.refusal import Refused


def list_services(asked: Asked, query: shapes.ServicesQuery) -> Answer:
    """The entries of the catalogue that fit, the best first, 20 a page. Nothing of what somebody looks for is kept."""
    question = Question(query.words[:LONGEST], query.group, query.level)
    found = listing(question, query.page, asked.acting.language, asked.acting.now)
    if isinstance(found, Refused):
        return found
    return shapes.ServiceList(
        total=found.total,
        page=found.page,
        pages=found.pages,
        near=found.near,
        services=tuple(shapes.ServiceShort.model_validate(each) for each in found.lines),
        groups=tuple(shapes.NarrowedOut.model_validate(each) for each in found.groups),
        levels=tuple(shapes.NarrowedOut.model_validate(each) for each in found.levels),
    )


def get_service(asked: Asked, service: str) -> Answer:
    """The guide of one entry, as its page shows it."""
    found = guide(service, asked.acting.language, asked.acting.now)
    return found if isinstance(found, Refused) else shapes.ServiceOut.model_validate(found)
