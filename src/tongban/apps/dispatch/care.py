"""Looking after the models that suggest categories and units: learnt at will, put in force by somebody who says so.

Training never touches what is in force: it makes one model more, with its trial and, when it learnt from the county's
own cases, with what it would have changed on them. Publishing is noted in the ledger. Going back is publishing an
earlier one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.dispatch.keeping import (
    Kept,
    answers_of,
    id_of,
    in_force,
    kept,
    known,
    place_of,
    put_in_force,
    write_answers,
    write_trial,
)
from tongban.apps.dispatch.offering import county_scheme, folder
from tongban.apps.office import Office, office
from tongban.apps.registry.progress import Say, silent
from tongban.apps.rights import may
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store.notes import append_note, chain_id

if TYPE_CHECKING:
    from tongban.apps.dispatch.learning import OwnCase
    from tongban.apps.dispatch.scheme import Scheme
    from tongban.apps.dispatch.train import Example

CHAIN, PUBLISHED = "models", "model_published"
LONGEST_WHY = 500
WEAKER = 30
"""Per mille of the messages left out in turn that may be right less often than those of the model in force."""


class Trained(Struct, frozen=True):
    """A model that was learnt. ``units`` were learnt with it, or why none were (None: nothing was to be learnt from).

    ``published``: it is in force, because nothing was before.
    """

    model: Kept
    units: int | Refused | None
    published: bool


class Publication(Struct, frozen=True):
    """When a model was put in force, by whom ("" for the system) and, where there was reason to ask, why.

    ``before`` is the model that it replaced, "" for none.
    """

    id: str
    at: str
    by: str
    why: str
    before: str


class Models(Struct, frozen=True):
    """All models of the county, the newest first, and when which was put in force, the latest first.

    ``asks`` says of a model why publishing it needs a reason: ``dispatch.worse``, ``dispatch.weaker``,
    ``dispatch.not_compared`` or "".
    """

    models: tuple[Kept, ...]
    publications: tuple[Publication, ...]
    asks: dict[str, str]

    @property
    def used(self) -> Kept | None:
        return next((each for each in self.models if each.in_force), None)

    @property
    def earlier(self) -> tuple[Kept, ...]:
        """Those that were in force once and are no longer."""
        return tuple(each for each in self.models if not each.in_force and self._once(each))

    @property
    def draft(self) -> Kept | None:
        """The newest that never was in force, if it is newer than the one that is."""
        first = next(iter(self._never()), None)
        return first if first is not None and (self.used is None or first.made >= self.used.made) else None

    @property
    def passed_over(self) -> tuple[Kept, ...]:
        """Drafts that never were in force; a newer model has come since."""
        return tuple(each for each in self._never() if each is not self.draft)

    def _never(self) -> tuple[Kept, ...]:
        return tuple(each for each in self.models if not each.in_force and not self._once(each))

    def _once(self, model: Kept) -> bool:
        return any(model.id in (each.id, each.before) for each in self.publications)


def models(acting: Acting) -> Models | Refused:
    """What there is. Refuses whoever is no administrator."""
    if not may("look_after_models", acting.actor):
        return Refused("dispatch.models_not_yours")
    here, found = office(), kept(folder())
    held = next((each for each in found if each.in_force), None)
    asks = {each.id: _asks(each, held) for each in found if not each.in_force}
    return Models(found, _publications(here, acting), asks)


def _publications(here: Office, acting: Acting) -> tuple[Publication, ...]:
    notes = [
        each for each in here.journal.events(chain_id(here.county.code, CHAIN)) if each.kind == PUBLISHED
    ]
    said = [(each.at, each.facts()) for each in reversed(notes)]
    return tuple(
        Publication(
            str(facts["id"]),
            moment(at, acting.language),
            here.names.person(str(facts["by"]), acting.language) if facts["by"] else "",
            str(facts.get("why", "")),
            str(facts.get("before", "")),
        )
        for at, facts in said
    )


def train_own(acting: Acting, say: Say = silent) -> Trained | Refused:
    """Learn from the county's own cases, and see what that would have changed.

    Refuses whoever is no administrator and what :func:`tongban.apps.dispatch.train.learn` refuses.
    """
    if not may("look_after_models", acting.actor):
        return Refused("dispatch.models_not_yours")
    # numpy and scipy take long to load; only who trains waits for them.
    from tongban.apps.dispatch import model_file, unit_file
    from tongban.apps.dispatch.effect import effect
    from tongban.apps.dispatch.labelled import grouped
    from tongban.apps.dispatch.learning import own_cases, own_dispatches
    from tongban.apps.dispatch.train import learn
    from tongban.apps.dispatch.trial import trial_of
    from tongban.apps.dispatch.units import learn_units

    here, scheme = office(), county_scheme()
    cases = [each for each in own_cases(here, say) if each.example.category in scheme.categories]
    cases, examples = _one_of_each(cases, grouped([each.example for each in cases]))
    learnt = learn(examples, scheme, acting.now, lambda done, total: say("dispatch.learning", done, total))
    if isinstance(learnt, Refused):
        return learnt
    held, used = in_force(folder()), model_file.load(folder())
    changed = None
    if held is not None and not isinstance(used, Refused) and learnt.tried:
        answers = answers_of(folder(), held.id)
        changed = effect(here, cases, learnt.tried, used, held.id, acting.now, answers, say)
    place = _place(learnt.model.about.made, learnt.model.about.data)
    model_file.save(learnt.model, place)
    units = learn_units(own_dispatches(cases, here, scheme))
    if not isinstance(units, Refused):
        unit_file.save(units, place, learnt.model.about.made)
    write_trial(place, trial_of(learnt.tried, [each.category for each in examples], changed))
    write_answers(place, [each.offered for each in learnt.tried])
    return _trained(place.name, units if isinstance(units, Refused) else len(units.units), acting)


def _one_of_each(
    cases: Sequence[OwnCase], examples: Sequence[Example]
) -> tuple[list[OwnCase], list[Example]]:
    """The newest case of each message and category, with its example. Told a hundred times a message says no more than
    told once; but what is its own would pass for what many say, and drown those that were told once."""
    newest: dict[tuple[str, str], tuple[OwnCase, Example]] = {}
    for case, example in zip(cases, examples, strict=True):
        newest.setdefault((example.group, example.category), (case, example))
    return [case for case, _ in newest.values()], [example for _, example in newest.values()]


def train_from(
    examples: Sequence[Example], scheme: Scheme, now: datetime, acting: Acting | None, say: Say = silent
) -> Trained | Refused:
    """Learn from labelled examples of a file. Without a county (``acting`` None) the model is in force at once."""
    from tongban.apps.dispatch import model_file
    from tongban.apps.dispatch.labelled import grouped
    from tongban.apps.dispatch.train import learn
    from tongban.apps.dispatch.trial import trial_of

    given = grouped(examples)
    learnt = learn(given, scheme, now, lambda done, total: say("dispatch.learning", done, total))
    if isinstance(learnt, Refused):
        return learnt
    place = _place(learnt.model.about.made, learnt.model.about.data)
    model_file.save(learnt.model, place)
    write_trial(place, trial_of(learnt.tried, [each.category for each in given]))
    write_answers(place, [each.offered for each in learnt.tried])
    return _trained(place.name, None, acting)


def _place(made: str, data: str) -> Path:
    return place_of(folder(), id_of({"made": made, "data": data}))


def _trained(id: str, units: int | Refused | None, acting: Acting | None) -> Trained | Refused:
    """Where nothing is in force, nothing is replaced: the first model is put in force by itself."""
    alone = acting is None or in_force(folder()) is None
    if alone:
        published = publish(id, "", acting) if acting is not None else _forced(id)
        if isinstance(published, Refused):
            return published
    found = known(folder(), id)
    return found if isinstance(found, Refused) else Trained(found, units, alone)


def _forced(id: str) -> Kept | Refused:
    put_in_force(folder(), id)
    return known(folder(), id)


def publish(id: str, why: str, acting: Acting) -> Kept | Refused:
    """Put a model in force, noted in the ledger; an earlier one likewise.

    Refuses whoever is no administrator, a model that is not there or damaged, one that is in force already, and one
    that was found worse than that in force, or was never compared with it, unless a reason is given.
    """
    from tongban.apps.dispatch import model_file

    if not may("look_after_models", acting.actor):
        return Refused("dispatch.models_not_yours")
    chosen = known(folder(), id)
    if isinstance(chosen, Refused):
        return chosen
    held = in_force(folder())
    if chosen.in_force:
        return Refused("dispatch.model_in_force", id)
    why = " ".join(why.split())[:LONGEST_WHY]
    asks = _asks(chosen, held)
    if asks and not why:
        own, other = chosen.right // 10, held.right // 10 if held is not None else 0
        return Refused(asks, id, {**_facts_of(chosen), "own": own, "held": other})
    read = model_file.load(place_of(folder(), id))
    if isinstance(read, Refused):
        return read
    here = office()
    with transaction.atomic():
        facts: Facts = {
            "id": chosen.id,
            "data": chosen.data,
            "examples": chosen.examples,
            "before": held.id if held is not None else "",
            "by": acting.actor.person,
            **({"why": why} if why else {}),
            **_facts_of(chosen),
        }
        noted = append_note(here.journal, CHAIN, PUBLISHED, facts, acting.now, acting.now)
        if isinstance(noted, Refused):
            raise RefusedError(noted)
        put_in_force(folder(), id)
    return replace(chosen, in_force=True)


def _asks(chosen: Kept, held: Kept | None) -> str:
    """Why this model must not replace that one without a word: a code, or "" where nothing speaks against it."""
    if held is None:
        return ""
    found = chosen.trial.effect if chosen.trial is not None else None
    if found is None or found.against != held.id or not found.cases:
        return "dispatch.not_compared"
    if found.right_after < found.right_before:
        return "dispatch.worse"
    return "dispatch.weaker" if chosen.right + WEAKER < held.right else ""


def _facts_of(chosen: Kept) -> dict[str, int]:
    found = chosen.trial.effect if chosen.trial is not None else None
    if found is None:
        return {}
    return {"cases": found.cases, "right_before": found.right_before, "right_after": found.right_after}
