"""Event logs for everybody: with the month that two people released, ways that several cases took, and nothing of single ones."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from msgspec.structs import replace

from desk_ground import TEXT, Desk
from desk_ground import committed_desk as desk
from mining_ground import mining
from tongban.apps.acting import Acting
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import Taken
from tongban.apps.editions.publishing import Done, propose, release, take_down
from tongban.apps.flow.logs import folder, whole_log
from tongban.apps.flow.publishing import offered, publish_logs
from tongban.apps.office import office

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]
PERIOD, MARCH = "2026-03", datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SHOWN = f"/open/data/events/{PERIOD}/hotline"
PROPOSER, RELEASER = "liuzeyu", "zengjiayi"


def closed(desk: Desk, hours: float, *, sent_back: bool = False) -> str:
    """A case of March from the first word to its end; ``sent_back``: by a way of its own."""

    def at(login: str, later: float) -> Acting:
        return Acting(MARCH + timedelta(hours=hours + later), desk.acting(login).actor)

    given = {"body": TEXT, "phone": "13812345678", "category": "01.05.04", "sort": "help"}
    taken = open_case("hotline", given, at(desk.clerk, 0), channel="desk")
    assert isinstance(taken, Taken), taken
    reply = {"outcome": "resolved", "result": "好了。", "basis": "现场"}
    steps: list[tuple[str, Acting, dict[str, Any]]] = [
        ("dispatch", at(desk.dispatcher, 1), {}),
        ("sign", at(desk.handler, 2), {}),
        ("contact", at(desk.handler, 3), {"contact_way": "phone"}),
        ("reply", at(desk.handler, 30), reply),
    ]
    if sent_back:
        steps += [
            ("send_back", at(desk.reviewer, 30.5), {"send_back_reason": "没有说清。"}),
            ("reply", at(desk.handler, 30.7), reply),
        ]
    steps += [
        ("approve", at(desk.reviewer, 31), {}),
        ("answer_callback", at(desk.clerk, 40), {"solved": "yes", "rating": 5}),
    ]
    for step, acting, answers in steps:
        done = take(taken.number, step, answers, acting)
        assert isinstance(done, Taken), done
    return taken.number


def month_released(desk: Desk, why: str = "") -> None:
    now = datetime.now(UTC)
    proposed = propose(PERIOD, why, replace(desk.acting(PROPOSER), now=now))
    assert isinstance(proposed, Done), proposed
    assert isinstance(proposed, Done)
    done = release(PERIOD, proposed.digest, replace(desk.acting(RELEASER), now=now))
    assert isinstance(done, Done), done


def published() -> int:
    here = office()
    return publish_logs(here, whole_log(here))


def test_a_log_goes_out_with_the_released_month_and_holds_no_case_that_went_a_way_of_its_own(
    desk: Desk, tmp_path: Path
) -> None:
    numbers = [closed(desk, n) for n in range(6)] + [closed(desk, 7, sent_back=True)]
    client = Client()
    assert published() == 0
    assert client.get(f"{SHOWN}.csv").status_code == 404
    month_released(desk)
    assert client.get(f"{SHOWN}.csv").status_code == 404  # not made yet
    assert (published(), published()) == (1, 0)

    [(period, _, [one])] = offered("en")
    assert (period, one.log.practice, one.log.cases, one.log.ways, one.log.left_out) == (
        PERIOD,
        "hotline",
        6,
        1,
        None,
    )
    text = client.get(f"{SHOWN}.csv").content.decode()
    activities = Counter(line.split(",")[5] for line in text.splitlines()[1:])
    assert set(activities.values()) == {6}
    assert "send_back" not in activities
    days = {line.split(",")[2] for line in text.splitlines()[1:]}
    assert days == {f"2000-01-0{day}T00:00:00+08:00" for day in (1, 2, 3)}
    everything = text + gzip.decompress(client.get(f"{SHOWN}.xes.gz").content).decode()
    everything += gzip.decompress(client.get(f"{SHOWN}.json.gz").content).decode()
    for secret in (*numbers, TEXT, desk.unit, desk.home, "2026", "01.05", "330822"):
        assert secret not in everything

    (file := tmp_path / "log.xes").write_bytes(gzip.decompress(client.get(f"{SHOWN}.xes.gz").content))
    (objects := tmp_path / "log.json").write_bytes(gzip.decompress(client.get(f"{SHOWN}.json.gz").content))
    with mining() as pm4py:
        assert len(pm4py.get_variants(pm4py.read_xes(str(file)))) == 1
        assert Counter(pm4py.read_ocel2_json(str(objects)).objects["ocel:type"]) == {"case": 6}
    for language in ("zh", "en"):
        page = client.get(f"/open/data/?lang={language}").content.decode()
        assert f"{SHOWN}.xes.gz" in page
        assert "缺少文字" not in page and "no words for" not in page


def test_a_published_log_never_changes_and_is_offered_no_longer_than_its_month(desk: Desk) -> None:
    for n in range(5):
        closed(desk, n)
    month_released(desk)
    assert published() == 1
    before = Client().get(f"{SHOWN}.csv").content
    closed(desk, 9)
    assert published() == 0
    assert Client().get(f"{SHOWN}.csv").content == before
    [place] = (folder() / "public" / office().county.code).iterdir()
    index = json.loads((place / "index.json").read_bytes())
    assert [each["cases"] for each in index] == [5]

    month_released(desk, "有一件漏了。")
    assert published() == 0
    assert Client().get(f"{SHOWN}.csv").content == before

    for edition in (1, 2):
        for login in (PROPOSER, RELEASER):
            take_down(PERIOD, edition, "数有误。", replace(desk.acting(login), now=datetime.now(UTC)))
    assert offered("en") == ()
    assert Client().get(f"{SHOWN}.csv").status_code == 404


def test_a_log_that_was_taken_down_does_not_come_back_with_the_next_edition(desk: Desk) -> None:
    for n in range(5):
        closed(desk, n)
    month_released(desk)
    assert published() == 1
    before = Client().get(f"{SHOWN}.csv").content
    for login in (PROPOSER, RELEASER):
        take_down(PERIOD, 1, "数有误。", replace(desk.acting(login), now=datetime.now(UTC)))
    closed(desk, 9)
    month_released(desk, "改过了。")
    assert Client().get(f"{SHOWN}.csv").status_code == 404
    assert published() == 1
    assert Client().get(f"{SHOWN}.csv").content.count(b"\n") > before.count(b"\n")
    [place] = (folder() / "public" / office().county.code).iterdir()
    assert [each["cases"] for each in json.loads((place / "index.json").read_bytes())] == [6]


def test_a_month_in_which_no_way_was_taken_often_enough_has_no_log(desk: Desk) -> None:
    for n in range(8):
        closed(desk, n, sent_back=n % 2 == 0)
    month_released(desk)
    published()
    assert offered("en") == ()
    assert Client().get("/open/data/").status_code == 200
