"""Under what was promised to somebody stands nothing that they themselves must do, and no time to speak that is over."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tongban.apps.casework import promises as told

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def rule(name: str, owner: str, *, lasts: bool = False) -> Any:
    return SimpleNamespace(id=name, owner=owner, lasts=lasts, promise=True, runs_in=())


def clock(name: str, *, running: bool) -> Any:
    return SimpleNamespace(id=name, promise=True, tone="rest", words="", due="", running=running)


def test_own_days_are_no_promise_but_for_those_in_which_they_may_still_speak(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(told, "called_off", lambda case, kind: frozenset())
    rules = (
        rule("reply", "holder"),
        rule("mend", "requester"),
        rule("speak", "requester", lasts=True),
        rule("spoke", "requester", lasts=True),
    )
    kind: Any = SimpleNamespace(clocks={each.id: each for each in rules})
    clocks = [clock(each.id, running=each.id != "spoke") for each in rules]
    wording: Any = SimpleNamespace(clock_plain=lambda name: name, language="zh-Hans")
    case: Any = SimpleNamespace(settled_at=NOW)
    assert [each.what for each in told.promises(case, kind, clocks, wording, NOW)] == ["reply", "speak"]
