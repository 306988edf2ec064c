"""Case cards: offered to who has a matter like it, counted when one helped, and looked at again when the rule behind it changes."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from msgspec.structs import replace

from desk_ground import ROOT, Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import adopt
from tongban.apps.cards.library import confirm, like, like_case, to_review, told, use
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import Taken
from tongban.apps.disclosure.publishing import publish
from tongban.apps.disclosure.reading import published
from tongban.apps.office import office
from tongban.kernel.commands import SYSTEM, Actor, ActorKind
from tongban.kernel.refusal import Refused
from tongban.store.cards import USED
from tongban.store.notes import chain_id

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

DESK, LEADER, HOME = "wengrongfu", "niechunmiao", "last-resort-desk"
LIKE = "父母户口在两个省，孩子的新生儿落户办不下来，两边派出所都要对方先出证明。"
CARD = {
    "cause": "coordination",
    "card_title": "新生儿落户，两地派出所自己核对",
    "card_background": "父母户口在两省，两边都要对方先出未落户证明。",
    "card_done": "户政窗口直接与对方核验，随父落户当天办结。",
    "card_result": "以前两年没有办成，这次一天办结。",
    "card_conditions": "两地户政能互相查到。",
    "card_pitfalls": "先不要让人再去开证明。",
}


def step(desk: Desk, number: str, name: str, login: str, **answers: object) -> None:
    done = take(number, name, answers, replace(desk.acting(login), names_seen=frozenset({"Everything"})))
    if isinstance(done, Refused) and done.code.startswith("disclosure.names"):
        seen = frozenset(str(done.facts["names"]).split())
        done = take(number, name, answers, replace(desk.acting(login), names_seen=seen))
    assert isinstance(done, Taken), done


def closed(desk: Desk, consent: bool = True) -> str:
    """A difficulty that was solved at the desk itself."""
    said = {"body": LIKE, "phone": "13812345678", **({"card_consent": True} if consent else {})}
    taken = open_case("last_resort_desk", said, desk.acting(DESK), channel="desk", step="report")
    assert isinstance(taken, Taken), taken
    step(
        desk,
        taken.number,
        "solve_here",
        DESK,
        outcome="resolved",
        result="当场核验办结。",
        basis="户口登记条例",
        contact_way="counter",
    )
    step(desk, taken.number, "approve", LEADER)
    owner = Acting(datetime.now(UTC), Actor(ActorKind.REQUESTER, owns=frozenset({taken.case_id})))
    rated = take(taken.number, "answer_callback", {"solved": "yes", "rating": 5}, owner)
    assert isinstance(rated, Taken), rated
    return taken.number


def carded(desk: Desk) -> str:
    """The id of a published card's case."""
    number = closed(desk)
    step(desk, number, "write_card", DESK, **CARD)
    step(desk, number, "publish_card", LEADER)
    loaded = office().load(number)
    assert loaded is not None
    assert publish(office(), office().journal.events(loaded.case.id)[-1].event()) == 1
    (card,) = published("card", "zh-Hans").cases
    return card.id


@pytest.fixture(autouse=True)
def _posts(desk: Desk) -> None:
    """Who works at the desk, beside the posts that the county's list has."""
    from tongban.store.models import PostRow

    for login, role in ((DESK, "clerk"), (LEADER, "desk_leader")):
        PostRow.objects.create(county="330822", person=login, unit=HOME, role=role, since=date(2020, 1, 1))


def test_a_card_goes_out_only_with_the_requesters_yes(desk: Desk) -> None:
    number = closed(desk, consent=False)
    step(desk, number, "write_card", DESK, **CARD)
    refused = take(number, "publish_card", {}, replace(desk.acting(LEADER), names_seen=frozenset({"x"})))
    assert isinstance(refused, Refused) and refused.code in ("step.condition", "disclosure.names_drafted")
    assert published("card", "zh-Hans").cases == ()


def test_a_card_is_offered_to_who_writes_of_a_matter_like_it_and_to_nobody_else(desk: Desk) -> None:
    card = carded(desk)
    now = datetime.now(UTC)
    assert [each.text.id for each in like(LIKE, "", "zh-Hans", now)] == [card]
    assert like("广场舞音响太吵，晚上十点还在放。", "", "zh-Hans", now) == ()
    assert like("", "", "zh-Hans", now) == ()


