"""What the page of a practice's forms says of a field: that somebody is asked it, or where it is known from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.kernel.refusal import Refused
from tongban.library.reading import read_practice
from tongban.web.studio.known import known_from
from tongban.web.studio.saying import Saying

PRACTICES = Path(__file__).parents[2] / "practices"


@pytest.mark.parametrize(
    ("form", "field", "asked"),
    [("tell", "problem_words", True), ("found", "problem_words", False), ("walk", "seen", True)],
)
def test_what_people_open_a_case_with_is_asked_though_another_opening_is_told_it(
    form: str, field: str, asked: bool
) -> None:
    practice = read_practice(PRACTICES / "river_chief")
    assert not isinstance(practice, Refused)
    kind = next(
        name
        for name, rules in practice.kinds.items()
        if any(step.form == form for step in rules.steps.values())
    )
    spec = next(each for each in practice.forms[form] if each.id == field)
    assert (known_from(Saying(practice, "zh-Hans", {}), kind, form, spec) == "") is asked
