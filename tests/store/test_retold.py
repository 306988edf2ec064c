"""A case retold from its steps is what the fold of its events was at that moment."""

from __future__ import annotations

from small_practice import PROCEDURE, opened, take

from tongban.store.batch import Append
from tongban.store.retold import Retold, steps_of


def test_what_is_retold_of_a_case_is_what_the_fold_of_its_events_was(journal) -> None:
    if not hasattr(journal, "query"):
        return  # the store in memory is asked by nobody for past cases
    decided = opened(number="A1")
    journal.append([Append(PROCEDURE, decided)], decided.events[0].at)
    states = [decided.cases[0]]
    for step, answers in (
        ("sign", {}),
        ("list", {"floors": 3}),
        ("list", {"floors": 4}),
        ("note", {"tags": ["a"]}),
    ):
        [loaded] = journal.load(numbers=["A1"])
        taken = take(loaded.case, step, answers=answers)
        journal.append([Append(PROCEDURE, taken, loaded)], taken.events[0].at)
        states.append(taken.cases[0])
    [(chain, bodies)] = steps_of(journal, [states[-1].id])
    assert (chain, len(bodies)) == (states[-1].id, len(states))
    told = Retold(states[-1])
    for body, before, after in zip(bodies, [None, *states], states, strict=False):
        deed = told.meet(body)
        then = told.at(deed, after.holder)
        assert (then.facts, then.given, then.replaced) == (after.facts, after.given, after.replaced)
        assert then.counts == (before.counts if before is not None else {})
        told.pass_by(body)
    assert len(steps_first(journal, states[-1].id)) == 2


def steps_first(journal, case: str) -> list[object]:
    """The first two steps alone."""
    return next(bodies for _, bodies in steps_of(journal, [case], 2))
