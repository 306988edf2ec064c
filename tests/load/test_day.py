"""The day that is played, and the forms that a program fills in it."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tongban.load.crew import session_of
from tongban.load.day import Act, Size, day_of
from tongban.load.filling import CannotError, World, filled, fuller
from tongban.load.line import Answer, Line
from tongban.load.run import quantile

WORLD = World(
    ["路灯坏了三天没人修。", "水管漏水，路面都淹了。"], ["u-1", "u-2"], ["330822001001"], ["01.01.01"]
)


@given(
    st.integers(0, 500), st.integers(0, 500), st.integers(0, 2_000), st.integers(1, 24), st.integers(0, 23)
)
def test_a_day_has_what_was_asked_for_in_order_and_in_time(
    cases: int, steps: int, views: int, hours: int, first: int
) -> None:
    day = day_of(Size(cases, steps, views, hours, first), 60.0, 7)
    counted = Counter(each.act for each in day)
    assert counted[Act.register] + counted[Act.report] == cases
    assert counted[Act.step] == steps
    assert sum(counted.values()) - cases - steps == views, "small numbers, too"
    assert [each.at for each in day] == sorted(each.at for each in day)
    assert all(0 <= each.at <= 60 for each in day)


def test_the_same_seed_plays_the_same_day_and_another_seed_another() -> None:
    size = Size(20, 50, 100, 8, 9)
    assert day_of(size, 60.0, 1) == day_of(size, 60.0, 1)
    assert day_of(size, 60.0, 1) != day_of(size, 60.0, 2)


def test_more_comes_at_ten_than_at_noon() -> None:
    day = day_of(Size(0, 10_000, 0, 8, 8), 80.0, 1)
    hours = Counter(int(each.at // 10) for each in day)
    assert hours[2] > hours[4] * 1.5


def test_where_nobody_writes_down_what_is_told_residents_bring_all_of_it() -> None:
    day = day_of(Size(10, 0, 0, 8, 9), 60.0, 1, told=0)
    assert {each.act for each in day} == {Act.report}


FORM: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["body", "phone", "sort", "days"],
    "properties": {
        "body": {"type": "string", "minLength": 30, "maxLength": 60, "x-kind": "text"},
        "phone": {"type": "string", "x-kind": "phone"},
        "sort": {"oneOf": [{"const": "help"}, {"const": "ask"}], "x-kind": "choice"},
        "days": {"type": "integer", "minimum": 1, "maximum": 9, "x-kind": "whole"},
        "category": {"type": "string", "x-kind": "category", "x-asked-of": "office"},
        "paper": {"type": "array", "items": {"type": "string"}, "x-kind": "files"},
    },
}


@given(st.integers())
def test_what_is_filled_in_fits_the_schema(seed: int) -> None:
    assert not list(Draft202012Validator(FORM).iter_errors(filled(FORM, WORLD, random.Random(seed))))


def test_a_resident_is_not_made_to_answer_what_the_office_is_asked() -> None:
    seen = [filled(FORM, WORLD, random.Random(n), resident=True) for n in range(50)]
    assert not any("category" in each for each in seen)
    assert any("category" in filled(FORM, WORLD, random.Random(n)) for n in range(50))


def test_where_a_condition_did_not_hold_all_is_said_that_can_be_and_is_not_asked_under_one() -> None:
    more = {
        "wish": {"type": "string", "maxLength": 9, "x-kind": "line"},
        "why": {"type": "string", "maxLength": 9, "x-kind": "line", "x-when": "given.wish != ''"},
    }
    form = {**FORM, "properties": {**FORM["properties"], **more}}
    assert set(fuller(form, WORLD, random.Random(1))) == {"body", "phone", "sort", "days", "category", "wish"}


def test_what_has_happened_is_dated_back_and_what_will_ahead() -> None:
    days = {
        way: {"type": "string", "format": "date", "x-kind": "date", "x-day": way}
        for way in ("past", "future")
    }
    said = filled({"properties": days, "required": list(days)}, WORLD, random.Random(1))
    assert str(said["past"]) < datetime.now(UTC).date().isoformat() < str(said["future"])


def test_what_the_door_offers_is_chosen_from_and_helpers_are_named() -> None:
    offered = {"oneOf": [{"const": "e-7", "title": "七号"}], "x-kind": "entry"}
    helpers = {"type": "array", "items": {"type": "string"}, "minItems": 0, "maxItems": 5, "x-kind": "units"}
    form = {**FORM, "required": ["entry", "helpers"], "properties": {"entry": offered, "helpers": helpers}}
    said = filled(form, WORLD, random.Random(1))
    assert said["entry"] == "e-7"
    assert isinstance(said["helpers"], list) and set(said["helpers"]) < set(WORLD.units)


def test_a_paper_is_left_to_people() -> None:
    with pytest.raises(CannotError, match="files"):
        filled({**FORM, "required": ["paper"]}, WORLD, random.Random(1))


def test_where_something_must_be_said_one_thing_is() -> None:
    asked = {name: each for name, each in FORM["properties"].items() if name != "category"}
    form = {"properties": asked, "required": [], "anyOf": [{"required": ["days"]}, {"required": ["body"]}]}
    assert list(filled(form, WORLD, random.Random(1))) == ["days"]


def test_the_code_of_a_refusal_is_told_and_else_the_status() -> None:
    assert Answer(409, b'{"type": "/api/v1/problems/step.conflict"}', 1.0, {}).code == "step.conflict"
    assert Answer(502, b"<html>", 1.0, {}).code == "502"


def test_nobody_at_the_other_end_is_an_answer_without_status() -> None:
    assert Line("http://127.0.0.1:9").ask("GET", "/").status == 0


def test_a_quantile_is_of_the_nearest_rank() -> None:
    assert [quantile([1.0, 2.0, 3.0, 4.0], part) for part in (0.0, 0.5, 0.95)] == [1.0, 3.0, 4.0]


def test_who_signs_in_over_tls_brings_the_cookie_under_its_long_name_and_says_which_page_it_came_from() -> (
    None
):
    """An instance behind TLS believes no other cookie, and no form without its page."""
    came: list[dict[str, str]] = []

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(200, "__Host-csrftoken=abc; Path=/", b'name="csrfmiddlewaretoken" value="def"')

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            came.append(dict(self.headers))
            self.answer(302, "__Host-sessionid=ghi; Path=/", b"")

        def answer(self, status: int, cookie: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Set-Cookie", cookie)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests say nothing of their own."""

    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        line = Line(base)
        assert session_of(line, base, "clerk", "a good one") == "__Host-sessionid=ghi"
        line.close()
        server.shutdown()
    [sent] = came
    assert (sent["Cookie"], sent["Referer"]) == ("__Host-csrftoken=abc", f"{base}/sign-in/")
