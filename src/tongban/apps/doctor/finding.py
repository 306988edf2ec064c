"""One thing that a look found: a fixed code with its facts, and how grave it is."""

from __future__ import annotations

from msgspec import Struct

from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value

GRAVE, DOUBT, ADVICE = "grave", "doubt", "advice"
"""Something stands still or is lost; something should be looked at; nothing is wrong, and it could be better."""


class Finding(Struct, frozen=True):
    """Its words stand with those of the refusals, under ``doctor.<code>``."""

    level: str
    refused: Refused


def grave(code: str, /, **facts: Value) -> Finding:
    return Finding(GRAVE, Refused(f"doctor.{code}", "", facts))


def doubt(code: str, /, **facts: Value) -> Finding:
    return Finding(DOUBT, Refused(f"doctor.{code}", "", facts))


def advice(code: str, /, **facts: Value) -> Finding:
    return Finding(ADVICE, Refused(f"doctor.{code}", "", facts))
