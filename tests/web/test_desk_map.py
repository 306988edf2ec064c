"""The map of a work, its course, and the wall: every cell by colour and sign, every number also in words."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from msgspec.structs import replace

from desk_ground import ROOT, Desk, county, desk, sent_queries
from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import adopt
from tongban.apps.casework.many.rows import StepRow
from tongban.apps.casework.many.taking import take_rows
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import Taken
from tongban.apps.office import office
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.store.below import count_events

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

LEADER, DRAFTER = "zengjiayi", "tongshuixian"
GRID = "\n  grid: {of: target, row: target, cell: [target, total]}\n"
MISSING = re.compile("缺少文字|no words for")


def reader(login: str, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=login))
    return client


def earlier(desk: Desk, login: str, days: float) -> Acting:
    acting: Acting = desk.acting(login)
    return replace(acting, now=acting.now - timedelta(days=days))


def work(desk: Desk, folder: Path, *, targets: int = 12) -> tuple[str, list[str]]:
    """A plan of forty days ago (no run of holidays is that long) with targets of four kinds, some of them reported since; its practice draws a map."""
    mapped = folder / "recovery_plan"
    shutil.copytree(ROOT / "practices" / "recovery_plan", mapped)
    views = mapped / "views.yaml"
    views.write_text(views.read_text("utf-8").rstrip() + GRID, "utf-8")
    done = adopt(mapped, {}, ("county-government",), earlier(desk, "hushaohua", 60))
    assert not isinstance(done, Refused), done.all()
    drafter, leader = earlier(desk, DRAFTER, 40), earlier(desk, LEADER, 40)
    day = local_date(drafter.now).isoformat()
    answers = {"title": "台风灾后恢复", "disaster_day": day, "damage": "全县受灾", "last_day": "2099-01-01"}
    opened = open_case("recovery_plan", answers, drafter)
    assert isinstance(opened, Taken), opened
    assert isinstance(take(opened.number, "approve", {}, leader), Taken)
    for n in range(targets):
        kind = ("power", "telecom", "water", "road")[n % 4]
        target = {"target": kind, "target_name": f"<第{n + 1}片>", "unit": [desk.unit], "total": 10 + n}
        assert isinstance(take(opened.number, "set_target", target, leader), Taken)
    here = office()
    rows = here.rows(
        "SELECT number FROM store_case WHERE county = %s AND parent IS NOT NULL ORDER BY number",
        [here.county.code],
    )
    numbers = [str(row[0]) for row in rows]
    acting = desk.acting(desk.handler)
    steps = []
    for n, number in enumerate(numbers[:5]):
        at = acting.now - timedelta(days=37 - n)
        total = here.find(number).case.facts["total"]  # type: ignore[union-attr]
        answers = {"done": str(total), "deed": "抢通", "evidence": "单"}
        steps += [
            StepRow(2 * n, "sign", number, at=at),
            StepRow(2 * n + 1, "report", number, at=at, answers=answers),
        ]
    taken = take_rows(steps, acting)
    assert not isinstance(taken, Refused) and taken.refused == 0, taken
    leader_now = desk.acting(LEADER)
    for number in numbers[:3]:
        assert isinstance(take(number, "confirm", {}, leader_now), Taken)
    loaded = here.journal.load(numbers=numbers)
    count_events(
        here.journal,
        here.procedure,
        [e.event() for each in loaded for e in here.journal.events(each.case.id)],
    )
    return opened.number, numbers


class Tags(HTMLParser):
    """Fails where a tag is closed that was not opened last."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in ("meta", "link", "input", "br", "hr", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open[-3:])
        self.open.pop()


