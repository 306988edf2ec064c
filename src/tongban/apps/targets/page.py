"""The targets a reader may see, those that need a word first; and what a new one can be set for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.disclosure.counting import indicators_of
from tongban.apps.office import Office, office
from tongban.apps.rights import let_in
from tongban.apps.supervision.scope import procedures, scope_of
from tongban.apps.targets.aims import Aim, aims, early_until, period_days
from tongban.apps.targets.setting import MISS, SET, post_for
from tongban.apps.targets.standing import Standing, State, standing
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused

ORDER: tuple[State, ...] = (
    "unlikely", "said", "open", "unknown", "likely", "ahead", "missed", "missed_late", "missed_said", "kept", "nothing", "given_up",
)  # fmt: skip


class Choice(Struct, frozen=True):
    value: str
    label: str


class Targets(Struct, frozen=True):
    """``running`` and ``over``, those first that need a word; ``sums`` how many are over by how they ended; ``may_set``: whether the reader sets any."""

    running: tuple[Standing, ...]
    over: tuple[Standing, ...]
    sums: Mapping[State, int]
    may_set: bool


class One(Struct, frozen=True):
    """A target on its own page, with what the reader may do about it."""

    standing: Standing
    may_set: bool
    may_say: bool


class Asked(Struct, frozen=True):
    """What the form of a new target offers."""

    indicators: tuple[tuple[str, tuple[Choice, ...]], ...]
    units: tuple[Choice, ...]
    periods: tuple[str, ...]


def targets(acting: Acting) -> Targets:
    here = office()
    seen = [shown for each in _visible(here, acting) if (shown := standing(here, each, acting)) is not None]
    seen.sort(key=lambda each: (ORDER.index(each.state), each.until, each.title, each.unit, each.id))
    return Targets(
        tuple(each for each in seen if not each.over),
        tuple(sorted((each for each in seen if each.over), key=lambda each: each.until, reverse=True)),
        Counter(each.state for each in seen if each.over),
        _sets_any(here, acting),
    )


def target(name: str, acting: Acting) -> One | Refused:
    """One target. Refuses one that is not there for this reader (``targets.unknown``)."""
    here = office()
    aim = next((each for each in _visible(here, acting) if each.id == name), None)
    shown = standing(here, aim, acting) if aim is not None else None
    if aim is None or shown is None:
        return Refused("targets.unknown", "", {"target": name[:40]})
    running = not shown.over
    may_set = running and post_for(here, aim.unit, acting, SET) is not None
    return One(shown, may_set, running and post_for(here, aim.unit, acting, MISS) is not None)


def asked(acting: Acting) -> Asked | Refused:
    """What a new target may be set for. Refuses who sets none (``targets.not_yours``)."""
    here, language = office(), acting.language
    if not _sets_any(here, acting):
        return Refused("targets.not_yours", "", {"unit": ""})
    groups = []
    for practice, adoption in here.practices(acting.now):
        wording = here.wording(adoption, language)
        offered = tuple(
            Choice(f"{practice}/{each.id}", wording.of(f"indicators.{each.id}.title", each.id))
            for each in indicators_of(here, adoption).values()
            if not each.sign
        )
        if offered:
            groups.append((wording.title(), offered))
    units = [
        Choice(each, here.names.unit(each, language))
        for each in sorted(here.county.units)
        if post_for(here, each, acting, SET) is not None
    ]
    if post_for(here, "", acting, SET) is not None:
        units.insert(0, Choice("", ""))
    today = local_date(acting.now)
    following = today.month % 12 + 1
    months = (f"{today:%Y-%m}", f"{today.year + (following == 1)}-{following:02d}")
    quarter = (today.month + 2) // 3
    later = (f"{today.year}-Q{quarter}", f"{today.year + (quarter == 4)}-Q{quarter % 4 + 1}")
    periods = (*months, *later, str(today.year), str(today.year + 1))
    return Asked(tuple(groups), tuple(units), tuple(each for each in periods if _in_time(each, acting)))


def county_lines(practice: str, indicator: str, period: str, acting: Acting) -> tuple[Standing, ...]:
    """The county's own targets for an indicator whose time covers a month: what stands beside its public figure."""
    here = office()
    found = [
        each
        for each in aims(here)
        if (each.practice, each.indicator, each.unit) == (practice, indicator, "")
        and f"{each.days().since:%Y-%m}" <= period <= f"{each.days().until:%Y-%m}"
    ]
    return tuple(shown for each in found if (shown := standing(here, each, acting)) is not None)


def _sets_any(here: Office, acting: Acting) -> bool:
    return let_in(SET, acting.actor, here.county)


def _in_time(period: str, acting: Acting) -> bool:
    days = period_days(period)
    return not isinstance(days, Refused) and acting.now <= early_until(days)


def _visible(here: Office, acting: Acting) -> list[Aim]:
    """The county's, and those of the units that the reader belongs to or oversees."""
    scope = scope_of(here, acting, [each for _, each in procedures(here, acting.now).values()])
    return [each for each in aims(here) if not each.unit or each.unit in scope.units]
