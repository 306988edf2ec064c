"""Which limits became longer: a share that is kept "on time" rises by that alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from tongban.kernel.value import Value
from tongban.library.practice import Practice
from tongban.library.shape.written import read_limit


class Loosened(Struct, frozen=True):
    """A setting, or a clock whose limit stands in the practice itself, with its limit as it was and is, as written."""

    area: Literal["setting", "clock"]
    name: str
    before: str
    after: str


def loosened(old: Practice, new: Practice, settings: Mapping[str, Value]) -> tuple[Loosened, ...]:
    """The limits of ``new``, run with ``settings``, that are longer than those that ``old`` comes with. Days of any kind count 24 hours."""
    found: list[Loosened] = []
    for name, rule in new.manifest.settings.items():
        former = old.manifest.settings.get(name)
        if rule.type == "limit" and former is not None:
            before, after = str(former.default), str(settings.get(name, rule.default))
            if _longer(before, after):
                found.append(Loosened("setting", name, before, after))
    for kind, clocks in new.clocks.items():
        for name, clock in clocks.items():
            was = old.clocks.get(kind, {}).get(name)
            for one, other in zip(was.limits if was is not None else (), clock.limits, strict=False):
                before = one.limit.text if one.limit is not None else ""
                after = other.limit.text if other.limit is not None else ""
                if _longer(before, after):
                    found.append(Loosened("clock", name, before, after))
    return tuple(found)


def _longer(before: str, after: str) -> bool:
    was, now = read_limit(before), read_limit(after)
    return was is not None and now is not None and now.elapsed() > was.elapsed()
