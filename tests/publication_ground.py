"""Months with cases in them, for tests of what the public is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from desk_ground import Desk
from tongban.apps.acting import Acting
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import Taken
from tongban.apps.disclosure import counting
from tongban.apps.editions.publishing import Done, propose, release
from tongban.apps.figures import series
from tongban.apps.publication import position

PERIOD = "2026-03"


def look_again() -> None:
    """The next who asks where public pages stand looks, instead of going by what was so a moment ago."""
    position._last = None


def declined(
    desk: Desk, how_many: int, period: str = PERIOD, day: int = 2, category: str = "01.05.04"
) -> None:
    """Cases that were declined two days after they came."""
    year, month = map(int, period.split("-"))
    clerk, dispatcher = desk.acting(desk.clerk).actor, desk.acting(desk.dispatcher).actor
    for n in range(how_many):
        at = datetime(year, month, day, 2, n % 60, tzinfo=UTC)
        given = {"body": f"第{n}件", "phone": "13812345678", "category": category, "sort": "help"}
        taken = open_case("hotline", given, Acting(at, clerk), channel="desk")
        assert isinstance(taken, Taken)
        after = Acting(at + timedelta(days=2), dispatcher)
        done = take(taken.number, "decline", {"decline_reason": "petition", "remedy": "信访局"}, after)
        assert isinstance(done, Taken)
    forget()


def acting(desk: Desk, login: str) -> Acting:
    """Somebody now: editions are of months that are over."""
    return replace(desk.acting(login), now=datetime.now(UTC))


def published(desk: Desk, period: str = PERIOD, why: str = "") -> Done:
    """The month put out by two people."""
    proposed = propose(period, why, acting(desk, "liuzeyu"))
    assert isinstance(proposed, Done), proposed
    done = release(period, proposed.digest, acting(desk, "zengjiayi"))
    assert isinstance(done, Done), done
    return done


def forget() -> None:
    """Drop what was counted before."""
    counting.forget()
    series.forget()
