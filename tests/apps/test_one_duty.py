"""Two practices that take on the same are not adopted side by side in silence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from msgspec.structs import replace

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from scenario_ground import ROOT, practice_in
from tongban.apps.acting import Acting
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice
from tongban.library.reading import read_packed

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def acting() -> Acting:
    return Acting(datetime.now(UTC), SYSTEM, language="zh-Hans")


def copied(says: bool = True) -> Practice:
    """The last-resort desk under another name, as somebody writes it anew; without ``says`` it says nothing of its duties."""
    files: Mapping[str, str] = practice_in(ROOT / "practices" / "last_resort_desk").files
    manifest = files["practice.yaml"].replace("id: last_resort_desk", "id: desk_anew")
    if not says:
        manifest = re.sub(r"^serves:.*\n", "", manifest, flags=re.M)
    read = read_packed({**files, "practice.yaml": manifest})
    assert isinstance(read, Practice), read.all()
    return read


def ways() -> list[str]:
    from tongban.apps.casework.opening import openings
    from tongban.kernel.commands import Actor, ActorKind

    return [each.practice for each in openings(Acting(datetime.now(UTC), Actor(ActorKind.REQUESTER, "")))]


def test_the_second_of_a_duty_is_refused_until_it_is_said_which_goes_first(desk: Desk) -> None:
    from tongban.apps.adoption.adopting import Adopted, adopt

    home = ("last-resort-desk",)
    adopt(ROOT / "practices" / "last_resort_desk", {}, home, acting())
    refused = adopt(copied(), {}, home, acting())
    assert isinstance(refused, Refused) and refused.code == "adoption.same_duty"
    assert set(refused.facts["ids"]) == {"desk_anew", "last_resort_desk"}
    assert "desk_anew" not in ways()

    made = adopt(copied(), {}, home, acting(), first="desk_anew")
    assert isinstance(made, Adopted)
    assert "desk_anew" in ways() and "last_resort_desk" not in ways()

    later = adopt(copied(), {}, (), acting())
    assert isinstance(later, Adopted)
    assert "desk_anew" in ways() and "last_resort_desk" not in ways()

    back = adopt(ROOT / "practices" / "last_resort_desk", {}, (), acting(), first="last_resort_desk")
    assert isinstance(back, Adopted)
    assert "last_resort_desk" in ways() and "desk_anew" not in ways()


def test_one_that_names_no_duty_is_known_by_its_title(desk: Desk) -> None:
    from tongban.apps.adoption.duties import claims

    named, unnamed = copied(), copied(says=False)
    assert claims(named) == {"duty/last_resort"}
    assert any(each.startswith("title/zh-Hans/") for each in claims(unnamed))


def renamed(duty: str, title: str) -> Practice:
    """The desk written anew, its duty and its title called otherwise."""
    files: Mapping[str, str] = copied().files
    manifest = files["practice.yaml"].replace("duties: [last_resort]", f"duties: [{duty}]")
    manifest = manifest.replace("id: desk_anew", "id: desk_elsewhere")
    words = files["texts/en.yaml"].replace("title: Last-resort desk\n", f"title: {title}\n", 1)
    read = read_packed({**files, "practice.yaml": manifest, "texts/en.yaml": words})
    assert isinstance(read, Practice), read.all()
    return read


def looked_at(client: Client, practice: str) -> str:
    """The preview of what is in force, sent as a browser would send it."""
    form = client.get(f"/studio/{practice}/settings/").content.decode()
    given: dict[str, object] = dict(re.findall(r'name="(set-\w+)" value="([^"]*)"', form))
    for name, options in re.findall(r'<select name="(unit-\w+)"[^>]*>(.*?)</select>', form, re.S):
        given[name] = re.findall(r'value="(\w+)" selected', options)
    given |= {"_homes": re.findall(r'name="_homes" value="([^"]+)" checked', form), "_act": "preview"}
    return str(client.post(f"/studio/{practice}/settings/", given).content.decode())


def test_one_duty_in_two_spellings_is_warned_of_and_not_refused(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    from tongban.apps.adoption.adopting import Adopted, adopt
    from tongban.cli.practice import tell_adopted
    from tongban.cli.words import Voice

    home = ("last-resort-desk",)
    adopt(ROOT / "practices" / "last_resort_desk", {}, home, acting())
    made = adopt(renamed("lastresort", "Another desk"), {}, home, acting())
    assert isinstance(made, Adopted)
    assert [(each.practice, each.own, each.theirs) for each in made.alike] == [
        ("last_resort_desk", "lastresort", "last_resort")
    ]
    tell_adopted(Voice("en"), made)
    said = capsys.readouterr().out
    assert (
        "“lastresort” of desk_elsewhere" in said and "“last_resort” of “" in said and "serves: duties" in said
    )

    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username="hushaohua"))
    page = looked_at(client, "last_resort_desk")
    assert "may take on the same duty" in page and "lastresort" in page and "serves: duties" in page


def test_names_that_read_alike_are_told_for_the_same_people_with_the_same_need_alone() -> None:
    from tongban.apps.adoption.duties import read_alike

    desk = practice_in(ROOT / "practices" / "last_resort_desk")
    title = desk.words["en"]["practice.title"]
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in title.upper())
    anew = renamed("quite_another", f'"《{wide}》"')
    assert read_alike(anew, desk, "en") == (f"《{wide}》", title)
    serves = anew.manifest.serves
    assert serves is not None
    others = serves.model_copy(update={"whom": ("staff",)})
    elsewhere = replace(anew, manifest=anew.manifest.model_copy(update={"serves": others}))
    assert read_alike(elsewhere, desk, "en") is None


def test_no_two_practices_on_the_shelf_read_alike() -> None:
    from tongban.apps.adoption.duties import read_alike

    shelf = [practice_in(folder) for folder in sorted((ROOT / "practices").iterdir())]
    pairs = ((one, other) for n, one in enumerate(shelf) for other in shelf[n + 1 :])
    found = {(a.id, b.id): names for a, b in pairs if (names := read_alike(a, b, "zh-Hans"))}
    assert found == {}


def test_every_practice_on_the_shelf_says_whom_it_serves_and_no_two_take_on_the_same() -> None:
    from tongban.apps.adoption.duties import claims

    said: dict[str, str] = {}
    for folder in sorted((ROOT / "practices").iterdir()):
        practice = practice_in(folder)
        assert practice.manifest.serves is not None, folder.name
        for claim in claims(practice):
            assert said.setdefault(claim, practice.id) == practice.id, claim


def test_the_studio_asks_which_goes_first(desk: Desk) -> None:
    from tongban.apps.adoption.adopting import adopt

    adopt(copied(), {}, ("last-resort-desk",), acting(), first="desk_anew")
    client = Client(headers={"accept-language": "zh"})
    client.force_login(User.objects.get(username="hushaohua"))
    page = client.get("/studio/last_resort_desk/").content.decode()
    assert "管同一件事" in page
    shelf = client.get("/studio/").content.decode()
    assert "管同一件事，在先的是" in shelf
