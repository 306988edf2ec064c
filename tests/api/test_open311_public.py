"""What anybody reads through Open311 is what the county shows of a case already: never who, never an hour, nothing finer than a township."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from demo_ground import demo_county
from desk_ground import DRAINS, TEXT, Desk, county, desk
from open311_ground import ADMINISTRATOR, Program, offered
from resident_ground import asked_back
from tongban.apps.acting import Acting
from tongban.apps.casework.take import take
from tongban.apps.casework.views import Taken
from tongban.apps.disclosure.names import named
from tongban.apps.disclosure.publishing import publish
from tongban.apps.figures.outlines import Loaded, load_outlines, townships
from tongban.apps.office import office
from tongban.apps.open311.offers import withdraw
from tongban.kernel.commands import SYSTEM, Actor, ActorKind
from tongban.store.models import Open311Key, Open311Sent, PostRow

__all__ = ["county", "desk"]
pytestmark = pytest.mark.database
CODES = sorted(townships(demo_county()))
WORDS = "小区门口的下水道修好了。"
OPEN = {"public_consent": True, "name": "欧阳小明", "division": CODES[0]}


@pytest.fixture
def program(desk: Desk) -> Program:
    return offered(desk)


def case_of(number: str) -> Any:
    loaded = office().load(number)
    assert loaded is not None
    return loaded.case


def put_out(desk: Desk, text: str = WORDS, **answers: object) -> Any:
    """A settled case whose text was released."""
    number = asked_back(desk, **{**OPEN, **answers})
    owner = Actor(ActorKind.REQUESTER, owns=frozenset({case_of(number).id}))
    acting = Acting(desk.acting(desk.clerk).now, owner)
    taken = take(number, "answer_callback", {"solved": "yes", "rating": 5, "prompted": False}, acting)
    assert isinstance(taken, Taken), taken
    names = named([text], ("欧阳小明",))
    posts = dict(PostRow.objects.filter(unit=Desk.home).values_list("role", "person"))
    desk.step(number, "draft_text", posts["publisher"], names=names, public_text=text)
    desk.step(number, "publish_case", desk.reviewer, names=names)
    here, case = office(), case_of(number)
    assert publish(here, here.journal.events(case.id)[-1].event()) == 1
    return case


def asked(program: Program, **query: str) -> list[dict[str, Any]]:
    told, status = program.get("v2/requests", "service_requests", query.pop("language", "zh-Hans"), **query)
    assert status == 200
    return list(told)


def test_a_published_case_is_closed_with_days_and_its_released_words(program: Program, desk: Desk) -> None:
    case = put_out(desk)
    (told,) = asked(program)
    assert told["status"] == "closed" and WORDS in told["description"]
    assert told["service_code"] == f"hotline.{DRAINS}" and told["agency_responsible"]
    assert told["requested_datetime"].endswith("T00:00:00+08:00")
    assert told["updated_datetime"].endswith("T00:00:00+08:00")
    assert told["address_id"] == CODES[0] and told["address"].endswith("常山县")
    assert [told[each] for each in ("lat", "long", "zipcode", "media_url")] == [None] * 4
    everything = json.dumps(told, ensure_ascii=False)
    for secret in ("欧阳", "138", TEXT, case.number, case.id):
        assert secret not in everything
    (one,), status = program.get(f"v2/requests/{told['service_request_id']}", "service_requests", "zh-Hans")
    assert (one, status) == (told, 200)
    english = asked(program, language="en")[0]
    assert english["service_name"] != told["service_name"] and english["address"].endswith("Changshan County")


def test_an_open_matter_is_told_as_others_are_told_of_it(program: Program, desk: Desk) -> None:
    number = desk.dispatched(**OPEN)
    (told,) = asked(program, status="open")
    assert told["status"] == "open" and told["description"] is None
    assert told["status_notes"] and told["expected_datetime"].endswith("T23:59:59+08:00")
    assert told["requested_datetime"].endswith("T00:00:00+08:00")
    everything = json.dumps(told, ensure_ascii=False)
    assert TEXT not in everything and number not in everything and case_of(number).id not in everything
    assert asked(program, status="closed") == []
    assert program.get(f"v2/requests/{told['service_request_id']}", "service_requests")[1] == 200


@pytest.mark.parametrize(
    "otherwise",
    [{"public_consent": False}, {"sort": "report"}, {"category": "01.02.05"}],
)
def test_what_others_are_not_told_of_is_not_there(program: Program, desk: Desk, otherwise: Any) -> None:
    number = desk.dispatched(**{**OPEN, **otherwise})
    name = office().journal.lookup.name(case_of(number).id)
    assert asked(program) == [] and asked(program, service_request_id=name) == []
    assert program.get(f"v2/requests/{name}", "service_requests")[1] == 404


def test_what_the_sender_is_told_of_it_and_everybody_else_too_is_listed_once_with_days(
    program: Program, desk: Desk
) -> None:
    case = put_out(desk)
    number = desk.dispatched(**OPEN)
    for each in (case, case_of(number)):
        Open311Sent.objects.create(
            county=office().county.code,
            case=each.id,
            key=Open311Key.objects.get().id,
            service=f"hotline.{DRAINS}",
            at=each.opened_at,
        )
    told = asked(program, api_key=program.key)
    assert told == asked(program) and len(told) == 2
    lately = (case_of(number).opened_at - timedelta(seconds=1)).isoformat()
    assert asked(program, start_date=lately) == []
    assert asked(program, start_date=lately, api_key=program.key) == told, "by its own hour, told by the day"


def test_what_is_offered_no_longer_is_told_no_longer(program: Program, desk: Desk) -> None:
    put_out(desk)
    (told,) = asked(program)
    assert withdraw("hotline", desk.acting(ADMINISTRATOR)) is None
    assert asked(program) == []
    assert program.get(f"v2/requests/{told['service_request_id']}", "service_requests")[1] == 404


def test_an_hour_cannot_be_found_by_asking_for_shorter_and_shorter_times(
    program: Program, desk: Desk
) -> None:
    desk.dispatched(**OPEN)
    put_out(desk)
    day = asked(program)[0]["requested_datetime"][:10]
    for hour in ("00:00:01", "06:00:00", "12:00:00", "23:59:59"):
        assert asked(program, start_date=f"{day}T{hour}+08:00") == []
        assert len(asked(program, end_date=f"{day}T{hour}+08:00")) == 2


def test_requests_are_found_by_service_status_and_days_and_dealt_out_in_pages(
    program: Program, desk: Desk
) -> None:
    desk.dispatched(**OPEN)
    put_out(desk)
    service = f"hotline.{DRAINS}"
    assert len(asked(program, status="open,closed", service_code=f"{service},hotline.01.02")) == 2
    assert asked(program, service_code="hotline.01.02.05") == []
    first, second = (asked(program, page_size="1", page=n) for n in "12")
    assert len(first) == len(second) == 1 and first != second
    assert asked(program, page_size="1", page="3") == []
    names = [each["service_request_id"] for each in (*second, *first)]
    assert [
        each["service_request_id"] for each in asked(program, service_request_id=",".join(names))
    ] == names
    assert asked(program, end_date="2020-01-01T00:00:00Z") == []


def test_who_asks_for_what_changed_gets_what_became_public_since(program: Program, desk: Desk) -> None:
    before = desk.acting(desk.clerk).now
    put_out(desk)
    assert len(asked(program, updated_after=(before - timedelta(seconds=1)).isoformat())) == 1
    after = (desk.acting(desk.clerk).now + timedelta(days=1)).isoformat()
    assert asked(program, updated_after=after) == []
    assert len(asked(program, updated_before=after)) == 1


def test_extensions_name_the_page_of_the_county_and_what_happened(program: Program, desk: Desk) -> None:
    case = put_out(desk)
    (told,) = asked(program, extensions="true")
    assert told["extended_attributes"]["page"] == f"http://testserver/open/cases/{case.id}/"
    assert [each["type"] for each in told["notes"]] == ["opened", "closed"]
    assert "extended_attributes" not in asked(program, extensions="false")[0]


def test_with_outlines_a_point_finds_its_township_and_a_case_is_told_its_middle(
    program: Program, desk: Desk
) -> None:
    ring = [[118.5, 28.9], [118.52, 28.9], [118.52, 28.91], [118.5, 28.91], [118.5, 28.9]]
    feature = {"properties": {"code": CODES[0]}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    text = json.dumps({"features": [feature]})
    loaded = load_outlines(text, "浙S(2026)1号", "测试", Acting(desk.acting(desk.clerk).now, SYSTEM))
    assert isinstance(loaded, Loaded)
    sent = {"service_code": f"hotline.{DRAINS}", "description": TEXT, "phone": "13800138000"}
    made, status = program.post(**sent, lat="28.902", long="118.508")
    assert status == 200
    name = made[0]["service_request_id"]
    (told,), _ = program.get(f"v2/requests/{name}", "service_requests", api_key=program.key)
    assert told["address_id"] == CODES[0] and (told["lat"], told["long"]) == (28.9, 118.51)


def test_words_that_xml_cannot_hold_are_told_alike_in_both_formats(program: Program, desk: Desk) -> None:
    put_out(desk, text="修好了 <b>&amp;]]></b> \"'’ 𠀀💡 ok")
    (told,) = asked(program)
    assert "<b>&amp;]]></b>" in told["description"] and "𠀀💡" in told["description"]
