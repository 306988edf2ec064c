"""The only values that may stand in a case, a command or a ledger entry.

No floats: money and measures are integers with a unit, because a float does not survive every
JSON implementation unchanged and one changed digit would break a seal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Value: TypeAlias = "str | int | bool | tuple[Value, ...] | Mapping[str, Value] | None"
Facts: TypeAlias = Mapping[str, Value]
