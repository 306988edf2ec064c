"""What the running program says of itself: its description, the page that names it, and whom to tell of a weakness."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import Client

from desk_ground import Desk, county, desk
from tongban.apps.contact import security_text
from tongban.apps.doctor.contact import contact
from tongban.library.texts import refusal_words

__all__ = ["county", "desk"]
pytestmark = pytest.mark.database
FILE = Path(__file__).parents[2] / "docs" / "reference" / "openapi.yaml"
TEXT = "/.well-known/security.txt"
NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


@pytest.fixture
def outsider(desk: Desk) -> Client:
    return Client(headers={"accept-language": "en"})


def named(monkeypatch: pytest.MonkeyPatch, until: str, *contacts: str) -> None:
    monkeypatch.setattr(settings, "TONGBAN_SECURITY_CONTACT", contacts or ("mailto:safety@county.example",))
    monkeypatch.setattr(settings, "TONGBAN_SECURITY_UNTIL", until)


def test_the_running_program_gives_the_committed_description_to_anybody(outsider: Client) -> None:
    answer = outsider.get("/api/v1/openapi.yaml")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/yaml; charset=utf-8"
    assert answer.content == FILE.read_bytes()
    assert not answer.cookies
    told = outsider.get("/api/v1/openapi.json")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    assert json.loads(told.content) == yaml.load(answer.content, Loader=loader)
    for each in (answer, told):
        kept = {"If-None-Match": each["ETag"]}
        again = outsider.get(each.wsgi_request.path, headers=kept)
        assert again.status_code == 304 and again.content == b""


def test_a_page_for_people_names_it_and_every_address_on_it_is_there(outsider: Client) -> None:
    assert outsider.get("/api/").headers["Location"] == "/open/api/"
    page = outsider.get("/open/api/")
    assert page.status_code == 200
    text = page.content.decode()
    assert 'href="/open/api/"' in outsider.get("/open/").content.decode()
    assert not re.findall(r'(?:src|href)="https?://', text), "nothing is fetched from elsewhere"
    listed = re.findall(r'<li><a class="row-link" href="([^"]+)"', text)
    assert "/api/v1/openapi.yaml" in listed and "/open311/discovery.xml" in listed
    assert [each for each in listed if outsider.get(each).status_code != 200] == []
    assert TEXT not in text
    chinese = Client().get("/open/api/").content.decode()
    assert "程序接口" in chinese


def test_whom_to_tell_of_a_weakness_is_said_as_rfc_9116_has_it(
    outsider: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outsider.get(TEXT).status_code == 404
    until = (datetime.now(UTC) + timedelta(days=200)).date().isoformat()
    named(monkeypatch, until, "mailto:safety@county.example", "https://county.example/report")
    monkeypatch.setattr(settings, "TONGBAN_ADDRESS", "https://12345.county.example")
    answer = outsider.get(TEXT)
    assert answer.status_code == 200 and answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in answer.content.decode().splitlines()[1:])
    assert answer.content.decode().startswith("Contact: mailto:safety@county.example\nContact: https:")
    assert lines["Expires"] == f"{until}T16:00:00Z", "the end of the day here"
    assert lines["Canonical"] == f"https://12345.county.example{TEXT}"
    monkeypatch.setattr(settings, "TONGBAN_SECURITY_UNTIL", "2020-01-01")
    assert outsider.get(TEXT).status_code == 404, "never after its time"


@pytest.mark.parametrize(
    ("hosts", "until", "found"),
    [
        (["localhost"], "", []),
        (["12345.example.cn"], "", ["doctor.contact_missing"]),
        (["12345.example.cn"], "2026-09-30", []),
        (["12345.example.cn"], "2026-03-20", ["doctor.contact_ends"]),
        (["localhost"], "2026-03-08", ["doctor.contact_over"]),
    ],
)
def test_the_doctor_says_when_nobody_could_be_told(
    hosts: list[str], until: str, found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    named(monkeypatch, until)
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", hosts)
    findings = list(contact(NOW))
    assert [each.refused.code for each in findings] == found
    for each in findings:
        for language in ("zh-Hans", "en"):
            words = refusal_words(each.refused, language)
            assert words.fix and "{" not in words.says + words.fix
    assert bool(security_text(NOW)) == (until > "2026-03-08")


@pytest.mark.parametrize("said", ["safety@county.example", "http://county.example", "mailto:", "tel:x"])
def test_a_contact_that_nobody_could_use_is_refused_at_the_start(said: str) -> None:
    from tongban.config.settings import Environment

    with pytest.raises(ValueError, match="TONGBAN_SECURITY_CONTACT"):
        Environment.of(
            {"TONGBAN_SECURITY_CONTACT": said, "TONGBAN_SECRET_KEY": "x", "TONGBAN_HOME": "/nowhere"}
        )
