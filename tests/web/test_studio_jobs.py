"""The studio's page of jobs: for the administrator alone, with what failed and a button that lets it be tried again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from desk_ground import Desk, county, desk
from tongban.apps.office import office
from tongban.store import jobs as store

pytestmark = pytest.mark.database
__all__ = ["county", "desk"]


def signed_in(login: str) -> Client:
    from django.contrib.auth.models import User

    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def test_jobs_are_shown_to_the_administrator_and_tried_again_by_a_button(desk: Desk) -> None:
    county, now = office().county.code, datetime.now(UTC)
    client = signed_in("hushaohua")
    page = client.get("/studio/jobs/?lang=en").content.decode()
    assert "act on deadlines" in page and "not run yet" in page and "No worker is at it now" in page
    for _ in range(5):
        store.failed(county, "sweep", now, 7, "OSError tongban.apps.supervision.sweep:1", 5)
    page = client.get("/studio/jobs/?lang=en").content.decode()
    assert "set aside" in page and "5 tries: OSError" in page and "Try again now" in page
    assert client.post("/studio/jobs/again/", {"name": "sweep"}).status_code == 302
    went = store.went_of(county, "sweep")
    assert went is not None and went.aside is None and went.ended is None
    assert client.post("/studio/jobs/again/", {"name": "nothing"}).status_code == 409
    assert (
        client.post("/studio/jobs/again/", {"reactor": "follow", "chain": "x", "seq": "1"}).status_code == 409
    )


def test_nobody_else_sees_them(desk: Desk) -> None:
    assert signed_in(desk.handler).get("/studio/jobs/").status_code == 403
    assert signed_in(desk.handler).post("/studio/jobs/again/", {"name": "sweep"}).status_code == 403
    assert Client().get("/studio/jobs/").status_code == 302
