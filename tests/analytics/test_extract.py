"""The extract as a file: one that a disk has broken is thrown away, one that another program holds is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tongban.analytics.extract import FOLDER, opened
from tongban.kernel.refusal import RefusedError

COUNTY = "330822"


def filled(home: Path) -> Path:
    """An extract with a table that is worth breaking."""
    with opened(home, COUNTY) as extract:
        assert extract is not None
        extract.rows("CREATE TABLE cases AS SELECT hash(range) AS n FROM range(500000)")
    return home / FOLDER / f"{COUNTY}.duckdb"


def broken_at(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place : place + 64] = bytes(each ^ 0xFF for each in content[place : place + 64])
    path.write_bytes(content)


@pytest.mark.parametrize("places", [[100], [4200, 8300]], ids=["its name", "both its heads"])
def test_a_file_whose_head_is_broken_is_thrown_away_and_begun_again(
    tmp_path: Path, places: list[int]
) -> None:
    path = filled(tmp_path)
    for each in places:
        broken_at(path, each)
    with opened(tmp_path, COUNTY) as extract:
        assert extract is not None
        assert "cases" not in {name for (name,) in extract.rows("SELECT table_name FROM duckdb_tables()")}


def test_a_file_that_turns_out_to_be_broken_while_it_is_read_is_refused_once_and_then_begun_again(
    tmp_path: Path,
) -> None:
    path = filled(tmp_path)
    broken_at(path, path.stat().st_size // 2)
    with pytest.raises(RefusedError) as refused, opened(tmp_path, COUNTY) as extract:
        assert extract is not None
        extract.rows("SELECT sum(n) FROM cases")
    assert refused.value.refusal.code == "figure.extract_lost"
    with opened(tmp_path, COUNTY) as extract:
        assert extract is not None
        assert extract.names() == ()


def test_a_file_that_another_program_holds_is_left_alone(tmp_path: Path) -> None:
    path = filled(tmp_path)
    program = f"import duckdb, sys; held = duckdb.connect({str(path)!r}); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(RefusedError) as refused, opened(tmp_path, COUNTY):
            pass
        other.communicate("")
    assert refused.value.refusal.code == "figure.extract_held"
    with opened(tmp_path, COUNTY) as extract:
        assert extract is not None
        assert extract.rows("SELECT count(*) FROM cases") == [(500_000,)]
