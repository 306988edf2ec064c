"""The rows of one case, folded: each decided on the case as the row before left it, nothing written yet."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.choices import meant
from tongban.apps.casework.conditions import beside
from tongban.apps.casework.many.cells import LANGUAGES, answers_in
from tongban.apps.casework.many.rows import RowDone, StepRow
from tongban.apps.casework.scenes import form_of, scene_of
from tongban.apps.casework.take import MOMENT
from tongban.apps.disclosure.releasing import names_unseen
from tongban.apps.draws.drawing import drawing
from tongban.apps.office import Office
from tongban.apps.wording import Wording
from tongban.kernel.authority import authorise
from tongban.kernel.case import Case
from tongban.kernel.clock import local_text
from tongban.kernel.commands import Command, Scene, Subcases
from tongban.kernel.events import Event
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.ladder import climb, take_over
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.store.batch import Append, Loaded, Request
from tongban.store.many import Acted, Given


class Asked(Struct, frozen=True):
    """A row as its case understands it: the step's id, the answers by field, and the request that it is."""

    row: StepRow
    step: str
    answers: Mapping[str, object]
    request: Request
    refused: Refused | None = None


def asked(here: Office, loaded: Loaded, row: StepRow) -> Asked:
    """A row with its step and answers found. The same row is the same request whoever sends it, and whenever: a step of
    a case at a moment, or without one a step of a case with these answers."""
    case = loaded.case
    procedure = here.procedure(case.adoption)
    wordings = tuple(here.wording(case.adoption, language) for language in LANGUAGES)
    step = _step(procedure.kinds[case.kind].steps, row.step, wordings)
    rule = procedure.kinds[case.kind].steps.get(step)
    form = form_of(procedure, rule)
    answers = answers_in(row, form, wordings)
    unknown = Refused("step.unknown", "step", {"step": step}) if rule is None and step else None
    refused = row.fault or unknown or (answers if isinstance(answers, Refused) else None)
    given = {} if isinstance(answers, Refused) else meant(form, answers, here)
    plain: dict[str, Value] = {name: repr(value) for name, value in sorted(given.items())}
    content: Value = {"case": case.id, "step": step, "answers": plain}
    moment = instant_text(row.at) if row.at is not None else sha256(canonical(content).encode()).hexdigest()
    key = f"sheet row:{sha256(f'{case.id}/{step}/{moment}'.encode()).hexdigest()}"
    return Asked(row, step, given, Request.of(key, content), refused)


def _step(steps: Mapping[str, object], said: str, wordings: tuple[Wording, ...]) -> str:
    """A step by its id, or by its title in either language where one alone has it."""
    if said in steps:
        return said
    titled = {step for step in steps for wording in wordings if wording.step(step) == said}
    return titled.pop() if len(titled) == 1 else said


class Fold:
    """One case with the rows that were taken on it so far."""

    def __init__(self, here: Office, loaded: Loaded, acting: Acting) -> None:
        self.here, self.acting = here, acting
        self.procedure = here.procedure(loaded.case.adoption)
        lent = tuple(each for each in loaded.mandates if each.in_force(acting.now))
        self.begun, self.loaded = loaded, replace(loaded, mandates=lent)
        self.events: list[Event] = []
        self.cases: list[Case] = []
        self.requests: list[tuple[Request, int]] = []
        self.stopped = False

    def take(self, asked: Asked, known: Mapping[str, Acted]) -> RowDone:
        """Take one row. After a refused one the later rows of the case are held back: they came after it."""
        before = known.get(asked.request.key)
        case = self.loaded.case
        told = RowDone(asked.row.number, "taken", case.number, asked.step, case.adoption)
        if before is not None and asked.refused is None and before.digest == asked.request.digest:
            return replace(told, came="known")
        refused = self._refused(asked, other=before is not None)
        if refused is None:
            return told
        self.stopped = True
        return replace(told, came="refused", refused=refused)

    def given(self) -> Given | None:
        """All that was taken as one decision; None when nothing was."""
        if not self.requests:
            return None
        decided = Decided(tuple(self.events), tuple(self.cases))
        append = Append(self.procedure, decided, self.begun, None, self.here.stamp)
        return Given(append, tuple(self.requests))

    def _refused(self, asked: Asked, *, other: bool) -> Refused | None:
        """Why a row cannot be taken; None once it was."""
        if self.stopped:
            return Refused("rows.held_back", "step")
        if asked.refused is not None:
            return asked.refused
        if other:
            return Refused("rows.other_words", "step")
        now, at = self.acting.now, asked.row.at
        if at is not None and at > now:
            return Refused("rows.future", "at", {"at": local_text(at)})
        last = self.loaded.case.last_at
        if at is not None and last is not None and at < last:
            return Refused("rows.before", "at", {"at": local_text(at), "last": local_text(last)})
        if at is None:
            slow = last is not None and last - MOMENT <= now < last
            at = last if slow and last is not None else now
        stood, length = self.loaded, len(self.events)
        self._catch_up(replace(self.acting, now=at), past=asked.row.at is not None)
        refused = self._step(asked, replace(self.acting, now=at))
        if refused is not None:  # as if the row had never been there
            self.loaded = stood
            del self.events[length:], self.cases[length:]
        return refused

    def _step(self, asked: Asked, acting: Acting) -> Refused | None:
        loaded = self.loaded
        case = loaded.case
        rule = self.procedure.kinds[case.kind].steps.get(asked.step)
        command = Command(asked.step, asked.answers)
        scene = scene_of(self.here, self.procedure, rule, command, acting, loaded)
        scene = drawing(self.here, scene, self.procedure, [rule] if rule is not None else [])
        if rule is not None and acting.now < self.acting.now:
            right = authorise(rule, case, acting.actor, replace(scene, now=self.acting.now))
            if isinstance(right, Refused):  # what somebody might do then they must still be allowed to do now
                return right
        decided = decide(self.procedure, case, command, acting.actor, scene)
        if isinstance(decided, Refused):
            return beside(decided, rule, form_of(self.procedure, rule)) if rule is not None else decided
        unseen = names_unseen(self.here, loaded, asked.step, asked.answers, acting)
        if unseen is not None:
            return unseen
        self._keep(decided)
        self.requests.append((asked.request, decided.events[0].seq))
        return None

    def _catch_up(self, acting: Acting, *, past: bool) -> None:
        """Time acts before people do; of what lies in the past nobody is reminded (decision 34)."""
        wake = self.loaded.case.wake()
        if wake is None or wake > acting.now:
            return
        ways = (take_over, climb) if past else (climb,)
        for way in ways:
            wake = self.loaded.case.wake()
            if wake is not None and wake <= acting.now:
                decided = way(self.procedure, self.loaded.case, self._scene(acting))
                if decided is not None:
                    self._keep(decided)

    def _scene(self, acting: Acting) -> Scene:
        return scene_of(self.here, self.procedure, None, Command(""), acting, self.loaded)

    def _keep(self, decided: Decided) -> None:
        self.events += decided.events
        self.cases += decided.cases
        own = self.loaded.case.id
        after = next(case for case in reversed(decided.cases) if case.id == own)
        opened = sum(event.opened is not None and event.opened.parent == own for event in decided.events)
        subcases = self.loaded.subcases
        if opened:
            subcases = Subcases(subcases.total + opened, subcases.open + opened)
        self.loaded = replace(self.loaded, case=after, subcases=subcases)
