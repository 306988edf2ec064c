"""What keeps the ledger in order: verifying all of it, and making what is derived from it anew."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from tongban.apps.office import office
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.ledger.finding import Finding
from tongban.store.keys import Keys
from tongban.store.rebuilding import rebuild
from tongban.store.verification import verify


def verify_ledger(say: Say = silent) -> Iterator[Finding]:
    """Everything that is wrong with the county's ledger; nothing when all is well.

    Every chain, every checkpoint, the tip that each case remembers, every value that was not erased.
    """
    here = office()
    keys = Keys(settings.TONGBAN_HOME / "keys")
    signers = (keys.signer(here.county.code),)
    yield from verify(
        here.journal,
        [signer.verifier() for signer in signers],
        lambda done, total: say("ledger.verifying", done, total),
    )


def rebuild_projections(say: Say = silent) -> int:
    """Write every case and register row anew from the ledger; returns the number of cases."""
    here = office()
    return rebuild(here.journal, here.procedure, lambda done, total: say("ledger.rebuilding", done, total))
