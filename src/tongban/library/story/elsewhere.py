"""What settles elsewhere in the stories of a practice that hears others: a case of a practice that is nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from uuid import NAMESPACE_OID, uuid5

from tongban.kernel.value import Facts
from tongban.library.story.runner import Elsewhere
from tongban.library.triggers import WORKER, Heard

ELSEWHERE = "elsewhere"
"""The practice; a story's county hears it where the story's settings say so."""
INNER = "inner_matter"
"""The kind of its cases that no requester has a part in."""
PHONE = "13900000017"
"""Of whoever brought it: with it they prove on every rung that the case is theirs."""


def heard_in(story: Elsewhere, name: str, county: str) -> Heard:
    """The same as a practice would hear of it, for a rung without a database."""
    facts: Facts = {
        "of_number": f"E-{name}",
        "of_practice": ELSEWHERE,
        "of_kind": story.kind,
        "of_channel": story.channel,
        "of_outcome": story.outcome,
        "of_requester": story.kind != INNER,
        WORKER: story.unit,
        "category": story.category,
        "division": story.division or county,
    }
    return Heard(
        str(uuid5(NAMESPACE_OID, f"story/elsewhere/{name}")),
        ELSEWHERE,
        {key: value for key, value in facts.items() if value != ""},
        story.division or county,
        story.channel,
        tuple(sorted({each.person for each in story.by})),
    )


@lru_cache(maxsize=1)
def elsewhere_files() -> Mapping[str, str]:
    """The texts of that practice, as a county would adopt it."""
    root = resources.files("tongban.library").joinpath("scenario_elsewhere")
    return {"README.md": "What settles elsewhere in stories.\n", **dict(sorted(_texts(root, "").items()))}


def _texts(folder: Traversable, before: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in folder.iterdir():
        if each.is_dir():
            found |= _texts(each, f"{before}{each.name}/")
        elif each.name.endswith(".yaml"):
            found[f"{before}{each.name}"] = each.read_text(encoding="utf-8")
    return found
