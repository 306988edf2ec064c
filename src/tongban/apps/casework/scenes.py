"""What a decision may look at: the case itself, what is above and below it, and what its step names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.files import media_types
from tongban.apps.disclosure.fixing import counting_for
from tongban.apps.draws.drawing import drawing
from tongban.apps.office import Office
from tongban.apps.sight import visible
from tongban.kernel.case import Case
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Command, Related, Scene, Subcases
from tongban.kernel.form import FieldKind, Form
from tongban.kernel.procedure.decide import told_by_taker
from tongban.kernel.procedure.handing import (
    NONE_THERE,
    NOTHING_BELOW,
    Below,
    beside_the_ledger,
    handed_on,
    lists_of,
    meeting,
    meeting_in,
    names_rows,
    passing_over,
    rows_below,
)
from tongban.kernel.procedure.lookalike import codes_asked, codes_written, known_by, like
from tongban.kernel.procedure.model import Procedure, Step
from tongban.kernel.procedure.rows import keyed_of, opening_form, rows_of
from tongban.kernel.procedure.shared import shared
from tongban.kernel.procedure.subjects import (
    about,
    as_spelled,
    asks_registers,
    asks_registers_in_time,
    entries_named,
    held_among,
    keys_of,
    names_registers_at,
    seeing,
)
from tongban.kernel.procedure.tallies import named, named_at, named_by_time
from tongban.kernel.refusal import Refused
from tongban.store.batch import Loaded
from tongban.store.entries import named_rows
from tongban.store.handing import handed_over
from tongban.store.subjects import all_of, found_of, looking_like, written
from tongban.store.tallies import holders_below, keys_below, saying, tallies

LONGEST_ID = 100
"""Characters of an attachment's id."""


def looking(here: Office, loaded: Loaded, now: datetime) -> Scene:
    """For whoever asks which steps can be taken where the case stands."""
    case = loaded.case
    procedure = here.procedure(case.adoption)
    kind = procedure.kinds[case.kind]
    scene = _scene(here, loaded, now, named_at(kind, case.stage))
    return _known(here, scene, procedure, case) if names_registers_at(procedure, kind, case.stage) else scene


def climbing(here: Office, loaded: Loaded, now: datetime) -> Scene:
    """For time itself, which may take several steps at once."""
    case = loaded.case
    procedure = here.procedure(case.adoption)
    kind = procedure.kinds[case.kind]
    scene = drawing(here, _scene(here, loaded, now, named_by_time(kind)), procedure, kind.steps.values())
    return _known(here, scene, procedure, case) if asks_registers_in_time(procedure, kind) else scene


def prepared(here: Office, scene: Scene, case: Case, step: Step) -> Scene:
    """For a step of time that opens subcases: with what it hands on to them."""
    procedure = here.procedure(case.adoption)
    asked = _asking(here, scene, procedure, case, step, {})
    scene = _keyed(here, _handing(here, asked, procedure, case, step, {}), case, step)
    return _meeting(here, scene, procedure, step)


def opening(
    here: Office, procedure: Procedure, step: Step | None, answers: Mapping[str, object], now: datetime
) -> Scene:
    """For a step that opens a case."""
    scene = Scene(here.county, now, seal=here.journal.lookup.seal)
    return _asking(here, scene, procedure, None, step, answers)


def taking(
    here: Office, loaded: Loaded, now: datetime, step: Step | None, answers: Mapping[str, object]
) -> Scene:
    """For one step; a step that opens subcases with a key also meets the keys that are there."""
    if step is None:
        return climbing(here, loaded, now)
    procedure = here.procedure(loaded.case.adoption)
    scene = _asking(here, _scene(here, loaded, now, named(step)), procedure, loaded.case, step, answers)
    scene = _handing(here, scene, procedure, loaded.case, step, answers)
    return _meeting(here, _keyed(here, scene, loaded.case, step), procedure, step)


