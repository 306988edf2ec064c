"""``tongban figure verify``: a file and a key are enough, and what is wrong is said with both numbers."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from edition_ground import AT, SIGNER, STRANGER, changed, forgeries, lines, listed, pairs, sealed
from tongban.cli.main import main
from tongban.kernel.edition.listing import Newest
from tongban.kernel.edition.making import digest

KEY = f"{SIGNER.key_id}={b64encode(SIGNER.public).decode()}"


@pytest.fixture
def true(tmp_path: Path) -> Path:
    path = tmp_path / "edition.ndjson"
    path.write_text(sealed(lines()), "utf-8", newline="")
    return path


def verify(*arguments: str) -> int:
    return main(["--language", "en", "figure", "verify", *arguments])


def test_a_true_file_is_found_true_without_a_home(true: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(str(true), "--key", KEY) == 0
    said = capsys.readouterr()
    assert (
        "True: edition 1 of 2026-10, Changshan, with 4 figures counted again." in said.out and said.err == ""
    )
    assert f"Digest {digest(lines())}" in said.out, "of what file it is said"
    assert "热线 · solved: " in said.out
    assert "number 9 of 11" in said.out, "people count from one"
    assert "the figures counted again" not in said.out and "4 figures counted again" in said.out


def test_a_forged_figure_is_said_with_both_numbers(true: Path, capsys: pytest.CaptureFixture[str]) -> None:
    true.write_text(forgeries()["a figure changed"][0], "utf-8", newline="")
    assert verify(str(true), "--key", KEY) == 1
    said = capsys.readouterr()
    assert "hotline/kept, numerator: the file says" in said.out and "[edition.figure_differs]" in said.out
    assert "Do not believe this file" in said.out and "热线 · solved: " not in said.out
    assert said.err == "", "in a pipe reasons stand where the last line says"


def test_a_correction_beside_the_edition_that_it_corrects_says_what_changed(
    true: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, older, _ = pairs()["a correction"]
    true.write_text(text, "utf-8", newline="")
    old = tmp_path / "old.ndjson"
    old.write_text(older, "utf-8", newline="")
    assert verify(str(true), "--key", KEY, "--corrects", str(old)) == 0
    said = capsys.readouterr().out
    assert "beside edition 1 of 2026-10: its ledger is the beginning of this one; 5 differences" in said
    for line in ("gone: hotline/shorter", "came: hotline/faster", "defined otherwise: hotline/visits"):
        assert line in said
    assert verify(str(old), "--key", KEY, "--corrects", str(true)) == 1
    said = capsys.readouterr().out
    assert "[edition.not_earlier]" in said and "Genuine by itself" in said


def test_without_a_key_nothing_is_believed(true: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(str(true)) == 1
    assert "[edition.no_key]" in capsys.readouterr().out


def test_another_key_and_a_mistyped_one(true: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = f"{STRANGER.key_id}={b64encode(STRANGER.public).decode()}"
    assert verify(str(true), "--key", other) == 1
    assert "[ledger.signature_unknown]" in capsys.readouterr().out
    assert verify(str(true), "--key", KEY[:-2]) == 1
    assert "[ledger.public_key]" in capsys.readouterr().err


def test_as_json(true: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(str(true), "--key", KEY, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["true"] and next(each["step"] for each in told["steps"]) == "read"
    said = {name: told[name] for name in ("county", "period", "edition", "figures", "digest")}
    assert said == {
        "county": "330822",
        "period": "2026-10",
        "edition": 1,
        "figures": 4,
        "digest": digest(lines()),
    }


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(str(tmp_path / "none"), "--key", KEY) == 1
    assert "[cli.cannot_read]" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_what_is_said_of_a_forged_file_has_no_open_places(
    true: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    """Of what cannot be read nothing is known: neither how many figures it has, nor which entry it would be."""
    broken = {"": "", "garbage": '{"a":1}\n', "a page": "<!doctype html><p>tongban.figures.1</p>\n"}
    broken["a broken note"] = changed(sealed(lines()), "proof", lambda value: value.update(note="x"))
    older = tmp_path / "older.ndjson"
    files = [(text, "") for text in (*broken.values(), *(text for text, _ in forgeries().values()))]
    files += [(text, old) for text, old, _ in pairs().values()]
    for text, old in files:
        true.write_text(text, "utf-8", newline="")
        older.write_text(old, "utf-8", newline="")
        beside = ["--corrects", str(older)] if old else []
        main(["--language", language, "figure", "verify", str(true), "--key", KEY, *beside])
        said = capsys.readouterr()
        assert said.err == ""
        left = [line for line in said.out.splitlines() if re.search(r"\{\w+\}", line)]
        assert left == [], text[:200]
        assert not any(line.startswith("edition.") for line in said.out.splitlines()), "a key without words"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_address_brings_its_list_along(
    true: Path, site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beside = tmp_path / "open" / "figures" / "editions.txt"
    beside.parent.mkdir(parents=True)
    beside.write_text(listed(Newest("2026-10", 1, digest(lines())), at=datetime.now(UTC)), "utf-8")
    assert verify(f"{site}/{true.name}", "--key", KEY) == 0
    assert "this is the newest edition" in capsys.readouterr().out
    beside.write_text(listed(Newest("2026-10", 1, digest(lines())), at=AT), "utf-8")
    assert verify(f"{site}/{true.name}", "--key", KEY) == 0
    assert "more than a day from now" in capsys.readouterr().out
    beside.write_text(listed(Newest("2026-10", 2, "ab" * 32), at=AT), "utf-8")
    assert verify(f"{site}/{true.name}", "--key", KEY) == 1
    said = capsys.readouterr().out
    assert "[edition.not_newest]" in said and "Genuine, but no longer in force: edition 1 of 2026-10" in said
    beside.write_text(listed(at=AT - timedelta(days=2)), "utf-8")
    assert verify(f"{site}/{true.name}", "--key", KEY) == 0
    assert "it is too old to tell" in capsys.readouterr().out
    beside.write_text(listed(at=AT, signer=STRANGER), "utf-8")
    assert verify(f"{site}/{true.name}", "--key", KEY) == 1
    assert "Genuine by itself" in capsys.readouterr().out
    assert verify(f"{site}/nothing", "--key", KEY) == 1
    assert "[edition.address]" in capsys.readouterr().err
