"""How much one caller of the API may ask.

``TONGBAN_API_LIMITS`` multiplies every bound; 0 lifts them all, for a load test.
"""

from __future__ import annotations

from django.conf import settings
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps import patience
from tongban.apps.patience import Bound, Spent


class Allowance(Struct, frozen=True):
    """What one caller may do: somebody with an account, and a stranger from one place."""

    known: Bound
    stranger: Bound

    @staticmethod
    def of(name: str, most: int, seconds: int, strangers: int, at_once: int = 1) -> Allowance:
        known = Bound(f"api:{name}", most, seconds, at_once=at_once)
        return Allowance(known, Bound(f"api:{name}", strangers, seconds))


READS = Allowance.of("reads", 1200, 60, 240, at_once=12)
"""A program that looks and looks is counted in the database at every twelfth look."""
WRITES = Allowance.of("writes", 600, 60, 60)
OPENINGS = Allowance.of("openings", 600, 60, 4)
"""New cases: a household has few, an office many."""
UPLOADS = Allowance.of("uploads", 120, 60, 12)
COSTLY = Allowance.of("costly", 60, 60, 20)
"""Figures, suggestions, proofs: what takes more than a moment to compute."""
MESSAGES = Allowance.of("messages", 600, 60, 600)
"""Messages of other counties: a county has many cases and one address."""
SIGN_INS = Allowance.of("sign_ins", 30, 600, 30)
PROOFS = Allowance.of("proofs", 30, 600, 30)
"""Residents who prove a case: counted apart, so that whoever tries numbers at this door keeps no office out at the other."""
STRANGERS_OPENINGS = Bound("api:strangers_openings", 3000, 600)
"""New cases from everybody without an account together: so high that no handful of addresses shuts out the rest."""


def spend(bound: Bound, who: str, now: float) -> Spent | None:
    """Count one request and say how the bound stands; None where there are no bounds."""
    allowed = _allowed(bound)
    return patience.spend(allowed, who, now) if allowed.most else None


def headers(spent: Spent | None) -> dict[str, str]:
    """How much is left, as the IETF's draft of RateLimit fields for HTTP says it."""
    if spent is None:
        return {}
    name = spent.bound.name.partition(":")[2]
    return {
        "RateLimit-Policy": f'"{name}";q={spent.bound.most};w={spent.bound.seconds}',
        "RateLimit": f'"{name}";r={spent.left};t={spent.anew_in}',
    }


def wait(bound: Bound, who: str, now: float) -> int:
    """Count one request; seconds to wait when it is one too many, else 0."""
    allowed = _allowed(bound)
    return patience.count(allowed, who, now) if allowed.most else 0


def _allowed(bound: Bound) -> Bound:
    return replace(bound, most=bound.most * int(getattr(settings, "TONGBAN_API_LIMITS", 1)))
