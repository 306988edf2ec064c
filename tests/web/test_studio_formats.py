"""The studio in formats of others: downloads of a practice, a workflow of DIGIT as a draft, and keys for Open311."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk_ground import Desk, county, desk
from tongban.apps.open311.keys import known
from tongban.store.models import DraftRow

__all__ = ["county", "desk"]
pytestmark = pytest.mark.database
WORKFLOW = {
    "businessService": "DRAIN",
    "states": [
        {"state": None, "actions": [{"action": "APPLY", "nextState": "OPEN", "roles": ["CITIZEN"]}]},
        {"state": "OPEN", "actions": [{"action": "CLOSE", "nextState": "DONE", "roles": ["CLERK"]}]},
        {"state": "DONE", "isTerminateState": True, "actions": None},
    ],
}


def signed_in(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def test_a_practice_is_given_as_bpmn_and_its_forms_as_json_schema(desk: Desk) -> None:
    client = signed_in("hushaohua")
    process = client.get("/studio/hotline/procedure.bpmn")
    assert process["Content-Type"] == "application/bpmn+xml" and b"<bpmn:definitions" in process.content
    forms = client.get("/studio/hotline/forms.json")
    assert "register" in json.loads(forms.content)["$defs"]
    assert client.get("/studio/nothing/procedure.bpmn").status_code == 404
    assert "/studio/hotline/procedure.bpmn" in client.get("/studio/hotline/").content.decode()
    assert "/studio/hotline/forms.json" in client.get("/studio/hotline/forms/").content.decode()
    assert Client().get("/studio/hotline/forms.json").status_code == 302


def test_a_workflow_of_digit_becomes_a_draft_that_says_what_is_wrong(desk: Desk) -> None:
    client = signed_in("hushaohua")

    def sent(content: bytes) -> SimpleUploadedFile:
        return SimpleUploadedFile("w.json", content, "application/json")

    good = json.dumps(WORKFLOW).encode()
    answer = client.post("/studio/from-digit/", {"workflow": sent(good)}, follow=True)
    assert answer.redirect_chain[0][0].endswith("/studio/drain/draft/") and answer.status_code == 200
    assert DraftRow.objects.filter(practice="drain").exists()
    assert client.post("/studio/from-digit/", {"workflow": sent(good)}).status_code == 422
    assert client.post("/studio/from-digit/", {"workflow": sent(b"{")}).status_code == 422
    assert client.post("/studio/from-digit/").status_code == 422
    lost = good.replace(b'"nextState": "', b'"nextState": "NO', 1)
    told = client.post("/studio/from-digit/", {"workflow": sent(lost)}).content.decode()
    assert "states[" in told and ".actions[" in told, "which of them it is"
    assert signed_in(desk.clerk).post("/studio/from-digit/", {"workflow": sent(good)}).status_code == 403


def test_an_administrator_offers_a_practice_and_gives_out_a_key_that_is_shown_once(desk: Desk) -> None:
    client = signed_in("hushaohua")
    assert client.get("/studio/open311/").status_code == 200
    assert client.post("/studio/open311/change/", {"do": "offer", "practice": "hotline"}).status_code == 302
    sent = {"do": "issue", "name": "街坊随手报", "days": "30", "most": "60"}
    page = client.post("/studio/open311/change/", sent).content.decode()
    secret = page.partition("<code>tbo.")[2].partition("</code>")[0]
    assert secret and secret not in client.get("/studio/open311/").content.decode()
    assert client.post("/studio/open311/change/", {**sent, "days": "x"}).status_code == 422
    (key,) = known(desk.acting(desk.clerk).now)
    assert client.post("/studio/open311/change/", {"do": "revoke", "id": key.id}).status_code == 302
    assert (
        client.post("/studio/open311/change/", {"do": "withdraw", "practice": "hotline"}).status_code == 302
    )
    assert (
        client.post("/studio/open311/change/", {"do": "withdraw", "practice": "hotline"}).status_code == 422
    )
    assert signed_in(desk.clerk).get("/studio/open311/").status_code == 403