def test_a_handler_says_once_a_case_that_a_card_helped_and_nobody_is_named(desk: Desk) -> None:
    card = carded(desk)
    number = desk.dispatched("新生儿落户，父母户口在两省，两边派出所都要对方先出未落户证明。")
    found = like_case(number, desk.acting(desk.handler))
    assert not isinstance(found, Refused), found
    assert [(each.text.id, each.uses, each.used) for each in found.cards] == [(card, 0, False)]
    assert found.may_use
    assert use(number, card, desk.acting(desk.handler)) == 1
    again = use(number, card, desk.acting(desk.handler))
    assert isinstance(again, Refused) and again.code == "cards.used_already"
    outside = use(number, card, desk.acting(desk.supervisor))
    assert isinstance(outside, Refused) and outside.code == "cards.not_at_work"
    (entry,) = office().journal.events(chain_id("330822", f"{USED}/{card}"))
    assert set(entry.facts()) == {"card", "case", "unit"}
    (shown,) = told(published("card", "zh-Hans").cases, datetime.now(UTC))
    assert shown.uses == 1


def changed_practice(tmp_path: Path, old: str, new: str, file: str) -> None:
    """The practice adopted anew, with one thing changed."""
    folder = tmp_path / "last_resort_desk"
    shutil.copytree(ROOT / "practices" / "last_resort_desk", folder)
    for path, was, now in (
        (folder / file, old, new),
        (folder / "practice.yaml", "version: 1.", "version: 8."),
    ):
        text = path.read_text(encoding="utf-8")
        assert was in text, (path, was)
        path.write_text(text.replace(was, now, 1), encoding="utf-8")
    done = adopt(folder, {}, (HOME,), Acting(datetime.now(UTC) - timedelta(seconds=2), SYSTEM))
    assert not isinstance(done, Refused), done
    office()  # as the page would have found it


def test_a_card_is_offered_to_nobody_once_the_law_behind_it_changed_until_somebody_has_looked(
    desk: Desk, tmp_path: Path
) -> None:
    card = carded(desk)
    changed_practice(tmp_path, "since: 2020-01-01}", "since: 2020-01-02}", "practice.yaml")
    now = datetime.now(UTC)
    assert like(LIKE, "", "zh-Hans", now) == ()
    assert told(published("card", "zh-Hans").cases, now)[0].doubts == ("basis",)
    assert [each.text.id for each in to_review(desk.acting(LEADER))] == [card]
    assert to_review(desk.acting(desk.handler)) == ()
    refused = confirm(card, desk.acting(desk.handler))
    assert isinstance(refused, Refused) and refused.code == "cards.not_kept"
    assert not isinstance(confirm(card, desk.acting(LEADER)), Refused)
    assert to_review(desk.acting(LEADER)) == ()
    assert [each.text.id for each in like(LIKE, "", "zh-Hans", datetime.now(UTC))] == [card]


def test_a_practice_that_changed_only_its_words_leaves_its_cards_as_they_are(
    desk: Desk, tmp_path: Path
) -> None:
    carded(desk)
    changed_practice(tmp_path, "title: 撤下公开", "title: 撤下", "texts/zh-Hans.yaml")
    assert to_review(desk.acting(LEADER)) == ()
    assert len(like(LIKE, "", "zh-Hans", datetime.now(UTC))) == 1


def test_the_pages_show_cards_where_they_help_and_what_is_doubted(
    desk: Desk, client: Client, tmp_path: Path
) -> None:
    from django.contrib.auth.models import User

    card = carded(desk)
    number = desk.dispatched("新生儿落户，父母户口在两省，两边派出所都要对方先出未落户证明。")
    client.force_login(User.objects.get(username=desk.handler))
    assert CARD["card_title"] in client.get(f"/desk/{number}/cards/").content.decode()
    assert client.post(f"/desk/{number}/cards/{card}/used/").status_code == 302
    public = client.get("/open/cards/").content.decode()
    assert CARD["card_title"] in public and "用过 1 次" in public
    changed_practice(tmp_path, "since: 2020-01-01}", "since: 2020-01-02}", "practice.yaml")
    assert "规则变过" in client.get("/open/cards/").content.decode()
    assert "正在复核" in client.get(f"/open/cards/{card}/").content.decode()
    client.force_login(User.objects.get(username=LEADER))
    assert "法规变了" in client.get("/desk/cards/").content.decode()
    assert client.post(f"/desk/cards/{card}/confirm/").status_code == 302
    assert CARD["card_title"] not in client.get("/desk/cards/").content.decode()
