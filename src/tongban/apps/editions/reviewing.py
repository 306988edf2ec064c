"""For those who publish: which months are out, what waits, and what the one who releases looks at."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.disclosure.figures import month_bounds, month_name, months
from tongban.apps.editions.publishing import may_publish
from tongban.apps.editions.reading import Shown, Term, shown, terms
from tongban.apps.editions.reasons import pointed_out
from tongban.apps.office import office
from tongban.kernel.edition.lines import read
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.refusal import Refused
from tongban.store import editions


class Month(Struct, frozen=True):
    """A month: its newest released edition, the proposal that waits, the wish to take it down; ``mine`` where the reader asked for it, so that
    another must decide. ``named`` is what looks like somebody's name, place or number in the reasons that wait."""

    period: str
    month: str
    newest: Shown | None
    proposal: Shown | None
    proposal_mine: bool
    leaving: str
    leaving_mine: bool
    named: tuple[str, ...]


class Change(Struct, frozen=True):
    """A figure of a proposal beside that of the edition in force ("" where either has none). ``redefined``: by another definition."""

    term: Term
    before: str
    now: str
    redefined: bool

    @property
    def changed(self) -> bool:
        return self.before != self.now or self.redefined


class Review(Struct, frozen=True):
    """A proposal as it is looked at before it is released."""

    month: Month
    changes: tuple[Change, ...]


def publishing(acting: Acting) -> tuple[Month, ...] | Refused:
    """The last two years of months, the newest first."""
    if not may_publish(office(), acting):
        return Refused("edition.not_allowed")
    return tuple(_month(period, acting) for period in months(acting.now))


def month_of(period: str, acting: Acting) -> Month | Refused:
    """One month. Refuses whoever publishes nothing, and what is no month."""
    if not may_publish(office(), acting):
        return Refused("edition.not_allowed")
    bounds = month_bounds(period)
    return bounds if isinstance(bounds, Refused) else _month(period, acting)


def _month(period: str, acting: Acting) -> Month:
    kept = editions.kept(office().journal, period)
    out = [each for each in kept if each.released_at is not None]
    waiting = [each for each in kept if each.released_at is None]
    newest = out[0] if out else None
    leaving = newest if newest is not None and newest.leaving_by and newest.withdrawn_at is None else None
    why = (each.why for each in waiting[:1])
    asked = leaving.leaving_why if leaving is not None else ""
    person, number = acting.actor.person, newest.edition if newest is not None else 0
    return Month(
        period=period,
        month=month_name(period, acting.language),
        newest=shown(newest, number, acting.language) if newest is not None else None,
        proposal=shown(waiting[0], number, acting.language) if waiting else None,
        proposal_mine=bool(waiting) and waiting[0].proposed_by == person,
        leaving=asked,
        leaving_mine=leaving is not None and leaving.leaving_by == person,
        named=pointed_out(office(), *why, asked),
    )


def review(period: str, acting: Acting) -> Review | Refused:
    """What waits to be released, each figure beside the one in force."""
    month = month_of(period, acting)
    if isinstance(month, Refused):
        return month
    if month.proposal is None:
        return Refused("edition.unknown", "period", {"period": period})
    now = _terms(period, month.proposal.edition, acting.language)
    in_force = month.newest.edition if month.newest is not None and month.newest.stands else 0
    before = {each.key: each for each in _terms(period, in_force, acting.language)}
    changes = [_change(each, before.get(each.key)) for each in now]
    gone = before.keys() - {each.key for each in now}
    changes += [Change(each, _said(each), "", False) for key, each in before.items() if key in gone]
    return Review(month, tuple(changes))


def _change(now: Term, before: Term | None) -> Change:
    return Change(now, _said(before), _said(now), before is not None and before.hash != now.hash)


def _terms(period: str, edition: int, language: str) -> tuple[Term, ...]:
    if not edition:
        return ()
    opened = read(editions.told_of(office().journal, period, edition))
    return () if isinstance(opened, Finding) else terms(opened, language)


def _said(term: Term | None) -> str:
    if term is None:
        return ""
    counted = term.figure.counted
    return f"{term.figure.value} ({counted.numerator}/{counted.denominator})"
