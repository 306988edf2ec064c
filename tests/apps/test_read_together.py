"""Readers that follow the ledger together: each event read once for all of them, each acting and failing by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk_ground import Desk
from desk_ground import committed_desk as desk
from tongban.apps import reactors
from tongban.apps.acting import Acting
from tongban.apps.casework.take import take
from tongban.apps.casework.views import Taken
from tongban.apps.jobs import running
from tongban.apps.jobs.listed import JOBS, READ
from tongban.apps.office import office
from tongban.kernel.commands import Actor, ActorKind
from tongban.store import jobs as store
from tongban.store import search
from tongban.store.stream import bookmark, bookmarks, pass_over

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]


def went(name: str) -> store.Went:
    found = store.went_of(office().county.code, f"{READ}{name}")
    assert found is not None
    return found


def left() -> tuple[str, ...]:
    return store.behind(office().journal, reactors.reading(office()))


def told() -> dict[str, running.Did | running.Again]:
    return {job.name.removeprefix(READ): did for job, did in running.read()}


def test_together_readers_come_as_far_as_each_alone_and_nobody_reads_twice(desk: Desk) -> None:
    number = desk.register("东街的路灯坏了三天。")
    came = told()
    names = set(reactors.reading(office()))
    assert set(came) == names and not left()
    assert len({bookmark(office().journal, name) for name in names}) == 1
    assert search.found(office().journal, search.Question("路灯"))
    assert all(went(name).well is not None and went(name).tries == 0 for name in names)
    assert told() == {}
    assert reactors.run_once() == 0, "nothing is left for whoever reads alone"
    desk.step(number, "remind", desk.supervisor)
    assert {name: did.n for name, did in told().items() if isinstance(did, running.Did)} == dict.fromkeys(
        names, 1
    )


def test_what_a_reactor_makes_is_read_by_all_in_the_same_look(desk: Desk) -> None:
    leading, other = desk.dispatched(), desk.register()
    desk.step(other, "merge", desk.clerk, into=leading)
    desk.step(leading, "sign", desk.handler)
    desk.step(leading, "contact", desk.handler, contact_way="phone")
    desk.step(leading, "reply", desk.handler, outcome="explained", result="在排期。", basis="会议纪要")
    desk.step(leading, "approve", desk.reviewer)
    loaded = office().load(leading)
    assert loaded is not None
    owner = Acting(datetime.now(UTC), Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id})))
    answers = {"solved": "yes", "rating": 4, "prompted": False}
    assert isinstance(take(leading, "answer_callback", answers, owner), Taken)
    told()
    second = office().load(other)
    assert second is not None and second.case.stage == "callback"
    assert not left()


def test_a_reader_that_fails_holds_up_no_other_and_goes_on_by_itself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise ValueError("张三 13800138000 must not be kept")

    told()
    with monkeypatch.context() as broken:
        broken.setattr(search, "index_events", fails)
        desk.register()
        came = told()
        again = came.pop("search")
        assert isinstance(again, running.Again) and "138" not in again.fault
        assert set(came) == set(reactors.reading(office())) - {"search"}
        assert left() == ("search",) and went("search").tries == 1
        assert told() == {}, "it is left alone for a while, and is then a job of its own"
        later = datetime.now(UTC) + timedelta(seconds=running.FIRST_WAIT + 1)
        assert f"{READ}search" in running.due(later)
    job = next(each for each in JOBS if each.name == f"{READ}search")
    assert running.run_now(job).n == 1
    desk.register()
    assert "search" in told() and not left()


def test_readers_that_nothing_concerns_move_on_unless_somebody_moved_them(desk: Desk) -> None:
    told()
    before = bookmarks(office().journal, ("follow", "publish"))
    desk.register()
    told()
    after = bookmarks(office().journal, ("follow", "publish"))
    assert after["follow"] == after["publish"] > before["follow"]
    assert pass_over(office().journal, before, after["follow"]) == set(), "it does not stand there any more"
    assert bookmarks(office().journal, ("follow", "publish")) == after


def test_a_reader_at_which_a_process_died_reads_by_itself_and_is_counted(desk: Desk) -> None:
    told()
    begun = datetime.now(UTC)
    store.begun(office().county.code, [f"{READ}publish"], begun + timedelta(seconds=1))
    long_after = begun + running.LOST + timedelta(minutes=1)
    assert f"{READ}publish" in running.due(long_after)
    assert f"{READ}search" not in running.due(long_after)


def test_jobs_are_not_queued_for_readers_that_go_well(desk: Desk) -> None:
    told()
    desk.register()
    assert not any(name.startswith(READ) for name in running.due(datetime.now(UTC)))
