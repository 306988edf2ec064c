"""A procedure as BPMN 2.0 with its picture, for modellers of others (bpmn.io, Camunda): to look at and to talk about, not to be run.

Each kind of case is a pool. A stage is a task in the lane of whoever is waited for, a step is an arrow that names it and who may take
it; where several steps lead on, a gateway stands between. A clock is a timer on each stage in which it runs: it cuts in where time
itself moves the case on, else it stands beside. What BPMN has no sign for (conditions of a step, what stays at a stage, days that
are working days, what follows) stands as documentation, so that nothing is silently left out.

BPMN 2.0.2, formal/2013-12-09: chapters 7 to 10 for the elements, 12 for the picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from msgspec import Struct

from tongban.apps.formats.bpmn_picture import Arrow, Box, Picture, laid_out
from tongban.apps.wording import limit_words, say
from tongban.kernel.clock import Limit, Unit
from tongban.kernel.procedure.available import waits_on
from tongban.kernel.procedure.model import (
    Branch,
    ClockRule,
    Kind,
    OpenSubcases,
    Procedure,
    Relation,
    StageKind,
    Step,
    Who,
)
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.practice import Practice

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PREFIXES = {"bpmn": MODEL, "bpmndi": DI, "dc": DC, "di": DD, "xsi": XSI}
MEDIA = "application/bpmn+xml"


class Words(Struct, frozen=True):
    """The practice's words in one language."""

    texts: Mapping[str, str]
    language: str

    def of(self, key: str, otherwise: str) -> str:
        return self.texts.get(key) or otherwise

    def who(self, who: Who, kind: str) -> str:
        if who.relation is Relation.REQUESTER and (own := self.requester(kind)):
            return own
        if not who.role:
            return say(f"relation.{who.relation.value}", self.language)
        role = self.of(f"roles.{who.role}", who.role)
        return say(f"relation.role_at_{who.relation.value}", self.language, role=role)

    def requester(self, kind: str) -> str:
        """What a requester of a kind is called by the practice; "" for no word of its own."""
        return self.of(f"requesters.{kind}", "") or self.of("roles.requester", "")

    def joined(self, parts: list[str]) -> str:
        return ("、" if self.language != "en" else ", ").join(dict.fromkeys(parts))


class Leaving(Struct, frozen=True):
    """One way on from a stage by a step."""

    step: Step
    branch: Branch
    n: int
    """which of its branches, from 0; alone it has no number in its name"""


def bpmn(practice: Practice, language: str) -> bytes | Refused:
    """The whole practice as one file. Refuses a practice that cannot be bound with its own default settings."""
    procedure = bind(practice, {})
    if isinstance(procedure, Refused):
        return procedure
    return written(procedure, Words(practice.words.get(language, {}), language))


def written(procedure: Procedure, words: Words) -> bytes:
    """A bound procedure as a file of UTF-8."""
    for prefix, uri in PREFIXES.items():
        register_namespace(prefix, uri)
    root = Element(_m("definitions"), {
        "id": f"practice_{procedure.practice}", "targetNamespace": f"urn:tongban:practice:{procedure.practice}",
        "exporter": "tongban", "exporterVersion": procedure.version,
        "name": words.of("practice.title", procedure.practice),
    })  # fmt: skip
    collaboration = SubElement(root, _m("collaboration"), {"id": "pools"})
    pictures = []
    for kind in procedure.kinds.values():
        drawn = _Process(procedure, kind, words)
        SubElement(
            collaboration,
            _m("participant"),
            {"id": f"pool_{kind.id}", "name": drawn.title, "processRef": f"process_{kind.id}"},
        )
        root.append(drawn.element)
        pictures.append((kind.id, drawn.boxes, drawn.arrows))
    messages = [*_messages(procedure)]
    for source, opened, title in messages:
        SubElement(
            collaboration,
            _m("messageFlow"),
            {
                "id": f"opens_{source}_{opened}",
                "name": words.of(f"steps.{title}.title", title),
                "sourceRef": source,
                "targetRef": f"pool_{opened}",
            },
        )
    picture = laid_out(
        pictures, [(f"opens_{source}_{opened}", source, f"pool_{opened}") for source, opened, _ in messages]
    )
    _show(root, picture)
    indent(root)
    made: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _messages(procedure: Procedure) -> Iterator[tuple[str, str, str]]:
    """From which stage a subcase of another pool is opened, once for each two, and by which step."""
    seen = set()
    for kind in procedure.kinds.values():
        for step in kind.steps.values():
            opened = [each.kind for each in step.may_follow if isinstance(each, OpenSubcases)]
            for stage in sorted(step.source):
                for other in opened:
                    if other != kind.id and (kind.id, stage, other) not in seen:
                        seen.add((kind.id, stage, other))
                        yield _stage_id(kind, stage), other, step.id


