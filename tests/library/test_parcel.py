"""A practice travels as one signed file: whoever reads it knows who packed it and that nothing was changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.refusal import Refused
from tongban.library.parcel import Parcel, signed_by, unwrap, wrap
from tongban.library.practice import Practice
from tongban.library.reading import read_packed

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
OURS = Ed25519Signer(signed_by("330822"), bytes(range(32)))
OTHERS = Ed25519Signer(signed_by("331124"), bytes(range(1, 33)))
NAME = {"zh-Hans": "常山县", "en": "Changshan"}


@pytest.fixture(scope="module")
def packed(files: Mapping[str, str]) -> str:
    practice = read_packed(files)
    assert isinstance(practice, Practice)
    return wrap(practice, "330822", NAME, AT, OURS)


def refusal(text: str, *keys: Ed25519Signer) -> tuple[str, object]:
    found = unwrap(text, [each.verifier() for each in keys or (OURS,)])
    assert isinstance(found, Refused), found
    return found.code, found.facts.get("line")


def test_what_was_packed_is_read_with_who_packed_it(packed: str, files: Mapping[str, str]) -> None:
    found = unwrap(packed, [OTHERS.verifier(), OURS.verifier()])
    assert isinstance(found, Parcel)
    assert (found.practice, found.version, found.county, found.at) == ("streetlamp", "1.2.0", "330822", AT)
    assert found.files == files and found.keys == (OURS.key_id,)


def test_the_same_practice_packed_at_the_same_moment_is_the_same_file(
    packed: str, files: Mapping[str, str]
) -> None:
    practice = read_packed(files)
    assert isinstance(practice, Practice)
    assert wrap(practice, "330822", NAME, AT, OURS) == packed


def test_another_county_s_key_vouches_for_nobody_else(packed: str) -> None:
    assert refusal(packed, OTHERS) == ("parcel.unknown_signer", None)
    stolen = Ed25519Signer(OURS.key_id.rpartition("+")[0], bytes(range(2, 34)))
    assert refusal(packed, stolen) == ("parcel.unknown_signer", None)


@given(place=st.floats(0, 1, exclude_max=True))
def test_one_changed_byte_is_never_believed(packed: str, place: float) -> None:
    n = int(len(packed) * place)
    other = "x" if packed[n] != "x" else "y"
    code, _ = refusal(packed[:n] + other + packed[n + 1 :])
    assert code.startswith(("parcel.", "practice."))


@pytest.mark.parametrize("cut", ["", "{}\n", "\n", "[]\n" * 4, "PK\x03\x04", "{" * 3000 + "\n"])
def test_what_is_no_parcel_is_refused_by_its_line(cut: str) -> None:
    assert refusal(cut)[0] == "parcel.unreadable"


def test_a_parcel_cut_short_or_with_a_line_too_many_is_refused(packed: str) -> None:
    lines = packed.splitlines(keepends=True)
    assert refusal("".join(lines[:-1]))[0] == "parcel.unreadable"
    assert refusal("".join([*lines, lines[-1]]))[0] == "parcel.unreadable"
    assert refusal("".join([lines[0], lines[2], lines[1], *lines[3:]])) == ("parcel.unreadable", 3)


def test_a_file_that_leads_out_of_the_folder_is_refused_before_anything_is_believed(packed: str) -> None:
    first, _, *rest = packed.splitlines(keepends=True)
    outside = canonical({"path": "../../etc/passwd", "text": ""}) + "\n"
    code, _ = refusal("".join([first, outside, *rest]))
    assert code == "practice.file_missing" or code == "practice.unknown_file"
