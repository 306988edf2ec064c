"""Every practice on the shelf can be adopted by a county that has nothing else, and beside all others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml
from django.db import transaction

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from guarded_ground import everybody_named
from scenario_ground import ROOT, practice_in
from tongban.apps.acting import Acting
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PRACTICES = sorted(path.parent.name for path in (ROOT / "practices").glob("*/practice.yaml"))
PLANS = yaml.safe_load((ROOT / "demo" / "county" / "adoptions.yaml").read_text(encoding="utf-8"))


def homes(name: str) -> tuple[str, ...]:
    """The units of the demo county that receive; () for all of the practice's own kinds."""
    from tongban.apps.office import office

    plan = PLANS.get(name, {}).get("homes", {})
    known = office().county
    return (
        *plan.get("units", ()),
        *(u.id for kind in plan.get("kinds", ()) for u in known.units_of_kind(kind)),
    )


def take_on(name: str) -> list[str]:
    """Adopts a practice after those that it needs; the ids of what is in force then."""
    from tongban.apps.adoption.adopting import adopt, in_force
    from tongban.apps.office import office

    for needed in practice_in(ROOT / "practices" / name).manifest.needs:
        if needed not in in_force(office()):
            take_on(needed)
    practice = practice_in(ROOT / "practices" / name)
    if practice.manifest.guarded:
        everybody_named(practice)
    made = adopt(practice, {}, homes(name), Acting(datetime.now(UTC), SYSTEM))
    assert not isinstance(made, Refused), [(each.code, dict(each.facts)) for each in made.all()]
    return sorted(in_force(office()))


def emptied() -> None:
    """The county as it was before it adopted anything."""
    from scenario_ground import forget
    from tongban.store.models import AdoptionRow

    AdoptionRow.objects.all().delete()
    forget()


@pytest.mark.parametrize("name", PRACTICES)
def test_a_county_that_has_nothing_else_can_adopt_it(desk: Desk, name: str) -> None:
    from scenario_ground import forget

    with transaction.atomic():
        emptied()
        needs = practice_in(ROOT / "practices" / name).manifest.needs
        assert take_on(name) == sorted({name, *needs})
        transaction.set_rollback(True)
    forget()


def test_all_of_them_are_in_force_together(desk: Desk) -> None:
    from scenario_ground import forget

    with transaction.atomic():
        emptied()
        for name in PRACTICES:
            found = take_on(name)
        assert found == PRACTICES
        transaction.set_rollback(True)
    forget()


def test_a_practice_in_force_is_called_as_its_reader_speaks(desk: Desk) -> None:
    from tongban.apps.casework.choices import entries
    from tongban.apps.office import office

    take_on("learning_exchange")
    here = office()
    for language, title in (("en", "Learning elsewhere"), ("zh-Hans", "跟班学习、取经")):
        assert here.names.entry("adopted_practice", "learning_exchange", language) == title
        assert entries("adopted_practice", here, language).labels["learning_exchange"] == title
