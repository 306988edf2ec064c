"""What may stand in ``letters.yaml``: names that lead somewhere, and nothing that tells who asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.kernel.refusal import Refused
from tongban.library.checking import check
from tongban.library.folder import pack
from tongban.library.practice import Practice
from tongban.library.reading import read_packed

HOTLINE = Path(__file__).parents[2] / "practices" / "hotline"


def codes(path: str, old: str, new: str) -> set[str]:
    files = pack(HOTLINE)
    assert not isinstance(files, Refused)
    assert old in files[path]
    found = read_packed({**files, path: files[path].replace(old, new, 1)})
    faults = check(found) if isinstance(found, Practice) else found.all()
    return {each.code for each in faults}


def test_the_letters_of_the_hotline_are_sound() -> None:
    assert codes("letters.yaml", "appeal:", "appeal:") == set()


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
    assert code in codes(path, old, new)
