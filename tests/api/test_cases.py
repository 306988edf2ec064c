"""A case over the API: opened, followed, worked on, refused, proved."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from county import DARK, PHONE
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

pytestmark = pytest.mark.database
KEY = "0f2c1f5e-8f1d-4f5c-9d1e-111111111111"


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The response as a problem with this code."""
    said = json.loads(response.content)
    assert (response.status_code, said["code"]) == (status, code)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert said["status"] == status and said["type"] == f"/api/v1/problems/{code}"
    assert said["title"] and said["detail"]
    return said


def test_a_resident_opens_a_case_and_follows_it_with_the_token_that_came_back(api: Any) -> None:
    opened = api.report()
    assert opened.status_code == 201
    taken = opened.json()
    assert opened.headers["Location"] == f"/api/v1/cases/{taken['number']}"
    found = api.get(f"/cases/{taken['number']}", taken["token"]).json()
    assert found["stage"]["id"] == "reported" and found["holder"]["id"] == "centre"
    assert found["channel"] == "api"
    assert {"label", "value", "long"} == set(found["facts"][0])
    assert found["values"] == {} and found["counts"] == {}
    assert PHONE not in json.dumps(found)
    assert any("💡𠀀" in fact["value"] for fact in found["facts"])


def test_without_a_proof_a_case_that_is_there_and_one_that_is_not_are_answered_alike(api: Any) -> None:
    number = api.report().json()["number"]
    nobodys = "260000000000"
    for path in ("", "/steps", "/deadlines", "/receipt", "/proof"):
        there = problem(api.get(f"/cases/{number}{path}"), 404, "case.unknown")
        assert there["title"] == "No case with this number was found."
    body = {"step": "assign"}
    problem(api.post(f"/cases/{number}/steps", body), 404, "case.unknown")
    problem(api.post(f"/cases/{number}/foreseen", body), 404, "case.unknown")
    problem(api.get(f"/cases/{nobodys[:-1]}5"), 404, "case.number_mistyped")
    problem(api.get("/cases/12"), 404, "case.number_shape")


def test_number_and_phone_give_a_token_and_guessing_is_held_up(api: Any) -> None:
    number = api.report().json()["number"]
    for _ in range(5):
        problem(api.post(f"/cases/{number}/tokens", {"phone": "13900139000"}), 403, "people.no_match")
    held = api.post(f"/cases/{number}/tokens", {"phone": PHONE})
    problem(held, 429, "people.wait")
    assert 0 < int(held.headers["Retry-After"]) <= 600
    api.now += timedelta(minutes=11)
    token = api.post(f"/cases/{number}/tokens", {"phone": PHONE}).json()["token"]
    assert api.get(f"/cases/{number}", token).status_code == 200
    assert api.get("/me", token).json()["cases"] == 1


def test_a_request_with_a_key_acts_once_and_another_content_under_it_is_refused(api: Any) -> None:
    first = api.report(**{"Idempotency-Key": KEY})
    again = api.report(**{"Idempotency-Key": KEY})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["again"] and again.json()["number"] == first.json()["number"]
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    assert again.json()["says"] == first.json()["says"] != ""
    other = {"practice": "streetlamp", "answers": {**DARK, "body": "another lamp"}}
    problem(api.post("/cases", other, **{"Idempotency-Key": KEY}), 422, "request.key_reused")
    problem(api.report(**{"Idempotency-Key": "1"}), 400, "api.key")
    clerk, number = api.staff("clerk", "centre"), first.json()["number"]
    path, key = f"/cases/{number}/steps", {"Idempotency-Key": KEY}
    done, same = (api.post(path, {"step": "assign"}, clerk, **key) for _ in range(2))
    assert same.json() == {**done.json(), "again": True} and not done.json()["again"]
    assert same.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in done.headers
    problem(api.post(path, {"step": "assign"}, clerk), 409, "step.not_from_here")


def test_staff_work_on_a_case_and_each_refusal_has_its_own_status(api: Any) -> None:
    number = api.report().json()["number"]
    clerk, handler = api.staff("clerk", "centre"), api.staff("handler", "housing")
    steps = api.get(f"/cases/{number}/steps", clerk).json()["steps"]
    assert "assign" in [step["id"] for step in steps]
    path = f"/cases/{number}/steps"
    problem(api.post(path, {"step": "assign"}, handler), 404, "case.unknown")
    problem(api.post(path, {"step": "no_such"}, clerk), 409, "step.unknown")
    assert api.post(path, {"step": "assign"}, clerk).json()["stage"] == "repairing"
    refused = problem(api.post(path, {"step": "assign"}, clerk), 409, "step.not_from_here")
    assert refused["detail"].startswith(refused["title"])  # the reason, and what to do
    missing = problem(api.post(path, {"step": "mend"}, handler), 422, "form.required")
    assert [each["pointer"] for each in missing["faults"]] == ["/answers/outcome"]
    wrong = {"step": "mend", "answers": {"outcome": "melted", "lamps": 9, "colour": "red"}}
    faults = problem(api.post(path, wrong, handler), 422, "form.unknown_field")["faults"]
    assert {each["pointer"] for each in faults} == {"/answers/colour", "/answers/outcome", "/answers/lamps"}
    seen = api.post(f"/cases/{number}/foreseen", {"step": "mend", "answers": {"outcome": "mended"}}, handler)
    assert seen.json()["stage"]
    assert api.get(f"/cases/{number}", handler).json()["stage"]["id"] == "repairing"
    stranger = api.staff("handler", "tax")
    problem(api.get(f"/cases/{number}", stranger), 404, "case.unknown")
    # Nor does a step tell where a case stands to whoever may not see it.
    problem(
        api.post(f"/cases/{number}/steps", {"step": "mend", "answers": {}}, stranger), 404, "case.unknown"
    )
    held = api.get(f"/cases/{number}", handler).json()
    assert held["counts"]["assign"] == 1 and held["values"]["pole"] == "P-17"
    assert [each["name"] for each in held["story"][0]["follows"]].count("noticed") == 1


