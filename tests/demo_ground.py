"""The demo county's life, lived in memory at a part of its volume."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from scenario_ground import ROOT, calendar
from tongban.apps.people.accounts import read_people
from tongban.apps.registry.county_files import CountyFiles, read_county
from tongban.demo.life import Adoption, Life
from tongban.demo.script import county_folder, script
from tongban.demo.staff import Staff
from tongban.kernel.county import County, Division, Duty, DutyKind, Level, Unit
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.reading import read_practice
from tongban.store.keys import Lookup

END = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
FOLDER = county_folder()
SCRIPT = script(END.date())


def demo_county() -> County:
    files = read_county(FOLDER)
    assert isinstance(files, CountyFiles), files
    return County(
        files.code,
        calendar(),
        {u.id: Unit(u.id, Level(u.level), u.division, u.parent, u.kind) for u in files.units},
        {d.code: Division(d.code, Level(d.level), d.parent) for d in files.divisions},
        tuple(Duty(d.unit, d.code, DutyKind(d.kind), d.categories) for d in files.duties),
        frozenset(each.code for each in files.categories),
        peers=frozenset(each["code"] for each in SCRIPT.peers),
    )


def adoptions(county: County) -> dict[str, Adoption]:
    found = {}
    for name, plan in SCRIPT.adoptions.items():
        practice = read_practice(ROOT / "practices" / name)
        assert not isinstance(practice, Refused)
        procedure = bind(practice, plan.get("settings", {}))
        assert not isinstance(procedure, Refused)
        found[name] = Adoption(f"{name}-1", name, procedure, homes(plan, county), practice)
    return found


def homes(plan: Mapping[str, Any], county: County) -> tuple[str, ...]:
    kinds = plan["homes"].get("kinds", ())
    return (*plan["homes"].get("units", ()), *(u.id for kind in kinds for u in county.units_of_kind(kind)))


def staff(county: County) -> Staff:
    """The people of the demo with the posts that the adoptions give them."""
    people = read_people(FOLDER / "people.yaml")
    assert not isinstance(people, Refused)
    held = {(person.login, post.unit, post.role) for person in people for post in person.posts}
    more = set()
    for plan in SCRIPT.adoptions.values():
        for each in plan.get("posts", ()):
            units = homes(plan, county) if each.get("at") == "homes" else each.get("at")
            more |= {
                (p, u, each["role"])
                for p, u, r in held
                if r == each.get("from") and (units is None or u in units)
            }
            more |= {(person, unit, each["role"]) for person in each.get("who", ()) for unit in units or ()}
    return Staff(held | more)


def lived(scale: int, told: Mapping[str, str] | None = None) -> Life:
    """``told`` takes the place of the cases that are told step by step."""
    county = demo_county()
    telling = script(END.date())
    if told is not None:
        telling.__dict__["told"] = told
    adopted = adoptions(county)
    guarded = frozenset(name for name, each in adopted.items() if each.folder.manifest.guarded)
    county = replace(county, guarded=guarded)
    life = Life(telling, county, adopted, staff(county), {}, END, scale)
    life.history.seal = Lookup(b"a key of these tests alone").seal
    life.run()
    return life
