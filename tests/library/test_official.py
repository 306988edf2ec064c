"""What the law makes public of somebody in office is a line that may be published."""

from __future__ import annotations

import pytest

from folder_ground import PRACTICES, changed, codes, files_of

CHIEFS = files_of(PRACTICES / "river_chief")


@pytest.mark.parametrize("how", ["inner: true", "held: identity"])
def test_what_is_kept_from_the_public_is_not_official(how: str) -> None:
    line = "{id: chief_name, kind: line, required: true, max: 30, official: true"
    assert codes(CHIEFS) == []
    assert "form.field_official" in codes(changed(CHIEFS, "forms.yaml", line, f"{line}, {how}"))


def test_a_text_says_more_than_who_is_in_office() -> None:
    text = "{id: goal, kind: line, required: true, max: 120}"
    official = "{id: goal, kind: text, required: true, max: 120, official: true}"
    assert "form.field_official" in codes(changed(CHIEFS, "forms.yaml", text, official))
