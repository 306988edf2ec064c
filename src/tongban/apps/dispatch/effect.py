"""What a model would have changed on the county's own cases, judged by what people decided in the end.

No case was before either model when it answered. Of a case of which a model has learnt a version (mostly the case itself) its answer is the
one that it gave for that while all versions were left out of its training, in turn: those of the model in force were kept when it was
trained. What it has not learnt it is asked now; what it has learnt without an answer that was kept does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tongban.apps.dispatch.classifier import Classifier
from tongban.apps.dispatch.trial import Effect, Moved
from tongban.apps.office import Office
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import route

if TYPE_CHECKING:
    from tongban.apps.dispatch.learning import OwnCase
    from tongban.apps.dispatch.model import Model
    from tongban.apps.dispatch.train import Tried

PAST = timedelta(days=365)
MOST = 3_000
"""Cases that are asked about, the newest first."""
SHOWN = 30
"""Cases that are kept as examples."""


def effect(
    here: Office,
    cases: Sequence[OwnCase],
    tried: Sequence[Tried],
    used: Model,
    against: str,
    now: datetime,
    kept: Sequence[str] = (),
    say: Say = silent,
) -> Effect:
    """``tried`` are answers for ``cases``, one for one; ``used`` is the model that they are held against, ``kept`` what
    it answered for the messages that it learnt while they were left out, in their order."""
    past = [(case, each) for case, each in zip(cases, tried, strict=False) if case.opened >= now - PAST][
        :MOST
    ]
    versions = [used.version_of(case.example.text) for case, _ in past]
    known = [kept[place] if 0 <= place < len(kept) else None for place in versions]
    fresh = [
        (case, each, answer)
        for (case, each), place, answer in zip(past, versions, known, strict=True)
        if answer is not None or (place < 0 and not used.has_learnt(case.example.text))
    ]
    found = [
        _moved(here, case, before, each.offered)
        for (case, each, _), before in zip(fresh, _answers(used, fresh, say), strict=True)
    ]
    differ = [each for each in found if each.before != each.after]
    gained = [each for each in differ if each.right_after and not each.right_before]
    lost = [each for each in differ if each.right_before and not each.right_after]
    routed = [each for each in differ if each.unit_before != each.unit_after]
    return Effect(
        against=against,
        cases=len(found),
        learnt=len(past) - len(fresh),
        in_turn=sum(answer is not None for _, _, answer in fresh),
        offered_before=sum(bool(each.before) for each in found),
        offered_after=sum(bool(each.after) for each in found),
        right_before=sum(each.right_before for each in found),
        right_after=sum(each.right_after for each in found),
        differ=len(differ),
        gained=len(gained),
        lost=len(lost),
        routed=len(routed),
        routed_known=sum(bool(each.took) for each in routed),
        first_before=sum(each.right_before and "." not in each.before for each in found),
        first_after=sum(each.right_after and "." not in each.after for each in found),
        routed_gained=sum(bool(each.took) and each.unit_after == each.took for each in routed),
        routed_lost=sum(bool(each.took) and each.unit_before == each.took for each in routed),
        moved=tuple(
            _mixed(gained, lost, [each for each in differ if each not in gained and each not in lost])
        ),
    )


def _answers(used: Classifier, fresh: Sequence[tuple[OwnCase, Tried, str | None]], say: Say) -> list[str]:
    found = []
    for n, (case, _, answer) in enumerate(fresh, 1):
        guesses = used.suggest(case.example.text, 1) if answer is None else ()
        found.append(guesses[0].category if guesses else answer or "")
        if n % 100 == 0 or n == len(fresh):
            say("dispatch.comparing", n, len(fresh))
    return found


def _mixed(*kinds: Sequence[Moved]) -> Iterator[Moved]:
    """As many of each kind as fit, the newest first."""
    for each in kinds:
        yield from each[: SHOWN // len(kinds)]


def _moved(here: Office, case: OwnCase, before: str, after: str) -> Moved:
    ways: Iterable[str] = (before, after)
    if before == after:
        one = two = ""
    else:
        one, two = (_unit(here, case, category) for category in ways)
    month = local_date(case.opened).isoformat()[:7]
    return Moved(case.number, month, case.example.category, case.took, before, after, one, two)


def _unit(here: Office, case: OwnCase, category: str) -> str:
    """Where the rules of the case's practice would send it with this category; "" without one, or to nobody."""
    if not category:
        return ""
    values = {"facts.category": category, "facts.division": case.division, "case.division": case.division}
    rules = here.procedure(case.adoption).routing
    found = route(rules, here.county, category, case.division, values, case.opened)
    return "" if isinstance(found, Refused) else found.unit
