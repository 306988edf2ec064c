"""Codes that a load adds and that look like another code of the register: a letter O for a nought, a dash too few. They are two, and may well
name two things; whoever loads them is told before it is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongban.apps.brought.loading import Change, Load
from tongban.kernel.procedure.lookalike import outline


def alike_in(load: Load, change: Change) -> Mapping[str, str]:
    """By each code that comes, one that it looks like: of the rows that there are once it is done, else of those that end."""
    if not change.difference.added:
        return {}
    rows = [each.key for each in load.rows[change.register]]
    known = _by_outline([*rows, *(each.key for each in change.difference.ended)])
    found: dict[str, str] = {}
    for each in change.difference.added:
        others = [code for code in known[outline(each.key)] if code != each.key]
        if others:
            found[each.key] = others[0]
    return found


def _by_outline(codes: Iterable[str]) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for code in codes:
        found.setdefault(outline(code), []).append(code)
    return found
