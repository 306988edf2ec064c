"""How pages, files and feeds say that a month was released, corrected, or has changed since."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, own_home, settle_county
from publication_ground import PERIOD, acting, declined, forget, published
from published_ground import given, keys
from tongban.apps.editions.publishing import Done, take_down
from tongban.kernel.edition.checking import check

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
PAGE = f"/open/figures/hotline/declined_share/?period={PERIOD}"
MONTH = f"/open/figures/{PERIOD}/"


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path) -> Iterator[Desk]:
    with own_home(tmp_path):
        settle_county()
        forget()
        yield Desk()
        forget()


def page(address: str) -> str:
    answer = Client().get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def content(address: str) -> str:
    return page(address).partition("<main")[2].partition("</main>")[0]


def counts_in_file() -> tuple[str, str, str]:
    text = Client().get(f"/open/data/{PERIOD}/figures.csv").content.decode("utf-8-sig")
    rows = csv.DictReader(StringIO(text))
    own = next(row for row in rows if row["indicator"] == "declined_share")
    return own["edition"], own["numerator"], own["denominator"]


def test_of_a_month_that_nobody_released_no_page_and_no_file_tells_anything(desk: Desk) -> None:
    declined(desk, 7)
    for address in (MONTH, PAGE, "/open/", "/open/data/"):
        shown = page(address)
        assert "100.0 %" not in shown and "7 of 7" not in shown
    assert "Not yet released" in page(MONTH) and "not yet released" in page(PAGE)
    for address in (f"/open/data/{PERIOD}/figures.csv", f"/api/v1/public/figures?month={PERIOD}"):
        assert Client().get(address).status_code == 404
    assert f"/open/data/{PERIOD}/" not in page("/open/data/catalog.jsonld")


def test_a_released_month_is_cited_with_its_edition_and_digest(desk: Desk) -> None:
    declined(desk, 7)
    done = published(desk)
    for address in (MONTH, PAGE):
        assert "Edition 1, released by two people" in page(address)
    assert f"edition 1, digest {done.digest}" in page(PAGE)
    assert counts_in_file() == ("1", "7", "7")
    assert "Figures of March 2026, edition 1" in page("/open/feeds/figures.atom")
    assert "<entry>" not in page("/open/feeds/corrections.atom")
    assert f'href="/open/figures/{PERIOD}/proof/"' in page(MONTH)
    assert f"/open/figures/{PERIOD}/edition-1.ndjson" in page("/open/data/catalog.jsonld")


def test_what_came_late_is_told_by_a_correction_and_not_a_day_earlier(desk: Desk) -> None:
    declined(desk, 7)
    published(desk)
    api = f"/api/v1/public/figures?month={PERIOD}"
    before = [content(MONTH), content(PAGE), Client().get(api).content]
    declined(desk, 1, day=9)
    assert [content(MONTH), content(PAGE), Client().get(api).content] == before
    assert counts_in_file() == ("1", "7", "7")
    published(desk, why="One was entered late")
    assert "Why it was corrected: One was entered late" in page(PAGE)
    assert "8 of 8" in page(PAGE)
    assert counts_in_file() == ("2", "8", "8")
    assert "Correction: figures of March 2026, edition 2" in page("/open/feeds/corrections.atom")


def test_a_month_that_was_taken_down_is_not_told_and_page_and_feed_say_why(desk: Desk) -> None:
    declined(desk, 7)
    published(desk)
    published_again = "Eight"
    declined(desk, 1, day=9)
    published(desk, why=published_again)
    for login in ("liuzeyu", "zengjiayi"):
        assert isinstance(take_down(PERIOD, 2, "A name had slipped in", acting(desk, login)), Done)
    shown, proof = page(MONTH), f'href="{MONTH}proof/"'
    for address in (MONTH, PAGE):
        assert "taken down: A name had slipped in" in content(address) and proof in content(address)
        assert "not yet released" not in content(address).partition("<figure")[0].lower()
    data = content("/open/data/")
    assert "A name had slipped in" in data and proof in data
    gone = Client().get(f"{MONTH}edition-2.ndjson", headers={"Accept-Language": "en"})
    assert gone.status_code == 410
    assert "A name had slipped in" in gone.content.decode() and proof in gone.content.decode()
    for address in (f"/open/data/{PERIOD}/figures.csv", f"/api/v1/public/figures?month={PERIOD}"):
        told = Client().get(address, headers={"Accept-Language": "en"})
        assert told.status_code == 404 and "A name had slipped in" in told.content.decode()
    assert "7 / 7" not in shown and "8 / 8" not in shown, "the edition before does not stand up again"
    feed = page("/open/feeds/corrections.atom")
    assert "Taken down: figures of March 2026, edition 2" in feed
    assert "A name had slipped in" in feed


def test_nobody_is_sent_to_where_they_may_not_publish(desk: Desk) -> None:
    def sees(login: str) -> bool:
        client = Client()
        client.force_login(User.objects.get(username=login))
        return 'href="/lead/publish/"' in client.get("/lead/").content.decode()

    assert sees(desk.supervisor) and not sees(desk.handler)


def api(address: str) -> Any:
    answer = Client().get(f"/api/v1{address}")
    assert answer.status_code == 200, (address, answer.content)
    return answer


def test_an_edition_is_listed_and_its_file_checks_by_itself(desk: Desk) -> None:
    declined(desk, 12)
    published(desk)
    (listed,) = api("/public/editions").json()["editions"]
    assert (listed["period"], listed["edition"], listed["state"]) == (PERIOD, 1, "newest")
    given(PERIOD, 1)  # a checkpoint covers it now
    text = api(f"/public/editions/{PERIOD}/1").content.decode()
    verdict = check(text, keys(), api("/public/editions/newest").content.decode())
    assert verdict.findings == () and verdict.true
    proof = api(f"/public/editions/{PERIOD}/1/proof").json()["proof"]
    assert text.endswith(f"{proof}\n") and json.loads(proof)["line"] == "proof"
