"""Papers asked for one by one and all at once, at hours that a test names: what visits, averages and journeys are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from desk_ground import ROOT, Desk
from tongban.kernel.clock import LOCAL

COUNTER, HEALTH, LABOUR, TAX = "hotline-centre", "health", "human-resources", "tax"
PHONE = {"phone": "13812345678"}


def at(moment: str) -> datetime:
    """A local moment: ``2026-03-02 09:00``."""
    return datetime.fromisoformat(moment).replace(tzinfo=LOCAL)


class Papers:
    """Steps by anybody at a unit, at a moment; the moments of a case must go on."""

    def __init__(self, desk: Desk) -> None:
        from tongban.apps.acting import Acting
        from tongban.apps.adoption.adopting import adopt
        from tongban.kernel.commands import SYSTEM
        from tongban.kernel.refusal import Refused

        self.desk = desk
        folder = ROOT / "tests" / "library" / "practices" / "papers"
        done = adopt(folder, {}, (COUNTER,), Acting(at("2020-01-05 09:00"), SYSTEM))
        assert not isinstance(done, Refused), done

    def acting(self, unit: str, role: str, moment: str) -> Any:
        from tongban.kernel.commands import Post

        acting = self.desk.acting("zengjiayi")
        actor = replace(acting.actor, person=f"{role} of {unit}", posts=(Post(unit, role),))
        return replace(acting, now=at(moment), actor=actor)

    def apply(self, moment: str, child: str, how: str = "counter", **answers: object) -> str:
        from tongban.apps.casework.take import open_case
        from tongban.apps.casework.views import Taken

        given = {"child": child, "how": how, "handed_in": ["birth"], **PHONE, **answers}
        acting = self.acting(COUNTER, "clerk", moment)
        taken = open_case("papers", given, acting, channel="desk")
        assert isinstance(taken, Taken), taken
        return taken.number

    def bundle(self, moment: str, child: str, **answers: object) -> str:
        from tongban.apps.casework.take import open_case
        from tongban.apps.casework.views import Taken

        given = {"child": child, "how": "counter", "handed_in": ["birth", "card"], **PHONE, **answers}
        acting = self.acting(COUNTER, "clerk", moment)
        offices = {"offices": [HEALTH, LABOUR, TAX]}
        taken = open_case("papers", {**offices, **given}, acting, channel="desk", kind="bundle")
        assert isinstance(taken, Taken), taken
        return taken.number

    def step(self, number: str, step: str, moment: str, unit: str = COUNTER, **answers: object) -> None:
        from tongban.apps.casework.take import take
        from tongban.apps.casework.views import Taken

        role = {"grant": "reviewer", "do_part": "handler"}.get(step, "clerk")
        taken = take(number, step, answers, self.acting(unit, role, moment))
        assert isinstance(taken, Taken), taken

    def came(self, number: str, moment: str, **answers: object) -> None:
        """The requester says that they came."""
        from tongban.apps.acting import Acting
        from tongban.apps.casework.take import take
        from tongban.apps.casework.views import Taken
        from tongban.apps.office import office
        from tongban.kernel.commands import Actor, ActorKind
        from tongban.kernel.refusal import Refused

        found = office().find(number)
        assert not isinstance(found, Refused)
        acting = Acting(at(moment), Actor(ActorKind.REQUESTER, owns=frozenset({found.case.id})))
        taken = take(number, "came" if found.case.kind == "paper" else "came_for_bundle", answers, acting)
        assert isinstance(taken, Taken), taken

    def granted(self, child: str, day: str, *again: str, how: str = "counter", **answers: object) -> str:
        """A paper that was granted on the day, ``again`` the reasons for which they came once more."""
        number = self.apply(f"{day} 09:00", child, how, **answers)
        for n, why in enumerate(again):
            self.step(number, "ask_papers", f"{day} {10 + n}:10")
            self.step(number, "bring", f"{day} {10 + n}:30", how="counter", why_again=why, handed_in=["card"])
        self.step(number, "grant", f"{day} 16:00", outcome="granted")
        return number
