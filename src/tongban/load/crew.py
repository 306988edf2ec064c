"""Who plays the day: staff with their sign-in, residents without one."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Lock, local
from typing import Any
from urllib.parse import urlencode

from tongban.load.line import Answer, Line

API = "/api/v1"
FORM = "application/x-www-form-urlencoded"
LEADS = frozenset({"leader", "supervisor"})
READING = 60
"""About so many of the staff look at pages."""
AT_ONCE = 4
"""How many sign in beside each other."""
MANY = 200
"""Addresses from which residents call; one stands for some houses."""


class RefusedError(Exception):
    """Somebody could not sign in: the code says why."""


class Member:
    """Somebody of the staff: a token for the API, a session for the pages. Shared by all who play."""

    def __init__(
        self, login: str, token: str, cookie: str, roles: frozenset[str], units: frozenset[str]
    ) -> None:
        self.login, self.cookie, self.roles, self.units = login, cookie, roles, units
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept-Language": "en",
        }
        self.queue: list[tuple[str, int]] = []
        """What waits for them, as they last saw it, and how far each had moved then."""
        self.pause = self.quiet = 0.0
        """For how long, and until when, they need not look again: there was nothing to do."""
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


def signed_in(base: str, logins: Sequence[str], password: str) -> list[Member]:
    """The members who can sign in with this password. Raises ``RefusedError`` with the first refusal where nobody can.

    All take steps; of many, those who lead and every so many of the others look at pages, too: a session costs the instance a password
    once more.
    """
    often = -(-len(logins) // READING)

    def sign_in(n: int, login: str) -> Member | str:
        return _signed_in(base, n, login, password, pages=n % often == 0)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        came = list(pool.map(sign_in, range(len(logins)), logins))
    found = [each for each in came if isinstance(each, Member)]
    if not found:
        raise RefusedError(next((each for each in came if isinstance(each, str)), ""))
    return found


def _signed_in(base: str, n: int, login: str, password: str, *, pages: bool) -> Member | str:
    """One of them; the refusal of somebody who cannot."""
    own = f"127.88.9.{n % 250 + 1}" if base.startswith(("http://127.", "http://localhost")) else ""
    with closing(Line(base, own=own)) as line:
        body = {"login": login, "password": password, "scopes": ["read", "act"]}
        answer = line.ask("POST", f"{API}/tokens", _json(body), {"Content-Type": "application/json"})
        if answer.status != 200:
            return f"{login}: {answer.code}"
        token = answer.json()["token"]
        me = line.ask("GET", f"{API}/me", headers={"Authorization": f"Bearer {token}"}, again=True)
        posts = me.json()["posts"]
        roles = frozenset(each["role"] for each in posts)
        units = frozenset(each["unit"]["id"] for each in posts)
        cookie = session_of(line, base, login, password) if pages or roles & LEADS else ""
    return Member(login, token, cookie, roles, units)


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
