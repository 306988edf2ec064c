"""The whole drawing of one kind: all stages, steps and clocks, kept for each state of the practice."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.safestring import SafeString

from tongban.apps.adoption.shelf import said
from tongban.kernel.clock import Calendar
from tongban.kernel.procedure.drawing import drawing
from tongban.kernel.procedure.model import Procedure
from tongban.library.practice import Practice
from tongban.web.loop import LoopWords, clock_lines, loop_svg

MOST = 60
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Any moment will do: nothing runs in a drawing without a case."""
_kept: dict[tuple[str, str, str, str], SafeString] = {}


def drawn(practice: Practice, procedure: Procedure, kind: str, language: str) -> SafeString:
    """The sheet of a kind; no case is in it, so no calendar and no moment either."""
    key = (practice.digest, repr(sorted(procedure.settings.items())), kind, language)
    if key not in _kept:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = _drawn(practice, procedure, kind, language)
    return _kept[key]


def _drawn(practice: Practice, procedure: Procedure, kind: str, language: str) -> SafeString:
    def of(key: str) -> str:
        return said(practice, key, language)

    rules = procedure.kinds[kind]
    told = practice.words.get(language, {})
    called = told.get(f"requesters.{kind}") or told.get("roles.requester", "")
    words = LoopWords(of, language, clocks=clock_lines(rules, of, language), called=called)
    return loop_svg(drawing(rules, None, BEGINNING, Calendar(())), words, "studio")
