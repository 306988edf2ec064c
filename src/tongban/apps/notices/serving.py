"""Notices with legal weight: proof that they reached somebody, by a gateway's word or by the person who handed them over on paper.

One entry of the ledger for each notice, in the case's own chain of such proofs: by which way, when, which letter, to which text, by
whose word. What is served is the letter that follows the same step, sealed before the proof is.
Then the step that waits for it is taken, so that a time limit can begin with the service. Electronic service needs the
requester's consent (行政处罚法 art. 61; for courts 民事诉讼法 art. 90); without it, and where it fails, it is paper.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction

from tongban.apps.acting import Acting
from tongban.apps.casework.following import TRIES
from tongban.apps.casework.take import take_loaded
from tongban.apps.notices.choices import Asked, of_case
from tongban.apps.notices.planning import PAPER
from tongban.apps.notices.proving import SERVED, note
from tongban.apps.office import Office, office
from tongban.apps.paper.letters import letter_after
from tongban.apps.people.looking import may_look
from tongban.kernel.clock import local_date
from tongban.kernel.clock.day import INSTANT, closing
from tongban.kernel.commands import SYSTEM, Command
from tongban.kernel.procedure.model import Trigger
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store import deliveries as store
from tongban.store.deliveries import Delivery
from tongban.store.journal import CONFLICT
from tongban.store.letters import Issued
from tongban.store.notices import text_of

UNPROVED = timedelta(days=3)
"""After which what no gateway says arrived is handed over on paper."""
WAYS = ("in_person", "left_there", "by_post", "by_notice")
"""On paper: into their hands, left at their home before witnesses, by registered post, by public notice."""


def serve_electronically(here: Office, sending: str, channel: str, receipt: str, now: datetime) -> None:
    """A gateway says that a message with legal weight reached its telephone."""
    served = [each for each in store.carried(here.journal, sending) if each.served]
    sent = sha256(text_of(here.journal, sending).encode()).hexdigest() if served else ""
    for each in served:
        facts: Facts = {"way": channel, "message": sending, "receipt": receipt, "sent": sent}
        _prove(here, each, facts, now)


def back_to_paper(here: Office, sending: str) -> None:
    """It did not arrive, or nobody knows: what it carried is to be handed over on paper."""
    store.to_paper(here.journal, sending, PAPER)


def paper_due(now: datetime) -> int:
    """What went out days ago, and no gateway says that it arrived, waits for paper; how many notices. Reads all messages that
    went: for once an hour, not for every round."""
    return store.unproved(office().journal, now - UNPROVED, PAPER)


def serve_on_paper(number: str, seq: int, n: int, way: str, day: str, acting: Acting) -> Refused | None:
    """Put down that a notice was handed over on paper, by the person who says so.

    Refuses a reader who does not work on the case (``people.not_your_case``), a notice that does not wait for it
    (``notices.not_waiting``), an unknown way, and a day that is none, lies ahead or before the notice.
    """
    here = office()
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return Refused("people.not_your_case", number)
    kind = here.procedure(loaded.case.adoption).kinds[loaded.case.kind]
    if not may_look(acting.actor, loaded.case, kind):
        return Refused("people.not_your_case", number)
    each = store.on_paper(here.journal, loaded.case.id, seq, n, PAPER)
    if each is None:
        return Refused("notices.not_waiting", "notice")
    try:
        at = date.fromisoformat(day)
    except ValueError:
        at = None
    if way not in WAYS or at is None or not local_date(each.at) <= at <= local_date(acting.now):
        return Refused("notices.service", "day")
    then = min(acting.now, closing(at.toordinal()) - INSTANT)
    _prove(here, each, {"way": way, "day": day, "by": acting.actor.person}, acting.now, then)
    return None


def _prove(here: Office, each: Delivery, facts: Facts, now: datetime, then: datetime | None = None) -> None:
    """Write the proof, once, and let follow what waits for it. ``then``: when it was served, where that is not now."""
    with transaction.atomic():
        if not store.proved(here.journal, each, SERVED):
            return
        said: Facts = {
            "case": each.chain, "seq": each.seq, "n": each.n, "notice": each.notice,
            "text": sha256(each.text.encode()).hexdigest(), **facts, **_letter(here, each, now),
        }  # fmt: skip
        note(here, each.chain, SERVED, said, now)
        _follow(here, each, max(then or now, each.at))


def letter_of(here: Office, each: Delivery, now: datetime) -> Issued | None:
    """The letter that a notice brings, sealed by now, in the language in which its requester reads."""
    said = of_case(here, each.chain) or Asked("")
    (loaded,) = here.journal.load(ids=[each.chain])
    return letter_after(here, loaded, each.seq, said.language, now)


def _letter(here: Office, each: Delivery, now: datetime) -> Facts:
    """Which letter was served, and its digest as it stands in the chain of the case's letters."""
    found = letter_of(here, each, now)
    if found is None:
        return {}
    return {"letter": found.facts["letter"], "letter_seq": found.seq, "letter_digest": found.digest}


def _follow(here: Office, each: Delivery, then: datetime) -> None:
    """The step that waits for this notice to be served, where the case stands; none where none does. It is taken as of the
    moment of service, so that a limit begins with that day and not with the one on which somebody came to put it down; only
    what was done in the case since goes before. What the practice does not let follow is left undone: that it was served stands. Raises ``RefusedError`` while others act on the case: then
    nothing is written, and whoever said that it was served says it again."""
    for _ in range(TRIES):
        for loaded in here.journal.load(ids=[each.chain]):
            kind = here.procedure(loaded.case.adoption).kinds[loaded.case.kind]
            waits = (
                step
                for step in kind.steps_from(loaded.case.stage)
                if step.on is Trigger.SERVED and step.of == each.notice
            )
            step = next(waits, None)
            if step is None:
                return
            at = max(then, loaded.case.last_at or then)
            key = f"{SERVED}/{each.chain}/{each.seq}/{each.n}"
            taken = take_loaded(here, loaded, Command(step.id, {}), Acting(at, SYSTEM, key=key))
            if not isinstance(taken, Refused) or taken.code != CONFLICT:
                return
    raise RefusedError(Refused(CONFLICT, each.chain))
