"""What the demo offers to programs of others: what its front page offers to residents first."""

from __future__ import annotations

from tongban.apps.acting import Acting
from tongban.apps.open311.offers import Offer, offer, offerable
from tongban.kernel.refusal import Refused


def offer_open311(acting: Acting) -> Offer | Refused:
    """Offer the practice of the front page."""
    first = next((practice for practice, _ in offerable(acting)), "")
    return offer(first, {}, acting)
