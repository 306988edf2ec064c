"""Practices taken along and written anew in the studio."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from test_studio import ADMINISTRATOR, MISSING, body, reader, settings_of

from desk_ground import Desk, county, desk
from scenario_ground import ROOT
from tongban.apps.acting import Acting
from tongban.apps.exchange.own import card
from tongban.apps.exchange.peers import add
from tongban.apps.supervision.adoptions import Held, latest_adoptions
from tongban.kernel.commands import SYSTEM
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.refusal import Refused
from tongban.library.parcel import signed_by, wrap
from tongban.library.practice import Practice
from tongban.library.reading import read_practice

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

THEIRS = Ed25519Signer(signed_by("331124"), bytes(range(32)))


def sent(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("contest-1.0.0.parcel", content, "text/plain")


def packed_elsewhere() -> bytes:
    practice = read_practice(ROOT / "practices" / "contest")
    assert isinstance(practice, Practice)
    name = {"zh-Hans": "松阳县", "en": "Songyang"}
    return wrap(practice, "331124", name, datetime(2026, 3, 2, tzinfo=UTC), THEIRS).encode()


def in_force() -> dict[str, Held]:
    return {name: held for name, held in latest_adoptions().items() if held.until is None}


def known() -> None:
    key = f"{THEIRS.key_id}={b64encode(THEIRS.public).decode()}"
    acting = Acting(datetime.now(UTC), SYSTEM)
    made = add("331124", "松阳县", "Songyang", "https://s.example", key, card("330822").sealing_key, acting)
    assert not isinstance(made, Refused)


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


def begun(client: Client, practice: str = "contest", name: str = "contest") -> str:
    response = client.post(f"/studio/{practice}/draft/begin/", {"name": name})
    assert response.status_code == 302, body(response)
    return str(response["Location"])


def test_a_file_from_a_county_that_is_not_known_is_refused_with_what_to_do(desk: Desk) -> None:
    response = reader(ADMINISTRATOR).post("/studio/parcels/", {"parcel": sent(packed_elsewhere())})
    assert response.status_code == 422
    assert "tongban peer add" in body(response) and "松阳县" in body(response)


def test_what_came_is_read_tried_and_adopted_like_what_lies_on_the_shelf(desk: Desk) -> None:
    known()
    client = reader(ADMINISTRATOR)
    response = client.post("/studio/parcels/", {"parcel": sent(packed_elsewhere())})
    assert response.status_code == 302
    where = response["Location"]
    page = body(client.get(where))
    assert "松阳县打包的签名文件" in page and "签名已经核对" in page and not MISSING.search(page)
    of = where.partition("?")[2]
    for part in ("deadlines/", "forms/", "scenarios/", "settings/", "adoptions/"):
        assert client.get(f"/studio/contest/{part}?{of}").status_code == 200
    assert "松阳县" in body(client.get("/studio/"))
    told = body(client.post(f"/studio/contest/scenarios/run/?{of}"))
    assert "都如所写" in told or "如预期" in told or 'class="note kept"' in told
    gone = client.post("/studio/contest/parcel/away/", {"call": of.partition("=")[2]})
    assert gone.status_code == 302 and client.get(where).status_code == 404


def test_one_changed_byte_is_told_from_the_file_that_was_signed(desk: Desk) -> None:
    known()
    forged = packed_elsewhere().replace("竞".encode(), "赛".encode(), 1)
    response = reader(ADMINISTRATOR).post("/studio/parcels/", {"parcel": sent(forged)})
    assert response.status_code == 422 and "签名以后被改过" in body(response)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"PK\x03\x04", b"{}\n"])
def test_what_is_no_packed_practice_is_refused_plainly(desk: Desk, content: bytes) -> None:
    response = reader(ADMINISTRATOR).post("/studio/parcels/", {"parcel": sent(content)})
    assert response.status_code == 422


def test_what_is_shown_can_be_taken_along_and_given_back(desk: Desk) -> None:
    client = reader(ADMINISTRATOR)
    made = client.post("/studio/hotline/parcel/")
    assert made.status_code == 200 and "hotline-" in made["Content-Disposition"]
    came = client.post("/studio/parcels/", {"parcel": sent(made.content)})
    assert came.status_code == 302
    assert "本县自己打包的签名文件" in body(client.get(came["Location"]))  # no other county sent it
    assert '<td data-label="打包的县">本县</td>' in body(client.get("/studio/"))


def looked_at(client: Client) -> tuple[Any, dict[str, Any]]:
    """The draft's own settings sent: the answer, and what a browser would send with “adopt”."""
    path = "/studio/contest/settings/?of=draft"
    page = body(client.get(path))
    data = {**settings_of(page), "_homes": re.findall(r'name="_homes" value="([^"]+)" checked', page)}
    looked = client.post(path, {**data, "_act": "preview"})
    mark = re.search(r'name="_mark" value="(\w+)"', body(looked))
    return looked, {**data, "_act": "adopt", "_mark": mark[1] if mark else ""}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_draft_says_at_every_save_what_is_wrong_and_where(desk: Desk, language: str) -> None:
    client = reader(ADMINISTRATOR, language)
    where = begun(client)
    page = body(client.get(where + "?file=forms.yaml"))
    assert 'class="state kept"' in page and not MISSING.search(page)
    wrong = client.post(
        where, {"file": "forms.yaml", "text": "- {id: 1\n", "seen": seen(page), "act": "save"}
    )
    page = body(wrong)
    assert wrong.status_code == 200 and "forms.yaml:" in page and "- {id: 1" in page
    assert not MISSING.search(page)
    assert client.get("/studio/contest/?of=draft").status_code == 200
    assert client.get("/studio/contest/settings/?of=draft").status_code == 200


