"""Boards on screen: the public reads derivations, who works here opens each point to its cases, and few cases have no rank."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client
from msgspec.structs import replace

from desk_ground import ROOT, Desk, county, desk
from publication_ground import declined, published
from tongban.apps.adoption.adopting import adopt
from tongban.apps.casework.fixed import how_many
from tongban.apps.disclosure import counting as counts
from tongban.apps.disclosure.boards import BoardPage, board_page, kept_tables
from tongban.apps.disclosure.fixing import Adopted, counting
from tongban.apps.disclosure.publishing import wide_unit
from tongban.apps.office import office
from tongban.kernel.board import KeptStanding
from tongban.kernel.clock import LOCAL
from tongban.kernel.refusal import Refused
from tongban.library.boards import boards_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

UNIT, ITEM = "urban-enforcement", "first_contact"


@pytest.fixture
def month(desk: Desk) -> str:
    """A month in which the unit of the handler answered three cases, all of them closed."""
    done = adopt(ROOT / "practices" / "contest", {}, ("county-government",), desk.acting("hushaohua"))
    assert not isinstance(done, Refused), done
    for _ in range(3):
        number = desk.step(desk.replied(), "approve", desk.reviewer)
        desk.step(number, "answer_callback", desk.clerk, solved="yes", rating=5)
    counts.forget()
    return datetime.now(LOCAL).strftime("%Y-%m")


def reader(login: str = "") -> Client:
    client = Client()
    if login:
        client.force_login(User.objects.get(username=login))
    return client


def shown(path: str, login: str = "") -> str:
    response = reader(login).get(path)
    assert response.status_code == 200, (path, response.status_code)
    return str(response.content.decode())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_public_finds_every_board_of_the_county(month: str, language: str) -> None:
    page = shown(f"/open/boards/?lang={language}")
    assert "/open/boards/contest.five/" in page and "/open/boards/contest.five_year/" in page


def test_where_no_item_can_be_told_apart_the_board_says_so_and_ranks_nobody(month: str) -> None:
    page = shown(f"/lead/boards/contest.five/{month}/", "liuzeyu")
    assert "30" in page and "<strong>1</strong>" not in page


def test_the_public_reads_a_board_once_its_months_are_released_and_no_village_on_it(
    desk: Desk, month: str
) -> None:
    declined(desk, 35)
    untold = shown("/open/boards/contest.five/2026-03/?lang=en")
    assert "Not yet released" in untold and "board/table" not in untold
    refused = reader().get("/api/v1/public/boards/contest.five?period=2026-03")
    assert refused.status_code == 404 and refused.json()["code"] == "disclosure.not_released"
    published(desk)
    page = shown("/open/boards/contest.five/2026-03/?lang=en")
    assert "Not yet released" not in page and 'class="board"' in page
    here = office()
    villages = {each.id for each in here.county.units.values() if wide_unit(here, each.id) != each.id}
    board = board_page("contest.five", "2026-03", "en", datetime.now(UTC))
    assert isinstance(board, BoardPage) and villages
    assert not villages & {place.unit for table in board.tables for place in table.places}


def test_who_works_here_reads_the_counts_of_a_unit_also_where_nobody_has_a_rank_and_the_public_does_not(
    month: str,
) -> None:
    point = f"/lead/boards/contest.five/{month}/{UNIT}/right_at_once/"
    inside = shown(f"/lead/boards/contest.five/{month}/", "liuzeyu")
    assert f'href="{point}"' in inside and "0 / 3" in inside
    assert "0 / 3" in shown(point, "liuzeyu") and "这一项这一期不计分" in shown(point, "liuzeyu")
    outside = shown(f"/open/boards/contest.five/{month}/")
    assert "0 / 3" not in outside and "还没有公布" in outside


def test_a_board_that_a_case_fixed_shows_its_counts_and_opens_to_cases_whatever_days_it_covers(
    desk: Desk, month: str
) -> None:
    here, acting = office(), desk.acting("hushaohua")
    adoption = here.adopted("contest", acting.now)
    assert adoption is not None
    boards = boards_of(here.practice(adoption), here.procedure(adoption).settings)
    last = acting.now.astimezone(LOCAL).date()
    first = last - timedelta(days=40)
    count = counting(boards, here.county, Adopted.at(here, acting.now))
    standing = count("five", first.isoformat(), last.isoformat(), "")
    some = next(iter(here.journal.load(numbers=[desk.register()])))
    kept = KeptStanding(acting.now, standing)
    case = replace(some.case, practice="contest", adoption=adoption, fixed=(kept,))
    (board,) = kept_tables(case, "zh-Hans", UNIT)
    point = f"/lead/boards/contest.five/{first}_{last}/{UNIT}/right_at_once/"
    (table,) = board.tables
    assert [place.unit for place in table.places] == [UNIT] and table.compared > 1
    about = {"table": table, "staff": True, "key": board.key, "period": board.period, "heading": "h3"}
    page = render_to_string("board/table.html", about)
    assert "0 / 3" in page and f'href="{point}"' in page
    assert "0 / 3" in shown(point, "liuzeyu")
    assert shown(f"/lead/boards/contest.five/{first}_{last}/", "liuzeyu")
    assert reader().get(f"/open/boards/contest.five/{first}_{last}/").status_code == 404


def test_who_is_shown_a_board_by_the_count_that_opened_its_case_finds_it_there(
    desk: Desk, month: str
) -> None:
    here, acting = office(), desk.acting("hushaohua")
    adoption = here.adopted("contest", acting.now)
    assert adoption is not None
    some = next(iter(here.journal.load(numbers=[desk.register()]))).case
    line = replace(some, kind="line", parent=some.id)
    assert how_many(line, here.procedure(adoption)) == 1
    assert how_many(replace(line, parent=""), here.procedure(adoption)) == 0
    assert how_many(replace(line, kind="contest"), here.procedure(adoption)) == 0


def test_a_stranger_opens_no_point(month: str) -> None:
    response = reader().get(f"/lead/boards/contest.five/{month}/{UNIT}/{ITEM}/")
    assert response.status_code == 302 and "/sign-in/" in response.headers["Location"]


@pytest.mark.parametrize(
    "path",
    ["contest.six/2026-10", "contest.five/2026-13", "contest.five/2199-01", "hotline.five/2026-10", "x/y"],
)
def test_a_board_or_a_period_that_is_none_is_not_found(month: str, path: str) -> None:
    assert reader().get(f"/open/boards/{path}/").status_code == 404
    assert reader("liuzeyu").get(f"/lead/boards/{path}/{UNIT}/{ITEM}/").status_code == 404
