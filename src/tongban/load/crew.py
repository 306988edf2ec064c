"""Who plays the day: staff with their sign-in, residents without one."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from threading import Lock, local
from typing import Any
from urllib.parse import urlencode

from tongban.load.line import Answer, Line

API = "/api/v1"
FORM = "application/x-www-form-urlencoded"
MANY = 200
"""Addresses from which residents call; one stands for some houses."""


class RefusedError(Exception):
    """Somebody could not sign in: the code says why."""


class Member:
    """Somebody of the staff: a token for the API, a session for the pages. Shared by all who play."""

    def __init__(self, login: str, token: str, cookie: str, roles: frozenset[str]) -> None:
        self.login, self.cookie, self.roles = login, cookie, roles
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept-Language": "en",
        }
        self.queue: list[str] = []
        self.lock = Lock()


class Lines:
    """The connections of a run: each thread has its own, one for all staff and one for each address of residents it speaks for."""

    def __init__(self, base: str, *, here: bool, pretend: bool) -> None:
        self.base, self.here, self.pretend = base, here, pretend
        self.kept = local()
        self.all: list[Line] = []

    def staff(self) -> Line:
        if not hasattr(self.kept, "staff"):
            self.kept.staff = self._new()
        line: Line = self.kept.staff
        return line

    def resident(self, dice: random.Random) -> Line:
        """A line of somebody from one of many places; of the last few that were open, else a new one."""
        lines: dict[int, Line] = self.kept.__dict__.setdefault("residents", {})
        place = dice.randrange(MANY)
        if place not in lines:
            if len(lines) >= 8:
                lines.pop(next(iter(lines))).close()
            own = f"127.88.{place // 200}.{place % 200 + 1}" if self.here else ""
            lines[place] = self._new(
                own=own, pretend=f"100.64.{place // 200}.{place % 200 + 1}" if self.pretend else ""
            )
        return lines[place]

    def close(self) -> None:
        for line in self.all:
            line.close()

    def _new(self, *, own: str = "", pretend: str = "") -> Line:
        line = Line(self.base, own=own, pretend=pretend)
        self.all.append(line)
        return line


def signed_in(base: str, logins: Iterable[str], password: str) -> list[Member]:
    """The members who can sign in with this password. Raises ``RefusedError`` with the first refusal where nobody can."""
    found, first = [], ""
    for n, login in enumerate(logins):
        own = f"127.88.9.{n % 250 + 1}" if base.startswith(("http://127.", "http://localhost")) else ""
        line = Line(base, own=own)
        body = {"login": login, "password": password, "scopes": ["read", "act"]}
        answer = line.ask("POST", f"{API}/tokens", _json(body), {"Content-Type": "application/json"})
        if answer.status != 200:
            first = first or f"{login}: {answer.code}"
            line.close()
            continue
        token = answer.json()["token"]
        me = line.ask("GET", f"{API}/me", headers={"Authorization": f"Bearer {token}"}).json()
        cookie = session_of(line, base, login, password)
        line.close()
        found.append(Member(login, token, cookie, frozenset(each["role"] for each in me["posts"])))
    if not found:
        raise RefusedError(first)
    return found


def session_of(line: Line, base: str, login: str, password: str) -> str:
    """A session for the pages, as a cookie; "" where the pages ask for more than a password. Over TLS cookies have a prefix, and a
    form says which page it came from."""
    shown = line.ask("GET", "/sign-in/")
    name = next((each for each in shown.cookies if each.endswith("csrftoken")), "csrftoken")
    token = shown.cookies.get(name, "")
    hidden = _hidden(shown, "csrfmiddlewaretoken")
    form = {"csrfmiddlewaretoken": hidden, "username": login, "password": password}
    headers = {
        "Content-Type": FORM,
        "Cookie": f"{name}={token}",
        "Referer": f"{base}/sign-in/",
    }
    answer = line.ask("POST", "/sign-in/", urlencode(form).encode(), headers)
    session = next((f"{name}={value}" for name, value in answer.cookies.items() if "session" in name), "")
    return session if answer.status == 302 else ""


def _hidden(page: Answer, name: str) -> str:
    text = page.body.decode(errors="replace")
    return text.partition(f'name="{name}" value="')[2].partition('"')[0]


def _json(value: Mapping[str, Any]) -> bytes:
    import json

    return json.dumps(value).encode()
