"""What somebody is told who has just taken a step: in their own words, and what was found and left out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from tongban.apps.casework.left_out import known_already
from tongban.kernel.events import PassedOver


class Words:
    """A practice that calls one of its registers by a name."""

    language = "en"

    def of(self, key: str, default: str = "") -> str:
        return {"registers.had.title": "Policies that were had"}.get(key, default)


def test_each_register_that_knows_rows_has_a_sentence_and_findings_of_other_cases_have_none_here() -> None:
    follows = (PassedOver("offer", 2, register="had"), PassedOver("finding", 1, ("26-1",)))
    told = known_already(cast("Any", SimpleNamespace(follows=follows)), cast("Any", Words()))
    assert told == ["2 that fit were left out: they stand in “Policies that were had” already."]
