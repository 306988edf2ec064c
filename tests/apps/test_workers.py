"""Several workers on one database: each job once at a time, taken over from whoever is gone, and set aside when it cannot be done."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desk_ground import Desk, own_home, settle_county
from jobs_ground import FAIL, HANG, KILL, lines, started, until
from tongban.apps import reactors
from tongban.apps.jobs import running
from tongban.apps.jobs.listed import Job, job_of
from tongban.apps.office import office
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store import jobs as store

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def folder(transactional_db: None, tmp_path: Path) -> Iterator[Path]:
    with own_home(tmp_path / "home"):
        (tmp_path / "home").mkdir(exist_ok=True)
        settle_county()
        yield tmp_path / "home"


@pytest.fixture
def workers(folder: Path) -> Iterator[list[subprocess.Popen[str]]]:
    begun: list[subprocess.Popen[str]] = []
    yield begun
    for each in begun:
        each.kill()
        each.wait(10)
        assert each.stdout is not None
        each.stdout.close()


def went(name: str) -> store.Went:
    found = store.went_of(office().county.code, name)
    assert found is not None
    return found


def test_two_workers_share_the_jobs_and_what_a_killed_one_had_is_taken_over(
    folder: Path, workers: list[subprocess.Popen[str]]
) -> None:
    (folder / HANG).touch()
    workers += [started(folder), started(folder)]
    until(lambda: lines(folder, "slow-begun"))
    until(lambda: len(lines(folder, "quick")) > 3)
    [first] = lines(folder, "slow-begun")
    pid = int(first.split()[1])
    held = next(each for each in workers if each.pid == pid)
    held.send_signal(signal.SIGKILL)
    until(lambda: len(lines(folder, "slow-begun")) == 2)
    assert int(lines(folder, "slow-begun")[1].split()[1]) != pid
    (folder / HANG).unlink()
    until(lambda: lines(folder, "slow-done"))
    assert all(int(line.split()[1]) != pid for line in lines(folder, "slow-done"))
    until(lambda: went("slow").well)
    assert went("slow").tries == 0

    # Asked to end, the other one leaves nothing behind.
    other = next(each for each in workers if each.pid != pid)
    other.send_signal(signal.SIGTERM)
    assert other.wait(20) == 0
    assert store.queue(office().journal).doing == 0


def test_a_poisoned_job_is_set_aside_and_holds_up_nobody_until_somebody_lets_it_be_tried(
    folder: Path, workers: list[subprocess.Popen[str]]
) -> None:
    (folder / FAIL).touch()
    workers.append(started(folder))
    until(lambda: store.went_of(office().county.code, "poisoned") and went("poisoned").aside)
    aside = went("poisoned")
    assert aside.tries == 3 and aside.fault.startswith("ValueError") and "138" not in aside.fault
    before = len(lines(folder, "quick"))
    until(lambda: len(lines(folder, "quick")) > before + 1)
    assert went("poisoned").tries == 3, "it rests"
    (folder / FAIL).unlink()
    assert running.again("poisoned")
    until(lambda: went("poisoned").well)
    assert went("poisoned").aside is None and went("poisoned").fault == ""


def test_a_job_that_kills_its_worker_each_time_is_set_aside_by_the_others(
    folder: Path, workers: list[subprocess.Popen[str]]
) -> None:
    (folder / KILL).touch()
    for n in range(1, 4):
        workers.append(started(folder))
        workers[-1].wait(60)
        assert workers[-1].returncode == -signal.SIGKILL, n
    workers.append(started(folder))
    until(lambda: went("poisoned").aside)
    assert went("poisoned").fault == running.GONE
    before = len(lines(folder, "quick"))
    until(lambda: len(lines(folder, "quick")) > before + 1)
    assert workers[-1].poll() is None


def test_a_job_that_takes_longer_than_it_may_is_ended(
    folder: Path, workers: list[subprocess.Popen[str]]
) -> None:
    (folder / HANG).touch()
    workers.append(started(folder, "hasty"))
    until(lambda: store.went_of(office().county.code, "hasty") and went("hasty").aside)
    assert "OutOfTime" in went("hasty").fault
    assert workers[-1].poll() is None


def test_readers_are_woken_soon_after_an_append(folder: Path, workers: list[subprocess.Popen[str]]) -> None:
    workers.append(started(folder))
    until(lambda: store.went_of(office().county.code, "read_search") and went("read_search").well)
    desk = Desk()
    desk.register()
    until(lambda: not store.behind(office().journal, reactors.reading(office())))
    until(lambda: went("read_search").did >= 0)


def test_a_reader_goes_on_without_an_event_that_poisons_it_and_takes_it_up_when_it_can(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk()
    reactors.run_once()
    first, second, third = (desk.register().replace(" ", "") for _ in range(3))
    cases = {number: found.case.id for number in (first, second, third) if (found := office().load(number))}
    seen: list[str] = []

    def acts(here: Any, event: Any) -> int:
        if event.case == cases[second]:
            raise RefusedError(Refused("case.unknown", "张三"))
        seen.append(event.case)
        return 1

    monkeypatch.setattr(reactors, "REACTORS", {**reactors.REACTORS, "publish": acts})
    job = job_of("read_publish")
    assert job is not None
    for tries in range(1, job.tries):
        with pytest.raises(running.Again):
            running.run_now(job)
        assert went(job.name).tries == tries and not store.aside(office().journal)
    assert running.run_now(job).n > 0
    [aside] = store.aside(office().journal)
    assert (aside.reactor, aside.fault, aside.chain) == ("publish", "case.unknown", cases[second])
    assert aside.number == second
    assert cases[first] in seen and cases[third] in seen

    with pytest.raises(RefusedError):
        reactors.act_again(aside.reactor, aside.chain, aside.seq)
    monkeypatch.setattr(reactors, "REACTORS", {**reactors.REACTORS, "publish": lambda *_: 1})
    assert reactors.act_again(aside.reactor, aside.chain, aside.seq)
    assert store.aside(office().journal) == ()


def test_one_round_by_hand_does_everything_and_says_what_failed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Job("broken", "jobs_ground:nothing_of_this_name", 60)
    monkeypatch.setattr(running, "JOBS", (broken, *running.JOBS))
    Desk().register()
    came = list(running.once())
    assert [job.name for job, did in came if isinstance(did, running.Again)] == ["broken"]
    assert {job.name for job, _ in came} == {job.name for job in running.JOBS}
    assert (
        sum(did.n for job, did in came if job.name == "read_search" and not isinstance(did, running.Again))
        > 0
    )
    assert went("checkpoint").well is not None
    assert went("checkpoint").well <= datetime.now(UTC)  # type: ignore[operator]
