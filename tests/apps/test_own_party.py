"""Somebody who is reached within a case that another one brought has a way in of their own, and sees nothing of the other's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from aid_ground import with_aids
from scenario_ground import ground

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ITEMS = "item,title,sort,unit,line_yuan,most_yuan,urgent_yuan\nsubsistence,低保,programme,labour,1000,0,\n"
APPLICANT, MEMBER = "13800138000", "13900139022"


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


def test_a_member_of_a_household_answers_by_themselves_and_reads_nothing_of_the_application() -> None:
    from tongban.apps.casework.look import look
    from tongban.apps.casework.take import open_case, take
    from tongban.apps.casework.views import CasePage, Taken
    from tongban.apps.people.ownership import prove_ownership
    from tongban.kernel.commands import Actor, ActorKind, Post
    from tongban.kernel.refusal import Refused

    office = replace(
        with_aids(ITEMS, NOW), actor=Actor(ActorKind.PERSON, "wang", (Post("town_a", "handler"),))
    )
    told = {"id_card": "33082219550312009X", "applicant": "张福根", "phone": APPLICANT, "needs": ["living"], "consent": True,
            "words": "老伴病了", "division": "330899101"}  # fmt: skip
    opened = open_case("social_aid", told, office, step="apply", home="town_a", channel="office")
    assert isinstance(opened, Taken), opened
    number = opened.number.replace(" ", "")
    for step, answers in (("take_in", {"household": "HK-1", "persons": 2}), ("add_member", {})):
        assert isinstance(take(number, step, answers, office), Taken)
    assert isinstance(take(f"{number}-01", "invite", {"phone": MEMBER}, office), Taken)

    assert isinstance(prove_ownership(number, MEMBER, "here", NOW), Refused)
    assert isinstance(prove_ownership(f"{number}-01", APPLICANT, "here", NOW), Refused)
    member = prove_ownership(f"{number}-01", MEMBER, "here", NOW)
    assert isinstance(member, Actor)
    seen = look(f"{number}-01", replace(office, actor=member))
    assert isinstance(seen, CasePage)
    assert seen.parent is None
    assert "老伴" not in seen.title
    assert [step.id for step in seen.steps] == ["say_consent"]
    assert (seen.drawing.clock, seen.clocks) == (None, ()), "the office's own days are no days of theirs"
    assert isinstance((inside := look(f"{number}-01", office)), CasePage)
    assert inside.parent is not None
    assert inside.drawing.clock is not None and inside.drawing.clock.id == "asking_them"
