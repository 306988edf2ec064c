"""What a message says: who sends it, the number, and what to do. Nothing that a case is about ever stands in one."""

from __future__ import annotations

from tongban.apps.office import Office
from tongban.apps.wording import say

PART = 70
"""Characters of one part of a text message that has Chinese in it (UCS-2, 3GPP TS 23.040)."""
JOINED = 67
"""And of each where it takes several."""


def signed(here: Office, text: str, language: str) -> str:
    """A text under the county's name, as gateways here want it: in square brackets before everything else."""
    return say("notices.signed", language, county=here.names.division(here.county.code, language), text=text)


def parts(text: str) -> int:
    """As how many text messages a text goes out."""
    length = len(text.encode("utf-16-le")) // 2
    return 1 if length <= PART else -(-length // JOINED)
