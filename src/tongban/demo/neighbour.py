"""The neighbour of the demo county: a smaller county with a home, a database and keys of its own.

It worked in its old way, sent somebody to the demo county for three months, and took home a signed practice. Everything it
does goes through the use cases that any county goes through; what is told of it lies in ``demo/neighbour``, and where that says
nothing, in ``demo/county``.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import yaml

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import in_force
from tongban.apps.adoption.shelf import folder_of, share
from tongban.apps.office import office
from tongban.apps.people.accounts import load_people
from tongban.apps.people.entering import RULE, set_rule
from tongban.apps.registry.calendars import import_calendars
from tongban.apps.registry.loading import load_county
from tongban.apps.registry.progress import Say, silent
from tongban.demo.carrying import HERE, THERE, bring_home, let_read, meet, neighbour_folder, plan, show_card
from tongban.demo.catching_up import catch_up
from tongban.demo.found import COUNTY, PASSWORD, Ready, described
from tongban.demo.looking_back import look_back
from tongban.demo.marker import FILLED, TOLD, begin, filled, marks
from tongban.demo.script import county_folder, script
from tongban.demo.setting_up import adopt_as_planned, fill, must
from tongban.kernel.commands import SYSTEM

STORY = "story.yaml"
SHARED = (
    "categories.yaml",
    "walk.yaml",
    "phrases.yaml",
    "places.yaml",
    "cards.yaml",
    "refusals.yaml",
    "messages",
)
"""What is told of both counties alike."""


def set_up_neighbour(home: Path, letters: Path, address: str, say: Say = silent, scale: int = 100) -> Ready:
    """Make the neighbour, or find it made. The database must be there and migrated.

    ``letters`` is the folder in which things are carried from county to county. Raises ``RefusedError`` with what stands in the way.
    """
    now = datetime.now(UTC)
    folder = written_out(home / COUNTY)
    loaded = must(load_county(folder, say))
    acting = Acting(now, SYSTEM)
    must(import_calendars(share("calendars") / "cn", acting, say))
    journal = office().journal
    marked = marks(journal)
    end = begin(journal, now)
    told = script(end.date(), folder)
    must(load_people(loaded.county, folder / "people.yaml", PASSWORD, told.begin))
    set_rule(loaded.county, RULE, [], acting)  # the printed password of an account must be enough to try it
    show_card(letters / THERE, address)
    meet(letters / HERE, acting)
    held = in_force(office())
    for name in told.adoptions:
        if name not in held and name != plan()["practice"]:
            adopt_as_planned(must(folder_of(name)), name, told, acting)
    bring_home(letters, told)
    known = marked.get(TOLD) or fill(told, journal, end, say, scale)
    if FILLED not in marked:
        catch_up(int(str(known["events"])), say)
        look_back(plan()["look_back"], plan()["practice"], now)
        let_read(plan()["by"], plan()["look_back"]["figure"], now)
        filled(journal, datetime.now(UTC))
    return described(loaded.county, known, filled_now=FILLED not in marked)


def written_out(folder: Path) -> Path:
    """The neighbour's files, whole: its own, and those that are told of both counties alike."""
    own, shared = neighbour_folder(), county_folder()
    if folder.is_dir():
        return folder
    made = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(own, made)
    for name in SHARED:
        copy = shutil.copytree if (shared / name).is_dir() else shutil.copy
        copy(shared / name, made / name)
    story = {each: yaml.safe_load((each / STORY).read_text("utf-8")) for each in (shared, own)}
    whole = {**story[shared], **story[own]}
    (made / STORY).write_text(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False), "utf-8")
    made.rename(folder)
    return folder
