"""After a story about somebody's identity number: neither ledger nor registers know it, and both are made anew without any key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenario_ground import ROOT, ground, told

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
FOLDER = ROOT / "tests" / "library" / "practices" / "paper_desk"
NUMBER = "330881199003070012"


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


def test_only_the_identity_store_knows_the_number_and_rebuilding_needs_no_key() -> None:
    from tongban.apps.office import office
    from tongban.apps.registry.upkeep import compare_projections, rebuild_projections
    from tongban.apps.rungs import Apps
    from tongban.store.models import CaseRow, EventRow, Identity, Subject

    assert told(FOLDER, "not_twice.yaml", Apps) == []
    subjects = Subject.objects.order_by("key")
    before = list(subjects.values_list("register", "key", "fields"))
    assert [register for register, *_ in before] == ["granted"]
    plain = repr([*before, *EventRow.objects.values_list("body"), *CaseRow.objects.values_list("state")])
    assert NUMBER not in plain
    assert office().journal.lookup.seal("granted", "applicant", NUMBER) in before[0][1]
    assert Identity.objects.filter(field="applicant").exists()

    Identity.objects.all().delete()
    Subject.objects.all().delete()
    rebuild_projections()
    assert list(subjects.values_list("register", "key", "fields")) == before
    assert {each.code for each in compare_projections()} == {"ledger.calendar_unknown"}  # put there by hand
