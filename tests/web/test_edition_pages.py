"""Pages of editions: two people publish in the browser, everybody reads what stands behind, a resident finds their row."""

from __future__ import annotations

import gzip
import re
from hashlib import sha256

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk
from desk_ground import committed_desk as desk
from published_ground import PERIOD, given, keys, lived, released
from tongban.apps.office import office
from tongban.kernel.edition.checking import check
from tongban.store import editions
from tongban.web.public.checking import CODES, SCRIPTS, source, words

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]
NOBLE = "dc55745f08665d95f657b9f9b5d630893e3d1c0dc774e84e3d414018bf6317ca"
"""SHA-256 of what is vendored; how to make it again stands in decision 53."""


def signed_in(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def test_two_people_publish_a_month_in_the_browser(desk: Desk) -> None:
    lived(desk)
    first, second = signed_in("liuzeyu"), signed_in("zengjiayi")
    address = f"/lead/publish/{PERIOD}/"
    assert "提出公布" in first.get(address).content.decode()
    assert first.post(address, {"do": "propose"}).status_code == 302
    mine = first.get(address).content.decode()
    assert 'value="release"' not in mine and "要另一人放行" in mine
    refused = first.post(address, {"do": "release"})
    assert refused.status_code == 422 and "提出的人不能自己放行" in refused.content.decode()
    blind = second.post(address, {"do": "release"})
    assert blind.status_code == 422 and "不是您看过的那一版" in blind.content.decode()
    seen = re.search('name="digest" value="([0-9a-f]{64})"', second.get(address).content.decode())
    assert seen is not None
    assert second.post(address, {"do": "release", "digest": seen[1]}).status_code == 302
    given(PERIOD, 1)
    page = Client().get(f"/open/figures/{PERIOD}/proof/").content.decode()
    assert "第 1 版" in page and "figure verify" in page
    asked = first.post(address, {"do": "take_down", "edition": "1", "why": "口径有误"})
    assert asked.status_code == 302
    assert second.post(address, {"do": "take_down", "edition": "1"}).status_code == 422
    assert 'name="why" value="口径有误"' in second.get(address).content.decode()
    agreed = second.post(address, {"do": "take_down", "edition": "1", "why": "口径有误"})
    assert agreed.status_code == 302
    gone = Client().get(f"/open/figures/{PERIOD}/edition-1.ndjson")
    assert gone.status_code == 410
    assert "口径有误" in Client().get(f"/open/figures/{PERIOD}/proof/").content.decode()


def test_a_reason_that_names_somebody_is_shown_to_its_writer_before_it_waits_and_to_whoever_releases_it(
    desk: Desk,
) -> None:
    """It would stand in the file, the feed and the list of editions for good."""
    lived(desk)
    released(desk)
    lived(desk, 1)
    first, second = signed_in("liuzeyu"), signed_in("zengjiayi")
    address = f"/lead/publish/{PERIOD}/"
    why = "王小明的电话13800138000登记错了，家住东门街12号"
    told = first.post(address, {"do": "propose", "why": why})
    page = told.content.decode()
    assert told.status_code == 422 and "还没有提出" in page and f'value="{why}"' in page
    seen = re.search('name="names_seen" value="([^"]*)"', page)
    assert seen is not None and {"王小明", "138****8000"} <= {*seen[1].split()}
    assert not any(each.released_at is None for each in editions.kept(office().journal, PERIOD))
    assert first.post(address, {"do": "propose", "why": why, "names_seen": seen[1]}).status_code == 302
    waits = second.get(address).content.decode()
    assert "13800138000" not in waits and "138****8000" in waits, "numbers are masked whatever is said"
    assert "理由里这些字像是" in waits and "王小明" in waits
    asked = {"do": "take_down", "edition": "1", "why": "身份证330822198001011234的一件"}
    down = first.post(address, asked).content.decode()
    assert "还没有提出" in down and "<details open>" in down
    assert first.post(address, {**asked, "why": "口径有误"}).status_code == 302


def test_who_works_on_cases_does_not_publish(desk: Desk) -> None:
    client = signed_in(desk.handler)
    assert client.get("/lead/publish/").status_code == 403
    assert client.post(f"/lead/publish/{PERIOD}/", {"do": "propose"}).status_code == 403
    assert Client().get("/lead/publish/").status_code == 302


def test_what_is_no_month_is_no_page(desk: Desk) -> None:
    client = signed_in("liuzeyu")
    for period in ("abc", "2026-13", "9999-99"):
        assert client.get(f"/lead/publish/{period}/").status_code == 404
        assert client.post(f"/lead/publish/{period}/", {"do": "propose"}).status_code == 404
        assert Client().get(f"/open/figures/{period}/proof/?edition=x").status_code == 404
        assert Client().get(f"/open/figures/{period}/edition-1.ndjson").status_code == 404


def test_the_file_and_the_list_are_given_out_as_they_were_sealed(desk: Desk) -> None:
    lived(desk)
    text = released(desk)
    client = Client()
    plain = client.get(f"/open/figures/{PERIOD}/edition-1.ndjson", headers={"Accept-Encoding": "identity"})
    packed = client.get(f"/open/figures/{PERIOD}/edition-1.ndjson", headers={"Accept-Encoding": "gzip"})
    assert plain["ETag"] != packed["ETag"]
    same = {"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]}
    assert client.get(f"/open/figures/{PERIOD}/edition-1.ndjson", headers=same).status_code == 304
    assert plain.content.decode() == text == gzip.decompress(packed.content).decode()
    listed = client.get("/open/figures/editions.txt").content.decode()
    assert check(text, keys(), listed).true
    assert client.get(f"/open/figures/{PERIOD}/edition-2.ndjson").status_code == 404
    assert client.get("/open/figures/2020-01/proof/").status_code == 404


def test_a_resident_reads_their_row(desk: Desk) -> None:
    numbers = lived(desk)
    released(desk)
    loaded = office().load(numbers[0])
    assert loaded is not None
    client = Client()
    assert client.get(f"/follow/{numbers[0]}/figures/").status_code == 404
    session = client.session
    session["owns"] = [loaded.case.id]
    session.save()
    page = client.get(f"/follow/{numbers[0]}/figures/").content.decode()
    assert "分子、分母里都有它" in page and "2026年3月第 1 版" in page


@pytest.mark.parametrize(
    ("language", "says"), [("en", "a real matter behind every row"), ("zh", "每一行背后真有一件事")]
)
def test_what_a_check_does_not_prove_stands_beside_it(desk: Desk, language: str, says: str) -> None:
    for address in ("/open/check/", "/open/check/check-figures.html"):
        assert says in Client().get(f"{address}?lang={language}").content.decode()


def test_the_page_that_checks_is_whole_in_one_file(desk: Desk) -> None:
    whole = Client().get("/open/check/check-figures.html").content.decode()
    for name in SCRIPTS:
        assert source(name) in whole
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", whole), "it needs nothing from anywhere"
    page = Client().get("/open/check/").content.decode()
    assert "data-words=" in page and len(page) < 60_000


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_every_finding_has_words_in_the_browser(language: str) -> None:
    found = words(language)["findings"]
    assert isinstance(found, dict)
    assert found.keys() == set(CODES) and all(says and fix for says, fix in found.values())


def test_what_is_vendored_is_what_was_looked_at() -> None:
    assert sha256(source("noble.js").encode()).hexdigest() == NOBLE
