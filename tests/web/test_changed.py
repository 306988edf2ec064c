"""What was changed between two versions of a practice is said in words, to whoever reads no code."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from database_ground import ROOT
from tongban.apps.adoption.shelf import check
from tongban.library.difference import Change
from tongban.library.shape.manifest import Manifest, Setting
from tongban.library.shape.procedure import StageSpec, StepSpec
from tongban.library.shape.rules import ClockSpec, FieldSpec, IndicatorSpec
from tongban.web.studio.changed import change_line
from tongban.web.studio.saying import Saying
from tongban.web.words import has_words

PARTS = (StepSpec, StageSpec, ClockSpec, FieldSpec, IndicatorSpec, Setting, Manifest)


@pytest.fixture(scope="module")
def saying() -> Saying:
    found, faults = check(ROOT / "practices" / "hotline")
    assert found is not None, faults
    return Saying(found, "en", {})


@pytest.mark.parametrize("shape", PARTS)
def test_every_part_has_words(shape: type[BaseModel]) -> None:
    # Settings are told one by one, and a key that ends in “says” is that of a refusal.
    of = "manifest." if shape is Manifest else ""
    names = {info.alias or name for name, info in shape.model_fields.items()} - {"settings", "says"}
    assert sorted(name for name in names if not has_words(f"studio.part.{of}{name}")) == []


@pytest.mark.parametrize(
    ("area", "name", "part", "before", "after", "about", "was", "now"),
    [
        ("step", "appeal/contest", "at_most", "3", "2", "how often at most", "3", "2"),
        ("step", "appeal/sign", "to", "signed", "handling", "to which stage", "Signed for", "Being handled"),
        ("setting", "return_limit", "default", "1 working_days", "2 working_days",
         "as it comes", "1 working day", "2 working days"),
        ("field", "reply/outcome", "required", "true", "", "whether it must be filled in", "yes", ""),
        ("step", "appeal/sign", "needs", "{late: count.sign > 0}", "{}", "its conditions", "", ""),
        ("manifest", "roles", "", "[handler]", "[handler, reviewer]", "the roles", "Handler", "Handler, Reviewer"),
    ],
)  # fmt: skip
def test_a_change_is_said_with_both_values_where_no_code_is_needed(
    saying: Saying, area: str, name: str, part: str, before: str, after: str, about: str, was: str, now: str
) -> None:
    line = change_line(saying, Change("changed", area, name, part, before, after, "procedure.yaml:1"))  # type: ignore[arg-type]
    assert (line.about, line.was, line.now) == (about, was, now)
