"""Keys of rows while a step is decided: what is answered stands in them plainly, who somebody is as a seal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tongban.kernel.procedure.evolve import Draft
from tongban.kernel.procedure.model import OpenSubcases, Procedure, Write
from tongban.kernel.procedure.register import key_text, seal_place
from tongban.kernel.procedure.subjects import Place


def row_key(
    procedure: Procedure,
    follow: Write,
    draft: Draft,
    text: Callable[[str], str],
    spelled: Mapping[Place, str],
) -> str:
    """The key of the row that is set: a sealed part as the case keeps it, any other as it was answered (``text``), codes in capitals.
    A row that is there of a brought register keeps its letters (``spelled``)."""
    register = next((each for each in procedure.registers if each.id == follow.register), None)
    if register is None:
        return key_text([text(name) for name in follow.key])
    key = key_text(
        [
            draft.sealed.get(seal_place(register.id, name), "")
            if name in register.sealed
            else register.part(name, text(name))
            for name in follow.key
        ]
    )
    return spelled.get((register.id, key), key) if register.brought else key


def passed_on(procedure: Procedure, follow: OpenSubcases, draft: Draft) -> dict[str, str]:
    """Of the fields that are carried into subcases those that only a sealed key is left of."""
    places = {
        seal_place(each.id, name) for each in procedure.registers for name in each.sealed & set(follow.carry)
    }
    return {place: digest for place, digest in draft.sealed.items() if place in places}
