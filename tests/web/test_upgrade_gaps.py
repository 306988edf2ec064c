"""What an upgrade leaves to be entered is listed with who enters it, and a case that went another way because of it says so."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from test_studio import ADMINISTRATOR, MISSING, body, reader

from desk_ground import ROOT, Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import adopt
from tongban.apps.casework.look import look
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import CasePage, Taken
from tongban.apps.office import office
from tongban.kernel.commands import Actor, ActorKind, Post
from tongban.kernel.refusal import Refused
from tongban.library.folder import gather
from tongban.store import adoptions

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

PRACTICE, HOME, PLACE = "river_chief", "qiuchuan", "330822111245"
CHIEF = {
    "reach_code": "R-01", "reach_level": "village", "chief_unit": "qiuchuan", "chief_name": "林大河",
    "chief_post": "书记", "phone": "13800138000", "operates_here": False, "water": "小溪", "length_m": 900,
    "board_phone": "0570-5011", "watch_phone": "0570-12345", "chief_duties": "巡河", "goal": "不黑不臭", "public_text": "小溪，村级河长林大河。",
}  # fmt: skip
PLACED = {"reach_code": "R-01", "reach_level": "village", "division": PLACE, "chief_unit": HOME}


def by(role: str, person: str, language: str = "zh-Hans") -> Acting:
    return Acting(datetime.now(UTC), Actor(ActorKind.PERSON, person, (Post(HOME, role),)), language=language)


def opened(kind: str, step: str, answers: dict[str, object], acting: Acting) -> str:
    taken = open_case(PRACTICE, answers, acting, channel="desk", home=HOME, step=step, kind=kind)
    assert isinstance(taken, Taken), taken
    return taken.number


def done(number: str, step: str, acting: Acting) -> None:
    taken = take(number, step, {}, acting)
    assert isinstance(taken, Taken), taken


def before_places() -> dict[str, str]:
    """The practice as it was when nobody wrote where a stretch is."""
    files = dict(gather(ROOT / "practices" / PRACTICE)[0])
    chief, forms = files["procedure/chief.yaml"], files["forms.yaml"]
    start = chief.index("    to:\n      - when: '!registered.reach_here")
    end = chief.index("    by: [leader@home]\n", start)
    files["procedure/chief.yaml"] = f"{chief[:start]}    to: in_office\n{chief[end:]}"
    files["forms.yaml"] = forms.replace("  - {id: division, kind: division, required: true}\n", "", 1)
    return files


def upgraded(desk: Desk) -> str:
    """A county with a chief from before, on the present version: the number of that chief's case."""
    old = adoptions.adopt(office().journal, before_places(), {}, (HOME,), "", datetime.now(UTC))
    assert not isinstance(old, Refused), old
    number = opened("chief", "draft", dict(CHIEF), by("handler", "one"))
    done(number, "confirm", by("leader", "two"))
    now = adopt(ROOT / "practices" / PRACTICE, {}, (HOME,), desk.acting("hushaohua"), even_not_newer=True)
    assert not isinstance(now, Refused), now
    return number


def told(words: str) -> tuple[str, str]:
    """Somebody tells of the place: the unit that has it, and the story as the office reads it."""
    answers: dict[str, object] = {"problem_words": words, "phone": "13900139000", "division": PLACE}
    number = opened("problem", "tell", answers, by("handler", "one"))
    page = look(number, by("leader", "two"))
    loaded = office().load(number)
    assert isinstance(page, CasePage) and loaded is not None
    return loaded.case.holder, "\n".join(each for line in page.story for each in line.follows)


def test_what_an_upgrade_leaves_to_enter_is_listed_until_it_is_entered(desk: Desk) -> None:
    number = upgraded(desk)
    page = body(reader(ADMINISTRATOR).get(f"/studio/{PRACTICE}/adoptions/"))
    assert not MISSING.search(page)
    assert "升级以后还缺的登记：河段在哪里、河长在哪个单位" in page and number in page
    assert "用“补登河段在哪里”补登" in page and "经办人" in page
    english = body(reader(ADMINISTRATOR, "en").get(f"/studio/{PRACTICE}/adoptions/"))
    assert "Not entered since the upgrade" in english and not re.search(r"studio\.unwritten", english)
    done(
        opened("place", "say_place", dict(PLACED), by("handler", "one")), "confirm_place", by("leader", "two")
    )
    assert number not in body(reader(ADMINISTRATOR).get(f"/studio/{PRACTICE}/adoptions/"))


def test_a_case_that_went_by_a_later_rule_says_what_was_not_known(desk: Desk) -> None:
    upgraded(desk)
    holder, story = told("有人倒垃圾。")
    assert holder == HOME and "没有查到“河长在哪个单位”，改按：" in story
    done(
        opened("place", "say_place", dict(PLACED), by("handler", "one")), "confirm_place", by("leader", "two")
    )
    assert "没有查到" not in told("又倒了一车。")[1]
