"""Ten strange messages, each at the desk, through the API and in a file at the shell: a sane answer at every door.

The county is the demo's and its model learnt from three kinds of matter, so that it is quickly made.
"""

from __future__ import annotations

import csv
import json
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import User
from django.test import Client
from msgspec import Struct

from desk_ground import Desk, county, desk
from scenario_ground import ROOT
from tongban.apps.dispatch import offering
from tongban.apps.dispatch.characters import joined
from tongban.apps.dispatch.classifier import Classifier
from tongban.apps.dispatch.model import Model
from tongban.apps.dispatch.scheme import Scheme, scheme_written
from tongban.apps.dispatch.train import Example, train

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

COUNTY = ROOT / "demo" / "county"
KINDS = ("01", "04", "05")
STRANGE = {
    "empty": "",
    "emoji": "😀😡🔥🔥👨‍👩‍👧😀😡🔥🔥",
    "pinyin": "wo jia lou shang lou shui mei ren guan",
    "telephones": "13800138000\n13911112222，0570-5012345",
    "abuse": "你们都是废物，一群吃干饭的混蛋，滚蛋",
    "huge": "路灯不亮，晚上走路看不见。" * 8_000,
    "traditional": "村口的路燈壞了半個月，晚上沒有燈，請來修",
    "two": "村口的路灯坏了半个月没有人修。另外厂里拖欠我们三个月工资，老板一直不发工钱。",
    "elsewhere": "我是江山市贺村镇五里亭村的，村口的路灯坏了半个月",
    "child": "我女儿林小满在第二小学二年级三班，学校食堂的饭菜里有虫子",
}
SILENT = ("empty", "emoji", "pinyin", "telephones", "abuse")


class Said(Struct, frozen=True):
    """What the three doors said of one message: a page, an answer, a row."""

    page: str
    answer: dict[str, Any]
    row: dict[str, str]

    @property
    def whole(self) -> str:
        return f"{self.page} {json.dumps(self.answer, ensure_ascii=False)} {self.row}"


@pytest.fixture(scope="module")
def taught() -> Classifier:
    listed = yaml.safe_load((COUNTY / "categories.yaml").read_text("utf-8"))["categories"]
    scheme = scheme_written(listed)
    assert isinstance(scheme, Scheme)
    examples = [
        Example(joined(each.get("title", ""), each["body"]), each["category"])
        for file in sorted((COUNTY / "messages").glob("*.yaml"))
        for each in yaml.safe_load(file.read_text("utf-8"))["messages"]
        if each["category"].startswith(KINDS)
    ]
    model = train(examples, scheme, datetime(2026, 3, 2, tzinfo=UTC))
    assert isinstance(model, Model), model
    return model


@pytest.fixture
def ask(desk: Desk, taught: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Ask all three doors about a message."""
    from tongban.cli import dispatch
    from tongban.cli.words import Voice

    monkeypatch.setattr(offering, "_classifier", lambda _: taught)
    monkeypatch.setattr(dispatch, "_county", lambda: True)
    monkeypatch.setattr("tongban.apps.dispatch.model_file.load", lambda _: taught)
    offering._kept.clear()
    offering._read_models.clear()
    client = Client()
    client.force_login(User.objects.get(username=Desk.clerk))

    def said(name: str) -> Said:
        body = STRANGE[name]
        page = client.post("/desk/new/suggest/", {"body": body})
        sent = json.dumps({"body": body[:4000], "practice": "hotline"})
        answer = Client().post("/api/v1/suggestions", sent, content_type="application/json")
        assert (page.status_code, answer.status_code) == (200, 200), (page.content, answer.content)
        asked, out = tmp_path / "asked.csv", tmp_path / "out.csv"
        with asked.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("id", "title", "body"), (name, "", body)])
        options = Namespace(file=str(asked), out=str(out), practice="hotline", threshold=None)
        assert dispatch.suggest(Voice("zh-Hans"), options) == 0
        with out.open(encoding="utf-8", newline="") as stream:
            (row,) = csv.DictReader(stream)
        return Said(page.content.decode(), answer.json(), row)

    yield said
    offering._kept.clear()
    offering._read_models.clear()


@pytest.mark.parametrize("name", SILENT)
def test_what_says_nothing_is_offered_no_category_no_place_and_no_unit(ask: Any, name: str) -> None:
    said = ask(name)
    assert (said.answer["category"], said.answer["division"], said.answer["unit"]) == ("", "", "")
    assert said.answer["matters"] == [] and said.answer["elsewhere"] == ""
    assert said.row["unit"] == "" and "data-auto" not in said.page
    assert "没有可以判断的内容" in said.row["reason"] or "弃权" in said.row["reason"]


def test_100_kb_are_answered_from_their_beginning(ask: Any) -> None:
    said = ask("huge")
    assert said.answer["category"].startswith("01") and said.row["category"].startswith("城乡建设")
    assert "路灯" in said.page and len(said.page) < 20_000


def test_traditional_characters_are_put_where_simplified_ones_are_and_shown_as_they_were_written(
    ask: Any,
) -> None:
    said = ask("traditional")
    assert said.answer["category"].startswith("01")
    assert any("路燈" in word for word in said.answer["because"])
    assert "路燈" in said.page and "路燈" in said.row["reason"]


def test_two_problems_in_one_message_are_told_with_the_category_of_each(ask: Any) -> None:
    said = ask("two")
    assert sorted(code[:2] for code in said.answer["matters"]) == ["01", "05"]
    assert set(said.answer["matters"]) <= {
        said.answer["category"],
        *(e["category"] for e in said.answer["alternatives"]),
    }
    assert "可能是两件事" in said.page and "可能是两件事" in said.row["reason"]


def test_another_countys_village_is_told_with_its_county_and_what_to_do_and_sent_to_nobody(ask: Any) -> None:
    said = ask("elsewhere")
    assert (said.answer["elsewhere"], said.answer["elsewhere_because"]) == (
        "浙江省衢州市江山市",
        "江山市贺村镇",
    )
    assert (said.answer["division"], said.answer["unit"], said.row["unit"]) == ("", "", "")
    assert said.answer["category"].startswith("01"), "what it is about is known all the same"
    assert "江山市贺村镇" in said.row["reason"] and "浙江省衢州市江山市" in said.row["reason"]
    assert "可能不在本县" in said.page and "12345" in said.page and "data-auto" not in said.page


def test_a_childs_name_is_no_reason_for_anything(ask: Any) -> None:
    said = ask("child")
    assert said.answer["category"].startswith("04")
    assert "小满" not in said.whole