def saved(client: Client, where: str, path: str, change: tuple[str, str]) -> str:
    """The page after one file of a draft was changed and kept."""
    from tongban.apps.adoption.drafts import draft

    found = draft(where.split("/")[2])
    assert found is not None
    text = found.files[path]
    assert change[0] in text
    text = text.replace(*change, 1)
    answer = client.post(where, {"file": path, "text": text, "seen": found.mark, "act": "save"})
    assert answer.status_code == 200
    return body(answer)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_document_that_has_ended_is_told_beside_the_text_at_its_line(desk: Desk, language: str) -> None:
    client = reader(ADMINISTRATOR, language)
    page = saved(
        client,
        begun(client),
        "practice.yaml",
        ("legal_basis:\n  - {", "legal_basis:\n  - {until: 2025-08-06, "),
    )
    line = re.search(r"<code>practice.yaml:(\d+)", page)
    assert line and "until: 2025-08-06" in page.partition('class="quoted"')[2].partition("</p>")[0]
    assert {"zh": "已经失效，不能再凭它引进", "en": "nothing can be adopted on it any more"}[language] in page
    assert not MISSING.search(page)


def test_a_duty_that_another_practice_has_is_told_beside_the_text_at_its_line(desk: Desk) -> None:
    client = reader(ADMINISTRATOR)
    where = begun(client, "hotline", "hotline_two")
    page = body(client.get(where))
    beside = page.partition("引进前要定的")[2]
    assert "已经引进，管的是同一件事" in beside and 'href="/studio/hotline/"' in beside
    assert re.search(r"<code>practice.yaml:\d+", beside) and "duties" in beside
    assert 'class="state kept"' in page  # nothing is wrong: it is only to be settled


def test_a_scenario_that_no_longer_holds_is_told_beside_the_text(desk: Desk) -> None:
    client = reader(ADMINISTRATOR)
    where = begun(client)
    from tongban.apps.adoption.drafts import draft

    found = draft("contest")
    assert found is not None
    story = next(
        path for path, text in found.files.items() if path.startswith("scenarios/") and "stage: " in text
    )
    stages = re.findall(r"stage: (\w+)", found.files[story])
    other = next(each for each in stages if each != stages[-1])
    text = found.files[story][::-1].replace(f"stage: {stages[-1]}"[::-1], f"stage: {other}"[::-1], 1)[::-1]
    page = body(client.post(where, {"file": story, "text": text, "seen": found.mark, "act": "save"}))
    assert story in page.partition('id="faults-title"')[2].partition("<nav")[0]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten_and_nothing_is_lost(desk: Desk) -> None:
    client = reader(ADMINISTRATOR)
    where = begun(client)
    before = seen(body(client.get(where)))
    client.post(where, {"file": "README.md", "text": "一", "seen": before, "act": "save"})
    late = client.post(where, {"file": "README.md", "text": "我写的二", "seen": before, "act": "save"})
    assert late.status_code == 409 and "我写的二" in body(late)


