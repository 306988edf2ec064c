"""``tongban dispatch models`` and ``publish``: which models there are, which is in force, and putting another in force."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tongban.cli.machine import open_up, operator
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from tongban.apps.dispatch.care import Trained
    from tongban.apps.dispatch.keeping import Kept


def models(voice: Voice, options: argparse.Namespace) -> int:
    """Every model, the newest first."""
    open_up()
    from tongban.apps.dispatch.care import models as all_models

    found = all_models(operator(voice.language))
    if isinstance(found, Refused):
        return voice.refuse(found)
    if options.json:
        voice.write_json(found.models)
        return 0
    if not found.models:
        return voice.refuse(Refused("dispatch.model_missing"))
    for each in found.models:
        state = "in_force" if each.in_force else "earlier" if each in found.earlier else "never_in_force"
        voice.say(
            "dispatch.model",
            id=each.id,
            state=voice.words(f"dispatch.{state}"),
            made=each.made[:10],
            examples=each.examples,
        )
        _scores(voice, each)
        _effect(voice, each)
    return 0


def publish(voice: Voice, options: argparse.Namespace) -> int:
    """Put a model in force; an earlier one likewise."""
    open_up()
    from tongban.apps.dispatch.care import publish as put_in_force

    found = put_in_force(options.id, options.why, operator(voice.language))
    if isinstance(found, Refused):
        return voice.refuse(found)
    voice.say("dispatch.published", id=found.id)
    return 0


def told_of_training(voice: Voice, found: Trained, *, publish: bool) -> int:
    """What was learnt, how good it is, what it would have changed, and what to do with it."""
    from tongban.apps.dispatch.care import publish as put_in_force

    voice.say("dispatch.trained", examples=found.model.examples, id=found.model.id)
    _scores(voice, found.model)
    if isinstance(found.units, Refused):
        voice.refuse(found.units)
    elif found.units is not None:
        voice.say("dispatch.units_learnt", units=found.units)
    _effect(voice, found.model)
    if found.published:
        voice.say("dispatch.published", id=found.model.id)
        return 0
    if found.model.in_force:
        voice.say("dispatch.nothing_learnt")
        return 0
    if not publish:
        voice.say("dispatch.draft", id=found.model.id)
        return 0
    forced = put_in_force(found.model.id, "", operator(voice.language))
    if isinstance(forced, Refused):
        return voice.refuse(forced)
    voice.say("dispatch.published", id=forced.id)
    return 0


def _scores(voice: Voice, model: Kept) -> None:
    if model.scores:
        figures = {
            name: f"{model.scores[name] / 1000:.3f}" if name in model.scores else "–" for name in _SCORES
        }
        voice.say("dispatch.inside", **figures)


_SCORES = ("macro_f1", "accuracy", "calibration_error")


def _effect(voice: Voice, model: Kept) -> None:
    from msgspec.structs import asdict

    found = model.trial.effect if model.trial is not None else None
    if found is not None:
        facts = {name: value for name, value in asdict(found).items() if name != "moved"}
        voice.say("dispatch.effect", **facts)
