"""What runs behind the pages, messages to other counties, what is offered to programs of others: for administrators."""

from __future__ import annotations

from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes import running as shapes
from tongban.api.v1.shapes.adoption import Gone
from tongban.apps.exchange.waiting import neighbours, send_again, untold
from tongban.apps.jobs.shown import act_again, shown, try_again
from tongban.apps.office import office
from tongban.apps.open311 import keys, offers
from tongban.apps.open311.offers import Offer
from tongban.kernel.refusal import Refused


def list_jobs(asked: Asked) -> Answer:
    """How each job last went and when it is due; what waits and who works."""
    found = shown(asked.acting.now)
    return shapes.JobList(
        due=found.queue.due,
        doing=found.queue.doing,
        workers=found.queue.workers,
        heartbeat=found.queue.heartbeat,
        jobs=tuple(shapes.JobOut.model_validate(each) for each in found.lines),
    )


def try_job(asked: Asked, job: str) -> Answer:
    """Let a job begin at once, also one that was set aside."""
    del asked
    return try_again(job) or Gone()


def list_aside(asked: Asked) -> Answer:
    """Events that a reader of the ledger went on without."""
    found = shown(asked.acting.now).aside
    return shapes.AsideList(events=tuple(shapes.AsideOut.model_validate(each) for each in found))


def act_on_aside(asked: Asked, body: shapes.ActAgain) -> Answer:
    """Let the reader act on one of them. Refuses one that fails again."""
    del asked
    return act_again(body.reactor, body.chain, body.seq) or Gone()


def list_neighbours(asked: Asked) -> Answer:
    """The counties with which this one talks, or talked."""
    found = neighbours(asked.acting)
    return shapes.NeighbourList(counties=tuple(shapes.NeighbourOut.model_validate(each) for each in found))


def list_untold(asked: Asked) -> Answer:
    """Messages to other counties without a receipt, those given up first."""
    found = untold(asked.acting)
    return shapes.UntoldList(messages=tuple(shapes.UntoldOut.model_validate(each) for each in found))


def tell_again(asked: Asked, body: shapes.TellAgain) -> Answer:
    """Try one of them at the next round, also one that was given up."""
    return send_again(body.conversation, body.n, asked.acting.now) or Gone()


def list_offers(asked: Asked) -> Answer:
    """Practices that are offered to programs by Open311, and those that may be."""
    found = offers.offers(office(), asked.acting.now)
    may = tuple(practice for practice, _ in offers.offerable(asked.acting))
    return shapes.OfferList(offerable=may, offers=tuple(_offer(each) for each in found))


def offer_practice(asked: Asked, practice: str, body: shapes.OfferIn) -> Answer:
    """Offer a practice to programs, or offer it otherwise."""
    made = offers.offer(practice, body.fields, asked.acting)
    return made if isinstance(made, Refused) else _offer(made)


def withdraw_offer(asked: Asked, practice: str) -> Answer:
    """Offer it no longer."""
    return offers.withdraw(practice, asked.acting) or Gone()


def list_keys(asked: Asked) -> Answer:
    """Keys with which programs send cases by Open311, the newest first."""
    return shapes.KeyList(
        keys=tuple(shapes.KeyShort.model_validate(each) for each in keys.known(asked.acting.now))
    )


def issue_key(asked: Asked, body: shapes.GiveKey) -> Answer:
    """A new one. Its secret is shown once and kept nowhere."""
    made = keys.issue(body.name, body.days, body.most, asked.acting)
    if isinstance(made, Refused):
        return made
    return shapes.KeyMade(key=shapes.KeyShort.model_validate(made[0]), secret=made[1])


def revoke_key(asked: Asked, key: str) -> Answer:
    """End one, from its next request on."""
    ended = keys.revoke(key, asked.acting)
    return ended if isinstance(ended, Refused) else shapes.KeyShort.model_validate(ended)


def _offer(found: Offer) -> shapes.OfferOut:
    fields = {argument: field.id for argument, field in found.fields.items()}
    return shapes.OfferOut(practice=found.practice, since=found.since, fields=fields)
