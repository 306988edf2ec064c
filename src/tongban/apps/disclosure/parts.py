"""What a figure is broken down by, in words."""

from __future__ import annotations

from tongban.apps.wording import Wording, say
from tongban.kernel.indicator.parts import GIVEN, NONE, TOWNSHIP
from tongban.library.texts import product_texts


def by_title(wording: Wording, by: str) -> str:
    """What the parts are: townships, how it came, or what a field is called."""
    if by in GIVEN:
        return say(f"parts.{by}", wording.language)
    forms = wording.procedure.forms.values()
    label = next(
        (wording.label(form.id, by) for form in forms if any(field.id == by for field in form.fields)), by
    )
    return label[:1].lower() + label[1:]  # it stands within a sentence


def part_name(wording: Wording, by: str, part: str) -> str:
    """What a part is called; its code where nobody has a name for it."""
    if part == NONE:
        return say("places.elsewhere" if by == TOWNSHIP else "parts.none", wording.language)
    match by:
        case "township":
            return wording.names.division(part, wording.language)
        case "channel":
            key, texts = f"adjust.channel.{part}", product_texts()
            return texts.say(key, wording.language) if texts.has(key, wording.language) else part
        case _:
            return wording.value(by, part) or part


def in_order(part: str) -> tuple[bool, str]:
    """Parts stand in the order of their codes, those that say nothing last: the order is that of the register or catalogue, and no rank."""
    return part == NONE, part
