"""A home knows where its pages were served last."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.apps.served import USUAL, last, note


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("127.0.0.1", "http://127.0.0.1:8770"),
        ("0.0.0.0", "http://127.0.0.1:8770"),
        ("::1", "http://[::1]:8770"),
        ("10.8.0.3", "http://10.8.0.3:8770"),
    ],
)
def test_where_it_was_served_last_is_known_to_whoever_asks_its_pages(
    tmp_path: Path, host: str, found: str
) -> None:
    assert last(tmp_path) == USUAL
    note(tmp_path, "127.0.0.1", 8000)
    note(tmp_path, host, 8770)
    assert last(tmp_path) == found


def test_a_home_that_cannot_be_written_to_serves_all_the_same(tmp_path: Path) -> None:
    note(tmp_path / "gone", "127.0.0.1", 8770)
    assert last(tmp_path / "gone") == USUAL