def test_the_form_of_a_step_is_a_schema_that_its_answers_fit(api: Any) -> None:
    from jsonschema import Draft202012Validator

    practice = api.get("/practices/streetlamp").json()
    (short,) = api.get("/practices").json()["practices"]
    assert short["id"] == practice["id"] and practice["homes"][0]["id"] == "centre"
    schema = practice["forms"]["report"]
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema)
    assert judge.is_valid(DARK)
    assert not judge.is_valid({"body": "dark"}) and not judge.is_valid({**DARK, "colour": "red"})
    assert schema["properties"]["phone"]["x-kept"] == "identity"
    assert schema["properties"]["danger"]["x-when"] == "given.dangerous"
    problem(api.get("/practices/none"), 404, "case.no_practice")


def test_a_case_is_received_only_where_such_cases_are_received(api: Any) -> None:
    for name, value, code in (("home", "tax", "case.not_a_home"), ("division", "11", "case.not_a_division")):
        body = {"practice": "streetlamp", "answers": DARK, name: value}
        problem(api.post("/cases", body), 409, code)
    checked = api.post("/cases", {"practice": "streetlamp", "answers": DARK, "rehearse": True})
    assert (checked.status_code, checked.json()["number"], checked.json()["token"]) == (200, "", "")
    assert api.get("/cases", api.staff("clerk", "centre")).json()["total"] == 0
    for query in ("view=all&words=路灯", "words=路灯"):
        found = api.get(f"/cases?{query}", api.staff("clerk", "centre")).json()
        assert [found[name] for name in ("late", "soon", "total")] == [None, None, None], "nobody counted"


def test_a_worklist_is_paged_by_its_cursor_and_for_people_only(api: Any, settings: Any) -> None:
    settings.TONGBAN_API_LIMITS = 0
    numbers = {api.report().json()["number"] for _ in range(27)}
    clerk = api.staff("clerk", "centre")
    first = api.get("/cases?view=waiting", clerk).json()
    second = api.get(f"/cases?view=waiting&after={first['next']}", clerk).json()
    rows = [row["number"].replace(" ", "") for row in (*first["rows"], *second["rows"])]
    assert (len(first["rows"]), second["next"]) == (25, "")
    assert set(rows) == numbers and len(rows) == len(numbers)
    problem(api.get("/cases"), 401, "api.token")
    token = api.report().json()["token"]
    problem(api.get("/cases", token), 403, "api.no_account")
    problem(api.get("/cases?view=everything", clerk), 422, "api.value")
    problem(api.get("/cases?late=1&late=0", clerk), 422, "api.value")
    problem(api.get("/cases?after=bm90IG91cnM", clerk), 422, "api.value")
    assert api.get(f"/cases/{rows[0]}/alike", clerk).json()["cases"]
    below = api.get(f"/cases/{rows[0]}/tree", clerk).json()
    assert (below["number"].replace(" ", ""), below["count"], below["parts"], below["stuck"]) == (
        rows[0],
        0,
        [],
        [],
    )
    problem(api.get(f"/cases/{rows[0]}/tree?page=0", clerk), 422, "api.value")
    assert api.get(f"/cases/{rows[0]}/mandates", clerk).json() == {"next": "", "mandates": []}


def test_an_unchanged_case_is_not_sent_twice(api: Any) -> None:
    taken = api.report().json()
    path = f"/cases/{taken['number']}"
    first = api.get(path, taken["token"])
    tag = first.headers["ETag"]
    same = api.get(path, taken["token"], **{"If-None-Match": f'"other", W/{tag}'})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    assert "Authorization" in first.headers["Vary"] and "no-store" in first.headers["Cache-Control"]
    api.post(f"{path}/steps", {"step": "assign"}, api.staff("clerk", "centre"))
    assert api.get(path, taken["token"], **{"If-None-Match": tag}).status_code == 200


