"""How pages, files and feeds say that a month was released, corrected, or has changed since."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.test import Client
from msgspec.structs import replace

from desk_ground import Desk, own_home, settle_county
from publication_ground import PERIOD, declined, forget
from tongban.apps.acting import Acting
from tongban.apps.editions.publishing import Done, propose, release, take_down

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


def acting(desk: Desk, login: str) -> Acting:
    return replace(desk.acting(login), now=datetime.now(UTC))


def released(desk: Desk, why: str = "") -> Done:
    proposed = propose(PERIOD, why, acting(desk, "liuzeyu"))
    assert isinstance(proposed, Done)
    done = release(PERIOD, proposed.digest, acting(desk, "zengjiayi"))
    assert isinstance(done, Done)
    return done


def page(address: str) -> str:
    answer = Client().get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def edition_in_file() -> str:
    text = Client().get(f"/open/data/{PERIOD}/figures.csv").content.decode("utf-8-sig")
    rows = csv.DictReader(StringIO(text))
    return next(row["edition"] for row in rows if row["indicator"] == "declined_share")


def test_a_released_month_is_cited_with_its_edition_and_digest(desk: Desk) -> None:
    declined(desk, 7)
    assert "Provisional" in page(MONTH)
    assert edition_in_file() == ""
    done = released(desk)
    for address in (MONTH, PAGE):
        assert "Edition 1, released by two people" in page(address)
    assert f"edition 1, digest {done.digest}" in page(PAGE)
    assert edition_in_file() == "1"
    assert "Figures of March 2026, edition 1" in page("/open/feeds/figures.atom")
    assert "<entry>" not in page("/open/feeds/corrections.atom")
    assert f'href="/open/figures/{PERIOD}/proof/"' in page(MONTH)
    assert f"/open/figures/{PERIOD}/edition-1.ndjson" in page("/open/data/catalog.jsonld")


def test_what_changed_since_the_release_is_said_beside_what_was_released(desk: Desk) -> None:
    declined(desk, 7)
    released(desk)
    declined(desk, 5, day=9)
    assert "Edition 1 says 100.0 % (7 / 7)" in page(PAGE)
    assert edition_in_file() == ""
    released(desk, "Five were entered late")
    assert "Why it was corrected: Five were entered late" in page(PAGE)
    assert "Edition 1 says" not in page(PAGE)
    assert edition_in_file() == "2"
    assert "Correction: figures of March 2026, edition 2" in page("/open/feeds/corrections.atom")


def test_a_month_that_was_taken_down_is_provisional_again_and_the_feed_says_why(desk: Desk) -> None:
    declined(desk, 7)
    released(desk)
    for login in ("liuzeyu", "zengjiayi"):
        assert isinstance(take_down(PERIOD, 1, "A name had slipped in", acting(desk, login)), Done)
    assert "Provisional" in page(MONTH)
    feed = page("/open/feeds/corrections.atom")
    assert "Taken down: figures of March 2026, edition 1" in feed
    assert "A name had slipped in" in feed
