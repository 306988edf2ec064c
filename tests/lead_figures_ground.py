"""What the tests of leaders' figures stand on: a month with three cases that ended, and the pages as a leader reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk
from tongban.apps.disclosure import counting
from tongban.apps.figures import series
from tongban.kernel.clock import LOCAL

LEADER = "zengjiayi"


def page(path: str, login: str = LEADER, status: int = 200) -> str:
    client = Client()
    client.force_login(User.objects.get(username=login))
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return str(response.content.decode())


@pytest.fixture
def month(desk: Desk) -> str:
    """Three cases that the handler's unit answered and that ended this month."""
    for _ in range(3):
        number = desk.step(desk.replied(), "approve", desk.reviewer)
        desk.step(number, "answer_callback", desk.clerk, solved="yes", rating=5)
    counting.forget()
    series.forget()
    return datetime.now(UTC).astimezone(LOCAL).strftime("%Y-%m")
