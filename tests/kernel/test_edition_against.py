"""An edition beside the one that it corrects, or beside the month before."""

import pytest

from edition_ground import KEYS, pairs
from tongban.kernel.edition.against import check_against

PAIRS = pairs()


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_is_told_with_what_is_wrong_of_it(name):
    text, older, codes = PAIRS[name]
    verdict = check_against(text, older, KEYS)
    assert tuple(found.code for found in verdict.findings) == codes
    assert verdict.true is (not codes)
    assert verdict.steps[-1].name == "against"


def listed(name):
    text, older, _ = PAIRS[name]
    facts = check_against(text, older, KEYS).steps[-1].facts
    return facts["linked"], [(each["key"], each["what"]) for each in facts["changes"]]


def test_what_a_correction_dropped_brought_defined_otherwise_and_changed_is_listed():
    linked, changes = listed("a correction")
    assert linked
    assert changes == [
        ("hotline/faster", "came"),
        ("hotline/kept", "changed"),
        ("hotline/shorter", "gone"),
        ("hotline/solved", "changed"),  # another version of the practice alone is no other definition
        ("hotline/visits", "redefined"),
    ]
    assert listed("a correction after another month went out") == (False, changes)


def test_a_months_first_edition_is_held_to_the_definitions_of_the_month_before():
    linked, changes = listed("a first edition beside the month before")
    assert linked
    assert changes == [
        ("hotline/faster", "came"),
        ("hotline/shorter", "gone"),
        ("hotline/visits", "redefined"),
    ]


def test_without_an_earlier_file_nothing_is_held_against_it():
    text, _, _ = PAIRS["a correction"]
    assert [step.name for step in check_against(text, "", KEYS).steps][-1] == "newest"