def _keyed(here: Office, scene: Scene, case: Case, step: Step) -> Scene:
    """With the keys that subcases have already, where the step opens some that a key tells apart."""
    opens = {(each.kind, each.key) for each in keyed_of(step)}
    if not opens:
        return scene
    there = (keys_below(here.journal, case.id, kind, key) for kind, key in sorted(opens))
    return replace(scene, keyed=frozenset().union(*there))


def _meeting(here: Office, scene: Scene, procedure: Procedure, step: Step) -> Scene:
    """With what rows of a register mean together, where the step lays them side by side."""
    register = meeting_in(procedure, step)
    if register is None:
        return scene
    lists = all_of(here.journal, lists_of(register), scene.now)
    rows = written(here.journal, register.id) | {place: fields for place, (fields, _) in lists.items()}
    opens = passing_over(step)
    rests = (opens.kind, opens.unless_settled) if opens is not None else None
    there = saying(here.journal, procedure.practice, *rests) if rests is not None else NONE_THERE
    return meeting(scene, procedure, step, register, rows, there)


def _handing(
    here: Office, scene: Scene, procedure: Procedure, case: Case, step: Step, answers: Mapping[str, object]
) -> Scene:
    """With what the case keeps beside the ledger and the step carries into subcases."""
    handed = handed_on(case, step, answers)
    if not handed:
        return scene
    places = beside_the_ledger(procedure, handed)
    return replace(scene, kept=handed_over(here.journal, case.id, step.id, places, scene.now))


def _asking(
    here: Office,
    scene: Scene,
    procedure: Procedure,
    case: Case | None,
    step: Step | None,
    answers: Mapping[str, object],
) -> Scene:
    """With what registers say of what the case is about, where the step asks for it, and of what its subcases are about."""
    if step is None or not procedure.registers:
        return scene
    asked = codes_asked(procedure, procedure.forms.get(step.form), answers, local_date(scene.now))
    scene = pointing_out(here, scene, procedure, codes_written(procedure, step, case) | asked)
    opens = names_rows(procedure, step)
    if not opens and not asks_registers(procedure, step):
        return scene
    form = procedure.forms.get(step.form)
    keys = keys_of(procedure, case, answers, form, local_date(scene.now), scene.seal)
    below = rows_below(procedure, case, step, answers, keys) if opens else NOTHING_BELOW
    return _knowing(here, scene, procedure, keys, case, below)


def codes_alike(
    here: Office, procedure: Procedure, form: Form | None, answers: Mapping[str, object], now: datetime
) -> Mapping[str, str]:
    """By field a code that a register holds and that looks like the one answered, which none does."""
    return _alike(here, procedure, codes_asked(procedure, form, answers, local_date(now)), now)


def pointing_out(here: Office, scene: Scene, procedure: Procedure, codes: Mapping[str, str]) -> Scene:
    """With the codes that registers hold and that look like these, by field."""
    found = _alike(here, procedure, codes, scene.now) if codes else {}
    return replace(scene, alike=found) if found else scene


def _alike(here: Office, procedure: Procedure, codes: Mapping[str, str], now: datetime) -> Mapping[str, str]:
    found = {
        name: like(code, looking_like(here.journal, known_by(procedure, name), code, now))
        for name, code in codes.items()
    }
    return {name: code for name, code in found.items() if code}


def _known(here: Office, scene: Scene, procedure: Procedure, case: Case) -> Scene:
    return _knowing(here, scene, procedure, keys_of(procedure, case, {}, None, local_date(scene.now)), case)


def _knowing(
    here: Office,
    scene: Scene,
    procedure: Procedure,
    keys: Mapping[str, str],
    case: Case | None,
    below: Below = NOTHING_BELOW,
) -> Scene:
    """All of it in one query, however many subcases there are; whole registers in a second one."""
    asked = [*dict.fromkeys((*keys.items(), *sorted(below.places)))]
    found = found_of(here.journal, asked, scene.now, sorted(below.listed))
    spelled = {place: each.key for place, each in found.items() if each.key != place[1]}
    rows = {(register, each.key): each.fields for (register, _), each in found.items()}
    if below.whole:
        whole = all_of(here.journal, sorted(below.whole), scene.now)
        rows |= {place: fields for place, (fields, _) in whole.items()}
    own = {(register, each.key) for (register, _), each in found.items() if case and each.by == case.id}
    known = about(procedure.registers, rows, as_spelled(spelled, keys), own)
    return replace(
        seeing(scene, known),
        rows=rows if below else {},
        spelled=spelled,
    )


