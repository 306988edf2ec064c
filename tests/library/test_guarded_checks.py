"""A guarded practice keeps to itself: its twins that count, publish or write where others read are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tongban.kernel.refusal import Refused

Faults = Callable[[Mapping[str, str]], list[Refused]]
Change = Callable[..., Mapping[str, str]]
ROLES = "roles: [clerk, handler, reviewer, leader]\n"
BASIS = "  - {title: Rules on street lighting, document: No. 1 of 2020, since: 2020-01-01}\n"


@pytest.mark.parametrize(
    ("code", "path", "at"),
    [
        ("practice.guarded_counts", "indicators.yaml", "repaired_in_time:"),
        ("practice.guarded_told", "procedure/lamp.yaml", "- publish: case"),
        ("practice.guarded_told", "procedure/lamp.yaml", "- write: {register: poles"),
    ],
)
def test_what_others_read_is_no_part_of_a_guarded_practice(
    changed: Change, faults: Faults, code: str, path: str, at: str
) -> None:
    files = changed("practice.yaml", ROLES, f"{ROLES}guarded: true\n")
    line = files[path][: files[path].index(at)].count("\n") + 1
    assert (code, f"{path}:{line}") in [(each.code, each.where) for each in faults(files)]


def test_without_a_document_nothing_is_kept_to_a_few(changed: Change, faults: Faults) -> None:
    files = changed("practice.yaml", f"legal_basis:\n{BASIS}", "guarded: true\n")
    told = [(each.code, each.where) for each in faults(files)]
    assert any(code == "practice.guarded_basis" for code, _ in told), told


def test_guarded_is_true_or_false_and_nothing_else(changed: Change, faults: Faults) -> None:
    files = changed("practice.yaml", ROLES, f"{ROLES}guarded: few\n")
    assert "practice.not_flag" in {each.code for each in faults(files)}
    assert faults(changed("practice.yaml", ROLES, f"{ROLES}guarded: false\n")) == []
