"""A practice that talks with other counties, broken in one place at a time: what is told must be heard, and what is heard asked."""

from __future__ import annotations

import pytest

from folder_ground import PRACTICES, changed, codes, files_of

WHOLE = files_of(PRACTICES / "cross_region_service")
RECEPTION, MATTER = "procedure/reception.yaml", "procedure/matter.yaml"
STORY = "scenarios/12-doubled-and-out-of-order.yaml"


@pytest.mark.parametrize(
    ("code", "path", "old", "new"),
    [
        ("practice.message_unheard", RECEPTION, "message: reminder", "message: remainder"),
        ("practice.message_field", RECEPTION, "fields: [delivery]", "fields: [delivery, parcel_home]"),
        ("practice.message_local", MATTER, "fields: [promised_day]", "fields: [promised_day, unit]"),
        ("practice.unknown_field", MATTER, "fields: [promised_day]", "fields: [promised_dai]"),
        ("practice.field_kind", RECEPTION, "tell: {peer: peer, message: reminder}", "tell: {peer: item_code, message: reminder}"),
        ("practice.said", "procedure/licence_query.yaml", "finding: unknown", "finding: never"),
        ("check.trigger_never", RECEPTION, "    by: [system]\n    then:\n      - settle: lapsed", "    by: [system]\n    of: accepted\n    then:\n      - settle: lapsed"),
        ("check.trigger_not_system", RECEPTION, "    by: [system]\n    on: told\n    of: decided", "    by: [receiver@home]\n    on: told\n    of: decided"),
        ("check.not_answered", MATTER, "when: given.peer, then: [tell: {peer: peer, message: accepted", "when: given.name, then: [tell: {peer: peer, message: accepted"),
        ("practice.words_missing", "texts/en.yaml", "\n  reminder: \"reminder\"", ""),
        ("practice.unknown_message", STORY, "{told: decided", "{told: decidet"),
        ("practice.unknown_peer", STORY, 'told: decided, peer: "330898"', 'told: decided, peer: "330890"'),
        ("practice.only_when_told", STORY, "{step: deliver, by", '{step: deliver, peer: "330898", by'),
        ("practice.one_key", STORY, "{step: deliver, by: receiver@desk_county", "{step: deliver, told: decided, by: receiver@desk_county"),
    ],
    ids=lambda value: value if "." in value and " " not in value else "",
)  # fmt: skip
def test_a_broken_message_is_refused(code: str, path: str, old: str, new: str) -> None:
    assert code in codes(changed(WHOLE, path, old, new))


def test_the_whole_practice_is_sound() -> None:
    assert codes(WHOLE) == []
