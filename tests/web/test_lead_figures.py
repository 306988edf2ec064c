"""Figures for leaders: each number opens to its cases, also without scripts, and no reader sees a case that is not theirs to see."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk
from lead_figures_ground import LEADER, month, page
from tongban.apps.figures.lights import colour_of
from tongban.apps.figures.places import columns
from tongban.apps.figures.series import back_from
from tongban.store.lights import Rule

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "month"]

KEY = "hotline.first_dispatch_right"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_indicator_stands_with_its_counts_and_its_two_years(month: str, language: str) -> None:
    found = page(f"/lead/figures/?practice=hotline&period={month}&lang={language}")
    assert f'href="/lead/figures/{KEY}/{month}/"' in found
    assert "3 / 3" in found
    assert found.count("<svg") >= 2


def test_a_unit_s_number_opens_to_its_cases_in_the_table_that_needs_no_script(desk: Desk, month: str) -> None:
    found = page(f"/lead/figures/{KEY}/{month}/")
    cases = f"/lead/figures/{KEY}/{month}/cases/?unit={desk.unit}"
    assert f'href="{cases}"' in found
    listed = page(cases)
    assert listed.count('class="number"') == 3
    assert "3 / 3" in listed


def test_a_township_s_number_opens_to_its_cases_and_all_of_them_make_up_the_county(month: str) -> None:
    whole = page(f"/lead/figures/{KEY}/{month}/cases/")
    elsewhere = page(f"/lead/figures/{KEY}/{month}/cases/?place=elsewhere")
    inside = page(f"/lead/figures/{KEY}/{month}/cases/?place=330822001")
    assert (
        whole.count('class="number"')
        == elsewhere.count('class="number"') + inside.count('class="number"')
        == 3
    )


def test_who_may_not_see_a_case_is_told_how_many_there_are_and_no_more(desk: Desk, month: str) -> None:
    found = page(f"/lead/figures/{KEY}/{month}/cases/?unit={desk.unit}", desk.other_handler)
    assert 'class="number"' not in found
    assert "另有 3 件" in found
    long = page(
        f"/lead/figures/durations/cases/?practice=hotline&kind=appeal&period={month}&unit={desk.unit}",
        desk.other_handler,
    )
    assert 'class="number"' not in long.replace('class="soft small number"', "")
    assert "另有 3 件" in long


def test_the_table_of_a_chart_can_be_taken_along_with_the_same_numbers(desk: Desk, month: str) -> None:
    text = page(f"/lead/figures/{KEY}/{month}/?as=csv&chart=units")
    rows = list(csv.reader(StringIO(text.lstrip("\ufeff"))))
    assert ["3", "3"] in [row[5:7] for row in rows]


def test_months_counted_together_add_up(desk: Desk, month: str) -> None:
    one = page(f"/lead/figures/{KEY}/{month}/?as=csv&chart=units")
    year = page(f"/lead/figures/{KEY}/{month}/?as=csv&chart=units&span=12")
    assert one.splitlines()[1:] == year.splitlines()[1:]


def test_how_long_it_took_is_told_in_quantiles_and_opens_to_the_longest(desk: Desk, month: str) -> None:
    found = page(f"/lead/figures/durations/?of=hotline.appeal&period={month}")
    assert f"unit={desk.unit}" in found
    listed = page(
        f"/lead/figures/durations/cases/?practice=hotline&kind=appeal&period={month}&unit={desk.unit}"
    )
    assert listed.count("<tr><th") == 4


@pytest.mark.parametrize(
    "path",
    [
        "/lead/figures/hotline.nothing/2026-01/",
        "/lead/figures/nobody.nothing/2026-01/",
        "/lead/figures/hotline.return_rate/2026-13/",
        "/lead/figures/hotline.return_rate/2999-01/",
        "/lead/figures/?practice=nobody",
        "/lead/figures/?period=now",
        "/lead/figures/durations/?of=hotline.nothing",
        "/lead/figures/durations/?period=2026-99",
        "/lead/figures/effect/?practice=nobody",
        "/lead/figures/effect/?on=hotline.nothing",
        "/lead/figures/effect/?month=2026-99",
        "/lead/figures/effect/?on=hotline.return_rate&against=hotline.nothing",
        "/lead/figures/hotline.return_rate/2026-01/?as=csv&chart=nothing",
    ],
)
def test_what_is_not_there_is_refused_in_words(month: str, path: str) -> None:
    assert "Traceback" not in page(path, status=404)


def test_nobody_without_a_post_reads_figures(month: str) -> None:
    for path in (
        "",
        "colours/",
        "durations/",
        "effect/",
        "wall/",
        f"{KEY}/{month}/",
        f"{KEY}/{month}/cases/",
    ):
        assert Client().get(f"/lead/figures/{path}").status_code == 302


# -- three colours


def test_open_cases_stand_in_three_colours_and_each_number_opens(desk: Desk) -> None:
    desk.dispatched()
    found = page("/lead/figures/colours/")
    assert "/lead/cases/?unit=urban-enforcement" in found
    assert "能超期的在办件里" in found


@pytest.mark.parametrize(
    ("cases", "colour"),
    [
        ((0, 0, 0), "none"),
        ((0, 0, 9), "green"),
        ((0, 2, 8), "amber"),
        ((1, 0, 39), "amber"),
        ((1, 0, 19), "red"),
    ],
)
def test_a_unit_s_colour_follows_the_rule(cases: tuple[int, int, int], colour: str) -> None:
    assert colour_of(*cases, Rule(red=50, amber=200)) == colour


def set_rule(login: str, red: str, amber: str) -> int:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client.post("/lead/figures/colours/", {"red": red, "amber": amber}).status_code


def test_a_leader_sets_the_rule_and_who_did_it_is_told(desk: Desk) -> None:
    assert set_rule(LEADER, "100", "300") == 302
    found = page("/lead/figures/colours/", desk.supervisor)
    assert "100‰" in found and "300‰" in found and "曾佳怡" in found


@pytest.mark.parametrize(
    ("login", "red", "status"),
    [
        ("liuzeyu", "100", 403),
        (LEADER, "0", 422),
        (LEADER, "x", 422),
        (LEADER, "1001", 422),
        (LEADER, "", 422),
    ],
)
def test_others_and_what_is_no_share_are_refused_and_the_rule_stays(
    desk: Desk, login: str, red: str, status: int
) -> None:
    assert set_rule(login, red, "200") == status
    assert "50‰" in page("/lead/figures/colours/")


# -- before and after


def test_where_there_is_too_little_to_say_the_page_says_so(desk: Desk, month: str) -> None:
    found = page(f"/lead/figures/effect/?practice=last_resort_desk&on={KEY}")
    assert "没有可比的" in found or "还太早" in found


def test_the_wall_says_how_things_stand_without_scripts(desk: Desk, month: str) -> None:
    desk.dispatched()
    found = page("/lead/figures/wall/")
    assert "http-equiv" in found and "要看的单位" in found


# -- small arithmetic


def test_months_go_back_over_the_turn_of_the_year() -> None:
    assert back_from("2026-02", 4) == ("2025-11", "2025-12", "2026-01", "2026-02")


def test_tiles_are_laid_out_wider_than_high() -> None:
    assert [columns(n) for n in (0, 1, 4, 14, 30)] == [1, 2, 3, 5, 7]
