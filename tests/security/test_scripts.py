"""Our own scripts cannot be made to change the prototype of all objects: no name that comes from outside is written to by."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "src" / "tongban" / "web" / "static" / "tongban"
BORROWED = {"echarts.min.js", "htmx.min.js", "noble.js"}
OWN = sorted(each.name for each in STATIC.glob("*.js") if each.name not in BORROWED)
WRITES = re.compile(r"([\w.$]+)\[[^\[\]]*\](?:\.\w+)?\s*=(?![=>])")
LOOKED_AT = {
    ("check.js", "found"): "made without a prototype",
    ("check.js", "said"): "two names that stand there",
    ("combo.js", "input.dataset"): "three names that stand there, of an element",
    ("combo.js", "lists"): "the id of a list of the page",
    ("counting.js", "finer"): "numbers by number",
    ("counting.js", "table"): "numbers by number",
    ("counting.js", "this.excluded"): "made without a prototype",
    ("counting.js", "units"): "made without a prototype",
    ("page.js", "form.elements"): "a list that the browser made, by number or by a field of the page",
    ("page.js", "found"): "names of the page's own fields",
    ("passkey.js", "answer"): "names that stand there",
}
"""Every writing to a name that is worked out, and why no stranger chooses it or nothing is reached by it."""
DEEP = re.compile(r"([\w.$]+)\[([^\[\]]*[A-Za-z_$][^\[\]]*)\]\[[^\[\]]*\]\s*=(?![=>])")


def own(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


@pytest.mark.parametrize("name", OWN)
def test_no_script_walks_two_names_deep_and_writes(name: str) -> None:
    """``a[b][c] = …`` with ``b`` from outside is how a prototype is reached."""
    assert DEEP.findall(own(name)) == []


def test_every_writing_to_a_name_that_is_worked_out_was_looked_at() -> None:
    found = {(name, target) for name in OWN for target in WRITES.findall(own(name))}
    assert found == set(LOOKED_AT)
    assert "Object.create(null)" in own("check.js") and own("counting.js").count("Object.create(null)") >= 2


@pytest.mark.parametrize("name", OWN)
def test_what_is_merged_comes_into_an_object_that_was_made_here(name: str) -> None:
    """``Object.assign`` copies what is an object's own and walks into nothing; no other merging is done, and no prototype is named."""
    text = own(name)
    assert (
        re.findall(r"__proto__|setPrototypeOf|\.prototype\s*\[|constructor\s*\[|deepMerge|extend\(", text)
        == []
    )
    for target in re.findall(r"Object\.assign\(\s*([^,]+),", text):
        assert not target.strip().endswith("prototype"), target
