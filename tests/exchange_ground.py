"""A county of the stories that talks with another one, whose keys the tests hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from scenario_ground import FOLDERS, calendar, practice_in
from tongban.apps.acting import Acting
from tongban.apps.exchange.hearing import Answered, hear
from tongban.apps.exchange.pretended import signed
from tongban.apps.rungs import Apps
from tongban.kernel.commands import Actor, ActorKind, Post
from tongban.kernel.exchange.message import Signed
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.counties import scenario_county
from tongban.library.story.runner import Act, By, Ground, Opens

PRACTICE = "cross_region_service"
COUNTY, NEAR, FAR = "330899", "330898", "330897"
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TALK = "8f1b1f4e-6f1f-5a1e-9b57-1f0c5b0f9d11"
WHO = {"name": "王小明", "phone": "13800138000", "id_card": "11010519491231002X"}
APPLICATION: Mapping[str, Any] = {"mode": "received_elsewhere", "item_code": "330800-001", **WHO}


class Talking(Apps):
    """Steps by people here, and messages of the neighbour."""

    begins = AT

    def __init__(self) -> None:
        folder = next(each for each in FOLDERS if each.name == PRACTICE)
        practice = practice_in(folder)
        procedure = bind(practice, {})
        assert not isinstance(procedure, Refused)
        super().__init__(Ground(practice, {}, procedure, scenario_county(calendar()), AT))
        self.now = AT

    def leader(self) -> Acting:
        posts = (Post("county_office", "leader"), Post("desk_county", "receiver"))
        return Acting(self.now, Actor(ActorKind.PERSON, "leader@county_office", posts))

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def send_on(self) -> str:
        """A case received here and sent on to the neighbour; its number."""
        window = By(ActorKind.PERSON, "receiver@desk_county", "receiver", "desk_county")
        answers = {
            **APPLICATION, "peer": NEAR, "papers": 2, "form_complete": True, "identity_seen": True,
        }  # fmt: skip
        opens = Opens("reception", "desk_county", COUNTY, "window")
        assert self.open(Act("case", "receive", window, self.now, answers), opens).refused is None
        act = Act("case", "send_on", window, self.now, {"consent": True, "parcel_out": "SF1"})
        assert self.step(act).refused is None
        return self.number("case")

    def conversation(self, number: str, peer: str = NEAR) -> str:
        loaded = self.here.load(number)
        talk = loaded.case.talk_with(peer) if loaded is not None else None
        assert talk is not None
        return talk.id

    def message(
        self, what: str, fields: Mapping[str, Any], n: int = 1, talk: str = TALK, peer: str = NEAR
    ) -> Signed:
        return signed(fields, talk, n, PRACTICE, what, peer, COUNTY, self.now)

    def hears(self, message: Signed) -> Answered:
        answered = hear(message, self.now)
        assert isinstance(answered, Answered), answered
        return answered

    def refuses(self, message: Signed) -> str:
        answered = hear(message, self.now)
        assert isinstance(answered, Refused)
        return answered.code
