"""The platforms of 14 townships, and villages that turn red only when there are matters enough to say so."""

from __future__ import annotations

from test_brief_figures import Worked, bound, figure

from demo_ground import SCRIPT, demo_county, homes

TOWNSHIPS = 14


def matter(finished: bool) -> Worked:
    told = {"body": "灯坏了。", "phone": "13800138000"}
    opens = ("matter", "town_a")
    worked = Worked("township_platform", "hand_in", "window@town_a", opens, division="330899101", **told)
    sent = {
        "title": "灯",
        "platform": "service",
        "category": "02.01",
        "village": "village_a1",
        "lead": "urban",
    }
    worked.take("room@town_a", "dispatch", **sent)
    worked.take("handler@urban", "accept")
    if finished:
        worked.take("handler@urban", "report", outcome="resolved", result="换了。")
        worked.take("room@town_a", "pass")
        worked.take("window@town_a", "hand_out", told_how="phone_call")
    return worked


def test_the_platforms_are_those_of_14_townships() -> None:
    assert len(homes(SCRIPT.adoptions["township_platform"], demo_county())) == TOWNSHIPS


def test_a_village_is_coloured_by_what_is_unfinished_and_only_from_ten_matters_on() -> None:
    _, indicators, _ = bound("township_platform")
    colours = {}
    for unfinished, finished in ((1, 0), (9, 0), (8, 2), (4, 6), (3, 7)):
        worked = [matter(finished=False) for _ in range(unfinished)]
        worked += [matter(finished=True) for _ in range(finished)]
        found = figure("township_platform", "unfinished", worked)
        colours[unfinished, finished] = indicators["unfinished"].colour_of(found.numerator, found.denominator)
    assert colours == {(1, 0): "", (9, 0): "", (8, 2): "red", (4, 6): "amber", (3, 7): "green"}
