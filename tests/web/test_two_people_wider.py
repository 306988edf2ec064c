"""What else takes two people: who leads and who publishes, a platform's link, the rule of second factors; that it waits is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from msgspec.structs import replace

from desk_ground import Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.confirming.asking import Asked, Done, carry_out
from tongban.apps.confirming.deciding import confirm, do_due
from tongban.apps.confirming.kinds import ENDING, GIVING, LEAVING, PASSWORD, RULING, UNLINKING
from tongban.apps.confirming.reading import told
from tongban.apps.outside import linking
from tongban.apps.people.calling import called
from tongban.apps.people.entering import need, needed
from tongban.apps.people.issuing import issue
from tongban.apps.people.posting import Given, give
from tongban.apps.people.tokens import read_token
from tongban.kernel.clock import local_date
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.store.models import AskedRow, LinkRow, PostRow, TokenRow

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

FIRST, SECOND = "hushaohua", "gonghongwei"
LEADER, PUBLISHER = "xuxiangyang", "songyuexian"


@pytest.fixture(autouse=True)
def two_administrators(desk: Desk) -> None:
    post = Given("hotline-centre", "administrator", local_date(datetime.now(UTC)))
    assert give(SECOND, post, Acting(datetime.now(UTC), SYSTEM)) is None


def browser(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username=login))
    return client


def body(answer: Any) -> str:
    return str(answer.content.decode())


def post(person: str, unit: str, role: str) -> dict[str, str]:
    first = local_date(datetime.now(UTC)).isoformat()
    return {"person": person, "unit": unit, "role": role, "first": first, "last": ""}


def asked(kind: str, desk: Desk, **facts: str) -> str:
    found = carry_out(kind, facts, desk.acting(FIRST))
    assert isinstance(found, Asked), found
    return found.id


@pytest.mark.parametrize(("unit", "role"), [("housing", "leader"), ("hotline-centre", "publisher")])
def test_nobody_alone_makes_a_leader_or_a_publisher(desk: Desk, unit: str, role: str) -> None:
    facts = post("sangyinhua", unit, role)
    direct = give("sangyinhua", Given(unit, role, local_date(datetime.now(UTC))), desk.acting(FIRST))
    assert direct is not None and direct.code == "two.needed"
    waits = asked(GIVING, desk, **facts)
    assert not PostRow.objects.filter(person="sangyinhua", role=role).exists()
    assert isinstance(confirm(waits, desk.acting(SECOND)), Done)
    assert PostRow.objects.filter(person="sangyinhua", role=role).exists()


def test_a_handler_is_made_by_one_and_a_leader_is_taken_down_by_one(desk: Desk) -> None:
    assert isinstance(
        carry_out(GIVING, post("sangyinhua", "urban-enforcement", "handler"), desk.acting(FIRST)), Done
    )
    row = PostRow.objects.get(person=LEADER, role="leader")
    facts = {**post(LEADER, row.unit, "leader"), "first": row.since.isoformat()}
    assert isinstance(carry_out(ENDING, facts, desk.acting(FIRST)), Done)
    assert isinstance(carry_out(LEAVING, {"person": PUBLISHER}, desk.acting(FIRST)), Done)


@pytest.mark.parametrize("person", [LEADER, PUBLISHER])
def test_nobody_alone_signs_in_as_a_leader_or_a_publisher(desk: Desk, person: str) -> None:
    waits = asked(PASSWORD, desk, person=person)
    done = confirm(waits, desk.acting(SECOND))
    assert isinstance(done, Done) and done.told


def test_a_link_of_a_leader_is_taken_away_by_two(desk: Desk) -> None:
    LinkRow.objects.create(
        county="330822", provider="office", subject="s-1", person=LEADER, since=datetime.now(UTC), by="x"
    )
    facts = {"person": LEADER, "provider": "office", "subject": "s-1"}
    refused = linking.unlink(*facts.values(), desk.acting(FIRST))
    assert refused is not None and refused.code == "two.needed"
    waits = asked(UNLINKING, desk, **facts)
    assert LinkRow.objects.count() == 1
    assert isinstance(confirm(waits, desk.acting(SECOND)), Done) and LinkRow.objects.count() == 0


def test_a_link_that_changed_meanwhile_is_not_taken_away(desk: Desk) -> None:
    link = {"county": "330822", "provider": "office", "person": LEADER, "since": datetime.now(UTC), "by": "x"}
    LinkRow.objects.create(subject="s-1", **link)
    waits = asked(UNLINKING, desk, person=LEADER, provider="office", subject="s-1")
    LinkRow.objects.create(subject="s-2", **link)
    refused = confirm(waits, desk.acting(SECOND))
    assert isinstance(refused, Refused) and refused.code == "two.changed"


def test_the_rule_of_second_factors_is_set_by_two(desk: Desk) -> None:
    refused = need(("reviewer",), desk.acting(FIRST))
    assert refused is not None and refused.code == "two.needed"
    answer = browser(FIRST).post("/studio/people/rule/", {"role": ["reviewer", "handler"]})
    assert answer.headers["Location"] == "/studio/confirm/"
    assert needed("330822") == ()
    page = body(browser(SECOND).get("/studio/confirm/"))
    assert "need a second factor from now on" in page
    assert isinstance(confirm(AskedRow.objects.get().id, desk.acting(SECOND)), Done)
    assert needed("330822") == ("handler", "reviewer")


def test_whoever_may_confirm_reads_at_the_desk_and_among_people_that_something_waits(desk: Desk) -> None:
    asked(RULING, desk, roles="")
    for where in ("/desk/", "/studio/people/", "/studio/"):
        assert "1 wait for you" in body(browser(SECOND).get(where)), where
        assert "wait for you" not in body(browser(FIRST).get(where)), where
    assert "wait for you" not in body(browser(Desk.handler).get("/desk/"))


def test_what_nobody_confirmed_is_told_as_lapsed_before_and_after_it_is_swept(desk: Desk) -> None:
    waits = asked(RULING, desk, roles="reviewer")
    later = replace(desk.acting(SECOND), now=datetime.now(UTC) + timedelta(hours=25))
    for _ in range(2):
        both = told(later)
        assert both.waiting == () and [(each.id, each.state) for each in both.lately] == [(waits, "expired")]
        assert not both.lately[0].changed
        do_due(later.now)
    assert isinstance(
        carry_out(RULING, {"roles": "reviewer"}, replace(desk.acting(FIRST), now=later.now)), Asked
    )


def test_tokens_are_listed_with_who_issued_them_and_when_they_were_used_and_are_ended(desk: Desk) -> None:
    made = issue(Desk.handler, ["read"], "nightly list", 30, Acting(datetime.now(UTC), SYSTEM))
    assert not isinstance(made, Refused)
    client = browser(FIRST)
    page = body(client.get("/studio/tokens/"))
    assert "nightly list" in page and "the shell of the machine" in page and "no use is recorded" in page
    assert made[1].text not in page
    said = read_token(made[1].text)
    assert not isinstance(said, Refused)
    assert called(said, datetime.now(UTC)) and called(said, datetime.now(UTC))
    assert TokenRow.objects.get().used == local_date(datetime.now(UTC))
    assert "last used" in body(client.get("/studio/tokens/"))
    assert browser(Desk.supervisor).post("/studio/tokens/end/", {"token": made[0].id}).status_code == 403
    assert client.post("/studio/tokens/end/", {"token": made[0].id}, follow=True).status_code == 200
    assert called(said, datetime.now(UTC)) is None
    assert client.post("/studio/tokens/end/", {"token": made[0].id}).status_code == 409
