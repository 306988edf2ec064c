"""What a board must say by law is published as it is written, and nobody is warned of it; anything else still is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from scenario_ground import ROOT, calendar, ground, practice_in

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
BOARD = "小溪老桥到下坝，村级河长林大河，电话0570-5011234。"


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


@pytest.mark.parametrize(
    ("words", "pointed_out"), [(BOARD, ""), (f"{BOARD}有事打13912345678。", "139****5678")]
)
def test_the_chief_and_the_telephone_of_the_board_stand_there_whole(words: str, pointed_out: str) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.casework.take import open_case, take
    from tongban.apps.casework.views import Taken
    from tongban.apps.disclosure.publishing import publish
    from tongban.apps.disclosure.reading import PublicCase, read_public
    from tongban.apps.office import office
    from tongban.apps.rungs import settle
    from tongban.kernel.commands import SYSTEM, Actor, ActorKind, Post
    from tongban.kernel.refusal import Refused
    from tongban.library.binding import bind
    from tongban.library.counties import scenario_county
    from tongban.library.story.runner import Ground

    practice = practice_in(ROOT / "practices" / "river_chief")
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    settle(Ground(practice, {}, procedure, scenario_county(calendar()), NOW))
    acting = Acting(NOW, SYSTEM, language="zh-Hans")
    wang = replace(acting, actor=Actor(ActorKind.PERSON, "wang", (Post("town_a", "handler"),)))
    head = replace(acting, actor=Actor(ActorKind.PERSON, "li", (Post("town_a", "leader"),)))
    told = {
        "reach_code": "QC-03", "reach_level": "village", "division": "330899101201", "chief_unit": "village_a1",
        "chief_name": "林大河", "chief_post": "甲一村书记", "phone": "13800138000", "operates_here": False,
        "water": "小溪，老桥到下坝", "length_m": 900, "board_phone": "0570-5011234", "watch_phone": "0570-12345",
        "chief_duties": "巡河、劝阻、报告", "goal": "不黑不臭", "public_text": words,
    }  # fmt: skip
    opened = open_case("river_chief", told, wang, step="draft", kind="chief", home="town_a", channel="office")
    assert isinstance(opened, Taken), opened
    number = opened.number.replace(" ", "")
    taken = take(number, "confirm", {}, head)
    if pointed_out:
        assert isinstance(taken, Refused) and taken.facts["names"] == pointed_out
        taken = take(number, "confirm", {}, replace(head, names_seen=frozenset({pointed_out})))
    assert isinstance(taken, Taken), taken
    here = office()
    loaded = here.load(number)
    assert loaded is not None
    publish(here, here.journal.events(loaded.case.id)[-1].event())
    found = read_public("case", loaded.case.id, "zh-Hans")
    assert isinstance(found, PublicCase)
    said = " ".join(part.words for part in found.parts)
    assert "林大河" in said and "0570-5011234" in said and "13912345678" not in said
