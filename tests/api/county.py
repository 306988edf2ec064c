"""A small county behind the API: one practice, a few accounts, requests whose answers are held to the file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from described import judge
from django.contrib.auth.models import User
from django.test import Client

from scenario_ground import ROOT, calendar, practice_in
from tongban.apps.people.tokens import staff_token
from tongban.apps.rungs import settle
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.counties import scenario_county
from tongban.library.story.runner import Ground
from tongban.store.models import Person, PostRow

PRACTICE = ROOT / "tests" / "library" / "practices" / "streetlamp"
BEGINS = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PHONE = "13800138000"
DARK = {"body": "桥头的路灯不亮 💡𠀀", "phone": PHONE, "pole": "P-17", "category": "01.02"}


@dataclass
class Api:
    """Requests at a moment. ``token`` "" is somebody without one."""

    client: Client = field(default_factory=Client)
    now: datetime = BEGINS
    tokens: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Any:
        heads = {"Tongban-Now": self.now.isoformat(), "Accept-Language": "en", **headers}
        if token:
            heads["Authorization"] = f"Bearer {token}"
        data = "" if body is None else body if isinstance(body, str | bytes) else json.dumps(body)
        kind = heads.pop("Content-Type", "application/json")
        response = self.client.generic(method, f"/api/v1{path}", data, content_type=kind, headers=heads)
        judge(method, f"/api/v1{path.partition('?')[0]}", response)
        return response

    def get(self, path: str, token: str = "", **headers: str) -> Any:
        return self.call("GET", path, None, token, **headers)

    def post(self, path: str, body: Any, token: str = "", **headers: str) -> Any:
        return self.call("POST", path, body, token, **headers)

    def staff(self, role: str, unit: str, scopes: tuple[str, ...] = ("read", "act")) -> str:
        """A token of somebody with this post."""
        name = f"{role}.{unit}"
        user, made = User.objects.get_or_create(username=name)
        if made:
            Person.objects.create(county="330899", id=name, name=name, user=user)
            PostRow.objects.create(county="330899", person=name, unit=unit, role=role, since=date(2000, 1, 1))
        return staff_token(user, scopes, timedelta(hours=1)).text

    def report(self, **headers: str) -> Any:
        """A lamp is reported by a resident."""
        return self.post("/cases", {"practice": "streetlamp", "answers": DARK}, **headers)


def a_county() -> Api:
    practice = practice_in(PRACTICE)
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    settle(Ground(practice, {}, procedure, scenario_county(calendar()), BEGINS))
    return Api()
