"""What could be done is counted from the catalogue and from nothing else."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.test import Client

from catalogue_ground import catalogue
from desk_ground import Desk, county, desk
from tongban.apps.catalogue.able import able
from tongban.apps.catalogue.rows import catalogue_of
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["catalogue", "county", "desk"]


def test_every_share_can_be_counted_again_from_the_rows(catalogue: Desk) -> None:
    now = datetime.now(UTC)
    page, found = able("en", now), catalogue_of(now)
    assert not isinstance(page, Refused) and not isinstance(found, Refused)
    rows = [each.said for each in found.rows.values() if not each.said.get("withdrawn_on")]
    by = {each.what: each for each in page.shares}
    assert by["at_once"].numerator == sum(row.get("instant") is True for row in rows)
    stay = [row for code, row in ((k, v.said) for k, v in found.rows.items()) if code not in found.exceptions]
    visits = [row["promised_visits"] for row in stay if isinstance(row.get("promised_visits"), int)]
    assert (by["no_visit"].numerator, by["no_visit"].denominator) == (visits.count(0), len(visits))
    assert by["no_visit"].left_out == page.offered - len(visits)
    law = [row for row in rows if row.get("statutory_days")]
    saved = sum(int(str(row["statutory_days"])) - int(str(row["promised_days"])) for row in law)
    assert (by["time_saved"].numerator, by["time_saved"].left_out) == (saved, page.offered - len(law))
    online = [each for each in page.shares if each.what.startswith("online_")]
    assert sum(each.numerator for each in online) == online[0].denominator


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_reads_it_and_takes_it_along(catalogue: Desk, language: str) -> None:
    page = Client().get(f"/open/able/?lang={language}")
    assert page.status_code == 200 and len(page.content) < 100_000
    text = Client().get("/open/able/?as=csv&chart=able").content.decode()
    rows = list(csv.reader(StringIO(text.lstrip("\ufeff"))))
    assert len(rows) >= 5 and all(int(row[2]) <= int(row[3]) for row in rows[1:])
    assert 'href="/open/able/"' in Client().get("/services/").content.decode()


def test_without_a_catalogue_there_is_nothing_to_count(desk: Desk) -> None:
    assert Client().get("/open/able/").status_code == 404