def sound(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    assert not MISSING.search(page) and not re.search(r"\sstyle=|<style|\son\w+=|<script>", page)
    assert len(tags.ids) == len(set(tags.ids))
    return tags


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_case_has_a_cell_that_opens_it_and_says_its_phase(
    desk: Desk, tmp_path: Path, language: str
) -> None:
    number, targets = work(desk, tmp_path)
    page = reader(LEADER, language).get(f"/desk/{number}/map/").content.decode()
    sound(page)
    cells = re.findall(r'<a href="\.\./\.\./([\d-]+)/"><title>([^<]+)</title><use href="#s(\d)"', page)
    assert sorted(cell for cell, _, _ in cells) == targets
    legend = re.findall(
        r'<span class="sign (\w+)" aria-hidden="true">(.)</span> ([^<]+?) <strong class="number">(\d+)', page
    )
    assert sum(int(n) for *_, n in legend) == len(targets)
    assert [int(n) for *_, n in legend] == [7, 2, 3]
    assert len({sign for _, sign, *_ in legend}) == len({shade for shade, *_ in legend}) == 3
    for _, title, phase in cells:
        assert (
            title.removesuffix(" · 逾期").removesuffix(" · late").endswith(legend[int(phase)][2])
        )  # never by colour alone
    for _, sign, *_ in legend:
        assert f">{sign}</text>" in page


def test_the_table_says_the_same_as_the_cells_and_leads_to_a_list_of_each_block(
    desk: Desk, tmp_path: Path
) -> None:
    number, targets = work(desk, tmp_path)
    client = reader(LEADER)
    page = client.get(f"/desk/{number}/map/").content.decode()
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r'<a href="(\?row=[^"]+)">([^<]+)</a>', table)
    assert len(rows) == 4
    listed = []
    for query, name in rows:
        block = client.get(f"/desk/{number}/map/{query}").content.decode()
        sound(block)
        assert name in block
        listed += re.findall(r'<li><a href="/desk/([\d-]+)/">', block)
    assert sorted(listed) == targets
    assert client.get(f"/desk/{number}/map/?row=nothing").status_code == 200


def test_what_is_late_has_a_corner_and_is_counted(desk: Desk, tmp_path: Path) -> None:
    number, _ = work(desk, tmp_path)
    page = reader(LEADER).get(f"/desk/{number}/map/").content.decode()
    late = page.count('href="#late"')
    assert late == 9  # what was not confirmed has been late for days
    assert f"逾期 {late}" in page
    assert page.count(" · 逾期</title>") == late  # and each says so in words


def test_the_course_says_in_words_what_it_draws(desk: Desk, tmp_path: Path) -> None:
    number, _ = work(desk, tmp_path)
    page = reader(LEADER).get(f"/desk/{number}/map/").content.decode()
    assert "太少，不推算" in page  # three of twelve on one day name no finish
    assert page.count('class="course ') == 2


def test_the_map_asks_the_same_questions_however_many_cells_it_has(
    desk: Desk, tmp_path: Path, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    number, _ = work(desk, tmp_path, targets=12)
    client = reader(LEADER)
    client.get(f"/desk/{number}/map/")
    assert len(sent_queries(lambda: client.get(f"/desk/{number}/map/"))) <= 9


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wall_names_nobody_refreshes_itself_and_links_no_cell(
    desk: Desk, tmp_path: Path, language: str
) -> None:
    number, targets = work(desk, tmp_path)
    page = reader(LEADER, language).get(f"/desk/{number}/wall/").content.decode()
    sound(page)
    assert '<meta http-equiv="refresh" content="60">' in page
    main = page.partition("<main")[2].partition("</main>")[0]
    assert not any(f'"../../{target}/' in main for target in targets)
    assert main.count('<use href="#s') == len(targets)
    assert main.count('class="block-name"') == 4
    names = User.objects.values_list("last_name", "first_name")
    assert not any(name and name in main for pair in names for name in pair if len(name) > 1)


def test_a_tree_without_a_map_has_a_wall_of_branches_and_its_map_is_its_tree(desk: Desk) -> None:
    number = desk.ordered()
    client = reader(LEADER)
    page = client.get(f"/desk/{number}/wall/").content.decode()
    sound(page)
    assert page.count('<span class="wall-unit">') == 12 or "wall-branches" in page
    response = client.get(f"/desk/{number}/map/")
    assert (response.status_code, response["Location"]) == (302, f"/desk/{number}/tree/")


def test_whoever_may_not_see_the_case_sees_neither_map_nor_wall(desk: Desk, tmp_path: Path) -> None:
    number = desk.dispatched()
    for path in ("map/", "wall/"):
        assert reader(desk.other_handler).get(f"/desk/{number}/{path}").status_code == 404
