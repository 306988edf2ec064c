"""A county's page of a practice: signed, and believed by the keys that are known."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from scenario_ground import ROOT
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.refusal import Refused
from tongban.library.parcel import wrap
from tongban.library.practice import Practice
from tongban.library.reading import read_practice
from tongban.library.sheet import FORMAT, Sheet, unwrap_sheet, wrap_sheet

OURS = Ed25519Signer("tongban.330897.exchange", bytes(range(32)))
OTHERS = Ed25519Signer("tongban.330897.exchange", bytes(range(1, 33)))
AT = datetime(2026, 3, 23, tzinfo=UTC)
NAME = {"zh-Hans": "望溪县", "en": "Wangxi County"}


def sheet() -> Sheet:
    practice = read_practice(ROOT / "practices" / "township_platform")
    assert isinstance(practice, Practice)
    parcel = wrap(practice, "330897", NAME, AT, OURS)
    moment = "2026-03-23T00:00:00.000000Z"
    homes = {"zh-Hans": ("溪口镇",), "en": ("Xikou",)}
    return Sheet(FORMAT, "330897", NAME, moment, practice.id, moment, homes, {"red_from": 90}, 0, parcel)


def test_what_was_signed_is_read_as_it_was_with_the_practice_in_it() -> None:
    found = unwrap_sheet(wrap_sheet(sheet(), OURS), [OURS.verifier()])
    assert not isinstance(found, Refused), found
    assert found[0] == sheet() and found[1].practice == "township_platform"


def test_one_changed_sign_is_seen() -> None:
    changed = wrap_sheet(sheet(), OURS).replace('"red_from":90', '"red_from":91', 1)
    found = unwrap_sheet(changed, [OURS.verifier()])
    assert isinstance(found, Refused) and found.code == "parcel.changed"


def test_nobody_is_believed_who_is_not_known() -> None:
    for signer, known in ((OTHERS, OURS), (OURS, OTHERS)):
        found = unwrap_sheet(wrap_sheet(sheet(), signer), [known.verifier()])
        assert isinstance(found, Refused) and found.code == "parcel.unknown_signer"


def test_a_practice_of_another_name_is_no_part_of_it() -> None:
    found = unwrap_sheet(wrap_sheet(replace(sheet(), practice="hotline"), OURS), [OURS.verifier()])
    assert isinstance(found, Refused) and found.code == "parcel.changed"
    assert isinstance(unwrap_sheet("{}\n{}\n", [OURS.verifier()]), Refused)
