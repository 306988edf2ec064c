"""What those are called who have a part in a case, where a practice has a word of its own."""

from __future__ import annotations

from tongban.apps.wording import Wording, say


def requester(wording: Wording, kind: str) -> str:
    """Whoever brings a case of a kind, or whom it is about: the petitioner, the official, the chief of a reach."""
    return wording.requester(kind) or say("story.requester", wording.language)
