"""Accounts and posts, looking at who asks, proving that a case is one's own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from tongban.apps.acting import Acting
from tongban.apps.people.accounts import read_people
from tongban.demo.script import county_folder
from tongban.kernel.commands import SYSTEM, ActorKind, Post
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts

COUNTY = "330822"
GIVEN = "long and odd enough"
TODAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
needs_database = [pytest.mark.database, pytest.mark.django_db]


def test_a_login_that_stands_twice_is_refused_on_its_line(tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_text("people:\n  - {login: ann, zh: 安}\n  - {login: ann, zh: 恩}\n", encoding="utf-8")
    found = read_people(path)
    assert isinstance(found, Refused)
    assert (found.code, found.where) == ("people.twice", "people.yaml:3")


def test_the_demo_names_somebody_for_every_role_of_its_hotline() -> None:
    people = read_people(county_folder() / "people.yaml")
    assert not isinstance(people, Refused)
    roles = {post.role for person in people for post in person.posts}
    assert {"clerk", "dispatcher", "handler", "reviewer", "adjudicator", "supervisor", "leader"} <= roles


@pytest.mark.database
def test_posts_count_from_their_first_day_to_the_day_before_they_end(desk: Desk) -> None:
    from django.contrib.auth.models import User

    from tongban.apps.people.acting import actor_of
    from tongban.store.models import PostRow

    user = User.objects.get(username=desk.clerk)
    PostRow.objects.create(
        county=COUNTY,
        person=desk.clerk,
        unit="tax",
        role="handler",
        since=date(2026, 11, 20),
        until=date(2026, 11, 22),
    )
    held = {
        offset: Post("tax", "handler") in actor_of(user, TODAY + timedelta(days=offset)).posts
        for offset in range(-1, 4)
    }
    assert held == {-1: False, 0: True, 1: True, 2: False, 3: False}


@pytest.mark.database
def test_whoever_leaves_may_do_nothing_from_the_same_minute_on(desk: Desk) -> None:
    from django.contrib.auth.models import User
    from msgspec.structs import replace

    from tongban.apps.people.acting import actor_of
    from tongban.apps.people.posting import leave

    user = User.objects.get(username=desk.clerk)
    assert actor_of(user, TODAY).posts
    assert leave(desk.clerk, replace(desk.acting("hushaohua"), now=TODAY)) == 1
    assert actor_of(user, TODAY).posts == ()
    user.refresh_from_db()
    assert actor_of(user, TODAY).kind is ActorKind.REQUESTER


@pytest.mark.database
@pytest.mark.parametrize(
    ("login", "password", "unit", "code"),
    [
        ("Bad Login", "long and odd enough", "tax", "people.login"),
        ("newcomer", "too short", "tax", "people.password"),
        ("newcomer", "password1234", "tax", "people.password_common"),
        ("newcomer", "201208311647", "tax", "people.password_number"),
        ("newcomer-of-tax", "newcomer-of-tax1", "tax", "people.password_similar"),
        ("newcomer", "long and odd enough", "nowhere", "people.unknown_unit"),
        ("xuqiuju", "long and odd enough", "tax", "people.taken"),
    ],
)
def test_an_account_is_refused_with_the_reason(
    desk: Desk, login: str, password: str, unit: str, code: str
) -> None:
    from tongban.apps.people.accounts import add_person

    refused = add_person(COUNTY, login, "新人", password, [(unit, "handler")], desk.acting("hushaohua"))
    assert refused is not None and refused.code == code


@pytest.mark.database
def test_a_new_account_can_act_in_its_post_at_once(desk: Desk) -> None:
    from django.contrib.auth import authenticate
    from msgspec.structs import replace

    from tongban.apps.people.accounts import add_person
    from tongban.apps.people.acting import actor_of

    acting = replace(desk.acting("hushaohua"), now=TODAY)
    posts = [("tax", "handler")]
    assert add_person(COUNTY, "newcomer", "新人", "long and odd enough", posts, acting) is None
    user = authenticate(username="newcomer", password="long and odd enough")
    assert user is not None
    assert actor_of(user, TODAY).posts == (Post("tax", "handler"),)


def noted(chain: str) -> list[Facts]:
    from tongban.apps.office import office
    from tongban.store.notes import holding, readable

    return [readable(each) for each in holding(office().journal, chain, "")]


@pytest.mark.database
def test_the_ledger_says_who_added_an_account(desk: Desk) -> None:
    from tongban.apps.people.accounts import add_person

    acting = desk.acting("hushaohua")
    assert add_person(COUNTY, "newcomer", "新人", "long and odd enough", [("tax", "handler")], acting) is None
    [said] = noted("account/newcomer")
    assert said == {"person": "newcomer", "posts": ("tax:handler",), "by": "hushaohua"}


@pytest.mark.database
def test_the_ledger_says_what_a_file_of_people_brought_by_whom_and_names_nobody(desk: Desk) -> None:
    from tongban.apps.people.accounts import Named, PersonLine, PostLine, bring_people

    posts = (PostLine(unit="tax", role="handler"),)
    named = Named(
        (
            PersonLine(login="newcomer", zh="新人", posts=posts),
            PersonLine(login=desk.clerk, zh="范土根", posts=posts),
        )
    )
    acting = desk.acting("hushaohua")
    assert not isinstance(bring_people(COUNTY, named, GIVEN, TODAY.date(), acting), Refused)
    assert not isinstance(bring_people(COUNTY, named, GIVEN, TODAY.date(), acting), Refused)  # brings nothing
    [said] = noted("accounts/brought")
    assert said == {
        "accounts": ("newcomer",),
        "posts": ("newcomer:tax:handler", f"{desk.clerk}:tax:handler"),
        "by": "hushaohua",
    }


@pytest.mark.database
def test_looking_at_who_asks_is_noted_before_anything_is_read(desk: Desk) -> None:
    from tongban.apps.people.looking import Identity, look_identity
    from tongban.store.models import EventRow

    number = desk.dispatched()
    found = look_identity(number, "contact", "约定上门时间", desk.acting(desk.handler))
    assert isinstance(found, Identity), found
    assert found.values["phone"] == "13812345678"
    noted = EventRow.objects.filter(kind="looked").values_list("body", flat=True)
    assert len(noted) == 1 and '"purpose":"contact"' in noted[0] and desk.handler in noted[0]
    assert "约定上门时间" not in noted[0]


@pytest.mark.database
@pytest.mark.parametrize(
    ("purpose", "why", "code"),
    [
        ("curiosity", "随便看看一下", "people.purpose"),
        ("contact", " ", "people.why"),
        ("contact", "字" * 300, "people.why"),
    ],
)
def test_without_a_purpose_of_the_list_and_words_nobody_looks(
    desk: Desk, purpose: str, why: str, code: str
) -> None:
    from tongban.apps.people.looking import look_identity
    from tongban.store.models import EventRow

    refused = look_identity(desk.dispatched(), purpose, why, desk.acting(desk.handler))
    assert isinstance(refused, Refused) and refused.code == code
    assert not EventRow.objects.filter(kind="looked").exists()


@pytest.mark.database
def test_a_unit_that_neither_holds_nor_received_the_case_does_not_see_who_asks(desk: Desk) -> None:
    from tongban.apps.people.looking import look_identity

    refused = look_identity(desk.dispatched(), "contact", "约定上门时间", desk.acting(desk.other_handler))
    assert isinstance(refused, Refused) and refused.code == "people.not_your_case"


@pytest.mark.database
@pytest.mark.parametrize("login", ["hushaohua", "songyuexian"])
def test_whoever_administers_or_publishes_has_no_need_to_know_who_asked(desk: Desk, login: str) -> None:
    from tongban.apps.people.looking import look_identity

    refused = look_identity(desk.dispatched(), "contact", "约定上门时间", desk.acting(login))
    assert isinstance(refused, Refused) and refused.code == "people.not_your_case"


@pytest.mark.database
def test_an_archived_case_is_opened_for_a_court_and_for_nothing_else(desk: Desk) -> None:
    from tongban.apps.people.looking import Identity, look_identity
    from tongban.apps.supervision.sweep import sweep

    number = desk.step(desk.register(), "withdraw_for", desk.clerk, withdraw_asked="来电人说已经自己解决了")
    sweep(datetime.now(UTC) + timedelta(days=60))
    refused = look_identity(number, "contact", "再问一问", desk.acting(desk.clerk))
    assert isinstance(refused, Refused) and refused.code == "people.ended"
    assert isinstance(
        look_identity(number, "lawful_request", "法院调取第 12 号", desk.acting(desk.clerk)), Identity
    )


@pytest.mark.database
def test_a_resident_with_number_and_phone_owns_the_case(desk: Desk) -> None:
    from tongban.apps.people.ownership import prove_ownership

    owner = prove_ownership(desk.register(), "138 1234 5678", "198.51.100.7", TODAY)
    assert not isinstance(owner, Refused)
    assert owner.kind is ActorKind.REQUESTER and len(owner.owns) == 1


@pytest.mark.database
def test_a_wrong_phone_and_an_unknown_number_sound_the_same_and_the_sixth_try_waits(desk: Desk) -> None:
    from tongban.apps.numbers import new_number
    from tongban.apps.people.ownership import prove_ownership

    number = desk.register()
    wrong = prove_ownership(number, "13900000000", "198.51.100.8", TODAY)
    unknown = prove_ownership(new_number(TODAY), "13900000000", "198.51.100.9", TODAY)
    assert isinstance(wrong, Refused) and isinstance(unknown, Refused)
    assert (wrong.code, wrong.where, dict(wrong.facts)) == (unknown.code, unknown.where, dict(unknown.facts))
    for _ in range(4):
        prove_ownership(number, "13900000000", "198.51.100.8", TODAY)
    waits = prove_ownership(number, "13812345678", "198.51.100.8", TODAY)
    assert isinstance(waits, Refused) and waits.code == "people.wait"
    later = prove_ownership(number, "13812345678", "198.51.100.8", TODAY + timedelta(minutes=11))
    assert not isinstance(later, Refused)


@pytest.mark.database
def test_erasing_who_asked_leaves_the_case_and_its_story(desk: Desk) -> None:
    from tongban.apps.people.erasing import erase_person
    from tongban.apps.people.looking import Identity, look_identity

    number = desk.dispatched()
    story = desk.story(number)
    done = erase_person(number, Acting(TODAY, SYSTEM))
    assert not isinstance(done, Refused) and done.values >= 1
    found = look_identity(number, "contact", "约定上门时间", desk.acting(desk.handler))
    assert isinstance(found, Identity) and found.values == {}
    assert desk.story(number) == story
