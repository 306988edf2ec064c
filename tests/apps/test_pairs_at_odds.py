"""A list of pairs that says two things of one pair on one day is not loaded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from aid_ground import with_aids
from scenario_ground import ground
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ITEMS = "item,title,sort\na,甲,signal\nb,乙,signal\n"
HEAD = "item,other,from_day,relation,last_day,cap,policy\n"
FIRST = "a,b,2021-01-01,stackable,,,甲\n"


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


@pytest.fixture
def acting(_ground: None):
    return with_aids(ITEMS, NOW)


def told(rows: str, acting) -> list[str]:
    from tongban.apps.brought.loading import plan

    found = plan((HEAD + rows).encode(), "pairing.csv", "social_aid", acting, register="pairing")
    return [each.code for each in found.all()] if isinstance(found, Refused) else []


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        (FIRST, []),
        ("a,b,2021-01-01,stackable,2026-03-15,,甲\na,b,2026-03-16,exclusive,,,乙\n", []),
        (FIRST + "b,a,2026-03-16,stackable,,,乙\n", []),
        (FIRST + "a,b,2026-03-16,exclusive,,,乙\n", ["register.at_odds"]),
        (FIRST + "b,a,2026-03-16,exclusive,,,乙\n", ["register.at_odds"]),
        ("a,b,2021-01-01,capped,,,甲\n", ["register.rule"]),
        ("a,b,2021-01-02,stackable,2021-01-01,,甲\n", ["register.rule"]),
    ],
)
def test_what_a_list_of_pairs_says_of_a_pair_it_says_once_a_day(rows: str, codes: list[str], acting) -> None:
    assert told(rows, acting) == codes


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-Hans", "最后一天不能早于第一天。"), ("en", "The last day must not lie before the first.")],
)
def test_a_row_that_breaks_a_rule_is_told_in_the_words_of_the_practice(
    language: str, words: str, acting
) -> None:
    from tongban.apps.brought.loading import plan
    from tongban.library.texts import refusal_words

    rows = (HEAD + "a,b,2021-01-02,stackable,2021-01-01,,甲\n").encode()
    reader = replace(acting, language=language)
    found = plan(rows, "pairing.csv", "social_aid", reader, register="pairing")
    assert isinstance(found, Refused)
    assert refusal_words(found, language).says.endswith(words)
