"""Earlier cases like a message: also those of a common matter among many that share a common word, each told once."""

from __future__ import annotations

import pytest
from django.db import connection

from desk_ground import Desk, county, desk
from tongban.apps.dispatch.earlier import Earlier, earlier_like
from tongban.apps.dispatch.suggest import Option, Suggestion
from tongban.apps.office import office
from tongban.store.search import index

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

LAMPS, DOGS = "01.05.02", "11.03.02"
LIT = (
    "竹编街从桥头起路灯连着坏了七八盏，晚上黑漆漆的。",
    "幸福小区里面的路灯天黑了也没有亮过，请来修一修。",
    "老人晚上出门散步，东渡街的路灯一闪一闪的快灭了。",
)
NIGHT = "小区门口晚上老人跳舞，音响声音太大，睡不着觉。"
ASKED = "小区门口的路灯坏了半个月，老人晚上摔了一跤。"


def settled(desk: Desk, text: str, category: str) -> str:
    number = desk.dispatched(text, category=category)
    with connection.cursor() as cursor:
        # What counts here is that it was settled, not by which steps.
        cursor.execute(
            "UPDATE store_case SET settled_at = opened_at, outcome = 'resolved', standing = 'done' WHERE number = %s",
            (number,),
        )
    loaded = office().find(number)
    index(office().journal, [loaded.case.id])  # type: ignore[union-attr]
    return number


def once_more(number: str, times: int, title: str, *, numbered: bool) -> None:
    """So many more found by the same words, each with a title of its own, or with one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'store_case'")
        own = ("id", "root", "number", "title", "opened_at", "settled_at")
        same = ", ".join(name for (name,) in cursor.fetchall() if name not in own)
        cursor.execute(
            f"""
            WITH new AS (
                SELECT gen_random_uuid() AS fresh, n, o.* FROM store_case o, generate_series(1, %s) n WHERE o.number = %s
            ), made AS (
                INSERT INTO store_case ({same}, id, root, number, title, opened_at, settled_at)
                SELECT {same}, fresh, fresh, 'x' || fresh, %s || CASE WHEN %s THEN n::text ELSE '' END,
                    opened_at, settled_at - interval '1 minute' FROM new RETURNING 1
            )
            INSERT INTO store_search (county, chain, at, text, vector)
            SELECT s.county, new.fresh, s.at, s.text, s.vector
            FROM new JOIN store_search s ON s.county = new.county AND s.chain = new.id
            """,
            (times, number, title, numbered),
        )


@pytest.fixture
def lit(desk: Desk) -> tuple[str, ...]:
    """Three cases about lamps; then seventy about the night, and eighty times one of the lamps word for word."""
    numbers = tuple(settled(desk, text, LAMPS) for text in LIT)
    once_more(settled(desk, NIGHT, DOGS), 70, "小区门口晚上老人跳舞", numbered=True)
    once_more(numbers[0], 50, LIT[0], numbered=False)
    return numbers


def like(desk: Desk, words: str, offered: Suggestion) -> tuple[Earlier, ...]:
    return earlier_like("hotline", words, offered, desk.acting(desk.clerk))


def test_a_message_about_lamps_brings_three_different_cases_about_lamps_though_many_share_other_words(
    desk: Desk, lit: tuple[str, ...]
) -> None:
    for offered in (Suggestion(LAMPS, "", 0.9), Suggestion(alternatives=(Option(LAMPS, "", 0.2),))):
        found = like(desk, ASKED, offered)
        assert len(found) == 3
        assert {each.category for each in found} == {"城区路灯不亮"}
        assert len({each.title for each in found}) == 3, "told once, however often it was sent"
        assert all("路灯" in "".join(each.words) for each in found)


def test_without_a_category_only_what_says_much_of_the_same_is_like_it(
    desk: Desk, lit: tuple[str, ...]
) -> None:
    assert like(desk, ASKED, Suggestion()) == ()
    assert [each.number.replace(" ", "") for each in like(desk, LIT[1], Suggestion())] == [lit[1]]


def test_a_case_of_another_matter_that_shares_only_common_words_is_not_like_it(
    desk: Desk, lit: tuple[str, ...]
) -> None:
    assert like(desk, "小区门口晚上停水了，老人没有水喝", Suggestion("10.01.01", "", 0.9)) == ()
