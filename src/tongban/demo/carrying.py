"""What goes from county to county by hand: the card of each, and one practice as a signed file. They lie in one folder.

Keys never come by the network (decision 48), so the two counties of the demo meet as two officials do: each brings its card.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import in_force
from tongban.apps.adoption.drafts import begin, discard, draft, write
from tongban.apps.adoption.parcels import pack, parcel, receive
from tongban.apps.adoption.shelf import check_files, share, untrue
from tongban.apps.beside.sharing import share_practice, shared
from tongban.apps.exchange.own import card_to_give
from tongban.apps.exchange.peers import add, peers
from tongban.apps.office import office
from tongban.demo.founding import must
from tongban.demo.marker import begun
from tongban.demo.script import Script, script
from tongban.demo.setting_up import adopt_as_planned
from tongban.kernel import shapes
from tongban.kernel.clock import LOCAL
from tongban.kernel.commands import Actor, ActorKind, Post
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.practice import Practice
from tongban.store.models import PostRow

HERE, THERE = "card-of-the-demo-county.json", "card-of-the-neighbour.json"
PARCEL = "practice.parcel"

Plan = Mapping[str, Any]


class Card(Struct, frozen=True):
    """What one county tells the other to be known by."""

    code: str
    name: str
    name_en: str
    address: str
    key: str
    sealing_key: str


def neighbour_folder() -> Path:
    """The neighbour's own files, beside those of the demo county."""
    return share("demo") / "neighbour"


def plan() -> Plan:
    """``carried.yaml``: what is carried, when, and what is changed of it."""
    found: Plan = yaml.safe_load((neighbour_folder() / "carried.yaml").read_text("utf-8"))
    return found


def show_card(path: Path, address: str, acting: Acting) -> None:
    """Write this county's card."""
    here = office()
    own, name = card_to_give(acting), here.names.division
    code = here.county.code
    shown = Card(code, name(code, "zh-Hans"), name(code, "en"), address, own.key, own.sealing_key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.encode(shown))


def meet(path: Path, acting: Acting) -> None:
    """Know the county whose card this is; nothing where it is known. Raises ``RefusedError`` where it cannot be."""
    seen = shapes.read(path.read_bytes(), Card)
    if seen.key.partition("=")[0] not in {each.key for each in peers()}:
        must(add(seen.code, seen.name, seen.name_en, seen.address, seen.key, seen.sealing_key, acting))


def knows_neighbour() -> bool:
    """Whether the card of the neighbour came back."""
    return plan()["code"] in {each.code for each in peers()}


def give(folder: Path, address: str, acting: Acting) -> None:
    """Lay the card and the signed practice into the folder that is carried away."""
    carried = plan()
    told = script(begun(office().journal).date())
    show_card(folder / HERE, address, acting)
    here = office()
    practice = here.practice(in_force(here)[carried["practice"]].id)
    since = _since(told, carried["practice"])
    signed = must(pack(practice, Acting(since - timedelta(days=carried["packed"]), acting.actor)))
    (folder / PARCEL).write_text(signed, encoding="utf-8", newline="\n")
    let_read(carried["shared_by"], "", acting.now)


def let_read(login: str, figure: str, now: datetime) -> None:
    """Let everybody read how the practice goes here, by the administrator; nothing where they may already."""
    name = plan()["practice"]
    if name not in shared(office()):
        refused = share_practice(name, figure, Acting(now, actor_of(login)))
        if refused is not None:
            raise RefusedError(refused)


def bring_home(folder: Path, told: Script) -> None:
    """Receive what was carried, change it in a draft, tell its scenarios and take it on: each on its own day, by the administrator.

    Nothing where it is in force already. Raises ``RefusedError`` with what is in the way, a scenario that does not come out too.
    """
    carried = plan()
    name = carried["practice"]
    if name in in_force(office()):
        return
    since = told.since(name)

    def on(days: int) -> Acting:
        return Acting(since - timedelta(days=days), actor_of(carried["by"]))

    came = must(receive((folder / PARCEL).read_bytes(), on(carried["received"])))
    base = must(parcel(name, came.call))
    read, _ = check_files(base.files)
    assert read is not None  # it was read when it came
    made = draft(name) or must(begin(read, name, on(carried["drafted"])))
    for path, text in _changed(made.files, carried["changes"], base.version).items():
        made = must(write(name, path, text, made.mark, on(carried["drafted"])))
    adopt_as_planned(_sound(made.files), name, told, on(0))
    refused = discard(name, made.mark, on(0))
    if refused is not None:
        raise RefusedError(refused)


def actor_of(login: str) -> Actor:
    """Somebody of this county with all their posts."""
    posts = PostRow.objects.filter(county=office().county.code, person=login).values_list("unit", "role")
    return Actor(ActorKind.PERSON, login, tuple(Post.written(*each) for each in posts))


def _since(told: Script, practice: str) -> datetime:
    """The moment at which the neighbour takes the practice on: its story ends on the same day as that of the demo county."""
    planned = yaml.safe_load((neighbour_folder() / "adoptions.yaml").read_text("utf-8"))
    day = date.fromisoformat(planned[practice]["since"]) + told.moved
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC)


def _changed(files: Mapping[str, str], changes: list[Plan], version: str) -> Mapping[str, str]:
    """The files that change, as they are afterwards. ``version`` is that of what was carried: its words name it."""
    found: dict[str, str] = {}
    for each in changes:
        name = each["file"]
        before = found.get(name, files[name])
        if each["was"] not in before:
            raise RefusedError(
                Refused("demo.told", f"carried.yaml: {name}", {"step": "", "found": each["was"]})
            )
        found[name] = before.replace(each["was"], each["now"].replace("{version}", version))
    return found


def _sound(files: Mapping[str, str]) -> Practice:
    practice, faults = check_files(files)
    wrong = faults if practice is None or faults else untrue(practice)
    if practice is None or wrong:
        raise RefusedError(Refused.of(list(wrong)))
    return practice
