"""Sets the demo county up and brings it to life: each part once, whatever was interrupted before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import adopt, in_force
from tongban.apps.adoption.shelf import folders
from tongban.apps.office import office
from tongban.apps.registry.history import History
from tongban.apps.registry.progress import Say, silent
from tongban.apps.signs.looking import look
from tongban.apps.signs.numbers import keep_numbers
from tongban.demo.aims import set_targets
from tongban.demo.bringing import load_registers
from tongban.demo.catching_up import catch_up
from tongban.demo.found import Ready, described
from tongban.demo.founding import founded, must
from tongban.demo.learning import learn
from tongban.demo.life import Adoption, Life
from tongban.demo.marker import FILLED, TOLD, filled
from tongban.demo.marker import told as mark_told
from tongban.demo.neighbours import add_neighbours
from tongban.demo.outside import offer_open311
from tongban.demo.script import Script, county_folder
from tongban.demo.staff import Staff
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value
from tongban.library.practice import Practice
from tongban.store.batch import Append
from tongban.store.intake import intake
from tongban.store.journal import Journal
from tongban.store.models import DutyRow, NoticeRow, PostRow, UnitRow

SET = 50
TOLD_TODAY = 200
"""Notices of the story that are told when the demo is first served."""


def _goes_on() -> None:
    """Nobody waits for the practices."""


def set_up(say: Say = silent, scale: int = 100, adopted: Callable[[], None] = _goes_on) -> Ready:
    """Make the demo county, or find it made. The database must be there and migrated.

    ``scale``: per cent of the story's volume. ``adopted`` is called once all practices are in force: from then on one of them can be
    carried away. Raises ``RefusedError`` with what stands in the way.
    """
    now = datetime.now(UTC)
    county = founded(county_folder(), now, say)
    told, acting = county.told, county.acting
    refused = add_neighbours(told, acting)
    if refused is not None:
        raise RefusedError(refused)
    _adopt_all(told, acting, say)
    adopted()
    load_registers(told, office(), [each.id for each in in_force(office()).values()], now)
    refused = learn(told, now, say)
    if refused is not None:
        raise RefusedError(refused)
    known = county.marked.get(TOLD) or fill(told, county.journal, county.end, say, scale)
    if FILLED not in county.marked:
        catch_up(int(str(known["events"])), say)
        must(keep_numbers(county_folder() / "numbers.csv"))
        look(now)
        set_targets(told, county.code, now)
        must(offer_open311(acting))
        filled(county.journal, datetime.now(UTC))
    return described(county.code, known, filled_now=FILLED not in county.marked)


def _adopt_all(told: Script, acting: Acting, say: Say) -> None:
    """Every practice on the shelf, with what ``adoptions.yaml`` says of it; nothing for those already adopted.

    In the order of that file, where one that needs another stands after it.
    """
    held, listed = in_force(office()), list(told.adoptions)
    paths = sorted(folders(), key=lambda path: [*listed, path.name].index(path.name))
    for n, path in enumerate(paths, 1):
        if path.name not in held:
            adopt_as_planned(path, path.name, told, acting)
        say("demo.adopting", n, len(paths))


def adopt_as_planned(practice: Path | Practice, name: str, told: Script, acting: Acting) -> None:
    """Adopt a practice as ``adoptions.yaml`` says, with the posts that it needs, from the day that is told."""
    plan = told.adoptions.get(name, {})
    homes = _homes(plan.get("homes", {}))
    _give_posts(plan, homes, told, named=True)
    settings, since = plan.get("settings", {}), told.since(name)
    made = must(adopt(practice, settings, homes, acting, since=since, even_not_newer=True))
    _give_posts(plan, made.homes, told, named=False)


def _homes(plan: Mapping[str, Any]) -> tuple[str, ...]:
    units = office().county
    kinds = [unit.id for kind in plan.get("kinds", ()) for unit in units.units_of_kind(kind)]
    return (*plan.get("units", ()), *sorted(kinds))


def _give_posts(plan: Mapping[str, Any], homes: tuple[str, ...], told: Script, *, named: bool) -> None:
    """Posts under the names that the practice uses, for those who hold them under the county's own, or who are named (``who``).
    Those that name the practice itself (``named``) are given before it is adopted."""
    county = office().county.code
    held = set(PostRow.objects.filter(county=county).values_list("person", "unit", "role"))
    wanted = set()
    for each in plan.get("posts", ()):
        if ("." in each["role"]) is not named:
            continue
        where = each.get("at")
        wanted |= {(person, unit, each["role"]) for person in each.get("who", ()) for unit in where}
        units = None if where is None else set(homes) if where == "homes" else set(where)
        for person, unit, role in held:
            if role == each.get("from") and (units is None or unit in units):
                wanted.add((person, unit, each["role"]))
    rows = sorted(wanted - held)
    PostRow.objects.bulk_create(
        [PostRow(county=county, person=p, unit=u, role=r, since=told.begin) for p, u, r in rows]
    )


def fill(told: Script, journal: Journal, end: datetime, say: Say, scale: int) -> Mapping[str, Value]:
    """Live the story and write it into the ledger; what the note of it says."""
    here = office()
    county = here.county.code
    names = dict(UnitRow.objects.filter(county=county).values_list("id", "name"))
    duties = DutyRow.objects.filter(county=county).values_list("code", "name")
    names |= {f"duty/{code}": name for code, name in duties if name}
    staff = Staff(PostRow.objects.filter(county=county).values_list("person", "unit", "role"))
    adopted = {
        name: Adoption(each.id, name, here.procedure(each.id), each.homes, here.practice(each.id))
        for name, each in in_force(here).items()
        if name in told.adoptions
    }
    life = Life(told, here.county, adopted, staff, names, end, scale)
    life.history.seal = journal.lookup.seal
    history = life.run(say)
    if life.lost * 50 > len(history.events):
        most = ", ".join(name for name, _ in life.refused.most_common(3))
        raise RefusedError(Refused("demo.walk", "walk.yaml", {"lost": life.lost, "most": most}))
    now = datetime.now(UTC)
    events = sum(len(each) for each in history.events.values())
    follow = _to_follow(history, life)
    with transaction.atomic():
        stored = intake(journal, _counted(history, say), now)
        if isinstance(stored, Refused):
            raise RefusedError(stored)
        _send_old_notices(county, now)
        mark_told(journal, len(history.cases), events, follow, now)
    return {"cases": len(history.cases), "events": events, **follow}


def _counted(history: History, say: Say) -> Iterator[Append]:
    total = len(history.events)
    for n, append in enumerate(history.appends(), 1):
        if n % SET == 0 or n == total:
            say("demo.writing", n, total)
        yield append


def _send_old_notices(county: str, now: datetime) -> None:
    """What was due in the two years was sent then: nobody gets fifty thousand letters today. The latest go out once the demo is
    served, so that its people have something to read."""
    due = NoticeRow.objects.filter(county=county, state="due", at__lt=now)
    latest = list(due.order_by("-at").values_list("at", flat=True)[:TOLD_TODAY])
    if latest:
        due.filter(at__lt=latest[-1]).update(state="sent", sent_at=F("at"))


def _to_follow(history: History, life: Life) -> dict[str, Value]:
    """A case for whoever wants to follow one: the latest that is open and in good hands, else the latest."""
    latest: dict[str, Value] = {"number": "", "practice": "", "matter": 0}
    for case in reversed(history.cases.values()):
        matter = life.matter_of(case)
        if matter is None or case.parent:
            continue
        here: dict[str, Value] = {"number": case.number, "practice": matter.practice, "matter": matter.n}
        if case.settled_at is None and len(case.doers) > 1:
            return here
        latest = latest if latest["number"] else here
    return latest
