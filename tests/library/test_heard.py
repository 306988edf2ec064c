"""What a requester may say of their own case stands on their page."""

from __future__ import annotations

from folder_ground import PRACTICES, changed, codes, files_of


def test_a_step_of_a_requester_is_not_hidden_by_a_number_that_they_need_not_give() -> None:
    files = files_of(PRACTICES / "error_tolerance")
    assert codes(files) == []
    line = "{id: related, kind: case, inner: true, again: each_time, asked_of: office}"
    assert "practice.step_hidden" in codes(
        changed(files, "forms.yaml", line, line.replace(", asked_of: office", ""))
    )
