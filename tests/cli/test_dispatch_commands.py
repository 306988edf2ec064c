"""``tongban dispatch`` at a shell, in a home without a database: files in, files and tables out."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
COUNTY = ROOT / "demo" / "county"
HEADER = ("id", "title", "body", "category")


def run(home: Path, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "TONGBAN_HOME": str(home), "LANG": "en_GB.UTF-8", "PYTHONUTF8": "1"}
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        environ.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "tongban.cli.main", *arguments],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == status, (arguments, done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return done


def sheet(
    path: Path, rows: list[tuple[str, ...]], header: tuple[str, ...] = HEADER, encoding: str = "utf-8"
) -> Path:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def read(path: Path, encoding: str = "utf-8") -> dict[str, dict[str, str]]:
    with path.open(encoding=encoding, newline="") as stream:
        table = csv.DictReader(stream)
        assert table.fieldnames == ["number", "category", "confidence", "unit", "reason"]
        return {row["number"]: row for row in table}


@pytest.fixture(scope="module")
def messages() -> list[tuple[str, ...]]:
    """The demo's messages, labelled with the titles of their first and deepest levels."""
    listed = yaml.safe_load((COUNTY / "categories.yaml").read_text("utf-8"))["categories"]
    titles = {each["code"]: each["title"]["zh"] for each in listed}
    found = []
    for file in sorted((COUNTY / "messages").glob("*.yaml")):
        for message in yaml.load(file.read_text("utf-8"), LOADER)["messages"]:
            code = message["category"]
            label = f"{titles[code[:2]]}/{titles[code]}"
            found.append((str(len(found)), message.get("title", ""), message["body"], label))
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, messages: list[tuple[str, ...]]) -> Path:
    """A home in which a model was learnt from three quarters of the messages."""
    found = tmp_path_factory.mktemp("dispatch")
    labelled = sheet(found / "labelled.csv", [row for n, row in enumerate(messages) if n % 4])
    told = run(found, "dispatch", "train", "--from", str(labelled))
    assert "is in force" in told.stdout
    assert "Learning categories 5" in told.stderr
    return found


def test_each_message_gets_one_line_with_category_confidence_and_reason(home: Path, tmp_path: Path) -> None:
    asked = sheet(tmp_path / "a.csv", [("7", "拖欠工资", "厂里拖欠工人三个月工资，老板欠薪不发工资", "")])
    run(home, "dispatch", "suggest", str(asked), "--out", str(tmp_path / "out.csv"))
    line = read(tmp_path / "out.csv")["7"]
    assert line["category"].startswith("劳动")
    assert 0.3 < float(line["confidence"]) <= 1
    assert line["reason"].startswith("words: ")
    assert any(word in line["reason"] for word in ("工资", "拖欠", "老板"))


def test_a_file_in_gb18030_is_answered_in_gb18030(home: Path, tmp_path: Path) -> None:
    asked = sheet(tmp_path / "a.csv", [("7", "路灯", "村口路灯不亮", "")], encoding="gb18030")
    run(home, "dispatch", "suggest", str(asked), "--out", str(tmp_path / "out.csv"))
    assert read(tmp_path / "out.csv", "gb18030")["7"]["category"]


def test_rows_that_cannot_be_used_are_told_by_row_and_the_rest_proceed(home: Path, tmp_path: Path) -> None:
    rows = [
        ("1", "路灯", "路灯不亮", "城乡建设"),
        ("", "没有编号", "路灯不亮", ""),
        ("3", "欠薪", "工资没发", ""),
    ]
    wrong = [("1", "欠薪", "工资没发", ""), ("4", "多一格", "正文", "", "多", "多")]
    asked = sheet(tmp_path / "a.csv", [*rows, *wrong])
    told = run(home, "dispatch", "suggest", str(asked), "--out", str(tmp_path / "out.csv"))
    assert "row 3" in told.stderr.lower() and "row 5" in told.stderr.lower()
    assert re.findall(r"row ([0-9]+)[,:]", told.stderr.lower()) == ["3", "5", "6"], "in the order of the rows"
    assert (
        "row 5: number “1” stands in row 2 already" in told.stderr and "[sheet.number_twice]" in told.stderr
    )
    with (tmp_path / "out.csv").open(encoding="utf-8") as stream:
        assert [line["number"] for line in csv.DictReader(stream)] == ["1", "3"]
    assert read(tmp_path / "out.csv")["1"]["category"].startswith("城乡"), "the first of them is answered"


def test_a_byte_that_cannot_be_read_is_told_by_row_and_the_rest_proceed(home: Path, tmp_path: Path) -> None:
    rows = [(str(n), "路灯", f"村口第{n}盏路灯不亮", "") for n in (1, 2, 3)]
    asked = sheet(tmp_path / "a.csv", rows, encoding="gb18030")
    asked.write_bytes(asked.read_bytes().replace(b"2\xd5\xb5", b"2\xff\xd5\xb5"))
    told = run(home, "dispatch", "suggest", str(asked), "--out", str(tmp_path / "out.csv"))
    assert "[sheet.byte]" in told.stderr and "row 3" in told.stderr.lower()
    assert set(read(tmp_path / "out.csv", "gb18030")) == {"1", "3"}


