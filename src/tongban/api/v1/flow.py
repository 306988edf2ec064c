"""Where cases wait, for people who oversee units."""

from __future__ import annotations

from msgspec.structs import replace

from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes import flow as shapes
from tongban.apps.flow.asking import Wish, flow_page
from tongban.apps.flow.views import WaitLine
from tongban.kernel.refusal import Refused


def get_flow(asked: Asked, query: shapes.FlowQuery) -> Answer:
    """Where cases of a kind wait, who hands them on to whom, what comes back, how far they come and how long they take.

    Times are working days. What is asked for and not there is answered as what is usual; the answer says which it is."""
    found = flow_page(asked.acting, Wish(query.of, query.period, query.unit))
    if isinstance(found, Refused):
        return found
    lines = tuple(_wait(each) for each in found.waits)
    return shapes.FlowOut.model_validate(replace(found, waits=())).model_copy(update={"waits": lines})


def _wait(line: WaitLine) -> shapes.WaitOut:
    plain = {name: getattr(line, name) for name in shapes.WaitOut.model_fields}
    ended = {} if line.n else {"median": None, "most": None}
    return shapes.WaitOut(**{**plain, **ended, **({} if line.open else {"longest": None})})
