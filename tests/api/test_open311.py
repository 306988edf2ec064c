"""Open311 GeoReport v2: every call, every error, in both formats, held to schemas; what is sent is a case like any other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from desk_ground import Desk, county, desk
from open311_ground import ADMINISTRATOR, Program, offered
from tongban.apps.casework.look import look
from tongban.apps.office import office
from tongban.apps.open311.keys import holder, issue, known, revoke
from tongban.apps.open311.offers import offer, withdraw
from tongban.kernel.refusal import Refused
from tongban.store.models import Content, Identity, Open311Key, Open311Sent
from tongban.store.notes import chain_id

__all__ = ["county", "desk"]
pytestmark = pytest.mark.database
LAMP = "hotline.01.05.04"
SENT = {
    "service_code": LAMP, "address_string": "天马街道 城东菜市场后门", "description": "下水道堵了一个星期。\n<b>很臭</b> & 开不了窗",
    "phone": "13800138000", "first_name": "小明", "last_name": "李", "device_id": "tt222111", "email": "a@b.cn",
    "media_url": "https://example.org/a.jpg",
}  # fmt: skip


@pytest.fixture
def program(desk: Desk) -> Program:
    return offered(desk)


def one_case() -> Any:
    row = Open311Sent.objects.get()
    (loaded,) = office().journal.load(ids=[str(row.case)])
    return loaded.case


def test_discovery_says_where_the_calls_are_in_both_formats(program: Program) -> None:
    told, status = program.get("discovery", "discovery")
    assert status == 200
    (endpoint,) = told["endpoints"]
    assert endpoint["url"] == "http://testserver/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert program.get("v2/discovery", "discovery", "zh-Hans")[0]["contact"].startswith("常山县")


def test_services_are_the_categories_of_what_is_offered_in_the_readers_language(program: Program) -> None:
    english, _ = program.get("v2/services", "services")
    chinese, _ = program.get("v2/services", "services", "zh-Hans")
    assert [each["service_code"] for each in english] == [each["service_code"] for each in chinese]
    (drains,) = [each for each in chinese if each["service_code"] == LAMP]
    assert drains["type"] == "realtime" and drains["metadata"] is True
    assert drains["group"] in drains["description"] and drains["service_name"] in drains["keywords"]
    assert {each["service_name"] for each in english}.isdisjoint({drains["service_name"]})
    wider = {each["service_code"].rpartition(".")[0] for each in chinese}
    assert wider.isdisjoint({each["service_code"] for each in chinese}), "the narrowest are offered"


def test_what_a_service_asks_is_what_the_form_asks_residents_beyond_the_standard(program: Program) -> None:
    told, _ = program.get(f"v2/services/{LAMP}", "service_definition")
    by_code = {each["code"]: each for each in told["attributes"]}
    assert told["service_code"] == LAMP
    assert by_code["phone"]["required"] is True, "optional in the standard, required here: asked by name"
    assert by_code["confidential"]["datatype"] == "singlevaluelist"
    assert [each["key"] for each in by_code["confidential"]["values"]] == ["true", "false"]
    assert {"body", "place", "division", "title", "category", "photos", "helper_name"}.isdisjoint(by_code)
    assert [each["order"] for each in told["attributes"]] == [*range(1, len(by_code) + 1)]


def test_what_is_sent_becomes_a_case_with_its_words_its_place_and_who_asked(program: Program) -> None:
    made, status = program.post(**SENT, **{"attribute[confidential]": "true", "attribute[wish]": "尽快疏通"})
    assert status == 200
    case = one_case()
    assert made[0]["service_request_id"] == office().journal.lookup.name(case.id)
    assert case.number[:4] in made[0]["service_notice"] and case.channel == "open311"
    told = {each.field: each.value for each in Content.objects.filter(chain=case.id)}
    assert "\\u5f88" in told["body"] or "<b>很臭</b> & 开不了窗" in told["body"]
    assert "上报时选的类别" in told["body"] and "https://example.org/a.jpg" in told["body"]
    assert "菜市场后门" in told["place"] and case.facts["confidential"] is True
    assert office().names.division(case.division, "zh-Hans").startswith("天马")
    assert {each.field for each in Identity.objects.filter(chain=case.id)} == {"phone", "name"}
    assert "tt222111" not in str(told) and "a@b.cn" not in str(told), "what no field takes is not kept"


def test_sent_twice_it_is_one_case_and_said_otherwise_it_is_another(program: Program) -> None:
    first, _ = program.post(**SENT)
    again, _ = program.post("xml", **SENT)
    assert first[0]["service_request_id"] == again[0]["service_request_id"]
    other, _ = program.post(**{**SENT, "description": "另一处也堵了"})
    named = {"headers": {"Idempotency-Key": "k" * 20}}
    once, _ = program.post(**SENT, **named)
    twice, _ = program.post(**SENT, **named)
    ids = [each[0]["service_request_id"] for each in (first, other, once, twice)]
    assert len(set(ids)) == 3 and once == twice and Open311Sent.objects.count() == 3


def test_coordinates_are_told_to_those_who_go_there_and_kept_nowhere_else(program: Program) -> None:
    sent = {**SENT, "address_string": None, "lat": "28.900123", "long": "118.510456"}
    assert program.post(**sent)[1] == 200
    (place,) = Content.objects.filter(chain=one_case().id, field="place").values_list("value", flat=True)
    assert "28.900123" in place and "118.510456" in place
    (told,), _ = program.get("v2/requests", "service_requests", api_key=program.key)
    assert told["lat"] is None and "28.900123" not in str(told)


def test_only_the_sender_is_told_how_a_case_stands_that_is_not_public(program: Program, desk: Desk) -> None:
    made, _ = program.post(**SENT)
    name = made[0]["service_request_id"]
    assert program.get(f"v2/requests/{name}", "service_requests")[1] == 404
    told, status = program.get(f"v2/requests/{name}", "service_requests", api_key=program.key)
    assert status == 200 and told[0]["status"] == "open" and told[0]["service_code"] == LAMP
    assert told[0]["description"] is None and told[0]["lat"] is None
    other = issue("别的程序", 1, 1, desk.acting(ADMINISTRATOR))
    assert not isinstance(other, Refused)
    assert program.get(f"v2/requests/{name}", "service_requests", api_key=other[1])[1] == 404
    listed, _ = program.get("v2/requests", "service_requests", service_request_id=name, api_key=program.key)
    assert listed == told
    assert program.get(f"v2/tokens/{name}", "token")[0] == [{"service_request_id": name, "token": name}]


def test_a_list_has_what_the_program_sent_itself_and_for_nobody_else(program: Program, desk: Desk) -> None:
    made, _ = program.post(**SENT)
    ids = [made[0]["service_request_id"]]

    def listed(key: str = program.key, **query: str) -> list[str]:
        shown = {"api_key": key} if key else {}
        told, status = program.get("v2/requests", "service_requests", **query, **shown)
        assert status == 200 and all(each["description"] is None for each in told)
        return [each["service_request_id"] for each in told]

    at = one_case().opened_at
    before, after = ((at + timedelta(seconds=n)).isoformat() for n in (-1, 1))
    assert listed() == listed(start_date=before) == listed(updated_after=before) == ids
    assert listed(status="open", service_code=LAMP) == listed(end_date=after, page_size="1") == ids
    other = issue("别的程序", 1, 1, desk.acting(ADMINISTRATOR))
    assert not isinstance(other, Refused)
    assert listed("") == listed(other[1]) == listed("", updated_after=before) == []
    assert listed(start_date=after) == listed(updated_after=after) == listed(end_date=before) == []
    assert listed(status="closed") == listed(service_code="hotline.01.02.05") == listed(page="2") == []


def test_a_name_tells_neither_the_moment_nor_the_case(program: Program) -> None:
    made, _ = program.post(**SENT)
    case = one_case()
    assert case.id.replace("-", "")[:12] not in made[0]["service_request_id"]
    assert office().journal.lookup.named(made[0]["service_request_id"]) == case.id
    for wrong in ("0" * 32, case.number, case.id, "x" * 32, "１" * 32):
        assert program.get(f"v2/requests/{wrong}", "service_requests", api_key=program.key)[1] == 404
        assert program.get(f"v2/tokens/{wrong}", "token")[1] == 404


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": "tbo.wrong"}, 403, "api_key"),
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": "hotline.99"}, 404, "service_code"),
        ({"service_code": "petition"}, 404, "service_code"),
        ({"jurisdiction_id": "city.gov"}, 404, "jurisdiction_id"),
        ({"jurisdiction_id": ""}, 200, ""),
        ({"jurisdiction_id": "330822"}, 200, ""),
        ({"address_string": None}, 400, "address_string"),
        ({"address_id": "999"}, 400, "address_id"),
        ({"lat": "91", "long": "0"}, 400, "lat"),
        ({"lat": "28.9"}, 400, "lat"),
        ({"lat": "nan", "long": "nan"}, 400, "lat"),
        ({"phone": None}, 400, "phone"),
        ({"phone": "1"}, 400, "phone"),
        ({"description": None}, 400, "description"),
        ({"description": "长" * 4001}, 400, "4000"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
        ({"media_url": "http://[::1"}, 400, "media_url"),
        ({"attribute[category]": "01.05.04"}, 400, "category"),
        ({"attribute[nothing]": "1"}, 400, "nothing"),
        ({"attribute[confidential]": ["true", "false"]}, 400, "confidential"),
        ({"attribute[confidential]": "perhaps"}, 400, "confidential"),
        ({"attribute[": "1"}, 400, "attribute"),
    ],
)
def test_an_error_has_the_status_of_the_standard_and_says_what_is_wrong(
    program: Program, change: Any, status: int, said: str
) -> None:
    for form in ("json", "xml"):
        told, got = program.post(form, **{**SENT, **change})
        assert got == status, told
        assert said in told[0].get("description", "")
        if status != 200:
            assert str(told[0]["code"]) == str(status)
    assert Open311Sent.objects.exists() == (status == 200)


def test_every_fault_of_a_form_is_told_at_once(program: Program) -> None:
    told, _ = program.post(**{**SENT, "phone": "1", "description": None})
    assert len(told) == 2 and {each["description"].partition(":")[0] for each in told} == {
        "phone",
        "description",
    }


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("v2/services/nothing", {}, 404),
        ("v2/services", {"jurisdiction_id": "x"}, 404),
        ("v2/requests", {"status": "waiting"}, 400),
        ("v2/requests", {"start_date": "yesterday"}, 400),
        ("v2/requests", {"start_date": "2026-01-01T00:00:00"}, 400),
        ("v2/requests", {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}, 400),
        ("v2/requests", {"start_date": "9999-12-31T23:59:59-12:00"}, 400),
        ("v2/requests", {"end_date": "0001-01-01T00:00:00+12:00"}, 400),
        ("v2/requests", {"page": "0"}, 400),
        ("v2/requests", {"page_size": "1001"}, 400),
        ("v2/requests", {"service_code": "nothing"}, 200),
        ("v2/requests", {"start_date": "2026-01-01T00:00:00+08:00"}, 200),
        ("v2/requests", {"end_date": "2026-01-01"}, 200),
        ("v2/requests", {"updated_after": "2026-01-01T00:00:00Z", "page": "20000", "page_size": "1"}, 200),
        ("v2/requests", {"service_request_id": "1,2,x"}, 200),
        ("v2/requests", {"api_key": "tbo.wrong"}, 403),
        ("v3/services", {}, 404),
        ("", {}, 404),
    ],
)
def test_questions_that_cannot_be_answered_say_why(
    program: Program, path: str, query: Any, status: int
) -> None:
    assert (
        program.get(path, "services" if path == "v2/services" else "service_requests", **query)[1] == status
    )


def test_an_address_without_a_format_and_a_wrong_method_are_errors_of_the_standard(program: Program) -> None:
    client = program.client
    assert client.get("/open311/v2/services").status_code == 404
    assert client.get("/open311/v2/services.csv")["Content-Type"].startswith("text/xml")
    assert client.delete("/open311/v2/requests.json").status_code == 400
    assert client.options("/open311/v2/requests.json")["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert client.head("/open311/v2/services.json").status_code == 200


def test_nothing_is_offered_before_an_administrator_says_so(desk: Desk) -> None:
    nobody = Program("x")
    assert nobody.get("v2/services", "services")[0] == []
    assert offer("hotline", {}, desk.acting(desk.clerk)) == Refused("open311.not_yours")
    assert isinstance(offer("nothing", {}, desk.acting(ADMINISTRATOR)), Refused)
    wrong = offer("hotline", {"phone": "body"}, desk.acting(ADMINISTRATOR))
    assert isinstance(wrong, Refused) and wrong.code == "open311.field"
    assert nobody.get("v2/services", "services")[0] == [], "what could not be offered is not offered"
    made = offer("hotline", {"address": "wish", "name": ""}, desk.acting(ADMINISTRATOR))
    assert not isinstance(made, Refused) and made.fields["address"].id == "wish" and "name" not in made.fields
    assert withdraw("hotline", desk.acting(ADMINISTRATOR)) is None
    assert nobody.get("v2/services", "services")[0] == []
    assert isinstance(withdraw("hotline", desk.acting(ADMINISTRATOR)), Refused)


def test_a_key_is_kept_nowhere_ends_when_it_is_revoked_and_is_noted(program: Program, desk: Desk) -> None:
    acting = desk.acting(ADMINISTRATOR)
    (key,) = known(acting.now)
    assert program.key not in str(list(Open311Key.objects.values()))
    assert holder(program.key, key.until - timedelta(seconds=1)) is not None
    assert holder(program.key, key.until) is None
    assert isinstance(revoke(key.id, desk.acting(desk.clerk)), Refused)
    assert not isinstance(revoke(key.id, acting), Refused)
    assert program.post(**SENT)[1] == 403
    assert isinstance(revoke(key.id, acting), Refused)
    notes = office().journal.events(chain_id(office().county.code, "open311"))
    assert [each.kind for each in notes] == ["open311_offered", "open311_key_issued", "open311_key_revoked"]


def test_a_key_sends_no_more_than_it_may_and_says_when_to_come_again(desk: Desk) -> None:
    program = offered(desk, most=2)
    for n in range(3):
        told, status = program.post(**{**SENT, "description": f"第 {n} 处堵了"})
    assert status == 400 and "seconds" in told[0]["description"]
    assert Open311Sent.objects.count() == 2


def test_a_program_that_lost_an_answer_gets_it_again_also_once_its_bound_is_reached(desk: Desk) -> None:
    program = offered(desk, most=2)
    words = [{**SENT, "description": f"第 {n} 处堵了"} for n in range(3)]
    first = [program.post(**each) for each in words[:2]]
    assert program.post(**words[2])[1] == 400
    again = [program.post(**each) for each in words[:2]]
    assert [status for _, status in again] == [200, 200]
    assert [told[0]["service_request_id"] for told, _ in again] == [
        told[0]["service_request_id"] for told, _ in first
    ]
    assert program.post(**words[2])[1] == 400 and Open311Sent.objects.count() == 2


def test_only_new_cases_count_for_a_key(desk: Desk) -> None:
    program = offered(desk, most=3)
    for n in range(2):
        words = {**SENT, "description": f"第 {n} 处堵了"}
        assert [program.post(**words)[1] for _ in range(3)] == [200, 200, 200], "the same words are one case"
        assert program.post(**{**words, "lat": "1", "long": "1"})[1] == 400
    assert program.post(**{**SENT, "description": "第三处堵了"})[1] == 200
    told, status = program.post(**{**SENT, "description": "第四处堵了"})
    assert status == 400 and "seconds" in told[0]["description"]
    assert Open311Sent.objects.count() == 3


def test_who_handles_the_case_sees_it_like_any_other(program: Program, desk: Desk) -> None:
    program.post(**SENT)
    page = look(one_case().number, desk.acting(desk.dispatcher))
    assert not isinstance(page, Refused) and page.title
