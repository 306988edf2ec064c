"""The third rung: every scenario through the JSON API, each answer held to the OpenAPI file."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenario_ground import STORIES, told

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("empty"), pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("folder", "story"), STORIES)
def test_a_story_goes_over_http_as_it_does_through_the_kernel(folder: Path, story: str) -> None:
    from http_rung import Http

    assert told(folder, story, Http) == []


def test_what_a_story_expects_wrongly_is_told_line_by_line() -> None:
    from http_rung import Http as Rung

    folder, story = STORIES[0].values
    wrong = told(folder, str(story), Rung, wrongly=True)
    assert len(wrong) == 4 and all("practice.story_expected" in each for each in wrong)
