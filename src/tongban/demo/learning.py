"""The demo's category suggestion, learnt from its own messages and from what the scheme says of itself."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from tongban.apps.dispatch.care import train_from
from tongban.apps.dispatch.model_file import load
from tongban.apps.dispatch.offering import FOLDER
from tongban.apps.dispatch.reading import joined
from tongban.apps.dispatch.scheme import scheme_written
from tongban.apps.dispatch.train import Example
from tongban.apps.registry.progress import Say, silent
from tongban.demo.script import Script
from tongban.kernel.refusal import Refused


def learn(script: Script, now: datetime, say: Say = silent) -> Refused | None:
    """Put a suggestion in force where there is none; None when it is there."""
    folder = settings.TONGBAN_HOME / FOLDER
    if not isinstance(load(folder), Refused):
        return None
    categories = script.read("categories.yaml")["categories"]
    scheme = scheme_written(categories)
    if isinstance(scheme, Refused):
        return scheme
    examples = [
        Example(joined(each.title, each.body), each.category)
        for messages in script.messages.values()
        for each in messages
    ]
    learnt = train_from(
        examples, scheme, now, None, lambda _, done=0, total=0: say("demo.learning", done, total)
    )
    return learnt if isinstance(learnt, Refused) else None