def around(here: Office, loaded: Loaded | None, now: datetime) -> Scene:
    """What says who may act on a case; None for one that is opened under no other."""
    if loaded is None:
        return Scene(here.county, now)
    return Scene(here.county, now, parent=loaded.parent, mandates=loaded.mandates)


def _scene(here: Office, loaded: Loaded, now: datetime, names: Iterable[str]) -> Scene:
    counts = loaded.subcases
    if names and counts.total:
        asked, case = frozenset(names), loaded.case.id
        held = holders_below(here.journal, case, asked)
        counts = Subcases(counts.total, counts.open, tallies(here.journal, case, asked), held)
    return Scene(
        here.county,
        now,
        counts,
        loaded.parent,
        mandates=loaded.mandates,
        seal=here.journal.lookup.seal,
        count=counting_for(here, loaded.case, now),
    )


def form_of(procedure: Procedure, step: Step | None) -> Form | None:
    """What a step asks; None for one that asks nothing or does not exist."""
    return procedure.forms.get(step.form) if step is not None else None


def table_form(procedure: Procedure, step: Step | None) -> Form | None:
    """What each row of the table answers that comes with a step; None for a step without one."""
    opens = rows_of(step) if step is not None else None
    return opening_form(procedure, opens) if opens is not None else None


def scene_of(
    here: Office,
    procedure: Procedure,
    step: Step | None,
    command: Command,
    acting: Acting,
    loaded: Loaded | None,
) -> Scene:
    """What the decision may look at, with the cases and files that the answers name.

    Chance is not in it: whoever only asks what would follow must not learn what is drawn (``drawing`` brings it).
    """
    form = form_of(procedure, step)
    related = _cases_named(here, form, command.answers, acting, procedure.practice)
    files = frozenset(media_types(files_named(form, command.answers), here))
    case = loaded.case if loaded is not None else None
    told = told_by_taker(procedure, case, command, acting.actor, around(here, loaded, acting.now))
    answers = {**command.answers, **told}
    if loaded is None:
        scene = opening(here, procedure, step, answers, acting.now)
    else:
        scene = taking(here, loaded, acting.now, step, answers)
    table = table_form(procedure, step)
    lists = [(table, row) for row in command.rows] if table is not None else []
    named = entries_named(form, command.answers, lists=lists)
    held = held_among(procedure.registers, named_rows(here.journal, named, acting.now), named)
    entries = {
        **scene.entries,
        **{name: {**scene.entries.get(name, {}), **each} for name, each in held.items()},
    }
    return replace(scene, related=related, files=files, entries=entries)


def _cases_named(
    here: Office, form: Form | None, answers: Mapping[str, object], acting: Acting, practice: str
) -> dict[str, Related]:
    """Cases that answers name. A guarded one is there for its own practice alone, and for whoever may read it."""
    found: dict[str, Related] = {}
    for field in form.fields if form is not None else ():
        if field.kind is FieldKind.case:
            other = here.find(str(answers.get(field.id, "")))
            if isinstance(other, Refused):
                continue
            case = other.case
            if case.practice not in here.county.guarded or (
                case.practice == practice and case.id in visible(here, acting, [case.id])
            ):
                others = shared(here.procedure(case.adoption), case, here.county, acting.now)
                found[case.number] = replace(other.related(), shared=others)
    return found


def files_named(form: Form | None, answers: Mapping[str, object]) -> list[str]:
    """Ids of attachments among the answers, as they came in."""
    found: list[str] = []
    for field in form.fields if form is not None else ():
        given = answers.get(field.id) if field.kind is FieldKind.files else None
        several = given if isinstance(given, list | tuple) else [given]
        found += [each for each in several if isinstance(each, str) and len(each) <= LONGEST_ID]
    return found
