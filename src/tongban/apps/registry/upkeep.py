"""What keeps the ledger in order: verifying all of it, and making what is derived from it anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from tongban.apps.disclosure.publishing import publish_unnoted
from tongban.apps.office import office
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.ledger.ed25519 import trusted
from tongban.kernel.ledger.finding import Finding
from tongban.store.heads import HEADS, kept_file, kept_keys
from tongban.store.keys import Keys
from tongban.store.rebuilding import rebuild
from tongban.store.verification import Outside, compare_derived, verify
from tongban.store.verification import Report as Report


def verify_ledger(now: datetime, against: str = "", say: Say = silent) -> Report:
    """Verify the county's whole ledger and what is derived from it.

    ``against``: signed heads that were printed or sent out.
    """
    here = office()
    folder = settings.TONGBAN_HOME / HEADS
    now_signing = Keys(settings.TONGBAN_HOME / "keys").signer(here.county.code)
    verifiers = trusted({**kept_keys(folder, here.county.code), now_signing.key_id: now_signing.public})
    path = kept_file(folder, here.county.code)
    kept = path.read_text(encoding="utf-8") if path.exists() else None
    outside = Outside(kept, against, here.procedure)
    return verify(here.journal, verifiers, now, outside, _told(say))


def compare_projections(say: Say = silent) -> tuple[Finding, ...]:
    """What is derived that the ledger does not give; changes nothing."""
    here = office()
    return tuple(compare_derived(here.journal, here.procedure, _told(say)))


def _told(say: Say) -> Callable[[str, int, int], None]:
    return lambda part, done, total: say(f"ledger.{part}", done, total)


def rebuild_projections(say: Say = silent) -> int:
    """Write every case and register row anew from the ledger, and the published texts that it has no note of; returns the number of cases."""
    here = office()
    done = rebuild(here.journal, here.procedure, lambda done, total: say("ledger.rebuilding", done, total))
    publish_unnoted(here)
    return done
