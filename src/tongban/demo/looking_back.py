"""Somebody who did not adopt a practice says whether it helped: what the county's own figures say, in the case that asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.apps import wording
from tongban.apps.acting import Acting
from tongban.apps.casework.take import take
from tongban.apps.figures.before_after import before_after
from tongban.apps.figures.effect import Effect
from tongban.apps.office import Office, office
from tongban.demo.carrying import actor_of
from tongban.demo.founding import must
from tongban.store.models import CaseRow

LANGUAGE = "zh-Hans"
"""In which the officials of the demo write."""


def look_back(plan: Mapping[str, Any], practice: str, now: datetime) -> None:
    """Take the step that ``carried.yaml`` names on the case that waits for it, and the one that lets everybody read what came of it;
    nothing where none does.

    Raises ``RefusedError`` where the effect cannot be worked out or the step is refused.
    """
    here = office()
    number = _waiting(here, plan["practice"], plan["step"])
    if not number:
        return
    acting = Acting(now, actor_of(plan["by"]), language=LANGUAGE)
    figure = plan["figure"]
    seen = must(before_after(practice, figure, acting))
    verdict = seen.found.verdict if seen.found is not None else "too_short"
    facts = {
        "verdict": plan["verdicts"][verdict],
        "address": f"/open/practices/{practice}/",  # which everybody may read, with the figure that it is told by
        "words": _words(seen.found),
    }
    then = plan["then"]
    said = {name: facts[what] for name, what in plan["answers"].items()}
    with transaction.atomic():  # half done, it would be taken for done when the demo is set up again
        must(take(number, plan["step"], said, acting))
        must(take(number, then["step"], {}, Acting(now, actor_of(then["by"]), language=LANGUAGE)))


def _waiting(here: Office, practice: str, step: str) -> str:
    """The number of the newest case on which the step can be taken; "" where it can be on none."""
    rows = CaseRow.objects.filter(county=here.county.code, practice=practice).order_by("-opened_at")
    for number, adoption, kind, stage in rows.values_list("number", "adoption", "kind", "stage"):
        rule = here.procedure(adoption).kinds[kind].steps.get(step)
        if rule is not None and stage in rule.source:
            return number
    return ""


def _words(found: Effect | None) -> str:
    if found is None or found.verdict == "too_short":
        months = (found.before_months, found.after_months) if found is not None else (0, 0)
        return wording.say("figures.effect.too_short", LANGUAGE, before=months[0], after=months[1])
    rests = wording.say(
        "figures.effect.rests",
        LANGUAGE,
        before=found.before_months,
        after=found.after_months,
        left_out=found.left_out,
    )
    points = wording.say("figures.points", LANGUAGE)
    sizes = {name: f"{getattr(found, name) * 100:+.1f} {points}" for name in ("size", "low", "high")}
    sizes["visible"] = f"{found.visible * 100:.1f} {points}"
    sizes["drift"] = f"{found.drift[0] * 100:+.1f} {points}"
    return wording.say(f"figures.effect.{found.verdict}", LANGUAGE, **sizes) + rests
