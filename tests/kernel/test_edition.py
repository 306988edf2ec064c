"""Editions: checked offline, alone, against published keys; each forgery told with what differs."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition_ground import (
    AT,
    DEFINED,
    KEYS,
    NEIGHBOUR,
    SALT,
    SIGNER,
    STRANGER,
    UNITS,
    changed,
    definition,
    forgeries,
    head,
    lines,
    listed,
    rows,
    seal_of,
    sealed,
    told,
)
from tongban.kernel.edition.checking import STEPS, check
from tongban.kernel.edition.lines import mark_of, read
from tongban.kernel.edition.listing import Newest
from tongban.kernel.edition.making import Row, body, digest, population
from tongban.kernel.edition.recount import BrokenError, counted_from, definition_of
from tongban.kernel.indicator.row import tally_of
from tongban.kernel.indicator.tally import Tally

TRUE = sealed(lines())
FORGERIES = forgeries()


def codes(verdict):
    return tuple(dict.fromkeys(found.code for found in verdict.findings))


def test_a_true_edition_is_found_true_step_by_step():
    verdict = check(TRUE, KEYS, listed(Newest("2026-10", 1, digest(lines()))), AT)
    assert [step.name for step in verdict.steps] == list(STEPS)
    assert verdict.findings == () and verdict.true
    assert verdict.steps[0].facts == {"figures": len(DEFINED), "rows": 60}


def test_a_first_edition_has_nothing_before_it():
    """Its entry says so, and the step is left, not taken as good."""
    verdict = check(sealed(lines(), earlier=False), KEYS)
    [before] = [step for step in verdict.steps if step.name == "before"]
    assert verdict.true and not before.taken


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_told_with_what_differs(name):
    text, expected = FORGERIES[name]
    verdict = check(text, KEYS)
    assert not verdict.true and codes(verdict) == expected


def test_the_figure_that_was_changed_is_named_with_both_numbers():
    found = [
        each
        for each in check(FORGERIES["a figure changed"][0], KEYS).findings
        if each.code == "edition.figure_differs"
    ]
    [only] = found
    assert (
        only.facts["key"] == "hotline/kept"
        and only.facts["unit"] == ""
        and only.facts["member"] == "numerator"
    )
    assert int(str(only.facts["stated"])) == int(str(only.facts["found"])) + 1


def test_the_line_that_was_changed_is_named():
    [found] = [
        each
        for each in check(FORGERIES["a row changed"][0], KEYS).findings
        if each.code == "edition.line_differs"
    ]
    assert found.facts == {"line": 6, "part": "population"}


def test_without_a_key_nothing_says_whose_it_is():
    verdict = check(TRUE, {})
    assert codes(verdict) == ("edition.no_key",) and not verdict.true
    assert verdict.findings[0].facts["keys"] == SIGNER.key_id


def test_an_old_edition_said_to_be_the_newest():
    newest = listed(Newest("2026-10", 2, "ab" * 32), at=AT + timedelta(days=9))
    verdict = check(TRUE, KEYS, newest)
    assert codes(verdict) == ("edition.not_newest",)
    assert verdict.findings[0].facts["newest"] == 2 and not verdict.true


@pytest.mark.parametrize("hours", [-25, 25, 24 * 400])
def test_a_list_of_another_day_does_not_say_what_is_the_newest(hours):
    """It is left, not believed; that a later edition corrected this one it still says."""
    now = AT + timedelta(hours=hours)
    verdict = check(TRUE, KEYS, listed(Newest("2026-10", 1, digest(lines()))), now)
    assert verdict.true and not verdict.steps[-1].taken and "at" in verdict.steps[-1].facts
    assert codes(check(TRUE, KEYS, listed(Newest("2026-10", 2, "ab" * 32)), now)) == ("edition.not_newest",)


def test_a_list_from_before_the_edition_cannot_have_it():
    old = listed(Newest("2026-10", 1, digest(lines())), at=AT - timedelta(seconds=1))
    assert codes(check(TRUE, KEYS, old, AT)) == ("edition.list_older",)
    silent = check(TRUE, KEYS, listed(Newest("2026-09", 1, "ab" * 32), at=AT - timedelta(seconds=1)), AT)
    assert silent.true and not silent.steps[-1].taken and "released" in silent.steps[-1].facts


def test_what_is_said_of_a_file_tells_forged_from_replaced_and_from_what_stands_beside_it():
    later = AT + timedelta(days=9)
    assert check(TRUE, KEYS).sort == "true"
    assert check(TRUE, KEYS, listed(Newest("2026-10", 2, "ab" * 32), at=later)).sort == "replaced"
    assert check(TRUE, KEYS, listed(Newest("2026-10", 1, ""), at=later)).sort == "replaced"
    assert (
        check(TRUE, KEYS, listed(Newest("2026-10", 1, digest(lines())), signer=STRANGER)).sort == "unlisted"
    )
    assert check(TRUE, KEYS, listed(Newest("2026-10", 1, "ab" * 32), at=later)).sort == "false", (
        "another was published"
    )
    assert check(TRUE, KEYS, listed(Newest("2026-09", 1, "ab" * 32), at=later)).sort == "false", "none was"
    forged = forgeries()["a figure changed"][0]
    assert check(forged, KEYS, listed(Newest("2026-10", 2, "ab" * 32), at=later)).sort == "false"
    assert check(TRUE, {}).sort == "false"


@pytest.mark.parametrize(
    ("newest", "code"),
    [
        (listed(Newest("2026-10", 1, "ab" * 32)), "edition.other_listed"),
        (listed(Newest("2026-10", 1, "")), "edition.withdrawn"),
        (listed(Newest("2026-09", 1, "ab" * 32)), "edition.not_listed"),
        (listed(Newest("2026-10", 1, digest(lines())), signer=STRANGER), "ledger.signature_unknown"),
        (listed(Newest("2026-10", 1, digest(lines())), county="330824"), "edition.other_county"),
        (listed(Newest("2026-10", 1, digest(lines())), signer=NEIGHBOUR), "ledger.signature_unknown"),
        ("whatever", "edition.list"),
    ],
)
def test_a_list_is_held_to_as_well(newest, code):
    assert codes(check(TRUE, KEYS, newest)) == (code,)


def test_a_case_is_found_by_the_seal_that_its_receipt_holds_and_by_nothing_else():
    edition = read(TRUE)
    [people] = edition.populations
    assert people.marks[0] == min(mark_of(SALT, seal_of(n)) for n in range(60))
    assert all(mark_of(SALT, seal_of(n)) in people.marks for n in range(60))
    assert mark_of("ff" * 16, seal_of(3)) not in people.marks
    assert mark_of(SALT, seal_of(60)) not in people.marks


def test_units_with_few_cases_stand_together():
    [people] = read(TRUE).populations
    assert set(people.units.values) == {"lights", "water", ""}


def test_figures_are_those_of_counting_one_row_after_another():
    for id in DEFINED:
        each, tally = definition(id), Tally()
        for row in rows(60):
            tally.add(tally_of(each, row.cells))
        stated = next(figure for figure in read(TRUE).figures if figure.key == each.key)
        assert stated.county == counted_from(tally)


def test_a_definition_is_read_back_as_it_was_written():
    for id in DEFINED:
        assert definition_of(definition(id).text) == definition(id)


@given(st.data())
def test_no_changed_byte_goes_unseen(data):
    """Whatever single character of a true file is exchanged, the check fails and never raises."""
    place = data.draw(st.integers(0, len(TRUE) - 2))
    other = data.draw(st.sampled_from('0a9f{}[],":\n x\u2028'))
    if TRUE[place] == other:
        return
    forged = TRUE[:place] + other + TRUE[place + 1 :]
    verdict = check(forged, KEYS)
    if verdict.true:  # only a writing of the proof that means the same
        assert json.loads(forged.split("\n")[-2]) == json.loads(TRUE.split("\n")[-2])


def test_a_figure_that_no_reader_keeps_exact_is_not_made():
    each = definition("visits", smallest_sample=1)
    many = [Row(seal_of(n), "lights", {**row.cells, "case.visits": 2**52}) for n, row in enumerate(rows(9))]
    people = population([each], many, frozenset(UNITS), SALT)
    with pytest.raises(BrokenError) as fault:
        body(head(), [told(each)], [people])
    assert fault.value.code == "edition.too_large"


def test_more_rows_than_stated_are_seen_too():
    def twice(value):
        value["marks"].append("ff" * 12)
        for column in (value["units"], *value["columns"].values()):
            column["rows"].append(0)

    assert "edition.figure_differs" in codes(check(changed(TRUE, "population", twice), KEYS))