def test_the_language_of_an_answer_is_the_one_asked_for(api: Any) -> None:
    for asked, said in (("en-GB,en;q=0.9", "en"), ("fr, zh-CN;q=0.5, en;q=0.1", "zh-Hans"), ("", "zh-Hans")):
        response = api.get("/cases/12", **{"Accept-Language": asked})
        assert response.headers["Content-Language"] == said
        assert ("digits" in response.json()["title"]) is (said == "en")


def test_deadlines_are_explained_and_entries_proved(api: Any) -> None:
    taken = api.report().json()
    number, token = taken["number"], taken["token"]
    (explained,) = api.get(f"/cases/{number}/deadlines", api.staff("clerk", "centre")).json()["deadlines"]
    assert explained["clock"]["id"] == "assign" and explained["lines"]
    assert json.loads(api.get(f"/cases/{number}/receipt", token).content)["proof"] is None
    assert api.get(f"/cases/{number}/proof", token).json()["leaf"] == -1
    assert api.get("/ledger/checkpoint").json()["size"] == 0
    problem(api.get("/ledger/checkpoint/note"), 404, "ledger.no_such_tree")
    problem(api.get(f"/cases/{number}/proof?seq=7", token), 404, "ledger.no_such_entry")
    problem(api.get("/ledger/consistency?first=1&size=99"), 404, "ledger.no_such_tree")
    problem(api.get("/ledger/consistency?first=-1&size=1"), 422, "api.value")


def test_photos_are_kept_by_what_they_are_and_seen_only_by_whoever_sees_the_case(api: Any) -> None:
    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    good = SimpleUploadedFile("lamp.png", picture.getvalue())
    wrong = SimpleUploadedFile("lamp.png", b"not a picture")
    client = Client()
    kept = client.post("/api/v1/files", {"file": good})
    assert (kept.status_code, kept.json()["files"][0]["media_type"]) == (201, "image/png")
    refused = problem(client.post("/api/v1/files", {"file": [wrong]}), 422, "file.wrong_kind")
    assert refused["where"] == "/file"
    problem(client.post("/api/v1/files", {}), 422, "api.missing")
    taken = api.report().json()
    path = f"/cases/{taken['number']}/files/{kept.json()['files'][0]['id']}"
    problem(api.get(path, taken["token"]), 404, "file.unknown")


def test_who_asks_is_shown_for_a_purpose_to_those_who_work_on_the_case(api: Any) -> None:
    number = api.report().json()["number"]
    body = {"purpose": "contact", "why": "to ask which lamp"}
    problem(api.post(f"/cases/{number}/identity", body, api.staff("clerk", "centre")), 403, "api.scope")
    clerk = api.staff("clerk", "centre", ("read", "identity"))
    assert api.post(f"/cases/{number}/identity", body, clerk).json()["values"] == {"phone": PHONE}
    other = api.staff("handler", "tax", ("read", "identity"))
    problem(api.post(f"/cases/{number}/identity", body, other), 403, "people.not_your_case")
    problem(api.post(f"/cases/{number}/identity", {**body, "why": ""}, clerk), 422, "people.why")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("empty")
def test_what_a_signed_head_covers_can_be_recomputed_by_an_outsider() -> None:
    from base64 import b64decode

    from county import a_county

    from tongban.kernel.ledger.merkle import verify_consistency, verify_inclusion
    from tongban.kernel.ledger.receipt import Verified, verify_receipt

    api = a_county()
    taken = api.report().json()
    old = _head(api, taken)
    new = _head(api, api.report().json())
    assert api.get("/ledger/checkpoint/note").text == new["note"]

    proof = api.get(f"/cases/{taken['number']}/proof", taken["token"]).json()
    path, root = _hashes(proof["path"]), bytes.fromhex(new["root"])
    assert verify_inclusion(bytes.fromhex(proof["seal"]), proof["leaf"], new["size"], path, root)

    grown = api.get(f"/ledger/consistency?first={old['size']}&size={new['size']}").json()
    before = bytes.fromhex(old["root"])
    assert verify_consistency(old["size"], new["size"], before, root, _hashes(grown["path"]))

    receipt = api.get(f"/cases/{taken['number']}/receipt", taken["token"]).text
    (key,) = new["keys"]
    verified = verify_receipt(receipt, {key["id"]: b64decode(key["public"])})
    assert isinstance(verified, Verified), verified
    assert not verified.pending and verified.values["body"] == DARK["body"]
    forged = receipt.replace("不亮", "很亮")
    assert not isinstance(verify_receipt(forged, {key["id"]: b64decode(key["public"])}), Verified)


def _head(api: Any, taken: dict[str, Any]) -> dict[str, Any]:
    """The signed head once it covers a case; another database's open transaction may hold it up."""
    from tongban.apps.proof.checkpoints import checkpoint

    for _ in range(200):
        checkpoint(datetime.now(UTC) + timedelta(days=21 * 365))
        if api.get(f"/cases/{taken['number']}/proof", taken["token"]).json()["leaf"] >= 0:
            break
        time.sleep(0.05)
    return api.get("/ledger/checkpoint").json()


def _hashes(path: list[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(each) for each in path)
