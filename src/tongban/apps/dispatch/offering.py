"""What is offered for a message in this county: the registers and the classifier in force, read once.

The classifier lies under the home in ``dispatch``; without one nothing is guessed, but a division that the
text names is found all the same.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.dispatch.classifier import RECORD, Classifier, Untrained, looked
from tongban.apps.dispatch.gazetteer import gazetteer_of
from tongban.apps.dispatch.place import Gazetteer
from tongban.apps.dispatch.scheme import Category, Scheme, scheme_of
from tongban.apps.dispatch.suggest import Message, Registers, Suggestion, suggest
from tongban.apps.dispatch.took import Units, Unlearnt
from tongban.apps.office import Office, office
from tongban.kernel.clock import Calendar
from tongban.kernel.county import County
from tongban.kernel.procedure.answering import reaches_requester
from tongban.kernel.procedure.model import RoutingRule
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from tongban.apps.dispatch.model import Model

FOLDER = "dispatch"
UNITS = "units.json"


class _Kept(Struct, frozen=True):
    mark: tuple[int, ...]
    """When the records of both models were written, and the stamp of the registers."""
    classifier: Classifier
    units: Units
    scheme: Scheme
    gazetteer: Gazetteer


class _Models(Struct, frozen=True):
    mark: tuple[int, ...]
    """When the records of both were written."""
    classifier: Classifier
    units: Units


_lock = Lock()
_kept: dict[str, _Kept] = {}
_read_models: dict[str, _Models] = {}


def offer(message: Message, acting: Acting, practice: str = "") -> Suggestion | Refused:
    """Category, division and (with a practice that routes) unit for a message.

    Refuses a practice that is not adopted.
    """
    found = registers_of(acting, practice)
    return found if isinstance(found, Refused) else suggest(message, found)


def registers_of(acting: Acting, practice: str = "") -> Registers | Refused:
    """What this county suggests from, with the routing rules of a practice. Refuses one that is not adopted."""
    here = office()
    rules: tuple[RoutingRule, ...] = ()
    if practice:
        adoption = here.adopted(practice, acting.now)
        if adoption is None:
            return Refused("case.no_practice", "practice", {"practice": practice})
        rules = here.procedure(adoption).routing
    kept = _read(here, folder())
    return Registers(kept.classifier, kept.scheme, kept.gazetteer, here.county, rules, acting.now, kept.units)


def first_routing(acting: Acting) -> str:
    """The first practice in force whose requesters' matters are sent by the duty lists; "" when there is none."""
    here = office()
    return next((name for name, adoption in here.practices(acting.now) if _sends_by_duty(here, adoption)), "")


def _sends_by_duty(here: Office, adoption: str) -> bool:
    procedure = here.procedure(adoption)
    main = procedure.kinds.get(here.practice(adoption).opens)
    return main is not None and reaches_requester(main) and any(r.take == "duty" for r in procedure.routing)


def without_county(model: Model) -> Registers:
    """What can be suggested where no county was loaded: categories alone, those that the model knows."""
    return Registers(model, model.scheme, Gazetteer.of(()), County("", Calendar(())))


def folder() -> Path:
    """Where the classifier of this installation lies."""
    return Path(settings.TONGBAN_HOME) / FOLDER


def county_scheme() -> Scheme:
    """The county's categories."""
    return _scheme(office())


def make_ready() -> None:
    """Read the models before anybody asks: the first suggestion of a process would wait seconds for it."""
    from tongban.apps.dispatch import twins  # noqa: F401 - what is offered besides is loaded too

    with _lock:
        read = _models(folder())
    looked(read.classifier, "路灯不亮").suggest(
        1
    )  # some of what a model knows is worked out at its first message


def _read(here: Office, folder: Path) -> _Kept:
    with _lock:
        models = _models(folder)
        mark = (*models.mark, here.stamp)
        kept = _kept.get(str(folder))
        if kept is None or kept.mark != mark:
            kept = _kept[str(folder)] = _Kept(
                mark, models.classifier, models.units, _scheme(here), gazetteer_of(here)
            )
        return kept


def _models(folder: Path) -> _Models:
    records = (folder / RECORD, folder / UNITS)
    mark = tuple(each.stat().st_mtime_ns if each.exists() else 0 for each in records)
    found = _read_models.get(str(folder))
    if found is None or found.mark != mark:
        found = _read_models[str(folder)] = _Models(mark, _classifier(folder), _units(folder))
    return found


def _classifier(folder: Path) -> Classifier:
    if not (folder / RECORD).exists():
        return Untrained()
    # Only now, when a message asks for it: numpy and scipy are a third of what a start would take.
    from tongban.apps.dispatch.model_file import load

    model = load(folder)
    return Untrained() if isinstance(model, Refused) else model


def _units(folder: Path) -> Units:
    if not (folder / UNITS).exists():
        return Unlearnt()
    from tongban.apps.dispatch.unit_file import load

    model = load(folder)
    return Unlearnt() if isinstance(model, Refused) else model


def _scheme(here: Office) -> Scheme:
    """The county's categories; those whose parent is missing cannot be offered."""
    codes = here.names.categories
    found = scheme_of(
        Category(code, codes[code][0])
        for code in sorted(codes)
        if "." not in code or code.rpartition(".")[0] in codes
    )
    return Scheme({}) if isinstance(found, Refused) else found
