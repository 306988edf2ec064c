"""Models that suggest: listed, and put in force, for administrators."""

from __future__ import annotations

from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes.models import EffectOut, ModelList, ModelOut, Publish
from tongban.apps.dispatch.care import models, publish
from tongban.apps.dispatch.keeping import Kept
from tongban.kernel.refusal import Refused


def list_models(asked: Asked) -> Answer:
    """The models there are, the newest first, with their scores and what each would change."""
    found = models(asked.acting)
    if isinstance(found, Refused):
        return found
    return ModelList(models=tuple(_model(each, found.asks.get(each.id, "")) for each in found.models))


def publish_model(asked: Asked, model: str, body: Publish) -> Answer:
    """Put a model in force, noted in the ledger. A worse one, or one never compared, needs a reason."""
    done = publish(model, body.why, asked.acting)
    return done if isinstance(done, Refused) else _model(done, "")


def _model(each: Kept, asks: str) -> ModelOut:
    effect = each.trial.effect if each.trial is not None else None
    return ModelOut(
        id=each.id,
        made=each.made,
        data=each.data,
        examples=each.examples,
        units=each.units,
        in_force=each.in_force,
        scores=dict(each.scores),
        effect=EffectOut.model_validate(effect) if effect is not None else None,
        asks=asks,
    )
