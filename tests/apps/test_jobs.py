"""Jobs behind the pages: one list, run by whoever is there; what fails is tried again, set aside and named, and holds up nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

import yaml
from msgspec.structs import replace
from procrastinate.schema import SchemaManager

from scenario_ground import ROOT
from tongban.apps.jobs.listed import JOBS
from tongban.apps.jobs.running import REST, next_of, wait_of
from tongban.apps.jobs.worker import LANES
from tongban.store.jobs import Went


def test_every_job_of_the_list_can_be_run_and_has_words() -> None:
    words = yaml.safe_load((ROOT / "src/tongban/texts/ui/jobs.yaml").read_text(encoding="utf-8"))
    for job in JOBS:
        if not job.on_append:
            module, _, name = job.does.partition(":")
            assert callable(getattr(import_module(module), name))
        assert f"jobs.name.{job.name}" in words
        assert job.queue in LANES
        assert set(job.wakes) <= {each.name for each in JOBS}
        assert job.limit > 0 and job.tries >= 1


def test_no_two_jobs_have_one_name() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)


def test_a_job_that_fails_is_left_alone_longer_each_time_and_a_clock_that_went_back_holds_up_nothing() -> (
    None
):
    at, job = datetime(2026, 3, 1, tzinfo=UTC), JOBS[0]
    went = Went(job.name, at, at, at, 0, 0, 0, "", None)
    assert next_of(job, None, at) == at
    assert next_of(job, went, at) == at + timedelta(seconds=job.every)
    assert next_of(job, went, at, every=5) == at + timedelta(seconds=5)
    waits = [wait_of(replace(went, tries=n)).total_seconds() for n in range(1, 8)]
    assert waits == [5, 15, 45, 135, 405, 600, 600]
    assert wait_of(replace(went, tries=5, aside=at)) == REST
    assert next_of(job, went, at - timedelta(days=1)) == at - timedelta(days=1)


def test_the_queues_tables_are_those_of_the_version_that_is_installed() -> None:
    ours = (ROOT / "src/tongban/store/migrations/sql/procrastinate.sql").read_text(encoding="utf-8")
    assert ours.endswith(SchemaManager.get_schema()), "write a migration that brings what changed"
