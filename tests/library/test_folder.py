"""A folder is read without trust and named by its content alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tongban.kernel.refusal import Refused
from tongban.library.folder import digest, pack
from tongban.library.practice import Practice
from tongban.library.reading import read_packed, read_practice

STREETLAMP = Path(__file__).parent / "practices" / "streetlamp"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STREETLAMP, tmp_path / "streetlamp"))


def codes(path: Path) -> set[tuple[str, str]]:
    found = read_practice(path)
    assert isinstance(found, Refused)
    return {(fault.code, fault.where) for fault in found.all()}


def test_a_whole_folder_is_read(copy: Path) -> None:
    found = read_practice(copy)
    assert isinstance(found, Practice)
    assert (found.id, found.version, found.opens) == ("streetlamp", "1.2.0", "lamp")


def test_the_digest_names_the_content_and_not_the_machine(copy: Path, files: Mapping[str, str]) -> None:
    os.utime(copy / "forms.yaml", (1, 1))
    (copy / ".DS_Store").write_bytes(b"\0")
    readme = copy / "README.md"
    readme.write_bytes(b"\xef\xbb\xbf" + readme.read_bytes().replace(b"\n", b"\r\n"))
    found = pack(copy)
    assert not isinstance(found, Refused)
    assert digest(found) == digest(files)
    assert digest(dict(reversed(files.items()))) == digest(files)


@pytest.mark.parametrize(
    "path", ["README.md", "scenarios/mended.yaml", "texts/en.yaml", "procedure/lamp.yaml"]
)
def test_any_changed_file_changes_the_digest(files: Mapping[str, str], path: str) -> None:
    assert digest({**files, path: files[path] + "\n# later"}) != digest(files)


def test_moving_text_from_one_file_to_another_changes_the_digest(files: Mapping[str, str]) -> None:
    moved = {**files, "scenarios/other.yaml": files["scenarios/mended.yaml"]}
    del moved["scenarios/mended.yaml"]
    assert digest(moved) != digest(files)


def test_a_packed_practice_is_read_again_without_a_disk(practice: Practice) -> None:
    again = read_packed(practice.files)
    assert isinstance(again, Practice)
    assert again.digest == practice.digest
    assert again == practice


def test_the_digest_is_known_for_a_known_content() -> None:
    assert digest({"a": "b"}) == "ded223b6973894003cfea20db35a15a58ab2c94d83551a0628126f99d620001b"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert codes(tmp_path / "nothing") == {("practice.folder_missing", str(tmp_path / "nothing"))}


def test_a_folder_that_is_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert codes(tmp_path / "loop") == {("practice.folder_missing", str(tmp_path / "loop"))}


def test_a_half_written_folder_tells_everything_that_is_missing(copy: Path) -> None:
    for path in ("forms.yaml", "texts/en.yaml", "README.md"):
        (copy / path).unlink()
    (copy / "deadlines.yaml").write_text("lamp: {repair: ]}")
    assert codes(copy) == {
        ("practice.file_missing", "forms.yaml"),
        ("practice.file_missing", "texts/en.yaml"),
        ("practice.file_missing", "README.md"),
        ("practice.syntax", "deadlines.yaml:1"),
    }


def test_a_folder_without_procedure_is_refused(copy: Path) -> None:
    shutil.rmtree(copy / "procedure")
    assert ("practice.file_missing", "procedure/<kind>.yaml") in codes(copy)


def test_links_inside_are_refused_and_not_followed(copy: Path) -> None:
    (copy / "scenarios" / "again").symlink_to(copy)
    (copy / "texts" / "en.yaml").unlink()
    (copy / "texts" / "en.yaml").symlink_to(copy / "texts" / "zh-Hans.yaml")
    assert codes(copy) == {("practice.link", "scenarios/again"), ("practice.link", "texts/en.yaml")}


def test_what_is_no_text_is_refused(copy: Path) -> None:
    (copy / "forms.yaml").write_bytes(b"PK\x03\x04\0\0")
    (copy / "README.md").write_bytes("第一行\n路灯".encode("gb18030"))
    (copy / "routing.yaml").write_bytes(b"# " + b"x" * 1_000_001)
    os.mkfifo(copy / "scenarios" / "pipe.yaml")
    found = codes(copy)
    assert {code for code, _ in found} == {
        "practice.binary", "practice.encoding", "practice.file_too_large", "practice.not_a_file",
    }  # fmt: skip


def test_files_and_folders_that_no_practice_has_are_refused(copy: Path) -> None:
    (copy / "form.yaml").write_text("a: 1")
    (copy / "procedure" / "notes.txt").write_text("a")
    (copy / "scenario").mkdir()
    assert codes(copy) == {
        ("practice.unknown_file", "form.yaml"),
        ("practice.unknown_file", "procedure/notes.txt"),
        ("practice.unknown_file", "scenario"),
    }


def test_a_folder_of_thousands_of_files_is_not_read_to_the_end(copy: Path) -> None:
    for n in range(600):
        (copy / "scenarios" / f"s{n}.yaml").write_text("a: 1")
    assert "practice.too_many_files" in {code for code, _ in codes(copy)}


def test_a_folder_that_may_not_be_read_is_refused(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", denied)
    assert "practice.unreadable" in {code for code, _ in codes(copy)}