STRANGE = {
    "empty": "",
    "emoji": "😀😡🔥🔥👨‍👩‍👧",
    "pinyin": "wo jia lou shang lou shui mei ren guan",
    "telephones": "13800138000\n13911112222，0570-5012345",
    "abuse": "你们都是废物，一群吃干饭的混蛋，滚蛋",
    "huge": "路灯不亮，晚上走路看不见。" * 8_000,
    "traditional": "樓上漏水兩年了，物業不管，開發商不修，牆面都發霉了",
    "two": "路灯三个月不亮，另外厂里拖欠我们三个月工资，老板一直不发工钱",
    "elsewhere": "我是开化县华埠镇和平村的，村里路灯不亮",
    "child": "我女儿林小满在第二小学二年级三班，学校食堂的饭菜里有虫子",
}
NOTHING = ("empty", "emoji", "pinyin", "telephones")


def test_ten_strange_messages_each_get_a_sane_line(home: Path, tmp_path: Path) -> None:
    asked = sheet(tmp_path / "a.csv", [(number, "", text, "") for number, text in STRANGE.items()])
    run(home, "dispatch", "suggest", str(asked), "--out", str(tmp_path / "out.csv"))
    lines = read(tmp_path / "out.csv")
    assert set(lines) == set(STRANGE)
    for number in NOTHING:
        assert lines[number]["category"] == "", number
        assert lines[number]["reason"] == "nothing to go by"
    assert (lines["abuse"]["category"], lines["abuse"]["reason"]) == ("", "nothing to go by")
    assert lines["huge"]["category"].startswith("城乡建设")
    assert lines["traditional"]["category"].startswith("城乡建设")
    assert lines["two"]["category"][:2] in {"城乡", "劳动"}
    assert lines["elsewhere"]["unit"] == ""
    assert lines["child"]["category"].startswith("教育")
    assert "小满" not in lines["child"]["reason"]


def test_a_cell_that_a_spreadsheet_would_compute_is_made_harmless(home: Path, tmp_path: Path) -> None:
    asked = sheet(tmp_path / "a.csv", [("=1+1", "路灯", "村口路灯不亮", "")])
    run(home, "dispatch", "suggest", str(asked), "--out", str(tmp_path / "out.csv"))
    assert set(read(tmp_path / "out.csv")) == {"'=1+1"}


def test_a_table_is_not_written_over_itself_and_a_threshold_is_a_share(tmp_path: Path) -> None:
    file = sheet(tmp_path / "in.csv", [("1", "", "路灯不亮", "")])
    before = file.read_bytes()
    told = run(tmp_path, "dispatch", "suggest", str(file), "--out", str(file), status=1)
    assert "[dispatch.over_itself]" in told.stderr and file.read_bytes() == before
    out = str(tmp_path / "out.csv")
    told = run(tmp_path, "dispatch", "suggest", str(file), "--out", out, "--threshold", "3", status=1)
    assert "[dispatch.threshold]" in told.stderr


def test_evaluating_measures_the_model_on_what_is_new_and_what_the_file_would_teach(
    home: Path, tmp_path: Path, messages: list[tuple[str, ...]]
) -> None:
    some = messages[:400]
    told = run(home, "dispatch", "evaluate", str(sheet(tmp_path / "some.csv", some)), "--folds", "2").stdout
    new, _, again = told.partition("Trained anew")
    unseen = [line for line in new.splitlines() if line.startswith("messages")]
    assert 80 < int(unseen[0].split()[-1]) <= len(some) / 4 + 1
    assert "2 parts left out in turn" in again and "macro F1" in again


def test_a_model_is_not_measured_on_what_it_learnt(home: Path) -> None:
    told = run(home, "dispatch", "evaluate", str(home / "labelled.csv"), "--folds", "0", status=1)
    assert "[dispatch.nothing_new]" in told.stderr


def test_a_header_without_rows_is_told_as_such(tmp_path: Path) -> None:
    told = run(tmp_path, "dispatch", "evaluate", str(sheet(tmp_path / "a.csv", [])), status=1)
    assert "[sheet.no_rows]" in told.stderr and "a.csv" in told.stderr


def test_without_a_model_or_labels_the_refusal_says_what_to_do(tmp_path: Path) -> None:
    asked = sheet(tmp_path / "a.csv", [("1", "路灯", "路灯不亮", "")])
    told = run(tmp_path, "dispatch", "suggest", str(asked), "--out", str(tmp_path / "o.csv"), status=1)
    assert "[dispatch.model_missing]" in told.stderr
    assert "[dispatch.no_labels]" in run(tmp_path, "dispatch", "train", "--from", str(asked), status=1).stderr
    assert "[registry.no_county]" in run(tmp_path, "dispatch", "train", status=1).stderr
    missing = str(tmp_path / "none.csv")
    assert "[import.unreadable]" in run(tmp_path, "dispatch", "evaluate", missing, status=1).stderr
