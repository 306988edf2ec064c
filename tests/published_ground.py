"""A county at work whose March is published: cases from the first word to the callback, two people who put it out."""

from __future__ import annotations

import gzip
import time
from base64 import b64decode
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from desk_ground import TEXT, Desk
from tongban.apps.acting import Acting
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import Taken
from tongban.apps.editions.publishing import Done, propose, release
from tongban.apps.editions.reading import Packed, file_of
from tongban.apps.office import office
from tongban.apps.proof.checkpoints import checkpoint, public_keys
from tongban.kernel.commands import Actor, ActorKind

PERIOD = "2026-03"
MARCH = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def keys() -> dict[str, bytes]:
    return {name: b64decode(key) for name, key in public_keys()}


def later() -> datetime:
    """The moment itself, long after March: a moment read when the tests are collected would lie before what they then record."""
    return datetime.now(UTC)


def acting(desk: Desk, login: str) -> Acting:
    return replace(desk.acting(login), now=later())


def lived(desk: Desk, cases: int = 6, prompted: int = 0) -> list[str]:
    """Cases of March, from the first word to the callback; the first ones were asked for a good word, which counts for nothing."""
    numbers = []
    for n in range(cases):

        def at(login: str, hours: float, n: int = n) -> Acting:
            return Acting(MARCH + timedelta(hours=n + hours), desk.acting(login).actor)

        given = {"body": TEXT, "phone": "13812345678", "category": "01.05.04", "sort": "help"}
        taken = open_case("hotline", given, at(desk.clerk, 0), channel="desk")
        assert isinstance(taken, Taken), taken
        reply = {"outcome": "resolved", "result": "好了。", "basis": "现场"}
        loaded = office().load(taken.number)
        assert loaded is not None
        owner = Acting(
            MARCH + timedelta(hours=n + 40), Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id}))
        )
        steps: list[tuple[str, Acting, dict[str, object]]] = [
            ("dispatch", at(desk.dispatcher, 1), {}),
            ("sign", at(desk.handler, 2), {}),
            ("contact", at(desk.handler, 3), {"contact_way": "phone"}),
            ("reply", at(desk.handler, 30), reply),
            ("approve", at(desk.reviewer, 31), {}),
            (
                "answer_callback",
                owner,
                {"solved": "yes", "rating": 4 if n < prompted or n % 3 else 2, "prompted": n < prompted},
            ),
        ]
        for step, acting, answers in steps:
            done = take(taken.number, step, answers, acting)
            assert isinstance(done, Taken), done
        numbers.append(taken.number)
    return numbers


def given(period: str, edition: int) -> str:
    """The file once a checkpoint covers it: another database's open transaction may hold it up."""
    for _ in range(100):
        file = file_of(period, edition)
        if isinstance(file, Packed):
            return gzip.decompress(file.content).decode()
        assert file.code == "edition.pending"
        time.sleep(0.05)
        checkpoint(datetime.now(UTC))
    raise AssertionError("never covered")


def released(desk: Desk, why: str = "") -> str:
    proposed = propose(PERIOD, why, acting(desk, "liuzeyu"))
    assert isinstance(proposed, Done), proposed
    done = release(PERIOD, proposed.digest, acting(desk, "zengjiayi"))
    assert isinstance(done, Done), done
    return given(PERIOD, done.edition)
