"""Many messages at once: shared out among processes, the same lines in the same order."""

from __future__ import annotations

import pytest

from tongban.apps.dispatch import bulk
from tongban.apps.dispatch.bulk import suggest_all
from tongban.apps.dispatch.classifier import Guess
from tongban.apps.dispatch.place import Gazetteer, NamedDivision
from tongban.apps.dispatch.scheme import Category, Scheme
from tongban.apps.dispatch.suggest import Message, Registers
from tongban.kernel.clock import Calendar
from tongban.kernel.county import County, Level


class Lamps:
    """Sure of lamps, of nothing else; greetings say nothing."""

    def suggest(self, text: str, k: int = 3, threshold: float = 0.5) -> tuple[Guess, ...]:
        return (Guess("01", 0.9, ("路灯",)),) if "路灯" in text else ()

    def likely(self, text: str) -> tuple[Guess, ...]:
        return () if "你好" in text else (Guess("01", 0.2),)


@pytest.fixture
def registers() -> Registers:
    scheme = Scheme({"01": Category("01", "市政")})
    places = Gazetteer.of([NamedDivision("330822101", "青石镇", Level.TOWNSHIP)])
    return Registers(Lamps(), scheme, places, County("", Calendar(())))


def test_lines_are_the_same_and_in_order_on_one_process_and_on_two(
    registers: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MANY", 1)
    monkeypatch.setattr(bulk, "_PART", 7)
    bodies = ("青石镇的路灯坏了", "你好", "公交车不来")
    messages = [(str(n), Message("", bodies[n % 3])) for n in range(40)]
    alone = list(suggest_all(messages, registers, processes=1))
    assert list(suggest_all(messages, registers, processes=2)) == alone
    assert [each.number for each in alone] == [str(n) for n in range(40)]
    lamps, greeting, bus = alone[:3]
    assert (lamps.sure, lamps.division, greeting.option) == (True, "330822101", None)
    assert bus.option is not None and not bus.sure
