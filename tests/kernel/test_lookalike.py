"""Codes that people take for one another are pointed out; codes that only resemble each other are not."""

from __future__ import annotations

import pytest

from tongban.kernel.procedure.lookalike import like, outline


@pytest.mark.parametrize("other", ["QC-O3", "qc-o3", "QC_03", "QC03", "QC 03", "QC.3", "QC-003"])
def test_what_people_take_for_one_code_looks_alike(other: str) -> None:
    assert like(other, {"QC-03", "QC-04"}) == "QC-03"


@pytest.mark.parametrize(
    ("one", "other"),
    [("1-11", "11-1"), ("A1-1", "A-11"), ("QC-03", "QC-30"), ("QC-03", "QD-03"), ("甲-3", "乙-3")],
)
def test_two_houses_are_two_houses(one: str, other: str) -> None:
    assert like(other, {one}) == ""


def test_a_code_that_is_known_is_never_doubted() -> None:
    assert like("qc-03", {"QC-O3", "QC-03"}) == ""


def test_an_l_for_a_one_and_characters_of_any_script_are_read() -> None:
    assert outline("l1-甲O") == outline("11甲0") and outline("") == ()
