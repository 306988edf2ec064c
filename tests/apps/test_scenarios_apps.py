"""The second rung: every scenario through use cases, PostgreSQL, the sweep and the reactors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenario_ground import FOLDERS, STORIES, ground, told
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


@pytest.mark.parametrize(("folder", "story"), STORIES)
def test_a_story_goes_through_the_database_as_it_does_through_the_kernel(folder: Path, story: str) -> None:
    from tongban.apps.rungs import Apps

    assert told(folder, story, Apps) == []


def test_no_story_is_told_where_a_county_lives() -> None:
    from tongban.apps.rungs import Apps
    from tongban.kernel.refusal import RefusedError
    from tongban.store.models import UnitRow

    UnitRow.objects.create(
        county="330824", id="office", kind="county_office", level="county", division="330824"
    )
    folder, story = STORIES[0].values
    with pytest.raises(RefusedError) as refused:
        told(folder, str(story), Apps)
    assert refused.value.refusal.code == "rung.not_empty"


def test_what_a_story_expects_wrongly_is_told_line_by_line() -> None:
    from tongban.apps.rungs import Apps as Rung

    folder, story = STORIES[0].values
    wrong = told(folder, str(story), Rung, wrongly=True)
    assert len(wrong) == 4 and all("practice.story_expected" in each for each in wrong)


def test_a_text_made_of_several_steps_has_its_title_from_the_first_of_them_in_every_run() -> None:
    from tongban.apps.rungs import Apps
    from tongban.store.models import PublicText

    folder = next(each for each in FOLDERS if each.name == "learning_exchange")
    assert told(folder, "01-brought-adopted-seen-to-help.yaml", Apps) == []
    text = PublicText.objects.get(what="card")
    assert text.title == "路灯坏了三天修好"
    said = ("路灯坏了三天修好", "杆号牌会掉", "三天改成五天", "lamps/mended_in_time")
    assert [text.plain.index(each) for each in said] == sorted(text.plain.index(each) for each in said)


def test_a_stage_that_lasts_until_a_day_waits_for_nobody_before() -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.casework.look import look
    from tongban.apps.rungs import Apps
    from tongban.kernel.commands import Actor, ActorKind, Post
    from tongban.store.models import CaseRow

    folder = next(each for each in FOLDERS if each.name == "learning_exchange")
    assert told(folder, "08-a-policy-that-does-not-fit.yaml", Apps) == []
    stay = CaseRow.objects.get(kind="stay")
    head = Actor(ActorKind.PERSON, "head", (Post("town_a", "leader"),))
    page = look(stay.number, Acting(stay.opened_at, head, language="en"))
    assert not isinstance(page, Refused) and page.waits_for == "7 Jan 2022 (Away)"
