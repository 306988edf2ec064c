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

from tongban.apps.adoption.adopting import in_force
from tongban.apps.adoption.shelf import folder_of
from tongban.apps.office import office
from tongban.apps.registry.progress import Say, silent
from tongban.demo.carrying import HERE, THERE, bring_home, let_read, meet, neighbour_folder, plan, show_card
from tongban.demo.catching_up import catch_up
from tongban.demo.found import COUNTY, Ready, described
from tongban.demo.founding import founded, must
from tongban.demo.looking_back import look_back
from tongban.demo.marker import FILLED, TOLD, filled
from tongban.demo.script import county_folder
from tongban.demo.setting_up import adopt_as_planned, fill

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
    county = founded(written_out(home / COUNTY), now, say)
    told, acting = county.told, county.acting
    show_card(letters / THERE, address, acting)
    meet(letters / HERE, acting)
    held = in_force(office())
    for name in told.adoptions:
        if name not in held and name != plan()["practice"]:
            adopt_as_planned(must(folder_of(name)), name, told, acting)
    bring_home(letters, told)
    known = county.marked.get(TOLD) or fill(told, county.journal, county.end, say, scale)
    if FILLED not in county.marked:
        catch_up(int(str(known["events"])), say)
        look_back(plan()["look_back"], plan()["practice"], now)
        let_read(plan()["by"], plan()["look_back"]["figure"], now)
        filled(county.journal, datetime.now(UTC))
    return described(county.code, known, filled_now=FILLED not in county.marked)


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
