"""The third rung: stories told through the JSON API, with accounts, tokens and proofs of ownership."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from described import judge
from django.contrib.auth.models import User
from django.test import Client
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.take import take
from tongban.apps.people.tokens import staff_token
from tongban.apps.rungs import Live
from tongban.kernel.commands import SYSTEM, ActorKind
from tongban.kernel.exchange.message import Signed
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.story.runner import Act, By, Ground, Look, Opens
from tongban.store.models import Person, PostRow

OFFICE = "198.51.100.7"
"""An address of the office's own network, which ``scenario_ground`` sets."""
OVERSEER = By(ActorKind.PERSON, "leader@county_office#9", "leader", "county_office")
"""Who looks at cases for the story: a leader of the county sees all of them."""


class Http(Live):
    """Everything by HTTP, but for what the system itself does."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground)
        self.now = ground.begins
        self.client = Client()
        self.from_office = False
        self._tokens: dict[str, str] = {}

    def begin(self, act: Act, opens: Opens) -> str | Refused:
        body = {
            "practice": self.ground.practice.id,
            "answers": _plain(act.answers),
            "kind": opens.kind,
            "step": act.step,
            "home": opens.home,
            "division": opens.division,
            "channel": opens.channel,
        }
        self.now = act.at
        found = self.call("POST", "/cases", body, self._token(act.by, ""))
        if isinstance(found, Refused):
            return found
        self.warned = tuple(each["code"] for each in found["warnings"])
        self.phones[found["number"]] = str(act.answers.get("phone", ""))
        return str(found["number"])

    def go(self, act: Act, number: str) -> Refused | None:
        self.now = act.at
        self.from_office = act.channel == "office"
        if act.by.kind is ActorKind.SYSTEM:
            taken = take(number, act.step, act.answers, Acting(act.at, SYSTEM))
            return taken if isinstance(taken, Refused) else None
        body = {
            "step": act.step,
            "answers": _plain(act.answers),
            "rows": [_plain(each) for each in act.rows],
        }
        found = self.call("POST", f"/cases/{number}/steps", body, self._token(act.by, number))
        if isinstance(found, Refused) and found.code == "case.unknown":
            # Whoever may not see the case is not even told that it is there.
            return Refused("authority.not_yours", act.step)
        if not isinstance(found, Refused):
            self.warned = tuple(each["code"] for each in found["warnings"])
            if not self.phones.get(number):  # whom the office found is reached by what it wrote down then
                self.phones[number] = str(act.answers.get("phone", ""))
        return found if isinstance(found, Refused) else None

    def deliver(self, signed: Signed, at: datetime) -> Refused | None:
        self.now = at
        sealed = b64encode(signed.sealed).decode()
        body = {"note": signed.note, "head": signed.head, "sealed": sealed}
        found = self.call("POST", "/exchange/messages", body, "")
        return found if isinstance(found, Refused) else None

    def see(self, number: str) -> Look | None:
        practice = self.ground.practice
        named = (practice.id,) if practice.manifest.guarded else ()
        overseer = replace(OVERSEER, practices=named)
        found = self.call("GET", f"/cases/{number}", None, self._token(overseer, number))
        if isinstance(found, Refused):
            return None
        clocks = {lap["clock"]["id"]: lap for lap in found["clocks"]}
        return Look(
            number=number,
            stage=found["stage"]["id"],
            holder=found["holder"]["id"],
            home=found["home"]["id"],
            outcome=found["outcome"]["id"] if found["outcome"] else "",
            due={
                name: datetime.fromisoformat(lap["due"]) if lap["due"] else None
                for name, lap in clocks.items()
            },
            clock={name: lap["stands"] for name, lap in clocks.items()},
            count=found["counts"],
            facts={name: tuple(v) if isinstance(v, list) else v for name, v in found["values"].items()},
            subcases_total=found["subcases"]["total"],
            subcases_open=found["subcases"]["open"],
            visits=found["visits"],
        )

    def call(self, method: str, path: str, body: Any, token: str) -> dict[str, Any] | Refused:
        """One request, its answer held to the description; a problem as the refusal it came from."""
        headers = {"Tongban-Now": self.now.isoformat(), "Accept-Language": "zh"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        address = OFFICE if self.from_office else "127.0.0.1"
        data = None if body is None else json.dumps(body)
        response = self.client.generic(
            method,
            f"/api/v1{path}",
            data or "",
            content_type="application/json",
            headers=headers,
            REMOTE_ADDR=address,
        )
        judge(method, f"/api/v1{path}", response)
        found = json.loads(response.content)
        if response.status_code < 400:
            return dict(found)
        faults = [
            Refused(each["code"], each["pointer"].removeprefix("/answers/").removeprefix("/"))
            for each in found["faults"]
        ]
        return Refused.of(faults)

    def _token(self, by: By, number: str) -> str:
        if by.kind is ActorKind.PERSON:
            if by.person not in self._tokens:
                self._tokens[by.person] = self._account(by)
            return self._tokens[by.person]
        return self._proved(number) if by.owns and number else ""

    def _account(self, by: By) -> str:
        county = self.here.county.code
        user = User.objects.create(username=by.person, password="!")
        Person.objects.create(county=county, id=by.person, name=by.person, user=user)
        PostRow.objects.create(
            county=county,
            person=by.person,
            unit=by.unit,
            role=".".join((*by.practices, by.role)),
            since=date(2000, 1, 1),
        )
        return staff_token(user, ("read", "act"), timedelta(hours=1)).text

    def _proved(self, number: str) -> str:
        above = number.rpartition("-")[0]  # whose telephone is carried into a subcase
        phone = self.phones.get(number) or self.phones.get(above, "")
        found = self.call("POST", f"/cases/{number}/tokens", {"phone": phone}, "")
        assert not isinstance(found, Refused), found
        return str(found["token"])


def _plain(answers: Mapping[str, object]) -> dict[str, Value]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in answers.items()}  # type: ignore[misc]
