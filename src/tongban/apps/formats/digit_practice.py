"""A workflow of DIGIT as the draft of a practice: what it says is carried over, what it does not say is marked to be written.

States become stages, actions steps, limits of a state its clock, the limit of the whole a promise. A role stands at the receiving unit,
since DIGIT knows no holder: who works on a case and who judges it is the first thing to write. Nothing is made up to please the
check: a state without a limit stays one, and the check says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import yaml
from msgspec import Struct

from tongban.apps.formats.digit import BroughtKind, BroughtStage, BroughtStep, ids, limit_of
from tongban.library.folder import LANGUAGES

REQUESTER = frozenset({"CITIZEN"})
SYSTEM = frozenset({"SYSTEM", "AUTO_ESCALATE"})
TO_WRITE = {"zh-Hans": "【待写】{}", "en": "[to be written] {}"}
ABOUT = {
    "zh-Hans": "【待写】从 DIGIT 工作流 {} 转来",
    "en": "[to be written] Brought over from the DIGIT workflow {}",
}
RECEIVED, AT_WORK, DONE = PHASES = ("received", "at_work", "done")
REMIND, REMINDER, MATTER = "remind", "reminder", "matter"
SOURCE = "DIGIT {}"


class Move(Struct, frozen=True):
    """One step: the same action with the same end and the same roles, from one or several states."""

    id: str
    action: BroughtStep
    source: tuple[str, ...]
    papers: bool
    over: bool
    """It starts where the case was settled already."""

    @property
    def opens(self) -> bool:
        return not self.source


def drafted(workflow: BroughtKind, practice: str, today: date) -> dict[str, str]:
    """The files of a practice of this id. ``today`` is the day from which its limits hold."""
    made = _Draft(workflow, practice, today)
    return {
        "practice.yaml": _written(made.manifest()),
        f"procedure/{made.kind}.yaml": _written(made.procedure()),
        "forms.yaml": _written(made.forms()),
        "deadlines.yaml": _written(made.deadlines()),
        "routing.yaml": "[]\n",
        **{f"texts/{language}.yaml": _written(made.texts(language)) for language in LANGUAGES},
        "README.md": f"# {workflow.name}\n\n{ABOUT['zh-Hans'].format(workflow.name)}\n\n{ABOUT['en'].format(workflow.name)}\n",
    }


class _Draft:
    def __init__(self, workflow: BroughtKind, practice: str, today: date) -> None:
        self.workflow, self.practice, self.today = workflow, practice, today
        self.kind = "request"
        named = [each for each in workflow.states if each.name]
        self.stages = ids([each.name for each in named])
        self.states = {self.stages[each.name]: each for each in named}
        roles = dict.fromkeys(
            role for state in workflow.states for action in state.actions for role in action.roles
        )
        self.roles = ids([role for role in roles if role not in REQUESTER | SYSTEM])
        self.moves = tuple(self._moves())
        self.clocks = {
            f"time_{stage}": (stage, state.limit) for stage, state in self.states.items() if state.limit
        }

    def _moves(self) -> Iterator[Move]:
        together: dict[tuple[str, str, tuple[str, ...], bool, bool], list[str]] = {}
        for state in self.workflow.states:
            for action in state.actions:
                stays = action.to == state.name
                key = (action.name, "" if stays else action.to, action.roles, not state.name, state.end)
                together.setdefault(key, []).append(state.name)
        papers = {each.name: each.papers for each in self.workflow.states}
        names = ids([f"{name} {n}" for n, (name, *_) in enumerate(together)])
        taken: set[str] = {REMIND}
        for n, ((name, to, roles, opens, over), sources) in enumerate(together.items()):
            plain = next(iter(ids([name]).values()))
            id = plain if plain not in taken else names[f"{name} {n}"]
            taken.add(id)
            needs = any(papers[each] for each in sources)
            stages = () if opens else tuple(self.stages[each] for each in sources)
            yield Move(id, BroughtStep(name, to, roles), stages, needs, over)

    def manifest(self) -> dict[str, object]:
        return {
            "id": self.practice,
            "version": "0.1.0",
            "origin": [{"title": SOURCE.format(self.workflow.name), "document": self.workflow.business}],
            "home": "to_be_written",
            "opens": self.kind,
            "roles": list(self.roles.values()) or ["clerk"],
        }

    def procedure(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "phases": list(PHASES),
            "stages": {stage: self._stage(stage, state) for stage, state in self.states.items()},
            "steps": {
                **{move.id: self._step(move) for move in self.moves},
                **({REMIND: self._remind()} if self.clocks or self.workflow.limit else {}),
            },
        }

    def _stage(self, stage: str, state: BroughtStage) -> dict[str, object]:
        if state.end:
            # The complaint workflow that DIGIT ships calls "terminated" what a resident may still rate or reopen.
            return {"phase": DONE, "settled" if state.actions else "end": True}
        first = {self.stages.get(each.to) for each in self.workflow.start.actions}
        return {"phase": RECEIVED if stage in first else AT_WORK}

    def _step(self, move: Move) -> dict[str, object]:
        made: dict[str, object] = {} if move.opens else {"from": list(move.source)}
        made["by"] = self._by(move) or ["system"]
        if move.action.to:
            made["to"] = self.stages[move.action.to]
        if self._fields(move):
            made["form"] = move.id
        end = self.states.get(self.stages.get(move.action.to, ""))
        if end is not None and end.end and not move.over:
            made["then"] = [{"settle": self.stages[move.action.to]}]
        return made

    def _by(self, move: Move) -> list[str]:
        found = []
        for role in move.action.roles:
            if role in REQUESTER:
                found.append("anyone" if move.opens else "requester")
            elif role in SYSTEM:
                found.append("system")
            else:
                found.append(f"{self.roles[role]}@home")
        return list(dict.fromkeys(found))

    def _remind(self) -> dict[str, object]:
        return {
            "from": self._waiting(),
            "by": ["system"],
            "then": [{"notify": {"notice": REMINDER, "to": "holder"}}],
        }

    def _waiting(self) -> list[str]:
        return [stage for stage, state in self.states.items() if not state.end]

    def _fields(self, move: Move) -> list[dict[str, object]]:
        fields: list[dict[str, object]] = []
        if move.opens:
            fields.append({"id": MATTER, "kind": "text", "required": True})
        if move.papers:
            fields.append({"id": f"papers_{move.id}"[:50], "kind": "files", "required": True})
        return fields

    def forms(self) -> dict[str, object]:
        return {move.id: fields for move in self.moves if (fields := self._fields(move))}

    def deadlines(self) -> dict[str, object]:
        """A clock for each state with a limit, and one for the whole."""
        clocks: dict[str, object] = {}
        for clock, (stage, limit) in self.clocks.items():
            clocks[clock] = self._clock([stage], limit, promise=False)
        if self.workflow.limit and self._waiting():
            clocks["whole"] = self._clock(self._waiting(), self.workflow.limit, promise=True)
        return {self.kind: clocks} if clocks else {}

    def _clock(self, stages: Sequence[str], limit: int, *, promise: bool) -> dict[str, object]:
        lapses = [
            move.id
            for move in self.moves
            if not promise
            and set(move.action.roles) <= SYSTEM
            and move.action.roles
            and stages[0] in move.source
        ]
        made: dict[str, object] = {"runs_in": list(stages), "owner": "holder"}
        if promise:
            made["promise"] = True
        rule = {
            "limit": limit_of(limit),
            "since": self.today.isoformat(),
            "source": SOURCE.format(self.workflow.name),
        }
        made["limits"] = [rule]
        made["ladder"] = [{"at": "due", "step": lapses[0] if lapses else REMIND}]
        return made

    def texts(self, language: str) -> dict[str, object]:
        """Every name as DIGIT has it, marked to be written."""
        mark, about = TO_WRITE[language].format, ABOUT[language].format(self.workflow.name)
        title = mark(self.workflow.name)
        stages = {self.stages[state.name]: state for state in self.states.values()}
        words: dict[str, object] = {
            "practice": {"title": title, "purpose": about, "preconditions": about},
            "roles": {id: mark(role) for role, id in self.roles.items()} or {"clerk": mark("clerk")},
            "kinds": {self.kind: title},
            "phases": {phase: mark(phase) for phase in PHASES},
            "stages": {
                id: {"title": mark(state.name), "plain": mark(state.name)} for id, state in stages.items()
            },
            "steps": {move.id: {"title": mark(move.action.name)} for move in self.moves},
        }
        fields = [str(each["id"]) for move in self.moves for each in self._fields(move)]
        if fields:
            words["fields"] = {each: {"label": mark(each)} for each in fields}
        outcomes = {id: mark(state.name) for id, state in stages.items() if state.end}
        if outcomes:
            words["outcomes"] = outcomes
        clocks = {clock: {"title": mark(stage)} for clock, (stage, _) in self.clocks.items()}
        if self.workflow.limit:
            clocks["whole"] = {"title": title}
        if clocks:
            words["clocks"] = clocks
            steps = dict(words["steps"]) if isinstance(words["steps"], Mapping) else {}
            words["steps"] = {**steps, REMIND: {"title": mark(REMIND)}}
            words["notices"] = {REMINDER: {"subject": mark(REMINDER), "body": mark("{number}")}}
        return words


def _written(value: object) -> str:
    """The strict reader takes no anchors, which YAML would use for a value that stands twice."""
    text: str = yaml.dump(value, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120)
    return text


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        del data
        return True
