"""A case that turns out to be about its receiver goes above, and those it is about do not choose where."""

from __future__ import annotations

from folder_ground import PRACTICES, changed, codes, files_of

PETITION = files_of(PRACTICES / "petition")


def test_whoever_hands_a_case_above_gives_it_to_nobody_else() -> None:
    assert codes(PETITION) == []
    told = "      - notify: {notice: handed_up, to: home}"
    broken = changed(PETITION, "procedure/petition.yaml", told, f"      - hold: previous\n{told}")
    assert codes(broken) == ["practice.handed_up_held"]
