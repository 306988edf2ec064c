"""What is released to the requester: by a step of the kind that asks it, and nothing that they are never shown."""

from __future__ import annotations

import pytest

from folder_ground import PRACTICES, changed, codes, files_of

NAMES = files_of(PRACTICES / "exoneration")
FIELD = "{id: told_matter, kind: text, required: true, max: 300, released_by: [approve]}"


@pytest.mark.parametrize(
    ("instead", "code"),
    [
        (
            "{id: told_matter, kind: text, required: true, max: 300, released_by: [aprove]}",
            "practice.unknown_step",
        ),
        (FIELD.replace("released_by", "inner: true, released_by"), "form.field_released"),
        (FIELD.replace("released_by", "held: identity, released_by"), "form.field_released"),
    ],
)
def test_a_release_is_by_a_known_step_and_of_what_can_be_shown(instead: str, code: str) -> None:
    assert code in codes(changed(NAMES, "forms.yaml", FIELD, instead))
