"""Rating a matter: on the page that its requester follows anyway, by a code, and never for somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client, override_settings

from desk_ground import PASSWORD, ROOT, Desk, county, desk
from resident_ground import PHONE, Visitor, unhurried, visitor
from tongban.apps.office import office

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "unhurried", "visitor"]


@pytest.fixture(autouse=True)
def _rated(desk: Desk) -> Iterator[None]:
    """The county has what the hotline settles rated."""
    from tongban.apps.acting import Acting
    from tongban.apps.adoption.adopting import adopt
    from tongban.kernel.commands import SYSTEM
    from tongban.kernel.refusal import Refused

    acting = Acting(datetime(2020, 1, 2, tzinfo=UTC), SYSTEM)
    done = adopt(ROOT / "practices" / "service_rating", {"rated": "hotline"}, (desk.home,), acting)
    assert not isinstance(done, Refused), done.all()
    yield


@pytest.mark.parametrize("ahead", ["1", "5"])
def test_of_two_ratings_at_the_same_moment_one_counts(visitor: Visitor, desk: Desk, ahead: str) -> None:
    """Somebody else's step is stored between reading the case and storing one's own."""
    from tongban.apps.casework import take as taking

    number = settled(desk)
    rating = rating_of(number)
    mine, theirs = Visitor().prove(number), Visitor().prove(number)
    plain, first = taking._store, [True]

    def interrupted(*given: Any) -> Any:
        if first.pop():
            first.append(False)
            theirs.act(rating.number, "rate", rating=ahead)
        else:
            first.append(False)
        return plain(*given)

    with patch.object(taking, "_store", interrupted):
        mine.act(rating.number, "rate", rating="3")
    assert mine.status == 422
    assert rating_of(number).facts["rating"] == int(ahead)


def settled(desk: Desk) -> str:
    """A matter that has ended, and of which those who hear it have heard."""
    from tongban.apps.casework.hearing import hear
    from tongban.store.batch import STEP

    number = desk.replied()
    desk.step(number, "approve", desk.reviewer)
    Visitor().prove(number).act(number, "answer_callback", solved="yes", rating="5", prompted="false")
    here = office()
    loaded = here.load(number)
    assert loaded is not None and loaded.case.settled_at is not None
    for entry in here.journal.events(loaded.case.id):
        if entry.kind == STEP:
            hear(here, entry.event())
            hear(here, entry.event())  # a reactor may meet an event twice
    return number


def rating_of(number: str) -> Any:
    from tongban.apps.casework.hearing import opened_about

    here = office()
    loaded = here.load(number)
    assert loaded is not None
    [found] = opened_about(here, loaded.case)
    return found.case


def radios(page: str, name: str) -> list[str]:
    return re.findall(rf'<input type="radio" name="{name}"[^>]*>', page)


def test_before_it_has_ended_there_is_nothing_to_rate(visitor: Visitor, desk: Desk) -> None:
    number = desk.replied()
    page = visitor.prove(number).get(f"/follow/{number}/").page
    assert radios(page, "rating") == []
    assert visitor.act(number, "rate", rating="5").status == 422


def test_it_is_rated_on_the_page_of_the_matter_itself_and_nothing_is_chosen_beforehand(
    visitor: Visitor, desk: Desk
) -> None:
    number = settled(desk)
    rating = rating_of(number)
    page = visitor.prove(number).get(f"/follow/{number}/").page
    assert len(radios(page, "rating")) == 5
    assert not [each for each in radios(page, "rating") if "checked" in each]
    assert 'name="through"' not in page and 'name="source"' not in page
    visitor.act(rating.number, "rate", rating="4")
    assert visitor.path == f"/follow/{number}/", "no other number to follow"
    assert "您的评价已收到" in visitor.page
    again = rating_of(number)
    assert (again.outcome, again.facts["through"]) == ("good", "web")
    assert visitor.get(f"/follow/{rating.number}/").status == 200


def test_without_a_level_nothing_is_rated(visitor: Visitor, desk: Desk) -> None:
    number = settled(desk)
    visitor.prove(number)
    visitor.act(rating_of(number).number, "rate", words="都挺好")
    assert visitor.status == 422 and "都挺好" in visitor.page
    assert rating_of(number).stage == "asked"


def test_what_became_of_it_stands_there_afterwards(visitor: Visitor, desk: Desk) -> None:
    number = settled(desk)
    visitor.prove(number).act(rating_of(number).number, "rate", rating="1", words="说话难听")
    page = visitor.get(f"/follow/{number}/").page
    assert "有人会联系您" in page and "有人联系您核实" in page
    assert rating_of(number).stage == "low"


def test_somebody_elses_matter_is_not_rated(visitor: Visitor, desk: Desk) -> None:
    rating, other = rating_of(settled(desk)), desk.register(phone="13987654321")
    visitor.prove(other, "13987654321")
    visitor.act(rating.number, "rate", rating="1")
    assert visitor.status == 404
    assert Visitor().act(rating.number, "rate", rating="1").status == 404
    assert rating_of_id(rating.id).stage == "asked"


def rating_of_id(case: str) -> Any:
    (loaded,) = office().journal.load(ids=[case])
    return loaded.case


def test_a_second_rating_is_refused(visitor: Visitor, desk: Desk) -> None:
    number = settled(desk)
    rating = rating_of(number)
    visitor.prove(number).act(rating.number, "rate", rating="5")
    visitor.act(rating.number, "rate", rating="1")
    assert visitor.status == 422
    assert rating_of(number).facts["rating"] == 5


def test_where_staff_are_or_were_signed_in_a_rating_does_not_count_and_the_reason_is_told(desk: Desk) -> None:
    number = settled(desk)
    rating = rating_of(number)
    counter = Visitor()
    counter.post("/sign-in/", {"username": desk.handler, "password": PASSWORD})
    counter.prove(number).act(rating.number, "rate", rating="5")
    assert counter.status == 422 and "办公用的" in counter.page and "自己的手机" in counter.page
    counter.get(f"/follow/{number}/")
    [where] = re.findall(r'action="(/follow/[^"]*/do/rate/)"', counter.page)
    counter.post(where, {"rating": "5"})
    assert "办公用的" in counter.page and "own_device" not in counter.page, "as its own form sends it, too"
    counter.post("/sign-out/", {})
    counter.prove(number).act(rating.number, "rate", rating="5")
    assert counter.status == 422, "the device stays the office's"
    assert rating_of(number).stage == "asked"


def test_from_a_network_of_the_office_a_rating_does_not_count(desk: Desk) -> None:
    number = settled(desk)
    with override_settings(TONGBAN_OFFICE_NETWORKS=("10.8.0.0/16",)):
        inside = Visitor(REMOTE_ADDR="10.8.3.4")
        assert inside.prove(number).act(rating_of(number).number, "rate", rating="5").status == 422
        outside = Visitor(REMOTE_ADDR="10.9.3.4")
        assert outside.prove(number).act(rating_of(number).number, "rate", rating="5").status == 200


def test_a_forged_mark_of_the_device_is_no_mark(desk: Desk) -> None:
    from tongban.web.acting import DEVICE

    number = settled(desk)
    own = Visitor()
    own.client.cookies[DEVICE] = "office"
    assert own.prove(number).act(rating_of(number).number, "rate", rating="5").status == 200


def test_a_code_opens_the_rating_and_nothing_else(desk: Desk) -> None:
    number = settled(desk)
    clerk = Visitor()
    clerk.post("/sign-in/", {"username": desk.clerk, "password": PASSWORD})
    shown = clerk.get(f"/desk/{number}/code/").page
    found = re.search(r"http://testserver(/rate/\d+/\w{10}/)<", shown)
    assert found, shown
    scanned = Visitor().get(found[1])
    assert scanned.status == 200 and len(radios(scanned.page, "rating")) == 5
    assert Visitor().get(found[1][:-2] + "0/").status == 404
    assert scanned.get(f"/follow/{number}/").status == 404, "the matter itself stays closed"
    watching = Visitor().get(found[1])
    scanned.act(rating_of(number).number, "rate", rating="3", words="窗口的人很忙")
    assert rating_of(number).facts["through"] == "code"
    assert "您的评价已收到" in scanned.page and "窗口的人很忙" not in scanned.page
    for other in (watching.get(f"/follow/{rating_of(number).number}/"), Visitor().get(found[1])):
        assert other.status == 404, "whoever stood at the counter reads nothing of what was said"
    assert "/rate/" not in clerk.get(f"/desk/{number}/code/").page


def test_who_guesses_codes_has_to_wait(desk: Desk) -> None:
    from tongban.apps.people.codes import FROM_A_PLACE

    rating = rating_of(settled(desk))
    guesser = Visitor(REMOTE_ADDR="192.0.2.77")
    for n in range(FROM_A_PLACE.most):
        assert guesser.get(f"/rate/{rating.number}/{n:010d}/").status == 404
    assert "分钟" in guesser.get(f"/rate/{rating.number}/{0:010d}/").page


def test_the_unit_sees_neither_the_rating_nor_whose_part_it_has(desk: Desk) -> None:
    from tongban.apps.casework.look import look
    from tongban.kernel.refusal import Refused

    number = settled(desk)
    rating = rating_of(number)
    Visitor().prove(number).act(rating.number, "rate", rating="1", words="姓王的说话难听")
    desk.step(
        rating.number,
        "verify",
        "fantugen",
        contact_way="phone",
        finding="founded",
        cause="manner",
        problem="说话不耐烦。",
    )
    hidden = look(rating.number, desk.acting(desk.handler))
    assert isinstance(hidden, Refused) and hidden.code == "case.unknown"
    part = look(f"{rating.number}-01", desk.acting(desk.handler))
    assert not isinstance(part, Refused)
    assert part.parent is None and part.part_of == () and part.identity == ()
    shown = str(part)
    assert "说话不耐烦" in shown and "姓王的" not in shown and PHONE not in shown and number not in shown


def test_whoever_follows_it_up_opens_who_asked_for_a_purpose_and_that_is_noted_on_the_matter(
    desk: Desk,
) -> None:
    from tongban.apps.casework.lookers import lookers
    from tongban.apps.people.looking import Identity, look_identity
    from tongban.kernel.refusal import Refused

    number = settled(desk)
    rating = rating_of(number)
    Visitor().prove(number).act(rating.number, "rate", rating="1")
    opened = look_identity(rating.number, "callback", "差评回访", desk.acting("fantugen"))
    assert isinstance(opened, Identity), opened
    assert opened.values["phone"] == PHONE and opened.values["of_number"] == number
    assert "source" not in opened.values
    noted = lookers(number, desk.acting(desk.reviewer))
    assert not isinstance(noted, Refused) and [each.why for each in noted] == ["差评回访"]
    assert isinstance(
        look_identity(rating.number, "callback", "看看是谁", desk.acting(desk.handler)), Refused
    )


def test_a_program_without_cookies_rates_with_a_token_of_the_matter(desk: Desk) -> None:
    number = settled(desk)
    rating, program = rating_of(number), Client(enforce_csrf_checks=True)
    body = {"step": "rate", "answers": {"rating": 2, "through": "web"}}
    where = f"/api/v1/cases/{rating.number}/steps"
    assert program.post(where, body, content_type="application/json").status_code in (401, 403, 404)
    token = program.post(
        f"/api/v1/cases/{number}/tokens", {"phone": PHONE}, content_type="application/json"
    ).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    forged = program.post(where, body, content_type="application/json", headers=headers)
    assert forged.status_code == 422 and forged.json()["faults"][0]["code"] == "form.not_yours"
    body["answers"] = {"rating": 2}
    assert program.post(where, body, content_type="application/json", headers=headers).status_code < 300
    assert rating_of(number).facts["through"] == "api"


def test_many_from_one_place_within_seconds_are_shown_to_supervisors_and_to_nobody_else(desk: Desk) -> None:
    from tongban.apps.supervision.clusters import clusters
    from tongban.kernel.refusal import Refused

    numbers = [settled(desk) for _ in range(3)]
    for number in numbers:
        Visitor(REMOTE_ADDR="203.0.113.9").prove(number).act(rating_of(number).number, "rate", rating="5")
    apart = settled(desk)
    Visitor(REMOTE_ADDR="203.0.113.10").prove(apart).act(rating_of(apart).number, "rate", rating="1")
    found = clusters(desk.acting(desk.supervisor))
    assert not isinstance(found, Refused)
    [group] = found
    assert (group.count, group.levels) == (3, ((5, 3),))
    assert {each.replace(" ", "") for each in group.numbers} == {rating_of(each).number for each in numbers}
    assert "203.0.113" not in str(found)
    hidden = clusters(desk.acting(desk.handler))
    assert isinstance(hidden, Refused) and hidden.code == "people.clusters_not_yours"
