"""Whoever ends a row that cases or other registers name is told which, before it is done; and of a code that comes, another that it looks like."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from aid_ground import with_aids
from scenario_ground import ROOT, calendar, ground, practice_in

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ITEMS = """item,title,sort,unit,line_yuan,most_yuan
subsistence,低保,programme,labour,1000,0
charity,慈善,signal,,,
died,去世,signal,,,
"""
PAIRS = """item,other,from_day,relation,policy
subsistence,died,2021-01-01,exclusive,例
charity,died,2021-01-01,stackable,例
"""


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


def test_what_names_a_row_that_ends_is_counted_and_stands_first() -> None:
    from tongban.apps.brought.loading import carry_out, plan
    from tongban.apps.brought.preview import seen
    from tongban.kernel.refusal import Refused

    acting = with_aids(ITEMS + "loan,借款,signal,,,\n", NOW)
    pairs = plan(PAIRS.encode(), "pairing.csv", "social_aid", acting, register="pairing")
    assert not isinstance(pairs, Refused), pairs.all()
    carry_out(pairs, acting)
    less = "\n".join(ITEMS.splitlines()[:2]) + "\n"
    found = plan(less.encode(), "aid_item.csv", "social_aid", acting, register="aid_item")
    assert not isinstance(found, Refused)
    told = seen(found, acting)
    assert not isinstance(told, Refused)
    lines = {each.code: (each.open_cases, each.other_rows) for each in told[0].lines if each.what == "ended"}
    assert lines == {"charity": (0, 1), "died": (0, 2), "loan": (0, 0)}
    assert next(reversed(lines)) == "loan"


def test_a_code_that_looks_like_another_of_the_sheet_or_like_one_that_ends_is_told() -> None:
    from tongban.apps.brought.loading import plan
    from tongban.apps.brought.preview import seen
    from tongban.kernel.refusal import Refused

    acting = with_aids(ITEMS + "loan-01,借款,signal,,,\n", NOW)
    more = (
        ITEMS
        + "L0AN-1,借款,signal,,,\nfire-10,火灾,signal,,,\nfire_1O,火灾,signal,,,\nfire-11,火,signal,,,\n"
    )
    found = plan(more.encode(), "aid_item.csv", "social_aid", acting, register="aid_item")
    assert not isinstance(found, Refused), found.all()
    told = seen(found, acting)
    assert not isinstance(told, Refused)
    assert {each.code: each.looks_like for each in told[0].lines if each.what == "added"} == {
        "L0AN-1": "loan-01",
        "fire-10": "fire_1O",
        "fire_1O": "fire-10",
        "fire-11": "",
    }


def test_whoever_withdraws_an_entry_of_the_catalogue_by_a_step_is_told_what_names_it() -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.casework.foresee import foresee
    from tongban.apps.casework.views import Foreseen
    from tongban.apps.rungs import Apps
    from tongban.kernel.commands import Actor, ActorKind, Post
    from tongban.library.counties import scenario_county
    from tongban.library.story.telling import run_scenarios
    from tongban.store.models import CaseRow

    practice = practice_in(ROOT / "practices" / "service_catalogue")
    path = next(each for each in practice.stories if "07-" in each)
    proposed = practice.stories[path].story[2]
    twice = (proposed, proposed.model_copy(update={"as_": "beside"}))
    begun = practice.stories[path].model_copy(update={"story": twice})
    report = run_scenarios(replace(practice, stories={path: begun}), Apps, scenario_county(calendar()))
    assert not report.failures
    leader = Actor(ActorKind.PERSON, "leader@county_office", (Post("county_office", "leader"),))
    number = CaseRow.objects.filter(stage="leaving").values_list("number", flat=True)[0]
    told = foresee(number, "agree_to_withdraw", {}, Acting(NOW, leader, language="zh-Hans"))
    assert isinstance(told, Foreseen), told
    assert [each.says for each in told.doubts] == ["“rental”还有 1 件没有结束的、别的登记册 0 行写着它。"]
