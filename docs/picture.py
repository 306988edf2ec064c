"""Draws the picture of the README: one case travelling, told by a scenario and drawn by the product itself.

The story is the first scenario of a practice; the drawing is the one on every case page; the colours are
those of its stylesheet, light and dark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils.html import escape
from msgspec.structs import replace

from tongban.kernel.case import Case
from tongban.kernel.procedure.drawing import Drawing, drawing
from tongban.kernel.refusal import Refused
from tongban.library.calendars import read_calendars
from tongban.library.counties import scenario_county, scenario_spec
from tongban.library.practice import Practice
from tongban.library.reading import read_practice
from tongban.library.story.moments import moment
from tongban.library.story.rehearsal import Rehearsal
from tongban.library.story.runner import Act, Did, Ground, Opens, Runner
from tongban.library.story.telling import run_scenarios
from tongban.web.loop import LoopWords
from tongban.web.loop.line import WIDTH, wide

ROOT = Path(__file__).resolve().parents[1]
STYLE = ROOT / "src" / "tongban" / "web" / "static" / "tongban" / "tongban.css"
PRACTICE = ROOT / "practices" / "hotline"
STORY = "scenarios/01-from-the-phone-to-publication.yaml"
FRAMES = (
    (
        "2026-03-02 09:10",
        "三月二日，群众在手机上说了一件事",
        "2 March: somebody says on a phone what is wrong",
    ),
    ("2026-03-04 10:00", "三月四日，承办单位在办，期限在走", "4 March: a unit has it, and its clock runs"),
    ("2026-03-06 09:10", "三月六日，轮到群众说话", "6 March: the resident has the word"),
    ("2026-03-06 18:40", "三月六日晚，办结，可以公开", "That evening: closed, and free to be published"),
)
CAPTION, GAP, MARGIN = 34.0, 30.0, 20.0
_SIZE = re.compile(r'viewBox="0 0 [\d.]+ ([\d.]+)"')
_ROOTS = re.compile(r":root \{([^}]*)\}")
_RULE = re.compile(r"^\.loop [^{@]*\{[^}]*\}.*$", re.MULTILINE)
_DRAWN = re.compile(
    r"\.loop (text|path|circle|\.(track|ahead|inked|arrow|node|face|tick|dial|kept|soon|late|clock|paused))"
)
_VARIABLE = re.compile(r"(--[a-z-]+): ([^;]+);")


@dataclass
class Watched:
    """What was seen of one case while its story was told: the case after each step, and its way."""

    cases: list[tuple[datetime, Case]] = field(default_factory=list)
    way: list[tuple[str, datetime]] = field(default_factory=list)

    def at(self, now: datetime) -> tuple[Case, tuple[tuple[str, datetime], ...]]:
        case = next(case for at, case in reversed(self.cases) if at <= now)
        return case, tuple((stage, at) for stage, at in self.way if at <= now)


class Watching(Rehearsal):
    """Tells a story on the kernel and keeps what can be drawn of it."""

    def __init__(self, ground: Ground, seen: Watched) -> None:
        super().__init__(ground)
        self.seen = seen

    def open(self, act: Act, opens: Opens) -> Did:
        return self._keeping(super().open(act, opens), act)

    def step(self, act: Act) -> Did:
        return self._keeping(super().step(act), act)

    def _keeping(self, did: Did, act: Act) -> Did:
        case = self.cases.get(self.names.get(act.case, ""))
        if did.refused is None and case is not None:
            self.seen.cases.append((act.at, case))
            self.seen.way.append((case.stage, act.at))
        return did


def picture(language: str) -> str:
    """The whole picture as one SVG that brings its own colours."""
    practice = read_practice(PRACTICE)
    calendar = read_calendars(ROOT / "calendars" / "cn")
    if isinstance(practice, Refused) or isinstance(calendar, Refused):
        raise ValueError("the practice or a calendar cannot be read")
    county = scenario_county(calendar)
    seen = Watched()
    kept: list[Ground] = []

    def runner(ground: Ground) -> Runner:
        kept.append(ground)
        return Watching(ground, seen)

    one = _only(practice)
    report = run_scenarios(one, runner, county)
    if report.failures:
        raise ValueError(f"the story does not come out: {report.failures}")
    frames = [_frame(one, kept[0], seen, frame, language) for frame in FRAMES]
    return _sheet(frames, language)


def _only(practice: Practice) -> Practice:
    """The practice with the one story that is drawn."""
    return replace(practice, stories={STORY: practice.stories[STORY]})


def _frame(
    practice: Practice, ground: Ground, seen: Watched, frame: tuple[str, str, str], language: str
) -> tuple[str, str]:
    at, zh, en = frame
    now = moment(at)
    if now is None:
        raise ValueError(at)
    case, way = seen.at(now)
    kind = ground.procedure.kinds[case.kind]
    drawn: Drawing = drawing(kind, case, now, ground.county.calendar, way)
    units = {unit.id: unit.zh if language == "zh-Hans" else unit.en for unit in scenario_spec().units}
    words = practice.words[language]
    said = LoopWords(lambda key: words.get(key, key), language, units.get(case.holder, ""))
    return (zh if language == "zh-Hans" else en), str(wide(drawn, said))


def _sheet(frames: list[tuple[str, str]], language: str) -> str:
    parts, y = [], MARGIN
    for caption, svg in frames:
        found = _SIZE.search(svg)
        if found is None:
            raise ValueError("a drawing without a size")
        parts.append(f'<text class="caption" x="28" y="{y + 14:g}" font-size="14">{escape(caption)}</text>')
        y += CAPTION
        parts.append(svg.replace("<svg ", f'<svg x="0" y="{y:g}" ', 1))
        y += float(found[1]) + GAP
    title = "一件诉求走一圈" if language == "zh-Hans" else "One case travelling round its loop"
    height = y - GAP + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}"'
        f' height="{height:g}" class="loop" role="img" lang="{language}"><title>{title}</title>\n'
        f"<style>\n{_style()}\n</style>\n"
        f'<rect class="sheet" width="100%" height="100%" rx="6"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _style() -> str:
    """The rules of the stylesheet that the drawing needs, with the values of its colours."""
    css = STYLE.read_text(encoding="utf-8")
    light, dark = (dict(_VARIABLE.findall(block)) for block in _ROOTS.findall(css)[:2])
    rules = [rule.group(0) for rule in _RULE.finditer(css) if _DRAWN.match(rule[0])]
    used = {name for rule in rules for name in re.findall(r"var\((--[a-z-]+)\)", rule)}
    used |= {"--sheet", "--soft", "--rule"}
    face = light["--face"]

    def block(values: dict[str, str]) -> str:
        said = " ".join(f"{name}: {values[name]};" for name in sorted(used) if name in values)
        return said.replace("var(--face)", face)

    return "\n".join(
        (
            f":root {{ {block(light)} }}",
            f"@media (prefers-color-scheme: dark) {{ :root {{ {block(dark)} }} }}",
            ".sheet { fill: var(--sheet); stroke: var(--rule); }",
            ".loop .node, .loop .face { fill: var(--sheet) !important; }",
            *rules,
            ".loop .node.done { fill: var(--accent) !important; }",
            ".loop text.caption { fill: var(--soft); }",
        )
    )
