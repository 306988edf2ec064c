"""What the words of a notice may name: its line little, what stands beneath more, and nothing that the reader must not have."""

from __future__ import annotations

import pytest

from folder_ground import PRACTICES, codes, faults, files_of

HOTLINE = files_of(PRACTICES / "hotline")
BOTH = ("texts/zh-Hans.yaml", "texts/en.yaml")


def worded(notice: str, part: str, text: str) -> dict[str, str]:
    """The hotline with one text of one notice made ``text`` in both languages."""
    made = dict(HOTLINE)
    for path in BOTH:
        at = made[path].index("\nnotices:")
        place = made[path].index(f"\n  {notice}:\n", at)
        old = next(line for line in made[path][place:].splitlines() if line.strip().startswith(f"{part}:"))
        head, rest = made[path][:place], made[path][place:]
        made[path] = head + rest.replace(old, f'    {part}: "{text}"', 1)
    return made


@pytest.mark.parametrize(
    ("notice", "part", "text", "code"),
    [
        ("returned", "subject", "{title}", "practice.notice_subject"),
        ("returned", "subject", "{return_reason}", "practice.notice_subject"),
        ("returned", "body", "{reason}", "practice.notice_body"),
        ("returned", "body", "{phone}", "practice.notice_body"),
        ("returned", "body", "{photos}", "practice.notice_body"),
        ("dispatched", "body", "{dispatch_note}", "practice.notice_body"),
        ("dispatched", "body", "{sign}", "practice.notice_body"),
    ],
)
def test_what_may_not_be_told_is_refused_where_it_stands(
    notice: str, part: str, text: str, code: str
) -> None:
    found = faults(worded(notice, part, text))
    assert {each.code for each in found} == {code}, found
    assert {each.where.partition(":")[0] for each in found} == set(BOTH)


@pytest.mark.parametrize(
    ("notice", "part", "text"),
    [
        ("returned", "subject", "{number} {unit} {due} {handle}"),
        ("returned", "body", "{number} {unit} {due} {title} {stage} {outcome} {return_reason} {sign}"),
        ("dispatched", "body", "{handle}"),
    ],
)
def test_what_may_be_told_is_sound(notice: str, part: str, text: str) -> None:
    assert codes(worded(notice, part, text)) == []


def test_the_nearest_name_is_said() -> None:
    (found, _) = faults(worded("returned", "body", "{return_reasons}"))
    assert found.facts["nearest"] == "return_reason"
