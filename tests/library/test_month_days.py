"""Days of the month stand in settings: two figures that are a day, also where a county sets them."""

from __future__ import annotations

from folder_ground import PRACTICES, changed, codes, files_of, read
from tongban.library.checking import check_settings
from tongban.library.settings import settle_settings

VILLAGES = files_of(PRACTICES / "village_deliberation")


def test_a_setting_with_days_of_the_month_holds_two_figures() -> None:
    for wrong in ("32", "7", "十号"):
        found = codes(changed(VILLAGES, "practice.yaml", 'default: "10"', f'default: "{wrong}"'))
        assert found == ["practice.month_day"] * len(found) and found
    unknown = changed(VILLAGES, "deadlines.yaml", "[first_day, second_day]", "[first_dya, second_day]")
    assert "practice.unknown_setting" in codes(unknown)


def test_a_county_cannot_set_what_is_no_day() -> None:
    practice = read(VILLAGES)
    for given, found in (("5", ["practice.month_day"] * 2), ("05", [])):
        values = settle_settings(practice, {"first_day": given})
        assert isinstance(values, dict)
        assert [each.code for each in check_settings(practice, values)] == found


def test_one_key_says_how_long() -> None:
    both = changed(
        VILLAGES,
        "deadlines.yaml",
        "{month_days: [first_day, second_day], ",
        "{month_days: [first_day], limit: 5 hours, ",
    )
    assert codes_of_reading(both) == ["practice.one_key"]


def codes_of_reading(files: dict[str, str]) -> list[str]:
    from tongban.kernel.refusal import Refused
    from tongban.library.reading import read_packed

    found = read_packed(files)
    assert isinstance(found, Refused)
    return [each.code for each in found.all()]
