"""A host that is not the primary, or not yet: nothing was done, it is said so, and the next request finds the primary."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tongban.apps.jobs.faults import event_words, passing

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def only_reads() -> None:
    """This line leads to a host that can only be read."""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")


def test_a_case_is_refused_as_away_and_is_taken_when_it_is_sent_again(api: Any) -> None:
    only_reads()
    refused = api.report()
    assert (refused.status_code, refused.json()["code"]) == (503, "api.away")
    assert refused.headers["Retry-After"]
    assert api.report().status_code == 201, "the line was given up"


def test_a_page_says_that_the_database_is_away(api: Any) -> None:
    only_reads()
    answer = Client(raise_request_exception=False).post(
        "/sign-in/", {"username": "nobody", "password": "not theirs"}
    )
    assert answer.status_code == 503


def test_an_event_is_not_set_aside_for_it(api: Any) -> None:
    only_reads()
    with pytest.raises(Exception) as caught, connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_count")
    connection.close()
    assert passing(caught.value) and event_words(caught.value) == ""
