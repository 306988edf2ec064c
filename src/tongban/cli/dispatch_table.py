"""The table of an evaluation, as ``tongban dispatch evaluate`` prints it."""

from __future__ import annotations

from unicodedata import east_asian_width

from tongban.apps.dispatch.classifier import SURE_ENOUGH
from tongban.apps.dispatch.evaluation import COVERAGE, Scores
from tongban.apps.dispatch.scheme import Scheme
from tongban.cli.words import Voice


def write_scores(voice: Voice, scores: Scores, scheme: Scheme) -> None:
    """Split first, then figures, then each first-level category, then what is mistaken most often."""
    if scores.folds:
        voice.say("dispatch.table.split_folds", folds=scores.folds, measured=scores.measured)
    else:
        voice.say("dispatch.table.split_unseen")
    for name, value in (
        ("messages", f"{scores.messages}"),
        ("macro_f1", f"{scores.macro_f1:.3f}"),
        ("accuracy", f"{scores.accuracy:.3f}"),
        ("surest", f"{scores.accuracy_of_surest:.3f}"),
        ("calibration", f"{scores.calibration_error:.3f}"),
        ("offered", f"{scores.sure:.3f}"),
        ("offered_right", f"{scores.accuracy_when_sure:.3f}"),
    ):
        words = voice.words(
            f"dispatch.table.{name}", coverage=f"{COVERAGE:.0%}", threshold=f"{SURE_ENOUGH:.2f}"
        )
        voice.write(f"{_wide(words, 34)}{value:>8}")
    if scores.leaf_messages:
        voice.say(
            "dispatch.table.leaves",
            messages=scores.leaf_messages,
            right=f"{scores.leaf_accuracy:.3f}",
            three=f"{scores.leaf_in_three:.3f}",
            offered=f"{scores.leaf_sure:.3f}",
            offered_right=f"{scores.leaf_accuracy_when_sure:.3f}",
        )
    heads = ("category", "truly", "given", "both", "f1")
    first, *rest = (voice.words(f"dispatch.table.{name}") for name in heads)
    voice.write(_wide(first, 34) + "".join(_wide(each, 8, right=True) for each in rest))
    for each in scores.classes:
        title = f"{each.category} {scheme.title(each.category)}"
        voice.write(f"{_wide(title, 34)}{each.truly:>8}{each.given:>8}{each.both:>8}{each.f1:>8.3f}")
    for pair in scores.confusions:
        voice.say(
            "dispatch.table.mistaken",
            count=pair.count,
            truly=scheme.title(pair.truly),
            given=scheme.title(pair.given),
        )
    voice.write("")


def _wide(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled up to a width on the screen, where an ideograph takes two columns."""
    taken = sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
    room = " " * max(0, columns - taken)
    return room + text if right else text + room
