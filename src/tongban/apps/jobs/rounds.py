"""What the jobs of the list do where the use case says more than how much it did, or where several belong together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.causes import because


class Did(Struct, frozen=True):
    """What came of one run: how much, and the shell's words for it with their facts. "" where there is nothing to say. ``made`` is how
    much of it others wait for, None where that is all."""

    n: int = 0
    says: str = ""
    facts: tuple[tuple[str, int], ...] = ()
    made: int | None = None


def sweep(now: datetime) -> Did:
    from tongban.apps.supervision.sweep import sweep as act

    swept = act(now)
    says = "work.swept" if swept.steps else ""
    return Did(swept.steps, says, (("cases", swept.cases), ("steps", swept.steps)))


def checkpoint(now: datetime) -> Did:
    """Commit to the lots of the month to come and sign the ledger's head, which then covers that, too."""
    from tongban.apps.draws.seeds import commit_ahead
    from tongban.apps.office import office
    from tongban.apps.proof.checkpoints import checkpoint as sign

    commit_ahead(office(), now)
    head = sign(now)
    if isinstance(head, Refused):
        raise RefusedError(head)
    return Did(1)


def exchange(now: datetime) -> Did:
    from tongban.apps.exchange.sending import Sent, send_due

    sent = send_due(now)
    facts = (("received", sent.received), ("put_off", sent.put_off), ("given_up", sent.given_up))
    return Did(sent.received, "" if sent == Sent() else "work.sent", facts)


def notices(now: datetime) -> Did:
    from tongban.apps.notices.sending import Sent, send_due

    sent = send_due(now)
    facts = (("taken", sent.taken), ("put_off", sent.put_off), ("ended", sent.ended))
    return Did(sent.taken, "" if sent == Sent() else "work.told", facts)


def webhooks(now: datetime) -> Did:
    from tongban.apps.webhooks.delivering import PATIENCE, Sent, send_due

    sent = send_due(now, PATIENCE)
    facts = (("received", sent.received), ("put_off", sent.put_off), ("given_up", sent.given_up))
    return Did(sent.received, "" if sent == Sent() else "work.hooks", facts)


def scan(now: datetime) -> Did:
    from tongban.apps.casework.scanning import Scanned, scan_waiting

    scanned = scan_waiting(now)
    facts = (("clean", scanned.clean), ("found", scanned.found), ("left", scanned.left))
    return Did(scanned.clean + scanned.found, "" if scanned == Scanned() else "work.scanned", facts)


def counts(now: datetime) -> Did:
    from tongban.apps.disclosure.keeping import keep

    return _made(lambda: keep(now))


def logs(now: datetime) -> Did:  # noqa: ARG001 - every job is given its moment
    from tongban.apps.flow.asking import count_usual
    from tongban.apps.flow.logs import whole_log
    from tongban.apps.flow.publishing import publish_logs
    from tongban.apps.office import office

    def make() -> int:
        log = whole_log(office())
        publish_logs(office(), log)
        count_usual(office(), log)
        return 1

    return _made(make)


def tidy(now: datetime) -> Did:
    from tongban.apps import patience, repeating
    from tongban.apps.casework import keeping
    from tongban.apps.notices.serving import paper_due
    from tongban.apps.people import sessions
    from tongban.apps.webhooks import looking

    paper_due(now)
    patience.tidy(now)
    keeping.tidy(now)
    repeating.tidy(now)
    looking.tidy(now)
    while sessions.forget_ended(now):
        pass
    return Did(0)


def _made(make: Callable[[], int]) -> Did:
    """For files that are made again from the ledger: a full disk or too little memory is a refusal, and no fault of the program."""
    try:
        return Did(make())
    except Exception as fault:
        if not isinstance(fault, OSError) and "duckdb" not in type(fault).__module__:
            raise
        raise RefusedError(Refused("work.not_made", "", because(fault, "said"))) from fault
