"""What a tree may be shown as: names that lead somewhere, days and numbers, and no text that somebody may have to erase."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tongban.kernel.refusal import Refused
from tongban.library.folder import digest
from tongban.library.practice import Practice
from tongban.library.reading import read_packed

VIEWS = "views.yaml"
LAMP = "    lamp: {start: until, end: due:repair, began: assign, reached: [mended], said: [ask_more]}"
Change = Callable[..., Mapping[str, str]]
Faults = Callable[[Mapping[str, str]], list[Refused]]


def test_a_practice_without_views_is_named_by_the_same_digest_as_before(files: Mapping[str, str]) -> None:
    without = {path: text for path, text in files.items() if path != VIEWS}
    found = read_packed(without)
    assert isinstance(found, Practice)
    assert found.views == {}
    # Made as before there were views: a digest that changed would unpin every case of a practice without them.
    assert found.digest == digest(without) == BEFORE


BEFORE = "d39a2287964af0703a27dbef738ad7e591513340d3d8112b1ba081c64b16278b"


def test_a_view_says_for_each_kind_below_which_days_are_planned(practice: Practice) -> None:
    view = practice.views["lamp"]
    assert (view.plan["lamp"].start, view.plan["lamp"].end) == ("until", "due:repair")
    assert view.plan["help"].said == ()
    assert view.table is not None
    assert view.table.spent == {"lamp": ("lamps",)}


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("practice.unknown_key", "weight: lamps", "weigth: lamps"),
        ("practice.missing_key", "end: due:help, ", ""),
        ("practice.spelling", "end: due:help", "end: by:help"),
        ("practice.not_a_list", "columns: [pole, lamps]", "columns: pole"),
        ("practice.nothing_written", "spent: {lamp: [lamps]}", "spent: {lamp: []}"),
        ("practice.unknown_kind", "lamp:\n  plan", "lump:\n  plan"),
        ("practice.unknown_kind", "    help: {end", "    helper: {end"),
        ("practice.unknown_kind", "of: lamp", "of: lump"),
        ("practice.unknown_kind", "counts: [help]", "counts: [helper]"),
        ("practice.unknown_kind", "spent: {lamp:", "spent: {lump:"),
        ("practice.unknown_clock", "due:repair", "due:repairs"),
        ("practice.unknown_step", "began: assign", "began: asign"),
        ("practice.unknown_step", "said: [ask_more]", "said: [ask_most]"),
        ("practice.unknown_outcome", "reached: [mended]", "reached: [mend]"),
        ("practice.unknown_field", "start: until", "start: till"),
        ("practice.unknown_field", "columns: [pole, lamps]", "columns: [pole, lamp]"),
        ("practice.unknown_kind", "grid: {of: lamp", "grid: {of: lump"),
        ("practice.unknown_field", "row: pole", "row: post"),
        ("practice.unknown_field", "cell: [lamps]", "cell: [lights]"),
        ("practice.not_a_list", "cell: [lamps]", "cell: lamps"),
        ("practice.missing_key", ", cell: [lamps]", ""),
        ("practice.field_kind", "start: until", "start: pole"),
        ("practice.field_kind", "sum: [lamps]", "sum: [pole]"),
        ("practice.field_kind", "weight: lamps", "weight: dangerous"),
        ("practice.field_kind", "spent: {lamp: [lamps]}", "spent: {lamp: [lamps, pole]}"),
        ("practice.view_erasable", "columns: [pole, lamps]", "columns: [pole, body]"),
        ("practice.view_erasable", "columns: [pole, lamps]", "columns: [pole, phone]"),
        ("practice.view_unplanned", f"{LAMP}\n    help: {{end: due:help, reached: [done]}}", LAMP),
    ],
)
def test_a_view_that_names_what_is_not_there_or_not_to_be_shown_is_refused(
    code: str, old: str, new: str, changed: Change, faults: Faults
) -> None:
    told = faults(changed(VIEWS, old, new))
    assert code in {fault.code for fault in told if fault.where.startswith(VIEWS)}, told


def test_where_a_case_may_end_without_having_been_done_a_plan_says_what_counts_as_reached(
    changed: Change, faults: Faults, files: Mapping[str, str]
) -> None:
    help_file = "procedure/help.yaml"
    dropping = changed(
        help_file, "given: {phase: done, end: true}", "given: {phase: done, end: true, dropped: true}"
    )
    assert not [fault for fault in faults(dropping) if fault.code == "practice.plan_reached"]
    silent = dict(dropping) | {
        VIEWS: files[VIEWS].replace("help: {end: due:help, reached: [done]}", "help: {end: due:help}")
    }
    assert silent[VIEWS] != files[VIEWS]
    assert [fault.where for fault in faults(silent) if fault.code == "practice.plan_reached"] == [
        f"{VIEWS}:4"
    ]


def test_what_is_kept_among_colleagues_is_in_no_view(changed: Change, faults: Faults) -> None:
    files = changed("forms.yaml", "{id: lamps, kind: whole,", "{id: lamps, kind: whole, inner: true,")
    assert {fault.code for fault in faults(files) if fault.where.startswith(VIEWS)} == {
        "practice.view_erasable"
    }