class _Process:
    """One kind: its element, and the boxes and arrows of its picture."""

    def __init__(self, procedure: Procedure, kind: Kind, words: Words) -> None:
        self.procedure, self.kind, self.words = procedure, kind, words
        self.title = words.of(f"kinds.{kind.id}", kind.id)
        self.element = Element(
            _m("process"), {"id": f"process_{kind.id}", "name": self.title, "isExecutable": "false"}
        )
        self.boxes: list[Box] = []
        self.arrows: list[Arrow] = []
        self.flows: dict[tuple[str, str], Element] = {}
        self.lanes: dict[str, list[str]] = {}
        lanes = SubElement(self.element, _m("laneSet"), {"id": f"lanes_{kind.id}"})
        self._nodes()
        for n, (name, ids) in enumerate(self.lanes.items()):
            lane = SubElement(lanes, _m("lane"), {"id": f"lane_{kind.id}_{n}", "name": name})
            for each in ids:
                SubElement(lane, _m("flowNodeRef")).text = each
        self._link()

    def _nodes(self) -> None:
        for step in self.kind.openings():
            lane = self.words.who(step.by[0], self.kind.id) if step.by else ""
            start = self._node("startEvent", f"start_{self.kind.id}_{step.id}", self._step(step), lane, 0)
            self._document(start, self._tells(step))
            for n, branch in enumerate(step.to):
                self._flow(f"start_{self.kind.id}_{step.id}", _stage_id(self.kind, branch.to), step, n)
        depth = self._depths()
        last = max(depth.values(), default=0) + 2
        for stage in self.kind.stages.values():
            ways = list(self._ways(stage.id))
            id, title = _stage_id(self.kind, stage.id), self.words.of(f"stages.{stage.id}.title", stage.id)
            column = depth.get(stage.id, 0) + 1
            if stage.kind is StageKind.END or not ways:
                self._node("endEvent", id, title, self._lane(stage.id), last)
                continue
            task = self._node("userTask", id, title, self._lane(stage.id), column)
            self._document(task, self._about(stage.id))
            source = id
            if len(ways) > 1:
                source = f"{id}_then"
                self._node("exclusiveGateway", source, "", self._lane(stage.id), column)
                self._plain(id, source)
            for way in ways:
                self._flow(source, _stage_id(self.kind, way.branch.to), way.step, way.n)
            for clock in self.kind.clocks.values():
                if stage.id in clock.runs_in:
                    self._timer(clock, stage.id)

    def _ways(self, stage: str) -> Iterator[Leaving]:
        """Every way to another stage by a step that somebody takes, or that time or something elsewhere brings."""
        for step in self.kind.steps_from(stage):
            for n, branch in enumerate(step.to):
                if branch.to not in ("", stage):
                    yield Leaving(step, branch, n)

    def _depths(self) -> dict[str, int]:
        """How many steps each stage is away from the opening, at least."""
        found: dict[str, int] = {}
        front = [branch.to for step in self.kind.openings() for branch in step.to]
        n = 0
        while front:
            found |= {stage: n for stage in front if stage not in found}
            ways = [way.branch.to for stage in dict.fromkeys(front) for way in self._ways(stage)]
            front, n = [each for each in dict.fromkeys(ways) if each not in found], n + 1
        return found

    def _lane(self, stage: str) -> str:
        """Whoever takes the step that the stage waits for, else whose time runs there."""
        waited = [
            who for step in self.kind.next_from(stage) for who in step.by if who.relation.value != "system"
        ]
        if waited:
            return self.words.who(waited[0], self.kind.id)
        open_ = self.kind.stages[stage].kind is StageKind.OPEN
        owner = waits_on(self.kind, stage) if open_ else "system"
        own = self.words.requester(self.kind.id) if owner == "requester" else ""
        return own or say(f"bpmn.lane.{owner}", self.words.language)

    def _node(self, tag: str, id: str, name: str, lane: str, column: int) -> Element:
        node = SubElement(self.element, _m(tag), {"id": id, **({"name": name} if name else {})})
        self.lanes.setdefault(lane, []).append(id)
        self.boxes.append(Box(id, tag, lane, column))
        return node

    def _step(self, step: Step) -> str:
        return self.words.of(f"steps.{step.id}.title", step.id)

    def _flow(self, source: str, target: str, step: Step, n: int) -> None:
        """A way on; several from one node to another are one arrow that names them all."""
        several = len(step.to) > 1
        who = self.words.joined([self.words.who(each, self.kind.id) for each in step.by])
        name = self._step(step) + (f" {n + 1}" if several else "")
        name = f"{name} ({who})" if who else name
        condition = step.to[n].when
        told = [f"{name}:"] if condition is not None or self._tells(step) else []
        if condition is not None:
            told.append(say("bpmn.when", self.words.language, that=condition.source))
        told += self._tells(step)
        flow = self.flows.get((source, target))
        if flow is None:
            id = f"flow_{source}_{step.id}_{n}"
            attributes = {"id": id, "name": name, "sourceRef": source, "targetRef": target}
            flow = self.flows[source, target] = SubElement(self.element, _m("sequenceFlow"), attributes)
            self.arrows.append(Arrow(id, source, target))
        else:
            flow.set("name", f"{flow.get('name')} / {name}")
        self._document(flow, told)

    def _plain(self, source: str, target: str) -> None:
        id = f"flow_{source}_on"
        SubElement(self.element, _m("sequenceFlow"), {"id": id, "sourceRef": source, "targetRef": target})
        self.arrows.append(Arrow(id, source, target))

    def _timer(self, clock: ClockRule, stage: str) -> None:
        """A clock on a stage; where a rung moves the case on it cuts in and leads there."""
        id = f"clock_{self.kind.id}_{stage}_{clock.id}"
        moves = [
            (rung, branch.to)
            for rung in clock.ladder
            if (step := self.kind.steps.get(rung.step)) is not None and stage in step.source
            for branch in step.to[:1]
            if branch.to not in ("", stage)
        ]
        limit = clock.limits[-1].limit if clock.limits else None
        title = self.words.of(f"clocks.{clock.id}.title", self.words.of(f"clocks.{clock.id}", clock.id))
        name = f"{title}: {limit_words(limit, self.words.language)}" if limit is not None else title
        attributes = {
            "id": id,
            "name": name,
            "attachedToRef": _stage_id(self.kind, stage),
            "cancelActivity": "true" if moves else "false",
        }
        event = SubElement(self.element, _m("boundaryEvent"), attributes)
        self._document(event, self._ladder(clock))
        definition = SubElement(event, _m("timerEventDefinition"), {"id": f"{id}_at"})
        if limit is not None and limit.unit is not Unit.NAMED_DAY:
            duration = SubElement(
                definition, _m("timeDuration"), {f"{{{XSI}}}type": "bpmn:tFormalExpression"}
            )
            duration.text = _duration(limit)
        lane = self._lane(stage)
        self.lanes[lane].append(id)
        self.boxes.append(Box(id, "boundaryEvent", lane, 0, _stage_id(self.kind, stage)))
        if moves:
            rung, target = moves[0]
            self._flow(id, _stage_id(self.kind, target), self.kind.steps[rung.step], 0)

    def _ladder(self, clock: ClockRule) -> list[str]:
        """What happens and when, and over which stages the clock runs on."""
        language = self.words.language
        stages = [
            self.words.of(f"stages.{each}.title", each) for each in self.kind.stages if each in clock.runs_in
        ]
        lines = [say("bpmn.runs", language, stages=self.words.joined(stages))]
        lines += [
            say("bpmn.limit", language, limit=limit_words(rule.limit, language), source=rule.limit.source)
            for rule in clock.limits
        ]
        for rung in clock.ladder:
            step = self.kind.steps.get(rung.step)
            when = "before" if rung.before else "after" if rung.offset.amount else "due"
            does = self._step(step) if step is not None else rung.step
            lines.append(
                say(f"bpmn.rung_{when}", language, limit=limit_words(rung.offset, language), step=does)
            )
        return lines

    def _about(self, stage: str) -> list[str]:
        """What else can be done at a stage without leaving it."""
        staying = [
            self._step(step)
            for step in self.kind.steps_from(stage)
            if all(branch.to in ("", stage) for branch in step.to) or not step.to
        ]
        return [say("bpmn.staying", self.words.language, steps=self.words.joined(staying))] if staying else []

    def _tells(self, step: Step) -> list[str]:
        """What must hold for a step, whom it may not be, what it asks and what follows."""
        language, words = self.words.language, self.words
        lines = [say("bpmn.needs", language, code=each.code, that=each.that.source) for each in step.needs]
        if step.judges:
            judged = [words.of(f"steps.{each}.title", each) for each in sorted(step.judges)]
            lines.append(say("bpmn.judges", language, steps=words.joined(judged)))
        form = self.procedure.forms.get(step.form)
        if form is not None:
            labels = [
                words.of(f"forms.{form.id}.{each.id}.label", words.of(f"fields.{each.id}.label", each.id))
                for each in form.fields
            ]
            lines.append(say("bpmn.asks", language, fields=words.joined(labels)))
        follows = [type(each).__name__ for each in step.may_follow]
        if follows:
            lines.append(say("bpmn.follows", language, follows=words.joined(follows)))
        return lines

    def _document(self, element: Element, lines: list[str]) -> None:
        """Documentation stands before everything else that an element holds."""
        first = element[0] if len(element) else None
        if lines and first is not None and first.tag == _m("documentation"):
            first.text = "\n".join([first.text or "", *lines])
        elif lines:
            told = Element(_m("documentation"), {"textFormat": "text/plain"})
            told.text = "\n".join(lines)
            element.insert(0, told)

    def _link(self) -> None:
        """What comes in and goes out is said at each node too, as the standard has it, in the order of its parts."""
        nodes = {each.get("id"): each for each in self.element if each.get("id")}
        at = {
            id: (1 if len(node) and node[0].tag == _m("documentation") else 0) for id, node in nodes.items()
        }
        for arrow in (*[(each.target, "incoming", each.id) for each in self.arrows], *[(each.source, "outgoing", each.id) for each in self.arrows]):  # fmt: skip
            id, tag, flow = arrow
            told = Element(_m(tag))
            told.text = flow
            nodes[id].insert(at[id], told)
            at[id] += 1


