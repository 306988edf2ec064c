"""What of a log is given away: counted over a few events that stand there by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_flow import at, row

from tongban.analytics.log import Log, connect
from tongban.analytics.selecting import Given, Wanted, selected
from tongban.analytics.walking import COLUMNS
from tongban.store.batch import BEGINNING

Codes = list[tuple[str, int]]


def given(folder: Path, ways: list[tuple[str, str, tuple[str, ...]]]) -> tuple[Given, dict[str, Codes]]:
    """What is given of cases of a practice and kind that took some steps, and by practice how many cases have which step."""
    rows = [
        row(
            n,
            seq,
            at("03-02T09:00"),
            "",
            "new",
            practice=practice,
            kind=kind,
            step=step,
            last=seq == len(steps),
        )
        for n, (practice, kind, steps) in enumerate(ways, start=1)
        for seq, step in enumerate(steps, start=1)
    ]
    path = folder / "log.parquet"
    with connect() as made:
        made.execute(
            "CREATE TABLE log (" + ", ".join(f"{name} {sort}" for name, sort in COLUMNS.items()) + ")"
        )
        marks = ", ".join("?" * len(COLUMNS))
        made.executemany(
            f"INSERT INTO log VALUES ({marks})", [[one[name] for name in COLUMNS] for one in rows]
        )
        made.execute(f"COPY log TO '{path}' (FORMAT parquet)")
    log = Log(path, BEGINNING, "", len(rows), len(ways))
    made, said = selected(log, Wanted(("p", "q")), 5, folder / "spill")
    with made:
        found: dict[str, Codes] = {}
        counts = 'SELECT practice, activity, count(DISTINCT "case") FROM given GROUP BY ALL ORDER BY ALL'
        for practice, code, n in made.execute(counts).fetchall():
            found.setdefault(practice, []).append((code, n))
    return said, found


@pytest.mark.parametrize(("few", "told"), [(0, 0), (1, None), (4, None)])
def test_how_many_were_left_out_is_not_told_where_they_are_few(
    tmp_path: Path, few: int, told: int | None
) -> None:
    said, _ = given(tmp_path, [("p", "matter", ("open",))] * 5 + [("p", "rare", ("open",))] * few)
    assert (said.cases, said.left_out) == (5, told)


def test_two_rare_kinds_are_told_by_their_sum(tmp_path: Path) -> None:
    rare = [("p", "rare", ("open",))] * 3 + [("q", "rare", ("open",))] * 2
    said, _ = given(tmp_path, [("p", "matter", ("open",))] * 5 + rare)
    assert said.left_out == 5


def test_a_step_that_is_rare_in_one_practice_does_not_hide_behind_its_name_in_another(tmp_path: Path) -> None:
    often = [("p", "matter", ("open", "close"))] * 6
    rarely = [("q", "matter", ("open", "close"))] * 2 + [("q", "matter", ("open", "drop"))] * 3
    _, found = given(tmp_path, often + rarely)
    assert found == {"p": [("close", 6), ("open", 6)], "q": [("open", 5), ("other", 5)]}


def test_one_case_with_two_rare_steps_counts_once_towards_enough(tmp_path: Path) -> None:
    ways = [("p", "matter", ("open", "ask", "tell", "close"))] * 4 + [("p", "matter", ("open", "close"))] * 4
    _, found = given(tmp_path, ways)
    assert found == {"p": [("open", 8), ("other", 8)]}
