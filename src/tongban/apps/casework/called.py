"""What those are called who have a part in a case, where a practice has a word of its own."""

from __future__ import annotations

from tongban.apps.wording import Wording, say


def requester(wording: Wording) -> str:
    """Whoever brings a case: the petitioner, the official it is about, the enterprise."""
    return wording.of("roles.requester") or say("story.requester", wording.language)
