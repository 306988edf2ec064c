"""Whether a practice changed a figure, in sentences: on the page of its effect, and in short on the shelf."""

from __future__ import annotations

from tongban.apps.figures.effect import FEWEST_MONTHS, Effect
from tongban.apps.figures.effects import Found
from tongban.kernel.value import Value
from tongban.web.lead.figure_charts import Scale
from tongban.web.words import say


def said(found: Effect | None, kind: str, language: str) -> tuple[str, ...]:
    """What was found of an indicator of a kind, in sentences: the finding first, then what it rests on."""
    scale = Scale.of(kind)
    if found is None:
        return (say("figures.effect.nothing_beside", language),)
    if found.verdict == "too_short":
        return (
            say("figures.effect.too_short", language, before=found.before_months, after=found.after_months),
        )
    unit = say("figures.points", language) if scale.unit else ""

    def points(number: float, *, signed: bool = True) -> str:
        text = f"{number * scale.by:{'+' if signed else ''}.{scale.decimals}f}"
        return f"{text} {unit}".strip()

    facts = {
        "size": points(found.size),
        "low": points(found.low),
        "high": points(found.high),
        "visible": points(found.visible, signed=False),
        "drift": points(found.drift[0]),
    }
    return (
        say(f"figures.effect.{found.verdict}", language, **facts),
        say(
            "figures.effect.course",
            language,
            own_before=scale.said(found.before[0] * scale.by),
            own_after=scale.said(found.after[0] * scale.by),
            other_before=scale.said(found.before[1] * scale.by),
            other_after=scale.said(found.after[1] * scale.by),
            alone=points(found.own_change),
        ),
        say(
            "figures.effect.rests",
            language,
            before=found.before_months,
            after=found.after_months,
            left_out=found.left_out,
        ),
    )


def in_short(found: Found, language: str) -> str:
    """The finding in one line: how the figure went, of how many cases, and whether that was the practice."""
    effect, scale = found.effect, Scale.of(found.kind)
    if (effect is None or effect.verdict == "too_short") and found.year.value is None:
        return say("figures.short.few", language, n=found.year.cases)
    if effect is None:
        return _joined(
            language, _years(found, scale, language), say("figures.short.nothing_beside", language)
        )
    if effect.verdict == "too_short":
        months: dict[str, Value] = {
            "before": effect.before_months,
            "after": effect.after_months,
            "months": FEWEST_MONTHS,
        }
        return _joined(
            language, _years(found, scale, language), say("figures.short.too_short", language, **months)
        )
    before, after = (scale.said(each[0] * scale.by) for each in (effect.before, effect.after))
    facts: dict[str, Value] = {"before": before, "after": after, "n": found.cases[0], "m": found.cases[1]}
    course = say("figures.short.course", language, **facts)
    return _joined(language, course, say(f"figures.short.{effect.verdict}", language))


def _years(found: Found, scale: Scale, language: str) -> str:
    """The whole county in the last twelve months, and in those before where they had cases enough."""
    now, then = found.year, found.year_before
    facts: dict[str, Value] = {
        "value": scale.said(now.value * scale.by if now.value is not None else None),
        "n": now.cases,
    }
    if then.value is None:
        return say("figures.short.year", language, **facts)
    return say(
        "figures.short.years", language, before=scale.said(then.value * scale.by), m=then.cases, **facts
    )


def _joined(language: str, *sentences: str) -> str:
    return ("" if language == "zh-Hans" else " ").join(sentences)
