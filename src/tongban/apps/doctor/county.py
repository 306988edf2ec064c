"""How the county's work goes: what is late, set aside, unsigned, given up; and whether what it rests on still holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from tongban.apps import reactors
from tongban.apps.adoption.basis import expired
from tongban.apps.adoption.shelf import folders
from tongban.apps.doctor.finding import GRAVE, Finding, doubt, grave
from tongban.apps.doctor.messages import messages
from tongban.apps.doctor.ready import SILENT
from tongban.apps.jobs.shown import ASIDE, FAILING, shown
from tongban.apps.keyring import keys_of
from tongban.apps.notices.forgetting import kept_too_long
from tongban.apps.office import Office
from tongban.apps.proof.signing import signers
from tongban.apps.safekeeping.shutting import unlisted
from tongban.apps.safekeeping.vault import other_suite
from tongban.apps.safekeeping.vault import standing as vault_standing
from tongban.kernel.clock import local_date, local_text
from tongban.kernel.ledger.note import signature_begins
from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice
from tongban.library.reading import read_practice
from tongban.store.keys import SIGNING, file_of
from tongban.store.sampling import verify_some
from tongban.store.standing import lag, signed_otherwise, standing

UNSWEPT = timedelta(minutes=10)
UNSIGNED = timedelta(hours=2)
"""Receipts promise an hour."""
FAR_BEHIND = 1000
"""Events that a reader may have before it."""
NEXT_YEAR_FROM = 12
"""The month from which the calendar of the next year is to be there: its notice comes in November."""


def county(here: Office, now: datetime, shelf: Path | None = None) -> Iterator[Finding]:
    yield from _calendars(here, now)
    yield from _work(here, now)
    yield from _ledger(here, now)
    yield from lost_keys(here.county.code)
    yield from vault(here)
    yield from practices(_adopted(here, now), now, shelf)


def _calendars(here: Office, now: datetime) -> Iterator[Finding]:
    known = {each.number for each in here.county.calendar.years}
    today = local_date(now)
    if today.year not in known:
        yield grave("calendar_missing", year=today.year)
    if today.year + 1 not in known and today.month >= NEXT_YEAR_FROM:
        yield doubt("calendar_next", year=today.year + 1)


def _work(here: Office, now: datetime) -> Iterator[Finding]:
    jobs = shown(now)
    heard = jobs.queue.heartbeat
    if heard is None or now - heard > SILENT:
        yield grave("worker_silent", since=local_text(heard)) if heard else grave("worker_none")
    for job in jobs.lines:
        if job.state == ASIDE:
            yield grave("job_aside", job=job.name, tries=job.tries, fault=job.fault)
        elif job.state == FAILING:
            yield doubt("job_failing", job=job.name, tries=job.tries, fault=job.fault)
    if jobs.aside:
        yield grave(
            "events_aside",
            n=len(jobs.aside),
            readers=", ".join(sorted({each.reactor for each in jobs.aside})),
        )
    if days := unlisted(here, now):
        yield grave("restored_unlisted", days=days)
    if days := kept_too_long(now):
        yield doubt("texts_kept", days=days)
    for reader, events in lag(here.journal, reactors.reading(here)).items():
        if events > FAR_BEHIND:
            yield doubt("reader_behind", reader=reader, events=events)


def _ledger(here: Office, now: datetime) -> Iterator[Finding]:
    found = standing(here.journal, now)
    if found.overdue_since is not None and now - found.overdue_since > UNSWEPT:
        yield grave("unswept", minutes=_minutes(now - found.overdue_since))
    if not found.checkpointed and (found.checkpoint is None or now - found.checkpoint > UNSIGNED):
        yield (
            grave("unsigned", minutes=_minutes(now - found.checkpoint))
            if found.checkpoint
            else grave("unsigned_ever")
        )
    yield from _signing(here, found.checkpoint)
    yield from messages(here, now)
    if found.gone:
        yield doubt("webhook_gone", n=found.gone)
    looked_at, wrong = verify_some(here.journal)
    if wrong:
        first = wrong[0]
        yield grave("ledger_unsound", n=looked_at, code=first.code, chain=first.chain, seq=first.seq)


def _signing(here: Office, signed: datetime | None) -> Iterator[Finding]:
    """The key that signed what was signed: one that is lost is made anew by the next signature, and the older proofs are not of it."""
    if signed is None:
        return
    path = settings.TONGBAN_HOME / "keys" / file_of(here.county.code, SIGNING)
    if not path.exists():
        yield grave("key_missing", name=path.name, path=str(path.parent))
        return
    for signer in signers(here.county.code):
        until = signed_otherwise(here.journal, signature_begins(signer.key_id))
        if until is not None:
            yield doubt("signing_other", key=signer.key_id, until=local_text(until))


def lost_keys(county: str) -> Iterator[Finding]:
    """Keys that something rests on and that do not lie here, or not whole."""
    yield from (Finding(GRAVE, each) for each in keys_of(county).lost(county))


def vault(here: Office) -> Iterator[Finding]:
    """Who asks, where it is not sealed as it should be, or cannot be opened."""
    found = vault_standing(here)
    if found.closed:
        lost = [each.id for each in found.keys if each.id and each.rows and not each.lies_here]
        yield grave("vault_closed", n=found.closed, keys=", ".join(lost))
    if found.clear:
        yield doubt("vault_clear", n=found.clear)
    if found.retired:
        yield doubt("vault_retired", n=found.retired)
    if not found.closed and other_suite(here):  # while a key is lost, which one seals last is not known
        used = here.journal.vault.current().suite.id
        yield doubt("vault_suite", wanted=found.suite, found=used)


def practices(adopted: Mapping[str, Practice], now: datetime, shelf: Path | None = None) -> Iterator[Finding]:
    """Those whose folder says something else than was adopted, or is gone, and those that rest on what has ended."""
    lying: dict[str, Practice] = {}
    for folder in folders(shelf):
        read = read_practice(folder)
        if not isinstance(read, Refused):
            lying[read.id] = read
    changed: list[str] = []
    for name, practice in sorted(adopted.items()):
        if name not in lying:
            yield doubt("practice_gone", practice=name, version=practice.version)
        elif lying[name].digest != practice.digest:
            changed.append(f"{name} {practice.version} → {lying[name].version}")
        for each in expired(practice, local_date(now)):
            facts = {fact: each.facts[fact] for fact in ("title", "title_en", "day")}
            yield doubt("basis_expired", practice=name, **facts)
    if changed:
        yield doubt("practice_changed", n=len(changed), practices=", ".join(changed))


def _adopted(here: Office, now: datetime) -> Mapping[str, Practice]:
    return {name: here.practice(adoption) for name, adoption in here.all_practices(now)}


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)
