"""The list of all jobs: what runs behind the pages, how often, and for how long it may.

Whoever has something that must be done again and again writes a function ``do_due(now) -> int`` (how much was done), adds a line here
and its words under ``jobs.name`` in ``texts/ui/jobs.yaml``. The function is safe when it is killed between two lines, and when it runs
again. One job never runs twice at once, on however many machines; different ones may run beside each other.
"""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.reactors import READERS

ROUND = 30
HOUR = 3600
DAY = 24 * HOUR
READ = "read_"


class Job(Struct, frozen=True):
    """``does`` is ``module:function``, imported when it is first run; "" for a reader of the ledger. ``every`` and ``limit`` in seconds. After ``tries`` in vain it is set aside: tried every ten minutes only, and named wherever one looks."""

    name: str
    does: str
    every: int
    limit: int = 300
    queue: str = "steps"
    """``steps`` for what people wait for, ``outside`` for what talks to other machines, ``figures`` for what counts long"""
    urgent: int = 0
    """what begins first when several wait: the higher number"""
    tries: int = 5
    wakes: tuple[str, ...] = ()
    """jobs that begin at once when this one did something"""
    on_append: bool = False
    """whether it reads the ledger, and begins within a second after a step was stored"""
    can_wait: bool = False
    """whether what it could not make this time is only said by one round by hand: it is made in the next one"""


def _reader(name: str) -> Job:
    """A reader of the ledger: woken by what is appended; the round is for what was missed."""
    wakes = {"tell": ("exchange",), "webhooks": ("webhooks",)}.get(name, ())
    return Job(f"{READ}{name}", "", ROUND, urgent=8, wakes=wakes, on_append=True)


JOBS: tuple[Job, ...] = (
    Job("sweep", "tongban.apps.jobs.rounds:sweep", ROUND, limit=1800, urgent=9),
    *(_reader(name) for name in READERS),
    Job("checkpoint", "tongban.apps.jobs.rounds:checkpoint", HOUR // 2, limit=1800, urgent=7),
    Job("exchange", "tongban.apps.jobs.rounds:exchange", ROUND, queue="outside", urgent=5),
    Job("notices", "tongban.apps.jobs.rounds:notices", ROUND, queue="outside", urgent=5),
    Job("webhooks", "tongban.apps.jobs.rounds:webhooks", ROUND, queue="outside", urgent=5),
    Job("scan", "tongban.apps.jobs.rounds:scan", ROUND, queue="outside", urgent=4),
    Job("draws", "tongban.apps.draws.publishing:publish_due", HOUR // 2, urgent=3),
    Job("archive", "tongban.apps.editions.expiry:archive_due", HOUR, urgent=3),
    Job(
        "counts",
        "tongban.apps.jobs.rounds:counts",
        ROUND,
        limit=3600,
        queue="figures",
        urgent=2,
        can_wait=True,
    ),
    Job("signs", "tongban.apps.signs.looking:look", HOUR, limit=1800, queue="figures", urgent=1),
    Job("effects", "tongban.apps.figures.effects:do_due", DAY, limit=1800, queue="figures"),
    Job("logs", "tongban.apps.jobs.rounds:logs", HOUR, limit=3600, queue="figures", can_wait=True),
    Job("two_people", "tongban.apps.confirming.deciding:do_due", ROUND, urgent=3),
    Job("tidy", "tongban.apps.jobs.rounds:tidy", HOUR),
    Job("vault", "tongban.apps.safekeeping.vault:do_due", HOUR, limit=1800),
    Job("forget", "tongban.apps.people.retention:forget_due", HOUR, limit=1800),
    Job("texts", "tongban.apps.notices.forgetting:do_due", HOUR, limit=1800),
)
"""In the order in which one round of everything does them."""


def job_of(name: str) -> Job | None:
    return next((each for each in JOBS if each.name == name), None)


def reader_of(job: Job) -> str:
    """The bookmark of a job that reads the ledger."""
    return job.name.removeprefix(READ)