def test_a_draft_is_adopted_as_what_it_says(desk: Desk) -> None:
    client = reader(ADMINISTRATOR)
    where = begun(client)
    looked, adopt = looked_at(client)
    assert looked.status_code == 200 and adopt["_mark"]
    done = client.post("/studio/contest/settings/?of=draft", adopt)
    assert done.status_code == 302
    from tongban.apps.adoption.drafts import draft

    written = draft("contest")
    assert written is not None and in_force()["contest"].practice.digest == written.mark
    assert where.startswith("/studio/contest/draft/")


@pytest.mark.parametrize(
    ("language", "story"), [("zh", "取消擂台，写明理由"), ("en", "Called off, with a public reason")]
)
def test_a_draft_of_which_a_story_no_longer_holds_is_not_adopted(
    desk: Desk, language: str, story: str
) -> None:
    client = reader(ADMINISTRATOR, language)
    where = begun(client)
    path = "scenarios/06-called-off.yaml"
    text = (ROOT / "practices" / "contest" / path).read_text(encoding="utf-8")
    broken = text.replace("outcome: called_off", "outcome: confirmed")
    assert broken != text
    client.post(where, {"file": path, "text": broken, "seen": seen(body(client.get(where))), "act": "save"})
    looked, adopt = looked_at(client)
    assert looked.status_code == 422 and story in body(looked)
    assert client.post("/studio/contest/settings/?of=draft", adopt).status_code in (200, 422)
    assert "contest" not in in_force()


def test_retiring_asks_once_more(desk: Desk) -> None:
    client = reader(ADMINISTRATOR)
    asked = client.post("/studio/hotline/retire/")
    assert asked.status_code == 200 and "hotline" in in_force()
    sure = re.search(r'name="sure" value="([^"]+)"', body(asked))
    assert sure is not None
    assert client.post("/studio/hotline/retire/", {"sure": sure[1]}).status_code == 302
    assert "hotline" not in in_force()


def test_a_reader_writes_takes_and_retires_nothing(desk: Desk) -> None:
    client = reader()
    for path in (
        "parcels/",
        "hotline/parcel/",
        "hotline/parcel/away/",
        "hotline/retire/",
        "hotline/draft/begin/",
    ):
        assert client.post(f"/studio/{path}").status_code == 403
    assert client.get("/studio/hotline/draft/").status_code == 403
    page = body(client.get("/studio/hotline/"))
    assert "draft/begin" not in page and "parcel" not in page


def test_the_other_kinds_of_what_came_are_read_from_the_file_that_came(desk: Desk) -> None:
    known()
    practice = read_practice(ROOT / "practices" / "learning_exchange")
    assert isinstance(practice, Practice)
    signed = wrap(
        practice, "331124", {"zh-Hans": "松阳县"}, datetime(2026, 3, 2, tzinfo=UTC), THEIRS
    ).encode()
    client = reader(ADMINISTRATOR)
    where = client.post("/studio/parcels/", {"parcel": sent(signed)})["Location"]
    of = where.partition("?")[2]
    assert f'href="?kind=way&amp;{of}"' in body(client.get(where))


def test_who_packed_it_is_named_in_the_language_of_the_page(desk: Desk) -> None:
    known()
    forged = packed_elsewhere().replace("竞".encode(), "赛".encode(), 1)
    response = reader(ADMINISTRATOR).post("/studio/parcels/?lang=en", {"parcel": sent(forged)})
    assert "after Songyang (331124) signed it" in body(response)
