"""The figures of the reports on contacts: 517 problems solved, 457 grids of one county, and no figure that visits enter."""

from __future__ import annotations

from test_brief_figures import BEGINS, Worked, by, figure

from tongban.library.story.runner import Act

SOLVED, GRIDS, MICRO_GRIDS = 517, 457, 13_915


def contacts(count: int) -> Worked:
    """A round whose contacts came as one table."""
    opens = ("round", "town_a")
    said = {"title": "一年", "sort": "grid", "last_day": "2026-12-31"}
    year = Worked("grid_visits", "begin", "handler@town_a", opens, **said)
    rows = tuple(
        {
            "tie_code": f"G-{n}",
            "contact_unit": "education",
            "contact_name": "甲某",
            "subject_sort": "grid",
            "subject": "网格",
        }
        for n in range(count)
    )
    done = year.story.step(Act("case", "tie_up", by("handler@town_a"), BEGINS, {}, rows=rows))
    assert done.refused is None, done.refused
    return year


def test_517_problems_solved_are_the_numerator_and_what_was_not_solved_stays_below_the_line() -> None:
    year = contacts(1)
    for n in range(1, SOLVED + 13):
        of = f"case/1/{n}"
        year.take("handler@education", "bring_problem", "case/1", problem_title="灯", problem="不亮。")
        year.take("handler@education", "do_here", of, answer_kind="done", result="换了。")
        year.take("handler@town_a", "confirm", of, solved="yes" if n <= SOLVED else "partly")
    found = figure("grid_visits", "solved_share", [year])
    assert (found.numerator, found.denominator) == (SOLVED, SOLVED + 12)


def test_the_contacts_of_457_grids_come_as_one_table_and_visits_without_a_problem_change_no_figure() -> None:
    year = contacts(GRIDS)
    assert len([case for case in year.cases if case.kind == "tie"]) == GRIDS
    assert f"{MICRO_GRIDS / GRIDS:.1f}" == "30.4"
    for _ in range(30):
        year.take("handler@education", "no_problem", "case/1")
    found = figure("grid_visits", "solved_for_contact", [year])
    assert (found.numerator, found.denominator) == (0, 0)
