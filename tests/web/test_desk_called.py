"""Whoever has a part in a case is called by that part, and a case is told once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from scenario_ground import ROOT
from tongban.apps.acting import Acting
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TOWNSHIP = "liuaizhu"
SEEN = "石桥下面有人电鱼。"


def page(desk: Desk, language: str) -> str:
    """A case of a kind whose people have a word of their own."""
    from tongban.apps.adoption.adopting import adopt
    from tongban.apps.casework.take import open_case
    from tongban.apps.casework.views import Taken

    made = adopt(ROOT / "practices" / "river_right", {}, (), Acting(datetime.now(UTC), SYSTEM))
    assert not isinstance(made, Refused), made.all()
    answers = {"seen_what": SEEN, "division": "白石镇", "phone": "13812345678"}
    taken = open_case("river_right", answers, desk.acting(TOWNSHIP), kind="sighting", channel="desk")
    assert isinstance(taken, Taken), taken
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=TOWNSHIP))
    return client.get(f"/desk/{taken.number}/").content.decode()


@pytest.mark.parametrize(("language", "word"), [("zh", "反映人"), ("en", "Whoever told of it")])
def test_who_brought_a_case_is_called_as_the_practice_says_for_its_kind(
    desk: Desk, language: str, word: str
) -> None:
    assert f'id="identity"><h2>{word}</h2>' in page(desk, language)


def test_words_that_are_the_title_do_not_stand_below_it_again(desk: Desk) -> None:
    told = page(desk, "zh")
    assert f"<h1>{SEEN}" in told.replace("\n", "")
    assert f'<p class="words">{SEEN}</p>' not in told
