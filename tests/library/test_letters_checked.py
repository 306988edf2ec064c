"""What may stand in ``letters.yaml``: names that lead somewhere, and nothing that tells who asks."""

from __future__ import annotations

import pytest

from folder_ground import PRACTICES, changed, codes, files_of
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.reading import read_packed

HOTLINE = files_of(PRACTICES / "hotline")


def test_the_letters_of_the_hotline_are_sound() -> None:
    assert codes(HOTLINE) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        ("letters.yaml", "appeal:", "appeals:", "practice.unknown_kind"),
        ("letters.yaml", "after: [register]", "after: [registers]", "practice.unknown_step"),
        ("letters.yaml", "after: [register]", "after: []", "practice.nothing_written"),
        ("letters.yaml", "shows: [body, place]", "shows: [bodi]", "practice.unknown_field"),
        ("letters.yaml", "clocks: [dispatch]", "clocks: [despatch]", "practice.unknown_clock"),
        ("letters.yaml", "shows: [body, place]", "shows: [phone]", "practice.letter_tells"),
        ("letters.yaml", "shows: [body, place]", "shows: [helper_name]", "practice.letter_tells"),
        ("letters.yaml", "shows: [body, place]", "shows: [dispatch_note]", "practice.letter_tells"),
        ("letters.yaml", "received:", "recieved:", "practice.words_missing"),
        (
            "texts/zh-Hans.yaml",
            "您反映的事已于{day}收到",
            "您反映的事已于{date}收到",
            "practice.letter_names",
        ),
    ],
)
def test_a_letter_broken_in_one_place_is_refused_there(path: str, old: str, new: str, code: str) -> None:
    assert code in codes(changed(HOTLINE, path, old, new))


def test_a_notice_with_legal_weight_brings_a_letter() -> None:
    sound = files_of(PRACTICES / "service_item")
    assert codes(sound) == []
    broken = changed(sound, "letters.yaml", "after: [approve, grant_at_once", "after: [grant_at_once")
    assert codes(broken) == ["practice.served_nothing"]


def test_a_practice_taken_on_before_served_notices_had_to_bring_a_letter_goes_on() -> None:
    broken = changed(
        files_of(PRACTICES / "service_item"),
        "letters.yaml",
        "after: [approve, grant_at_once",
        "after: [grant_at_once",
    )
    practice = read_packed(broken)
    assert not isinstance(practice, Refused)
    defaults = {
        name: each.default for name, each in practice.manifest.settings.items() if each.default is not None
    }
    assert not isinstance(bind(practice, defaults), Refused)