def _show(root: Element, picture: Picture) -> None:
    diagram = SubElement(root, f"{{{DI}}}BPMNDiagram", {"id": "picture"})
    plane = SubElement(diagram, f"{{{DI}}}BPMNPlane", {"id": "plane", "bpmnElement": "pools"})
    for shape in picture.shapes:
        attributes = {"id": f"{shape.id}_shape", "bpmnElement": shape.id}
        if shape.pool:
            attributes["isHorizontal"] = "true"
        drawn = SubElement(plane, f"{{{DI}}}BPMNShape", attributes)
        bounds = {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height}
        SubElement(drawn, f"{{{DC}}}Bounds", {name: str(value) for name, value in bounds.items()})
    for edge in picture.edges:
        drawn = SubElement(plane, f"{{{DI}}}BPMNEdge", {"id": f"{edge.id}_edge", "bpmnElement": edge.id})
        for x, y in edge.points:
            SubElement(drawn, f"{{{DD}}}waypoint", {"x": str(x), "y": str(y)})
        if edge.label is not None:
            x, y, width, height = edge.label
            label = SubElement(drawn, f"{{{DI}}}BPMNLabel")
            place = {"x": x, "y": y, "width": width, "height": height}
            SubElement(label, f"{{{DC}}}Bounds", {name: str(value) for name, value in place.items()})


def _m(tag: str) -> str:
    return f"{{{MODEL}}}{tag}"


def _stage_id(kind: Kind, stage: str) -> str:
    return f"stage_{kind.id}_{stage}"


def _duration(limit: Limit) -> str:
    """ISO 8601. Working days have no sign there: they are days, and the documentation says which."""
    match limit.unit:
        case Unit.MINUTES:
            return f"PT{limit.amount}M"
        case Unit.HOURS:
            return f"PT{limit.amount}H"
        case _:
            return f"P{limit.amount}D"
