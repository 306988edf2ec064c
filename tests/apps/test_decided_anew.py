"""What decides where a case goes is answered anew each time; other answers that are asked again stand there to be corrected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.apps.casework.deciding import deciding
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.folder import pack
from tongban.library.reading import read_packed

PRACTICES = Path(__file__).parents[2] / "practices"


def bound(practice: str) -> Procedure:
    files = pack(PRACTICES / practice)
    assert not isinstance(files, Refused)
    read = read_packed(dict(files))
    assert not isinstance(read, Refused)
    procedure = bind(read, {})
    assert not isinstance(procedure, Refused)
    return procedure


@pytest.mark.parametrize(
    ("practice", "form", "anew"),
    [
        ("river_chief", "walk", {"seen"}),
        ("enterprise_service", "declare", {"kin", "stake", "own_case"}),
        ("river_chief", "change_board", set()),
        ("idle_house", "draft", set()),
    ],
)
def test_nothing_stands_before_an_answer_by_which_a_step_decides(
    practice: str, form: str, anew: set[str]
) -> None:
    assert deciding(bound(practice), form) == anew
