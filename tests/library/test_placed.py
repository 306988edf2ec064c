"""A field of units that must have to do with a place names a division that the ledger holds; a day is bounded from today."""

from __future__ import annotations

from folder_ground import PRACTICES, changed, codes, files_of

CHIEFS = files_of(PRACTICES / "river_chief")


def test_only_units_are_placed_and_only_by_a_division() -> None:
    assert codes(CHIEFS) == []
    placed = "placed: division, again: of_another}"
    for by in ("reach_code", "nothing"):
        broken = changed(CHIEFS, "forms.yaml", placed, f"placed: {by}, again: of_another}}")
        assert codes(broken) == ["form.field_placed"]
    line = "{id: chief_post, kind: line, required: true, max: 60"
    assert codes(changed(CHIEFS, "forms.yaml", line, f"{line}, placed: division")) == ["form.field_placed"]


def test_a_day_has_a_most_only_beside_the_side_on_which_it_lies() -> None:
    aid = files_of(PRACTICES / "social_aid")
    day = "{id: valid_until, kind: date, required: true, check: future, max: {setting: purpose_days}}"
    assert codes(changed(aid, "forms.yaml", day, day.replace("check: future, ", ""))) == ["form.field_days"]
    assert codes(changed(aid, "forms.yaml", day, day.replace("max:", "min: 1, max:"))) == ["form.field_days"]
