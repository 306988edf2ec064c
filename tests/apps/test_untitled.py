"""A case without a title is called by its kind where nobody must write words: only what was erased is said to be gone."""

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


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


@pytest.mark.parametrize(("words", "called"), [({}, "救助申请"), ({"words": "老伴病了"}, "老伴病了")])
def test_what_need_not_be_said_in_words_is_called_by_its_kind_on_every_page(
    words: dict[str, str], called: str
) -> None:
    from tongban.apps.casework.bounds import Filter
    from tongban.apps.casework.heads import head
    from tongban.apps.casework.look import look
    from tongban.apps.casework.take import open_case
    from tongban.apps.casework.tree import tree
    from tongban.apps.casework.views import CasePage, Taken
    from tongban.apps.casework.worklist import worklist
    from tongban.apps.office import office
    from tongban.kernel.commands import Actor, ActorKind, Post
    from tongban.kernel.refusal import Refused

    acting = replace(
        with_aids(ITEMS, NOW), actor=Actor(ActorKind.PERSON, "wang", (Post("town_a", "handler"),))
    )
    told = {"id_card": "33082219550312009X", "applicant": "张福根", "phone": "13800138000", "needs": ["living"],
            "consent": True, "division": "330899101", **words}  # fmt: skip
    opened = open_case("social_aid", told, acting, step="apply", home="town_a", channel="office")
    assert isinstance(opened, Taken), opened
    number = opened.number.replace(" ", "")
    page, whole, top = look(number, acting), tree(number, acting), head(number, acting, office())
    assert isinstance(page, CasePage)
    assert not isinstance(whole, Refused) and not isinstance(top, Refused)
    (row,) = worklist(acting, Filter()).rows
    assert {page.title, whole.title, top.title, row.title} == {called}


def test_what_was_not_kept_is_called_as_it_is_asked() -> None:
    from tongban.apps.casework.refused import in_words
    from tongban.apps.casework.take import open_case
    from tongban.apps.casework.views import Taken
    from tongban.kernel.commands import Actor, ActorKind, Post
    from tongban.kernel.refusal import Refused

    acting = replace(
        with_aids(ITEMS, NOW), actor=Actor(ActorKind.PERSON, "wang", (Post("town_a", "handler"),))
    )
    told = {"id_card": "33082219550312009X", "applicant": "张福根", "phone": "13800138000", "needs": ["living"],
            "consent": True, "division": "330899101"}  # fmt: skip
    opened = open_case("social_aid", told, acting, step="apply", home="town_a", channel="office")
    assert isinstance(opened, Taken)
    (words,) = in_words([Refused("form.not_asked", "guardian", {"name": "guardian"})], opened.number, acting)
    assert words.says == "“监护人姓名”按其他各项的填写不需要，没有保存。"
