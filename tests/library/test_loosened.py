"""Which limits became longer between two versions, or by a county's own settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tongban.library.loosened import Loosened, loosened
from tongban.library.practice import Practice
from tongban.library.reading import read_packed


def test_a_setting_that_is_a_limit_and_is_longer_than_the_default_is_told(practice: Practice) -> None:
    assert loosened(practice, practice, {}) == ()
    assert loosened(practice, practice, {"repair_limit": "4 working_days"}) == ()
    assert loosened(practice, practice, {"repair_limit": "8 working_days"}) == (
        Loosened("setting", "repair_limit", "5 working_days", "8 working_days"),
    )


def test_another_default_than_that_of_the_origin_is_told_too(
    practice: Practice, changed: Callable[..., Mapping[str, str]]
) -> None:
    new = read_packed(
        changed("practice.yaml", "default: 5 working_days, least", "default: 6 working_days, least")
    )
    assert isinstance(new, Practice)
    assert [each.after for each in loosened(practice, new, {})] == ["6 working_days"]
    assert loosened(new, practice, {}) == (), "tightened"


def test_a_limit_that_stands_with_its_clock_is_told(
    practice: Practice, changed: Callable[..., Mapping[str, str]]
) -> None:
    new = read_packed(changed("deadlines.yaml", "limit: 24 hours", "limit: 2 working_days"))
    assert isinstance(new, Practice)
    (told,) = loosened(practice, new, {})
    assert (told.area, told.before, told.after) == ("clock", "24 hours", "2 working_days")
