"""Shapes are worked out one at a time, so that threads may read them for the first time together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tongban.kernel import shapes

FRESH = """
from __future__ import annotations
import sys, threading, types
import msgspec
from tongban.kernel import shapes
sys.setswitchinterval(1e-6)
text = "from __future__ import annotations\\nimport msgspec\\nfrom collections.abc import Mapping\\n"
for n in range(100):
    text += f"class A{n}(msgspec.Struct):\\n    a: int\\n    b: Mapping[str, str]\\n    c: tuple[str, ...] = ()\\n"
    text += f"class B{n}(msgspec.Struct):\\n    a: A{n}\\n    b: Mapping[str, A{n}]\\n    c: tuple[A{n}, ...] = ()\\n"
fresh = sys.modules["fresh"] = types.ModuleType("fresh")
exec(text, fresh.__dict__)
together = threading.Barrier(8)
read = []
def all_of_them():
    for n in range(100):
        together.wait()
        read.append(shapes.converted({"a": {"a": 1, "b": {}}, "b": {}, "c": [{"a": 1, "b": {}}]}, getattr(fresh, f"B{n}")).c[0].a)
threads = [threading.Thread(target=all_of_them) for _ in range(8)]
for each in threads: each.start()
for each in threads: each.join()
assert read == [1] * 800
"""


def test_threads_that_read_a_shape_for_the_first_time_together_all_read_it() -> None:
    done = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_does_not_fit_a_shape_is_told() -> None:
    with pytest.raises(msgspec.ValidationError):
        shapes.read(b'{"a": 1}', dict[str, str])
    with pytest.raises(msgspec.ValidationError):
        shapes.converted({"a": 1}, dict[str, str])


def test_nothing_else_works_shapes_out() -> None:
    ways = re.compile(
        r"msgspec\.convert\(|json\.Decoder\(|msgspec\.msgpack|msgspec\.json\.decode\([^)]*type="
    )
    source = Path(shapes.__file__).parents[1]
    found = [path.name for path in source.rglob("*.py") if ways.search(path.read_text("utf-8"))]
    assert found == ["shapes.py"]
