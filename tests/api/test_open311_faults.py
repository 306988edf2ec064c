"""Whatever is wrong with what a program sends is named at once, and a point elsewhere is not taken for one of the county."""

from __future__ import annotations

import json
from typing import Any

import pytest

from desk_ground import Desk, county, desk
from open311_ground import Program, offered
from tongban.apps.office import office
from tongban.apps.open311 import places
from tongban.apps.registry.bounds import NAME, set_bounds
from tongban.apps.registry.foreign import foreign
from tongban.store.models import CountyRule, Open311Sent
from tongban.store.outlines import Outlines

__all__ = ["county", "desk"]
LAMP = "hotline.01.05.04"
SENT = {
    "service_code": LAMP, "address_string": "天马街道 城东菜市场后门", "description": "下水道堵了", "phone": "13800138000",
}  # fmt: skip


@pytest.fixture
def program(desk: Desk) -> Program:
    return offered(desk)


def faults(told: Any) -> list[str]:
    return [each["description"] for each in told]


@pytest.mark.database
@pytest.mark.parametrize("form", ["xml", "json"])
def test_every_fault_of_a_request_is_named_at_once(program: Program, form: str) -> None:
    told, status = program.post(
        form, service_code=LAMP, lat="north", long="118.5", media_url="ftp://a", phone="13",
        **{"attribute[nothing]": "1", "attribute[confidential]": "perhaps", "attribute": "x"},
    )  # fmt: skip
    said = faults(told)
    assert status == 400 and {int(each["code"]) for each in told} == {400}
    for part in (
        "lat and long are no point",
        "“nothing”",
        "media_url",
        "phone",
        "attribute[confidential]",
        "description",
    ):
        assert any(part in each for each in said), (part, said)
    assert len(said) == len(set(said)) == 7, "of the place the point is fault enough"
    assert not Open311Sent.objects.exists()


@pytest.mark.database
def test_what_is_wrong_besides_an_unknown_service_is_named_too_each_with_its_own_code(
    program: Program,
) -> None:
    told, status = program.post(service_code="no.such", lat="91", long="1")
    assert status == 404 and [each["code"] for each in told] == [404, 400]
    told, status = program.post(lat="91", long="1")
    assert status == 400 and len(told) == 2


@pytest.mark.database
def test_every_fault_of_a_question_is_named_at_once_each_with_its_own_code(program: Program) -> None:
    """The ground asks in XML and in JSON and holds both to each other."""
    told, status = program.get(
        "v2/requests", "service_requests", jurisdiction_id="x", status="waiting", start_date="yesterday",
        end_date="2026-02-30", updated_after="soon", updated_before="never", page="0", page_size="1001",
    )  # fmt: skip
    assert status == 404 and [int(each["code"]) for each in told] == [404] + [400] * 7
    for part in (
        "jurisdiction_id", "status", "start_date", "end_date", "updated_after", "updated_before", "page ", "page_size",
    ):  # fmt: skip
        assert any(part in each for each in faults(told)), part
    long = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}
    told, status = program.get("v2/requests", "service_requests", page="x", **long)
    assert status == 400 and len(told) == 2
    told, status = program.get("v2/services/nothing", "service_requests", jurisdiction_id="x")
    assert status == 404 and len(told) == 2
    told, status = program.post(service_code="no.such", jurisdiction_id="x", lat="91", long="1")
    assert status == 404 and [each["code"] for each in told] == [404, 404, 400]


@pytest.mark.database
@pytest.mark.parametrize("key", ["", "é", "k" * 15, f"{'k' * 20},{'k' * 20}"])
def test_a_key_of_a_request_that_is_none_is_refused(program: Program, key: str) -> None:
    told, status = program.post(
        headers={"Idempotency-Key": key}, service_code=LAMP, description="a lamp", address_string="here"
    )
    assert status == 400 and any("Idempotency-Key" in each for each in faults(told))
    assert not Open311Sent.objects.exists()


@pytest.mark.database
@pytest.mark.parametrize(
    ("lat", "long"), [("0", "0"), ("39.9", "116.4"), ("118.51", "28.9"), ("29.4", "118.5")]
)
def test_a_point_outside_the_county_is_refused_with_where_the_county_lies(
    program: Program, lat: str, long: str
) -> None:
    sent = {**SENT, "lat": lat, "long": long}
    if float(lat) > 90:
        assert "no point" in faults(program.post(**sent)[0])[0]
        return
    told, status = program.post(**sent)
    assert status == 400 and len(told) == 1
    assert "not in this county" in told[0]["description"] and "28.72" in told[0]["description"]
    chinese, _ = program.post("xml", "zh-Hans", **sent)
    assert "不在本县" in chinese[0]["description"]


@pytest.mark.database
def test_a_point_in_the_county_and_words_alone_are_taken(program: Program) -> None:
    assert program.post(**SENT)[1] == 200
    assert (
        program.post(**{**SENT, "address_string": None, "lat": "28.900123", "long": "118.510456"})[1] == 200
    )
    assert program.post(**{**SENT, "lat": "29.25", "long": "118.5"})[1] == 200, (
        "some room for maps that differ"
    )


@pytest.mark.database
def test_outlines_say_it_better_than_the_folder_and_without_either_it_is_china(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = office()
    set_bounds(here.county.code, ())
    assert places.reach(here).north < 30, "a workbook that says nothing of them changes nothing"
    CountyRule.objects.filter(county=here.county.code, name=NAME).delete()
    assert places.reach(here) == places.Box(73.0, 3.0, 136.0, 54.0)
    assert program.post(**{**SENT, "lat": "0", "long": "0"})[1] == 400
    ring = [[[118.3, 28.8], [118.6, 28.8], [118.6, 29.1], [118.3, 28.8]]]
    feature = {"properties": {"code": "330822100"}, "geometry": {"type": "Polygon", "coordinates": ring}}
    text = json.dumps({"features": [feature]})
    monkeypatch.setattr(places, "outlines", lambda _: Outlines(text, "", "", None))  # type: ignore[arg-type]
    box = places.reach(here)
    assert [round(each, 2) for each in (box.west, box.south, box.east, box.north)] == [
        118.25,
        28.75,
        118.65,
        29.15,
    ]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "XML"),
        (b"<!DOCTYPE note SYSTEM 'x'><note/>", "XML"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><Workbook/>", "XML"),
        (b"<!doctype html><title>x</title>", "HTML"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C">\n<html>', "HTML"),
        (b"<html><table>", "HTML"),
        (b"a,b\n1,<html>\n", ""),
    ],
)
def test_a_file_of_xml_is_called_what_it_is(content: bytes, kind: str) -> None:
    assert foreign(content) == kind
