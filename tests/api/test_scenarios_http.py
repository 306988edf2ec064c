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
